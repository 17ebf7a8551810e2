"""How an escalation stands after its steps: what both sides are told of it."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from agents.core.desk.statuses import ACKNOWLEDGING, CLOSED, GIVEN
from agents.core.notices.wording.formats import country_of
from agents.core.notices.wording.texts import FALLBACK, language_for
from agents.operations.explain.story import Story
from schemas.records import AddresseeKind, Disagreement, Escalation, EscalationStatus, Notice

# A warning that ends what the customer was told last: a wait, a promise, or that they spoke.
_ENDS_SOMETHING = frozenset(
    {"WAIT_ENDED", "CUSTOMER_ANSWERED", "CONTACT_DENIED", "SILENCE_PROMISE_MISSED"}
)
_NO_CHANGE = (EscalationStatus.REFUSED, EscalationStatus.WARNED, EscalationStatus.SNOOZED)


class CaseStatus(Struct, frozen=True, kw_only=True):
    """The last step, the last one that changed what the customer is told, and who took it on."""

    last: Escalation
    told: Escalation
    acknowledged: bool

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to decide it."""
        return self.told.status not in CLOSED


def standings(story: Story) -> list[CaseStatus]:
    """How each escalation of a story stands, in the order in which they began."""
    steps: dict[str, list[Escalation]] = {}
    for each in story.records:
        if isinstance(each, Escalation):
            steps.setdefault(each.escalation_id, []).append(each)
    return [standing(each) for each in steps.values()]


def standing(steps: Sequence[Escalation]) -> CaseStatus:
    """How one escalation stands, by its steps in their order."""
    told, acknowledged = steps[0], False
    for step in steps:
        if step.status in _NO_CHANGE and not _ends_something(step):
            continue
        if told.status in CLOSED and step.status is EscalationStatus.CONTACTED:
            continue  # a word about what was decided opens nothing
        if step.status in GIVEN:
            acknowledged = False
        elif step.status in ACKNOWLEDGING:
            acknowledged = True
        if step.status is not EscalationStatus.JOINED or told.status in CLOSED:
            told = step
    return CaseStatus(last=steps[-1], told=told, acknowledged=acknowledged)


def _ends_something(step: Escalation) -> bool:
    return any(reason.code in _ENDS_SOMETHING for reason in step.reasons)


def disagreements(story: Story) -> list[Disagreement]:
    """The disagreements of a story, in order."""
    return [each for each in story.records if isinstance(each, Disagreement)]


def language_of(story: Story) -> str:
    """The customer's language: that of their last notice, else as they said it, where they are."""
    told = [
        each.language
        for each in story.records
        if isinstance(each, Notice) and each.addressee.kind is AddresseeKind.CUSTOMER
    ]
    if told:
        return told[-1]
    own = disagreements(story)
    if not own:
        return FALLBACK
    last = own[-1]
    wished = last.wish.language if last.wish else None
    return language_for((wished or last.language,), country_of(last.time_zone))


def time_zone_of(records: Iterable[object]) -> str:
    """The time zone of the customer, as the records say last; UTC where none does."""
    return next(
        (each.time_zone for each in reversed(list(records)) if isinstance(each, Disagreement)),
        "UTC",
    )
