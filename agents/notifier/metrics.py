"""What `recourse notify` counts. Labels are words of the contract, never an id."""

from prometheus_client import Counter, Gauge, Histogram

SENT = Counter(
    "recourse_notify_sendings",
    "Attempts to send a notice by a channel, by whether the channel took it.",
    ["addressee", "channel", "took"],
)
DELIVERIES = Counter(
    "recourse_notify_deliveries",
    "Notices that have ended: delivered by a channel, or failed by all of them.",
    ["addressee", "delivered"],
)
SKIPPED = Counter(
    "recourse_notify_skipped",
    "Notices for a kind of addressee that only a later version knows: nothing is sent or said.",
)
SUPERSEDED = Counter(
    "recourse_notify_superseded",
    "Notices that were not sent, as a later one for the same person says it all.",
)
IN_HAND = Gauge("recourse_notify_in_hand", "Notices read and not ended: due, waiting or tried.")
PAUSED = Gauge(
    "recourse_notify_paused_partitions", "Partitions of which no more is read: too much waits."
)
UNREADABLE = Gauge(
    "recourse_notify_unreadable_records",
    "Records of recourse.notices that can't be read, of the partitions of this process: set aside.",
)
LATE = Histogram(
    "recourse_notify_late_seconds",
    "From when a notice might be sent until a channel took it.",
    buckets=(1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400),
)
