"""The days that stage insights added up are as good as the additions, where they are whole."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.commands.console.counted import Counted
from agents.commands.records import effect, pilot
from agents.core.insights import INSIGHTS
from agents.core.site_days.published import SITE_DAYS
from agents.operations.effect import reading
from agents.operations.effect.reading import Sums, sums_of
from agents.records import codecs
from agents.reference_data.policy_files import default_policy
from schemas.records import Arm
from streams.topology import Message
from tests.agents.effect.test_effect_command import call
from tests.core.builders import MINUTE, START
from tests.core.site_days.history import Insights, insight

PLACES = {INSIGHTS: [(INSIGHTS, 0)], SITE_DAYS: [(SITE_DAYS, 0)]}
NAMES = st.dictionaries(
    st.sampled_from(["visits_ended", "visits_same_day", "customers", "ratings"]),
    st.integers(-3, 9).filter(bool),
    min_size=1,
)
ADDITIONS = st.lists(
    st.tuples(
        NAMES,
        st.sampled_from([Arm.LIVE, Arm.HOLDOUT, Arm.SHADOW]),
        st.sampled_from([None, 2500, 5000]),
        st.sampled_from(["berlin", "fresno"]),
    ),
    max_size=20,
)


@given(ADDITIONS)
def test_the_sums_of_the_days_are_those_of_the_additions(additions: list[Any]) -> None:
    stage, added = Insights(), []
    for number, (counts, arm, share, site_id) in enumerate(additions):
        one = insight(counts, f"i{number}", arm=arm, share=share, site_id=site_id)
        added.append(one.record)
        stage.hears(one)
        stage.tick(stage.now + MINUTE)
    messages = [
        Message(SITE_DAYS, 0, n, 0, each.site_day_id.encode(), codecs.encode(SITE_DAYS, each))
        for n, each in enumerate(stage.written)
    ]
    newest = [
        codecs.decode(SITE_DAYS, each.value or b"") for each in reading._newest_of_keys(messages)
    ]

    folded, one_by_one = sums_of(newest), sums_of(added)  # type: ignore[arg-type]

    for arms in ("inside", "outside"):
        assert without_nothing(getattr(folded, arms)) == without_nothing(getattr(one_by_one, arms))


def without_nothing(arm: dict[Any, Any]) -> dict[Any, dict[str, int]]:
    found = {key: {name: n for name, n in counts.items() if n} for key, counts in arm.items()}
    return {key: counts for key, counts in found.items() if counts}


@pytest.mark.parametrize(
    ("there", "added", "folded", "read"),
    [
        ([INSIGHTS], START, None, INSIGHTS),
        ([SITE_DAYS], None, START, SITE_DAYS),
        ([INSIGHTS, SITE_DAYS], START, None, INSIGHTS),
        ([INSIGHTS, SITE_DAYS], START, START, SITE_DAYS),
        ([INSIGHTS, SITE_DAYS], START + 599_999, START, SITE_DAYS),
        ([INSIGHTS, SITE_DAYS], START + 600_000, START, SITE_DAYS),
        ([INSIGHTS, SITE_DAYS], START + 600_001, START, INSIGHTS),
    ],
)
def test_the_days_are_read_unless_they_lack_the_newest_additions(
    monkeypatch: pytest.MonkeyPatch,
    there: list[str],
    added: int | None,
    folded: int | None,
    read: str,
) -> None:
    times = {INSIGHTS: added, SITE_DAYS: folded}
    monkeypatch.setattr(reading, "newest", lambda _, places: times[places[0][0]])
    client: Any = None

    found = reading._folded_or_not(client, {topic: PLACES[topic] for topic in there})

    assert found == read


def test_it_is_said_from_when_on_the_days_are_whole() -> None:
    stage, sums = Insights(), Sums()
    stage.hears(insight({"visits_ended": 1}, "a"))
    (written,) = stage.tick(START + MINUTE)
    for since in (None, START, START - 1):
        sums.take(type(written)(**{n: getattr(written, n) for n in written.__struct_fields__}
                                | {"whole_since": since}))  # fmt: skip

    assert sums.whole_since == START


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("effect",), False),
        (("pilot", "propose"), True),
    ],
)
def test_what_is_whole_is_said_where_cases_are_looked_at(
    monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], said: bool
) -> None:
    def counted(_: str, taker: Sums) -> Counted:
        taker.whole_since = START
        return Counted(default_policy(), START)

    for module in (effect, pilot):
        monkeypatch.setattr(module, "counted_in_kafka", counted)

    shown = call(monkeypatch, *command)

    assert ("Promises are counted whole since 2026-03-02T" in shown.stderr) == said
    assert ("whole since" in shown.stderr) == said
