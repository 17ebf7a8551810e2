"""What a restore says of where it begins: a line a reason, not one for each of a hundred topics."""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping

import structlog

from streams.metrics import BEGUN_ELSEWHERE
from streams.runtime.beginning import Beginning, Refusal, State, Why
from streams.transport.kafka import Place

log = structlog.get_logger()

SHOWN = 12
"""Partitions spelled out in a line; the rest is counted."""
QUIET = frozenset({Why.AGREED, Why.FIRST})


class Said:
    """Says it for one stage.

    `exactly_once`: under at_least_once a crash leaves the group's offsets behind the state, which
    is no reason to look.
    """

    def __init__(self, stage: str, *, exactly_once: bool = True) -> None:
        self._stage = stage
        self._by_design = frozenset() if exactly_once else frozenset({Why.GROUP_OLDER})

    def begun(
        self,
        beginnings: Mapping[int, Beginning],
        offsets: Mapping[Place, int],
        states: Mapping[int, State],
        group: str,
    ) -> None:
        """Says where partitions begin elsewhere than at the group's `offsets`, and what is gone."""
        places: dict[Why, list[str]] = defaultdict(list)
        for number, each in sorted(beginnings.items()):
            for topic, why in each.whys.items():
                if why not in QUIET:
                    at = offsets.get((topic, number), "none")
                    places[why].append(f"{topic}[{number}] {at} -> {each.offsets[topic]}")
        writers = {s.checkpoint.group for s in states.values() if s.checkpoint} - {group}
        for why, listed in places.items():
            self._say(why, listed, group, sorted(writers))
        for number, each in beginnings.items():
            for topic, wanted in each.gone.items():
                log.error("records_gone", topic=topic, partition=number,
                          first=wanted, before=each.offsets[topic])  # fmt: skip

    def _say(self, why: Why, places: list[str], group: str, other_groups: list[str]) -> None:
        event = {
            Why.NEW_INPUT: "inputs_are_new",
            Why.BELIEVED: "positions_believed",
            Why.MADE_ANEW: "topics_made_anew",
        }.get(why, "begun_at_the_changelogs_positions")
        if why is Why.NEW_INPUT or why in self._by_design:
            say = log.info
        else:
            say = log.warning
            if why is not Why.BELIEVED:
                BEGUN_ELSEWHERE.labels(self._stage, why.value).set(time.time())
        also = {"written_by": other_groups} if other_groups else {}
        say(event, stage=self._stage, why=why.value, group=group, count=len(places),
            places=places[:SHOWN], **also)  # fmt: skip

    def made_with(self, now: Mapping[str, str], states: Mapping[int, State]) -> None:
        """Warns where something that decides what comes out is another than before."""
        other: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, state in sorted(states.items()):
            was = state.checkpoint.made_with if state.checkpoint is not None else {}
            for name, value in now.items():
                if name in was and was[name] != value:
                    other[name, was[name]].append(number)
        for (name, before), numbers in other.items():
            log.warning("made_with_differs", stage=self._stage, what=name, before=before,
                        now=now[name], partitions=numbers)  # fmt: skip


def refused(stage: str, refusals: Iterable[Refusal]) -> None:
    """Says each refusal with its fields, as far as a log should hold them."""
    for each in list(refusals)[:SHOWN]:
        log.error("state_refused", stage=stage, unfit=each.unfit.value, topic=each.topic,
                  partition=each.partition, state=each.state, kafka=each.kafka)  # fmt: skip
