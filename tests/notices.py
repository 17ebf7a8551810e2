"""`make notices`: writes docs/notices.md, every notice in every language, as text and as SMS.

Each message is shown once, then once for each other thing that its words depend on; what a matter
is about, by rule, has a part of its own. A test compares the page with what would be written now.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from fluent.syntax.ast import (
    BaseNode,
    Identifier,
    MessageReference,
    SelectExpression,
    VariableReference,
)

from agents.core.notices.entries import Entry, entries_of, pattern_of
from agents.core.notices.table import TABLE
from agents.core.notices.wording.gsm import PART, SINGLE, parts, septets
from agents.core.notices.wording.texts import (
    FALLBACK,
    PASSED,
    in_short,
    languages,
    parameters_of,
    render,
    resource,
)

PAGE = Path(__file__).parents[1] / "docs" / "notices.md"
HEAD = """\
# What people are told

Every notice in every language, as text and as SMS (with its length in septets of GSM 03.38: 160
in one part, 153 in each of two). Made by `make notices` from `agents/texts`; do not edit.
Who is told what, when and how: [consumers.md](consumers.md). The names, amounts and times
are examples.
"""
SAMPLE: Final = {
    "acknowledge_by": "2026-03-02T17:00:00Z",
    "acknowledge_passed": "no",
    "action": "RESOLVE",
    "again": "no",
    "actor": "MANAGER",
    "all_gone": "no",
    "amount_minor": "109460",
    "appeal_passed": "no",
    "appeal_until": "2026-03-16T16:00:00Z",
    "attempts": "3",
    "authorised": "yes",
    "asked": "button",
    "base_minor": "84200",
    "by": "attempts",
    "call_passed": "no",
    "cases": "6",
    "deadline": "DECIDE",
    "customer_language": "fr",
    "days": "30",
    "decide_by": "2026-03-03T09:30:00Z",
    "decide_passed": "no",
    "did": "ACKNOWLEDGED",
    "email": "lena.brandt@example.com",
    "escalation_id": "visit-4711:1",
    "estimate_id": "estimate-12",
    "excess_minor": "25260",
    "incident_id": "muenchen:ESTIMATE:20260302",
    "kind": "ESTIMATE",
    "limited": "window",
    "manager": "Lena Brandt",
    "next_passed": "no",
    "next_at": "2026-03-20T16:00:00Z",
    "outcome": "PARTLY_UPHELD",
    "percent": "75",
    "phone": "+49 89 5550123",
    "refused": "ONCE",
    "remedy_minor": "60000",
    "remedy_passed": "no",
    "rule": "ESTIMATE_OVER_AUTHORISED",
    "severity": "NORMAL",
    "site": "München Moosach",
    "spoken": "no",
    "stood": "AGREED",
    "taken": "no",
    "tax": "with",
    "times": "3",
    "until_passed": "no",
    "until": "2026-03-02T16:30:00Z",
    "visits": "2",
    "who": "Lena Brandt",
    "window_days": "30",
    "found": "no",
    "gone": "OTHER",
    "less": "no",
    "not_kept": "price",
    "shared": "no",
    "withdrawn": "no",
    "weighed": "no",
}
_SPOKEN: Final = {"de": "de-DE", "en": "en-GB", "es": "es-ES", "fr": "fr-FR"}
LOCALES: Final = {each: _SPOKEN.get(each, each) for each in languages()}
ZONES: Final = {
    "currency": "EUR",
    "time_zone": "Europe/Berlin",
    "site_time_zone": "Europe/Berlin",
}
# What an optional parameter is where a variant of a message is about its being there.
THERE: Final = {
    "call_not_before": "2026-03-03T08:00:00Z",
    "promised_by": "2026-03-02T16:00:00Z",
    "quote": "You agreed to less, and you pay what you agreed to.",
    "words": "Nobody told me of the second repair.",
    "remaining": "2",
    "remedy_by": "2026-03-04T16:00:00Z",
    "wished_channel": "PHONE",
    "wish_language": "fr",
}
AMOUNTS_IN: Final = frozenset({"amount_minor", "base_minor", "excess_minor"})
_REACH: Final = frozenset({"phone", "email"})  # shown once, with the first message that has it
_WITH_REACH: Final = "customer-opened"
_SAID: Final = frozenset({"words", "topic"})  # likewise, of the customer's own words
_WITH_SAID: Final = "manager-opened"
_WORDS: Final = frozenset(
    {"all_gone", "found", "taken", "limited", "withdrawn", "weighed", *PASSED}
)
_ABOUT: Final = frozenset(
    {
        *("rule", "kind", "authorised", "tax", "asked", "by", "days", "attempts", "visits"),
        *("times", "less", "shared", "not_kept", "gone"),
    }
)


def messages() -> list[str]:
    """The messages that are notices, in the order of the file."""
    return [name for name, each in _entries().items() if pattern_of(each, "title")]


def variants(message: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The parameters of a message as an example, then with each other value that changes words."""
    known = SAMPLE | ZONES
    needed = parameters_of(message)
    plain = {name: each for name, each in known.items() if name in needed}
    yield "", plain
    for name, key in _choices(_entries()[message]):
        if name in _ABOUT or name not in needed or (name in _SAID and message != _WITH_SAID):
            continue
        changed = {each: value for each, value in plain.items() if each != name}
        if key == "none":
            if name in plain and (name not in _REACH or message == _WITH_REACH):
                yield f"Without {name}", changed
        elif name in THERE:
            yield f"With {name} {key}", changed | {name: key if key.isupper() else THERE[name]}
        elif plain.get(name) != key and (key.isupper() or name in _WORDS):
            yield f"With {name} {key}", changed | {name: key}


def rules() -> Iterator[dict[str, str]]:
    """The parameters of what a matter is about, for each rule and each way to say it."""
    known = {name: each for name, each in SAMPLE.items() if name in _ABOUT | AMOUNTS_IN} | ZONES
    for rule in choices("about", "rule"):
        yield known | {"rule": rule}
    for rule in ("ESTIMATE_OVER_AUTHORISED", "CHARGED_OVER_AUTHORISED"):
        yield known | {"rule": rule, "authorised": "no"}
    yield known | {"rule": "ESTIMATE_OVER_AUTHORISED", "tax": "before"}
    yield known | {"rule": "ESTIMATE_CHARGES_COVERED_WORK", "shared": "yes"}
    yield known | {"rule": "WARRANTY_REVERSED", "less": "yes"}
    for what in ("claim", "remedy"):
        yield known | {"rule": "DECISION_NOT_KEPT", "not_kept": what}
    yield known | {"rule": "WARRANTY_REPEAT_REPAIR", "by": "days"}
    for gone in ("AGREED", "AGREED_LESS", "DECLINED"):
        yield known | {"rule": "ESTIMATE_OVER_AUTHORISED", "gone": gone}
    for rule in ("CHARGED_OVER_AUTHORISED", "ESTIMATE_CHARGES_COVERED_WORK"):
        yield known | {"rule": rule, "gone": "AGREED"}
    yield known | {"rule": "WARRANTY_DENIED_AGAINST_CAUSE", "gone": "DIAGNOSIS"}
    for asked in ("called", "disagrees", "appealed"):
        yield known | {"rule": "REQUESTED_BY_CUSTOMER", "asked": asked}
    for kind in choices("matter", "kind"):
        yield {name: each for name, each in known.items() if name != "rule"} | {"kind": kind}


def page() -> str:
    """The whole page."""
    return "".join((HEAD, *_parts()))


def _parts() -> Iterator[str]:
    yield "\n## Messages\n"
    for message in messages():
        yield f"\n### {message}\n\n{_whom(message)}\n"
        shown: set[str] = set()
        for what, parameters in variants(message):
            block = "".join(_in_language(message, parameters, each) for each in sorted(languages()))
            if block not in shown:
                shown.add(block)
                yield f"\n{what}:\n\n{block}" if what else f"\n{block}"
    yield (
        "\n## What it is about\n\nThe first sentence to a customer, what they read once its ground"
        " has gone, and the manager's words.\n"
    )
    for parameters in rules():
        name = parameters.get("rule") or f"no rule, {parameters['kind']}"
        gone = parameters.get("gone", "OTHER")
        yield f"\n**{name}**{'' if gone == 'OTHER' else f', gone by {gone}'}\n\n"
        for language in sorted(languages()):
            told = {
                message: render(message, SAMPLE | parameters, LOCALES[language]).text
                for message in ("customer-nobody", "customer-withdrawn", "manager-joined")
            }
            opened, withdrawn, joined = told.values()
            yield f"- {language}: {opened}\n  - {withdrawn}\n  - {joined}\n"


def _whom(message: str) -> str:
    statuses = [
        status.value
        for status, rows in TABLE.items()
        if any(message in (row.customer, row.manager, row.former) for row in rows)
    ]
    side = "To the customer" if message.startswith("customer-") else "To the manager"
    return f"{side}, at {', '.join(f'`{each}`' for each in statuses)}." if statuses else f"{side}."


def _in_language(message: str, parameters: dict[str, str], language: str) -> str:
    rendered = render(message, parameters, LOCALES[language])
    short = in_short(message, parameters, LOCALES[language])
    count = parts(short)
    room = SINGLE if count == 1 else count * PART
    return (
        f"- {language}: **{rendered.title}** {rendered.text}\n"
        f"  - SMS ({septets(short)} of {room}): {rendered.short}\n"
    )


def _entries() -> dict[str, Entry]:
    return entries_of(resource(FALLBACK))


def choices(message: str, name: str) -> list[str]:
    """The values of a parameter that a message has words of its own for."""
    return [key for each, key in _choices(_entries()[message]) if each == name]


def _choices(
    node: object, seen: set[tuple[str, str | None]] | None = None
) -> Iterator[tuple[str, str]]:
    """Each parameter on which the words depend, with each value that is named."""
    seen = set() if seen is None else seen
    match node:
        case MessageReference():
            attribute = None if node.attribute is None else node.attribute.name
            if (node.id.name, attribute) not in seen:
                seen.add((node.id.name, attribute))
                yield from _choices(pattern_of(_entries()[node.id.name], attribute), seen)
        case list():
            for each in node:
                yield from _choices(each, seen)
        case SelectExpression(selector=VariableReference(id=chosen)):
            for variant in node.variants:
                if isinstance(variant.key, Identifier):
                    yield chosen.name, variant.key.name
            yield from _choices([each.value for each in node.variants], seen)
        case BaseNode():
            yield from _choices(list(vars(node).values()), seen)
        case _:
            pass


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
