"""The demo's week: any number of people, any seed; and what its stories tell."""

from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from agents.core.handling import Tombstone
from agents.operations.explain.prefilter import wanted
from agents.operations.explain.story import TOLD, story_of
from agents.pipeline.stages import stages
from agents.records import codecs
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.reference import REFERENCES
from agents.simulation.demo.deadlines import Deadlines, steps
from agents.simulation.demo.event_generator import BEGIN, DAY_MS, END, HOUR_MS, _no_value_left, life
from agents.simulation.demo.machine import reference_records
from agents.simulation.demo.people import People
from agents.simulation.demo.play import ACTIONS, TICKS, WATCHED, Seen, heed
from agents.simulation.demo.stories import stories
from agents.simulation.demo.words import of_a_storm
from schemas.records import Disagreement, Escalation, EscalationStatus, Notice, Tick
from streams.testing import Driver
from streams.topology import Message


@pytest.mark.parametrize("customers", [0, 500, 2_000])
@pytest.mark.parametrize("seed", [2, 7])
def test_a_week_is_made_for_any_seed_and_number_of_customers(seed: int, customers: int) -> None:
    week = life(seed, customers, demo_directory())

    assert week == sorted(week)
    assert {arrival.key for arrival in week} >= {
        b"ada",
        b"ben",
        b"cleo",
        b"dora",
        b"emil",
        b"fay",
        b"gus",
        b"hal",
        b"iris",
        b"jon",
    }
    assert len({arrival.key for arrival in week}) > customers * 0.9


SIZES = (0, 1, 20, 100)


@pytest.mark.parametrize("seed", range(50))
def test_a_week_is_made_whatever_the_seed_and_size(seed: int) -> None:
    """200 of them: what is spoiled may be any record, also one that is no event."""
    for customers in SIZES:
        assert life(seed, customers, demo_directory())


@pytest.mark.parametrize(("seed", "customers"), [(0, 100), (11, 1), (23, 20)])
def test_a_week_is_played_and_told_whatever_the_seed_and_size(seed: int, customers: int) -> None:
    told = {title.split()[0] for title, _ in stories(outputs(seed, customers))}

    assert told >= {"Ada", "Ben", "Cleo", "Dora", "Emil", "Fay", "Gus", "Hal", "Iris", "Jon"}


def test_an_erasure_that_is_spoiled_is_still_one_that_nobody_can_use() -> None:
    erasure = next(
        each for each in life(1, 0, demo_directory()) if each.topic == "privacy.erasures"
    )

    spoiled = _no_value_left(erasure)

    with pytest.raises(codecs.Undecodable, match="customer_id is ''"):
        codecs.decode(spoiled.topic, spoiled.value)


@cache
def outputs(seed: int = 1, customers: int = 0, topics: tuple[str, ...] = ()) -> list[Seen]:
    """What a week makes (nobody is in it but the stories), in the demo's steps in memory.

    With `topics`, three hours at once, topic after topic: as a worker may read them from Kafka.
    """
    driver, people, found = Driver(stages(), REFERENCES), People(seed), list[Seen]()
    arrivals = life(seed, customers, demo_directory())
    deadlines = Deadlines(people, arrivals)

    def see(made: list[Message]) -> None:
        for each in made:
            if each.topic in WATCHED:
                record = (
                    Tombstone(key=(each.key or b"").decode())
                    if each.value is None
                    else codecs.decode(each.topic, each.value)
                )
                seen = Seen(each.topic, record, each.timestamp)
                found.append(seen)
                heed(people, seen)
                deadlines.take(seen.record)

    for topic, key, value in reference_records():
        driver.pipe(topic, key.encode(), value, 0)
    hourly = steps(deadlines, BEGIN, END + DAY_MS - HOUR_MS, HOUR_MS)
    coarse = range(BEGIN + 3 * HOUR_MS, END + DAY_MS, 3 * HOUR_MS)
    position = 0
    for end in coarse if topics else hourly:
        first = position
        while position < len(arrivals) and arrivals[position].at <= end:
            position += 1
        batch = arrivals[first:position]
        for each in sorted(batch, key=lambda of: topics.index(of.topic)) if topics else batch:
            see(driver.pipe(each.topic, each.key, each.value, each.at))
        for action in people.due(end):
            value = codecs.encode(ACTIONS, action)
            see(driver.pipe(ACTIONS, action.region_id.encode(), value, action.occurred_at))
        see(driver.tick(TICKS, codecs.encode(TICKS, Tick(now=end)), end))
    return found


@cache
def played() -> dict[str, list[str]]:
    """The stories: by name, the lines."""
    return {title.split()[0]: lines for title, lines in stories(outputs())}


def lines_with(name: str, *words: str) -> list[str]:
    return [line for line in played()[name] if all(word in line for word in words)]


def test_emil_asks_and_his_silence_is_found_after_four_hours_of_opening() -> None:
    (found,) = lines_with("Emil", "SILENCE_NO_WORD")

    # Asked at 06:15 (08:15 in Stuttgart, which is open), due at 10:15, found at the next tick.
    assert found.startswith("Tue 11:00 RAISED")
    assert "heard nothing for 4 business hours" in found
    assert lines_with("Emil", "to emil by APP", "Deniz", "kümmert sich darum")


def test_fay_is_forgotten_and_so_is_her_case() -> None:
    assert lines_with("Fay", "opened with")
    (withdrawn,) = lines_with("Fay", "fay-v1:1 withdrawn")
    assert withdrawn.endswith("because the customer asked to be forgotten")
    told = played()["Fay"][-1]
    assert "to manager m-haddad by SMS: Case fay-v1:1, Detroit Corktown, is closed" in told


@pytest.mark.parametrize("back", [False, True])
def test_each_story_has_lines_though_an_answer_is_read_before_what_it_answers(back: bool) -> None:
    topics = ("customer-responses", "estimates", "closures", "diagnoses", "warranty-decisions")
    read = ("privacy.erasures", "service.check-ins", *(f"service.{each}" for each in topics))
    told = dict(stories(outputs(7, topics=tuple(reversed(read)) if back else read)))

    assert {title: lines for title, lines in told.items() if len(lines) < 3} == {}


def test_hal_says_yes_in_time_and_his_price_is_no_case() -> None:
    card, awaiting, told, again = played()["Hal"]

    assert "gets a card" in card
    assert "gets a card" in again
    assert awaiting.startswith("Tue 13:25 AWAITING ESTIMATE_OVER_AUTHORISED")
    assert awaiting.endswith("the customer may answer until Tue 14:25")
    assert told.startswith("Tue 14:15 to hal by APP: You agreed to $700.00. We noted that")


def test_a_fleets_rises_are_found_to_the_minute_and_count_as_no_request_of_its_owner() -> None:
    found = lines_with("Iris", "RAISED ESTIMATE_OVER_AUTHORISED")

    assert [line[:9] for line in found] == [f"{day} 14:40" for day in ("Mon", "Tue", "Wed", "Thu")]
    assert all(line.endswith("found, not asked for: no throttle") for line in found)
    assert not lines_with("Iris", "THROTTLED")
    assert len(lines_with("Iris", "decided by", "UNFOUNDED")) >= len(found)
    (asked,) = lines_with("Iris", "RAISED REQUESTED_BY_CUSTOMER")
    assert "0 of 6 used in 30 days" in asked


def test_jon_hears_what_he_is_to_pay_and_somebody_above_hears_that_he_was_charged_more() -> None:
    (told,) = lines_with("Jon", "to jon by APP", "you pay $400.00 for the work.")
    (found,) = lines_with("Jon", "RAISED DECISION_NOT_KEPT", "found, not asked for: no throttle")
    (opened,) = lines_with("Jon", "jon-v1:2 opened with", "regional")
    lines = played()["Jon"]
    assert lines.index(told) < lines.index(found) < lines.index(opened)


def test_gus_is_one_of_a_storm_and_waits_in_vain_for_a_call() -> None:
    (opened,) = lines_with("Gus", "gus-v1:1 opened")
    assert opened.endswith("; 5 cases of one kind at columbus are one incident")
    told = (
        "to manager m-brooks by APP: Many cases at once at Columbus Easton. At Columbus Easton, 5"
    )
    assert lines_with("Gus", told)
    (promised,) = lines_with("Gus", "promises a call by")
    (missed,) = lines_with("Gus", "moved up", "because the promised call was not made")
    (decided,) = lines_with("Gus", "gus-v1:1 decided by", "regional")
    lines = played()["Gus"]
    assert lines.index(promised) < lines.index(missed) < lines.index(decided)


def test_who_came_before_the_storm_began_is_told_of_it_too() -> None:
    """The order between customers is not given: the last of the five may be another."""
    steps = [seen.record for seen in outputs() if isinstance(seen.record, Escalation)]
    (joined,) = (
        each
        for each in steps
        if each.customer_id == "columbus-1" and each.status is EscalationStatus.JOINED
    )

    assert of_a_storm(joined) == "; it is one of 5 cases of one kind at columbus, one incident"
    assert not any(of_a_storm(each) for each in steps if each.site_id != "columbus")


def test_of_one_moment_a_story_tells_what_became_of_it_before_who_was_told() -> None:
    for lines in played().values():
        for line, following in pairwise(lines):
            is_notice = line[10:].startswith("to ")
            assert not is_notice or following[:9] != line[:9] or following[10:].startswith("to ")


def test_ben_and_his_manager_hear_what_is_decided_each_in_their_language() -> None:
    assert lines_with("Ben", "to ben by APP", "Katharina Huber kümmert sich darum")
    assert lines_with("Ben", "to ben", "12. Jan.")  # throttled: from when it is possible again
    assert lines_with("Ben", "to manager", "München Moosach")


def test_adas_abuse_is_confirmed_by_another_before_it_counts_and_she_is_told_plainly() -> None:
    (found,) = lines_with("Ada", "decided by", "ABUSIVE")
    (confirmed,) = lines_with("Ada", "looked at by another", "confirms ABUSIVE")
    (told,) = lines_with("Ada", "to ada by APP", "counts as misuse")
    throttled = lines_with("Ada", "THROTTLED", "6 of 3 used")[0]
    lines = played()["Ada"]
    places = [lines.index(each) for each in (found, confirmed, told, throttled)]
    assert places == sorted(places)


def test_explain_finds_by_their_bytes_all_that_belongs_to_an_id() -> None:
    known: list[Any] = [seen.record for seen in outputs() if seen.topic in TOLD]
    values: dict[str, list[Any]] = {topic: [] for topic in TOLD}
    for seen in outputs():
        if seen.topic not in TOLD:
            continue
        values[seen.topic].append((codecs.encode(seen.topic, seen.record), seen.record))
    ids = {each.visit_id for each in known if isinstance(each, Disagreement)}
    ids |= {each.disagreement_id for each in known if isinstance(each, Disagreement)}
    ids |= {each.escalation_id for each in known if isinstance(each, Escalation)}

    for id_ in sorted(ids):
        is_wanted = wanted(id_)
        found: list[Any] = [
            record
            for topic in reversed(TOLD)
            for value, record in values.get(topic, ())
            if is_wanted(value)
        ]
        story = story_of(id_, found)
        assert story == story_of(id_, known), id_
        assert story is not None
        opened = any(isinstance(each, Escalation) for each in story.records)
        assert not opened or any(isinstance(each, Notice) for each in story.records), id_
