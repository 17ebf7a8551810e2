"""The link to their case, in what customers are sent."""

from pathlib import Path

import pytest

from agents.core.case_links import LONGEST_DAYS, LinkKeys
from agents.core.notices.wording.gsm import gsm, parts
from agents.core.notices.wording.texts import FALLBACK, languages
from agents.notifier.links import Links, links_of
from agents.notifier.sinks import letter_of
from schemas.records import Channel
from streams.errors import ConfigurationError
from tests.agents.notifier.notices import a_notice, to_manager

ADDRESS = "https://board.example.com"
NOW = 1_790_000_000_000
LINKS = Links(ADDRESS, LinkKeys(keys=(bytes(range(32)),)))
LINK = LINKS.of_case("v1:1", NOW)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "links"
    file.write_text(f"{'0f' * 32}\n{'a1' * 32}\n")
    return file


def problem(environment: dict[str, str]) -> str:
    with pytest.raises(ConfigurationError) as caught:
        links_of(environment)
    return str(caught.value)


def test_a_customer_gets_the_link_of_their_case_and_nobody_else_gets_any() -> None:
    link = LINKS.of_notice(a_notice(), NOW)

    assert link == LINK
    believed = LINKS.keys.believed(LINK.removeprefix(f"{ADDRESS}/c/"), NOW)
    assert believed is not None
    assert believed.escalation_id == "v1:1"
    assert LINKS.of_notice(to_manager(), NOW) is None
    assert LINKS.of_notice(a_notice(escalation_id=None), NOW) is None


def test_the_link_comes_last_with_a_line_in_a_mail_and_alone_in_a_text_message() -> None:
    mail = letter_of(a_notice(), Channel.EMAIL, LINK)
    message = letter_of(a_notice(), Channel.SMS, LINK)

    assert (mail.title, mail.body) == (
        "A title",
        f"A text.\n\nSee where your case stands: {LINK}",
    )
    assert (message.title, message.body) == ("", f"Short. {LINK}")
    assert letter_of(a_notice(), Channel.EMAIL).body == "A text."


@pytest.mark.parametrize("language", sorted(languages()))
def test_the_line_is_in_the_customers_language(language: str) -> None:
    in_english = letter_of(a_notice(), Channel.EMAIL, LINK).body
    body = letter_of(a_notice(language=language), Channel.EMAIL, LINK).body

    assert body.endswith(f": {LINK}")
    assert (body == in_english) is language.startswith(FALLBACK)


def test_who_reads_another_language_gets_the_line_in_english() -> None:
    body = letter_of(a_notice(language="it"), Channel.EMAIL, LINK).body

    assert body == f"A text.\n\nSee where your case stands: {LINK}"


def test_a_text_message_of_two_parts_has_three_with_a_link() -> None:
    longest = a_notice(short_text="x" * 306)

    assert parts(gsm("x" * 306)) == 2
    assert parts(gsm(letter_of(longest, Channel.SMS, LINK).body)) == 3


def test_links_come_from_two_settings(key_file: Path) -> None:
    links = links_of(
        {"RECOURSE_BOARD_ADDRESS": f"{ADDRESS}/", "RECOURSE_LINK_KEY_FILE": str(key_file)}
    )

    assert links is not None
    assert links.address == ADDRESS
    assert len(links.keys.keys) == 2
    assert links_of({}) is None


def test_one_setting_without_the_other_stops_the_start(key_file: Path) -> None:
    assert problem({"RECOURSE_BOARD_ADDRESS": ADDRESS}) == (
        "RECOURSE_BOARD_ADDRESS (environment) needs RECOURSE_LINK_KEY_FILE: set both, or neither"
    )
    assert problem({"RECOURSE_LINK_KEY_FILE": str(key_file)}) == (
        "RECOURSE_LINK_KEY_FILE (environment) needs RECOURSE_BOARD_ADDRESS: set both, or neither"
    )


@pytest.mark.parametrize(
    "address",
    [
        "", "board.example.com", "http://board.example.com", "https://board.example.com/path",
        "https://user:hidden@board.example.com", "ftp://x", "https://x?a", "https://x\n",
        "javascript:alert(1)//https://x", "http://localhost.example.com",
    ],
)  # fmt: skip
def test_an_address_that_can_be_none_stops_the_start_and_is_not_repeated(
    address: str, key_file: Path
) -> None:
    if address == "https://x\n":
        address = "https://x\nSet-Cookie: a"
    said = problem({"RECOURSE_BOARD_ADDRESS": address, "RECOURSE_LINK_KEY_FILE": str(key_file)})

    assert said == (
        "RECOURSE_BOARD_ADDRESS (environment) is none: must be https://HOST, with a port or not "
        "and without a path (http://localhost on this machine)"
    )


@pytest.mark.parametrize("address", ["http://localhost:8080", "http://127.0.0.1", "https://x:8443"])
def test_http_is_for_this_machine_alone(address: str, key_file: Path) -> None:
    given = {"RECOURSE_BOARD_ADDRESS": address, "RECOURSE_LINK_KEY_FILE": str(key_file)}

    assert links_of(given) is not None


def test_a_file_of_keys_that_can_not_be_used_is_one_sentence_without_them(tmp_path: Path) -> None:
    file = tmp_path / "links"
    file.write_text("5ec4e75ec4e7\n")
    given = {"RECOURSE_BOARD_ADDRESS": ADDRESS, "RECOURSE_LINK_KEY_FILE": str(file)}

    assert problem(given) == (
        f"RECOURSE_LINK_KEY_FILE (environment) names {file}: key 1 has 12 characters and is none: "
        "it must be 32 hexadecimal digits or more, an even number, as `openssl rand -hex 32` makes "
        "them (one a line)"
    )
    file.unlink()
    assert problem(given) == (
        f"RECOURSE_LINK_KEY_FILE (environment) names {file}, which can't be read: "
        "No such file or directory"
    )


def test_the_page_says_how_long_a_link_lasts() -> None:
    page = (Path(__file__).parents[3] / "docs" / "notify.md").read_text(encoding="utf-8")

    assert f"at the latest after {LONGEST_DAYS} days" in page
