"""One look at a pipeline from outside, in a few seconds, whatever the topics hold.

Asked for: groups and their offsets, the ends of the stages' topics, the first unread record of each
partition that is behind, the newest tick, the dead letters of the last hour (at most so many), the
reference topics, and the steps of cases from the newest back, for so long as is allowed.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from agents.core.calendar import HOUR_MS
from agents.core.pseudonyms import Pseudonyms
from agents.operations.cases.case_lines import figures
from agents.operations.cases.case_reader import NoCases, read_cases
from agents.operations.left_out import LeftOut
from agents.operations.status.clock import clock, places_of, time_of_ticks
from agents.operations.status.insights import insights_of, site_days_of
from agents.operations.status.lag import StageLag, lag_of, unread_from
from agents.operations.status.local_workers import LocalWorker, local_workers
from agents.operations.status.shown import apps_of
from agents.operations.status.status import CasesSay, DeadLetters, ReferenceSays, Status
from agents.operations.status.worker_numbers import Twice, twice_here, twice_said
from agents.operations.status.workers import WorkerSays, ask
from agents.pipeline.dead_letter import LETTER_TOPICS
from agents.pipeline.processor import TICKS
from agents.pipeline.stages import stages
from agents.records.codecs import Codecs, Undecodable
from agents.reference_data.published import spans
from agents.reference_data.reference import REFERENCES, Reference, fold, missing
from schemas.records import DeadLetter
from streams.errors import EngineError
from streams.runtime.carrying import original
from streams.topology import Message, Stage
from streams.transport.coordinators import Coordinators
from streams.transport.groups import Group, committed, groups
from streams.transport.kafka import Place, admin, partition_counts, readable_ends, topic_starts
from streams.transport.ranges import RangeReader, newest, offsets_since
from streams.transport.reading import read_all
from streams.transport.unread import first_unread

LETTERS_AT_MOST = 20_000
_UNREAD_SECONDS = 1.0

Result = TypeVar("Result")


class Probe:
    """Looks again and again; keeps its connection between looks."""

    def __init__(
        self,
        bootstrap_servers: str,
        application: str,
        wire: Codecs,
        workers: Sequence[str],
        case_seconds: float | None,
    ) -> None:
        """`case_seconds`: for how long cases are read back; None: to the first step there is."""
        self._servers = bootstrap_servers
        self._application = application
        self._wire = wire
        self._workers = workers
        self._case_seconds = case_seconds
        self._admin: AdminClient = admin(bootstrap_servers)
        self._coordinators = Coordinators(bootstrap_servers)

    def now(self, tell: Callable[[str], None] = lambda _: None) -> Status:
        """How it stands; `tell` hears what it is at.

        Raises:
            KafkaException: the broker can't be asked at all.
        """
        began = time.monotonic()
        brokers = len(self._admin.list_topics(timeout=_UNREAD_SECONDS * 5).brokers)
        tell(f"{brokers} broker{'s' if brokers > 1 else ''}: asking who has which partitions")
        writers_time = time_of_ticks(self._admin, TICKS)
        now = clock() if writers_time is None else writers_time
        unknown: list[str] = []
        with ThreadPoolExecutor(max_workers=8) as pool:
            workers = [pool.submit(ask, address) for address in self._workers]
            here = pool.submit(local_workers)
            cases = pool.submit(self._cases, now)
            reference = pool.submit(self._reference, now)
            letters = pool.submit(self._letters, now)
            misplaced = pool.submit(self._misplaced, now)
            insights = pool.submit(insights_of, self._admin, now)
            apps = pool.submit(apps_of, self._admin)
            days = pool.submit(site_days_of, self._admin, self._servers, self._wire)
            tick = pool.submit(lambda: newest(self._admin, places_of(self._admin, TICKS)))
            found = pool.submit(
                lambda: groups(self._coordinators, [self._group(each) for each in stages()])
            )
            known = _or_none(found, "groups", unknown) or {}
            lags = {
                stage.name: pool.submit(self._lag, stage, known[self._group(stage)], now)
                for stage in stages()
                if self._group(stage) in known
            }
            tell("reading ticks, dead letters, policy and cases")
            return Status(
                bootstrap_servers=self._servers,
                brokers=brokers,
                now=now,
                own_time=writers_time is not None,
                groups=known,
                stages=tuple(
                    lag
                    for name, each in lags.items()
                    if (lag := _or_none(each, f"lag of {name}", unknown)) is not None
                ),
                reference=_or_none(reference, "policy and directory", unknown),
                last_tick=_or_none(tick, "ticks", unknown),
                dead_letters=_or_none(letters, "dead letters", unknown),
                misplaced=_or_none(misplaced, "carried records", unknown),
                insights=_or_none(insights, "insights", unknown),
                apps=_or_none(apps, "what apps are shown", unknown),
                site_days=_or_none(days, "site days", unknown),
                cases=_or_none(cases, "cases", unknown),
                workers=(said := tuple(each.result() for each in workers)),
                twice=self._twice(said, here.result()),
                unknown=tuple(unknown),
                took_ms=int((time.monotonic() - began) * 1000),
            )

    def _twice(self, said: Sequence[WorkerSays], here: Sequence[LocalWorker]) -> tuple[Twice, ...]:
        return (*twice_said(said), *twice_here(here, self._application, self._servers))

    def _group(self, stage: Stage) -> str:
        return f"{self._application}-{stage.name}"

    def _lag(self, stage: Stage, group: Group, now: int) -> StageLag:
        counts = partition_counts(self._admin, stage.topics)
        places: list[Place] = [(topic, n) for topic, count in counts.items() for n in range(count)]
        # Before the ends: else some would lie beyond them.
        at = committed(self._coordinators, group.name)
        ends, starts = readable_ends(self._admin, places), topic_starts(self._admin, places)
        begins = unread_from(places, at, starts, ends)
        unread = first_unread(self._servers, begins, _UNREAD_SECONDS)
        return lag_of(
            stage.name,
            group,
            partitions=max(counts.values(), default=0),
            begins=begins,
            ends=ends,
            unread=unread,
            now=now,
        )

    def _reference(self, now: int) -> ReferenceSays:
        counts = partition_counts(self._admin, REFERENCES.topics)
        reference = Reference(pseudonyms=Pseudonyms(any_key=True))
        for message in read_all(self._servers, counts):
            reference = fold(reference, message, decode=self._wire.decode)
        known = spans(reference.policies)
        holds = next((each for each in known if each.state(now) == "in force"), None)
        follows = next((each for each in known if each.state(now) == "will be in force"), None)
        return ReferenceSays(
            policy=None if holds is None else holds.policy.version,
            since=None if holds is None else holds.policy.effective_from_milliseconds,
            following=None if follows is None else follows.policy.version,
            following_from=None if follows is None else follows.begin,
            sites=len(reference.sites),
            managers=len(reference.managers),
            refused=len(reference.unmended),
            at_risk=len(reference.at_risk),
            missing=missing(reference),
            generation=1 if holds is None else holds.policy.generation,
        )

    def _letters(self, now: int) -> DeadLetters:
        reasons, topics, left_out = Counter[str](), Counter[str](), LeftOut()

        def look(message: Message) -> None:
            try:
                letter = self._wire.decode(message.topic, message.value or b"")
            except Undecodable as why:
                left_out.add(message, why)
                return
            assert isinstance(letter, DeadLetter), "the topic's record"
            reasons[letter.reason.value] += 1
            topics[letter.topic or "no topic"] += 1

        places = [place for topic in LETTER_TOPICS for place in places_of(self._admin, topic)]
        all_ = self._last_hour(places, now, look)
        return DeadLetters(
            by_reason=dict(reasons.most_common()),
            by_topic=dict(topics.most_common()),
            all=all_,
            left_out=str(left_out),
        )

    def _misplaced(self, now: int) -> dict[str, int]:
        topics = [stage.carried for stage in stages() if stage.carried is not None]
        places = [place for topic in topics for place in places_of(self._admin, topic)]
        lay = Counter[str]()

        def look(message: Message) -> None:
            came = original(message)
            if came is not None:
                lay[came.topic] += 1

        self._last_hour(places, now, look)
        return dict(lay.most_common())

    def _last_hour(
        self, places: Sequence[Place], now: int, look: Callable[[Message], None]
    ) -> bool:
        """Gives the records of the last hour, the newest at least; whether these are all."""
        ends = readable_ends(self._admin, places)
        begins = offsets_since(self._admin, ends, now - HOUR_MS)
        each_at_most = LETTERS_AT_MOST // max(1, len(places))
        ranges = {
            place: (max(begins[place], end - each_at_most), end) for place, end in ends.items()
        }
        reader = RangeReader(self._servers)
        try:
            for _, messages in reader.read(ranges, lambda _: True):
                for message in messages:
                    if message.offset < ranges[message.topic, message.partition][1]:
                        look(message)
        finally:
            reader.close()
        return all(begins[place] >= begin for place, (begin, _) in ranges.items())

    def _cases(self, now: int) -> CasesSay:
        read = read_cases(self._servers, self._wire, self._case_seconds, closed_too=False)
        return CasesSay(figures=figures(read.lines, now), since=read.since, left_out=read.left_out)


def _or_none(future: "Future[Result]", what: str, unknown: list[str]) -> Result | None:
    """What was found; where we may not look, or there is nothing, that is noted."""
    try:
        return future.result()
    except KafkaException as error:
        unknown.append(f"{what}: {error.args[0].name()} {error.args[0].str()}".rstrip(": "))
    except (EngineError, NoCases) as error:
        unknown.append(f"{what}: {error}")
    return None
