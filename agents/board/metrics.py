"""What the board counts. Labels are bounded words; no id is one."""

from prometheus_client import Counter, Gauge, Histogram

READ = Counter("recourse_board_records_total", "Records that the board has taken into its copy.")
UNREADABLE = Counter(
    "recourse_board_unreadable_total",
    "Records that the board could not read and left out, by topic.",
    ["topic"],
)
FAILED = Counter(
    "recourse_board_waits_total",
    "How often the board could not follow and tried again, by what did not let it.",
    ["what"],
)
HEARD_AT = Gauge(
    "recourse_board_heard_timestamp_seconds",
    "When the board's copy last held all that was committed (seconds since 1970).",
)
ASKED = Counter(
    "recourse_board_requests_total",
    "Pages that were asked for, by the page and the class of the answer.",
    ["page", "status"],
)
TOOK = Histogram(
    "recourse_board_request_seconds",
    "How long the board took for a page, by the page.",
    ["page"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
STREAMS = Gauge("recourse_board_streams", "Browsers that are told of changes as they come.")
ACTED = Counter(
    "recourse_board_actions_total",
    "What people did on the board, by the action and what became of the sending.",
    ["action", "sent"],
)
