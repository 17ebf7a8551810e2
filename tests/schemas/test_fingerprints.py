"""What Go's two Avro libraries take for the fingerprint of a schema, beside the specification's."""

import json
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.records.codecs import Codecs
from schemas.catalogue import TOPICS
from streams.compiled import native
from streams.serialisation.framing import fingerprint_of, fingerprints_of, single_object, split
from tests.strategies import records

RELEASED = Path(__file__).parents[2] / "schemas" / "released"

# As the libraries print them: hamba/avro 2.31.0 (FingerprintUsing(CRC64AvroLE)) and goavro 2.15.0
# (Codec.Rabin, its 8 bytes from the lowest).
BY_GO = [
    ("1/check_in", "8c6ad88fe7478bd2", "6f2f554eee92cbe3"),
    ("1/closure", "166aac9dcf5517cc", "9fdbccb978b68ce1"),
    ("1/customer_response", "c38a1399f7565b15", "df2b99344b6123c1"),
    ("1/diagnosis", "7251618f916983d2", "9df66bd0138fb62f"),
    ("1/disagreement", "0623980e7902ee1e", "5e6ef1bf73258e3d"),
    ("1/escalation", "0b0e3f72ece93146", "0d25b306bbad1224"),
    ("1/estimate", "4a7e8fc41fb6126f", "1e7bed55baf68f11"),
    ("1/site", "c4d96eb6f7ee7e6d", "4d41d66b003215f4"),
    ("1/warranty_decision", "d31b818a3215df9c", "521c86c07a4c8e10"),
    ("2/customer_response", "cee86bdbfdb32e47", "aa0c2111d79b2879"),
    ("2/notice", "e73ee1f9c957f4f5", "39d17d711c079d5e"),
]


@pytest.mark.parametrize(("name", "hamba", "goavro"), BY_GO, ids=[each[0] for each in BY_GO])
def test_a_schema_is_known_by_what_gos_libraries_take_for_its_fingerprint(
    name: str, hamba: str, goavro: str
) -> None:
    schema = json.loads((RELEASED / f"{name}.avsc").read_text(encoding="utf-8"))

    assert fingerprints_of(schema) == {
        fingerprint_of(schema),
        bytes.fromhex(hamba),
        bytes.fromhex(goavro),
    }


def test_a_schema_without_a_logical_type_has_one_fingerprint() -> None:
    order = json.loads((RELEASED / "1" / "order.avsc").read_text(encoding="utf-8"))

    assert fingerprints_of(order) == {fingerprint_of(order)}


@pytest.mark.parametrize("topic", [each for each, found in TOPICS.items() if found.schema])
@pytest.mark.parametrize("compiled", [native, None], ids=["compiled", "in Python"])
@settings(max_examples=3)
@given(data=st.data())
def test_a_value_reads_the_same_under_each_fingerprint_of_its_schema(
    topic: str, compiled: ModuleType | None, data: st.DataObject
) -> None:
    kind = TOPICS[topic].record
    assert kind is not None
    record = data.draw(records(kind))
    wire = _wire(compiled)
    framed = split(wire.encode(topic, record))
    assert framed is not None
    written_with = wire.written_with(topic, framed)
    assert written_with is not None

    for each in fingerprints_of(written_with):
        assert wire.decode(topic, single_object(each, framed.body)) == record
        assert wire.written_with(topic, framed._replace(fingerprint=each)) == written_with


@cache
def _wire(compiled: ModuleType | None) -> Codecs:
    return Codecs(compiled=compiled)
