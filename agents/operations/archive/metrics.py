"""What `recourse archive` counts. Labels are topics of the contract, never an id."""

from prometheus_client import Counter, Gauge

RECORDS = Counter("recourse_archive_records", "Records that the archive has taken in.", ["topic"])
FAILURES = Counter(
    "recourse_archive_failures",
    "How often the archive's store or Kafka failed, so that it began anew from its manifest.",
)
FORGOTTEN = Counter("recourse_archive_erasures", "Erasures that every file was rewritten for.")
FILES = Gauge("recourse_archive_files", "Files in the archive.")
SIZE = Gauge("recourse_archive_bytes", "Bytes of the files in the archive.")
GAPS = Gauge(
    "recourse_archive_gaps", "Ranges of offsets that were gone from Kafka before they were read."
)
REACHED = Gauge(
    "recourse_archive_reached_timestamp_seconds",
    "When all that Kafka had at a moment was in the archive: that moment.",
)
