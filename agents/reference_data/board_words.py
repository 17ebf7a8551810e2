"""What differs between two policies in who is who on the board, in words."""

from collections.abc import Iterable, Iterator

from agents.core.policy_board import ANYBODY, BoardRole, RevokedLink, RoleOfGroup
from agents.core.policy_values import epoch_milliseconds
from agents.core.rfc3339 import text_of


def roles_differ(before: tuple[RoleOfGroup, ...], after: tuple[RoleOfGroup, ...]) -> Iterable[str]:
    """A sentence for each entry that goes or comes; the order counts, so it is said too."""
    gone = [each for each in before if each not in after]
    come = [each for each in after if each not in before]
    yield from (f"On the board {_entry(each, 'is no longer')}." for each in gone)
    yield from (f"On the board {_entry(each, 'is')}." for each in come)
    if not gone and not come:
        yield "The order of the roles on the board changes: of several that fit the first counts."


def revoked_differ(
    before: tuple[RevokedLink, ...], after: tuple[RevokedLink, ...]
) -> Iterator[str]:
    """The same of links that were revoked."""
    for each in (*before, *after):
        if (each in before) == (each in after):
            continue
        until = text_of(epoch_milliseconds(each.made_before))
        ends = "open nothing any more" if each in after else "are no longer revoked"
        yield f"Links to case {each.escalation_id} made before {until} {ends}."
    if set(before) == set(after):
        yield "The order of the revoked links changes."


def _entry(entry: RoleOfGroup, is_now: str) -> str:
    who = "whoever" if entry.group == ANYBODY else f"who is in group {entry.group}"
    if entry.group == ANYBODY:
        who += f" {entry.issuer} knows"
    else:
        who += f" of {entry.issuer}"
    return f"{who} {is_now} {entry.role}{_of_what(entry)}"


def _of_what(entry: RoleOfGroup) -> str:
    if entry.role is BoardRole.OPERATOR:
        return f", acting as {entry.operator}"
    places = [
        f"{name} {', '.join(of)}"
        for name, of in (("sites", entry.sites), ("regions", entry.regions))
        if of
    ]
    return f" of {' and '.join(places)}" if places else ""
