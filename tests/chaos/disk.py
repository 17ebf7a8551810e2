"""The disk that snapshots are written to: full, or not to be trusted."""

from collections.abc import Iterable
from pathlib import Path
from random import Random

from tests.kafka.engine_kit import PARTITIONS

_STAGES = ("counting", "echo")


class Disk:
    """A folder of snapshots of the toy's stages."""

    def __init__(self, folder: Path, application: str, seed: int) -> None:
        self.folder = folder
        self._application = application
        self._random = Random(seed)
        self._full: list[Path] = []

    def spoil(self) -> None:
        """Flips a byte of each snapshot that is there, or cuts it off."""
        for path in self.folder.glob("*.state"):
            try:
                data = bytearray(path.read_bytes())
            except FileNotFoundError:
                continue  # a worker was quicker
            at = self._random.randrange(len(data))
            if self._random.random() < 0.5:
                data[at] ^= 0xFF
            else:
                del data[at:]
            path.write_bytes(data)

    def fill(self, pids: Iterable[int]) -> None:
        """What these processes are going to write finds no room: it goes to /dev/full."""
        self.folder.mkdir(exist_ok=True)
        for pid in pids:
            for stage in _STAGES:
                for number in range(PARTITIONS):
                    path = self.folder / f"{self._application}-{stage}-{number}.{pid}.part"
                    if not path.exists():
                        path.symlink_to("/dev/full")
                        self._full.append(path)

    def make_room(self) -> None:
        """There is room again."""
        for path in self._full:
            path.unlink(missing_ok=True)
        self._full = []
