"""What was done about causes: declared, kept, and watched."""

from datetime import date, timedelta
from math import exp, isclose, log
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agents.commands import app
from agents.operations.causes.case import Case
from agents.operations.causes.cause import Cause
from agents.operations.causes.fixes import add_fix, load_fixes
from agents.operations.causes.report import Seeing, report, what_is_said
from agents.operations.causes.sentences import since
from agents.operations.causes.shrinkage import Seen, of_network
from agents.operations.causes.watch import Counts, Fix, Since, Watched, number_of, watched
from agents.reference_data.files import UnusableFile
from schemas.records import Rule
from tests import causes
from tests.agents.causes.made_up import FIRST_DAY, Network, Planted, cause_of, seeing

DAY = date(2026, 6, 1)
CAUSE = Cause(rule=Rule.WARRANTY_DISPUTED, code="B1", reason="W1", operation="hub")


def fix(**own: object) -> Fix:
    given = {
        "name": "#1",
        "what": "training",
        "day": DAY,
        "declared_on": DAY,
        "site_id": "a",
        "cause": Cause(rule=Rule.WARRANTY_DISPUTED),
    }
    return Fix(**given | own)  # type: ignore[arg-type]


def case(number: int, day: int, site_id: str = "a", cause: Cause = CAUSE) -> Case:
    return Case(
        example=f"v{number}:1",
        visit_id=f"v{number}",
        site_id=site_id,
        region_id="r",
        cause=cause,
        day=day,
        at=0,
    )


@pytest.mark.parametrize(
    ("of", "site_id", "holds"),
    [
        (Cause(), "a", True),
        (Cause(rule=Rule.WARRANTY_DISPUTED), "a", True),
        (CAUSE, "a", True),
        (Cause(code="B2"), "a", False),
        (Cause(rule=Rule.WARRANTY_REVERSED, code="B1"), "a", False),
        (CAUSE, "b", False),
    ],
)
def test_a_fix_is_of_what_it_names_and_of_any_of_the_rest(
    of: Cause, site_id: str, *, holds: bool
) -> None:
    assert fix(cause=of).is_of(site_id, CAUSE) is holds
    assert fix(cause=of, site_id=None).is_of("b", CAUSE) is (holds or site_id == "b")


def test_what_is_counted_is_before_the_fix_and_since_it_was_declared() -> None:
    """Declared two days after it began: what lies between is of neither."""
    day = number_of(DAY)
    visits = {"a": {day - 1: 10, day: 20, day + 2: 40}, "b": {day - 1: 5, day + 3: 6}}
    cases = [case(1, day - 1), case(2, day), case(3, day + 2), case(4, day + 2, "b")]
    cases.append(case(5, day - 1, cause=Cause(rule=Rule.SILENCE_NO_WORD)))

    seen = watched(fix(declared_on=DAY + timedelta(2)), cases, visits)

    assert seen.counts == Counts(
        before=Seen(1, 10),
        since=Seen(1, 40),
        elsewhere_before=Seen(0, 5),
        elsewhere_since=Seen(1, 6),
    )
    assert seen.said is Since.NOT_YET


def test_the_evidence_is_1_on_average_where_nothing_changed() -> None:
    """Over all numbers of cases that can come since, as likely as they are by what is known."""
    day = number_of(DAY)
    before = [case(n, day - 1) for n in range(6)]
    visits = {"a": {day - 1: 300, day: 200}, "b": {day - 1: 900}}
    among = of_network([Seen(6, 300), Seen(0, 900)])
    assert among is not None
    known = among.of_site(Seen(6, 300))
    rarer = more = chance = 0.0
    for count in range(60):
        seen = watched(fix(), [*before, *(case(100 + n, day) for n in range(count))], visits)
        likely = exp(known.log_chance(Seen(count, 200)))
        chance += likely
        rarer += likely * exp(seen.log_rarer)
        more += likely * exp(seen.log_more)
    assert isclose(chance, 1, abs_tol=1e-6)
    assert isclose(rarer, 1, abs_tol=1e-6)
    assert isclose(more, 1, abs_tol=0.02)


def test_without_a_case_before_nothing_is_said() -> None:
    seen = watched(fix(), [], {"a": {number_of(DAY): 10}})
    assert (seen.said, seen.log_rarer) == (Since.NOTHING, 0)
    assert since(seen) == (
        "Since 2026-06-01, training (a, WARRANTY_DISPUTED): nothing can be said, for there was no "
        "case before."
    )


def test_a_sentence_says_how_it_was_and_how_it_is() -> None:
    counts = Counts(
        before=Seen(30, 1_000),
        since=Seen(2, 1_000),
        elsewhere_before=Seen(3, 1_000),
        elsewhere_since=Seen(0, 0),
    )
    seen = Watched(fix=fix(), counts=counts, log_rarer=9, log_more=0, said=Since.RARER)
    assert since(seen) == (
        "Since 2026-06-01, training (a, WARRANTY_DISPUTED): enough to say that it is rarer: 30.0 "
        "in 1,000 visits before, 2.0 since (elsewhere 3.0, then no visits)."
    )


def test_a_planted_cause_and_its_fix_are_found_and_nothing_else() -> None:
    """A cause ten times as frequent at one site for eighteen weeks; it goes when it is mended."""
    planted = Planted(site_id="s3", cause=cause_of(5), times=10, last=126)
    network = Network(sites=8, visits=15, causes=12, per_1000=3)
    whole = seeing(11, 252, network, (planted,))
    mended = date(1970, 1, 1) + timedelta(FIRST_DAY + 126)
    done = fix(day=mended, declared_on=mended, site_id="s3", cause=cause_of(5))

    before = causes.until(whole, FIRST_DAY + 125)
    standing, _ = what_is_said(before, 1.5, 8)
    assert {(at, str(of)) for at, of in standing} == {("s3", str(cause_of(5)))}

    watch = watched(done, whole.cases, whole.visits)
    after, (judged,) = what_is_said(whole, 1.5, 8, [watch])
    assert (after, judged.said) == (set(), Since.RARER)


@pytest.mark.parametrize("seed", range(1, 5))
def test_letters_of_a_network_in_which_there_is_nothing_say_nothing(seed: int) -> None:
    """The short form of `python -m tests.causes`, whose figure is in docs/causes.md."""
    network = Network(sites=5, visits=6, causes=8, per_1000=5)
    assert causes.letters(seed, network) == set()


def test_what_was_before_a_fix_no_longer_stands_out() -> None:
    day = number_of(DAY)
    visits = {"a": {day - 1: 100, day: 100}, "b": {day - 1: 300, day: 300}}
    cases = [case(n, day - 1) for n in range(20)]
    seen = Seeing(cases=cases, visits=visits)
    assert [each.stands_out for each in report(seen, 1.5).lines] == [True]
    watch = watched(fix(), cases, visits)
    found = report(seen, 1.5, watches=[watch])
    assert [each.stands_out for each in found.lines] == [False]
    assert found.fixes[0].fix == fix()
    again = [*cases, *(case(100 + n, day) for n in range(20))]
    seen = Seeing(cases=again, visits=visits)
    found = report(seen, 1.5, watches=[watched(fix(), again, visits)])
    assert [each.stands_out for each in found.lines] == [True]


def test_the_parts_of_causes_and_fixes_together_are_the_whole_error() -> None:
    """A fix whose evidence is just enough, and just not: 20 over a half, a half and a half."""
    counts = Counts(
        before=Seen(1, 10), since=Seen(0, 10), elsewhere_before=Seen(0, 0),
        elsewhere_since=Seen(0, 0),
    )  # fmt: skip
    for number, expected in ((1, 160.0), (2, 480.0)):
        for factor, told in ((1.001, Since.RARER), (0.999, Since.NOT_YET)):
            none = Watched(fix=fix(), counts=counts, log_rarer=0, log_more=0)
            one = Watched(fix=fix(), counts=counts, log_rarer=log(expected * factor), log_more=0)
            empty = Seeing(cases=[], visits={})
            _, judged = what_is_said(empty, 1.5, 1, [*[none] * (number - 1), one])
            assert judged[-1].said is told


def test_a_fix_is_added_to_the_file_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "fixes.yaml"
    assert load_fixes(path) == ()
    first = fix(cause=CAUSE, what='says "no": [x]')
    add_fix(path, first)
    path.write_text(f"# ours\n{path.read_text().rstrip()}")
    add_fix(path, fix(site_id=None))

    assert path.read_text().startswith("# ours\n- what: ")
    assert load_fixes(path) == (first, fix(name="#2", site_id=None))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("what: x", "must be a list of fixes"),
        ("- x", "[0] is 'x': must be a fix, with `what` and `from`"),
        ("- {what: x, from: 2026-06-01, declared_on: 2026-06-01}", "must name a site or a part"),
        ("- {what: x, from: June, declared_on: 2026-06-01, site: a}", "[0].from is 'June': must"),
        ("- {from: 2026-06-01, declared_on: 2026-06-01, site: a}", "[0].what is empty: must be"),
        ("- {what: x, from: 2026-06-01, site: a}", "[0].declared_on is empty: must be there"),
        (
            "- {what: x, from: 2026-06-01, declared_on: 2026-06-01, rule: NONE}",
            "[0].rule is 'NONE': must be a rule",
        ),
        (
            "- {what: x, from: 2026-06-01, declared_on: 2026-06-01, place: a}",
            "[0].place is 'a': must be one of what, from",
        ),
        ("- {what: 7, from: 2026-06-01, declared_on: 2026-06-01, site: a}", "must be a text"),
    ],
)
def test_a_file_that_holds_no_fixes_is_said_and_not_added_to(
    tmp_path: Path, text: str, sentence: str
) -> None:
    path = tmp_path / "fixes.yaml"
    path.write_text(text)
    with pytest.raises(UnusableFile) as unusable:
        add_fix(path, fix())
    assert sentence in str(unusable.value)
    assert path.read_text() == text


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str, str]:
    monkeypatch.setattr("sys.argv", ["recourse", *arguments])
    shown = CliRunner().invoke(app, list(arguments))
    return shown.exit_code, shown.stdout, shown.stderr


def test_the_commands_declare_and_list(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "fixes.yaml"
    at = ("--fixes", str(path))
    about = ("--from", "2099-06-01", "--site", "a", "--rule", "WARRANTY_DISPUTED")

    code, told, _ = call(monkeypatch, "causes", "fix", "add", "training", *about, *at)
    assert code == 0
    assert told == f"Declared in {path}: training, from 2099-06-01; watched from 2099-06-01 on.\n"
    code, told, _ = call(monkeypatch, "causes", "fix", "list", *at)
    assert (code, told.splitlines()[1].split("\t")[0::5]) == (0, ["#1", "training"])
    _, told, _ = call(monkeypatch, "causes", "fix", "list", "--json", *at)
    assert '"fix": "#1", "what": "training", "from": "2099-06-01"' in told


@pytest.mark.parametrize(
    "about", [["--site", "a", "--from", "June"], ["--from", "2099-06-01"],
              ["--from", "2099-06-01", "--rule", "NONE"]],
)  # fmt: skip
def test_what_is_no_fix_is_not_declared(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, about: list[str]
) -> None:
    path = tmp_path / "fixes.yaml"
    code, _, _ = call(monkeypatch, "causes", "fix", "add", "x", *about, "--fixes", str(path))
    assert (code, path.exists()) == (2, False)


def test_a_file_that_can_not_be_used_ends_every_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path, lines = tmp_path / "fixes.yaml", tmp_path / "made.jsonl"
    path.write_text("x")
    lines.write_text("")
    at = ("--fixes", str(path))
    added = ("add", "x", "--from", "2099-06-01", "--site", "a")
    assert call(monkeypatch, "causes", "fix", "list", *at)[0] == 2
    assert call(monkeypatch, "causes", "fix", *added, *at)[0] == 1
    assert call(monkeypatch, "causes", "--from", str(lines), *at)[0] == 2
