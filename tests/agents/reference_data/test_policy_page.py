"""docs/policy.md says what is so: its files are right, its commands exist, so do its sentences."""

import re
from pathlib import Path

import pytest
import typer

from agents.commands.reference_data import directory, policy
from agents.core.policy import Policy
from agents.pipeline.settings import PRIVACY_KEY, PRIVACY_KEY_FILE
from agents.reference_data.files import parse
from agents.reference_data.policy_files import default_policy, policy_in
from agents.reference_data.policy_words import changes

PAGE = (Path(__file__).parents[3] / "docs" / "policy.md").read_text(encoding="utf-8")
FILES = [block for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if "..." not in block]
CALLS = sorted(set(re.findall(r"recourse (policy|directory) ([a-z-]+)", PAGE)))
APPS = {"policy": policy.app, "directory": directory.app}


def of(text: str) -> Policy:
    return policy_in(parse(text, "p.yaml"))


@pytest.mark.parametrize("text", FILES, ids=lambda text: text.split(":")[0])
def test_every_file_on_the_page_is_right(text: str) -> None:
    assert of(text) != default_policy()


def test_every_command_on_the_page_exists_and_every_command_is_on_it() -> None:
    known = {
        (name, command.name or getattr(command.callback, "__name__", ""))
        for name, app in APPS.items()
        for command in app.registered_commands
        if isinstance(app, typer.Typer)
    }

    assert set(CALLS) <= known
    assert {("policy", name) for name in ("lint", "diff", "publish", "show", "drop-shadow")} <= set(
        CALLS
    )


def test_what_diff_says_on_the_page_is_what_it_says() -> None:
    (sentence,) = changes(default_policy(), of(FILES[0]), {})

    assert f"\n  {sentence}\n" in PAGE
    assert f"`{PRIVACY_KEY}`" in PAGE
    assert f"`{PRIVACY_KEY_FILE}`" in PAGE
