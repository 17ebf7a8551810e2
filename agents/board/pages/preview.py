"""What the customer would read of a decision that nobody has taken yet."""

from agents.board.model.views import CaseView, Model
from agents.board.pages.acting import hypothetical
from agents.core.notices.case_facts import appeal_within, decision
from agents.core.notices.wording.plain import NAME_AT_MOST, plain, quoted
from agents.core.notices.wording.texts import QUOTE, Rendered, render
from agents.reference_data.reference import Reference
from schemas.records import Action, ActionName, AddresseeKind, OutcomeName

_MESSAGE = "customer-resolved"


def preview(
    action: Action,
    view: CaseView,
    model: Model,
    reference: Reference,
) -> Rendered | None:
    """The notice in the customer's language; None: the action tells them nothing of a decision.

    It is made by the notice's own words, from what the customer was told of the case before and
    from the decision. The desk decides; it may refuse it.
    """
    if action.action is not ActionName.RESOLVE:
        return None
    told = model.told(view.escalation_id, AddresseeKind.CUSTOMER)
    site = reference.directory.site(view.site_id)
    step = hypothetical(view.case, action)
    facts = {"site": site.name, "time_zone": site.time_zone, "site_time_zone": site.time_zone}
    language = view.case.language
    if view.case.grounds:
        facts |= {"kind": view.case.grounds[0].kind.value, "rule": view.case.grounds[0].rule.value}
    for each in told:
        facts |= each.notice.parameters
        language = each.notice.language
    facts |= decision(step) | appeal_within(step, reference.world(action.occurred_at))
    if step.outcome is OutcomeName.ABUSIVE:  # nobody hears of it before another confirms it
        facts["outcome"] = OutcomeName.UNFOUNDED.value
    by = reference.directory.managers.get(action.by)
    facts |= {"appeal_passed": "no", "remedy_passed": "no"}
    facts.pop("who", None)
    if by is not None:
        facts["who"] = plain(by.name, NAME_AT_MOST)
    quote = quoted(action.message)
    if quote is not None:
        facts[QUOTE] = quote
    return render(_MESSAGE, facts, language)
