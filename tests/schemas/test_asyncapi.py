"""The AsyncAPI document: fresh, valid, and whole. `make check-deploy` has AsyncAPI's own parser."""

import importlib
import io
import json
from pathlib import Path

import fastavro
import yaml

from agents.pipeline.stages import CUSTOMERS_INPUTS, stages
from schemas.catalogue import TOPICS
from tests.asyncapi import DOCUMENT, PAGE, document, page

# Of npm's @asyncapi/specs 6.11.1 (Apache-2.0): 3.0.0-without-$id.json without its texts.
SPECIFICATION = Path(__file__).with_name("asyncapi-3.0.0.json")


def test_document_and_page_are_what_make_asyncapi_writes() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "make asyncapi"
    assert PAGE.read_text(encoding="utf-8") == page(), "make asyncapi"


def test_it_is_an_asyncapi_3_document() -> None:
    # A second, in each process that collects this file, if it stood above.
    jsonschema = importlib.import_module("jsonschema")

    specification = json.loads(SPECIFICATION.read_text(encoding="utf-8"))
    loaded = yaml.safe_load(document())

    jsonschema.Draft7Validator(specification).validate(loaded)

    loaded["channels"]["service.estimates"]["place"] = "service.estimates"
    assert not jsonschema.Draft7Validator(specification).is_valid(loaded)


def test_every_topic_is_in_it_with_its_avro_schema() -> None:
    """AsyncAPI's parser does not see a wrong type within an Avro schema, so Avro's looks too."""
    loaded = yaml.safe_load(document())
    payloads = {name: each["payload"] for name, each in loaded["components"]["messages"].items()}

    assert loaded["channels"].keys() == TOPICS.keys()
    assert payloads.keys() == {name for name, topic in TOPICS.items() if not topic.carried}
    for name, payload in payloads.items():
        if TOPICS[name].schema is not None:
            parsed = fastavro.parse_schema(payload["schema"])
            assert TOPICS[name].record is not None
            assert parsed["name"].rpartition(".")[2] == TOPICS[name].record.__name__  # type: ignore[call-overload, index, union-attr]


def test_a_topic_of_carried_records_has_the_messages_of_the_topics_that_they_come_from() -> None:
    channels = yaml.safe_load(document())["channels"]

    for stage in stages()[:2]:
        assert stage.carried is not None
        messages = channels[stage.carried]["messages"].values()
        assert {each["$ref"].removeprefix("#/components/messages/") for each in messages} == set(
            stage.inputs
        ) - {stage.carried}


def test_each_example_is_what_its_schema_takes() -> None:
    messages = yaml.safe_load(document())["components"]["messages"]
    shown = {name: each["examples"] for name, each in messages.items() if "examples" in each}

    assert {name for name in CUSTOMERS_INPUTS if name.startswith("service.")} <= shown.keys()
    for name, (example,) in shown.items():
        schema = fastavro.parse_schema(messages[name]["payload"]["schema"])
        fastavro.schemaless_writer(io.BytesIO(), schema, example["payload"], strict=True)


def test_headers_are_those_that_records_have() -> None:
    messages = yaml.safe_load(document())["components"]["messages"]
    found = {
        name: list(each["headers"]["properties"])
        for name, each in messages.items()
        if "headers" in each
    }

    assert found["service.estimates"] == ["traceparent", "first_arrived_at", "redriven_from"]
    assert found["recourse.escalations"] == ["event_id", "traceparent"]
    assert "event_id" not in found["service.dead-letters"]
    assert "recourse.policies" not in found


def test_each_operation_is_of_a_channel_and_named_as_code_may_name_it() -> None:
    loaded = yaml.safe_load(document())

    assert all(name.isidentifier() for name in loaded["operations"])
    assert "receiveServiceCheckIns" in loaded["operations"]
    for operation in loaded["operations"].values():
        assert operation["channel"]["$ref"].removeprefix("#/channels/") in loaded["channels"]
