"""docs/settings.md, made from the settings themselves: `make settings`."""

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args, get_origin

from annotated_types import Ge, Le

from streams.access import PREFIX, Access
from streams.settings import Settings

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"
_TOP = """\
# Settings

Environment variables, which hold for every command; an option of a command goes before them. A
wrong value, or a name that is none, stops the start with one sentence. Numbers of the domain are no
settings: they are in the policy ([policy.md](policy.md)). Which of them matter when:
[engine.md](engine.md); those of access: [security.md](security.md#settings). Beside these,
`RECOURSE_PRIVACY_KEY` and `RECOURSE_PRIVACY_KEY_FILE` ([policy.md](policy.md#the-lists)) and
`RECOURSE_WORKERS` ([operating.md](operating.md)), `RECOURSE_BOARD_ADDRESS` and
`RECOURSE_LINK_KEY_FILE` ([notify.md](notify.md#links-for-customers)), `RECOURSE_SESSION_KEY_FILE`
and `RECOURSE_OIDC_...` ([security.md](security.md#the-board)) are read by those who need them.

Made by `make settings`.

| setting | default | may be | meaning |
|---|---|---|---|
"""


class Setting(NamedTuple):
    """One of them, as the page shows it."""

    name: str
    default: str
    may_be: str
    meaning: str


@cache
def _docstrings(of: type) -> dict[str, str]:
    """What stands below each field of a class."""
    (tree,) = ast.parse(inspect.getsource(of)).body
    assert isinstance(tree, ast.ClassDef)
    found = {}
    for field, below in zip(tree.body, tree.body[1:], strict=False):
        if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
            continue
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            text = inspect.cleandoc(str(below.value.value))
            found[field.target.id] = " ".join(text.split())
    return found


def settings() -> Iterator[Setting]:
    meanings = _docstrings(Access) | _docstrings(Settings)
    for name, field in Settings.model_fields.items():
        yield Setting(
            f"{PREFIX}{name.upper()}",
            _shown(field.default),
            _range(field.annotation, field.metadata),
            meanings.get(name, ""),
        )


def _range(annotation: Any, metadata: list[Any]) -> str:
    if get_origin(annotation) is Literal:
        return ", ".join(f"`{each}`" for each in get_args(annotation))
    if annotation is bool:
        return "`true`, `false`"
    if Path in get_args(annotation):
        return "a file"
    low = next((each.ge for each in metadata if isinstance(each, Ge)), None)
    high = next((each.le for each in metadata if isinstance(each, Le)), None)
    return f"{low:,} to {high:,}" if low is not None and high is not None else "text"


def _shown(value: object) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return f"`{str(value).lower()}`"
        case int():
            return f"{value:,}"
        case _:
            return f"`{value}`"


def page() -> str:
    rows = (f"| `{s.name}` | {s.default} | {s.may_be} | {s.meaning} |\n" for s in settings())
    return _TOP + "".join(rows)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
