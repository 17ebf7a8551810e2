"""What apps are shown: written in one commit with what it is of, under generation 2."""

from collections.abc import Iterator

from agents.operations.doctor.checks import Check, fine, fix
from agents.operations.status.shown import AppsSay, ages
from agents.reference_data.published import Span

_AREA = "apps"


def shown_checks(found: AppsSay, held: Span | None, now: int) -> Iterator[Check]:
    """Whether receipts, cases and customers are written; `held`: the policy in force, if any."""
    if held is None:
        return
    if held.policy.generation == 1:
        yield fine(_AREA, "nothing is shown to them: the policy in force is of generation 1")
        return
    lacks = found.lacks(held.policy.effective_from_milliseconds)
    for topic in lacks:
        right = "is a stage behind (`recourse status`), or does a worker of an older version run?"
        yield fix(_AREA, f"{topic} lacks what came more than a minute after its newest", right)
    if not lacks:
        yield fine(_AREA, f"newest: {ages(found, now)}")
