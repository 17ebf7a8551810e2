"""One hostile text in every free field, through every command: tables, pipes and JSON."""

import ast
import io
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
import typer

from agents.commands import app
from agents.commands.console.manual import MANUAL
from agents.commands.records import act as act_command
from agents.commands.records import dead_letters as dead_letters_command
from agents.commands.records import erasure
from agents.commands.running import doctor as doctor_command
from agents.commands.running import status, topics
from agents.commands.simulation import play as play_command
from agents.core.rfc3339 import text_of
from agents.core.world import Directory
from agents.operations.acting.exchange import Found as FoundCase
from agents.operations.dead_letters.reader import Letter
from agents.operations.dead_letters.redriver import Sent
from agents.operations.dead_letters.redriving import Again, CanNotBe, Marks
from agents.operations.doctor.checks import fix
from agents.operations.erasure import Found, Place
from agents.pipeline.dead_letter import DEAD_LETTERS, LetterPlace, dead_letter
from agents.records import codecs
from agents.reference_data.directory_files import MANAGERS, SITES, demo_directory
from agents.reference_data.reference import POLICIES
from agents.reference_data.written import directory_as_file
from schemas.records import DeadLetterReason, EscalationStatus, Reason
from streams.runtime import logs
from streams.topology import Message
from streams.transport.kafka import Write
from tests.agents.explain.records import a_step
from tests.agents.operations.test_status import WELL
from tests.bad_input.good import NOW, morning
from tests.hostile import CANARY, MARKUP, TAME, controls_in, hostile

ROOT = Path(__file__).parents[2]
CHECKED = frozenset(
    {"country", "subdivision", "time_zone", "holidays", "currency", "email", "phone"}
)
"""Of a directory, what its file checks: no free text."""
Shown = Callable[..., str]


class Stream(io.TextIOWrapper):
    """A stdout whose bytes are kept; a terminal or none."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True, newline="")
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    @property
    def text(self) -> str:
        assert isinstance(self.buffer, io.BytesIO)
        return self.buffer.getvalue().decode()


def called(*arguments: str, terminal: bool = False) -> str:
    """What a command writes to stdout and stderr."""
    out, err = Stream(terminal=terminal), Stream(terminal=terminal)
    with pytest.MonkeyPatch.context() as patched:
        for name, value in (("stdout", out), ("stderr", err), ("argv", ["recourse", *arguments])):
            patched.setattr(sys, name, value)
        for name, text in (("TERM", "xterm"), ("COLUMNS", "400")):
            patched.setenv(name, text)
        with pytest.raises(SystemExit) as left:
            typer.main.get_command(app).main(list(arguments), prog_name="recourse")
    assert left.value.code in {0, 1, 2}, err.text
    return out.text + err.text


def clean(shown: str, *, terminal: bool = False) -> str:
    """A text that holds no control and no forged line, and the markup as it was written."""
    assert controls_in(shown, terminal=terminal) == set()
    assert not [line for line in shown.splitlines() if line.startswith("FORGED")]
    return shown


def _directory() -> Directory:
    """The demo's, with hostile names and handles."""
    known = demo_directory()
    return Directory(
        [hostile(each, but=CHECKED) for each in known.sites.values()],
        [hostile(each, but=CHECKED) for each in known.managers.values()],
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Events, directory and policy with the canary in all that is free and passes `lint`."""
    made = tmp_path_factory.mktemp("canary")
    events = [
        {
            "topic": each.topic,
            "arrived_at": text_of(each.at),
            "value": codecs.to_json(each.topic, hostile(each.record)),
        }
        for each in morning(("ann", "ben"))
        if each.topic.startswith("service.") or each.topic == "recourse.actions"
    ]
    bad = [{"topic": CANARY, "value": {}}, {"topic": "service.closures", "value": {CANARY: CANARY}}]
    limit = {"fixed_major": 1, "percent": 0, "source": CANARY}
    policy = {"version": "p2", "jurisdictions": {"US-OH": {"authorisation_limit": limit}}}
    (made / "events.jsonl").write_bytes(b"\n".join(map(msgspec.json.encode, events)))
    (made / "bad.jsonl").write_bytes(b"\n".join(map(msgspec.json.encode, bad)))
    (made / "directory.json").write_text(json.dumps(directory_as_file(_directory())))
    (made / "policy.json").write_text(json.dumps(policy))
    fix = {"what": CANARY, "from": "2099-01-01", "declared_on": "2099-01-01", "site": CANARY}
    (made / "fixes.yaml").write_text(json.dumps([fix]))
    (made / "other.json").write_text('{"version": "p3"}')
    (made / "wrong.json").write_text(json.dumps({CANARY: CANARY, "version": CANARY}))
    return made


@pytest.fixture(scope="module")
def outputs(folder: Path) -> Path:
    """What `simulate` makes of them, on stdout."""
    text = called(
        "simulate", f"{folder}/events.jsonl", "--policy", f"{folder}/policy.json",
        "--directory", f"{folder}/directory.json",
    )  # fmt: skip
    out = folder / "out.jsonl"
    out.write_text(text)
    return out


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """The reference topics hold them, and a record of each kind that nobody can read."""
    monkeypatch.setenv("RECOURSE_PRIVACY_KEY", "ab" * 16)
    policy = (folder / "policy.json").read_bytes()
    entries: list[tuple[str, str, Any]] = []
    entries += [(SITES, each.site_id, each) for each in _directory().sites.values()]
    entries += [(MANAGERS, each.manager_id, each) for each in _directory().managers.values()]
    values = [(POLICIES, "p2", policy), (POLICIES, CANARY, f'{{"{CANARY[-9:]}"'.encode())]
    values += [(topic, key, codecs.encode(topic, entry)) for topic, key, entry in entries]
    values += [(SITES, CANARY, b"\x1b"), (SITES, "columbus", CANARY.encode())]
    messages = [
        Message(topic, 0, offset, NOW, key.encode(), value)
        for offset, (topic, key, value) in enumerate(values)
    ]
    monkeypatch.setattr(topics, "records", lambda _: iter(messages))
    monkeypatch.setattr(topics, "publish", lambda *_: None)


class Desk:
    """Stands where a person speaks with the desk: it has answered, with what somebody wrote."""

    def __init__(self, *_: object) -> None:
        said = Reason(code="SAID", facts={"reason": CANARY})
        step = a_step(step=1, status=EscalationStatus.CONTACTED, reasons=(said,))
        self.found = FoundCase(last=step, ends={}, answer=(step,))

    def find(self, *_: object) -> FoundCase:
        return self.found


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(act_command, "Desk", Desk)
    monkeypatch.setattr(act_command, "now_of", lambda *_: NOW)
    monkeypatch.setattr(logs, "configure", lambda *_: None)


class Reader:
    """Stands where dead letters are read."""

    unreadable = 1

    def __init__(self, *_: object) -> None:
        message = Message(
            "service.closures", 3, 17, NOW, CANARY.encode(), CANARY.encode(),
            ((CANARY, CANARY.encode()),),
        )  # fmt: skip
        record = dead_letter(message, DeadLetterReason.INVALID, CANARY, NOW)
        self.letter = Letter(LetterPlace(DEAD_LETTERS, 0, 1), record)

    def letters(self) -> Iterator[Letter]:
        yield self.letter

    def lying_at(self, _: object) -> None:
        return None

    def close(self) -> None:
        pass


class Redriver(Reader):
    """Stands where they are sent again: one is, one can't be."""

    def start(self) -> None:
        pass

    def sorted_out(self, letters: Sequence[Letter], **_: bool) -> tuple[Any, Any]:
        return list(letters), [CanNotBe(CANARY)]

    def send(self, letters: Sequence[Letter]) -> Iterator[list[Sent | CanNotBe]]:
        write = Write("service.closures", 0, b"", b"", (), NOW)
        sent = [Sent(each, Again(write, NOW, guessed=False)) for each in letters]
        yield [*sent, CanNotBe(CANARY)]


@pytest.fixture
def dead_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dead_letters_command, "LetterReader", Reader)
    monkeypatch.setattr(dead_letters_command, "Redriver", Redriver)
    monkeypatch.setattr(dead_letters_command, "marks_of", lambda *_: Marks({}, frozenset()))
    monkeypatch.setattr(logs, "configure", lambda *_: None)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """What status, doctor and erasure find."""
    found = SimpleNamespace(now=lambda *_: hostile(WELL, but=frozenset({"stage"})))
    monkeypatch.setattr(status, "Probe", lambda *_: found)
    checks = SimpleNamespace(checks=lambda: iter([fix("policy", CANARY, CANARY)]), looked=True)
    monkeypatch.setattr(doctor_command, "_Examination", lambda *_, **__: checks)
    places = [Found(topic=CANARY, place=Place.STAYS, records=1)]
    proof = SimpleNamespace(
        found=lambda: places, asked_at=None, looked_at=1, hashed=0, found_by_trying=0
    )
    monkeypatch.setattr(erasure, "_proof", lambda *_: proof)
    for module in (status, doctor_command):
        monkeypatch.setattr(module.logs, "configure", lambda *_: None)


BOTH = pytest.mark.parametrize("terminal", [False, True], ids=["pipe", "terminal"])
PAST = ("--from", "EVENTS", "--from", "OUT", "--then", "POLICY", "--then-directory", "DIRECTORY")
RISES = ("--sweep", "jurisdictions.US-OH.authorisation_limit.percent=99")
EVENTS = {
    "explain": ["explain", "ann-v1:1", "--from", "OUT"],
    "explain --json": ["explain", "ann-v1:1", "--json", "--from", "OUT"],
    "cases": ["cases", "--all", "--from", "OUT"],
    "cases --json": ["cases", "--all", "--json", "--from", "OUT"],
    "effect": ["effect", "--from", "OUT"],
    "effect --json": ["effect", "--json", "--from", "OUT"],
    "pilot plan": ["pilot", "plan", "--from", "OUT"],
    "pilot plan --json": ["pilot", "plan", "--json", "--from", "OUT"],
    "pilot propose": ["pilot", "propose", "--from", "OUT"],
    "pilot propose --json": ["pilot", "propose", "--json", "--from", "OUT"],
    "causes": ["causes", "--by", "code", "--from", "EVENTS", "--from", "OUT"],
    "causes letter": [
        "causes",
        "letter",
        "--site",
        "columbus",
        "--week",
        "2026-W10",
        "--from",
        "EVENTS",
        "--from",
        "OUT",
        "--fixes",
        "FIXES",
        "--directory",
        "DIRECTORY",
    ],
    "causes fix list": ["causes", "fix", "list", "--fixes", "FIXES"],
    "causes fix list --json": ["causes", "fix", "list", "--json", "--fixes", "FIXES"],
    "causes fix add": [
        "causes",
        "fix",
        "add",
        CANARY,
        "--from",
        "2099-01-01",
        "--site",
        CANARY,
        "--fixes",
        "MORE_FIXES",
    ],
    "causes --json": ["causes", "--json", "--from", "EVENTS", "--from", "OUT"],
    "feeds": ["feeds", "--all", "--from", "OUT"],
    "feeds --json": ["feeds", "--all", "--json", "--from", "OUT"],
    "audit": ["audit", "--from", "OUT"],
    "audit --json": ["audit", "--json", "--from", "OUT"],
    "play": ["play", "BAD"],
    "replay": ["replay", *PAST, *RISES],
    "replay --json": ["replay", *PAST, *RISES, "--json"],
    "simulate": ["simulate", "BAD"],
    "policy lint": ["policy", "lint", "POLICY"],
    "policy lint, wrong": ["policy", "lint", "WRONG"],
    "directory lint": ["directory", "lint", "DIRECTORY"],
    "directory lint, wrong": ["directory", "lint", "WRONG"],
}
REFERENCE = {
    "policy show": ["policy", "show"],
    "policy show --json": ["policy", "show", "--json"],
    "policy show --version": ["policy", "show", "--version", "p2"],
    "policy show --version --json": ["policy", "show", "--version", "p2", "--json"],
    "policy diff": ["policy", "diff", "OTHER"],
    "policy diff --json": ["policy", "diff", "OTHER", "--json"],
    "policy publish": ["policy", "publish", "POLICY"],
    "policy repair": ["policy", "repair"],
    "directory show": ["directory", "show"],
    "directory show --yaml": ["directory", "show", "--yaml"],
    "directory show --json": ["directory", "show", "--json"],
    "directory diff": ["directory", "diff", f"{ROOT}/agents/reference_data/directories/demo.yaml"],
    "directory diff, wrong": ["directory", "diff", "WRONG"],
    "directory publish": ["directory", "publish", "DIRECTORY"],
    "directory repair": ["directory", "repair"],
    "act": ["act", "v1:1", "contacted", "--by", "m-brooks"],
    "act --json": ["act", "v1:1", "contacted", "--by", "m-brooks", "--json"],
}
FOUND = {
    "dead-letters list": ["dead-letters", "list"],
    "dead-letters list --json": ["dead-letters", "list", "--json"],
    "dead-letters show": ["dead-letters", "show", "service.closures:3:17"],
    "dead-letters show --json": ["dead-letters", "show", "service.closures:3:17", "--json"],
    "dead-letters redrive": ["dead-letters", "redrive", "service.closures:3:17"],
    "status": ["status"],
    "status --json": ["status", "--json"],
    "doctor": ["doctor"],
    "doctor --json": ["doctor", "--json"],
    "erasure prove": ["erasure", "prove", CANARY],
    "erasure prove --json": ["erasure", "prove", CANARY, "--json"],
}
QUIET = {
    "simulate", "cases", "cases --json", "effect", "effect --json", "pilot plan",
    "pilot plan --json", "pilot propose", "pilot propose --json", "feeds", "feeds --json",
    "audit", "audit --json", "replay", "replay --json",
    "policy lint", "directory lint", "policy publish", "directory publish", "policy show --json",
}  # fmt: skip
"""Say nothing that is free text."""
HELD_BY_THE_ONE_PLACE = {
    "demo", "worker", "notify", "archive", "month", "drain", "state show", "state reset-offsets",
    "state accept", "state remove", "kafka up", "kafka down", "kafka status", "kafka tool",
    "topics create", "topics plan", "topics apply", "policy drop-shadow", "link", "board",
}  # fmt: skip
"""Show names of this Kafka and this machine: `test_everything_is_said_in_one_place`."""


SHOWN = (TAME, r"\u001b]0;T\u0007\u001b[2J\b\r\nFORGED\t", r"\e]0;T\a\e[2J\b\r\nFORGED\t\N\L\P")
"""As a line, JSON and YAML show it."""


def looked_over(name: str, arguments: Sequence[str], folder: Path, *, terminal: bool) -> None:
    files = {
        "OUT": "out.jsonl", "OTHER": "other.json", "BAD": "bad.jsonl", "WRONG": "wrong.json",
        "EVENTS": "events.jsonl", "FIXES": "fixes.yaml", "MORE_FIXES": "more-fixes.yaml",
        "POLICY": "policy.json", "DIRECTORY": "directory.json",
    }  # fmt: skip
    given = [f"{folder}/{files[each]}" if each in files else each for each in arguments]

    text = clean(called(*given, terminal=terminal), terminal=terminal)

    if name not in QUIET:
        assert MARKUP in text
        assert any(each in text for each in SHOWN)


@BOTH
@pytest.mark.parametrize("name", EVENTS)
def test_what_producers_files_and_people_wrote_controls_no_command(
    name: str, terminal: bool, folder: Path, outputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert outputs.exists()
    monkeypatch.setattr(play_command, "_partitions", lambda *_, **__: {"service.closures": 1})
    looked_over(name, EVENTS[name], folder, terminal=terminal)


@BOTH
@pytest.mark.parametrize("name", REFERENCE)
@pytest.mark.usefixtures("published", "desk")
def test_a_published_policy_or_directory_controls_no_command(
    name: str, terminal: bool, folder: Path
) -> None:
    looked_over(name, REFERENCE[name], folder, terminal=terminal)


@BOTH
@pytest.mark.parametrize("name", FOUND)
@pytest.mark.usefixtures("dead_letters", "looks")
def test_what_kafka_holds_controls_no_command(name: str, terminal: bool, folder: Path) -> None:
    looked_over(name, FOUND[name], folder, terminal=terminal)


@pytest.mark.parametrize(
    "arguments", [[CANARY], ["cases", f"--{CANARY}"], ["cases", "--tier", CANARY]]
)
def test_what_was_pasted_into_a_command_line_does_not_control_the_terminal(
    arguments: list[str],
) -> None:
    clean(called(*arguments, terminal=True), terminal=True)


def test_what_simulate_writes_means_what_it_meant(outputs: Path) -> None:
    text = clean(outputs.read_text())
    records = [json.loads(line)["value"] for line in text.splitlines()]

    assert MARKUP in text
    assert CANARY in {
        fact
        for each in records
        for reason in each.get("reasons", ())
        for fact in reason["facts"].values()
    }


def test_each_command_is_looked_over_or_says_nothing_that_is_free_text() -> None:
    seen = {name.split(" --")[0].split(",")[0] for name in (*EVENTS, *REFERENCE, *FOUND)}

    assert seen | HELD_BY_THE_ONE_PLACE == set(MANUAL)
    assert not seen & HELD_BY_THE_ONE_PLACE


ALLOWED = {
    "output.py": {"typer.echo"},
    "screen.py": {"super().print", "Console"},
    "progress.py": {"sys.stderr.write"},  # of a printable line
    "__init__.py": {"sys.stderr.write"},  # the name of a command, and an empty line
    "simulate.py": {"sink.writelines"},
    "status.py": {"Live"},  # of printable cells
}
_WRITES = {"echo", "secho", "write", "writelines", "Console", "Live"}


def _writers(path: Path) -> set[str]:
    """The ways to write that a file uses; `print` is a `Screen`'s."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {ast.unparse(each.func) for each in ast.walk(tree) if isinstance(each, ast.Call)}
    based = {
        ast.unparse(base)
        for each in ast.walk(tree)
        if isinstance(each, ast.ClassDef)
        for base in each.bases
    }
    return {
        name
        for name in called | based
        if name.rpartition(".")[2] in _WRITES or name in {"print", "super().print"}
    }


def test_everything_is_said_in_one_place() -> None:
    files = sorted((ROOT / "agents" / "commands").rglob("*.py"))
    found = {each.name: names for each in files if (names := _writers(each))}

    assert found == ALLOWED
