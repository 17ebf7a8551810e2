"""A story in the customer's words: short, polite, without jargon and ids."""

from collections.abc import Iterator

from agents.core.notices.case_facts import GROUND_GONE, decision, gone_by
from agents.core.notices.rule_parameters import rule_parameters
from agents.core.notices.rule_texts import message_of
from agents.core.notices.throttled import appeal_until, limit_of
from agents.core.notices.wording.texts import values_of
from agents.core.reasons import FOUND, RECORDED_CALL, WITHDRAWN_BY_CUSTOMER
from agents.operations.explain.state import (
    CaseStatus,
    disagreements,
    language_of,
    standings,
    time_zone_of,
)
from agents.operations.explain.story import Story
from agents.operations.explain.wording.texts import Texts, texts_for
from schemas.records import (
    ContactCard,
    DeadLetter,
    DeadLetterReason,
    Decision,
    Disagreement,
    Escalation,
    EscalationStatus,
    Kind,
    OutcomeName,
    Rule,
    Severity,
    VisitEnded,
)

Values = dict[str, str | int]
_TOLD = (Decision.RAISED, Decision.JOINED)


def paragraphs(story: Story) -> tuple[str, ...]:
    """What a customer would be told, a paragraph a matter; the same is said once."""
    speaker = _Speaker(story)
    return tuple(dict.fromkeys(each for each in speaker.all() if each))


class _Speaker:
    """The texts of one story, in the customer's language and time zone."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._texts: Texts = texts_for(language_of(story))
        self._language = self._texts.locale.replace("_", "-")
        self._zone = time_zone_of(story.records)

    def all(self) -> Iterator[str]:
        """All paragraphs: matter by matter, each escalation after what it is about."""
        told: set[str] = set()
        for each in self._story.records:
            match each:
                case ContactCard():
                    yield self._say("card" if each.site_phone is None else "card-site")
                case Disagreement(escalation_id=str() as escalation_id):
                    if escalation_id not in told:
                        told.add(escalation_id)
                        yield from self._matter(escalation_id)
                case Disagreement():
                    yield self._disagreement(each)
                case DeadLetter():
                    yield self._letter(each)
                case VisitEnded() if each.findings == 0:
                    yield self._say("nothing-to-decide")
                case _:
                    pass
        for each in self._story.records:
            if isinstance(each, VisitEnded):
                yield self._say("visit-ended", {"ended": self._moment(each.closed_at)})

    def _matter(self, escalation_id: str) -> Iterator[str]:
        """What an escalation is about, and how it stands."""
        grounds = [
            each for each in disagreements(self._story) if each.escalation_id == escalation_id
        ]
        yield from (self._disagreement(each) for each in grounds)
        for standing in standings(self._story):
            closed_before = (
                standing.told.status is EscalationStatus.WITHDRAWN
                and grounds[-1].decision is Decision.CORRECTED
            )
            if standing.told.escalation_id == escalation_id and not closed_before:
                yield self._escalation(standing)

    def _say(self, message: str, values: Values | None = None) -> str:
        return self._texts.say(message, values)

    def _of_rule(self, record: Disagreement, attribute: str, values: Values | None = None) -> str:
        if record.rule is Rule.UNKNOWN:
            return self._say("later-finding" if attribute == "customer" else "later-matter")
        return self._texts.say(message_of(record.rule), values, attribute)

    def _moment(self, at: int) -> str:
        return self._texts.moment(at, self._zone)

    def _disagreement(self, record: Disagreement) -> str:
        if record.decision is Decision.CORRECTED:
            return self._corrected(record)
        if _rose(record):
            return " ".join(self._decided(record))
        rule_parameters = self._of_rule(record, "customer", self._about(record))
        return " ".join((rule_parameters, *self._decided(record)))

    def _corrected(self, record: Disagreement) -> str:
        withdrawn = any(each.code == WITHDRAWN_BY_CUSTOMER for each in record.reasons)
        values: Values = {
            "matter": self._of_rule(record, "matter"),
            "withdrawn": "yes" if withdrawn else "no",
            "rule": record.rule.value,
            "gone": "OTHER",
        }
        gone = next((each for each in record.reasons if each.code == GROUND_GONE), None)
        if gone is not None:
            values |= gone_by(gone)
        return self._say("decision-corrected", values)

    def _about(self, record: Disagreement) -> Values:
        """What the sentence of the rule needs, from its reasons."""
        return values_of(rule_parameters(record.rule, record.reasons), self._language)

    def _decided(self, record: Disagreement) -> Iterator[str]:
        safety = record.severity is Severity.SAFETY
        match record.decision:
            case Decision.RAISED if _is_call(record):
                pass  # who took it is said with the escalation
            case Decision.RAISED:
                yield self._say("decision-raised", {"safety": "yes" if safety else "no"})
            case Decision.JOINED:
                rose = "safety" if safety else "yes"
                urgent = rose if _rose(record) else "no"
                if any(each.code == "REOPENS_ESCALATION" for each in record.reasons):
                    urgent = "again"
                yield self._say("decision-joined", {"urgent": urgent})
            case Decision.THROTTLED:
                yield from self._throttled(record)
            case other:
                yield self._say(f"decision-{_key(other)}")
        if record.decision in _TOLD and any(each.code == FOUND for each in record.reasons):
            yield self._say("decision-found")

    def _throttled(self, record: Disagreement) -> Iterator[str]:
        yield self._say("throttled-helps")
        if record.throttle is not None and record.throttle.next_at is not None:
            at = record.throttle.next_at
            passed = _passed(at, record.decided_at)
            yield self._say("throttled-next", {"next_at": self._moment(at), "next_passed": passed})
        yield self._say("decision-throttled", values_of(limit_of(record), self._language))
        until = appeal_until(record)
        if until is not None:
            passed = _passed(until, record.decided_at)
            values: Values = {"appeal_until": self._moment(until), "appeal_passed": passed}
            yield self._say("throttled-appeal", values)

    def _escalation(self, standing: CaseStatus) -> str:
        step = standing.told
        match step.status:
            case EscalationStatus.WITHDRAWN:
                return self._say("escalation-withdrawn")
            case EscalationStatus.MERGED:
                return self._say("escalation-merged")
            case _:
                pass
        if step.status is EscalationStatus.RESOLVED:
            return self._say("decided", self._decision(step))
        if step.manager is None:
            return self._say("escalation-nobody")
        known = step.manager is not None and step.manager.name != step.manager.manager_id
        name = step.manager.name if known and step.manager else self._say("somebody")
        last = standing.last
        passed = _passed(last.decide_by, last.occurred_at)
        decide_by = self._moment(last.decide_by)
        values: Values = {"name": name, "decide_by": decide_by, "decide_passed": passed}
        if step.until is not None:
            values["until"] = self._moment(step.until)
        said = self._say(_message(standing), values)
        return " ".join((said, *self._contact(step, name))) if standing.is_open else said

    def _decision(self, step: Escalation) -> Values:
        """What was decided, as the customer's notice says it; abuse once it is confirmed."""
        facts = decision(step)
        kind = step.kinds[0] if step.kinds else Kind.REQUEST
        facts |= {"kind": kind.value, "remedy_passed": "no"}
        if step.remedy is not None and step.remedy.by is not None:
            facts["remedy_passed"] = _passed(step.remedy.by, step.occurred_at)
        if facts.get("outcome") == OutcomeName.ABUSIVE:
            facts["outcome"] = OutcomeName.UNFOUNDED.value
        zones = {"time_zone": self._zone, "site_time_zone": self._zone}
        values = values_of(facts | zones, self._language, "decided")
        if step.by is not None and step.manager is not None and step.by == step.manager.manager_id:
            values["who"] = step.manager.name
        return values if step.message is None else values | {"quote": step.message}

    def _contact(self, step: Escalation, name: str) -> Iterator[str]:
        if step.manager is None:
            return
        if step.manager.phone is not None:
            yield self._say("contact-phone", {"name": name, "contact": step.manager.phone})
        elif step.manager.email is not None:
            yield self._say("contact-email", {"name": name, "contact": step.manager.email})

    def _letter(self, letter: DeadLetter) -> str:
        match letter.reason:
            case DeadLetterReason.TOO_LATE:
                return self._say("letter-late")
            case DeadLetterReason.ERASED:
                return self._say("letter-erased")
            case _:
                return self._say("letter-unusable")


def _passed(moment: int, at: int) -> str:
    """Whether a moment had passed when what is told of it was known (ms)."""
    return "yes" if moment <= at else "no"


def _message(standing: CaseStatus) -> str:
    """The message for a step with a manager that is not an end by facts."""
    step = standing.told
    match step.status:
        case EscalationStatus.CONFIRMED:
            return "escalation-confirmed"
        case EscalationStatus.CONTACTED:
            return "escalation-contacted"
        case EscalationStatus.PROMISED if step.until is not None:
            return "escalation-promised"
        case EscalationStatus.WAITING:
            return "escalation-waiting"
        case EscalationStatus.REASSIGNED | EscalationStatus.MOVED_UP:
            return "escalation-moved"
        case _:
            return "escalation-taken" if standing.acknowledged else "escalation-open"


def _key(symbol: Decision) -> str:
    return symbol.value.lower().replace("_", "-")


def _rose(record: Disagreement) -> bool:
    """Whether it only says that what is known already became graver."""
    return any(each.code == "SEVERITY_ROSE" for each in record.reasons)


def _is_call(record: Disagreement) -> bool:
    return any(each.code == RECORDED_CALL for each in record.reasons)
