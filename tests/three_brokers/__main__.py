"""Three brokers that fail, against the pure core: `make three-brokers`.

A line for each thing that happens, and one for each round; `--log` writes those into
`tests/three_brokers/results.tsv`. Ends with 1 where a record is lost, doubled or different.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from agents.simulation.demo import play
from tests.three_brokers.cluster import Cluster
from tests.three_brokers.rounds import KINDS, Result, run

LOG = Path(__file__).with_name("results.tsv")
HEAD = (
    "commit", "seed", "kind", "stages", "seconds", "records", "lost", "doubled", "different",
    "not ready (s)", "result",
)  # fmt: skip
KEPT = Path("var/three-brokers")
"""Where the logs of a round that went wrong are kept."""
STAGES = ("counting", "real")


def main() -> None:
    """Runs the rounds; exits 1 where one went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", choices=KINDS, nargs="+", default=list(KINDS))
    parser.add_argument("--stages", choices=STAGES, nargs="+", default=list(STAGES))
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    parser.add_argument("--log", action="store_true", help=f"write {LOG.name} anew")
    given = parser.parse_args()
    play._SETTLE_SECONDS = 600.0  # two brokers away hold up everybody
    rounds = [(kind, stages) for stages in given.stages for kind in given.kind]
    lines, wrong = list[str](), False
    for number, (kind, stages) in enumerate(rounds, 1):
        begin = time.monotonic()
        name = f"{number}/{len(rounds)} {kind}, {stages} stages, seed {given.seed}"
        found = _round(kind, stages, given.seed, name, begin)
        lines.append(_line(kind, stages, given.seed, time.monotonic() - begin, found))
        wrong |= bool(found.wrong)
    if given.log:
        LOG.write_text("\t".join(HEAD) + "\n" + "".join(lines), encoding="utf-8")
    sys.exit(1 if wrong else 0)


def _round(kind: str, stages: str, seed: int, name: str, begin: float) -> Result:
    def tell(text: str) -> None:
        sys.stdout.write(f"{time.monotonic() - begin:6.1f} s  {name}: {text}\n")
        sys.stdout.flush()

    tell("start a controller and three brokers")
    cluster = Cluster(tell)
    try:
        folder = Path(tempfile.mkdtemp(dir=cluster.folder))
        tell("start two workers, and send")
        found = run(kind, cluster, seed, folder, tell, real=stages == "real")
        outcome = found.outcome
        verdict = outcome.verdict
        tell(
            f"{verdict.records} records, {len(verdict.lost)} lost, {len(verdict.doubled)} doubled, "
            f"{len(verdict.different)} different; workers ended with {dict(outcome.ends)}, not all "
            f"of them were ready for {found.unready_seconds:.0f} s"
        )
        for problem in found.wrong:
            tell(f"WRONG: {problem}")
        if found.wrong:
            shutil.copytree(folder, KEPT / f"{kind}-{stages}-{seed}", dirs_exist_ok=True)
        return found
    finally:
        cluster.close()


def _line(kind: str, stages: str, seed: int, seconds: float, found: Result) -> str:
    verdict = found.outcome.verdict
    counts = (len(each) for each in (verdict.lost, verdict.doubled, verdict.different))
    fields = [
        _commit(), seed, kind, stages, round(seconds), verdict.records, *counts,
        round(found.unready_seconds), "wrong" if found.wrong else "right",
    ]  # fmt: skip
    return "\t".join(str(each) for each in fields) + "\n"


def _commit() -> str:
    asked = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    main()
