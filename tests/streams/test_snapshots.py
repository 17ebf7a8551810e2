"""A snapshot is right, or it is refused; and whether it can be written harms nothing."""

import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some
from structlog.testing import capture_logs

from streams.metrics import SNAPSHOTS
from streams.runtime.snapshot_file import MAGIC, Header, Unusable, read, write
from streams.runtime.snapshots import OLD_SECONDS, Bounds, Snapshots, Topic
from tests.streams.toy import Toy

STAGE = Toy("toy").stage
TOPIC = Topic("an-id", 86_400_000)
BOUNDS = Bounds(begin=10, end=20, leader_epoch=3)
STATE = {":now": b"1000", "a": b"1", "b": b"\x00" * 300}


def snapshots(folder: Path, topic: Topic = TOPIC, application: str = "toy") -> Snapshots:
    return Snapshots(folder, application, STAGE, topic)


def taken(found: tuple[Header, dict[str, bytes]] | None) -> tuple[int, dict[str, bytes]] | None:
    return None if found is None else (found[0].offset, found[1])


def outcomes(outcome: str) -> float:
    return float(SNAPSHOTS.labels(STAGE.name, outcome)._value.get())


@given(some.dictionaries(some.text(), some.binary()))
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, state: dict[str, bytes]
) -> None:
    kept = snapshots(tmp_path_factory.mktemp("state"))

    assert kept.save(1, BOUNDS, state.items())
    assert taken(kept.take(1, BOUNDS)) == (20, state)


def test_state_of_many_frames_is_read_whole(tmp_path: Path) -> None:
    state = {str(number): b"x" * 100 for number in range(30_000)}
    snapshots(tmp_path).save(1, BOUNDS, state.items())

    assert taken(snapshots(tmp_path).take(1, BOUNDS)) == (20, state)


def test_what_the_state_was_made_from_is_kept_with_it(tmp_path: Path) -> None:
    snapshots(tmp_path).save(1, BOUNDS, STATE.items(), b"made from", loose=2)

    found = snapshots(tmp_path).take(1, BOUNDS)

    assert found is not None
    assert (found[0].checkpoint, found[0].loose, found[1]) == (b"made from", 2, STATE)


class HeaderOfBefore(msgspec.Struct, frozen=True, kw_only=True):
    """As a version had it that kept no checkpoints."""

    application: str
    stage: str
    partition: int
    changelog: str
    topic_id: str
    offset: int
    leader_epoch: int
    written_at: int


def test_a_file_of_a_version_before_is_read_and_a_newer_one_is_read_by_it(tmp_path: Path) -> None:
    of_before = msgspec.convert(msgspec.to_builtins(_header()), HeaderOfBefore)
    kept = snapshots(tmp_path)
    with kept.path(1).open("wb") as file:
        write(file, of_before, STATE.items())  # type: ignore[arg-type]
    found = kept.take(1, BOUNDS)

    assert found is not None
    assert (found[0], found[1]) == (_header(written_at=of_before.written_at), STATE)
    newer = msgspec.msgpack.encode(_header(checkpoint=b"made from", loose=2))
    assert msgspec.msgpack.decode(newer, type=HeaderOfBefore).offset == _header().offset


def test_it_is_gone_once_used(tmp_path: Path) -> None:
    snapshots(tmp_path).save(1, BOUNDS, STATE.items())
    snapshots(tmp_path).take(1, BOUNDS)

    assert list(tmp_path.iterdir()) == []
    assert snapshots(tmp_path).take(1, BOUNDS) is None


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    kept = snapshots(tmp_path / "new")
    kept.save(1, BOUNDS, STATE.items())

    assert kept.path(1).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("how", ["others may write it", "a link", "another user's"])
def test_state_that_somebody_else_may_have_written_is_thrown_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Its checksums are right: whoever forges state makes them, too."""
    kept = snapshots(tmp_path)
    kept.save(1, BOUNDS, STATE.items())
    path = kept.path(1)
    match how:
        case "others may write it":
            path.chmod(0o666)
        case "a link":
            path.rename(tmp_path / "forged")
            path.symlink_to(tmp_path / "forged")
        case _:
            monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)

    with capture_logs() as lines:
        assert kept.take(1, BOUNDS) is None
    assert [each["event"] for each in lines] == ["snapshot_thrown_away"]
    assert not path.is_symlink()
    assert not path.exists()


def test_a_link_that_lies_where_state_is_written_is_not_written_through(tmp_path: Path) -> None:
    kept = snapshots(tmp_path)
    theirs = tmp_path / "theirs"
    theirs.write_bytes(b"kept")
    kept.path(1).with_suffix(f".{os.getpid()}.part").symlink_to(theirs)

    assert kept.save(1, BOUNDS, STATE.items())
    assert theirs.read_bytes() == b"kept"
    assert taken(kept.take(1, BOUNDS)) == (20, STATE)


def test_a_file_torn_anywhere_is_refused(tmp_path: Path) -> None:
    kept = snapshots(tmp_path)
    kept.save(1, BOUNDS, STATE.items())
    whole = kept.path(1).read_bytes()
    for length in range(len(whole)):
        kept.path(1).write_bytes(whole[:length])
        with pytest.raises(Unusable):
            read(kept.path(1))


def test_a_flipped_bit_anywhere_is_found(tmp_path: Path) -> None:
    kept = snapshots(tmp_path)
    kept.save(1, BOUNDS, STATE.items())
    whole = kept.path(1).read_bytes()
    for position in range(len(whole)):
        for bit in (1, 128):
            changed = bytearray(whole)
            changed[position] ^= bit
            kept.path(1).write_bytes(changed)
            with pytest.raises(Unusable):
                read(kept.path(1))


def test_a_missing_or_doubled_frame_is_found(tmp_path: Path) -> None:
    def frame(name: str, records: dict[str, bytes]) -> tuple[bytes, bytes]:
        path = tmp_path / name
        with path.open("wb") as file:
            write(file, _header(), records.items())
        data = path.read_bytes()
        at = len(MAGIC)
        first = at + 8 + int.from_bytes(data[at : at + 4], "little")
        return data[:first], data[first:]

    head, one = frame("one", {"a": b"1"})
    _, other = frame("other", {"b": b"1"})
    (tmp_path / "none").write_bytes(head)
    (tmp_path / "both").write_bytes(head + one + other)
    for name in ("none", "both"):
        with pytest.raises(Unusable):
            read(tmp_path / name)


def _header(age_seconds: int = 0, **changed: object) -> Header:
    written_at = int((time.time() - age_seconds) * 1000)
    header = Header(
        application="toy", stage="counting", partition=1, changelog="toy-counting-changelog",
        topic_id="an-id", offset=20, leader_epoch=3, written_at=written_at,
    )  # fmt: skip
    return msgspec.structs.replace(header, **changed)


def _written(folder: Path, header: Header) -> Snapshots:
    kept = snapshots(folder)
    with kept.path(1).open("wb") as file:
        write(file, header, STATE.items())
    return kept


@pytest.mark.parametrize(
    "changed",
    [
        {"application": "other"},
        {"stage": "echo"},
        {"partition": 2},
        {"changelog": "other"},
        {"topic_id": "made-anew"},
        {"offset": 9},
        {"offset": 21},
        {"leader_epoch": 4},
        {"age_seconds": OLD_SECONDS + 1},
        {"age_seconds": -3_600},
    ],
    ids=str,
)
def test_one_in_doubt_is_thrown_away(tmp_path: Path, changed: dict[str, Any]) -> None:
    before = outcomes("thrown_away")
    kept = _written(tmp_path, _header(**changed))

    assert kept.take(1, BOUNDS) is None
    assert list(tmp_path.iterdir()) == []
    assert outcomes("thrown_away") == before + 1


@pytest.mark.parametrize("changed", [{}, {"offset": 10}, {"offset": 20}, {"leader_epoch": 1}])
def test_one_without_doubt_is_used(tmp_path: Path, changed: dict[str, Any]) -> None:
    header = _header(**changed)

    assert taken(_written(tmp_path, header).take(1, BOUNDS)) == (header.offset, STATE)


def test_where_tombstones_are_kept_shortly_it_gets_old_soon(tmp_path: Path) -> None:
    _written(tmp_path, _header(age_seconds=3))

    assert snapshots(tmp_path, Topic("an-id", 5_000)).take(1, BOUNDS) is None


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        with capture_logs():  # pytest keeps what is printed in a file
            yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("free", [0, 5, 100, 5_000])
def test_a_full_disk_leaves_nothing_and_is_said(tmp_path: Path, free: int) -> None:
    before = outcomes("failed")
    state = {str(number): b"x" * 100 for number in range(1_000)}
    with files_of_at_most(free):
        assert not snapshots(tmp_path).save(1, BOUNDS, state.items())

    assert list(tmp_path.iterdir()) == []
    assert outcomes("failed") == before + 1


def test_an_earlier_file_outlives_a_full_disk(tmp_path: Path) -> None:
    kept = snapshots(tmp_path)
    kept.save(1, BOUNDS, STATE.items())
    with files_of_at_most(5):
        assert not kept.save(1, Bounds(10, 25, 3), {"a": b"2"}.items())

    assert taken(kept.take(1, Bounds(10, 25, 3))) == (20, STATE)


def test_a_folder_that_cannot_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    before = outcomes("failed")

    assert not snapshots(tmp_path / "file" / "folder").save(1, BOUNDS, STATE.items())
    assert outcomes("failed") == before + 1


def test_old_and_unfinished_files_of_the_stage_are_cleaned_away(tmp_path: Path) -> None:
    kept = snapshots(tmp_path)
    for name in ("toy-counting-1.state", "toy-counting-2.7.part", "toy-echo-1.state", "notes.txt"):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (0, 0))
    (tmp_path / "toy-counting-3.state").touch()
    kept.clean()

    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "notes.txt",
        "toy-counting-3.state",
        "toy-echo-1.state",
    ]
