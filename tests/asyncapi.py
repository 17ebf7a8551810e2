"""docs/asyncapi.yaml and docs/asyncapi.md, made from the catalogue: `make asyncapi`.

An AsyncAPI 3 document as seen from the worker: what it receives, what it sends, and the topics of
others that belong to the contract.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from agents.operations.access import Role, granted_roles
from agents.operations.dead_letters.redriving import REDRIVEN_FROM
from agents.records.headers import FIRST_ARRIVED_AT, TRACE
from schemas.catalogue import TOPICS, Topic, schema
from schemas.records import DeadLetter
from tests import one_schema
from tests.asyncapi_examples import example_payloads

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "asyncapi.yaml"
PAGE = ROOT / "docs" / "asyncapi.md"
AVRO = "application/vnd.apache.avro;version=1.9.0"
SINGLE_OBJECT = "application/vnd.apache.avro+binary"
_DAY_MS = 86_400_000
_POLICY: dict[str, Any] = {
    "type": "object",
    "description": "The policy in force from `effective_from`; every key is in docs/policy.md.",
    "required": ["version", "effective_from"],
    "properties": {
        "version": {"type": "string"},
        "effective_from": {"type": "string", "format": "date-time"},
    },
}
_REGISTERED = {
    # Where the value is in Confluent's framing; single-object encoding names no id.
    "schemaIdLocation": "payload",
    "schemaIdPayloadEncoding": "confluent",
    "schemaLookupStrategy": "TopicNameStrategy",
}
_EVENT_ID = {"type": "string", "description": "The record's id: a second copy is the same record."}
_TRACE = {
    "type": "string",
    "description": "W3C trace context of the event that caused the record, where that had one.",
}
_REDRIVEN = {
    FIRST_ARRIVED_AT: {
        "type": "string",
        "pattern": "^[0-9]+$",
        "description": "When a record that is sent again first arrived (ms): redrive's alone.",
    },
    REDRIVEN_FROM: {
        "type": "string",
        "description": "The dead letter that a record sent again was: redrive's alone.",
    },
}
_CARRIED = (
    "Records that lay in another partition of their topic than murmur2 gives their key, as they "
    "were, with four headers more that say where they came from (docs/producers.md). Only workers "
    "write and need them."
)
_KEPT_FOR_EVER = "the newest record of each key"
_TOP = """\
# All topics

Made by `make asyncapi` from `schemas/catalogue.py`, `schemas/avro` and
`agents/operations/access/roles.yaml`, and compared with them by the tests. For machines it is
[asyncapi.yaml](asyncapi.yaml), an AsyncAPI 3 document (any AsyncAPI tool shows it); how to write
and read them, with programs: [producers.md](producers.md), [consumers.md](consumers.md).

Values are Avro in single-object encoding (`C3 01`, then the fingerprint) or, with a schema
registry, in Confluent's framing; keys are UTF-8. The worker's changelogs are its own: no contract.
Who may read or write is a role of [security.md](security.md); `*` marks what may be null.

| topic | record | key | partitions | kept | written by | read by |
|---|---|---|---|---|---|---|
"""


def document() -> str:
    """The AsyncAPI document's text."""
    return yaml.dump(_document(), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)


class _Plain(yaml.SafeDumper):
    """Says everything where it stands, without anchors."""

    def ignore_aliases(self, data: object) -> bool:
        del data
        return True


def _document() -> dict[str, Any]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": project["name"],
            "version": project["version"],
            "description": project["description"]
            + ". Made by `make asyncapi`: change nothing here.",
        },
        "defaultContentType": SINGLE_OBJECT,
        "servers": {
            "kafka": {
                "host": "kafka.example.com:9093",
                "protocol": "kafka-secure",
                "description": "Your cluster; docs/security.md has its roles.",
                "security": [{"$ref": "#/components/securitySchemes/scram"}],
                "bindings": {
                    "kafka": {
                        "schemaRegistryUrl": "https://registry.example.com",
                        "schemaRegistryVendor": "confluent",
                        "bindingVersion": "0.5.0",
                    }
                },
            }
        },
        "channels": {topic.name: _channel(topic) for topic in TOPICS.values()},
        "operations": dict(_operations(granted_roles()["worker"])),
        "components": {
            "securitySchemes": {
                "scram": {"type": "scramSha512", "description": "A user for each role."}
            },
            "messages": {t.name: _message(t) for t in TOPICS.values() if not t.carried},
        },
    }


def _channel(topic: Topic) -> dict[str, Any]:
    kept: dict[str, Any] = {"cleanup.policy": topic.config["cleanup.policy"].split(",")}
    if topic.retention_ms is not None:
        kept["retention.ms"] = topic.retention_ms
    return {
        "address": topic.name,
        "description": _doc(topic),
        "messages": {
            _record(each): {"$ref": f"#/components/messages/{each.name}"}
            for each in (TOPICS[name] for name in topic.carried or (topic.name,))
        },
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": kept,
                "bindingVersion": "0.5.0",
            }
        },
    }


def _message(topic: Topic) -> dict[str, Any]:
    avro = topic.schema is not None
    payload = {"schemaFormat": AVRO, "schema": schema(topic.schema)} if topic.schema else _POLICY
    found: dict[str, Any] = {
        "name": _record(topic),
        "title": _record(topic),
        "contentType": SINGLE_OBJECT if avro else "application/json",
        "payload": payload,
        "bindings": {
            "kafka": {"key": {"type": "string", "description": f"{topic.key}, as UTF-8"}}
            | (_REGISTERED if avro else {})
            | {"bindingVersion": "0.5.0"}
        },
    }
    if headers := _headers(topic):
        found["headers"] = {"type": "object", "properties": headers}
    if (example := example_payloads().get(topic.name)) is not None:
        found["examples"] = [{"name": _identifier(topic.name), "payload": example}]
    return found


def _headers(topic: Topic) -> dict[str, Any]:
    """Those that a record may have: Kafka's are bytes, here as the text in them."""
    worker = granted_roles()["worker"]
    if topic.record is None or topic.name in ("recourse.ticks", "recourse.order"):
        return {}
    redriven = topic.name in granted_roles()["redriver"].writes
    named = topic.name in worker.writes and topic.record is not DeadLetter
    return (
        ({"event_id": _EVENT_ID} if named else {})
        | ({TRACE: _TRACE} if topic.name in {*worker.reads, *worker.writes} else {})
        | (_REDRIVEN if redriven or topic.record is DeadLetter else {})
    )


def _operations(worker: Role) -> Iterator[tuple[str, dict[str, Any]]]:
    for verb, names in (("receive", worker.reads), ("send", worker.writes)):
        for name in names:
            if name in TOPICS:
                channel = {"$ref": f"#/channels/{_pointer(name)}"}
                yield _identifier(f"{verb}.{name}"), {"action": verb, "channel": channel}


def _identifier(name: str) -> str:
    """A name that code may have: `receive.service.check-ins` as `receiveServiceCheckIns`."""
    first, *more = re.split(r"[.-]", name)
    return first + "".join(each.capitalize() for each in more)


def _pointer(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _record(topic: Topic) -> str:
    return topic.record.__name__ if topic.record is not None else "Policy"


def _doc(topic: Topic) -> str:
    if topic.carried:
        return _CARRIED
    return str(schema(topic.schema)["doc"] if topic.schema else _POLICY["description"])


def page() -> str:
    """The page's text."""
    declared = granted_roles()
    lines = [_TOP]
    for topic in TOPICS.values():
        kept = (
            _KEPT_FOR_EVER if topic.retention_ms is None else f"{topic.retention_ms // _DAY_MS} d"
        )
        kept += ", the newest of each key" if topic.newest_of_key else ""
        writers, readers = (
            ", ".join(
                name for name, role in declared.items() if _covers(getattr(role, does), topic)
            )
            for does in ("writes", "reads")
        )
        record = "carried" if topic.carried else _record(topic)
        lines.append(
            f"| `{topic.name}` | [{record}](#{record.lower()}) | `{topic.key}` | "
            f"{topic.partitions} | {kept} | {writers} | {readers} |\n"
        )
    by_record: dict[str, list[Topic]] = {}
    for topic in TOPICS.values():
        if not topic.carried:
            by_record.setdefault(_record(topic), []).append(topic)
    for record, (topic, *more) in by_record.items():
        names = ", ".join(f"`{each.name}`" for each in (topic, *more))
        lines.append(f"\n## {record}\n\n{names}. {_doc(topic)}\n")
        if topic.schema is not None:
            lines.append("\n| field | type | meaning |\n|---|---|---|\n")
            lines += _fields(schema(topic.schema), "")
    return "".join([*lines, *_carried()])


def _carried() -> Iterator[str]:
    yield f"\n## carried\n\n{_CARRIED}\n\n"
    for topic in TOPICS.values():
        if topic.carried:
            yield f"- `{topic.name}`: of {', '.join(f'`{name}`' for name in topic.carried)}\n"


def _covers(names: tuple[str, ...], topic: Topic) -> bool:
    return any(
        topic.name.startswith(each[:-1]) if each.endswith("*") else topic.name == each
        for each in names
    )


def _fields(record: dict[str, Any], before: str) -> Iterator[str]:
    for field in record["fields"]:
        name, (told, inner) = before + field["name"], _type(field["type"])
        yield f"| `{name}` | {told} | {_cell(field.get('doc', ''))} |\n"
        if inner is not None:
            yield from _fields(inner, f"{name}.")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _type(avro: Any) -> tuple[str, dict[str, Any] | None]:
    """A type in words, and the record in it."""
    match avro:
        case str():
            return avro.removeprefix("recourse."), None
        case list():
            told, inner = _type(next(each for each in avro if each != "null"))
            return told + ("*" if "null" in avro else ""), inner
        case {"type": "array", "items": items}:
            told, inner = _type(items)
            return f"array of {told}", inner
        case {"type": "map", "values": values}:
            told, inner = _type(values)
            return f"map of {told}", inner
        case {"type": "enum", "symbols": symbols}:
            return ", ".join(each for each in symbols if each != "UNKNOWN"), None
        case {"type": "record"}:
            return avro["name"], avro
        case {"logicalType": logical}:
            return logical, None
        case {"type": inner_type}:
            return _type(inner_type)
        case _:
            raise AssertionError(f"no type of ours: {avro}")


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")
    one_schema.ONE_FILE.write_text(one_schema.text(), encoding="utf-8")
