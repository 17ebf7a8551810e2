"""One partition of a stage on bytes: what is good, what is broken, what fails, what is replayed."""

import re
from dataclasses import replace
from typing import Any

import pytest
from msgspec import Struct

from agents.core.handling import (
    Arrived,
    DeadLetterCause,
    DeadLettered,
    Handled,
    Output,
    Skipped,
    Turns,
)
from agents.core.world import World
from agents.pipeline.dead_letter import (
    SERVICE_DEAD_LETTERS,
    VALUE_AT_MOST,
    dead_letter,
    kept_in,
)
from agents.pipeline.failures import FEWEST, FailureLimit, TooManyFailed
from agents.pipeline.processor import TICKS, StageProcessor
from agents.pipeline.stage_core import Core, Wire
from agents.records import codecs
from agents.records.headers import span_of
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.policy_files import default_policy
from agents.reference_data.reference import reference_of
from agents.simulation.simulate import JSON
from schemas.records import (
    Channel,
    CheckIn,
    DeadLetter,
    DeadLetterReason,
    Erased,
    Outcome,
    OutcomeStatus,
    Tick,
)
from schemas.records.common import LONGEST_ID
from streams.topology import Emit, Message, Unread

CHECK_INS = "service.check-ins"
NOW = 1_772_442_000_000
REFERENCE = reference_of(default_policy(), demo_directory())


class Tally(Struct, frozen=True, kw_only=True):
    """The state of a stage that counts a customer's check-ins."""

    customer_id: str
    count: int


class Tallies:
    """A partition without indexes."""

    def __init__(self) -> None:
        self.records: dict[str, Tally] = {}

    def apply(self, changed: dict[str, Tally | None]) -> None:
        for key, record in changed.items():
            if record is None:
                del self.records[key]
            else:
                self.records[key] = record


def outcome(check_in: CheckIn, *, visit_id: str | None = None) -> Output:
    return Output(
        topic="recourse.outcomes",
        record=Outcome(
            escalation_id=f"{check_in.visit_id}:1",
            visit_id=visit_id or check_in.visit_id,
            customer_id=check_in.customer_id,
            occurred_at=NOW,
            status=OutcomeStatus.WITHDRAWN,
            on_appeal=False,
        ),
    )


def handle(partition: Tallies, arrived: Arrived, _: World) -> Handled[Tally]:
    """Counts; what the visit is called says what goes wrong."""
    check_in = arrived.record
    assert isinstance(check_in, CheckIn)
    match check_in.visit_id:
        case "late":
            return Handled(
                rejected=DeadLettered(reason=DeadLetterCause.TOO_LATE, detail="30 h late")
            )
        case "erased":
            return Handled(
                rejected=DeadLettered(reason=DeadLetterCause.ERASED, detail="asked to be forgotten")
            )
        case "twice":
            return Handled(passed_over=Skipped.DUPLICATE)
        case "broken":
            raise KeyError(check_in.customer_id)
        case "gone":
            return Handled(changed={check_in.customer_id: None})
        case "vast":
            vast = Tally(customer_id="c" * VALUE_AT_MOST, count=1)
            return Handled(changed={check_in.customer_id: vast})
        case "huge":
            ids = (LONGEST_ID * "e",) * (VALUE_AT_MOST // LONGEST_ID)
            erased = Erased(region_id="r", occurred_at=NOW, escalation_ids=ids)
            outputs: tuple[Output, ...] = (Output(topic="recourse.erased", record=erased),)
        case "long":
            outputs = (outcome(check_in), outcome(check_in, visit_id="v" * 65))
        case _:
            outputs = (outcome(check_in),)
    before = partition.records.get(check_in.customer_id)
    tally = Tally(customer_id=check_in.customer_id, count=1 if before is None else before.count + 1)
    return Handled(changed={check_in.customer_id: tally}, outputs=outputs)


def handle_time(partition: Tallies, world: World, aside: object) -> Turns[Handled[Tally]]:
    del aside
    yield
    return Handled(changed=dict.fromkeys(partition.records) if world.now > NOW else {})


CORE = Core(
    record=Tally,
    partition=Tallies,
    handle=handle,
    handle_time=handle_time,
    next_due=lambda _partition, _world: None,
    whose=lambda _: None,
)


def processor() -> StageProcessor[Tally]:
    return StageProcessor("customers", CORE)


def check_in(visit_id: str = "v1", customer_id: str = "c1") -> CheckIn:
    return CheckIn(
        event_id="e1",
        occurred_at=NOW - 1000,
        customer_id=customer_id,
        visit_id=visit_id,
        vehicle_id="car1",
        site_id="columbus",
        language="en",
        channels=(Channel.SMS,),
        quiet_from=None,
        quiet_until=None,
        time_zone=None,
        symptoms=(),
        promised_ready_at=None,
    )


def message(visit_id: str = "v1", customer_id: str = "c1", **changes: Any) -> Message:
    return Message(
        topic=CHECK_INS,
        partition=3,
        offset=7,
        timestamp=NOW,
        key=customer_id.encode(),
        value=codecs.encode(CHECK_INS, check_in(visit_id, customer_id)),
    )._replace(**changes)


def dead(emits: Any) -> DeadLetter:
    (emit,) = emits
    record = codecs.decode(emit.topic, emit.value)
    assert isinstance(record, DeadLetter)
    assert emit.topic == kept_in(record)
    return record


@pytest.mark.parametrize(
    ("topic", "kept"),
    [
        ("service.check-ins", "service.dead-letters"),
        ("service.customer-responses", "service.dead-letters"),
        ("service.closures", "service.dead-letters"),
        ("privacy.erasures", "recourse.dead-letters"),
        ("recourse.outcomes", "recourse.dead-letters"),
        ("recourse.actions", "recourse.dead-letters"),
        ("recourse.ticks", "recourse.dead-letters"),
    ],
)
def test_dead_letters_of_what_others_send_are_in_a_topic_that_they_may_read(
    topic: str, kept: str
) -> None:
    letter = dead_letter(message(topic=topic), DeadLetterReason.INVALID, "why", NOW)

    (emit,) = processor().refuse(message(topic=topic), "why", NOW, REFERENCE)

    assert (kept_in(letter), emit.topic) == (kept, kept)
    assert codecs.decode(kept, emit.value or b"") == letter


def test_a_good_record_changes_the_state_and_is_answered() -> None:
    stage = processor()
    emits = stage.handle(message(), NOW, REFERENCE)

    assert emits == [
        Emit(
            "recourse.outcomes",
            b"c1",
            codecs.encode("recourse.outcomes", outcome(check_in()).record),
            (("event_id", f"v1:1:WITHDRAWN:{NOW}".encode()),),
        )
    ]
    assert stage.partition.records == {"c1": Tally(customer_id="c1", count=1)}


def test_the_trace_of_a_record_goes_on_to_its_outputs() -> None:
    headers = (("traceparent", b"00-1-2-01"), ("other", b"x"))
    (emit,) = processor().handle(message(headers=headers), NOW, REFERENCE)

    assert emit.headers[1:] == (("traceparent", b"00-1-2-01"),)


TRACE_ID, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SAMPLED = f"00-{TRACE_ID}-{PARENT}-01".encode()


def test_a_trace_that_somebody_keeps_goes_on_from_a_span_of_the_stage_s_own() -> None:
    headers = (("tracestate", b"vendor=1"), ("traceparent", SAMPLED))
    (emit,) = processor().handle(message(headers=headers), NOW, REFERENCE)
    (again,) = processor().handle(message(headers=headers), NOW, REFERENCE)
    (other,) = processor().handle(message(headers=headers, offset=8), NOW, REFERENCE)
    span = span_of(message(headers=headers), "customers")

    assert span is not None
    assert (span.trace_id, span.parent_id, span.flags) == (TRACE_ID, PARENT, "01")
    assert emit.headers[1:] == (
        ("traceparent", f"00-{TRACE_ID}-{span.span_id}-01".encode()),
        ("tracestate", b"vendor=1"),
    )
    assert re.fullmatch("[0-9a-f]{16}", span.span_id)
    assert span.span_id != PARENT
    assert again.headers == emit.headers
    assert other.headers[1:] != emit.headers[1:]
    assert span_of(message(headers=headers), "desk") != span


@pytest.mark.parametrize(
    "trace",
    [
        f"00-{TRACE_ID}-{PARENT}-00",  # nobody keeps it
        f"00-{TRACE_ID}-{PARENT}-02",
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{TRACE_ID}-{'0' * 16}-01",
        f"00-{TRACE_ID.upper()}-{PARENT}-01",
        f"01-{TRACE_ID}-{PARENT}-01",
        f"00-{TRACE_ID}-{PARENT}-01-more",
        f"00-{TRACE_ID}-{PARENT}-01\n",
    ],
)
def test_what_is_no_trace_that_somebody_keeps_goes_on_as_it_is(trace: str) -> None:
    headers = (("traceparent", trace.encode()), ("tracestate", b"x" * 513))
    (emit,) = processor().handle(message(headers=headers), NOW, REFERENCE)

    assert emit.headers[1:] == headers[:1]


def test_a_state_without_a_trace_goes_nowhere() -> None:
    (emit,) = processor().handle(message(headers=(("tracestate", b"a=1"),)), NOW, REFERENCE)

    assert emit.headers[1:] == ()


def test_a_dead_letter_belongs_to_the_span_too() -> None:
    headers = (("traceparent", SAMPLED), ("tracestate", b"vendor=1"))
    given = message("broken", headers=headers)
    (emit,) = processor().handle(given, NOW, REFERENCE)

    span = span_of(given, "customers")
    assert span is not None
    assert emit.headers == (("traceparent", span.header), ("tracestate", b"vendor=1"))


@pytest.mark.parametrize(
    ("changes", "reason", "detail"),
    [
        ({"value": b"{}"}, DeadLetterReason.UNREADABLE, None),
        (
            {"value": None},
            DeadLetterReason.INVALID,
            "a record of service.check-ins must have a value",
        ),
        (
            {"key": b"c2"},
            DeadLetterReason.INVALID,
            "the key is 'c2': must be the customer_id, 'c1'",
        ),
        (
            {"key": None},
            DeadLetterReason.INVALID,
            "the key is null: must be the customer_id, 'c1'",
        ),
        (
            {"headers": (("first_arrived_at", b"soon"),)},
            DeadLetterReason.INVALID,
            (
                "the header first_arrived_at is 'soon': must be epoch milliseconds, "
                "not after the record's timestamp"
            ),
        ),
    ],
)
def test_what_cannot_be_used_is_a_dead_letter_as_it_came(
    changes: dict[str, Any], reason: DeadLetterReason, detail: str | None
) -> None:
    stage, given = processor(), message(**changes)
    letter = dead(stage.handle(given, NOW, REFERENCE))

    assert letter == DeadLetter(
        topic=CHECK_INS,
        partition=3,
        offset=7,
        reason=reason,
        detail=detail or letter.detail,
        key=None if given.key is None else given.key.decode(),
        value=given.value,
        occurred_at=NOW,
        headers={name: content or b"" for name, content in given.headers},
    )
    assert stage.partition.records == {}
    assert list(stage.drain_changes()) == []


def test_where_what_is_told_of_a_dead_letter_fails_it_is_written_all_the_same() -> None:
    def broken(*_: object) -> tuple[Output, ...]:
        raise ZeroDivisionError

    core = replace(CORE, told_of={CHECK_INS: broken})
    emits = StageProcessor("customers", core).handle(message("late"), NOW, REFERENCE)

    assert dead(emits).reason is DeadLetterReason.TOO_LATE


def test_what_the_core_rejects_is_a_dead_letter_with_its_reason() -> None:
    letter = dead(processor().handle(message("late"), NOW, REFERENCE))

    assert (letter.reason, letter.detail) == (DeadLetterReason.TOO_LATE, "30 h late")


def test_of_an_erased_customer_neither_key_nor_value_nor_headers_are_kept() -> None:
    given = message("erased", headers=(("name", b"Ann"),))
    emits = processor().handle(given, NOW, REFERENCE)
    letter = dead(emits)

    assert (letter.reason, letter.key, letter.value, letter.headers) == (
        DeadLetterReason.ERASED,
        None,
        None,
        {},
    )
    assert emits[0].key is None


def test_a_value_too_large_to_keep_is_named_by_length_and_hash() -> None:
    letter = dead(processor().handle(message(value=b"x" * (VALUE_AT_MOST + 1)), NOW, REFERENCE))

    assert letter.value is None
    assert f"the value has {VALUE_AT_MOST + 1} bytes, SHA-256 " in letter.detail


def test_a_value_just_small_enough_is_kept() -> None:
    value = b"x" * VALUE_AT_MOST

    assert dead(processor().handle(message(value=value), NOW, REFERENCE)).value == value


def test_a_key_and_headers_too_large_to_repeat_are_named() -> None:
    """A dead letter must fit into a record, or it would stop the stage."""
    key, headers = b"\xff" * 1_001, (("note", b"x" * 49_997),)
    emits = processor().handle(message(key=key, headers=headers), NOW, REFERENCE)
    letter = dead(emits)

    assert (emits[0].key, letter.key, letter.headers) == (None, None, {})
    assert "; the key has 1001 bytes, SHA-256 " in letter.detail
    assert ", the headers have 50001 bytes: read it by topic" in letter.detail


def test_a_key_and_headers_just_small_enough_are_repeated() -> None:
    key, headers = b"k" * 1_000, (("note", b"x" * 49_996),)
    emits = processor().handle(message(key=key, headers=headers), NOW, REFERENCE)

    assert (emits[0].key, dead(emits).key) == (key, key.decode())
    assert dead(emits).headers == dict(headers)


def test_a_value_too_long_to_read_is_not_read() -> None:
    letter = dead(processor().handle(message(value=b"\0" * (VALUE_AT_MOST + 1)), NOW, REFERENCE))

    assert letter.reason is DeadLetterReason.INVALID
    assert letter.detail.startswith(f"the value is too long: at most {VALUE_AT_MOST} bytes; ")


def test_each_record_of_a_batch_that_stays_packed_is_a_dead_letter_of_its_producer() -> None:
    failures = FailureLimit(0)
    stage = StageProcessor("customers", CORE, failures=failures)
    letters = [
        dead(stage.handle(Unread(CHECK_INS, 3, offset, NOW, None, None), NOW, REFERENCE))
        for offset in range(FEWEST + 10)
    ]

    assert [each.offset for each in letters] == list(range(FEWEST + 10))
    assert {(each.reason, each.key, each.value, each.detail) for each in letters} == {
        (
            DeadLetterReason.INVALID,
            None,
            None,
            Unread(CHECK_INS, 3, 0, NOW, None, None).why,
        )
    }
    assert letters[0].detail.startswith("it came in a batch that unpacks to more than 8,388,608 b")


def test_a_state_too_large_for_the_changelog_is_our_failure_and_leaves_it_as_before() -> None:
    stage = processor()
    letter = dead(stage.handle(message("vast"), NOW, REFERENCE))

    assert letter.reason is DeadLetterReason.FAILED
    assert letter.detail.startswith("the state of its key would have 900")
    assert stage.partition.records == {}
    assert list(stage.drain_changes()) == []


def test_of_headers_that_carry_a_trace_the_first_short_one_goes_on() -> None:
    headers = (("traceparent", b"x" * 513), ("traceparent", b"x" * 512), ("traceparent", b"y"))
    (emit,) = processor().handle(message(headers=headers), NOW, REFERENCE)

    assert emit.headers[1:] == headers[1:2]


def test_a_failure_of_the_core_is_a_dead_letter_and_leaves_the_state_as_before() -> None:
    stage = processor()
    stage.handle(message(), NOW, REFERENCE)
    before = dict(stage.partition.records), list(stage.drain_changes())
    letter = dead(stage.handle(message("broken"), NOW, REFERENCE))

    assert letter.reason is DeadLetterReason.FAILED
    assert letter.detail.startswith("KeyError at test_processor.py:")
    assert "c1" not in letter.detail
    assert (dict(stage.partition.records), list(stage.drain_changes())) == (before[0], [])


def test_a_core_that_fails_on_too_many_records_stops_the_stage() -> None:
    stage = StageProcessor("customers", CORE, failures=FailureLimit(1))
    for _ in range(FEWEST):
        assert dead(stage.handle(message("broken"), NOW, REFERENCE)).reason == "FAILED"
    assert dead(stage.handle(message("late"), NOW, REFERENCE)).reason == "TOO_LATE"

    with pytest.raises(TooManyFailed):
        stage.handle(message("broken"), NOW, REFERENCE)


def test_an_output_too_large_to_write_is_our_failure_and_leaves_the_state_as_before() -> None:
    stage = processor()
    letter = dead(stage.handle(message("huge"), NOW, REFERENCE))

    assert letter.reason is DeadLetterReason.FAILED
    assert letter.detail.startswith("its output to recourse.erased would have 9")
    assert stage.partition.records == {}


@pytest.mark.parametrize("wire", [codecs.PLAIN, codecs.Codecs(compiled=None), JSON])
def test_an_output_that_its_readers_would_refuse_is_our_failure_and_leaves_the_state_as_before(
    wire: Wire,
) -> None:
    stage = StageProcessor("tally", CORE, wire=wire, failures=FailureLimit(1))
    value = wire.encode(CHECK_INS, codecs.decode(CHECK_INS, message("long").value or b""))
    made = stage.handle(message("long")._replace(value=value), NOW, REFERENCE)

    (emit,) = made
    letter = wire.decode(SERVICE_DEAD_LETTERS, emit.value or b"")
    assert isinstance(letter, DeadLetter)
    assert letter.reason is DeadLetterReason.FAILED
    assert letter.detail == (
        "an output would be none that can be read: Outcome: visit_id: must be 1 to 64 of "
        "A-Z a-z 0-9 . _ : -"
    )
    assert stage.partition.records == {}
    assert list(stage.drain_changes()) == []


def test_a_duplicate_is_passed_over() -> None:
    stage = processor()

    assert stage.handle(message("twice"), NOW, REFERENCE) == []
    assert stage.partition.records == {}


def test_changes_are_drained_once_with_the_last_value_of_each_key() -> None:
    stage = processor()
    for given in (message(), message(), message(customer_id="c2"), message("gone", "c2")):
        stage.handle(given, NOW, REFERENCE)
    changes = dict(stage.drain_changes())

    assert changes.keys() == {"c1", "c2"}
    assert changes["c2"] is None
    assert list(stage.drain_changes()) == []


def test_what_is_drained_restores_the_state() -> None:
    stage = processor()
    for customer_id in ("c1", ":now", "::x"):
        stage.handle(message(customer_id=customer_id), NOW, REFERENCE)
    changes = list(stage.drain_changes())
    again = processor()
    for key, value in changes:
        assert key != ":now"
        assert value is not None
        again.restore(key, value)
    again.restored()

    assert again.partition.records == stage.partition.records


def test_a_tick_lets_time_act() -> None:
    stage = processor()
    stage.handle(message(), NOW, REFERENCE)
    tick = Message(TICKS, 3, 0, NOW + 1, b"3", codecs.encode(TICKS, Tick(now=NOW + 1)))

    assert stage.handle(tick, NOW + 1, REFERENCE) == []
    assert stage.partition.records == {}


def test_a_tick_that_nobody_can_read_is_a_dead_letter_and_time_waits_for_the_next() -> None:
    stage = StageProcessor("customers", CORE, checks_ticks=True)
    stage.handle(message(), NOW, REFERENCE)
    letter = dead(stage.handle(Message(TICKS, 3, 0, NOW + 1, b"3", b"soon"), NOW + 1, REFERENCE))

    assert letter.reason is DeadLetterReason.UNREADABLE
    assert stage.partition.records != {}


def test_a_replay_gives_the_same_bytes() -> None:
    given = [message(visit) for visit in ("v1", "broken", "v2", "late", "huge", "twice", "v1")]
    first, second = processor(), processor()

    assert [first.handle(each, NOW, REFERENCE) for each in given] == [
        second.handle(each, NOW, REFERENCE) for each in given
    ]
    assert list(first.drain_changes()) == list(second.drain_changes())


def test_the_digest_tells_contents_apart_and_nothing_else() -> None:
    seen: list[int] = []

    def note(_partition: Tallies, arrived: Arrived, _world: World) -> Handled[Tally]:
        seen.append(arrived.digest)
        return Handled()

    stage = StageProcessor("customers", replace(CORE, handle=note))
    for given in (message(), message(offset=8, timestamp=NOW + 5), message("v2")):
        stage.handle(given, NOW, REFERENCE)

    assert seen[0] == seen[1]
    assert seen[0] != seen[2]
