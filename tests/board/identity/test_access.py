"""The settings of who is let in: what stops the start, and that no secret is repeated."""

from pathlib import Path

import pytest

from agents.board.identity.settings import access
from streams.errors import ConfigurationError

HERE = "http://localhost:8090"
ISSUER = "https://id.example.com/realms/x"


def problem(environment: dict[str, str]) -> str:
    with pytest.raises(ConfigurationError) as caught:
        access(HERE, environment)
    return str(caught.value)


def test_without_settings_the_board_is_here_and_nobody_signs_in() -> None:
    found = access(HERE, {})

    assert (found.place.origin, found.place.host, found.place.is_https) == (
        HERE, "localhost:8090", False,
    )  # fmt: skip
    assert (found.links, found.client) == (None, None)
    assert len(found.sealer.keys) == 1
    assert found.sealer.keys != access(HERE, {}).sealer.keys


def test_all_of_them_together(tmp_path: Path) -> None:
    keys, secret = tmp_path / "keys", tmp_path / "secret"
    keys.write_text(f"{'0f' * 32}\n{'a1' * 32}\n")
    secret.write_text("s3cret\n")
    found = access(
        HERE,
        {
            "RECOURSE_BOARD_ADDRESS": "https://Board.example.com:443/",
            "RECOURSE_LINK_KEY_FILE": str(keys),
            "RECOURSE_SESSION_KEY_FILE": str(keys),
            "RECOURSE_OIDC_ISSUER": ISSUER,
            "RECOURSE_OIDC_CLIENT_ID": "board",
            "RECOURSE_OIDC_CLIENT_SECRET_FILE": str(secret),
            "RECOURSE_OIDC_GROUPS_CLAIM": "roles",
        },
    )

    assert (found.place.origin, found.place.is_https) == ("https://board.example.com", True)
    assert found.links is not None
    assert found.client is not None
    assert len(found.sealer.keys) == len(found.links.keys) == 2
    assert (found.client.issuer, found.client.secret) == (ISSUER, "s3cret")
    assert found.client.groups_claim == "roles"
    assert found.client.redirect.endswith("/oidc/back")


@pytest.mark.parametrize(
    ("issuer", "client"), [(ISSUER, None), (None, "board"), ("", "board"), (ISSUER, "")]
)
def test_issuer_and_client_go_together(issuer: str | None, client: str | None) -> None:
    given = {"RECOURSE_OIDC_ISSUER": issuer, "RECOURSE_OIDC_CLIENT_ID": client}

    assert problem({name: value for name, value in given.items() if value is not None}) == (
        "RECOURSE_OIDC_ISSUER and RECOURSE_OIDC_CLIENT_ID (environment) go together: set both"
    )


@pytest.mark.parametrize(
    "issuer",
    [
        "http://id.example.com", "id.example.com", "https://user:hidden@id.example.com",
        "https://id.example.com?hidden", "https://id.example.com#hidden", "https://",
        "http://localhost.example.com",
    ],
)  # fmt: skip
def test_an_issuer_that_can_be_none_stops_the_start_and_is_not_repeated(issuer: str) -> None:
    said = problem({"RECOURSE_OIDC_ISSUER": issuer, "RECOURSE_OIDC_CLIENT_ID": "board"})

    assert said == (
        "RECOURSE_OIDC_ISSUER (environment) is none: must be https://..., as the provider names "
        "itself, without a name, password or question in it"
    )


@pytest.mark.parametrize(
    ("content", "why"),
    [(None, "which can't be read: No such file or directory"), (b" \n", "which is empty"),
     (b"\xff", "which is no text in ASCII")],
)  # fmt: skip
def test_a_secret_that_can_not_be_read_stops_the_start(
    content: bytes | None, why: str, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    given = {
        "RECOURSE_OIDC_ISSUER": ISSUER,
        "RECOURSE_OIDC_CLIENT_ID": "board",
        "RECOURSE_OIDC_CLIENT_SECRET_FILE": str(file),
    }

    assert problem(given) == (f"RECOURSE_OIDC_CLIENT_SECRET_FILE (environment) names {file}, {why}")
