"""No command shows a secret of its environment in its help."""

from importlib import import_module
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from agents.commands import COMMANDS

SECRETS = (
    "SASL_PASSWORD",
    "OAUTH_CLIENT_SECRET",
    "REGISTRY_PASSWORD",
    "PRIVACY_KEY",
    "LINK_KEY_FILE",
    "TLS_KEY_PASSWORD",
)
CANARY = "ca9a41ca9a41ca9a41ca9a41ca9a41ca"


@pytest.mark.parametrize("name", COMMANDS)
def test_help_shows_no_secret(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for secret in SECRETS:
        monkeypatch.setenv(f"RECOURSE_{secret}", CANARY)
    module, attribute, _ = COMMANDS[name]
    app: Any = getattr(import_module(module), attribute)
    below = [["--help"]]
    if isinstance(app, typer.Typer):
        names = [each.name or each.callback.__name__ for each in app.registered_commands]  # type: ignore[union-attr]
        below += [[each, "--help"] for each in names if each != "tool"]  # its help is Kafka's
    else:
        function, app = app, typer.Typer()
        app.command(name)(function)

    shown = [CliRunner().invoke(app, arguments) for arguments in below]

    assert [each.exit_code for each in shown] == [0] * len(below)
    assert all("Usage" in each.output for each in shown)
    assert all(CANARY not in each.output for each in shown)
