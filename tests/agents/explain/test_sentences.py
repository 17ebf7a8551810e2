"""A sentence says all its facts, whatever they hold, or it is left out."""

import pytest
from fluent.runtime import FluentResource

from agents.operations.explain.facts import FUNCTIONS, plainly
from agents.operations.explain.wording.sentences import Facts, Sentences

WORDS = """
reason-PAID =
    .facts = { $who } paid { MONEY($paid_minor) }{ $until ->
        [none] , without an end
       *[other] {" "}until { $until }
    }.
    .limit = { limit }, { SIGN($share) ->
        [zero] none of it
       *[positive] { PERCENT($share) } %
    }.
    .later = { SOME($after) } more.
limit = { $limit_is ->
    [LESSER] the lesser
   *[other] the greater
}
"""
SENTENCES = Sentences("en", [FluentResource(WORDS)], FUNCTIONS)


def said(attribute: str, **values: str) -> str | None:
    return SENTENCES.say("reason-PAID", attribute, Facts(values=values, time_zone="UTC"), plainly)


def test_a_fact_is_shown_as_its_function_reads_it() -> None:
    assert said("facts", who="lena", paid_minor="109460", currency="USD", until="noon") == (
        "lena paid 1,094.60 USD until noon."
    )


@pytest.mark.parametrize("values", [{}, {"who": "lena"}, {"who": "", "paid_minor": "1"}])
def test_a_sentence_of_which_a_fact_is_missing_is_left_out(values: dict[str, str]) -> None:
    assert said("facts", **values) is None


def test_only_the_facts_of_the_chosen_form_are_needed() -> None:
    assert said("facts", who="lena", paid_minor="100", currency="JPY") == (
        "lena paid 100 JPY, without an end."
    )


def test_a_fact_that_is_the_word_none_is_there() -> None:
    assert said("facts", who="none", paid_minor="0", currency="JPY", until="none") == (
        "none paid 0 JPY until none."
    )


@pytest.mark.parametrize(("after", "text"), [("", None), ("0", None), ("1", "1 more.")])
def test_a_number_that_says_nothing_is_missing(after: str, text: str | None) -> None:
    assert said("later", after=after) == text


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"limit_is": "LESSER", "share": "0.0"}, "the lesser, none of it."),
        ({"limit_is": "GREATER", "share": "1E+1"}, "the greater, 10 %."),
        ({"share": "12.5"}, "the greater, 12.5 %."),
        ({"limit_is": "LESSER"}, None),
    ],
)
def test_a_sentence_chooses_by_facts_and_by_what_functions_say(
    values: dict[str, str], text: str | None
) -> None:
    assert said("limit", **values) == text


@pytest.mark.parametrize("who", ["{ $until }", "a\ue0000\ue001b", "%s %", "word " * 1_000])
def test_whatever_a_fact_holds_stands_in_the_sentence_as_it_is(who: str) -> None:
    assert said("facts", who=who, paid_minor="0", currency="JPY") == (
        f"{who} paid 0 JPY, without an end."
    )
