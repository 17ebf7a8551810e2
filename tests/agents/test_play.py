"""What a file of events becomes before it is sent."""

from typing import Any

import msgspec
import pytest

from agents.core.pseudonyms import Pseudonyms
from agents.core.rfc3339 import milliseconds
from agents.records import codecs
from agents.reference_data.policy_files import policy_of_json
from agents.simulation.play import PLACED_BY_KEY, Prepared, ToSend, prepare, topics_of
from agents.simulation.simulate import lines_of
from schemas.records import CheckIn, DeadLetterReason
from streams.transport.kafka import Write

CHECK_INS = "service.check-ins"
NINE = "2026-03-02T09:00:00Z"
TEN = "2026-03-02T10:00:00Z"
AT_NINE, AT_TEN = milliseconds(NINE) or 0, milliseconds(TEN) or 0


def check_in(**changes: Any) -> dict[str, Any]:
    value = {
        "event_id": "e1", "occurred_at": NINE, "customer_id": "c1", "visit_id": "v1",
        "vehicle_id": "car1", "site_id": "columbus", "language": "en", "channels": ["SMS"],
        "symptoms": [],
    }  # fmt: skip
    return value | changes


def line(value: Any, topic: str = CHECK_INS, **more: Any) -> dict[str, Any]:
    return {"topic": topic, "value": value, **more}


def prepared(*lines: Any, **options: Any) -> Prepared:
    texts = [each if isinstance(each, bytes) else msgspec.json.encode(each) for each in lines]
    return prepare(lines_of(texts), {"recourse.ticks": 3}, **options)


def avro(value: dict[str, Any], topic: str = CHECK_INS) -> bytes:
    return codecs.encode(topic, codecs.from_json(topic, value))


def test_lines_are_sent_in_the_order_in_which_they_arrive_each_with_its_key_as_avro() -> None:
    second, first = check_in(event_id="e2"), check_in(event_id="e1", customer_id="c2")

    assert prepared(line(second, arrived_at=TEN), line(first)) == Prepared(
        records=[
            ToSend(2, Write(CHECK_INS, PLACED_BY_KEY, b"c2", avro(first), (), 0)),
            ToSend(1, Write(CHECK_INS, PLACED_BY_KEY, b"c1", avro(second), (), 0)),
        ],
        in_time_until=[AT_NINE + 24 * 3_600_000] * 2,
    )


def test_with_own_time_a_record_has_the_time_at_which_its_line_arrives() -> None:
    found = prepared(line(check_in()), line(check_in(), arrived_at=TEN), own_time=True)

    assert [each.write.timestamp for each in found.records] == [AT_NINE, AT_TEN]


def test_a_tick_is_written_to_every_partition() -> None:
    found = prepared(line({"now": TEN}, "recourse.ticks"), own_time=True)

    value = avro({"now": TEN}, "recourse.ticks")
    assert found.records == [
        ToSend(1, Write("recourse.ticks", number, str(number).encode(), value, (), AT_TEN))
        for number in range(3)
    ]


def test_reference_data_goes_to_its_topics_and_a_tombstone_takes_away() -> None:
    site = {
        "site_id": "s1", "region_id": "r1", "name": "One", "country": "US", "subdivision": "US-OH",
        "time_zone": "America/New_York", "hours": [{"days": [1], "from": "08:00", "to": "18:00"}],
        "closed_on": ["2026-12-25"],
    }  # fmt: skip
    policy = {"version": "v1", "late_after_hours": 48}
    found = prepared(
        line(site, "directory.sites"),
        line(policy, "recourse.policies"),
        line(None, "directory.managers", key="m1"),
    )

    assert found.problems == []
    assert [each.write[:4] for each in found.records] == [
        ("directory.sites", PLACED_BY_KEY, b"s1", avro(site, "directory.sites")),
        ("recourse.policies", PLACED_BY_KEY, b"v1", msgspec.json.encode(policy)),
        ("directory.managers", PLACED_BY_KEY, b"m1", None),
    ]


def test_a_policy_names_customers_by_their_keyed_hash() -> None:
    lists = {"allow": [{"customer_id": "c1", "reason": "vip", "until": TEN}]}
    text = msgspec.json.encode(line({"version": "v1", "lists": lists}, "recourse.policies"))

    ours = Pseudonyms(keys=(b"k" * 32,))
    (sent,) = prepare(lines_of([text]), {}, pseudonyms=ours).records
    policy = policy_of_json(sent.write.value or b"")
    assert [each.customer_id for each in policy.lists.allow] == [ours.of("c1")]
    (problem,) = prepare(lines_of([text]), {}).problems
    assert "is a plain id" in problem


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (b"{", "line 2: not JSON: Input data was truncated"),
        ({"value": {}}, "line 2: a line needs a `topic`"),
        (line({}, "service.checkins"), "line 2: the topic 'service.checkins' is unknown"),
        (
            line({}, "recourse.carried-regions"),
            (
                "line 2: workers alone write recourse.carried-regions: "
                "a record stands under the topic that it was sent to"
            ),
        ),
        (line(None), "line 2: a record of service.check-ins must have a value"),
        (line(check_in(), arrived_at="ten"), "line 2: arrived_at is 'ten': must be a time of"),
        (line(check_in(customer_id="c 1")), "line 2: CheckIn: customer_id is 'c 1'"),
        (line(None, "directory.sites"), "line 2: a record of directory.sites needs its key, the"),
        (line({"version": "v1", "pilot": 7}, "recourse.policies"), "line 2: policy:1: pilot is 7"),
        (
            line({"version": "v1"}, "recourse.policies", key="v2"),
            "line 2: the key is b'v2': must be the policy's version, 'v1'",
        ),
    ],
)
def test_a_line_that_is_no_record_is_named_with_its_number(bad: Any, said: str) -> None:
    found = prepared(line(check_in()), bad)

    (problem,) = found.problems
    assert problem.startswith(said)
    assert [each.line for each in found.records] == [1]


def test_a_directory_entry_that_readers_would_refuse_is_a_problem() -> None:
    manager = {
        "manager_id": "m1", "name": "M", "tier": "LOCAL", "site_ids": [], "region_ids": [],
        "languages": [], "shifts": [], "time_zone": "Mars/Olympus", "absences": [],
    }  # fmt: skip

    (problem,) = prepared(line(manager, "directory.managers")).problems
    assert problem.startswith("line 1: ")
    assert "Mars/Olympus" in problem


def test_problems_are_told_in_the_order_of_the_file() -> None:
    late, early = line(check_in(visit_id=""), arrived_at=TEN), line(check_in(site_id=""))

    said = prepared(late, early).problems
    assert [each.partition(":")[0] for each in said] == ["line 1", "line 2"]


def test_as_they_are_a_value_out_of_its_range_is_avro_that_the_pipeline_refuses() -> None:
    found = prepared(line(check_in(customer_id="c 1")), as_they_are=True)

    (sent,) = found.records
    assert (found.problems, found.as_they_are) == ([], 1)
    assert sent.write.value is not None
    with pytest.raises(codecs.Undecodable) as refused:
        codecs.decode(CHECK_INS, sent.write.value)
    assert refused.value.reason == DeadLetterReason.INVALID


def test_as_they_are_what_the_schema_does_not_take_is_sent_as_its_json() -> None:
    value = {"event_id": 7}

    (sent,) = prepared(line(value), as_they_are=True).records
    assert sent.write.value == msgspec.json.encode(value)


def test_as_they_are_a_line_without_a_known_topic_is_still_a_problem() -> None:
    found = prepared(b"{", line(None), as_they_are=True)

    assert found.problems == ["line 1: not JSON: Input data was truncated"]
    assert [each.write.value for each in found.records] == [None]


def test_the_topics_of_a_file_are_those_that_there_are() -> None:
    lines = lines_of([msgspec.json.encode(line(check_in())), b'{"topic": "x"}', b"{"])

    assert topics_of(lines) == [CHECK_INS]


def test_only_service_events_count_as_late() -> None:
    value = avro(check_in())
    assert isinstance(codecs.decode(CHECK_INS, value), CheckIn)

    assert prepared(line({"now": TEN}, "recourse.ticks")).in_time_until == []
