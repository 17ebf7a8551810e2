"""How the customer wished to be spoken to, as both sides are told of it."""

from agents.core.customers.rule_base.facts import instant
from agents.core.notices.notice import Parameters
from schemas.records import Channel, Wish


def noted(wish: Wish | None, decide_by: int, told_from: int) -> Parameters:
    """That we noted what the customer has just wished, for them; nothing where that is nothing.

    A time to be called from that has come by when they may be told (ms) says nothing any more.
    """
    if wish is None:
        return {}
    said = _parts(wish, decide_by, told_from)
    if wish.language is not None:
        said["wish_language"] = wish.language
    return said | {"wished": "yes"} if said else {}


def for_manager(wish: Wish | None, new: Wish | None, decide_by: int, told_from: int) -> Parameters:
    """What the manager must know of it; `new`: what the customer has just wished."""
    said = {} if wish is None else _parts(wish, decide_by, told_from)
    return said | {"wished": "yes"} if noted(new, decide_by, told_from) else said


def _parts(wish: Wish, decide_by: int, told_from: int) -> Parameters:
    """By which channel, not before when, and whether it is to be decided before that."""
    said, at = Parameters(), wish.not_before
    if wish.channel not in (None, Channel.UNKNOWN):
        said["wished_channel"] = str(wish.channel)
    if at is not None and at > told_from:
        said["call_not_before"] = instant(at)
        if at > decide_by:
            said["decided_before_call"] = "yes"
    return said
