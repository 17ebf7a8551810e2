"""A schema of a version to come: what it says more is passed over, nothing of it is INVALID."""

import io
from copy import deepcopy
from typing import Any

import pytest
from fastavro import schemaless_writer

from agents.records import codecs
from agents.records.codecs import Undecodable
from schemas.catalogue import TOPICS, schema
from schemas.records import (
    AddresseeKind,
    Answer,
    Decision,
    Disagreement,
    Notice,
    Response,
    Severity,
)
from streams.serialisation.codec import Codec
from streams.serialisation.framing import confluent, fingerprint_of
from streams.serialisation.logical import parsed
from tests.check_schemas import samples

ID = 7


def later(name: str, **symbols: str) -> dict[str, Any]:
    """A schema with one symbol more in each enumeration that is named, and a field more."""
    declared = deepcopy(schema(name))
    parts: list[Any] = [declared]
    while parts:
        part = parts.pop()
        if isinstance(part, dict):
            if "symbols" in part and part["name"] in symbols:
                part["symbols"].append(symbols[part["name"]])
            parts.extend(part.values())
        elif isinstance(part, list):
            parts.extend(part)
    declared["fields"].append({"name": "more", "type": ["null", "string"], "default": None})
    return declared


def read(topic: str, written_with: dict[str, Any], **fields: Any) -> Any:
    """What a worker with a registry reads of it."""
    declared = TOPICS[topic]
    assert declared.record is not None
    assert declared.schema is not None
    record = next(samples(written_with, {})) | fields
    out = io.BytesIO()
    schemaless_writer(out, parsed(written_with), record)
    known = {ID: written_with}
    codec: Codec[Any] = Codec(
        schema(declared.schema), declared.record, schema_of=known.__getitem__, words=codecs.WORDS
    )
    return codec.decode(confluent(ID, out.getvalue()))


WHOLE = {"language": "en", "time_zone": "UTC", "more": "x"}


def test_an_unknown_severity_reads_as_normal_and_an_unknown_decision_as_unknown() -> None:
    written_with = later("disagreement", Severity="DIRE", Decision="POSTPONED")
    found = read(
        "recourse.disagreements", written_with, severity="DIRE", decision="POSTPONED", **WHOLE
    )

    assert isinstance(found, Disagreement)
    assert (found.severity, found.decision) == (Severity.NORMAL, Decision.UNKNOWN)


def test_an_unknown_response_and_an_unknown_kind_of_addressee_read_as_unknown() -> None:
    answer = read("recourse.answers", later("answer", Response="SHRUGGED"), response="SHRUGGED")
    notice = read(
        "recourse.notices",
        later("notice", AddresseeKind="INSURER"),
        addressee={"kind": "INSURER", "id": "i1"},
        language="en",
    )

    assert isinstance(answer, Answer)
    assert answer.response is Response.UNKNOWN
    assert isinstance(notice, Notice)
    assert notice.addressee.kind is AddresseeKind.UNKNOWN


def test_without_a_registry_the_fingerprint_of_a_schema_to_come_is_not_known() -> None:
    assert fingerprint_of(later("answer")) != fingerprint_of(schema("answer"))


@pytest.mark.parametrize(("length", "taken"), [(279, True), (280, True), (281, False)])
def test_the_words_of_people_have_a_length_and_no_detail_repeats_them(
    length: int, taken: bool
) -> None:
    line = {
        "event_id": "e1", "occurred_at": "2026-03-02T09:00:00Z", "customer_id": "c1",
        "visit_id": "v1", "site_id": "s1", "response": "ASKED", "subject": "NONE",
        "words": "é" * length,
    }  # fmt: skip
    if taken:
        found: Any = codecs.from_json("service.customer-responses", line)
        assert found.words == "é" * length
        return
    with pytest.raises(Undecodable) as problem:
        codecs.from_json("service.customer-responses", line)

    assert "é" not in problem.value.detail
    assert problem.value.detail == (
        "CustomerResponse: words: must be a string of at most 280 characters"
    )
