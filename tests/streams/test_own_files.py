"""A file is believed where this user made it and nobody else can change it."""

import os
from pathlib import Path

import pytest

from streams.own_files import NotOurs, check_folder, made, opened


def somebody_else(monkeypatch: pytest.MonkeyPatch) -> int:
    """From here on this process is another user than who made the files before."""
    other = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: other)
    return other


def read(path: Path) -> bytes:
    with opened(path) as file:
        return file.read()


def test_what_was_made_is_read_and_nobody_else_may(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with made(path) as file:
        file.write(b"ours")

    assert read(path) == b"ours"
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("mode", "believed"), [(0o644, True), (0o664, False), (0o646, False)])
def test_what_others_may_write_is_not_believed(
    tmp_path: Path, mode: int, *, believed: bool
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x")
    path.chmod(mode)

    if believed:
        assert read(path) == b"x"
    else:
        with pytest.raises(NotOurs, match=f"has the mode {mode:04o}: others must not write it"):
            read(path)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "file")

    with pytest.raises(NotOurs, match="is a link"):
        read(tmp_path / "link")


def test_a_pipe_is_no_file_and_nobody_waits_for_its_other_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)

    with pytest.raises(NotOurs, match="is no file"):
        read(tmp_path / "pipe")


def test_another_users_file_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x")
    owner = os.geteuid()
    other = somebody_else(monkeypatch)

    with pytest.raises(NotOurs) as refused:
        read(path)
    assert str(refused.value) == f"{path} is user {owner}'s: must be this user's ({other})"


def test_a_link_under_the_name_of_a_new_file_is_taken_away_and_not_written_through(
    tmp_path: Path,
) -> None:
    (tmp_path / "theirs").write_bytes(b"kept")
    (tmp_path / "file").symlink_to(tmp_path / "theirs")
    with made(tmp_path / "file") as file:
        file.write(b"ours")

    assert (tmp_path / "theirs").read_bytes() == b"kept"
    assert read(tmp_path / "file") == b"ours"


@pytest.mark.parametrize(
    ("mode", "loosely", "strictly"),
    [(0o755, True, True), (0o775, True, False), (0o777, False, False), (0o1777, False, False)],
)
def test_a_folder_where_others_may_write_is_not_ours(
    tmp_path: Path, mode: int, *, loosely: bool, strictly: bool
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    folder.chmod(mode)

    assert (ours(folder), ours(folder, strictly=True)) == (loosely, strictly)


def test_another_users_folder_is_not_ours_and_roots_only_where_it_is_not_asked_strictly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_root = os.geteuid() == 0
    somebody_else(monkeypatch)

    assert (ours(tmp_path), ours(tmp_path, strictly=True)) == (of_root, False)


def test_a_link_to_a_folder_of_ours_is_none_where_it_is_asked_strictly(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "folder")

    assert (ours(tmp_path / "link"), ours(tmp_path / "link", strictly=True)) == (True, False)


def ours(folder: Path, *, strictly: bool = False) -> bool:
    try:
        check_folder(folder, strictly=strictly)
    except NotOurs:
        return False
    return True
