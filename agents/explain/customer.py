"""A story in the customer's words: short, polite, without jargon and ids."""

from collections.abc import Iterator
from fractions import Fraction

from agents.core.reasons import RECORDED_CALL, WITHDRAWN_BY_CUSTOMER
from agents.explain.amounts import for_customers
from agents.explain.facts import entries_in
from agents.explain.moments import for_customers as moment_for_customers
from agents.explain.operator import appeal_until
from agents.explain.state import Standing, disagreements, standings, time_zone_of
from agents.explain.story import Story
from agents.explain.texts import FALLBACK, Texts, texts_for
from schemas.records import (
    ContactCard,
    DeadLetter,
    DeadLetterReason,
    Decision,
    Disagreement,
    Escalation,
    EscalationStatus,
    Reason,
    Rule,
    Severity,
    VisitEnded,
)

Values = dict[str, str | int]


def paragraphs(story: Story) -> tuple[str, ...]:
    """What a customer would be told, a paragraph a matter; the same is said once."""
    speaker = _Speaker(story)
    return tuple(dict.fromkeys(each for each in speaker.all() if each))


class _Speaker:
    """The texts of one story, in the customer's language and time zone."""

    def __init__(self, story: Story) -> None:
        own = disagreements(story)
        self._story = story
        self._texts: Texts = texts_for(own[-1].language if own else FALLBACK)
        self._zone = time_zone_of(story.records)

    def all(self) -> Iterator[str]:
        """All paragraphs: matter by matter, each escalation after what it is about."""
        told: set[str] = set()
        for each in self._story.records:
            match each:
                case ContactCard():
                    yield self._say("card")
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

    def _moment(self, at: int) -> str:
        return moment_for_customers(at, self._zone, self._texts.locale)

    def _money(self, reason: Reason, name: str) -> str:
        minor = reason.facts.get(name, "0")
        return for_customers(minor, reason.facts.get("currency"), self._texts.locale)

    def _disagreement(self, record: Disagreement) -> str:
        if record.decision is Decision.CORRECTED:
            return self._corrected(record)
        if _rose(record):
            return " ".join(self._decided(record))
        about = self._say(f"rule-{_key(record.rule)}", self._about(record))
        return " ".join((about, *self._decided(record)))

    def _corrected(self, record: Disagreement) -> str:
        withdrawn = any(each.code == WITHDRAWN_BY_CUSTOMER for each in record.reasons)
        matter = self._say(f"matter-{_key(record.rule)}")
        return self._say(
            "decision-corrected", {"matter": matter, "withdrawn": "yes" if withdrawn else "no"}
        )

    def _about(self, record: Disagreement) -> Values:
        """What the sentence of the rule needs, from its reason."""
        reason = next(
            (each for each in record.reasons if each.code.startswith(record.rule.value)),
            Reason(code=record.rule.value, facts={}),
        )
        match record.rule:
            case Rule.ESTIMATE_OVER_AUTHORISED:
                return self._prices(reason, "amount_minor") | {
                    "authorised": "yes" if "authorised_by" in reason.facts else "no"
                }
            case Rule.CHARGED_OVER_AUTHORISED:
                agreed = reason.facts.get("base_minor", "0") != "0"
                return self._prices(reason, "charged_minor") | {
                    "authorised": "yes" if agreed else "no"
                }
            case Rule.ESTIMATE_CHARGES_COVERED_WORK:
                return {"amount": self._sum(record)}
            case Rule.DIAGNOSIS_NO_FAULT_FOUND_AGAIN:
                return {"visits": int(reason.facts.get("visits", 0))}
            case Rule.WARRANTY_REPEAT_REPAIR:
                return {
                    "by": "days" if "days_out_of_service" in reason.facts else "attempts",
                    "days": int(reason.facts.get("days_out_of_service", 0)),
                    "attempts": int(reason.facts.get("attempts", 0)),
                }
            case Rule.REQUESTED_BY_CUSTOMER:
                return {"asked": _asked(record, reason)}
            case _:
                return {}

    def _prices(self, reason: Reason, amount: str) -> Values:
        return {
            "base": self._money(reason, "base_minor"),
            "amount": self._money(reason, amount),
            "excess": self._money(reason, "excess_minor"),
            "tax": "before" if reason.facts.get("amount") == "subtotal before tax" else "with",
        }

    def _sum(self, record: Disagreement) -> str:
        """What all lines of an estimate charge together."""
        own = [each for each in record.reasons if each.code == record.rule.value]
        total = sum((Fraction(each.facts.get("amount_minor", "0")) for each in own), Fraction(0))
        currency = own[0].facts.get("currency") if own else None
        return for_customers(str(total), currency, self._texts.locale)

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

    def _throttled(self, record: Disagreement) -> Iterator[str]:
        yield self._say("decision-throttled", _limit_reached(record))
        if record.throttle is not None and record.throttle.next_at is not None:
            yield self._say("throttled-next", {"next": self._moment(record.throttle.next_at)})
        until = appeal_until(record)
        if until is not None:
            yield self._say("throttled-appeal", {"until": self._moment(until)})

    def _escalation(self, standing: Standing) -> str:
        step = standing.told
        match step.status:
            case EscalationStatus.WITHDRAWN:
                return self._say("escalation-withdrawn")
            case EscalationStatus.MERGED:
                return self._say("escalation-merged")
            case _:
                pass
        if step.manager is None and step.status is not EscalationStatus.RESOLVED:
            return self._say("escalation-nobody")
        known = step.manager is not None and step.manager.name != step.manager.manager_id
        name = step.manager.name if known and step.manager else self._say("somebody")
        values: Values = {"name": name, "decide_by": self._moment(standing.last.decide_by)}
        if step.until is not None:
            values["until"] = self._moment(step.until)
        said = self._say(_message(standing), values)
        return " ".join((said, *self._contact(step, name))) if standing.is_open else said

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


def _message(standing: Standing) -> str:
    """The message for a step with a manager that is not an end by facts."""
    step = standing.told
    match step.status:
        case EscalationStatus.RESOLVED:
            outcome = step.outcome.value if step.outcome is not None else "UNFOUNDED"
            return f"escalation-resolved-{outcome.lower().replace('_', '-')}"
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


def _key(symbol: Rule | Decision) -> str:
    return symbol.value.lower().replace("_", "-")


def _rose(record: Disagreement) -> bool:
    """Whether it only says that what is known already became graver."""
    return any(each.code == "SEVERITY_ROSE" for each in record.reasons)


def _is_call(record: Disagreement) -> bool:
    return any(each.code == RECORDED_CALL for each in record.reasons)


def _asked(record: Disagreement, reason: Reason) -> str:
    if any(each.code == "APPEAL_REFUSED" for each in record.reasons):
        return "appealed"
    return {"CALLED": "called", "DISPUTED": "disagrees"}.get(
        reason.facts.get("response", ""), "button"
    )


def _limit_reached(record: Disagreement) -> Values:
    """Which limit stops it: the block-list, the one of 24 hours, or the one of the window."""
    throttle = record.throttle
    if throttle is None or any(each.code == "BLOCK_LIST" for each in record.reasons):
        return _limit("blocked")
    if throttle.limit < 1:
        return _limit("never")
    facts = next((each.facts for each in record.reasons if each.code == "THROTTLE"), {})
    a_day = int(facts.get("limit_in_24_hours", 0))
    full_today = a_day > 0 and int(facts.get("in_24_hours", 0)) >= a_day
    if full_today and throttle.used + 1 <= throttle.limit:
        return _limit("day", a_day, 1)
    weights = (float(weight) for _, _, weight, _ in entries_in(facts.get("entries", "")))
    weighed = any(weight > 1 for weight in weights)
    return _limit("window", throttle.limit, throttle.window_days, weighed=weighed)


def _limit(why: str, times: int = 0, days: int = 0, *, weighed: bool = False) -> Values:
    return {"why": why, "times": times, "days": days, "weighed": "yes" if weighed else "no"}
