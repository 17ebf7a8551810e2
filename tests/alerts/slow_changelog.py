"""A worker to whom Kafka gives the changelog slowly: `make check-alerts` starts it, alone.

The restore of stage customers takes a minute longer than it does; all else is as it is.
"""

from typing import Any

from agents.commands import main
from streams.runtime import restore

SECONDS = 61
_read = restore._read


def _read_slowly(stage: Any, servers: Any, state: Any, begins: Any, stop: Any) -> int:
    if stage.name == "customers":
        stop.wait(SECONDS)
    return _read(stage, servers, state, begins, stop)


if __name__ == "__main__":
    restore._read = _read_slowly
    main()
