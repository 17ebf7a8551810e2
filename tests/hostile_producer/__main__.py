"""A hostile producer by hand: `make hostile` (ARGS="--minutes 60 --seed 7").

Long strings, large states, bombs in every codec, made-up and odd schema ids, odd clocks, noise,
between the events of honest customers. Ends with 1 where a decision on one of these is not that of
the pure core, the worker ended, failed on a record, or took more than the chart's memory limit.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from tests.hostile_producer.run import LIMIT_MB, Play, run


def main() -> None:
    """Runs, and says what came of it as a line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="recourse-hostile-") as folder:
        came = run(Path(folder), Play(given.seed, given.minutes * 60))
    wrong = [
        what
        for what, is_so in {
            "decisions differ from the pure core's": came.expected != came.found,
            "nobody was honest": not came.expected,
            "the worker did not end with 0": came.end != 0,
            "our own code failed": came.letters["FAILED"] > 0,
            f"more than {LIMIT_MB} MB": came.peak_mb >= LIMIT_MB,
        }.items()
        if is_so
    ]
    told = {
        "seed": given.seed,
        "minutes": given.minutes,
        "decisions": len(came.expected),
        "sent": dict(came.sent),
        "dead_letters": came.letters,
        "peak_mb": came.peak_mb,
        "worker_ended_with": came.end,
        "wrong": wrong,
    }
    sys.stdout.write(json.dumps(told) + "\n")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
