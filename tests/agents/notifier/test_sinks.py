"""Sending one notice to one address: by Apprise over HTTP, into a folder, to the console."""

from pathlib import Path

import pytest

from agents.notifier.sinks import Sinks, is_known, letter_of
from schemas.records import Channel
from streams.printable import without_controls
from tests.agents.notifier.notices import a_notice
from tests.agents.notifier.receiver import receiving
from tests.hostile import CANARY, MARKUP, controls_in

SINKS = Sinks(timeout_seconds=2)


def test_a_service_gets_title_text_and_the_notices_id() -> None:
    with receiving() as receiver:
        address = f"json://127.0.0.1:{receiver.port}/mail?x=1"
        problem = SINKS.send(address, letter_of(a_notice(), Channel.EMAIL))

    assert problem is None
    (got,) = receiver.got
    assert got.notice_id == "v1:1:0:customer"
    assert (got.body["title"], got.body["message"]) == ("A title", "A text.")


def test_sms_has_the_short_text_alone() -> None:
    with receiving() as receiver:
        SINKS.send(f"json://127.0.0.1:{receiver.port}", letter_of(a_notice(), Channel.SMS))

    (got,) = receiver.got
    assert (got.body["title"], got.body["message"]) == ("", "Short.")


def test_what_went_wrong_is_said_without_the_address() -> None:
    with receiving() as receiver:
        receiver.answers = [500]
        address = f"json://user:hidden@127.0.0.1:{receiver.port}"
        refused = SINKS.send(address, letter_of(a_notice(), Channel.EMAIL))
    away = SINKS.send(address, letter_of(a_notice(), Channel.EMAIL))
    unknown = SINKS.send("pigeon://user:hidden@x", letter_of(a_notice(), Channel.EMAIL))

    assert refused == away == "the service did not take it"
    assert unknown == "the address is none that Apprise knows"


def test_a_folder_has_a_file_a_notice_and_channel_also_when_it_is_sent_again(
    tmp_path: Path,
) -> None:
    for _ in range(2):
        assert SINKS.send(f"folder:{tmp_path}", letter_of(a_notice(), Channel.EMAIL)) is None

    (file,) = tmp_path.iterdir()
    assert file.name == "v1_1_0_customer.email.txt"
    assert file.read_text() == (
        "Recourse-Notice-Id: v1:1:0:customer\nTo: CUSTOMER c1\nChannel: EMAIL\nLanguage: en\n"
        "Message: customer-opened\nSubject: A title\n\nA text.\n"
    )


def test_what_a_customer_is_told_is_for_this_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "notices"
    SINKS.send(f"folder:{folder}", letter_of(a_notice(), Channel.EMAIL))

    (file,) = folder.iterdir()
    assert (folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)


def test_a_folder_where_anybody_may_write_takes_no_notice(tmp_path: Path) -> None:
    folder = tmp_path / "notices"
    folder.mkdir()
    folder.chmod(0o777)

    assert SINKS.send(f"folder:{folder}", letter_of(a_notice(), Channel.EMAIL)) == (
        f"the folder is not ours alone: {folder} has the mode 0777: others must not write it"
    )
    assert list(folder.iterdir()) == []


def test_an_id_can_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    problem = SINKS.send(f"folder:{tmp_path}/in/..", letter_of(a_notice(), Channel.EMAIL))

    assert problem == "the folder's name has .. in it"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_can_not_be_is_a_failure() -> None:
    problem = SINKS.send("folder:/proc/none", letter_of(a_notice(), Channel.EMAIL))

    assert problem == "the folder can't be written: No such file or directory"


def test_the_console_has_a_line_a_notice(capsys: pytest.CaptureFixture[str]) -> None:
    SINKS.send("console:", letter_of(a_notice(), Channel.SMS))
    SINKS.send("console:", letter_of(a_notice(), Channel.EMAIL))

    assert capsys.readouterr().out == (
        "v1:1:0:customer SMS to customer c1: Short.\n"
        "v1:1:0:customer EMAIL to customer c1: A title: A text.\n"
    )


def test_which_addresses_are_known() -> None:
    known = ("console:", "folder:/x", "json://h/p", "mailto://u:p@example.com?to=a@b.c")

    assert all(is_known(each) for each in known)
    assert not is_known("pigeon://x")


HOSTILE = a_notice(title=CANARY, text=f"{CANARY}\n{CANARY}", short_text=CANARY, message=CANARY)
CALM = without_controls(CANARY).strip()


def test_whoever_wrote_a_notice_no_person_is_sent_what_controls_hides_or_turns_round(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with receiving() as receiver:
        for channel in (Channel.EMAIL, Channel.SMS):
            letter = letter_of(HOSTILE, channel)
            for address in (
                f"json://127.0.0.1:{receiver.port}",
                f"json://127.0.0.1:{receiver.port}?format=html",
                f"folder:{tmp_path}",
                "console:",
            ):
                assert SINKS.send(address, letter) is None

    mail, page, *_ = receiver.got
    sent = [text for got in receiver.got for text in got.body.values() if isinstance(text, str)]
    files = [each.read_text() for each in sorted(tmp_path.iterdir())]
    console = capsys.readouterr().out
    assert [controls_in(each) for each in (*sent, *files, console)] == [set()] * (len(sent) + 3)
    assert (mail.body["title"], mail.body["message"].count("\n")) == (CALM, 3)
    assert "&lt;b&gt;" in page.body["message"]
    assert "<b>" not in page.body["message"]
    assert console.count("\n") == 2
    assert all(MARKUP in each for each in (*files, console))
    assert [len(each.split("\n\n")[0].splitlines()) for each in files] == [6, 5]
