"""What the desk made of an action, and what that is in words."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any

from msgspec import Struct

from agents.core.world import World
from agents.operations.acting.request import ACTIONS
from agents.operations.explain.facts import plainly
from agents.operations.explain.notices import ways_of, whom
from agents.operations.explain.operator import happenings, named
from agents.operations.explain.story import Kind, Story
from agents.operations.explain.wording.reasons import Line, lines_of, said
from agents.operations.explain.wording.words import SEVERITIES, TIERS
from agents.pipeline.dead_letter import id_of
from agents.records.codecs import to_json
from schemas.records import (
    Action,
    DeadLetter,
    Escalation,
    EscalationStatus,
    ManagerContact,
    Notice,
    Reason,
    Severity,
    Tier,
)

ESCALATIONS = "recourse.escalations"
NOT_PROVED = "Nobody has proved it: whoever may write recourse.actions can say so."
_TIERS = (Tier.LOCAL, Tier.REGIONAL, Tier.EXECUTIVE)


class Verdict(StrEnum):
    """What came of an action."""

    DONE = "DONE"
    REFUSED = "REFUSED"
    UNUSABLE = "UNUSABLE"
    """It is a dead letter: the desk could not take it for an action on the case at all."""


class Reply(Struct, frozen=True, kw_only=True):
    """The desk's answer to an action.

    `before` is the case's last step as it was known when the action was sent. `rehearsed`: it was
    put to the core alone, so nothing has happened; only then `notices` are known.
    """

    action: Action
    before: Escalation
    steps: tuple[Escalation, ...] = ()
    dead_letter: DeadLetter | None = None
    notices: tuple[Notice, ...] = ()
    rehearsed: bool = False

    @property
    def verdict(self) -> Verdict:
        """What came of it."""
        if self.dead_letter is not None or not self.steps:
            return Verdict.UNUSABLE
        return Verdict.REFUSED if self.refused is not None else Verdict.DONE

    @property
    def refused(self) -> Reason | None:
        """Why the desk refused it; None: it did not."""
        for step in self.steps:
            if step.status is EscalationStatus.REFUSED and step.reasons:
                return step.reasons[0]
        return None


def case_line(case: Escalation, world: World) -> str:
    """A case in a sentence, as its last step says."""
    site = world.directory.site(case.site_id)
    kinds = ", ".join(str(each).lower() for each in case.kinds) or "no ground left"
    severity = SEVERITIES.get(case.severity, SEVERITIES[Severity.NORMAL])
    tier = TIERS.get(case.tier, str(case.tier).lower())
    return (
        f"Case {case.escalation_id} at {site.name}: {kinds}; severity {severity}; "
        f"at the {tier} tier with {_manager(case.manager)}."
    )


def lines_of_reply(reply: Reply, world: World) -> Iterator[Line]:
    """The answer in words, a sentence each with what it is about; times are the site's."""
    zone = world.directory.site(reply.before.site_id).time_zone
    yield Line("By", f"{_by(reply.action.by, world)}, as was said. {NOT_PROVED}")
    match reply.verdict:
        case Verdict.UNUSABLE:
            yield from _unusable(reply)
        case Verdict.REFUSED:
            yield from _refused(reply, world, zone)
        case Verdict.DONE:
            yield from _done(reply, zone)
    for each in reply.notices:
        yield Line("Told", f"{whom(each)}, by {ways_of(each)}: {each.title}: {each.text}")


def as_json(reply: Reply, world: World) -> dict[str, Any]:
    """The answer for machines; `refused` is null where the desk did not refuse it."""
    zone = world.directory.site(reply.before.site_id).time_zone
    refused = reply.refused
    return {
        "case": reply.action.escalation_id,
        "verdict": reply.verdict.value,
        "dry_run": reply.rehearsed,
        "by_proved": False,
        "action": to_json(ACTIONS, reply.action),
        "refused": None
        if refused is None
        else {
            "code": refused.code,
            "facts": refused.facts,
            "why": " ".join(each.text for each in lines_of(refused, zone)),
            "accepted": accepted(refused, zone),
            "by": [each for each, _ in who_may(reply.before, world)]
            if refused.code == _NOT_ENTITLED
            else None,
        },
        "dead_letter": None
        if reply.dead_letter is None
        else {
            "reason": reply.dead_letter.reason.value,
            "detail": reply.dead_letter.detail,
        },
        "steps": [to_json(ESCALATIONS, each) for each in reply.steps],
        "notices": [to_json("recourse.notices", each) for each in reply.notices],
    }


def accepted(refused: Reason, time_zone: str) -> str | None:
    """What the desk would take instead; None where this version has no words for the reason."""
    try:
        return said(refused, "accepted", plainly, time_zone)
    except KeyError:
        return None


def who_may(case: Escalation, world: World) -> Iterator[tuple[str, str]]:
    """Who may do anything to a case, each with why: by the directory and the policy of now."""
    if case.manager is not None:
        yield case.manager.manager_id, f"{named(case.manager)}, who has it"
    above = _TIERS[_TIERS.index(case.tier) + 1 :] if case.tier in _TIERS else ()
    for tier in above:
        for each in world.serving(tier, case.site_id, case.region_id, world.now):
            if case.manager is None or each.manager_id != case.manager.manager_id:
                yield each.manager_id, f"{each.name} ({each.manager_id}), {TIERS[tier]}"
    for operator in world.policy.operators:
        yield operator, f"{operator}, an operator of the policy"


_NOT_ENTITLED = "NOT_ENTITLED"
_SAID_ALREADY = frozenset(("By", "Policy"))


def _by(manager_id: str, world: World) -> str:
    known = world.directory.managers.get(manager_id)
    if known is not None:
        return f"{known.name} ({manager_id}), {TIERS.get(known.tier, 'of an unknown tier')}"
    what = "an operator" if manager_id in world.policy.operators else "whom the directory lacks"
    return f"{manager_id}, {what}"


def _done(reply: Reply, zone: str) -> Iterator[Line]:
    for each in happenings(_story(reply.action.escalation_id, reply.steps), zone):
        what, _, _ = each.what.partition(": ")
        yield Line("Would be" if reply.rehearsed else "Done", f"{what}, {each.at}.")
        yield from (line for line in each.lines if line.label not in _SAID_ALREADY)


def _refused(reply: Reply, world: World, zone: str) -> Iterator[Line]:
    refused = reply.refused
    assert refused is not None, "asked before"
    label = "Would be" if reply.rehearsed else "Refused"
    begins = "Refused: " if reply.rehearsed else ""
    yield from (Line(label, f"{begins}{each.text}") for each in lines_of(refused, zone))
    would_be = accepted(refused, zone)
    if would_be is not None:
        yield Line("Accepted", f"{would_be[:1].upper()}{would_be[1:]}")
    if refused.code == _NOT_ENTITLED:
        yield from (Line("Accepted", f"By {who}.") for _, who in who_may(reply.before, world))


def _unusable(reply: Reply) -> Iterator[Line]:
    letter = reply.dead_letter
    label = "Would be" if reply.rehearsed else "Unusable"
    if letter is None:
        yield Line(label, "The desk makes nothing of it: it has had an action with this id.")
        return
    place = "" if reply.rehearsed else f" (`recourse dead-letters show {id_of(letter)}`)"
    yield Line(label, f"A dead letter, {letter.reason.value}: {letter.detail}{place}.")


def _story(case_id: str, steps: Iterable[Escalation]) -> Story:
    return Story(id=case_id, kind=Kind.ESCALATION, records=tuple(steps))


def _manager(manager: ManagerContact | None) -> str:
    return "nobody yet" if manager is None else named(manager)
