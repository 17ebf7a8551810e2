"""The AsyncAPI document: fresh, valid, and whole. `make check-deploy` has AsyncAPI's own parser."""

import importlib
import json
from pathlib import Path

import fastavro
import yaml

from agents.pipeline.stages import stages
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

    for stage in stages():
        assert stage.carried is not None
        messages = channels[stage.carried]["messages"].values()
        assert {each["$ref"].removeprefix("#/components/messages/") for each in messages} == set(
            stage.inputs
        ) - {stage.carried}


def test_each_operation_is_of_a_channel() -> None:
    loaded = yaml.safe_load(document())

    for operation in loaded["operations"].values():
        assert operation["channel"]["$ref"].removeprefix("#/channels/") in loaded["channels"]
