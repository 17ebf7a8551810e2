"""Every message, in every language: whole, with all that it needs, and short enough for SMS."""

import string
from collections.abc import Iterator
from functools import cache
from itertools import product

import pytest
from fluent.syntax.ast import Junk, Message
from hypothesis import given
from hypothesis import strategies as st

from agents.core.customers.appeals import WHY_REFUSED
from agents.core.desk.refusals import ActionRefusal
from agents.core.notices import agreed, aside, rate, throttled
from agents.core.notices.table import MESSAGES
from agents.core.notices.wording.gsm import MOST_PARTS, parts
from agents.core.notices.wording.texts import (
    FALLBACK,
    NONE,
    PASSED,
    Rendered,
    in_short,
    language_for,
    languages,
    parameters_of,
    render,
    resource,
    values_of,
    variables,
)
from schemas.records import ActionName
from tests.notices import (
    LOCALES,
    PAGE,
    SAMPLE,
    THERE,
    ZONES,
    choices,
    messages,
    page,
    rules,
    variants,
)

LONG = {
    # As long as ids, names and amounts come; escapes of GSM 03.38 count twice.
    "manager": "Maximiliane-Charlotte von Hohenlohe-Waldenburg",
    "who": "Maximiliane-Charlotte von Hohenlohe-Waldenburg",
    "site": "Servicezentrum Garmisch-Partenkirchen Süd",
    "escalation_id": "visit-2026-0123456789-0123456789-012345:12",
    "estimate_id": "estimate-2026-0123456789-0123456789-0123",
    "incident_id": "garmisch-partenkirchen-sued:DIAGNOSIS:20261225T1030",
    "amount_minor": "1234567890",
    "base_minor": "1234567890",
    "excess_minor": "1234567890",
    "remedy_minor": "1234567890",
    "remedy_by": "2026-12-23T09:30:00Z",
    "quote": "We are sorry that you were told two prices, and you pay the first of both. " * 3,
    "words": "Nobody told me of the second repair, and I agreed to the first price alone. " * 3,
    "phone": "+49 89 1234567890123",
    "action": "ACKNOWLEDGE",
    "decide_by": "2026-12-23T09:30:00Z",
    "acknowledge_by": "2026-12-23T09:30:00Z",
    "next_at": "2027-09-22T09:30:00Z",  # in another year, which is shown then
    "appeal_until": "2026-12-23T09:30:00Z",
    "until": "2026-12-23T09:30:00Z",
    "call_not_before": "2026-12-23T09:30:00Z",
}


@cache
def every_case() -> tuple[tuple[str, dict[str, str]], ...]:
    return tuple(_cases())


def _cases() -> Iterator[tuple[str, dict[str, str]]]:
    for message in messages():
        for _, parameters in variants(message):
            yield message, parameters
            for rule in rules():
                needed = parameters_of(message)
                if "rule" in needed:
                    yield message, parameters | {n: e for n, e in rule.items() if n in needed}


def test_the_messages_with_texts_are_those_that_somebody_is_told() -> None:
    assert (
        set(messages())
        == MESSAGES | throttled.MESSAGES | agreed.MESSAGES | rate.MESSAGES | aside.MESSAGES
    )


@pytest.mark.parametrize("language", sorted(languages()))
def test_each_language_has_every_message_with_the_same_parts_and_parameters(language: str) -> None:
    theirs, ours = ({each.id.name: each for each in _messages(of)} for of in (language, FALLBACK))

    assert theirs.keys() == ours.keys()
    for name, message in ours.items():
        names = [each.id.name for each in message.attributes]
        assert [each.id.name for each in theirs[name].attributes] == names
        of_rule = (["customer", "manager"], ["customer", "manager", "gone"])
        assert names in ([], ["title", "text", "sms"], *of_rule), name
        if names:  # of what it is made of, a language chooses itself what stands where
            assert variables(language, name) == variables(FALLBACK, name), name


@pytest.mark.parametrize("language", sorted(languages()))
def test_each_message_has_all_that_it_needs_in_each_of_its_forms(language: str) -> None:
    for message, parameters in every_case():
        assert_whole(message, render(message, parameters, LOCALES[language]), language)


def assert_whole(message: str, rendered: Rendered, language: str) -> None:
    """A notice is of whole sentences: nothing is missing in it, and nothing is left over."""
    for text in (rendered.title, rendered.text, rendered.short):
        assert text, (message, language)
        assert NONE not in text.lower().split(), (message, language, text)
        assert not set("{}$") & set(text), (message, language, text)
        for slip in ("  ", " .", " ,", ",.", ":.", " :" if language != "fr" else "::"):
            assert slip not in text, (message, language, text)
        assert text[-1] in '.!?)”“»"' + string.digits or text is rendered.title, text


@pytest.mark.parametrize("language", ["de-AT", "en-US", "es-MX", "fr-CA", "fr-FR"])
def test_each_short_text_fits_into_two_parts_with_long_names_and_amounts(language: str) -> None:
    for message, parameters in every_case():
        long = parameters | {name: each for name, each in LONG.items() if name in parameters}
        short = in_short(message, long, language)
        assert parts(short) <= MOST_PARTS, (message, short, len(short))
        assert "?" not in short, short


def test_a_name_that_sms_cannot_write_is_left_out_of_it_but_not_of_the_text() -> None:
    parameters = SAMPLE | ZONES | {"manager": "王伟"}
    rendered = render("customer-acknowledged", parameters, "en")

    assert rendered.title == "王伟 has taken on your case"
    assert rendered.short.startswith("München Moosach: a manager has taken on your case")


@pytest.mark.parametrize(
    ("language", "decide_by", "amount"),
    [
        ("en-US", "Tue, Mar 3 at 10:30\u00a0a.m.", "€1,094.60"),
        ("en-GB", "Tue 3 Mar at 10:30", "€1,094.60"),
        ("de-DE", "Di., 3. März, 10:30 Uhr", "1.094,60\u00a0€"),
        ("de-AT", "Di., 3. März, 10:30 Uhr", "€\u00a01.094,60"),
        ("fr-FR", "mardi 3 mars à 10\u00a0h\u00a030", "1\u202f094,60\u00a0€"),
        ("es-ES", "las 10:30 del martes 3 de marzo", "1.094,60\u00a0€"),
        ("es-MX", "las 10:30\u00a0a.\u00a0m. del martes 3 de marzo", "EUR1,094.60"),
    ],
)
def test_times_and_amounts_are_as_the_language_and_its_region_write_them(
    language: str, decide_by: str, amount: str
) -> None:
    values = values_of(SAMPLE | ZONES, language)

    assert (values["decide_by"], values["amount"]) == (decide_by, amount)


def test_a_time_names_its_zone_where_the_addressee_is_in_another_than_the_site() -> None:
    abroad = SAMPLE | ZONES | {"time_zone": "America/New_York"}

    assert values_of(abroad, "en-US")["decide_by"] == "Tue, Mar 3 at 4:30\u00a0a.m. (EST)"
    assert values_of(abroad, "de")["decide_by"] == "Di., 3. März, 04:30 Uhr (EST)"


def test_an_hour_of_one_is_singular_in_spanish() -> None:
    early = SAMPLE | ZONES | {"until": "2026-03-03T12:05:00Z"}  # 13:05 in Berlin

    assert values_of(early, "es-ES")["until"] == "las 13:05 del martes 3 de marzo"
    assert str(values_of(early, "es-MX")["until"]).startswith("la 1:05\u00a0p.\u00a0m. del martes")


@pytest.mark.parametrize("language", ["en-CA", "en-US"])
def test_a_sentence_that_ends_with_a_moment_has_one_stop(language: str) -> None:
    rendered = render("customer-more-urgent", SAMPLE | ZONES, language)

    for text in (rendered.text, rendered.short):
        assert text.endswith("m."), text
        assert not text.endswith(".."), text


@pytest.mark.parametrize(
    ("language", "next_at", "appeal_until"),
    [
        ("en-US", "Tue, Jan 12, 2027 at 7:36\u00a0p.m.", "Wed, Sep 30, 2026 at 8:35\u00a0a.m."),
        ("en-GB", "Tue, 12 Jan 2027 at 19:36", "Wed, 30 Sept 2026 at 08:35"),
        ("de", "Di., 12. Jan. 2027, 19:36 Uhr", "Mi., 30. Sept. 2026, 08:35 Uhr"),
        (
            "fr",
            "mardi 12 janvier 2027 à 19\u00a0h\u00a036",
            "mercredi 30 septembre 2026 à 8\u00a0h\u00a035",
        ),
        (
            "es",
            "las 19:36 del martes 12 de enero de 2027",
            "las 8:35 del miércoles 30 de septiembre de 2026",
        ),
    ],
)
def test_moments_in_several_years_are_told_with_their_years(
    language: str, next_at: str, appeal_until: str
) -> None:
    """Throttled in September, and possible again in January."""
    told = {"next_at": "2027-01-12T18:36:00Z", "appeal_until": "2026-09-30T06:35:00Z"}
    values = values_of(SAMPLE | ZONES | told, language)
    within = {name: each for name, each in told.items() if name != "next_at"}

    assert (values["next_at"], values["appeal_until"]) == (next_at, appeal_until)
    assert "2026" not in str(values_of(ZONES | within, language)["appeal_until"])


def test_three_dots_stay_three() -> None:
    cut = SAMPLE | ZONES | {"manager": "Maximiliane-Charlotte von..."}

    assert "Charlotte von... " in render("customer-acknowledged", cut, "en").text


def test_docs_notices_is_what_is_told_today() -> None:
    assert page() == PAGE.read_text(encoding="utf-8"), "run `make notices`, and read it"


def _messages(language: str) -> list[Message]:
    body = resource(language).body
    assert not [each.content for each in body if isinstance(each, Junk)]
    return [each for each in body if isinstance(each, Message)]


def test_each_reason_for_which_an_appeal_is_refused_has_its_words() -> None:
    """All but ABUSIVE: nobody is told by a notice what was found of them before."""
    assert set(choices("appeal-refused", "refused")) == set(WHY_REFUSED) - {"ABUSIVE"} | {"other"}


def test_each_action_has_its_words() -> None:
    names = {each.value for each in ActionName if each is not ActionName.UNKNOWN}

    assert set(choices("action-word", "action")) == names | {"other"}


def test_each_reason_for_which_an_action_is_refused_has_its_words() -> None:
    assert set(choices("refused-why", "why")) == {"other", *(each.value for each in ActionRefusal)}


@given(
    message=st.sampled_from(sorted(messages())),
    language=st.sampled_from(["en-US", "de", "fr-CA", "es", "xx-!", "zz"]),
    values=st.dictionaries(
        st.sampled_from(sorted(set(SAMPLE) | set(THERE) | {"currency", "time_zone"})),
        st.text(max_size=20) | st.from_regex(r"-?[0-9]{1,40}(/[0-9]{1,3})?", fullmatch=True),
    ),
)
def test_whatever_the_parameters_hold_a_notice_can_be_written(
    message: str, language: str, values: dict[str, str]
) -> None:
    rendered = render(message, SAMPLE | ZONES | values, language_for([language]))

    assert rendered.title is not None
    assert parts(rendered.short) <= MOST_PARTS


def test_a_moment_at_the_end_of_time_is_written_too() -> None:
    last = SAMPLE | ZONES | {"until": "9999-12-31T23:59:59.999Z"}

    assert "23:59" in render("customer-promised", last | {"time_zone": "Asia/Tokyo"}, "de").text


def _told_in_both_ways(message: str) -> list[str]:
    """The moments that a message tells otherwise once they have passed."""
    return [name for name in PASSED if name in parameters_of(message)]


@pytest.mark.parametrize("language", sorted(languages()))
def test_no_moment_is_told_as_to_come_once_it_has_passed(language: str) -> None:
    for message in messages():
        known = {n: e for n, e in (SAMPLE | ZONES | THERE).items() if n in parameters_of(message)}
        for name, moment in PASSED.items():
            if moment not in known or (message, moment) in WAS_SAID:
                continue
            told = {
                passed: render(message, known | {name: passed}, LOCALES[language])
                for passed in ("no", "yes")
            }
            shown = str(values_of(known, LOCALES[language])[moment])
            for part in ("text", "short"):
                to_come, over = (getattr(told[each], part) for each in ("no", "yes"))
                if shown in to_come:
                    assert to_come != over, (message, moment, part, over)


# What somebody did is told, with the time that they then named.
WAS_SAID = {("manager-informed", "until")}


@pytest.mark.parametrize("language", ["de-AT", "en-US", "es-MX", "fr-CA"])
def test_a_short_text_fits_also_where_all_its_moments_have_passed(language: str) -> None:
    for message, parameters in every_case():
        long = parameters | {name: each for name, each in LONG.items() if name in parameters}
        for chosen in product(("no", "yes"), repeat=len(_told_in_both_ways(message))):
            passed = dict(zip(_told_in_both_ways(message), chosen, strict=True))
            assert parts(in_short(message, long | passed, language)) <= MOST_PARTS, (
                message,
                passed,
            )


@pytest.mark.parametrize("language", ["de-AT", "en-US", "es-MX", "fr-CA", "fr-FR"])
def test_a_short_text_has_as_much_of_the_customers_words_as_it_has_room_for(language: str) -> None:
    for message in messages():
        if "words" not in parameters_of(message):
            continue
        _, known = next(iter(variants(message)))
        with_words = known | {"words": LONG["words"], "topic": "CONDUCT"}
        rendered = render(message, with_words, language)
        assert LONG["words"] in rendered.text, message
        assert parts(rendered.short) <= MOST_PARTS, (message, rendered.short)
        assert "words" not in rendered.short, rendered.short
