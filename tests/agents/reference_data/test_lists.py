"""The lists of the policy name customers by id or by keyed hash: either finds the customer."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agents.commands import app
from agents.core.pseudonyms import Pseudonyms
from agents.pipeline.settings import PRIVACY_KEY

KEY, OTHER = "5c" * 16, "77" * 16
HASHED = Pseudonyms(keys=(bytes.fromhex(KEY),)).of("c1")


def event(number: int, visit: str) -> str:
    value = {
        "event_id": f"e{number}",
        "occurred_at": f"2026-03-02T{9 + number:02}:00:00Z",
        "customer_id": "c1",
        "visit_id": visit,
        "vehicle_id": "car1",
        "site_id": "columbus",
        "response": "REQUESTED",
        "subject": "NONE",
    }
    return json.dumps({"topic": "service.customer-responses", "value": value})


def simulated(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, key: str | None
) -> tuple[int, str]:
    """Exit code, and the decision on the second visit (the first is on the floor) or the error."""
    (folder / "events.jsonl").write_text("\n".join([event(0, "v1"), event(1, "v2")]))
    (folder / "policy.yaml").write_text(
        f"version: v1\nlists: {{block: [{{customer_id: {name}, reason: fraud}}]}}\n"
    )
    if key is not None:
        monkeypatch.setenv(PRIVACY_KEY, key)
    arguments = ["simulate", str(folder / "events.jsonl"), "--policy", str(folder / "policy.yaml")]
    monkeypatch.setattr("sys.argv", ["recourse", *arguments])
    result = CliRunner().invoke(app, arguments)
    if result.exit_code:
        return result.exit_code, result.stderr
    values = [json.loads(line)["value"] for line in result.stdout.splitlines()]
    decided = [each for each in values if "decision" in each]
    second = [each for each in decided if each["disagreement_id"].startswith("v2:")]
    return 0, "; ".join(f"{each['decision']} {each['reasons'][-1]['code']}" for each in second)


@pytest.mark.parametrize(
    ("name", "key", "decision"),
    [
        ("c1", None, "THROTTLED BLOCK_LIST"),
        ("c1", KEY, "THROTTLED BLOCK_LIST"),
        (HASHED, KEY, "THROTTLED BLOCK_LIST"),
        (HASHED, f"{OTHER},{KEY}", "THROTTLED BLOCK_LIST"),
        ("c2", KEY, "RAISED THROTTLE"),
    ],
)
def test_a_list_finds_its_customer_by_id_and_by_hash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, key: str | None, decision: str
) -> None:
    assert simulated(tmp_path, monkeypatch, name, key) == (0, decision)


@pytest.mark.parametrize("key", [None, OTHER])
def test_a_hash_under_a_key_that_is_not_here_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str | None
) -> None:
    ours = "none" if key is None else Pseudonyms(keys=(bytes.fromhex(key),)).key_names[0]

    assert simulated(tmp_path, monkeypatch, HASHED, key) == (
        1,
        (
            f"{tmp_path}/policy.yaml: the lists of policy v1 are under the key {HASHED[5:13]}, the "
            f"keys here are {ours}: set RECOURSE_PRIVACY_KEY or RECOURSE_PRIVACY_KEY_FILE to what "
            "published it\n"
        ),
    )
