"""An upgrade that changes what the engine leans on is seen here, not in production."""

import hashlib
import inspect
from functools import reduce
from importlib import import_module
from importlib.metadata import version
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.consumer.fetcher import Fetcher

from streams.transport import fetching
from streams.transport.private_apis import (
    PINNED_INTERNALS,
    VERSIONS,
    Inside,
    problem_of,
    say_goodbye,
)


def found(name: str) -> Any:
    module, _, path = name.partition(":")
    return reduce(getattr, path.split("."), import_module(module))


def digest_of(thing: Any) -> str:
    try:
        source = inspect.getsource(thing)
    except (OSError, TypeError):
        return ""  # compiled
    return hashlib.sha256(source.encode()).hexdigest()[:12]


@pytest.mark.parametrize("package", VERSIONS)
def test_everything_was_read_and_tried_with_this_version(package: str) -> None:
    assert version(package) == VERSIONS[package], (
        "another version: follow the text of streams/transport/private_apis.py, then write it there"
    )


@pytest.mark.parametrize("inside", PINNED_INTERNALS, ids=lambda each: each.name.rpartition(":")[2])
def test_what_is_leant_on_is_as_it_was_read(inside: Inside) -> None:
    assert digest_of(found(inside.name)) == inside.digest, (
        f"{inside.name} has changed; leant on: {inside.leant_on}. Follow the text of "
        "streams/transport/private_apis.py"
    )


def test_the_names_that_are_exchanged_are_looked_up_where_they_are_exchanged() -> None:
    assert "Fetcher" in AIOKafkaConsumer.start.__code__.co_names
    assert {"MemoryRecords", "PartitionRecords", "FetchResult"} <= set(
        Fetcher._proc_fetch_request.__code__.co_names
    )
    assert "FetchResult" in Fetcher.fetched_records.__code__.co_names
    exchanged = fetching.MessageConsumer.start.__globals__
    assert exchanged["Fetcher"] is fetching._Fetcher
    assert AIOKafkaConsumer.start.__globals__["Fetcher"] is Fetcher


def test_an_error_that_waits_to_be_taken_is_seen() -> None:
    task = SimpleNamespace(done=lambda: False)
    waiting = SimpleNamespace(_pending_exception=RuntimeError("refused"), _coordination_task=task)
    well = SimpleNamespace(_pending_exception=None, _coordination_task=task)

    assert str(problem_of(waiting)) == "refused"
    assert problem_of(well) is None


def test_a_coordination_that_has_ended_with_an_error_is_seen() -> None:
    error = RuntimeError("gone")
    task = SimpleNamespace(done=lambda: True, cancelled=lambda: False, exception=lambda: error)

    assert problem_of(SimpleNamespace(_pending_exception=None, _coordination_task=task)) is error


def test_a_static_member_is_made_to_say_goodbye() -> None:
    coordinator = SimpleNamespace(_group_instance_id="worker-0")
    say_goodbye(coordinator)

    assert coordinator._group_instance_id is None
