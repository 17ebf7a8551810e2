"""What a decision gives the customer: the remedy of a RESOLVE, and the words that go with it."""

from typing import Final

from msgspec.structs import replace

from agents.core.customers.rule_base.facts import instant
from agents.core.desk.refusals import ActionRefusal, Why
from agents.core.desk.state import EscalationState, Phase
from agents.core.notices.wording.plain import quoted
from agents.core.reasons import ONLY_ESTIMATE, VISIT_CURRENCY
from agents.core.world import World
from schemas.records import Action, ActionName, Disagreement, Kind, OutcomeName, Remedy, RemedyKind

UPHELD: Final = (OutcomeName.UPHELD, OutcomeName.PARTLY_UPHELD)
_OF_A_PRICE: Final = (RemedyKind.PRICE_TO, RemedyKind.FREE_OF_CHARGE)
_NOTHING_TO_DO: Final = (RemedyKind.APOLOGY, RemedyKind.NONE)
_GENERATION: Final = 2


def with_prices(
    state: EscalationState, disagreement: Disagreement, world: World
) -> EscalationState:
    """The case with what its newest ground says of the visit: currency, only estimate, vehicle."""
    if not world.policy.writes_generation(_GENERATION):
        return state
    facts = disagreement.reasons[0].facts if disagreement.reasons else {}
    currency = facts.get(VISIT_CURRENCY) or facts.get("currency") or state.currency
    only_estimate = facts.get(ONLY_ESTIMATE)
    if disagreement.kind is Kind.ESTIMATE and disagreement.subject_id is not None:
        only_estimate = state.only_estimate  # the ground names its own
    return replace(
        state,
        currency=currency,
        only_estimate=only_estimate,
        vehicle_id=disagreement.vehicle_id or state.vehicle_id,
    )


def taken_back(state: EscalationState, action: Action) -> Why | None:
    """A case that the customer took back, and somebody reopened, can't be ABUSIVE."""
    resolves = action.action is ActionName.RESOLVE and action.outcome is OutcomeName.ABUSIVE
    if not resolves or not state.withdrawn_by_customer:
        return None
    return ActionRefusal.TAKEN_BACK, {"outcome": str(action.outcome)}


def remedy_refused(state: EscalationState, action: Action, world: World) -> Why | None:
    """Why the action can't be with its remedy or message; None: it can, or has neither."""
    given = [name for name in ("remedy", "message") if getattr(action, name) is not None]
    if not given:
        return None
    if not world.policy.writes_generation(_GENERATION):
        return ActionRefusal.NOT_YET, {"lacking": given[0]}
    if action.action is not ActionName.RESOLVE:
        return ActionRefusal.ONLY_WITH_RESOLVE, {"given": given[0]}
    return None if action.remedy is None else _lacks(state, action, action.remedy, world)


def _lacks(state: EscalationState, action: Action, remedy: Remedy, world: World) -> Why | None:
    kind = {"remedy": str(remedy.kind)}
    if action.outcome not in UPHELD and remedy.kind is not RemedyKind.NONE:
        return ActionRefusal.NOTHING_UPHELD, kind | {"outcome": str(action.outcome)}
    if remedy.kind is RemedyKind.PRICE_TO and remedy.amount is None:
        return ActionRefusal.NO_AMOUNT, kind
    currency = _currency(state, world)
    if remedy.amount is not None and remedy.currency not in (None, currency or remedy.currency):
        named = {"currency": str(remedy.currency), "visit_currency": str(currency)}
        return ActionRefusal.OTHER_CURRENCY, kind | named
    if remedy.kind is RemedyKind.PRICE_TO and _estimate(state, remedy) is None:
        estimates = ", ".join(_of_grounds(state)) or "none"
        return ActionRefusal.NO_ESTIMATE, kind | {"estimates": estimates}
    if remedy.by is not None and remedy.by <= world.now:
        return ActionRefusal.BY_IS_PAST, kind | {"by_when": instant(remedy.by)}
    return None


def remedy_of(state: EscalationState, action: Action, world: World) -> Remedy | None:
    """The remedy as it is told and kept: with the currency of its amount, and its estimate."""
    remedy = action.remedy
    if remedy is None:
        return None
    currency = remedy.currency
    if remedy.amount is not None:
        currency = currency or _currency(state, world)
    estimate_id = _estimate(state, remedy) if remedy.kind in _OF_A_PRICE else remedy.estimate_id
    return replace(remedy, currency=currency, estimate_id=estimate_id)


def message_of(action: Action) -> str | None:
    """What the customer is to read word for word; None: nothing that can be read."""
    return quoted(action.message)


def is_spoken_about(state: EscalationState, action: Action, world: World) -> bool:
    """Whether CONTACTED is a word about what was decided, which is still to be done.

    So it is on a resolved case until the time that the remedy names, itself included. It opens
    nothing: it says that the remedy was not forgotten.
    """
    remedy = state.remedy
    if action.action is not ActionName.CONTACTED or state.phase is not Phase.RESOLVED:
        return False
    if remedy is None or remedy.by is None or remedy.kind in _NOTHING_TO_DO:
        return False
    return world.now <= remedy.by and world.policy.writes_generation(_GENERATION)


def _currency(state: EscalationState, world: World) -> str | None:
    return state.currency or world.directory.site(state.site_id).currency


def _estimate(state: EscalationState, remedy: Remedy) -> str | None:
    """The one named, else the one of the grounds, else the visit's only one."""
    if remedy.estimate_id is not None:
        return remedy.estimate_id
    of_grounds = _of_grounds(state)
    if not of_grounds:
        return state.only_estimate
    return of_grounds[0] if len(of_grounds) == 1 else None


def _of_grounds(state: EscalationState) -> list[str]:
    return sorted(
        {
            each.subject_id
            for each in state.shown_grounds
            if each.kind is Kind.ESTIMATE and each.subject_id is not None
        }
    )
