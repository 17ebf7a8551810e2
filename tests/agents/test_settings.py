"""The key for customers' ids: where it may come from, and what is said when it can't be one."""

from pathlib import Path

import pytest

from agents.core.pseudonyms import PLAIN_IDS, Pseudonyms, key_of
from agents.pipeline import settings
from streams.errors import ConfigurationError

ONE, TWO = "0f" * 16, "a1" * 32


def problem(environment: dict[str, str]) -> str:
    with pytest.raises(ConfigurationError) as caught:
        settings.pseudonyms(environment)
    return str(caught.value)


def test_without_the_setting_there_are_plain_ids() -> None:
    assert settings.pseudonyms({}) == PLAIN_IDS


def test_keys_come_from_the_environment_or_a_file(tmp_path: Path) -> None:
    expected = Pseudonyms(keys=(bytes.fromhex(ONE), bytes.fromhex(TWO)))
    file = tmp_path / "key"
    file.write_text(f"{ONE}\n{TWO}\n")

    assert settings.pseudonyms({"RECOURSE_PRIVACY_KEY": f"{ONE}, {TWO}"}) == expected
    assert settings.pseudonyms({"RECOURSE_PRIVACY_KEY_FILE": str(file)}) == expected


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            ONE[:-2],
            (
                "RECOURSE_PRIVACY_KEY (environment): key 1 has 30 characters and is none: it must "
                "be 32 hexadecimal digits or more, an even number, as `openssl rand -hex 32` makes "
                "them (several with commas)"
            ),
        ),
        (
            f"{ONE},{ONE[:-1]}g",
            (
                "RECOURSE_PRIVACY_KEY (environment): key 2 has 32 characters and is none: it must "
                "be 32 hexadecimal digits or more, an even number, as `openssl rand -hex 32` makes "
                "them (several with commas)"
            ),
        ),
        (
            " ",
            (
                "RECOURSE_PRIVACY_KEY (environment): no key is in it; it must be 32 hexadecimal "
                "digits or more, an even number, as `openssl rand -hex 32` makes them (several "
                "with commas)"
            ),
        ),
        (
            f"{ONE},{ONE.upper()}",
            "RECOURSE_PRIVACY_KEY (environment): a key stands there twice: name each once",
        ),
    ],
)
def test_what_can_be_no_key_is_refused_without_being_shown(given: str, sentence: str) -> None:
    assert problem({"RECOURSE_PRIVACY_KEY": given}) == sentence


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    assert problem({"RECOURSE_PRIVACY_KEY_FILE": str(tmp_path / "none")}) == (
        f"RECOURSE_PRIVACY_KEY_FILE (environment) names {tmp_path}/none, which can't be read: "
        "No such file or directory"
    )
    (tmp_path / "empty").write_text("\n")
    assert "empty: no key is in it; it must be 32" in problem(
        {"RECOURSE_PRIVACY_KEY_FILE": str(tmp_path / "empty")}
    )
    (tmp_path / "raw").write_bytes(b"\xff" * 32)
    assert "a key in it must be 32" in problem({"RECOURSE_PRIVACY_KEY_FILE": str(tmp_path / "raw")})


def test_both_settings_at_once_are_one_too_many() -> None:
    assert problem({"RECOURSE_PRIVACY_KEY": ONE, "RECOURSE_PRIVACY_KEY_FILE": "f"}) == (
        "RECOURSE_PRIVACY_KEY and RECOURSE_PRIVACY_KEY_FILE (environment) are both set: "
        "set one of them"
    )


def test_the_engine_knows_that_somebody_reads_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECOURSE_PRIVACY_KEY", ONE)
    monkeypatch.setenv("RECOURSE_PRIVACY_KEY_FILE", "f")

    assert settings.load(http_port=2).http_port == 2


def test_a_hash_names_its_key_and_shows_neither_key_nor_id() -> None:
    pseudonyms = Pseudonyms(keys=(bytes.fromhex(ONE),))
    written = pseudonyms.of("c1")

    assert key_of(written) == pseudonyms.key_names[0]
    assert key_of("c1") is None
    assert "c1" not in written.partition(".")[0]
    assert ONE not in repr(pseudonyms)
    assert written != pseudonyms.of("c2")
