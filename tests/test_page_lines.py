"""What counts as printed, of the lines of a page that tests copy."""

from pathlib import Path

from tests.kafka.page_lines import shell

LOGGED = "%4|1796077665.095|GETPID|rdkafka#producer-1| [thrd:main]: timed out"


def test_what_a_client_logs_of_a_busy_broker_is_no_part_of_what_went_well(tmp_path: Path) -> None:
    assert shell(f"echo '{LOGGED}' >&2; echo sent", tmp_path) == (0, "sent\n")


def test_what_failed_keeps_all_that_was_said_of_it(tmp_path: Path) -> None:
    assert shell(f"echo '{LOGGED}' >&2; exit 3", tmp_path) == (3, f"{LOGGED}\n")
