"""A customer's link: who can make one, what it says, and that nobody else can."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.core.calendar import DAY_MS, MINUTE_MS
from agents.core.case_links import LONGEST_DAYS, CaseLink, LinkKeys, link_of

ONE, TWO = bytes.fromhex("0f" * 32), bytes.fromhex("a1" * 32)
KEYS = LinkKeys(keys=(ONE,))
NOW = 1_790_000_000_000 // MINUTE_MS * MINUTE_MS
CASE = "v-17:1"
END = NOW + LONGEST_DAYS * DAY_MS


def raw(token: str) -> bytes:
    return urlsafe_b64decode(token + "=" * (-len(token) % 4))


def written(whole: bytes) -> str:
    return urlsafe_b64encode(whole).rstrip(b"=").decode()


def test_a_link_says_its_case_and_until_when() -> None:
    token = KEYS.token(CASE, NOW)

    assert KEYS.believed(token, NOW) == CaseLink(
        escalation_id=CASE, made_at=NOW, until=END, key=KEYS.names[0]
    )
    assert link_of("https://board.example.com", token) == f"https://board.example.com/c/{token}"
    assert len(token) <= 50, "a text message has 160 characters"


@pytest.mark.parametrize(("at", "holds"), [(END - 1, True), (END, False), (END + 1, False)])
def test_a_link_holds_until_its_end(at: int, holds: bool) -> None:
    assert (KEYS.believed(KEYS.token(CASE, NOW), at) is not None) is holds


@pytest.mark.parametrize(("minutes", "holds"), [(4, True), (5, True), (6, False)])
def test_a_link_from_the_future_is_none_but_for_clocks_that_differ(
    minutes: int, holds: bool
) -> None:
    token = KEYS.token(CASE, NOW + minutes * MINUTE_MS)

    assert (KEYS.believed(token, NOW) is not None) is holds


def test_while_a_key_is_changed_both_are_believed_and_the_first_signs() -> None:
    before, meanwhile, after = KEYS, LinkKeys(keys=(TWO, ONE)), LinkKeys(keys=(TWO,))
    old, new = before.token(CASE, NOW), meanwhile.token(CASE, NOW)

    assert [each.believed(old, NOW) is not None for each in (before, meanwhile, after)] == [
        True, True, False,
    ]  # fmt: skip
    assert [each.believed(new, NOW) is not None for each in (before, meanwhile, after)] == [
        False, True, True,
    ]  # fmt: skip


def test_no_bit_of_a_link_can_be_changed() -> None:
    whole = raw(KEYS.token(CASE, NOW))
    changed = [
        whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :]
        for place in range(len(whole))
        for bit in range(8)
    ]

    assert [each for each in changed if KEYS.believed(written(each), NOW) is not None] == []


def test_a_link_can_not_be_cut_or_made_longer() -> None:
    token = KEYS.token(CASE, NOW)
    others = [token[:end] for end in range(len(token))] + [
        token + each for each in ("A", "=", "\n")
    ]

    assert [each for each in others if KEYS.believed(each, NOW) is not None] == []


def test_one_link_has_one_spelling() -> None:
    """The last character has bits that mean nothing: another one in its place is refused."""
    token = next(
        each for n in range(9) if len(each := KEYS.token(f"{'v' * n}:1", NOW)) % 4
    )  # fmt: skip
    same = [
        token[:-1] + last
        for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        if raw(token[:-1] + last) == raw(token)
    ]

    assert len(same) > 1
    assert [each for each in same if KEYS.believed(each, NOW)] == [token]


def test_the_key_of_links_signs_no_case_that_is_none() -> None:
    for case in ("", "a b", "../x", "v" * 161):
        assert KEYS.believed(KEYS.token(case, NOW), NOW) is None


@given(st.text() | st.text(alphabet="AQIDabc-_", max_size=90))
def test_whatever_somebody_tries_is_no_link_and_no_failure(tried: str) -> None:
    assert KEYS.believed(tried, NOW) is None


def test_a_key_shows_itself_nowhere() -> None:
    assert ONE.hex() not in repr(KEYS)
    assert str(ONE) not in repr(KEYS)
    assert KEYS.names[0] not in ONE.hex()
