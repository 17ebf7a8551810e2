"""Names of languages as phones, Java and operating systems write them."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from agents.core.languages import LONGEST, bounded, primary, said, tag_of
from schemas.records.common import LANGUAGE


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("en_US", "en-US"),
        ("de_DE", "de-DE"),
        ("pt_BR", "pt-BR"),
        ("en_us", "en-US"),
        ("es_419", "es-419"),
        ("zh_Hans_CN", "zh-Hans-CN"),
        ("zh_CN_#Hans", "zh-Hans-CN"),  # Java's Locale.toString() from here on
        ("sr__#Latn", "sr-Latn"),
        ("th_TH_TH_#u-nu-thai", "th-TH"),
        ("ja_JP_JP_#u-ca-japanese", "ja-JP"),
        ("no_NO_NY", "nn-NO"),
        ("ca_ES_VALENCIA", "ca-ES-VALENCIA"),
        ("en_US_POSIX", "en-US-POSIX"),  # POSIX from here on
        ("en_US.UTF-8", "en-US"),
        ("de_DE@euro", "de-DE"),
        ("de-AT,de;q=0.9,en;q=0.8", "de-AT"),  # Accept-Language
        (" fr_CA\n", "fr-CA"),
        ("zh_cmn_Hans", "zh-Hans"),
        ("en-US-", "en-US"),
        ("en_U$", "en"),
        ("iw_IL", "iw-IL"),
    ],
)
def test_what_plainly_means_a_language_is_its_tag(written: str, tag: str) -> None:
    assert tag_of(written) == tag


@pytest.mark.parametrize(
    "written",
    ["", "C", "POSIX", "C.UTF-8", "x-private", "i-klingon", "_US", "german please", "*", "ö", "12"],
)
def test_what_means_none_is_undetermined(written: str) -> None:
    assert tag_of(written) == "und"


@given(some.text("abzAZ09-_.@#; ", max_size=80) | some.text())
@example("aa_" + "bbbbbbbb_" * 1000)
def test_whatever_is_written_becomes_a_tag_that_the_contract_takes(written: str) -> None:
    tag = tag_of(written)

    assert re.search(LANGUAGE, tag), tag
    assert len(tag) <= LONGEST
    assert bounded(tag) == tag == tag_of(tag)


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("de-AT", "de-AT"),
        ("en-US-u-hc-h12", "en-US-u-hc-h12"),
        ("en-" + "abcdefgh-" * 3 + "abcde", "en-" + "abcdefgh-" * 3 + "abcde"),
        ("en-" + "abcdefgh-" * 3 + "abcdef", "en-abcdefgh-abcdefgh-abcdefgh"),
        ("en-US-x-" + "abcdefgh-" * 400 + "z", "en-US-x-abcdefgh-abcdefgh-abcdefgh"),
        ("en-abcdefgh-abcdefgh-abcdefg-x-abcdefgh", "en-abcdefgh-abcdefgh-abcdefg"),
    ],
)
def test_a_long_tag_ends_earlier_and_never_with_what_announces_more(
    tag: str, expected: str
) -> None:
    assert bounded(tag) == expected


def test_a_language_that_had_another_name_is_the_same_one() -> None:
    assert [primary(each) for each in ("iw-IL", "in_ID", "ji", "no-NO", "de-CH", "EN")] == [
        "he", "id", "yi", "nb", "de", "en",
    ]  # fmt: skip


def test_nobody_s_language_is_not_said() -> None:
    assert [said(each) for each in ("und", "und-US", "mul", "zxx", "en")] == [
        None, None, None, None, "en",
    ]  # fmt: skip
