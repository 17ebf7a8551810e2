"""The forms by which people act on a case, and what the desk made of what they sent."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from agents.board.model.views import Answered, Model
from agents.board.pages.words import Words
from agents.core.money import exponent
from agents.operations.acting.reply import Reply, accepted, who_may
from agents.operations.acting.request import Request
from agents.operations.explain.wording.reasons import lines_of
from agents.reference_data.reference import Reference
from schemas.records import (
    Action,
    ActionName,
    Case,
    CasePhase,
    Disagreement,
    Escalation,
    EscalationStatus,
    Kind,
    OutcomeName,
    RemedyKind,
    Tier,
)

_A: Final = ActionName
_OPEN: Final = (_A.ACKNOWLEDGE, _A.CONTACTED, _A.PROMISE, _A.WAIT, _A.RESOLVE, _A.REASSIGN)
_TIERS: Final = (Tier.LOCAL, Tier.REGIONAL, Tier.EXECUTIVE)
_NOT_ENTITLED: Final = "NOT_ENTITLED"
_LONGEST: Final = 2_000


class Form(Struct, frozen=True, kw_only=True):
    """A form as it was sent; empty fields are empty texts. `preview`: nothing is to happen yet."""

    action: ActionName
    action_id: str
    preview: bool
    until: str = ""
    to: str = ""
    outcome: str = ""
    remedy: str = ""
    amount: str = ""
    estimate: str = ""
    done_by: str = ""
    message: str = ""
    reason: str = ""


class Answer(Struct, frozen=True, kw_only=True):
    """What somebody did, and what became of it: `state` is SENT, DONE, REFUSED or UNUSABLE."""

    what: str
    by: str
    at: int
    when: str
    state: str
    text: str
    why: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()


_FIELDS: Final = (
    "until", "to", "outcome", "remedy", "amount", "estimate", "done_by", "message", "reason",
)  # fmt: skip


def form_of(given: Mapping[str, str]) -> Form | None:
    """A form as it came; None: it is none of ours."""
    name = given.get("action", "")
    if name not in {each.value for each in ActionName} - {"UNKNOWN"}:
        return None
    fields = {each: given.get(each, "").strip()[:_LONGEST] for each in _FIELDS}
    return Form(
        action=ActionName(name),
        action_id=given.get("action_id", ""),
        preview=given.get("do") == "preview",
        **fields,
    )


def request_of(form: Form, by: str) -> Request:
    """What is asked, as the desk's own command takes it; fields of other actions are not."""
    given: dict[str, str | None] = {each: getattr(form, each) or None for each in _FIELDS}
    named = {name: given[name] for name in _GOES_WITH[form.action]}
    if named.get("remedy") is None:
        named = {n: v for n, v in named.items() if n not in {"amount", "estimate", "done_by"}}
    return Request(action=form.action.value, by=by, reason=given["reason"], **named)


_GOES_WITH: Final[Mapping[ActionName, tuple[str, ...]]] = dict.fromkeys(ActionName, ()) | {
    _A.PROMISE: ("until",),
    _A.WAIT: ("until",),
    _A.SNOOZE: ("until",),
    _A.REASSIGN: ("to",),
    _A.RESOLVE: ("outcome", "remedy", "amount", "estimate", "done_by", "message"),
}


def possible(case: Case, steps: Sequence[Escalation]) -> tuple[ActionName, ...]:
    """The actions that make sense as the case stands; who may do them is asked elsewhere."""
    if case.phase is CasePhase.OPEN:
        return _OPEN if case.acknowledged_at is None else _OPEN[1:]
    if case.phase is not CasePhase.RESOLVED:
        return (_A.REOPEN,) if case.phase is CasePhase.WITHDRAWN else ()
    decided = [e for e in steps if e.status is EscalationStatus.RESOLVED]
    confirmed = any(e.status is EscalationStatus.CONFIRMED for e in steps)
    if decided and decided[-1].outcome is OutcomeName.ABUSIVE and not confirmed:
        return (_A.CONFIRM, _A.CONTACTED, _A.REOPEN)
    return (_A.CONTACTED, _A.REOPEN)


def choices(
    case: Case, grounds: Sequence[Disagreement], reference: Reference, now: int, t: Words
) -> dict[str, Any]:
    """What the fields of the forms offer."""
    world = reference.world(now)
    serving = [
        (each.manager_id, f"{each.name}, {t(f'tier-{tier.value}')}")
        for tier in _TIERS
        for each in world.serving(tier, case.site_id, case.region_id, now)
        if case.manager is None or each.manager_id != case.manager.manager_id
    ]
    currency = world.directory.site(case.site_id).currency
    subjects = [
        *(each.subject_id for each in grounds if each.kind is Kind.ESTIMATE),
        *(each.subject_id for each in case.grounds if each.kind is Kind.ESTIMATE),
    ]
    return {
        "managers": serving,
        "outcomes": [
            (each.value, t(f"outcome-{each.value}"))
            for each in OutcomeName
            if each is not OutcomeName.UNKNOWN
        ],
        "remedies": [
            (each.value, t(f"remedy-{each.value}"))
            for each in RemedyKind
            if each is not RemedyKind.UNKNOWN
        ],
        "estimates": list(dict.fromkeys(each for each in subjects if each)),
        "currency": currency or "",
        "amount_step": f"{10 ** -exponent(currency):.{exponent(currency)}f}",
    }


_A_MOMENT_MS: Final = 30_000


class Answers(Struct, frozen=True, kw_only=True):
    """What people did to a case, in a reader's words; times are on the clock of a zone."""

    model: Model
    reference: Reference
    t: Words
    now: int
    zone: str

    def of(self, answered: Iterable[Answered]) -> list[Answer]:
        """Each with what the desk made of it."""
        return [self._answer(each) for each in answered]

    def _answer(self, each: Answered) -> Answer:
        action = each.action
        known = self.reference.directory.managers.get(action.by)
        state, text, why, would = self._state(each)
        return Answer(
            what=self.t(f"action-{action.action.value}"),
            by=action.by if known is None else known.name,
            at=action.occurred_at,
            when=self.t.moment(action.occurred_at, self.zone),
            state=state,
            text=text,
            why=tuple(why),
            accepted=tuple(would),
        )

    def _state(self, each: Answered) -> tuple[str, str, Iterable[str], Iterable[str]]:
        t = self.t
        if each.unusable:
            return "UNUSABLE", t("unusable"), (), ()
        if not each.steps:
            waits = self.now - each.action.occurred_at
            long = waits > _A_MOMENT_MS
            return "SENT", t("sent-long", span=t.span(waits)) if long else t("sent"), (), ()
        reply = Reply(action=each.action, before=each.steps[0], steps=each.steps)
        refused = reply.refused
        if refused is None:
            return "DONE", t("done"), (), ()
        own = self._notice(each.action.escalation_id, reply.steps[-1].step)
        why = [own] if own is not None else [line.text for line in lines_of(refused, self.zone)]
        return "REFUSED", t("refused"), why, self._accepted(reply)

    def _notice(self, case_id: str, step: int) -> str | None:
        """What the notice to who acted says of a refusal, in their own language."""
        end = f":{step}:acted"
        told = self.model.told(case_id)
        return next((e.notice.text for e in told if e.notice.notice_id.endswith(end)), None)

    def _accepted(self, reply: Reply) -> Iterator[str]:
        """What the desk would have taken instead."""
        refused = reply.refused
        assert refused is not None, "asked before"
        would = accepted(refused, self.zone)
        if would is not None:
            yield f"{would[:1].upper()}{would[1:]}"
        if refused.code == _NOT_ENTITLED:
            world = self.reference.world(self.now)
            yield from (f"By {who}." for _, who in who_may(reply.before, world))


def hypothetical(case: Case, action: Action | None = None) -> Escalation:
    """A step of a case as its newest record has it; with an action, as that would leave it."""
    decides = action is not None and action.action is ActionName.RESOLVE
    return Escalation(
        escalation_id=case.escalation_id,
        step=case.step + 1,
        status=EscalationStatus.RESOLVED if decides else EscalationStatus.UNKNOWN,
        occurred_at=case.occurred_at if action is None else action.occurred_at,
        visit_id=case.visit_id,
        customer_id=case.customer_id,
        site_id=case.site_id,
        region_id=case.region_id,
        severity=case.severity,
        tier=case.tier,
        kinds=tuple(dict.fromkeys(each.kind for each in case.grounds)),
        disagreement_ids=(),
        manager=case.manager,
        passed_over=(),
        acknowledge_by=case.acknowledge_by,
        decide_by=case.decide_by,
        by=None if action is None else action.by,
        outcome=None if action is None else action.outcome,
        reasons=(),
        policy_version=case.policy_version,
        remedy=None if action is None else action.remedy,
        message=None if action is None else action.message,
    )
