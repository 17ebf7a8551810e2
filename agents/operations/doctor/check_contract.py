"""What everybody must agree on: policy and directory, schemas in the registry, the time."""

import json
import time
from collections.abc import Iterator

from confluent_kafka import Consumer, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
from confluent_kafka.schema_registry.error import SchemaRegistryError

from agents.core.pseudonyms import Pseudonyms
from agents.core.rfc3339 import text_of
from agents.operations.doctor.check_insights import insight_checks, site_day_checks
from agents.operations.doctor.check_shown import shown_checks
from agents.operations.doctor.checks import Check, fine, fix, unknown
from agents.operations.status.clock import clock, places_of
from agents.operations.status.durations import lasting
from agents.operations.status.insights import insights_of, site_days_there
from agents.operations.status.shown import apps_of
from agents.records.codecs import Codecs
from agents.records.schema_registry import compatibility_of
from agents.reference_data.published import spans
from agents.reference_data.reference import (
    POLICIES,
    REFERENCES,
    Reference,
    Refused,
    fold,
    missing,
)
from schemas.catalogue import TOPICS, schema
from streams.access import access
from streams.serialisation.framing import fingerprint_of
from streams.serialisation.registry import ANSWER_SECONDS
from streams.settings import Settings
from streams.transport.kafka import partition_counts, readable_ends, timestamp_type
from streams.transport.ranges import newest
from streams.transport.reading import committed_reader, read_all

_SKEW_MS = 2_000
_SOMEBODY_WRITES_MS = 120_000
_NOT_FOUND = 404


def reference_checks(
    admin: AdminClient, settings: Settings, wire: Codecs, keys: Pseudonyms
) -> Iterator[Check]:
    """Policy and directory: there, valid, in force, under our key."""
    counts = partition_counts(admin, REFERENCES.topics)
    absent = sorted(set(REFERENCES.topics) - counts.keys())
    if absent:
        yield unknown("policy", f"{', '.join(absent)}", "is not there, or not shown to us")
        return
    reference = Reference(pseudonyms=keys)
    for message in read_all(settings.bootstrap_servers, counts):
        reference = fold(reference, message, decode=wire.decode)
    lacking = missing(reference)
    if lacking is not None:
        yield fix("policy", "no worker can start with what is published", lacking)
    else:
        now = clock()
        held = next((e for e in spans(reference.policies) if e.state(now) == "in force"), None)
        version = "none" if held is None else held.policy.version
        sites, managers = len(reference.sites), len(reference.managers)
        yield fine("policy", f"{version} is in force; {sites} sites, {managers} managers")
        insights = insights_of(admin, now)
        yield from insight_checks(insights, held, now)
        yield from site_day_checks(site_days_there(admin), insights, held, now)
        yield from shown_checks(apps_of(admin), held, now)
    for refused in reference.standing:
        right = f"{refused.detail}: {_way_out(refused, at_risk=refused in reference.at_risk)}"
        yield fix("policy", f"{refused.topic} {refused.key} is refused", right)


def _way_out(refused: Refused, *, at_risk: bool) -> str:
    command = f"recourse {'policy' if refused.topic == POLICIES else 'directory'} repair"
    if at_risk:
        return f"`{command}` publishes the one before again; once Kafka has compacted, it is gone"
    return f"publish it anew, as it should be, or `{command}` takes the key away"


def schema_checks(settings: Settings) -> Iterator[Check]:
    """Our schemas against the registry's; nothing is registered."""
    url = settings.registry_url
    if url is None:
        yield fine("registry", "RECOURSE_REGISTRY_URL is not set: only single-object is read")
        return
    client = SchemaRegistryClient(
        {"url": url, "timeout": ANSWER_SECONDS, "max.retries": 0} | access().for_registry()
    )
    found = 0
    try:
        for topic in TOPICS.values():
            if topic.schema is not None:
                said = _schema(client, topic.name, topic.schema)
                found += said is None
                if said is not None:
                    yield said
    except SchemaRegistryError as error:
        yield fix("registry", f"RECOURSE_REGISTRY_URL is {url}: {error}", _REGISTRY_RIGHT)
    except Exception as error:  # noqa: BLE001 - the client's HTTP library has a dozen ways to say "away"
        reason = type(error).__name__
        yield fix("registry", f"RECOURSE_REGISTRY_URL is {url}: {reason}", _REGISTRY_RIGHT)
    else:
        yield fine("registry", f"{url} has {found} of our schemas as they are here")


_REGISTRY_RIGHT = (
    "must be a registry with Confluent's interface that answers, and REGISTRY_USERNAME, "
    "REGISTRY_PASSWORD_FILE and REGISTRY_CA_FILE what it asks for"
)


def _schema(client: SchemaRegistryClient, topic: str, name: str) -> Check | None:
    """What is wrong with the subject of a topic; None: nothing."""
    subject = f"{topic}-value"
    ours = Schema(json.dumps(schema(name)), "AVRO")
    try:
        latest = client.get_latest_version(subject)
    except SchemaRegistryError as error:
        if error.http_status_code != _NOT_FOUND:
            raise
        why = "a worker with FRAMING=confluent registers it at its start"
        return unknown("registry", f"{subject} is not registered", why)
    theirs = json.loads((latest.schema.schema_str if latest.schema else None) or "null")
    if fingerprint_of(theirs) == fingerprint_of(schema(name)):
        return _compatibility(client, subject, compatibility_of(topic))
    if client.test_compatibility(subject, ours):
        why = "it may be a newer one, which is read; a worker registers its own beside it"
        return unknown("registry", f"{subject} has another schema, version {latest.version}", why)
    return fix(
        "registry",
        f"{subject} version {latest.version} is not one that ours is compatible with",
        f"somebody registered a schema that breaks ours ({name}.avsc): take that version away in "
        "the registry, or nobody can register the next one",
    )


def _compatibility(client: SchemaRegistryClient, subject: str, must: str) -> Check | None:
    level = client.get_compatibility(subject)
    if level == must:
        return None
    return fix(
        "registry",
        f"{subject} takes what is {level}",
        f"must be {must}: else somebody may register what others can't read or write",
    )


def clock_checks(admin: AdminClient, settings: Settings, tick_topic: str) -> Iterator[Check]:
    """This machine's clock against the broker's, by when the next tick is stamped and comes."""
    area = "clock"
    try:
        kind = timestamp_type(admin, tick_topic)
        places = places_of(admin, tick_topic)
        last = newest(admin, places)
    except KafkaException as error:
        yield unknown(area, "the broker's time", f"{tick_topic}: {error.args[0].str()}")
        return
    if kind != "LogAppendTime":
        yield unknown(area, "the broker's time", f"{tick_topic} has the time of its writers")
        return
    if last is None or abs(clock() - last) > _SOMEBODY_WRITES_MS:
        when = "ever" if last is None else f"since {text_of(last - last % 1000)}"
        yield unknown(area, "the broker's time", f"no tick was written {when}: start a worker")
        return
    skew = _skew(admin, settings, places)
    if skew is None:
        yield unknown(area, "the broker's time", "no tick has come within two intervals")
    elif abs(skew) > _SKEW_MS:
        ahead = "behind" if skew > 0 else "ahead of"
        found = f"this machine's clock is {lasting(abs(skew))} {ahead} the broker's"
        yield fix(area, found, "must be within 2 s: let NTP set both; ages shown here are wrong")
    else:
        yield fine(area, f"within {abs(skew)} ms of the broker's")


def _skew(admin: AdminClient, settings: Settings, places: list[tuple[str, int]]) -> int | None:
    """The broker's stamp on the next tick less our clock when it comes (ms)."""
    reader: Consumer = committed_reader(settings.bootstrap_servers, "recourse-doctor")
    until = time.monotonic() + 2 * settings.tick_interval_ms / 1000 + 1
    try:
        ends = readable_ends(admin, places)
        reader.assign([TopicPartition(*place, end) for place, end in ends.items()])
        while time.monotonic() < until:
            message = reader.poll(0.1)
            if message is not None and message.error() is None:
                return int(message.timestamp()[1]) - clock()
    finally:
        reader.close()
    return None
