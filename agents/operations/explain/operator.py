"""A story in the operator's words: what happened, in order, and what would happen next."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from agents.core.customers.cards import hours_in_words
from agents.core.desk.statuses import ACKNOWLEDGING, CLOSED, GIVEN
from agents.core.notices.throttled import appeal_until
from agents.operations.explain.notices import NoticesOfStory
from agents.operations.explain.state import CaseStatus, disagreements, standings, time_zone_of
from agents.operations.explain.story import Record, Story, moment, visit_of_letter
from agents.operations.explain.wording.amounts import in_figures
from agents.operations.explain.wording.reasons import Line, lines_of, name_of
from agents.operations.explain.wording.time_format import local, localised
from agents.operations.explain.wording.words import (
    DEAD_LETTERS,
    DECISIONS,
    NEXT_TIERS,
    OF_LATER,
    OUTCOMES,
    PASSED_OVER,
    REMEDIES,
    SEVERITIES,
    STEPS,
    TIERS,
    TOLD,
    WITHDRAWN_BY,
    WOULD_BE,
)
from agents.pipeline.dead_letter import id_of
from schemas.records import (
    ContactCard,
    DeadLetter,
    Decision,
    Delivery,
    Disagreement,
    Escalation,
    EscalationStatus,
    ManagerContact,
    Notice,
    Outcome,
    PassedOverManager,
    Reason,
    Remedy,
    Rule,
    Severity,
    VisitEnded,
)

_WITH_GROUNDS = (EscalationStatus.OPENED, EscalationStatus.JOINED, EscalationStatus.REOPENED)


class Happening(Struct, frozen=True, kw_only=True):
    """One thing that happened; `at` is local time with its zone, `kind` is for colours."""

    at: str
    what: str
    kind: str
    lines: tuple[Line, ...]


def happenings(story: Story, time_zone: str | None = None) -> tuple[Happening, ...]:
    """What happened, in order; what was said before is not said again.

    Who was told of something is said with it; a notice stands alone where that is not known. Times
    are the customer's, or in the time zone given.
    """
    zone = time_zone or time_zone_of(story.records)
    told = NoticesOfStory(story.records, zone)
    teller = _Teller(zone, told)
    return tuple(
        teller.tell(each)
        for each in story.records
        if not isinstance(each, Delivery)
        and not (isinstance(each, Notice) and told.is_beside(each))
    )


class _Teller:
    """Tells record after record, and remembers what was said of whom."""

    def __init__(self, zone: str, told: NoticesOfStory) -> None:
        self._zone = zone
        self._told_by = told
        self._reasons: set[tuple[str, str]] = set()
        self._managers: dict[str, str] = {}
        self._acknowledged: set[str] = set()
        self._closed: set[str] = set()
        self._policy = ""

    def tell(self, record: Record) -> Happening:
        """One record."""
        what, kind, lines = self._told(record)
        version = getattr(record, "policy_version", self._policy)
        if version != self._policy:
            self._policy = version
            lines = (*lines, Line("Policy", f"Version {version}."))
        at = local(moment(record), self._zone)
        return Happening(at=at, what=what, kind=kind, lines=tuple(lines))

    def _told(self, record: Record) -> tuple[str, str, Iterable[Line]]:
        match record:
            case Disagreement():
                what = f"{DECISIONS.get(record.decision, OF_LATER)}: {record.disagreement_id}"
                self._reasons.update(_key(each) for each in record.reasons)
                lines = (*_of_disagreement(record, self._zone), *self._told_by.decision(record))
                return what, record.decision.value, lines
            case Escalation():
                step = STEPS.get(record.status, OF_LATER)
                what = f"{step}: {record.escalation_id}, step {record.step}"
                lines = (*self._step(record), *self._told_by.step(record))
                return what, record.status.value, lines
            case Outcome():
                return TOLD.get(record.status, OF_LATER), "outcome", _outcome(record)
            case ContactCard():
                return "The customer got a contact card", "card", _card(record)
            case VisitEnded():
                return "The visit ended", "visit", _visit(record)
            case DeadLetter():
                return "A record could not be used", "dead", _letter(record)
            case Notice():
                line = self._told_by.line(record, record.not_before)
                return "Somebody was told", "notice", (line,)
            case Delivery():
                what = "delivered" if record.delivered else "not delivered"
                return f"Notice {record.notice_id} was {what}", "notice", ()

    def _step(self, record: Escalation) -> Iterator[Line]:
        news = [each for each in record.reasons if _key(each) not in self._reasons]
        if record.status is EscalationStatus.REFUSED:
            yield from _reasons(news, self._zone)
            return
        if record.by is not None:
            yield Line("By", f"{record.by}.")
        yield from _decision(record, self._zone)
        manager = _manager(record)
        if self._managers.get(record.escalation_id) != manager:
            self._managers[record.escalation_id] = manager
            yield Line("Manager", manager)
        if record.passed_over:
            yield Line("Why", f"Passed over: {_passed_over(record.passed_over)}.")
        yield from _reasons(news, self._zone)
        if record.status in _WITH_GROUNDS:
            yield Line("Grounds", f"{', '.join(record.disagreement_ids) or 'none'}.")
        if record.until is not None:
            yield Line("Until", f"{local(record.until, self._zone)}.")
        if self._is_open(record):
            yield self._clocks(record)

    def _is_open(self, record: Escalation) -> bool:
        """Whether the case is open after a step; what is said after its end opens nothing."""
        if record.status in CLOSED:
            self._closed.add(record.escalation_id)
        elif record.status in GIVEN:
            self._closed.discard(record.escalation_id)
        return record.escalation_id not in self._closed

    def _clocks(self, record: Escalation) -> Line:
        """The deadlines that still run."""
        if record.status in ACKNOWLEDGING:
            self._acknowledged.add(record.escalation_id)
        elif record.status in GIVEN:
            self._acknowledged.discard(record.escalation_id)
        severity = SEVERITIES.get(record.severity, SEVERITIES[Severity.NORMAL])
        asked = record.escalation_id not in self._acknowledged
        text = _deadlines(record, self._zone, asked=asked)
        return Line("Clocks", f"{_capital(text)} (severity {severity}).")


def _deadlines(step: Escalation, zone: str, *, asked: bool) -> str:
    """What the step's deadlines ask for; one that has passed by then is told as passed."""
    decide, acknowledge = local(step.decide_by, zone), local(step.acknowledge_by, zone)
    at = step.occurred_at
    if step.decide_by <= at:
        text = f"should have been decided by {decide}"
        if not asked:
            return text
        late = step.acknowledge_by <= at
        return (
            f"should have been acknowledged by {acknowledge}, and {text[12:]}"
            if late
            else (f"to be acknowledged by {acknowledge}, {text}")
        )
    text = f"decided by {decide}"
    if not asked:
        return f"to be {text}"
    if step.acknowledge_by <= at:
        return f"should have been acknowledged by {acknowledge}, to be {text}"
    return f"to be acknowledged by {acknowledge}, {text}"


def _of_disagreement(record: Disagreement, zone: str) -> Iterator[Line]:
    name = name_of(record.rule)
    severity = SEVERITIES.get(record.severity, SEVERITIES[Severity.NORMAL])
    yield Line("Rule", f"{_capital(name)} ({record.rule.value}), severity {severity}.")
    for reason in record.reasons:
        yield from lines_of(reason, zone)
    yield from _consequence(record)
    occurred = local(record.occurred_at, zone)
    yield Line("Trigger", f"Event {record.trigger_event_id}, as of {occurred}.")


def _consequence(record: Disagreement) -> Iterator[Line]:
    match record.decision:
        case Decision.RAISED:
            yield Line("So", f"It opens escalation {record.escalation_id}.")
        case Decision.JOINED if any(each.code == "SEVERITY_ROSE" for each in record.reasons):
            so = f"A ground of escalation {record.escalation_id} is graver; no clock gets later."
            yield Line("So", so)
        case Decision.JOINED:
            yield Line("So", f"It is one more ground of escalation {record.escalation_id}.")
        case Decision.BELOW_THRESHOLD:
            yield Line("So", "It is within the limit: nobody is told.")
        case Decision.AWAITING:
            yield Line("So", "The customer has not answered the price yet: nobody is told.")
        case Decision.NOT_ELIGIBLE | Decision.SHADOWED if record.would_be is not None:
            would = WOULD_BE[record.would_be]
            yield Line("So", f"Nobody is told. Inside the pilot it would have been {would}.")
        case Decision.CORRECTED if record.escalation_id is not None:
            yield Line("So", f"Escalation {record.escalation_id} has one ground less.")
        case _:
            pass


def _decision(record: Escalation, zone: str) -> Iterator[Line]:
    """How it ended, and what the customer gets."""
    if record.outcome is not None:
        yield Line("Outcome", f"{_capital(OUTCOMES[record.outcome])}.")
    if record.remedy is not None:
        yield Line("Remedy", f"{_capital(_remedy(record.remedy, zone))}.")
    if record.message is not None:
        yield Line("Message", f"To the customer, word for word: “{record.message}”")
    if record.merged_into is not None:
        yield Line("Into", f"{record.merged_into}, where it is decided.")


def _remedy(remedy: Remedy, zone: str) -> str:
    """What the customer gets, of what, and by when."""
    words = [REMEDIES.get(remedy.kind, OF_LATER)]
    if remedy.amount is not None:
        words.append(f"of {in_figures(str(remedy.amount), remedy.currency)}")
    if remedy.estimate_id is not None:
        words.append(f"for estimate {remedy.estimate_id}")
    return " ".join(words) + (f", by {local(remedy.by, zone)}" if remedy.by is not None else "")


def _manager(record: Escalation) -> str:
    if record.manager is None:
        return f"Nobody; it stays at the {TIERS[record.tier]} tier."
    return f"{named(record.manager)}, {TIERS[record.tier]}{_reach(record.manager)}."


def named(manager: ManagerContact) -> str:
    """A manager's name with their id; the id alone where the directory has no name."""
    if manager.name == manager.manager_id:
        return manager.name
    return f"{manager.name} ({manager.manager_id})"


def _reach(manager: ManagerContact) -> str:
    ways = [each for each in (manager.phone, manager.email, manager.app_handle) if each]
    return f": {', '.join(ways)}" if ways else ""


def _passed_over(managers: Iterable[PassedOverManager]) -> str:
    return "; ".join(f"{each.manager_id}, who {PASSED_OVER[each.why]}" for each in managers)


def _reasons(reasons: Iterable[Reason], zone: str) -> Iterator[Line]:
    for each in reasons:
        yield from lines_of(each, zone)


def _outcome(record: Outcome) -> Iterator[Line]:
    if record.on_appeal:
        yield Line("Why", "It came from an appeal.")
    if record.withdrawn_by is not None:
        yield Line("Why", f"{_capital(WITHDRAWN_BY[record.withdrawn_by])}.")


def _card(record: ContactCard) -> Iterator[Line]:
    if record.site_phone is not None:
        yield Line("Site", f"The site's own phone, {record.site_phone}, and no manager.")
    for each in record.managers:
        hours = each.hours if each.shifts is None else hours_in_words(each)
        who = f"{named(each.manager)}, {TIERS[each.tier]}"
        yield Line("Manager", f"{who}{_reach(each.manager)}; {hours}.")


def _visit(record: VisitEnded) -> Iterator[Line]:
    rated = f"; rated {record.rating} of 5" if record.rating is not None else ""
    same_day = "resolved on the same day" if record.same_day else "not resolved on the same day"
    yield Line(
        "Facts",
        f"Findings: {record.findings}, raised: {record.raised}, throttled: {record.throttled}; "
        f"{same_day}{rated}.",
    )


def _letter(record: DeadLetter) -> Iterator[Line]:
    why, _ = DEAD_LETTERS[record.reason]
    visit = visit_of_letter(record)
    yield Line(
        "Record",
        f"Offset {record.offset} of {record.topic or 'no topic'}, partition {record.partition}"
        f"{'' if visit is None else f', of visit {visit}'}.",
    )
    yield Line("Why", why)
    yield Line("Detail", f"{_capital(record.detail)}.")


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _key(reason: Reason) -> tuple[str, str]:
    return reason.code, repr(sorted(reason.facts.items()))


def nexts(story: Story) -> tuple[str, ...]:
    """What would happen next, as far as the records say."""
    zone = time_zone_of(story.records)
    found = [_next_of_escalation(each, zone) for each in standings(story) if each.is_open]
    found.extend(NoticesOfStory(story.records, zone).next())
    appealed = {
        each.subject_id for each in disagreements(story) if each.rule is Rule.APPEALED_BY_CUSTOMER
    }
    for each in disagreements(story):
        if each.decision is Decision.THROTTLED and each.disagreement_id not in appealed:
            found.extend(_next_of_throttled(each, zone))
    found.extend(
        f"{id_of(letter)}: {DEAD_LETTERS[letter.reason][1]}"
        for letter in story.records
        if isinstance(letter, DeadLetter)
    )
    return tuple(found) or (_nothing(story),)


_ONLY_RECORDED = {Decision.AWAITING, Decision.BELOW_THRESHOLD}


def _nothing(story: Story) -> str:
    decisions = {each.decision for each in disagreements(story)}
    if decisions == {Decision.BELOW_THRESHOLD}:
        return "Nothing, unless the price rises further."
    if Decision.AWAITING in decisions and decisions <= _ONLY_RECORDED:
        return "Nothing, if the customer says yes or no in time; else it goes to a manager."
    if decisions & {Decision.NOT_ELIGIBLE, Decision.SHADOWED}:
        return "Nothing: the visit stays as far out of the pilot as it was when it opened."
    return "Nothing: all of it is closed."


def _next_of_escalation(standing: CaseStatus, zone: str) -> str:
    step = standing.last
    decided = _deadlines(step, zone, asked=not standing.acknowledged)
    who = (
        "has no manager yet and one is looked for again and again"
        if step.manager is None
        else f"is with {named(step.manager)}"
    )
    higher = NEXT_TIERS.get(step.tier)
    after = (
        f"the tier after {TIERS[step.tier]} is {TIERS[higher]}"
        if higher is not None
        else f"there is no tier after {TIERS[step.tier]}"
    )
    return f"{step.escalation_id} {who}: {decided}; {after}.{_until(standing, zone)}"


def _until(standing: CaseStatus, zone: str) -> str:
    """What ends before that: a wait, or a call that was promised."""
    step = standing.told
    if step.until is None:
        return ""
    match step.status:
        case EscalationStatus.WAITING:
            return (
                f" Its clocks stand still until {local(step.until, zone)}, the customer's next "
                "word or the next action."
            )
        case EscalationStatus.PROMISED:
            return f" A call is promised by {local(step.until, zone)}; missed, it moves up."
        case _:
            return ""


def _next_of_throttled(record: Disagreement, zone: str) -> Iterator[str]:
    possible = record.throttle.next_at if record.throttle else None
    if possible is None:
        yield f"{record.disagreement_id}: the customer's next place has no date."
    else:
        yield f"{record.disagreement_id}: possible again from {local(possible, zone)}."
    until = appeal_until(record)
    if until is not None:
        yield localised(
            f"The customer may appeal until {local(until, zone)}: a customer response APPEALED "
            f"with the subject {record.disagreement_id}.",
            zone,
        )
