"""What the project promises of itself: sizes, pages that point at what is there, no idle number.

A check that fails says what is wrong and where; an exception stands in a table with its reason.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from agents.commands import COMMANDS
from agents.operations.access import granted_roles, permissions_of
from agents.reference_data.policy_files import default_policy
from agents.reference_data.policy_words import phrases
from tests import policy_page, strimzi
from tests.metrics_page import declared, exposed
from tests.rooms import crowded, house

ROOT = Path(__file__).parents[1]
PACKAGES = ("agents", "streams", "schemas")
LINES_OF_A_FILE, LINES_OF_A_FUNCTION = 400, 60
LONGER: dict[str, tuple[int, str]] = {
    "agents/simulation/demo/event_generator.py": (
        475,
        "a generator that goes with the demo's week",
    ),
    "streams/runtime/stage.py": (450, "the life of a stage, its membership and its work"),
    "streams/transport/faust.py": (430, "a subclass of each class of Faust, side by side"),
    "streams/transport/kafka.py": (470, "all that is asked of Kafka's clients, one wait for all"),
    "agents/commands/records/cases.py:cases": (65, "its options, each with its help"),
    "agents/core/customers/draft.py:Draft.write": (75, "the fields of the record, one a line"),
}
"""Files and functions that may be longer, up to what, and why."""
PAGES = (
    *sorted((ROOT / "docs").rglob("*.md")),
    *(ROOT / each for each in ("README.md", "CONTRIBUTING.md")),
)
BASES = (".", "docs", "streams", "agents", "agents/core/customers")
"""Folders from which a page may name a file."""
MADE = ("dist/", "NAME.", "LANGUAGE.")
"""Of paths that are made, or stand for several."""
SHOWN_NOWHERE = {
    "recourse_archive_bytes": "a size, for a look by hand",
    "recourse_archive_erasures_total": "as it should be, for a look by hand",
    "recourse_archive_files": "a size, for a look by hand",
    "recourse_archive_records_total": "told by how long ago it had all",
    "recourse_board_sign_ins_total": "of a question about somebody's sign-in, for a look by hand",
    "recourse_build_info": "a version, for people and joins",
    "recourse_changelog_records_total": "told by snapshots and restores",
    "recourse_check_ins_of_another_region_total": "an oddity of the directory, for a look by hand",
    "recourse_commits_total": "told by handled records",
    "recourse_decisions_without_remedy_total": "of managers' habits, for a look by hand",
    "recourse_directory_sites": "a size, for a look by hand",
    "recourse_notify_deliveries_total": "told by those that failed",
    "recourse_notify_in_hand": "for a look by hand",
    "recourse_notify_late_seconds": "for a look by hand",
    "recourse_notify_superseded_total": "as it should be, for a look by hand",
    "recourse_notify_skipped_total": "of an upgrade, for a look by hand",
    "recourse_notify_paused_partitions": "for a look by hand",
    "recourse_notify_sendings_total": "told by those that failed",
    "recourse_partitions_kept_total": "of a restart, for a look by hand",
    "recourse_passed_over_total": "the former name of recourse_records_skipped_total",
    "recourse_policies": "a number of versions, for a look by hand",
    "recourse_closures_not_judged_total": "closures sent long after, for a look at a site by hand",
    "recourse_records_exceeded_total": "a customer's limit a day, for a look by hand",
    "recourse_records_skipped_total": "by design, for a look by hand",
    "recourse_reference_offset": "to compare workers by hand",
    "recourse_restored_records_total": "of a restart, for a look by hand",
    "recourse_snapshots_total": "of a restart, for a look by hand",
    "recourse_steps_without_manager_total": "told by the cases without a manager",
    "recourse_ticks_held": "told by the age of now",
    "recourse_ticks_written_total": "told by the age of now",
    "recourse_undelivered_notices_total": "told by the desk's own steps",
    "recourse_worker_number": "read by `recourse status`",
}
"""Metrics that no panel and no alert names, and why."""


def sources() -> Iterator[tuple[str, str]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def functions(tree: ast.AST, within: str = "") -> Iterator[tuple[str, int]]:
    """Each function with the class that it is of, and its lines."""
    for node in ast.iter_child_nodes(tree):
        name = getattr(node, "name", "")
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield within + name, (node.end_lineno or 0) - node.lineno + 1
        yield from functions(node, f"{within}{name}." if isinstance(node, ast.ClassDef) else within)


def sizes() -> Iterator[tuple[str, int, int]]:
    """What has a size: its name, its lines, how many it may have."""
    for name, text in sources():
        at_most, _ = LONGER.get(name, (LINES_OF_A_FILE, ""))
        yield name, text.count("\n"), at_most
        for function, lines in functions(ast.parse(text)):
            whole = f"{name}:{function}"
            yield whole, lines, LONGER.get(whole, (LINES_OF_A_FUNCTION, ""))[0]


def test_files_and_functions_are_short_enough_to_be_read_at_once() -> None:
    found = list(sizes())

    assert [f"{name}: {lines} lines, {most} at most" for name, lines, most in found
            if lines > most] == []  # fmt: skip
    assert LONGER.keys() <= {name for name, _, _ in found}, "an exception for what is not there"


def test_the_rooms_of_the_application_can_be_seen_at_once() -> None:
    found = house(ROOT)

    assert len(found.rooms) <= 13
    assert found.floors <= 8
    assert len(found.arrows) <= 45
    assert crowded(ROOT) == []


def _paths(text: str) -> Iterator[str]:
    yield from re.findall(r"`([\w.-]+/[\w./-]+\.(?:py|md|yaml|yml|toml|ftl|avsc|sh|json))`", text)


@pytest.mark.parametrize("page", PAGES, ids=lambda each: str(each.relative_to(ROOT)))
def test_what_a_page_points_at_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    stale = [
        path
        for path in _paths(text)
        if not any(each in path for each in MADE)
        and not any((ROOT / base / path).exists() for base in BASES)
    ]
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    stale += [
        link
        for link in links
        if not link.startswith(("http:", "https:", "mailto:")) and not (page.parent / link).exists()
    ]

    assert stale == []


def test_the_readme_has_a_row_for_each_command_and_no_other() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = {name for row in re.findall(r"^\| (`recourse .*?) \|", text, re.MULTILINE)
            for name in re.findall(r"recourse ([a-z-]+)", row)}  # fmt: skip

    assert rows == COMMANDS.keys()


def _leaves(value: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*place, key))
    elif isinstance(value, bool | int | float):
        yield place


def test_each_number_of_the_policy_is_read_and_has_a_phrase() -> None:
    policy = default_policy().model_dump(mode="json")
    numbers = [each for each in _leaves(policy) if each[0] not in ("jurisdictions", "pilot")]
    core = " ".join(
        text
        for name, text in sources()
        if name.startswith("agents/")
        and not name.endswith(("policy.py", "policy_numbers.py", "policy_notices.py"))
    )

    assert len(numbers) > 40
    assert [each for each in numbers if each not in phrases()] == []
    named = [each for each in numbers if not each[-1].isupper()]
    assert [each for each in named if not re.search(rf"\b{each[-1]}\b", core)] == []


def test_the_page_of_the_numbers_is_made_from_the_policy() -> None:
    assert policy_page.PAGE.read_text(encoding="utf-8") == policy_page.page(), (
        "run `make policy-numbers`"
    )


def test_each_metric_is_counted_and_shown_or_excused() -> None:
    shown = " ".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "deploy").rglob("*")
        if path.suffix in (".json", ".yaml", ".yml")
    )
    code = " ".join(text for _, text in sources())
    metrics = {exposed(each): each for found in declared().values() for each in found}
    unseen = {name for name, each in metrics.items() if not re.search(rf"\b{each._name}", shown)}
    variables = {
        match[2]: match[1]
        for match in re.finditer(
            r'^([A-Z_]+)(?:: [^=\n]*)? = (?:Counter|Gauge|Histogram)\(\s*"(\w+)"',
            code,
            re.MULTILINE,
        )
    }

    assert unseen == SHOWN_NOWHERE.keys()
    assert [name for name, variable in variables.items()
            if len(re.findall(rf"\b{variable}\b", code)) < 2] == []  # fmt: skip


def test_settings_of_tools_name_what_is_there() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")

    assert [
        each for each in re.findall(r"\b((?:agents|streams|schemas|tests)/[\w/]+\.py)\b", text)
        if not (ROOT / each).exists()
    ] == []  # fmt: skip


def test_strimzi_s_resources_are_what_is_declared() -> None:
    for path, text in strimzi.files().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: make strimzi"
    users = list(yaml.safe_load_all((strimzi.FOLDER / "users.yaml").read_text()))
    declared = permissions_of(list(granted_roles().values()), strimzi.APPLICATION)
    assert {each for user in users for each in strimzi.granted(user)} == declared
