"""What the doctor says of what it heard; on a real Kafka it is tried in tests/kafka."""

import os
import socket
from importlib.metadata import version
from pathlib import Path

import pytest

from agents.operations.access import roles
from agents.operations.doctor.check_connection import connection, unreachable
from agents.operations.doctor.check_insights import insight_checks, site_day_checks
from agents.operations.doctor.check_machine import differing, machine_checks, pinned
from agents.operations.doctor.check_shown import shown_checks
from agents.operations.doctor.check_topics import (
    Seen,
    Shown,
    _right,
    _topics_lacking,
    written_beyond,
)
from agents.operations.doctor.checks import Verdict
from agents.operations.status.insights import InsightsSay, SiteDaysSay
from agents.operations.status.shown import AppsSay
from agents.reference_data.files import parse
from agents.reference_data.policy_files import default_policy, policy_in
from agents.reference_data.published import Span
from streams.access import Access
from streams.settings import Settings
from streams.transport.planning import Found, plan
from streams.transport.topics import TopicSpec

RESPONSES = "service.customer-responses"

REFUSED = "[thrd:h:1/bootstrap]: h:1/bootstrap: Connect to ipv4#1:1 failed: refused (after 0ms)"


@pytest.mark.parametrize(
    ("code", "text", "listens", "found", "right"),
    [
        ("_TRANSPORT", REFUSED, False, "BOOTSTRAP_SERVERS is h:1", "nothing answers there"),
        ("_RESOLVE", "failed to resolve", False, "BOOTSTRAP_SERVERS is h:1", "names that resolve"),
        (
            "_TRANSPORT",
            "1/1 brokers are down",
            True,
            "SECURITY_PROTOCOL is PLAINTEXT",
            "may ask for TLS",
        ),
        (
            "_SSL",
            "certificate verify failed: unable to get issuer",
            True,
            "TLS_CA_FILE is not set",
            "the CA that signed it",
        ),
        (
            "_SSL",
            "wrong version number",
            True,
            "SECURITY_PROTOCOL is PLAINTEXT",
            "does not speak TLS",
        ),
        (
            "_AUTHENTICATION",
            "invalid credentials",
            True,
            "SASL_USERNAME is None",
            "that the brokers",
        ),
    ],
)
def test_what_the_client_heard_names_the_setting(
    code: str, text: str, listens: bool, found: str, right: str
) -> None:
    check = unreachable(code, text, "h:1", Access(), listens=listens)

    assert (check.verdict, check.area) == (Verdict.FIX, "kafka")
    assert check.found.startswith(f"RECOURSE_{found}")
    assert right in check.right


def test_a_port_that_hangs_up_is_told_from_one_where_nobody_is() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        servers = f"127.0.0.1:{server.getsockname()[1]}"
        _, silent = connection(servers, Access(), 0.5)
    _, nobody = connection(servers, Access(), 0.5)

    assert silent.found.startswith("RECOURSE_SECURITY_PROTOCOL is PLAINTEXT")
    assert (nobody.found, nobody.right[:21]) == (
        f"RECOURSE_BOOTSTRAP_SERVERS is {servers}",
        "nothing answers there",
    )


def test_a_package_that_is_not_as_locked_is_named() -> None:
    here = version("msgspec")

    assert differing({"msgspec": here}) == []
    assert differing({"msgspec": "0.0", "no-such-thing": "1"}) == [
        f"msgspec is {here}, locked is 0.0",
        "no-such-thing is not installed, locked is 1",
    ]


def test_of_a_lock_for_all_machines_only_what_is_for_this_one_counts() -> None:
    lock = (
        "anyio==4.16.0 ; sys_platform != 'emscripten' \\\n    --hash=sha256:ab\n    # via a\n"
        "colorama==0.4.6 ; os_name == 'nt' or sys_platform == 'win32' \\\n    --hash=sha256:cd\n"
        "old==1 ; python_full_version < '3.11'\nmsgspec==0.22.0 \\\n    --hash=sha256:ef\n"
    )

    assert pinned(lock) == {"anyio": "4.16.0", "msgspec": "0.22.0"}


def test_this_checkout_is_as_its_lock_has_it() -> None:
    assert [each for each in machine_checks(Settings()) if each.verdict is Verdict.FIX] == []


@pytest.mark.parametrize(
    ("key", "erases", "found"),
    [
        (
            None,
            True,
            (Verdict.FIX, "none: what stays of an erased customer can be found by trying"),
        ),
        (None, False, (Verdict.FINE, "none: needed where lists name customers")),
        ("ab" * 16, True, (Verdict.FINE, "1 given, the first writes")),
    ],
)
def test_who_erases_needs_a_private_key(
    monkeypatch: pytest.MonkeyPatch, key: str | None, erases: bool, found: tuple[Verdict, str]
) -> None:
    monkeypatch.delenv("RECOURSE_PRIVACY_KEY_FILE", raising=False)
    monkeypatch.delenv("RECOURSE_PRIVACY_KEY", raising=False)
    if key is not None:
        monkeypatch.setenv("RECOURSE_PRIVACY_KEY", key)
    checks = machine_checks(Settings(), erases=erases)
    (check,) = [each for each in checks if each.area == "privacy key"]

    assert (check.verdict, check.found[: len(found[1])]) == found


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_state_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    checks = machine_checks(Settings(state_dir=str(tmp_path / "state")))
    (found,) = [each for each in checks if each.verdict is Verdict.FIX]

    assert found.found == f"RECOURSE_STATE_DIR is {tmp_path / 'state'}"
    assert "this user may write" in found.right


def test_a_state_folder_below_a_file_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    checks = machine_checks(Settings(state_dir=str(tmp_path / "file" / "state")))

    assert [each.area for each in checks if each.verdict is Verdict.FIX] == ["state"]


def test_what_a_role_needs_and_is_not_shown_is_lacking() -> None:
    seen = Seen(partitions=12, replicas=1, operations=frozenset({"READ", "DESCRIBE"}))
    topics = Shown(
        seen={"recourse.notices": seen, "recourse.deliveries": seen},
        absent=frozenset(),
        hidden=frozenset({"service.estimates"}),
    )

    assert list(_topics_lacking(roles()["notify"], topics)) == ["write recourse.deliveries"]
    assert list(_topics_lacking(roles()["service-system"], topics)) == ["write service.estimates"]


@pytest.mark.parametrize(
    ("role", "may_write", "beyond"),
    [
        ("service-system", ["service.estimates"], []),
        ("service-system", ["service.estimates", RESPONSES], [RESPONSES]),
        ("customer-channel", ["service.estimates", RESPONSES], ["service.estimates"]),
        ("operator", [RESPONSES], [RESPONSES]),
        ("auditor", ["service.estimates"], ["service.estimates"]),
        ("upstream", ["service.estimates", RESPONSES], []),
        ("managers-app", [RESPONSES], []),
    ],
)
def test_what_a_role_must_never_write_is_named(
    role: str, may_write: list[str], beyond: list[str]
) -> None:
    topics = shown_with(may_write, of=["service.estimates", RESPONSES, "recourse.notices"])

    assert written_beyond(roles()[role], topics) == beyond


def test_where_nobody_is_refused_anything_no_right_is_one_too_many() -> None:
    every = ["service.estimates", RESPONSES]

    assert written_beyond(roles()["auditor"], shown_with(every, of=every)) == []


def shown_with(may_write: list[str], of: list[str]) -> Shown:
    """Topics as a principal sees them that may write some."""
    seen = {
        name: Seen(
            partitions=12,
            replicas=1,
            operations=frozenset({"WRITE", "DESCRIBE"} if name in may_write else {"DESCRIBE"}),
        )
        for name in of
    }
    return Shown(seen=seen, absent=frozenset(), hidden=frozenset())


@pytest.mark.parametrize(
    ("partitions", "right"),
    [
        (11, "with more partitions a key's records would lie apart from its state"),
        (13, "partitions can't be taken away"),
    ],
)
def test_where_a_topic_has_other_partitions_the_ways_out_are_named_and_no_command_that_refuses(
    partitions: int, right: str
) -> None:
    spec = TopicSpec(name="t", partitions=12)
    (change,) = plan([spec], {"t": Found(partitions, 1, {})}, 1)

    assert _right(change) == f"{right}; docs/disaster-recovery.md says the ways out"


HELD = Span(policy=default_policy(), begin=0, end=None, earliest=True)
OF_BEFORE = Span(
    policy=policy_in(parse("generation: 1", "p.yaml")), begin=0, end=None, earliest=True
)
NOON = 1_772_452_800_000  # 2026-03-02 12:00 UTC, long after the package's policy came into force
MINUTE_MS = 60_000


@pytest.mark.parametrize(
    ("held", "found", "said"),
    [
        (None, InsightsSay(there=True), []),
        (HELD, InsightsSay(there=False), []),
        (OF_BEFORE, InsightsSay(there=True), [(Verdict.FINE, "none are written")]),
        (HELD, InsightsSay(there=True), [(Verdict.UNKNOWN, "none is there yet")]),
        (
            HELD,
            InsightsSay(there=True, newest=NOON - 2 * MINUTE_MS, newest_visit=NOON - MINUTE_MS),
            [(Verdict.FINE, "the newest was written 2 min ago")],
        ),
        (
            HELD,
            InsightsSay(there=True, newest=NOON - 3 * MINUTE_MS, newest_visit=NOON - MINUTE_MS),
            [(Verdict.FIX, "visits end without insights of them, the last 1 min ago")],
        ),
        (
            HELD,
            InsightsSay(there=True, newest_visit=NOON),
            [(Verdict.FIX, "visits end without insights of them")],
        ),
    ],
)
def test_the_doctor_says_whether_insights_are_written(
    held: Span | None, found: InsightsSay, said: list[tuple[Verdict, str]]
) -> None:
    checks = list(insight_checks(found, held, NOON))

    assert [(each.verdict, each.area) for each in checks] == [(v, "insights") for v, _ in said]
    for check, (_, begins) in zip(checks, said, strict=True):
        assert check.found.startswith(begins)


RECEIPTS, CASES = "recourse.receipts", "recourse.cases"


@pytest.mark.parametrize(
    ("held", "found", "lacks"),
    [
        (None, AppsSay(newest={}, said=NOON, stepped=NOON), None),
        (OF_BEFORE, AppsSay(newest={}, said=NOON, stepped=NOON), []),
        (HELD, AppsSay(newest={RECEIPTS: NOON - MINUTE_MS}, said=NOON), []),
        (HELD, AppsSay(newest={RECEIPTS: NOON - MINUTE_MS - 1}, said=NOON), [RECEIPTS]),
        (HELD, AppsSay(newest={RECEIPTS: None}, said=NOON, refused=NOON - MINUTE_MS), []),
        (HELD, AppsSay(newest={CASES: NOON - MINUTE_MS}, stepped=NOON), []),
        (HELD, AppsSay(newest={CASES: None}, stepped=NOON), [CASES]),
    ],
)
def test_the_doctor_says_whether_apps_are_shown_what_they_should_be(
    held: Span | None, found: AppsSay, lacks: list[str] | None
) -> None:
    checks = [(each.verdict, each.found) for each in shown_checks(found, held, NOON)]

    if lacks:
        wrong = "lacks what came more than a minute after its newest"
        assert checks == [(Verdict.FIX, f"{topic} {wrong}") for topic in lacks]
    else:
        assert [verdict for verdict, _ in checks] == ([] if lacks is None else [Verdict.FINE])


@pytest.mark.parametrize(
    ("held", "found", "newest", "said"),
    [
        (None, SiteDaysSay(there=True, newest=NOON), NOON, []),
        (OF_BEFORE, SiteDaysSay(there=True, newest=NOON), NOON, []),
        (HELD, SiteDaysSay(there=False), NOON, []),
        (HELD, SiteDaysSay(there=True), None, []),
        (
            HELD,
            SiteDaysSay(there=True, newest=NOON - 11 * MINUTE_MS),
            NOON - MINUTE_MS,
            [(Verdict.FINE, "the newest was written 11 min ago")],
        ),
        (
            HELD,
            SiteDaysSay(there=True, newest=NOON - 11 * MINUTE_MS - 1),
            NOON - MINUTE_MS,
            [(Verdict.FIX, "they lack what was counted after the newest, written 11 min ago")],
        ),
        (
            HELD,
            SiteDaysSay(there=True),
            NOON,
            [(Verdict.FIX, "they lack what was counted after the newest, of which there is none")],
        ),
    ],
)
def test_the_doctor_says_whether_what_was_counted_is_added_up(
    held: Span | None, found: SiteDaysSay, newest: int | None, said: list[tuple[Verdict, str]]
) -> None:
    insights = InsightsSay(there=True, newest=newest)

    checks = list(site_day_checks(found, insights, held, NOON))

    assert [(each.verdict, each.area) for each in checks] == [(v, "site days") for v, _ in said]
    for check, (_, begins) in zip(checks, said, strict=True):
        assert check.found.startswith(begins)
