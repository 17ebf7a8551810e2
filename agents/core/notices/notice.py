"""A notice, made from its message, what it is made of, and whom it is for."""

from typing import Final

from msgspec import Struct

from agents.core.handling import Output
from agents.core.notices.addressees import Reach
from agents.core.notices.wording.plain import NAME_AT_MOST, plain
from agents.core.notices.wording.texts import PASSED, parameters_of, render, unworded
from agents.core.rfc3339 import milliseconds
from schemas.records import Notice, Site

NOTICES: Final = "recourse.notices"
CUSTOMER: Final = "customer"  # how the id of a notice to the customer ends

Parameters = dict[str, str]


def _passed(used: tuple[str, ...], facts: Parameters, not_before: int) -> Parameters:
    """Which moments have passed when the notice may be sent: they are told as that."""
    found = {}
    for name, moment in PASSED.items():
        if name in used and (at := milliseconds(facts.get(moment, ""))) is not None:
            found[name] = "yes" if at <= not_before else "no"
    return found


class NoticeReference(Struct, frozen=True, kw_only=True):
    """What a notice belongs to, and its id, which is made from its cause.

    `worded`: see `World`; without words the message's name stands where they would.
    """

    notice_id: str
    site: Site
    region_id: str
    policy_version: str
    worded: bool
    escalation_id: str | None = None
    disagreement_id: str | None = None


def build_notice(
    message: str,
    facts: Parameters,
    to: Reach,
    of: NoticeReference,
    *,
    not_before: int,
    own: Parameters,
    supersedes: tuple[str, ...] = (),
) -> Output:
    """The notice; of the facts it has those that its message is made of, and `own` besides.

    `supersedes`: the ids of earlier ones that need not be sent any more.
    """
    known = facts | {
        "site": plain(of.site.name, NAME_AT_MOST),
        "time_zone": to.time_zone,
        "site_time_zone": of.site.time_zone,
    }
    used = parameters_of(message)
    parameters = {name: known[name] for name in used if name in known}
    parameters |= _passed(used, parameters, not_before)
    rendered = render(message, parameters, to.language) if of.worded else unworded(message)
    record = Notice(
        notice_id=of.notice_id,
        addressee=to.addressee,
        channels=to.channels,
        not_before=not_before,
        language=to.language,
        message=message,
        parameters=parameters | own,
        title=rendered.title,
        text=rendered.text,
        short_text=rendered.short,
        supersedes=supersedes or None,
        escalation_id=of.escalation_id,
        region_id=of.region_id,
        disagreement_id=of.disagreement_id,
        policy_version=of.policy_version,
    )
    return Output(topic=NOTICES, record=record)
