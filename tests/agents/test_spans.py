"""The stages' own spans as a file that OpenTelemetry's Collector reads."""

import json
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from agents.records.headers import is_of_trace, span_of
from agents.records.spans import NO_SPANS, SpanFile
from streams.errors import ConfigurationError
from streams.topology import Message

TRACE_ID, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SAMPLED = f"00-{TRACE_ID}-{PARENT}-01".encode()


def message(*headers: tuple[str, bytes | None]) -> Message:
    return Message("service.check-ins", 3, 7, 1_000, b"c1", b"value", headers)


def test_a_span_is_a_line_of_otlp_s_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter((1_700_000_000_000_000_001, 1_700_000_000_000_000_009, 5, 6))
    monkeypatch.setattr("agents.records.spans.time.time_ns", lambda: next(times))
    given, spans = message(("traceparent", SAMPLED)), SpanFile(tmp_path / "spans.jsonl")
    spans.end("desk", given, spans.begin(given))
    spans.end("desk", given, spans.begin(given), "dead letter: INVALID")
    spans.close()

    first, second = map(json.loads, (tmp_path / "spans.jsonl").read_text().splitlines())
    span = span_of(given, "desk")
    assert span is not None
    (resource,) = first["resourceSpans"]
    assert resource["resource"]["attributes"] == [
        {"key": "service.name", "value": {"stringValue": "recourse"}}
    ]
    (scope,) = resource["scopeSpans"]
    assert scope["scope"] == {"name": "recourse"}
    (told,) = scope["spans"]
    attributes = {each["key"]: each["value"] for each in told.pop("attributes")}
    assert told == {
        "traceId": TRACE_ID,
        "spanId": span.span_id,
        "parentSpanId": PARENT,
        "name": "process service.check-ins",
        "kind": 5,
        "startTimeUnixNano": "1700000000000000001",
        "endTimeUnixNano": "1700000000000000009",
    }
    assert attributes == {
        "messaging.system": {"stringValue": "kafka"},
        "messaging.operation.type": {"stringValue": "process"},
        "messaging.operation.name": {"stringValue": "process"},
        "messaging.destination.name": {"stringValue": "service.check-ins"},
        "messaging.destination.partition.id": {"stringValue": "3"},
        "messaging.kafka.offset": {"intValue": "7"},
        "messaging.consumer.group.name": {"stringValue": "recourse-desk"},
        "recourse.stage": {"stringValue": "desk"},
    }
    (failed,) = second["resourceSpans"][0]["scopeSpans"][0]["spans"]
    assert failed["status"] == {"code": 2, "message": "dead letter: INVALID"}
    assert b"c1" not in (tmp_path / "spans.jsonl").read_bytes()


def test_who_keeps_no_trace_costs_no_line_and_no_look_at_the_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = iter(range(1, 10))
    monkeypatch.setattr("agents.records.spans.time.time_ns", lambda: next(looked))
    spans = SpanFile(tmp_path / "spans.jsonl")
    for given in (message(), message(("traceparent", SAMPLED[:-1] + b"0"))):
        began = spans.begin(given)
        assert bool(began) == bool(given.headers)
        spans.end("desk", given, began)
    spans.close()

    assert (tmp_path / "spans.jsonl").read_bytes() == b""
    assert next(looked) == 2
    assert NO_SPANS.begin(message(("traceparent", SAMPLED))) == 0


def test_a_file_that_is_full_makes_room_for_the_next(tmp_path: Path) -> None:
    path, given = tmp_path / "spans.jsonl", message(("traceparent", SAMPLED))
    spans = SpanFile(path, at_most_bytes=1_000)
    for _ in range(5):
        spans.end("desk", given, spans.begin(given))
    spans.close()

    kept = [len(each.read_text().splitlines()) for each in (tmp_path / "spans.jsonl.1", path)]
    assert kept == [2, 1]


def test_where_it_can_t_be_written_work_goes_on(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as refused:
        SpanFile(tmp_path)
    given, spans = message(("traceparent", SAMPLED)), SpanFile(tmp_path / "spans.jsonl")
    spans.close()

    with capture_logs() as said:
        for _ in range(3):
            spans.end("desk", given, spans.begin(given))

    assert str(refused.value).startswith(f"RECOURSE_SPANS_PATH (environment) is '{tmp_path}': ")
    assert [each["event"] for each in said] == ["spans_not_written"]


def test_where_there_is_no_room_for_the_next_file_the_one_that_is_there_goes_on(
    tmp_path: Path,
) -> None:
    path, given = tmp_path / "spans.jsonl", message(("traceparent", SAMPLED))
    spans = SpanFile(path, at_most_bytes=1_000)
    (tmp_path / "spans.jsonl.1").mkdir()
    with capture_logs() as said:
        for _ in range(4):
            spans.end("desk", given, spans.begin(given))
    (tmp_path / "spans.jsonl.1").rmdir()
    for _ in range(2):
        spans.end("desk", given, spans.begin(given))
    spans.close()

    kept = [len(each.read_text().splitlines()) for each in (tmp_path / "spans.jsonl.1", path)]
    assert (kept, len(said)) == ([5, 1], 1)


def test_a_record_is_of_a_trace_whichever_span_made_it() -> None:
    spans = (SAMPLED, SAMPLED.replace(PARENT.encode(), b"1" * 16), SAMPLED.replace(b"4b", b"5b"))

    found = [is_of_trace(message(("traceparent", each)), SAMPLED) for each in spans]

    assert found == [True, True, False]
    assert not is_of_trace(message(("traceparent", None), ("other", SAMPLED)), SAMPLED)
