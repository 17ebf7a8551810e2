"""A worker with a defect, as a bad version would have one: `make check-alerts` starts it, alone.

It fails on every event of a customer whose id begins with `c-defect`.
"""

from dataclasses import replace
from typing import Any

from agents.commands import main
from agents.pipeline import stages

RIGHT = stages.CUSTOMERS_CORE


def _handle(partition: Any, arrived: Any, world: Any) -> Any:
    if arrived.record.customer_id.startswith("c-defect"):
        raise ZeroDivisionError("a defect of this version")
    return RIGHT.handle(partition, arrived, world)


if __name__ == "__main__":
    stages.CUSTOMERS_CORE = replace(RIGHT, handle=_handle)
    main()
