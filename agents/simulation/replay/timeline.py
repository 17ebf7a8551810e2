"""The reference data as it changed over the time of a recording."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Self

from agents.core.policy import Policy
from agents.core.world import Directory, World
from agents.reference_data.reference import Reference


class Timeline:
    """Who looks at a moment gets what held then."""

    def __init__(self, turns: Iterable[tuple[int, Reference]]) -> None:
        """`turns`: from when on (ms) what holds, in that order; the first holds before it, too."""
        self._turns = tuple(turns)
        self._from = [at for at, _ in self._turns]

    def world(self, now: int) -> World:
        """What holds at a moment (ms); of what is decided again nobody reads the notices."""
        return self.at(now).world(now, worded=False)

    def at(self, now: int) -> Reference:
        """The reference data that holds at a moment (ms)."""
        return self._turns[max(bisect_right(self._from, now) - 1, 0)][1]

    @property
    def last(self) -> Reference:
        """What holds in the end."""
        return self._turns[-1][1]

    def with_policy(self, policy: Policy, since: int) -> Self:
        """The same, but from a moment (ms) on with this policy alone."""
        return self._changed(lambda each: replace(each, policies=(policy,)), since)

    def with_each_policy(self, change: Callable[[Policy], Policy], since: int) -> Self:
        """The same, but from a moment (ms) on each policy is what a change makes of it."""
        made: dict[int, Policy] = {}  # turns share them

        def changed(policy: Policy) -> Policy:
            if id(policy) not in made:
                made[id(policy)] = change(policy)
            return made[id(policy)]

        def under(each: Reference) -> Reference:
            return replace(each, policies=tuple(map(changed, each.policies)))

        return self._changed(under, since)

    def with_directory(self, directory: Directory, since: int) -> Self:
        """The same, but from a moment (ms) on with this directory alone."""
        return self._changed(lambda each: _at(each, directory), since)

    def _changed(self, change: Callable[[Reference], Reference], since: int) -> Self:
        before = [(at, each) for at, each in self._turns if at < since]
        later = [(at, change(each)) for at, each in self._turns if at > since]
        return type(self)([*before, (since, change(self.at(since))), *later])


def _at(reference: Reference, directory: Directory) -> Reference:
    sites, managers = directory.sites, directory.managers
    return replace(reference, sites=_frozen(sites), managers=_frozen(managers))


def _frozen(entries: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(dict(entries))
