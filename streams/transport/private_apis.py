# ruff: noqa: SLF001 - these are the private interfaces
"""The private interfaces of Faust, aiokafka and librdkafka that the engine uses, and the versions.

Public interfaces are not listed: what they promise, they keep. Each private one has a line in
`PINNED_INTERNALS` with a digest of its source: tests/streams/test_private_apis.py fails when an
upgrade changes one. Then: read what has changed there, look at who uses it, run the tests that
need Kafka, and write the new digest and version. Small pieces that only use such an interface are
here whole; the rest is in faust.py, fetching.py, draining.py and membership.py.
"""

import ctypes
import struct
from typing import Any, NamedTuple

from streams.transport.membership import Membership

VERSIONS = {
    "faust-streaming": "0.15.3",
    "mode-streaming": "0.7.1",
    "aiokafka": "0.14.0",
    "confluent-kafka": "2.16.1",
}
"""Those with which everything below was read and tried."""


class Inside(NamedTuple):
    """A class or function of somebody else, what of it is leant on, and its source's digest.

    An empty digest: it is compiled, and only has to be there.
    """

    name: str
    leant_on: str
    digest: str


PINNED_INTERNALS = (
    # faust.py: the group membership
    Inside(
        "faust.transport.drivers.aiokafka:AIOKafkaConsumerThread._create_worker_consumer",
        "replaced: makes our consumer with our settings",
        "c2701bfc3e6f",
    ),
    Inside(
        "faust.transport.drivers.aiokafka:AIOKafkaConsumerThread.on_start",
        "keeps the consumer as `_consumer` and starts it in its own thread",
        "38b4e8bd1e10",
    ),
    Inside(
        "mode.threads:ServiceThread.stop",
        "replaced: stops the service, then waits for its thread, not in the event loop",
        "32d026539c36",
    ),
    Inside(
        "faust.transport.drivers.aiokafka:ConsumerRebalanceListener",
        "calls the two callbacks below, the revocation before a new generation begins",
        "f3d04f29dfb3",
    ),
    Inside(
        "faust.transport.consumer:Consumer.getmany",
        "replaced: gives pairs of TP and message; called again and again",
        "4b168d84882a",
    ),
    Inside("faust.transport.consumer:Consumer.ack", "replaced: no offset is kept", "5fcf41cf4515"),
    Inside(
        "faust.transport.consumer:Consumer.commit", "replaced: the runtime commits", "a354437baaa0"
    ),
    Inside(
        "faust.transport.consumer:Consumer.perform_seek",
        "replaced: the runtime seeks",
        "0e8c130ff4b0",
    ),
    Inside(
        "faust.transport.consumer:Consumer.wait_empty",
        "replaced: nothing is waited for",
        "e4662fe24f09",
    ),
    Inside(
        "faust.transport.consumer:Consumer._add_gap",
        "replaced: a counter has no gaps",
        "4df2573ded7c",
    ),
    Inside(
        "faust.transport.consumer:Consumer.on_partitions_revoked",
        "called by ours once everything is committed",
        "d04b7ae72c6f",
    ),
    Inside(
        "faust.transport.consumer:Consumer.on_partitions_assigned",
        "called by ours; the partitions are taken afterwards",
        "29ce96596f05",
    ),
    Inside(
        "faust.transport.consumer:ConsumerThread.on_partitions_revoked",
        "waits for the event loop's answer: so the old generation holds while it commits",
        "c44013f1259c",
    ),
    Inside(
        "faust.app.base:App._on_partitions_revoked",
        "stops the flow, waits for agents",
        "d5c895bbe57d",
    ),
    Inside("faust.app.base:App._on_partitions_assigned", "lets the flow go on", "de932b7927db"),
    Inside("faust.app.base:App._create_directories", "replaced: makes none", "a9f571c3b04a"),
    Inside("faust.app.base:App._new_transport", "replaced: makes our transport", "42db531312dd"),
    Inside(
        "faust.tables.manager:TableManager.on_start", "replaced: waits for no table", "365dd25fbc0e"
    ),
    Inside("faust.serializers.schemas:Schema.compile", "replaced: decodes nothing", "d46eec5ce319"),
    Inside(
        "mode.threads:QueueServiceThread.call_thread",
        "runs a call in the consumer's thread",
        "479edda75b54",
    ),
    # faust.py, assignor.py: aiokafka's part in the group
    Inside(
        "aiokafka.consumer.group_coordinator:GroupCoordinator._on_join_prepare",
        "revokes before it joins, and goes on with heartbeats meanwhile",
        "4d9524afc0ee",
    ),
    Inside(
        "aiokafka.consumer.group_coordinator:GroupCoordinator._on_join_complete",
        "generation and member id are set before the assignment is told",
        "0b0b3d204b40",
    ),
    Inside(
        "aiokafka.consumer.group_coordinator:GroupCoordinator._perform_assignment",
        "calls the assignor, an object, with everybody's metadata",
        "a5cf61fa9732",
    ),
    Inside(
        "aiokafka.consumer.group_coordinator:CoordinatorGroupRebalance.perform_group_join",
        "calls the assignor's `metadata`; joins once for each assignor, so there may be one only",
        "ff2c2109b2e9",
    ),
    Inside(
        "aiokafka.consumer.group_coordinator:GroupCoordinator._maybe_leave_group",
        "says goodbye unless `_group_instance_id` is set",
        "016cd88a16e6",
    ),
    Inside(
        "aiokafka.consumer.group_coordinator:GroupCoordinator.request_rejoin",
        "joins again, with what the member has by now",
        "f70a261c91c3",
    ),
    Inside(
        "aiokafka.consumer.group_coordinator:GroupCoordinator._push_error_to_user",
        "keeps the error as `_pending_exception`, and waits until somebody has taken it",
        "743ff515bd7e",
    ),
    # membership.py: what the broker says of a member
    Inside(
        "aiokafka.consumer.group_coordinator:GroupCoordinator._send_req",
        "sends a request to the coordinator, which `ensure_coordinator_known` has found",
        "fa4b12e914ce",
    ),
    Inside(
        "aiokafka.protocol.commit:OffsetCommitRequest",
        "group, generation, member, offsets",
        "07d8cb363446",
    ),
    Inside("aiokafka.protocol.group:HeartbeatRequest", "group, generation, member", "61fd1d60122d"),
    # faust.py, fetching.py, draining.py: fetching
    Inside(
        "aiokafka.consumer.consumer:AIOKafkaConsumer.seek",
        "sets the position at once, drops what was fetched, refuses what is not assigned",
        "a9430f1f3b9a",
    ),
    Inside(
        "aiokafka.consumer.consumer:AIOKafkaConsumer.start",
        "copied with another `Fetcher`; `_closed`, `_fetcher`, `_coordinator`",
        "2f1ba7044332",
    ),
    Inside(
        "aiokafka.consumer.fetcher:Fetcher._proc_fetch_request",
        "copied with another `MemoryRecords`, `PartitionRecords`, `FetchResult`, called by one of"
        " its name; one fetch a partition lies unread at most",
        "59bf948fff47",
    ),
    Inside(
        "aiokafka.consumer.fetcher:Fetcher._fetch_requests_routine",
        "waits for `_wait_consume_future` while a result of `_records` has a `_backoff`; the next"
        " fetch of a broker when a task has ended; `_fetch_waiters`, `_notify`",
        "2a8ec5932644",
    ),
    Inside(
        "aiokafka.consumer.fetcher:Fetcher.fetched_records",
        "called without `getmany`, by partitions; copied with another `FetchResult`, which gives"
        " out a part and is asked again; `_closed`, `_subscriptions`",
        "be4348896b9b",
    ),
    Inside(
        "aiokafka.consumer.fetcher:FetchResult",
        "moves the position as it gives records; `getall` is replaced: `check_assignment`,"
        " `has_more`, `_update_position`, `_partition_records`, `_topic_partition`",
        "d7db13f06de8",
    ),
    Inside(
        "aiokafka.consumer.fetcher:PartitionRecords",
        "`_unpack_records` is replaced",
        "94aa0da0dbec",
    ),
    Inside(
        "aiokafka.consumer.subscription_state:SubscriptionState.fetch_context",
        "says that the consumer is not idle",
        "ff2a654dca23",
    ),
    Inside(
        "aiokafka.consumer.subscription_state:TopicPartitionState",
        "`has_valid_position`, `_position`",
        "2b83334afadf",
    ),
    Inside(
        "aiokafka.record.memory_records:MemoryRecords",
        "`has_next`, `next_batch`, `size_in_bytes`; a batch's `base_offset`, `next_offset`,"
        " `producer_id`, `is_transactional`, `is_control_batch`, `validate_crc`",
        "",
    ),
    # kafka.py
    Inside("aiokafka.partitioner:murmur2", "where every producer places a key", "62179ca18494"),
)


def group_metadata(group: str, membership: Membership) -> bytes:
    """What `send_offsets_to_transaction` wants to know of the group, as librdkafka serialises it.

    librdkafka makes this only for its own consumer; ours is aiokafka. The form is internal
    (`rd_kafka_consumer_group_metadata_write`): magic, generation as native int32, group, NUL,
    member id, NUL, then 1 for "no instance id", or 0, instance id, NUL.
    tests/kafka/test_engine_fencing.py holds it against a real broker, an old generation
    included. Should a new librdkafka refuse it: look for a public way to
    make the object first, then read that function's source again.
    """
    instance = membership.instance_id
    return (
        b"CGMDv2:"
        + struct.pack("=i", membership.generation)
        + group.encode()
        + b"\0"
        + membership.member_id.encode()
        + b"\0"
        + (b"\1" if instance is None else b"\0" + instance.encode() + b"\0")
    )


def headers_of(message: Any) -> tuple[tuple[str, bytes | None], ...]:  # noqa: ANN401 - any message
    """The headers of a message of confluent-kafka; a name that is not UTF-8 is U+FFFD.

    It leaves nothing in the place of such a name, and an error pending: who looks at it ends the
    process. So the error is taken away, and it is asked whether something is there.
    tests/kafka/test_bad_input.py sends such names.
    """
    found = message.headers()
    if not found:
        return ()
    _CLEAR_ERROR()
    return tuple((each[0] if _ITEM_OF_TUPLE(each, 0) else "\ufffd", each[1]) for each in found)


_CLEAR_ERROR = ctypes.pythonapi.PyErr_Clear
_CLEAR_ERROR.restype = None
_ITEM_OF_TUPLE = ctypes.pythonapi.PyTuple_GetItem
_ITEM_OF_TUPLE.argtypes = [ctypes.py_object, ctypes.c_ssize_t]
_ITEM_OF_TUPLE.restype = ctypes.c_void_p


def say_goodbye(coordinator: Any) -> None:  # noqa: ANN401 - aiokafka's, without types
    """Lets a static member leave its group when it stops; aiokafka does that for others only.

    The broker takes it from any member, by its member id.
    """
    coordinator._group_instance_id = None


def problem_of(coordinator: Any) -> BaseException | None:  # noqa: ANN401 - the same
    """Why aiokafka no longer cares for the group, if so: it waits until it is asked.

    `AIOKafkaConsumer.getmany` would ask; nobody here calls it.
    """
    pending: BaseException | None = coordinator._pending_exception
    task = coordinator._coordination_task
    if pending is None and task.done() and not task.cancelled():
        return task.exception()  # type: ignore[no-any-return]  # of a task without a type
    return pending
