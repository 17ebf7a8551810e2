"""docs/commands.md, made from the commands: `make commands`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from agents.commands import COMMANDS, app
from agents.commands.console.exits import EVERYWHERE
from agents.commands.console.manual import MANUAL

PAGE = Path(__file__).parents[1] / "docs" / "commands.md"
_TOP = """\
# Commands

Made by `make commands` from the commands themselves, and compared with them by the tests; `recourse
COMMAND --help` says the same on a terminal. How they are used at night is in
[operating.md](operating.md).

On a terminal there are tables and colours, in a pipe plain lines with tabs between, with `--json`
objects for machines; sentences about what went wrong go to stderr. Settings (`RECOURSE_...`) hold
for all of them ([security.md](security.md#settings)); an option goes before the setting.

## Completion

```console
$ recourse --install-completion bash     # or zsh, fish; then open a new shell
$ recourse --show-completion bash        # the lines, to put them where you keep yours
```

Then Tab completes commands, options, and the words that an option takes: `recourse cases --tier`.

## Exit codes

"""


def leaves() -> Iterator[tuple[str, Any]]:
    """Every command that does something, with its path."""
    # Each is loaded only where it is called.
    argv, sys.argv = sys.argv, ["recourse", *COMMANDS]
    try:
        group: Any = typer.main.get_command(app)
        for name in COMMANDS:
            yield from _leaves(name, group.get_command(None, name))
    finally:
        sys.argv = argv


def _leaves(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield path, command
        return
    if command.invoke_without_command:
        yield path, command  # a command of its own that has others below it
    for name, each in inner.items():
        yield from _leaves(f"{path} {name}", each)


def page() -> str:
    parts = [_TOP, "| command | code | meaning |\n|---|---|---|\n"]
    for path, _ in leaves():
        for code, meaning in sorted(MANUAL[path].exits.items()):
            parts.append(f"| `{path}` | {code} | {meaning} |\n")
    for code, meaning in EVERYWHERE.items():
        parts.append(f"| all | {code} | {meaning} |\n")
    for path, command in leaves():
        parts.append(f"\n## recourse {path}\n\n{_help(command)}\n\n```console\n")
        parts += [f"$ {example}\n" for example in MANUAL[path].examples]
        parts.append("```\n")
        rows = list(_options(command))
        if rows:
            parts.append("\n| argument or option | default | meaning |\n|---|---|---|\n")
            parts += rows
    return "".join(parts)


def _help(command: Any) -> str:
    paragraphs = (command.help or "").strip().split("\n\n")
    return "\n\n".join(" ".join(each.split()) for each in paragraphs)


def _options(command: Any) -> Iterator[str]:
    for each in command.params:
        if each.name == "help":
            continue
        argument = each.param_type_name == "argument"
        names = (each.metavar or each.name.upper()) if argument else ", ".join(each.opts)
        given = each.default
        none = given is None or given is False or given == () or callable(given)
        default = "" if none else f"`{getattr(given, 'value', given)}`"
        setting = f" (setting `{each.envvar}`)" if getattr(each, "envvar", None) else ""
        meaning = " ".join((getattr(each, "help", None) or "").split()).replace("|", "\\|")
        yield f"| `{names}` | {default} | {meaning}{setting} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
