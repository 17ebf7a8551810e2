"""Every metric of the engine: name, type, labels, meaning.

Labels are bounded: `stage` by the topology, `topic` by the catalogue. A renamed metric or label is
a breaking change.
"""

from prometheus_client import Counter, Gauge, Histogram

RECORDS_HANDLED = Counter(
    "recourse_records_handled",
    "Records (ticks too) handled, whether or not committed yet.",
    ["stage", "topic"],
)
RECORDS_EMITTED = Counter(
    "recourse_records_emitted",
    "Output records handed to a transaction.",
    ["stage", "topic"],
)
MISPLACED = Counter(
    "recourse_misplaced_records",
    "Records that lay in another partition than murmur2 gives their key, by what became of them: "
    "carried there, or refused (a dead letter).",
    ["stage", "topic", "became"],
)
CHANGELOG_RECORDS = Counter(
    "recourse_changelog_records",
    "Changelog records handed to a transaction (last value of each changed key).",
    ["stage"],
)
COMMITS = Counter("recourse_commits", "Transactions committed.", ["stage"])
COMMIT_SECONDS = Histogram(
    "recourse_commit_seconds",
    "Time from the first record of a transaction handed over to its commit.",
    ["stage"],
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30),
)
UNIT_LIMIT_BYTES = Gauge(
    "recourse_unit_limit_bytes",
    "How much output one transaction may hold by now: it shrinks where commits are slow.",
    ["stage"],
)
LAG_RECORDS = Gauge(
    "recourse_lag_records",
    "Offsets between what is handled and the end of the topic, over the partitions of this worker.",
    ["stage", "topic"],
)
NOW_AGE_SECONDS = Gauge(
    "recourse_now_age_seconds",
    "Wall clock less the oldest `now` of this worker's partitions; grows where ticks stop.",
    ["stage"],
)
TICKS_HELD = Gauge(
    "recourse_ticks_held",
    "Partitions in which a tick waits until the other topics are read up to it.",
    ["stage"],
)
TICKS_WRITTEN = Counter("recourse_ticks_written", "Ticks written by this worker.", ["stage"])
STAGE_ABSENT = Gauge(
    "recourse_stage_absent",
    "1 where this worker does not run a stage: a topic or a right is missing, or it failed.",
    ["stage"],
)
RESTORE_SECONDS = Gauge(
    "recourse_restore_seconds", "Time of the last restore from the changelog.", ["stage"]
)
RESTORED_RECORDS = Counter(
    "recourse_restored_records", "Changelog records read in restores.", ["stage"]
)
BEGUN_ELSEWHERE = Gauge(
    "recourse_begun_elsewhere_timestamp_seconds",
    "When a restore last began elsewhere than the group's offsets say, by why (docs/engine.md).",
    ["stage", "why"],
)
PARTITIONS_KEPT = Counter(
    "recourse_partitions_kept",
    "Partitions whose state was kept over a rebalance: nobody else had owned them in between.",
    ["stage"],
)
SNAPSHOTS = Counter(
    "recourse_snapshots",
    "Local snapshots by what became of them: written, failed (at a stop), used, thrown_away.",
    ["stage", "outcome"],
)
PARTITIONS_ASSIGNED = Gauge(
    "recourse_partitions_assigned", "Partitions that this worker owns and has restored.", ["stage"]
)
WORKER_NUMBER = Gauge(
    "recourse_worker_number",
    "RECOURSE_WORKER_NUMBER of this worker: of two that have the same, each ends the other.",
    ["stage"],
)
THROTTLED_SECONDS = Counter(
    "recourse_kafka_throttled_seconds",
    "For how long brokers have held back this process's requests by a quota, as they say.",
    ["client"],
)
PARTITIONS_UNOWNED = Gauge(
    "recourse_partitions_unowned",
    "Partitions of a stage's topics that no worker of its group has: nobody reads them.",
    ["stage"],
)
BUFFERED_BYTES = Gauge("recourse_buffered_bytes", "Bytes fetched and not yet handled.", ["stage"])
REFERENCE_OFFSET = Gauge(
    "recourse_reference_offset", "Offset after the last reference record in force.", ["topic"]
)
