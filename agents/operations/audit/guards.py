"""What guards a customer against a manager's convenience, as the steps of a case tell it.

A case has guards that was opened, or opened again, under a policy of generation 2.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from agents.core.calendar import MINUTE_MS
from agents.core.policy import Policy
from agents.operations.audit.cases import (
    BEGINS,
    Case,
    keeps_promise,
    promise_after,
    says_promise_missed,
)
from agents.operations.audit.finding import Breach, Finding
from schemas.records import Escalation, EscalationStatus, Outcome, OutcomeName, OutcomeStatus

_S = EscalationStatus
_GENERATION: Final = 2


class Guarded:
    """Outcomes that say ABUSIVE, and what is wrong with the cases that have guards."""

    def __init__(self) -> None:
        self._abusive: dict[str, int] = {}  # by escalation, when it was said first (ms)

    def take(self, outcome: Outcome) -> None:
        """An outcome more, in whatever order they come."""
        if outcome.status is OutcomeStatus.RESOLVED and outcome.outcome is OutcomeName.ABUSIVE:
            at = self._abusive.get(outcome.escalation_id, outcome.occurred_at)
            self._abusive[outcome.escalation_id] = min(at, outcome.occurred_at)

    def findings(
        self, cases: Mapping[str, Case], policies: Mapping[str, Policy], horizon: int
    ) -> Iterator[Finding]:
        """Waits beyond their sum, promises put off without a miss, abuse that nobody confirmed.

        What was done after the horizon (ms) is not looked at: a word may still be on its way.
        """
        for case in cases.values():
            steps = _guarded(case, policies)
            if steps:
                yield from _waits(case.id, steps, policies)
                yield from _promises(case.id, steps, policies, horizon)
                yield from self._unconfirmed(case.id, steps, horizon)

    def forget(self, before: int) -> None:
        """Lets go of what was said before a moment (ms)."""
        self._abusive = {key: at for key, at in self._abusive.items() if at >= before}

    def _unconfirmed(self, of: str, steps: list[Escalation], horizon: int) -> Iterator[Finding]:
        said_at = self._abusive.get(of)
        if said_at is None or said_at >= horizon:
            return
        confirmed = any(
            each.status is _S.CONFIRMED and each.occurred_at <= said_at for each in steps
        )
        if not confirmed:
            detail = f"counts as ABUSIVE from {said_at}, and nobody had confirmed it"
            yield Finding(what=Breach.ABUSE_UNCONFIRMED, of=of, detail=detail)


def _guarded(case: Case, policies: Mapping[str, Policy]) -> list[Escalation]:
    """Its steps since it has guards, but refused ones; none where a policy is not known.

    Where a policy of generation 1 came back meanwhile, its guards slept: it is not looked at.
    """
    steps = [each for _, each in sorted(case.steps.items()) if each.status is not _S.REFUSED]
    first = next(
        (
            place
            for place, each in enumerate(steps)
            if each.status in BEGINS and _guards(each, policies)
        ),
        None,
    )
    if first is None or not all(_guards(each, policies) for each in steps[first:]):
        return []
    return steps[first:]


def _guards(step: Escalation, policies: Mapping[str, Policy]) -> bool:
    policy = policies.get(step.policy_version)
    return policy is not None and policy.writes_generation(_GENERATION)


def _waits(of: str, steps: list[Escalation], policies: Mapping[str, Policy]) -> Iterator[Finding]:
    """Each wait and those before it, as long as they lasted at least: up to the next step."""
    lasted = 0
    for step, after in pairwise([*steps, None]):
        if step is None or step.status is not _S.WAITING or step.until is None:
            continue
        clocks = policies[step.policy_version].clocks.of(step.severity)
        most = clocks.wait_at_most_minutes * MINUTE_MS
        planned = lasted + step.until - step.occurred_at
        if planned > most:
            detail = (
                f"with step {step.step} it waits for {planned // MINUTE_MS} min in sum: "
                f"{most // MINUTE_MS} are allowed"
            )
            yield Finding(what=Breach.WAITED_TOO_LONG, of=of, detail=detail)
        end = step.until if after is None else min(step.until, after.occurred_at)
        lasted += end - step.occurred_at


def _promises(
    of: str, steps: list[Escalation], policies: Mapping[str, Policy], horizon: int
) -> Iterator[Finding]:
    """A promise that takes the place of one which has passed, or of one in time too often."""
    standing: Escalation | None = None
    replaced = 0
    for step in steps:
        if step.status is _S.PROMISED:
            until = None if standing is None else standing.until
            if until is not None and step.occurred_at < horizon:
                late = until < step.occurred_at
                replaced = 0 if late else replaced + 1
                most = policies[step.policy_version].clocks.promises_replaced_at_most
                if (late or replaced >= most) and not _is_missed_at(step.occurred_at, steps):
                    why = "after its moment" if late else f"as number {replaced} in a row"
                    detail = (
                        f"step {step.step} takes the place of the promise for {until}, {why}, "
                        "and no miss was said"
                    )
                    yield Finding(what=Breach.PROMISE_PUT_OFF, of=of, detail=detail)
        elif keeps_promise(step) or says_promise_missed(step):
            replaced = 0
        standing = promise_after(step, standing)


def _is_missed_at(at: int, steps: list[Escalation]) -> bool:
    return any(each.occurred_at == at and says_promise_missed(each) for each in steps)
