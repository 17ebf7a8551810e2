"""What other systems write otherwise, and plainly mean, is taken so, compiled or not."""

from typing import Any

import msgspec
import pytest

from agents.records.codecs import Codecs, Undecodable, from_json
from agents.reference_data.directory_files import demo_directory
from schemas.records import CheckIn, ContactCard, CustomerResponse, Disagreement, Notice, Wish
from streams.compiled import native
from tests.bad_input.good import (
    CHECK_INS,
    NOW,
    RESPONSES,
    SECOND_MS,
    check_in,
    driver,
    response,
)
from tests.core.desk.world import disagreement

WITHOUT = Codecs(compiled=None)
EVERY = [WITHOUT] if native is None else [WITHOUT, Codecs()]


def value(topic: str, record: msgspec.Struct, **changes: Any) -> bytes:
    """A record's Avro, its ranges not looked at."""
    return WITHOUT.of(topic).encode_plain(msgspec.to_builtins(record) | changes)


@pytest.mark.parametrize("codecs", EVERY)
@pytest.mark.parametrize(
    ("changes", "read"),
    [
        ({"language": "en_US"}, {"language": "en-US"}),
        ({"language": "zh_CN_#Hans"}, {"language": "zh-Hans-CN"}),
        ({"language": "C"}, {"language": "und"}),
        (
            {"language": "xx-" + "-".join(["aaaaaaaa"] * 300)},
            {"language": "xx-aaaaaaaa-aaaaaaaa-aaaaaaaa"},
        ),
        ({"language": ""}, {"language": "und"}),
        ({"language": "en-US-u-hc-h12"}, {"language": "en-US-u-hc-h12"}),
        ({"language": "iw"}, {"language": "iw"}),
        (
            {"quiet_from": "21:00:00", "quiet_until": "7:00"},
            {"quiet_from": "21:00", "quiet_until": "07:00"},
        ),
        (
            {"quiet_from": "21:00:00.000", "quiet_until": "24:00"},
            {"quiet_from": "21:00", "quiet_until": "24:00"},
        ),
    ],
)
def test_a_check_in_is_read_as_it_is_meant(
    codecs: Codecs, changes: dict[str, str], read: dict[str, str]
) -> None:
    record = check_in("ann", NOW)

    found = codecs.decode(CHECK_INS, value(CHECK_INS, record, **changes))

    assert found == msgspec.structs.replace(record, **read)


@pytest.mark.parametrize("codecs", EVERY)
@pytest.mark.parametrize(("language", "read"), [("de_AT", "de-AT"), ("POSIX.", None), ("C", None)])
def test_a_wish_is_read_as_it_is_meant(codecs: Codecs, language: str, read: str | None) -> None:
    record = response("ann", NOW, wish=Wish(language="de", manager_id="m1"))
    changed = {"wish": {"language": language, "manager_id": "m1"}}

    found = codecs.decode(RESPONSES, value(RESPONSES, record, **changed))

    assert isinstance(found, CustomerResponse)
    assert found.wish == Wish(language=read, manager_id="m1")


@pytest.mark.parametrize("codecs", EVERY)
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"quiet_from": "25:00:00"}, "quiet_from is '25:00:00': must be HH:MM"),
        ({"quiet_from": "9"}, "quiet_from is '9': must be HH:MM"),
        ({"quiet_from": "9 PM"}, "quiet_from is '9 PM': must be HH:MM"),
        ({"language": "en_US", "visit_id": ""}, "visit_id is '': must be 1 to 64"),
    ],
)
def test_what_means_nothing_is_still_refused_by_its_own_name(
    codecs: Codecs, changes: dict[str, str], said: str
) -> None:
    with pytest.raises(Undecodable) as refused:
        codecs.decode(CHECK_INS, value(CHECK_INS, check_in("ann", NOW), **changes))

    assert refused.value.reason == "INVALID"
    assert refused.value.detail.startswith(f"CheckIn: {said}")


def test_a_line_of_json_is_read_as_it_is_meant_too() -> None:
    line = msgspec.to_builtins(check_in("ann", NOW))
    line |= {"occurred_at": "2026-03-02T09:00:00Z", "language": "de_DE.UTF-8"}

    found = from_json(CHECK_INS, line)

    assert isinstance(found, CheckIn)
    assert found.language == "de-DE"
    with pytest.raises(Undecodable, match="language is 7: must be a string"):
        from_json(CHECK_INS, line | {"language": 7})


LONG = "de-" + "abcdefgh-" * 400 + "z"


@pytest.mark.parametrize(
    ("language", "told", "site"),
    [
        ("de_DE", "de-DE", "columbus"),
        ("C", "en-US", "columbus"),
        ("C", "de", "muenchen"),
        ("und", "de", "muenchen"),
        (LONG, "de-abcdefgh-abcdefgh-abcdefgh", "columbus"),
        ("zh_Hans_CN", "en-US", "columbus"),
    ],
)
def test_a_strange_language_costs_the_language_and_not_the_check_in(
    language: str, told: str, site: str
) -> None:
    """There is a card, a case and a notice; what has no texts is told in the policy's language."""
    codecs = Codecs()
    pipeline = driver(codecs)
    came = value(CHECK_INS, check_in("ann", NOW, site_id=site), language=language)
    asked = response("ann", NOW + SECOND_MS, response="REQUESTED", subject="NONE", site_id=site)
    made = pipeline.pipe(CHECK_INS, b"ann", came, NOW)
    made += pipeline.pipe(RESPONSES, b"ann", value(RESPONSES, asked), NOW + SECOND_MS)
    found = [codecs.decode(each.topic, each.value or b"") for each in made]

    (card,) = (each for each in found if isinstance(each, ContactCard))
    (decided,) = (each for each in found if isinstance(each, Disagreement))
    spoken = "zh-Hans-CN" if language.startswith("zh") else told.removesuffix("-US")
    assert (card.language, decided.language) == (spoken, spoken)
    notices = {
        each.language
        for each in found
        if isinstance(each, Notice) and each.addressee.kind == "CUSTOMER"
    }
    assert notices == {told}


@pytest.mark.parametrize("codecs", EVERY)
def test_a_language_of_the_version_before_is_cut_also_where_a_stage_or_a_person_wrote_it(
    codecs: Codecs,
) -> None:
    long, cut = "xx-" + "-".join(["aaaaaaaa"] * 300), "xx-aaaaaaaa-aaaaaaaa-aaaaaaaa"
    manager = next(iter(demo_directory().managers.values()))
    decided = disagreement()
    for topic, record, changes, read in (
        ("recourse.disagreements", decided, {"language": long}, {"language": cut}),
        ("recourse.disagreements", decided, {"wish": {"language": long}},
         {"wish": Wish(language=cut)}),
        ("directory.managers", manager, {"languages": ["en", long]}, {"languages": ("en", cut)}),
    ):  # fmt: skip
        found = codecs.decode(topic, value(topic, record, **changes))
        assert found == msgspec.structs.replace(record, **read)
