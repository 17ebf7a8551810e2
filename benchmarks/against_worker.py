"""One version's turns: `python -P against_worker.py ROOT EVENTS SEED LIFE FOLDER`.

ROOT is a checkout, and all code that is measured is its own. LIFE is a file of service events: made
by this version where it is not there yet. What follows from them this version makes itself, in
FOLDER. Then each line of stdin is a stage and a moment (ms): all that the stage reads up to it is
handled, and the CPU seconds of that are printed.
"""

import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(sys.argv[1]).resolve()


def main(events: int, seed: int, life: Path, folder: Path) -> None:
    """Makes the stream, then handles what it is told to."""
    sys.path[:0] = [str(ROOT)]
    # What follows is the other checkout's, and looks as it did then.
    from benchmarks import pipeline, stream  # noqa: PLC0415
    from streams.runtime.collector import collect_rarely  # noqa: PLC0415

    if not Path(stream.__file__).is_relative_to(ROOT):
        sys.exit(f"{ROOT} has no benchmarks of its own")
    weeks: Any = vars(stream)["weeks"]
    weeks.life = _life(weeks, life)
    records = stream.stream(events, folder, seed)
    reference = stream.reference(stream.directory_for(stream.customers_for(events)))
    turns = {
        stage.name: Turns(stage, pipeline.messages(stage, records), reference)
        for stage in vars(pipeline)["stages"]()
    }
    moments = [record.at for record in records if stream.is_event(record)]
    del records
    collect_rarely()
    print(",".join(turns), *moments, flush=True)  # noqa: T201 - a program of its own
    for line in sys.stdin:
        name, moment = line.split()
        print(turns[name].until(int(moment)), flush=True)  # noqa: T201 - the same


def _life(weeks: Any, life: Path) -> Any:  # noqa: ANN401 - of whichever version
    def same(*given: Any) -> list[Any]:  # noqa: ANN401 - the same
        import msgspec  # noqa: PLC0415 - where the checkout's own is meant

        if not life.exists():
            made = [(each.at, each.topic, each.key, each.value) for each in own(*given)]
            life.write_bytes(msgspec.msgpack.encode(made))
        return [weeks.Arrival(*each) for each in msgspec.msgpack.decode(life.read_bytes())]

    own = weeks.life
    return same


class Turns:
    """A stage with all that it reads."""

    def __init__(self, stage: Any, messages: list[Any], reference: Any) -> None:  # noqa: ANN401
        from benchmarks.pipeline import COMMIT_EVERY  # noqa: PLC0415
        from schemas.catalogue import PARTITIONS  # noqa: PLC0415
        from streams.runtime.fold import Fold  # noqa: PLC0415

        self._folds = [Fold(stage, number) for number in range(PARTITIONS)]
        for each in self._folds:
            each.restored()
        self._messages, self._reference = messages, reference
        self._commit_every, self._position = COMMIT_EVERY, 0

    def until(self, moment: int) -> float:
        """Handles what has come up to a moment (ms); CPU seconds."""
        messages, reference, folds = self._messages, self._reference, self._folds
        position, began = self._position, time.process_time()
        while position < len(messages) and messages[position].timestamp <= moment:
            message = messages[position]
            folds[message.partition].handle(message, reference)
            position += 1
            if position % self._commit_every == 0:
                for each in folds:
                    list(each.changelog())
        self._position = position
        return time.process_time() - began


if __name__ == "__main__":
    main(int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]), Path(sys.argv[5]))
