"""What is declared of a rule beside the function that finds it, in one place: its own file."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from agents.core.customers.rule_base.finding import Finding
from agents.core.customers.rule_base.preconditions import Precondition, had_by
from agents.core.customers.rule_base.rule_context import RuleContext
from agents.core.customers.state import Customer, Visit
from agents.core.policy import Policy
from schemas.records import Kind, Rule

_SYMBOLS = "schemas/avro/disagreement.avsc (then `make symbols`)"

Find = Callable[[RuleContext], tuple[Finding, ...]]
Asked = Callable[[Customer, Visit, Finding, Policy], bool]
"""Whether a finding is one of the customer's own words, where its rule alone does not say so."""


class _Named(Protocol):
    __name__: str
    __doc__: str | None

    def __call__(self, context: RuleContext, /) -> tuple[Finding, ...]: ...


class Due(NamedTuple):
    """When time alone makes a rule true.

    `may_be`: whether a visit can come to it at all; asked of each visit with each event, so it is
    cheap. `at`: the next such moment after `context.world.now` (epoch milliseconds), if there is
    one.
    """

    may_be: Callable[[Visit], bool]
    at: Callable[[RuleContext], int | None]


@dataclass(frozen=True, eq=False, slots=True)
class RuleDefinition:
    """A rule; whoever needs to know something of it derives that from here.

    `needs`: what must be on a visit for it to find anything. `by_time`: time alone makes it true or
    untrue. `over_visits`: so does an event on another visit of the vehicle. `only_rises`: its
    excess may only rise; what a manager decided on once is not raised again. `due`: when time makes
    it true; None: time only makes it untrue, or does nothing. `asked`: the customer's own words
    make it, so the throttle counts it; the others the product found, and no throttle looks at them.
    """

    name: Rule
    kind: Kind
    find: Find
    needs: Precondition
    by_time: bool
    over_visits: bool
    only_rises: bool
    due: Due | None
    asked: bool | Asked

    def __call__(self, context: RuleContext) -> tuple[Finding, ...]:
        """What it finds on a visit."""
        return self.find(context)


def rule(
    kind: Kind,
    *,
    needs: Precondition,
    by_time: bool = False,
    over_visits: bool = False,
    only_rises: bool = False,
    due: Due | None = None,
    asked: bool | Asked = False,
) -> Callable[[_Named], RuleDefinition]:
    """Makes a function a rule: its name, in capitals, is a symbol of `Rule`."""

    def define(find: _Named) -> RuleDefinition:
        name = Rule(find.__name__.upper())
        assert name is not Rule.UNKNOWN, f"{find.__name__} is no symbol of Rule, in {_SYMBOLS}"
        assert by_time or due is None, f"{find.__name__}: what is due is by_time"
        return RuleDefinition(name, kind, find, needs, by_time, over_visits, only_rises, due, asked)

    return define


class RuleIndex:
    """Some of the rules, in their order: those are asked whose needs a visit meets."""

    def __init__(self, rules: Iterable[RuleDefinition]) -> None:
        self.rules = tuple(rules)
        self.names = frozenset(each.name for each in self.rules)
        self._by_what_is_there: dict[int, tuple[RuleDefinition, ...]] = {}

    def for_visit(self, visit: Visit) -> tuple[RuleDefinition, ...]:
        """The rules that may find something on a visit."""
        has = had_by(visit)
        found = self._by_what_is_there.get(has)
        if found is None:
            found = tuple(each for each in self.rules if int(each.needs) & has == int(each.needs))
            self._by_what_is_there[has] = found
        return found
