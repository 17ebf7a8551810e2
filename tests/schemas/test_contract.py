"""The contract: schemas, typed records and topics agree, and others read what we write."""

import importlib.metadata
import io
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import avro.io
import avro.schema
import msgspec
import pytest
from fastavro import parse_schema
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import inspect

from agents.records import codecs
from schemas.catalogue import TOPICS, Topic, released, schema
from schemas.records import common, symbols
from streams.serialisation.codec import Codec
from streams.serialisation.framing import fingerprint_of, single_object, split
from tests.strategies import records

AVRO_TOPICS = sorted(name for name, topic in TOPICS.items() if topic.record is not None)
DAY_MS = 86_400_000
FEW = settings(max_examples=25)  # each of these runs for every topic
CONTRACT = {
    "service.check-ins": ("customer_id", 12, 14),
    "service.diagnoses": ("customer_id", 12, 14),
    "service.estimates": ("customer_id", 12, 14),
    "service.warranty-decisions": ("customer_id", 12, 14),
    "service.customer-responses": ("customer_id", 12, 14),
    "service.closures": ("customer_id", 12, 14),
    "directory.sites": ("site_id", 1, None),
    "directory.managers": ("manager_id", 1, None),
    "recourse.policies": ("version", 1, None),
    "recourse.actions": ("region_id", 12, 30),
    "recourse.ticks": ("partition", 12, 2),
    "recourse.outcomes": ("customer_id", 12, 30),
    "recourse.answers": ("region_id", 12, 30),
    "recourse.erased": ("region_id", 12, 30),
    "recourse.deliveries": ("region_id", 12, 30),
    "privacy.erasures": ("customer_id", 12, 30),
    "recourse.disagreements": ("region_id", 12, 30),
    "recourse.escalations": ("region_id", 12, 30),
    "recourse.cases": ("escalation_id", 12, None),
    "recourse.notices": ("addressee.id", 12, 7),
    "recourse.customers": ("customer_id", 12, None),
    "recourse.receipts": ("customer_id", 12, 7),
    "recourse.contact-cards": ("customer_id", 12, 60),
    "recourse.visits": ("region_id", 12, 30),
    "recourse.insights": ("region_id", 12, 731),
    "recourse.site-days": ("site_day_id", 12, 731),
    "recourse.shadow-decisions": ("decision.region_id", 12, 30),
    "recourse.dead-letters": ("key", 12, 30),
    "service.dead-letters": ("key", 12, 30),
    "recourse.carried-customers": ("customer_id", 12, 14),
    "recourse.carried-regions": ("region_id", 12, 14),
    "recourse.order": ("partition", 12, 7),
}


def _topic(name: str) -> tuple[Topic, dict[str, Any]]:
    topic = TOPICS[name]
    assert topic.record is not None
    return topic, schema(topic.schema or "")


def _theirs(name: str) -> Any:
    return _plain(schema(TOPICS[name].schema or ""))


def _plain(declared: Mapping[str, Any]) -> Any:
    """A schema for avro-python3, with times as plain longs and days as plain ints."""
    text = json.dumps(declared)
    text = text.replace('{"type": "long", "logicalType": "timestamp-millis"}', '"long"')
    return avro.schema.parse(text)


def test_every_topic_of_the_contract_is_in_the_catalogue_as_it_says() -> None:
    found = {
        name: (
            topic.key,
            topic.partitions,
            None if topic.retention_ms is None else topic.retention_ms // DAY_MS,
        )
        for name, topic in TOPICS.items()
    }

    assert found == CONTRACT


def test_only_compacted_topics_have_no_retention() -> None:
    for topic in TOPICS.values():
        of_each_key = "compact,delete" if topic.newest_of_key else "delete"
        assert topic.config["cleanup.policy"] == ("compact" if topic.compacted else of_each_key)
        assert topic.config["message.timestamp.type"] == "LogAppendTime"


@pytest.mark.parametrize("name", AVRO_TOPICS)
def test_the_typed_record_has_the_fields_of_the_schema(name: str) -> None:
    topic, declared = _topic(name)
    named: dict[str, Any] = {}

    _agree(inspect.type_info(topic.record), declared, named)


def _agree(ours: Any, theirs: Any, named: dict[str, Any]) -> None:
    if isinstance(theirs, str) and theirs in named:
        theirs = named[theirs]
    match ours:
        case inspect.UnionType():
            (inner,) = (each for each in ours.types if not isinstance(each, inspect.NoneType))
            assert theirs[0] == "null"
            _agree(inner, theirs[1], named)
        case inspect.StructType():
            named[theirs["name"]] = theirs
            assert ours.cls.__name__ == theirs["name"]
            assert ours.cls.__doc__ == theirs["doc"]
            assert [f.encode_name for f in ours.fields] == [f["name"] for f in theirs["fields"]]
            for our, their in zip(ours.fields, theirs["fields"], strict=True):
                assert our.required == ("default" not in their)
                _agree(our.type, their["type"], named)
                _agree_on_range(our.type, their)
        case inspect.EnumType():
            named[theirs["name"]] = theirs
            assert [each.value for each in ours.cls] == theirs["symbols"]
            known = "NORMAL" if ours.cls is symbols.Severity else "UNKNOWN"
            assert (theirs["default"], theirs["symbols"][0]) == (known, "UNKNOWN")
        case inspect.VarTupleType():
            _agree(ours.item_type, theirs["items"], named)
        case inspect.DictType():
            _agree(ours.value_type, theirs["values"], named)
        case _:
            plain = theirs["type"] if isinstance(theirs, dict) else theirs
            assert plain in _PLAIN[type(ours)]


_PLAIN: dict[Any, tuple[str, ...]] = {
    inspect.StrType: ("string",),
    inspect.IntType: ("int", "long"),
    inspect.FloatType: ("double",),
    inspect.BoolType: ("boolean",),
    inspect.BytesType: ("bytes",),
    inspect.DateType: ("int",),
}


def _agree_on_range(ours: Any, field: dict[str, Any]) -> None:
    if isinstance(ours, inspect.UnionType):
        ours = next(each for each in ours.types if not isinstance(each, inspect.NoneType))
    if isinstance(ours, inspect.VarTupleType):
        assert ours.max_length == field.get("maxItems")
        ours = ours.item_type
    if isinstance(ours, inspect.StrType):
        pattern = None if ours.pattern is None else ours.pattern.replace("\\Z", "$")
        assert pattern == field.get("pattern")
        assert ours.max_length == field.get("maxLength")


@pytest.mark.parametrize("name", AVRO_TOPICS)
def test_both_libraries_parse_the_schema(name: str) -> None:
    _, declared = _topic(name)

    parse_schema(json.loads(json.dumps(declared)))
    assert _theirs(name).fullname == f"recourse.{declared['name']}"


@pytest.mark.parametrize("name", AVRO_TOPICS)
@FEW
@given(data=st.data())
def test_avro_python3_reads_what_we_write(name: str, data: st.DataObject) -> None:
    topic, _ = _topic(name)
    assert topic.record is not None
    record = data.draw(records(topic.record))
    framed = split(codecs.encode(name, record))
    assert framed is not None
    written_with = codecs.PLAIN.written_with(name, framed)
    assert written_with is not None

    reader = avro.io.DatumReader(_plain(written_with), _theirs(name))
    read = reader.read(avro.io.BinaryDecoder(io.BytesIO(framed.body)))

    assert read == _plain_data(record)


@pytest.mark.parametrize("name", AVRO_TOPICS)
@FEW
@given(data=st.data())
def test_we_read_what_avro_python3_writes(name: str, data: st.DataObject) -> None:
    topic, declared = _topic(name)
    assert topic.record is not None
    record = data.draw(records(topic.record))
    out = io.BytesIO()
    avro.io.DatumWriter(_theirs(name)).write(_plain_data(record), avro.io.BinaryEncoder(out))

    value = single_object(fingerprint_of(declared), out.getvalue())

    assert codecs.decode(name, value) == record


def _plain_data(record: Any) -> Any:
    """A record as avro-python3 has it: lists, symbols as strings, days as numbers."""
    return _lists(msgspec.to_builtins(record, builtin_types=(bytes, date)))


def _lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _lists(each) for key, each in value.items()}
    if isinstance(value, date):
        return (value - date(1970, 1, 1)).days
    return [_lists(each) for each in value] if isinstance(value, tuple | list) else value


@pytest.mark.parametrize("name", AVRO_TOPICS)
@FEW
@given(data=st.data())
def test_a_record_comes_back_in_both_framings(name: str, data: st.DataObject) -> None:
    topic, declared = _topic(name)
    assert topic.record is not None
    record = data.draw(records(topic.record))
    registered: Codec[Any] = Codec(
        declared,
        topic.record,
        others=released(topic.schema or ""),
        schema_of={7: declared}.__getitem__,
        schema_id=7,
    )

    framed = registered.encode(record)

    assert framed[:5] == b"\x00\x00\x00\x00\x07"
    assert registered.decode(framed) == record
    assert registered.decode(codecs.encode(name, record)) == record


@pytest.mark.parametrize("name", AVRO_TOPICS)
@FEW
@given(data=st.data())
def test_a_record_comes_back_as_json(name: str, data: st.DataObject) -> None:
    topic, _ = _topic(name)
    assert topic.record is not None
    record = data.draw(records(topic.record))

    line = json.loads(msgspec.json.encode(codecs.to_json(name, record)))

    assert codecs.from_json(name, line) == record


def test_a_symbol_that_is_not_known_yet_reads_as_unknown() -> None:
    assert symbols.Tier("GALACTIC") is symbols.Tier.UNKNOWN
    assert msgspec.convert("GALACTIC", symbols.Tier) is symbols.Tier.UNKNOWN


def test_ids_made_here_may_be_longer_than_others() -> None:
    assert common.LONGEST_ID == 160


def test_avro_is_not_installed_beside_avro_python3() -> None:
    names = {each.metadata["Name"].lower() for each in importlib.metadata.distributions()}

    assert "avro-python3" in names
    assert "avro" not in names
