"""What was done about causes: a file of their owner's, beside the policy; it is only added to."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from agents.operations.causes.cause import Cause, Part
from agents.operations.causes.watch import Fix
from agents.reference_data.files import Document, UnusableFile, parse
from schemas.records import Rule

_KEYS = ("what", "from", "declared_on", "site", "rule", "code", "reason", "operation")
_NEEDED = ("what", "from", "declared_on")


def load_fixes(path: Path) -> tuple[Fix, ...]:
    """The fixes in the order in which they were declared; none where there is no file.

    Raises:
        UnusableFile: it can't be read, or says something that is no fix: a sentence for each.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableFile([f"{path} can't be read: {error}"]) from error
    document = parse(text, str(path))
    entries = document.data if document.data is not None else []
    if not isinstance(entries, list):
        raise UnusableFile([f"{path}: must be a list of fixes"])
    problems = [each for number in range(len(entries)) for each in _problems(document, number)]
    if problems:
        raise UnusableFile(problems)
    return tuple(_fix(number, each) for number, each in enumerate(entries, 1))


def _problems(document: Document, number: int) -> Iterator[str]:
    entry = document.data[number]
    if not isinstance(entry, dict):
        yield document.problem((number,), entry, "must be a fix, with `what` and `from`")
        return
    for key in entry.keys() - set(_KEYS):
        yield document.problem((number, str(key)), entry[key], f"must be one of {', '.join(_KEYS)}")
    for key in _KEYS:
        value = entry.get(key)
        if value is None:
            if key in _NEEDED:
                yield document.problem((number, key), value, "must be there")
        elif not isinstance(value, str) or not value.strip():
            yield document.problem((number, key), value, "must be a text")
        elif key in {"from", "declared_on"} and _day(value) is None:
            yield document.problem((number, key), value, "must be a day, as 2026-04-01")
        elif key == "rule" and value not in set(Rule):
            yield document.problem((number, key), value, "must be a rule")
    if not any(entry.get(key) for key in ("site", *Part)):
        yield document.problem((number,), entry, "must name a site or a part of a cause")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _fix(number: int, entry: dict[str, Any]) -> Fix:
    return Fix(
        name=f"#{number}",
        what=entry["what"],
        day=date.fromisoformat(entry["from"]),
        declared_on=date.fromisoformat(entry["declared_on"]),
        site_id=entry.get("site"),
        cause=Cause(
            rule=Rule(entry["rule"]) if entry.get("rule") else None,
            code=entry.get("code"),
            reason=entry.get("reason"),
            operation=entry.get("operation"),
        ),
    )


def add_fix(path: Path, fix: Fix) -> None:
    """Adds one to the end of the file; what stands there, comments included, stays.

    Raises:
        UnusableFile: the file can't be read or written.
    """
    load_fixes(path)  # nothing is added to what can't be read again
    entry: dict[str, str] = {
        "what": fix.what,
        "from": fix.day.isoformat(),
        "declared_on": fix.declared_on.isoformat(),
    }
    if fix.site_id is not None:
        entry["site"] = fix.site_id
    entry |= {part.value: str(named) for part in Part if (named := getattr(fix.cause, part.value))}
    text = yaml.safe_dump([entry], sort_keys=False, allow_unicode=True, width=10_000)
    try:
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        end = "" if not before or before.endswith("\n") else "\n"
        with path.open("a", encoding="utf-8") as file:
            file.write(end + text)
    except OSError as error:
        raise UnusableFile([f"{path} can't be written: {error.strerror or error}"]) from error
