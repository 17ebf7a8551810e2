"""`make explanations`: writes docs/explanations.md, what `explain` says for each kind of case.

The cases are `tests/explanations.yaml`; a test compares the page with what would be written now.
"""

import json
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agents.operations.explain.page import Explanation, explained
from agents.operations.explain.story import story_of
from agents.operations.explain.wording.lines import records_in
from agents.reference_data.directory_files import directory_in
from agents.reference_data.files import Document, read
from agents.reference_data.policy_files import policy_in
from agents.reference_data.reference import reference_of
from agents.simulation.simulate import Simulation, Written, lines_of
from tests.scenarios.test_scenarios import RECORDS, SERVICE, _lines, _scenarios, as_it_is_run

PAGE = Path(__file__).parents[1] / "docs" / "explanations.md"
CASES = Path(__file__).with_suffix(".yaml")
HEAD = """\
# What `recourse explain` says

For every rule and every decision one case, in the operator's words and in the customer's, from the
records alone. Made by `make explanations` from
[tests/explanations.yaml](../tests/explanations.yaml); do not edit. How ids are looked up:
[explain.md](explain.md).
"""
WIDTH = 100
LABEL = 10
DEMO = Path(__file__).parents[1] / "agents" / "reference_data" / "directories" / "demo.yaml"


def parts() -> list[dict[str, Any]]:
    """The parts of the page, each with its cases; scenarios that say `explain` are the last."""
    found: list[dict[str, Any]] = read(CASES).data
    scenarios = [each.values[0] for each in _scenarios() if "explain" in each.values[0]]
    return [*found, {"part": "Of the scenarios", "cases": scenarios}] if scenarios else found


def explanation_of(case: dict[str, Any]) -> Explanation:
    """What `recourse explain` says of a case's id after its events."""
    written = _written(case) if "site" in case else as_it_is_run(case)
    texts = (json.dumps(_output(each)).encode() for each in written)
    story = story_of(case["explain"], records_in(texts, case["name"]))
    assert story is not None, f"{case['name']}: nothing is known of {case['explain']}"
    return explained(story)


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_part(part) for part in parts())


def _written(case: dict[str, Any]) -> Iterator[Written]:
    policy = policy_in(Document(name="policy", data=case.get("policy", {}), lines={}))
    directory = directory_in(_directory(case.get("directory", {})))
    lines = lines_of(_lines([_at_site(event, case["site"]) for event in case["events"]]))
    for batch in Simulation(reference_of(policy, directory)).run(lines):
        yield from batch


def _output(written: Written) -> dict[str, Any]:
    return {"topic": written.topic, "value": json.loads(bytes(written.value))}


def _at_site(event: dict[str, Any], site: str) -> dict[str, Any]:
    return {
        key: {"site_id": site} | value
        if key in RECORDS and RECORDS[key][1].keys() >= SERVICE.keys()
        else value
        for key, value in event.items()
    }


def _directory(changes: dict[str, list[dict[str, Any]]]) -> Document:
    data = read(DEMO).data
    changed = {each["manager_id"]: each for each in changes.get("managers", [])}
    managers = [each | changed.get(each["manager_id"], {}) for each in data["managers"]]
    return Document(name="directory", data=data | {"managers": managers}, lines={})


def _part(part: dict[str, Any]) -> str:
    return f"\n## {part['part']}\n" + "".join(_case(case) for case in part["cases"])


def _case(case: dict[str, Any]) -> str:
    explanation = explanation_of(case)
    operator = [
        f"$ recourse explain {explanation.id}",
        *_wrapped(explanation.where, ""),
    ]
    for each in explanation.happened:
        operator += ["", f"{each.at}  {each.what}"]
        for line in each.lines:
            operator += _wrapped(f"  {line.label:<{LABEL - 2}}{line.text}", " " * LABEL)
    operator += ["", "What would happen next"]
    for text in explanation.next:
        operator += _wrapped(f"  {text}", "  ")
    shown = "\n".join(operator)
    customer = "\n>\n".join(f"> {each}" for each in explanation.customer)
    return f"\n### {case['name']}\n\n```text\n{shown}\n```\n\n{customer}\n"


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
