"""The configuration of `recourse notify`: one sentence for whatever is wrong with it."""

import re
from pathlib import Path

import pytest

from agents.notifier.routes import NoAddress, Routes, checked, filled, secrets_of, ways_in
from agents.reference_data.files import UnusableFile, parse, read
from schemas.records import Channel
from streams.errors import ConfigurationError
from tests.agents.notifier.notices import a_notice, to_manager

ROOT = Path(__file__).parents[3]
WAYS = """\
secrets:
  TOKEN: {environment: SMS_TOKEN}
ways:
  - {addressee: MANAGER, id: eva, channel: EMAIL, to: ["folder:/tmp/eva"]}
  - {addressee: MANAGER, channel: EMAIL, to: ["mailto://mail.example.com?from=desk@example.com&to={to_email}"]}
  - {addressee: CUSTOMER, channel: SMS, to: ["json://u:{secret.TOKEN}@sms.example.com/{addressee_id}"]}
"""


def ways(text: str = WAYS) -> Routes:
    return ways_in(parse(text, "ways.yaml"))


def test_the_files_that_the_page_shows_are_right() -> None:
    page = (ROOT / "docs" / "notify.md").read_text()
    (block,) = re.findall(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    example = read(ROOT / "docs" / "examples" / "ways.yaml")

    shown = ways(block)
    checked(shown, dict.fromkeys(shown.secrets, "s"), "docs/notify.md")
    checked(ways_in(example), {}, "ways.yaml")


def test_the_first_way_that_fits_counts() -> None:
    found = ways()

    assert found.way_of(to_manager(to="eva"), Channel.EMAIL) == found.ways[0]
    assert found.way_of(to_manager(), Channel.EMAIL) == found.ways[1]
    assert found.way_of(to_manager(), Channel.SMS) is None
    assert found.way_of(a_notice(), Channel.EMAIL) is None


def test_an_address_is_filled_with_what_the_notice_and_the_secrets_have_quoted_for_a_url() -> None:
    managers, customers = ways().ways[1].to[0], ways().ways[2].to[0]
    notice = to_manager(parameters={"to_email": "lena+desk@example.com"})

    assert filled(managers, notice, {}) == (
        "mailto://mail.example.com?from=desk@example.com&to=lena%2Bdesk%40example.com"
    )
    assert filled(customers, a_notice(to="c:1"), {"TOKEN": "p/w"}) == (
        "json://u:p%2Fw@sms.example.com/c%3A1"
    )


def test_an_address_that_needs_what_the_notice_does_not_have_is_none() -> None:
    with pytest.raises(NoAddress, match="the notice has no to_email"):
        filled(ways().ways[1].to[0], to_manager(), {})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("ways: []", "ways.yaml:1: ways is []: must not be empty"),
        ("{}", "ways.yaml:1: ways is missing: each needs it"),
        (
            "way: []\nways: [{addressee: CUSTOMER, channel: SMS, to: ['console:']}]",
            "ways.yaml:1: way is unknown: did you mean ways?",
        ),
        (
            "ways: [{addressee: CUSTOMER, channel: FAX, to: ['console:']}]",
            "ways.yaml:1: ways[0].channel is 'FAX': must be 'APP', 'SMS', 'EMAIL' or 'PHONE'",
        ),
        (
            "ways: [{addressee: CUSTOMER, channel: SMS, to: ['json://x/{phone}']}]",
            (
                "ways.yaml:1: ways[0].to is ['json://x/{phone}']: has {phone}: what may stand in "
                "braces is addressee_id, escalation_id, language, message, notice_id, region_id, "
                "to_app, to_email, to_phone or secret.NAME"
            ),
        ),
        (
            "ways: [{addressee: CUSTOMER, channel: SMS, to: ['json://x/{secret.A}']}]",
            "ways.yaml: {secret.A} is used, but `secrets` has no A",
        ),
        (
            "secrets: {A: {}}\nways: [{addressee: CUSTOMER, channel: SMS, to: ['console:']}]",
            "ways.yaml:1: secrets.A is {}: must have either `environment` or `file`",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(UnusableFile) as problem:
        ways(text)

    assert problem.value.sentences == (sentence,)


def test_an_address_that_nothing_sends_to_is_found_before_the_start_and_its_secrets_stay() -> None:
    found = ways("ways: [{addressee: CUSTOMER, channel: SMS, to: ['mailtoss://desk:hidden@h']}]")

    with pytest.raises(UnusableFile) as problem:
        checked(found, {}, "ways.yaml")
    assert problem.value.sentences == (
        (
            "ways.yaml: ways[0].to[0] (mailtoss:...) must be an address of Apprise, folder:PATH or "
            "console:"
        ),
    )


@pytest.mark.parametrize("id_", [".", ".."])
@pytest.mark.parametrize(
    "address",
    [
        "jsons://sms.example.com/customers/{addressee_id}/sms",
        "jsons://sms.example.com/{addressee_id}",
        "folder:{addressee_id}",
        "folder:./notices/{addressee_id}",
    ],
)
def test_an_id_of_dots_leads_nowhere(address: str, id_: str) -> None:
    with pytest.raises(NoAddress, match="it would leave the path"):
        filled(address, a_notice(to=id_), {})


@pytest.mark.parametrize("address", ["folder:./x/{addressee_id}", "json://h/?to={addressee_id}"])
def test_dots_that_stand_in_the_file_or_in_a_question_are_as_they_are(address: str) -> None:
    id_ = "c1" if address.startswith("folder") else ".."

    assert filled(address, a_notice(to=id_), {}) == address.replace("{addressee_id}", id_)


def test_secrets_come_from_the_environment_or_a_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("from-file\n")
    text = WAYS.replace("{environment: SMS_TOKEN}", f"{{file: {file}}}")

    assert secrets_of(ways(), {"SMS_TOKEN": "from-environment"}) == {"TOKEN": "from-environment"}
    assert secrets_of(ways(text), {}) == {"TOKEN": "from-file"}


def test_a_secret_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(ConfigurationError) as problem:
        secrets_of(ways(), {})
    assert str(problem.value) == (
        "secret TOKEN is to be in the environment as SMS_TOKEN, and is not: set it"
    )
    text = WAYS.replace("{environment: SMS_TOKEN}", "{file: /nowhere/token}")
    with pytest.raises(ConfigurationError) as problem:
        secrets_of(ways(text), {})
    assert str(problem.value) == (
        "secret TOKEN is to be in the file /nowhere/token, which can't be read: "
        "No such file or directory"
    )
