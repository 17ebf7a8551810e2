"""Whatever comes together in a notice, it is a whole sentence: parts that are left out leave none.

Each text depends on some ten parameters; drawn are combinations of what each may be, or that it is
not there, for every message in every language, and the same ones in each run.
"""

from collections import defaultdict
from collections.abc import Iterator
from random import Random

import pytest

from agents.core.notices.entries import entries_of
from agents.core.notices.wording.texts import (
    AMOUNTS,
    FALLBACK,
    NONE,
    languages,
    parameters_of,
    render,
    resource,
)
from tests.core.notices.test_texts import assert_whole
from tests.notices import LOCALES, SAMPLE, THERE, ZONES, _choices, messages, rules

DRAWN = 25  # of each message and language
_RAW = {name: minor for minor, name in AMOUNTS.items()}
_NUMBERS = {"one": "1", "0": "0", "2": "2"}


def words_of(message: str) -> dict[str, list[str]]:
    """What each parameter may be that the message chooses by; `none`: not there."""
    found = defaultdict[str, set[str]](set)
    for name, key in _choices(entries_of(resource(FALLBACK))[message]):
        found[_RAW.get(name, name)].add(key)
    return {name: sorted(keys) for name, keys in sorted(found.items()) if name != "rule"}


def drawn(message: str, random: Random) -> Iterator[dict[str, str]]:
    """Combinations of parameters, as events, people and time may bring them together."""
    needed, words, of_rules = parameters_of(message), words_of(message), [*rules()]
    for _ in range(DRAWN):
        about = random.choice(of_rules)
        parameters = {n: e for n, e in (SAMPLE | ZONES | THERE | about).items() if n in needed}
        for name, keys in words.items():
            key = random.choice([*keys, "as it is"])
            if key == NONE:
                parameters.pop(name, None)
            elif name in needed and key not in ("as it is", "other"):
                parameters[name] = _NUMBERS.get(key, parameters.get(name, key))
                if key.isupper() or parameters[name] in keys:
                    parameters[name] = _NUMBERS.get(key, key)
        if parameters.get("remedy") == "PRICE_TO":
            parameters["remedy_minor"] = SAMPLE["remedy_minor"]  # the desk refuses it without
        yield parameters


@pytest.mark.parametrize("language", sorted(languages()))
def test_whatever_comes_together_is_a_whole_sentence(language: str) -> None:
    random = Random(f"combinations in {language}")
    for message in messages():
        for parameters in drawn(message, random):
            assert_whole(message, render(message, parameters, LOCALES[language]), language)


def test_every_word_that_a_message_chooses_by_is_drawn() -> None:
    """Of `customer-resolved`, which has most: each remedy with each outcome, and none of either."""
    seen = {
        (each.get("outcome"), each.get("remedy"), "quote" in each)
        for seed in range(20)
        for each in drawn("customer-resolved", Random(seed))
    }

    outcomes, remedies = ({each[place] for each in seen} for place in (0, 1))
    assert {"UPHELD", "PARTLY_UPHELD", "ABUSIVE"} <= outcomes
    assert {"PRICE_TO", "FREE_OF_CHARGE", "GOODWILL", "OTHER", "APOLOGY", None} <= remedies
    assert {True, False} == {each[2] for each in seen}
