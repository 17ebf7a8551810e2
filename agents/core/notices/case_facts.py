"""What a notice says of its case: its ground, a decision, and what became of either."""

from typing import Final

from msgspec.structs import replace

from agents.core.calendar import DAY_MS
from agents.core.customers.rule_base.facts import instant
from agents.core.desk.state import EscalationState, Ground
from agents.core.notices.notice import Parameters
from agents.core.notices.rule_parameters import rule_in, rule_parameters
from agents.core.world import World
from schemas.records import Disagreement, Escalation, Kind, OutcomeName, Reason, Remedy

_GENERATION: Final = 2
GROUND_GONE: Final = "GROUND_GONE"


def with_facts(ground: Ground, disagreement: Disagreement, world: World) -> Ground:
    """The ground with what people are told of it, so that later steps can say it again."""
    rule = rule_in(disagreement.reasons)
    if rule is None or not world.policy.writes_generation(_GENERATION):
        return ground
    return replace(ground, told=rule_parameters(rule, disagreement.reasons))


def about(step: Escalation, state: EscalationState) -> Parameters:
    """What the step is about: what came with it, else what is known of the case already."""
    kind = step.kinds[0] if step.kinds else Kind.REQUEST
    rule = rule_in(step.reasons)
    if rule is not None:
        return {"kind": kind.value} | rule_parameters(rule, step.reasons)
    for reason in step.reasons:
        if reason.code == GROUND_GONE:
            return _of_what_has_gone(reason, state, kind)
    return _known(state, kind)


def about_case(state: EscalationState) -> Parameters:
    """What a case is about, without a step of it."""
    kinds = {ground.kind for ground in state.shown_grounds}
    return _known(state, next((each for each in Kind if each in kinds), Kind.REQUEST))


def _known(state: EscalationState, kind: Kind) -> Parameters:
    """The first of its grounds that is of the kind which the case is said to be of."""
    of_kind = (each for each in state.shown_grounds if each.kind is kind)
    told = next((each.told for each in of_kind if each.told is not None), None)
    return {"kind": kind.value} | (told or {})


def _of_what_has_gone(reason: Reason, state: EscalationState, kind: Kind) -> Parameters:
    corrects = reason.facts.get("corrects")
    for ground in state.grounds:
        if corrects in ground.disagreement_ids and ground.told is not None:
            return {"kind": kind.value} | ground.told | gone_by(reason)
    return {"kind": kind.value}


def gone_by(reason: Reason) -> Parameters:
    """What a ground went by, as messages choose by it: `AGREED`, `DIAGNOSIS`, `CLOSURE`."""
    return {"gone": reason.facts.get("now") or reason.facts.get("by", "OTHER").upper()}


def decision(step: Escalation) -> Parameters:
    """The outcome of a step, and its remedy."""
    said = {} if step.outcome is None else {"outcome": step.outcome.value}
    return said if step.remedy is None else said | _remedy(step.remedy)


def appeal_within(step: Escalation, world: World) -> Parameters:
    """Until when what a step decided can be appealed; nothing where the customer was upheld."""
    if step.outcome in (None, OutcomeName.UPHELD):
        return {}
    within = world.policy.appeals.within_days * DAY_MS
    return {"appeal_until": instant(step.occurred_at + within)}


def _remedy(remedy: Remedy) -> Parameters:
    said = {"remedy": remedy.kind.value}
    if remedy.amount is not None:
        said["remedy_minor"] = str(remedy.amount)
        if remedy.currency is not None:
            said["currency"] = remedy.currency
    if remedy.estimate_id is not None:
        said["estimate_id"] = remedy.estimate_id
    return said if remedy.by is None else said | {"remedy_by": instant(remedy.by)}
