"""Text messages: the alphabet of GSM 03.38, and how many parts a text takes."""

import pytest

from agents.core.notices.wording.gsm import fitting, gsm, is_writable, parts


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Grüße, ß, Ä, €", "Grüße, ß, Ä, €"),
        ("à é è ù ì ò ñ Ñ Ç É", "à é è ù ì ò ñ Ñ Ç É"),
        ("août, ça, être, Noël, œuvre", "aout, ca, etre, Noel, oeuvre"),
        ("¿Está? Mañana, José", "¿Esta? Mañana, José"),
        ("l\u2019équipe \u2013 « oui »…", 'l\'équipe - " oui "...'),
        ("14\u202f:\u00a020", "14 : 20"),
        ("Łukasz Dvořák", "Lukasz Dvorak"),
        ("王伟", "??"),
        ("[x]{y}|~^\\", "[x]{y}|~^\\"),
    ],
)
def test_a_letter_that_the_alphabet_lacks_becomes_the_nearest(text: str, written: str) -> None:
    assert gsm(text) == written


def test_a_name_that_the_alphabet_cannot_write_is_known_as_such() -> None:
    assert is_writable("José Łukasz?")
    assert not is_writable("王 Wei")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a" * 159, 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("€" * 80, 1),
        ("€" * 80 + "a", 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        # 152 septets, then one of two: it goes into the second part, which is then full at 153.
        ("a" * 152 + "€" + "a" * 151, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
    ],
)
def test_a_text_in_several_parts_has_153_septets_in_each(text: str, count: int) -> None:
    assert parts(text) == count


def test_a_text_too_long_for_two_parts_is_cut_and_says_so() -> None:
    cut = fitting("a" * 307)

    assert cut == "a" * 303 + "..."
    assert fitting("a" * 306) == "a" * 306
