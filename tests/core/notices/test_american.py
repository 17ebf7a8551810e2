"""English as Americans read it: a file of what differs, and nothing British in what they get."""

import re
from collections.abc import Iterator

import pytest
from fluent.syntax import ast, serialize

from agents.core.notices.entries import entries_of
from agents.core.notices.text_files import EXPLANATIONS, NOTICES, file_of, languages_in, texts_in
from agents.core.notices.wording.texts import language_for, render, values_of
from agents.operations.explain.wording.texts import texts_for
from tests.core.notices.test_texts import LONG, every_case
from tests.notices import SAMPLE, ZONES

BRITISH = re.compile(
    r"centre|colour|favour|authoris|apologis|organis|cheque|tyre|courtesy|licen[c]e|cancelled|whilst"
    r"|\bon (?:\+|\d{3})"  # a number that is called
    r"|\b\d{1,2}:\d\d(?!\d|\u00a0[ap]\.m\.| [ap]\.m\.)"  # a clock of 24 hours
    r"|\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
)
"""What no American writes; each is tried below."""


@pytest.mark.parametrize(
    "slip",
    [
        "your service centre",
        "a courtesy car",
        "call Ann on +1 555 0100",
        "call Ann on 555 0100",
        "at 14:30",
        "at 9:30 AM",
        "Tue 3 Mar",
    ],
)
def test_what_is_british_is_found(slip: str) -> None:
    assert BRITISH.search(slip), slip


def read_by_americans() -> Iterator[tuple[str, str]]:
    for message, parameters in every_case():
        for known in (parameters, parameters | {n: e for n, e in LONG.items() if n in parameters}):
            of_case = known | ({"quote": "It is so."} if "quote" in known else {})
            rendered = render(message, of_case, "en-US")
            for text in (rendered.title, rendered.text, rendered.short):
                yield message, text


def test_nothing_that_an_american_reads_is_british() -> None:
    found = {text for _, text in read_by_americans() if BRITISH.search(text)}

    assert not found


def test_nothing_that_explain_says_to_an_american_is_british() -> None:
    texts = texts_for("en-US")
    values = {
        "name": "Ann",
        "contact": "+1 614 555 0100",
        "matter": "the price",
        "kind": "ESTIMATE",
    }
    for name in entries_of(texts_in(EXPLANATIONS, "en-US")):
        for passed in ("yes", "no"):
            moments = {"decide_by": "noon", "until": "noon", "ended": "noon", "urgent": passed}
            chosen = {"decide_passed": passed, "withdrawn": passed, "safety": passed}
            of_rule = {"rule": "DIAGNOSIS_REMOTE_DIFFERS", "gone": "OTHER"}
            said = texts.say(name, values | moments | chosen | of_rule)
            assert not BRITISH.search(said), said
    assert texts.say("contact-phone", values) == "You can call Ann at +1 614 555 0100."


@pytest.mark.parametrize("folder", [NOTICES, EXPLANATIONS], ids="/".join)
def test_a_countrys_file_holds_only_what_differs(folder: tuple[str, ...]) -> None:
    regional = {each for each in languages_in(folder) if "-" in each}
    assert regional == {"en-US"}
    for language in regional:
        general = entries_of(texts_in(folder, language.partition("-")[0]))
        for name, entry in entries_of(file_of(folder, language)).items():
            assert name in general, f"{language}: nothing says {name}"
            for part, text in _parts(entry):
                theirs = dict(_parts(general[name]))
                assert part in theirs, f"{language}: nothing says {name}.{part}"
                assert text != theirs[part], f"{language}: {name}.{part} is as in the language"


def test_a_country_has_all_that_its_language_has() -> None:
    for folder in (NOTICES, EXPLANATIONS):
        assert (
            entries_of(texts_in(folder, "en-US")).keys()
            == entries_of(texts_in(folder, "en")).keys()
        )


def _parts(entry: ast.Message | ast.Term) -> Iterator[tuple[str, str]]:
    for name, pattern in (
        ("", entry.value),
        *((each.id.name, each.value) for each in entry.attributes),
    ):
        if pattern is not None:
            alone = ast.Resource([ast.Message(ast.Identifier("x"), pattern)])
            yield name, serialize(alone)


@pytest.mark.parametrize(
    ("wanted", "country", "language"),
    [
        (("en",), "US", "en-US"),
        (("en-US",), "DE", "en-US"),
        (("en-GB",), "US", "en-GB"),
        (("en",), "GB", "en-GB"),
        (("en",), "DE", "en"),
        (("en",), "", "en"),
        (("es",), "US", "es-US"),
        (("es",), "ES", "es"),
        (("es-ES",), "US", "es-ES"),
        (("de",), "US", "de"),
        (("de",), "AT", "de-AT"),
        (("fr",), "CA", "fr-CA"),
        (("zz", "fr"), "US", "fr"),
        (("zz",), "US", "en-US"),
        ((), "US", "en-US"),
    ],
)
def test_a_language_without_a_region_is_what_people_speak_at_the_site(
    wanted: tuple[str, ...], country: str, language: str
) -> None:
    assert language_for(wanted, country) == language


@pytest.mark.parametrize(
    ("language", "clock", "decide_by"),
    [
        ("en-US", "09:30", "Tue, Mar 3 at 10:30\u00a0a.m."),
        ("en-US", "11:00", "Tue, Mar 3 at 12\u00a0p.m."),
        ("en-US", "23:05", "Wed, Mar 4 at 12:05\u00a0a.m."),
        ("en-GB", "09:30", "Tue 3 Mar at 10:30"),
        ("es-US", "14:20", "las 3:20\u00a0p.\u00a0m. del martes 3 de marzo"),
        ("es-US", "12:00", "la 1:00\u00a0p.\u00a0m. del martes 3 de marzo"),
        ("es-ES", "12:00", "las 13:00 del martes 3 de marzo"),
        ("fr-FR", "16:00", "mardi 3 mars à 17\u00a0h"),
        ("fr-CA", "08:05", "mardi 3 mars à 9\u00a0h\u00a005"),
        ("de-DE", "16:00", "Di., 3. März, 17:00 Uhr"),
    ],
)
def test_a_moment_is_said_as_people_say_it_there(language: str, clock: str, decide_by: str) -> None:
    told = SAMPLE | ZONES | {"decide_by": f"2026-03-03T{clock}:00Z"}

    assert values_of(told, language)["decide_by"] == decide_by
