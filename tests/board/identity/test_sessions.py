"""Sessions in sealed cookies, forms of theirs, and how often somebody may try."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.board.identity.limits import Limiter
from agents.board.identity.openid.pinning import PinFile
from agents.board.identity.sealed import sessions as module
from agents.board.identity.sealed.sealing import Purpose, Sealer
from agents.board.identity.sealed.sessions import Kind, Session, Sessions, new_id

ONE, TWO = bytes(range(32)), bytes(range(1, 33))
SEALER = Sealer(keys=(ONE,))
NOW, END = 1_000_000, 2_000_000
SESSION = Session(
    session_id="s1", kind=Kind.OIDC, until=END, name="Lena", issuer="https://id", subject="p1",
    groups=("managers",), manager_id="lena",
)  # fmt: skip


def test_a_cookie_says_the_session_that_it_was_made_of() -> None:
    sessions = Sessions(SEALER)

    assert sessions.of_cookie(sessions.cookie(SESSION), NOW) == SESSION
    assert sessions.of_cookie(None, NOW) is None


@pytest.mark.parametrize(("at", "holds"), [(END - 1, True), (END, False), (END + 1, False)])
def test_a_session_holds_until_its_end(at: int, holds: bool) -> None:
    sessions = Sessions(SEALER)

    assert (sessions.of_cookie(sessions.cookie(SESSION), at) is not None) is holds


def test_a_session_that_was_ended_is_over_for_every_copy_of_its_cookie() -> None:
    sessions = Sessions(SEALER)
    cookie = sessions.cookie(SESSION)
    sessions.end(SESSION, NOW)

    assert sessions.of_cookie(cookie, NOW) is None


def test_what_was_ended_is_remembered_up_to_its_end_and_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_ENDED_AT_MOST", 3)
    sessions = Sessions(SEALER)
    for number in range(5):
        sessions.end(_named(f"a{number}", END), NOW)
    assert list(sessions._ended) == ["a2", "a3", "a4"]
    sessions.end(_named("b", END + 10), END)

    assert list(sessions._ended) == ["b"]


def _named(session_id: str, until: int) -> Session:
    return Session(session_id=session_id, kind=Kind.DEMO, until=until)


def test_no_character_of_a_cookie_can_be_changed() -> None:
    cookie = Sessions(SEALER).cookie(SESSION)
    changed = [
        cookie[:place] + other + cookie[place + 1 :]
        for place in range(len(cookie))
        for other in ("A", "B", "=", "~")
        if cookie[place] != other
    ]

    assert [each for each in changed if Sessions(SEALER).of_cookie(each, NOW) is not None] == []


def test_what_was_sealed_for_one_purpose_is_nothing_for_another() -> None:
    sealed = SEALER.sealed(Purpose.FLOW, b"data")

    assert SEALER.opened(Purpose.FLOW, sealed) == b"data"
    assert SEALER.opened(Purpose.SESSION, sealed) is None
    assert not SEALER.is_form_token("data", sealed)


def test_while_a_key_is_changed_both_are_believed_and_the_first_seals() -> None:
    meanwhile, after = Sealer(keys=(TWO, ONE)), Sealer(keys=(TWO,))
    old, new = Sessions(SEALER).cookie(SESSION), Sessions(meanwhile).cookie(SESSION)

    assert Sessions(meanwhile).of_cookie(old, NOW) == SESSION
    assert Sessions(after).of_cookie(old, NOW) is None
    assert Sessions(after).of_cookie(new, NOW) == SESSION
    assert meanwhile.is_form_token("s1", SEALER.form_token("s1"))


def test_a_form_is_of_one_session_and_its_token_is_never_the_same_twice() -> None:
    one, other = SEALER.form_token("s1"), SEALER.form_token("s1")

    assert one != other
    assert SEALER.is_form_token("s1", one)
    assert SEALER.is_form_token("s1", other)
    assert not SEALER.is_form_token("s2", one)
    assert not SEALER.is_form_token("", one)


@given(st.text(max_size=80) | st.text(alphabet="abcXYZ-_=", max_size=90))
def test_whatever_somebody_sends_is_no_session_no_form_and_no_failure(text: str) -> None:
    assert Sessions(SEALER).of_cookie(text, NOW) is None
    assert not SEALER.is_form_token("s1", text)


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x80", b"\x93\x01\x02\x03"])
def test_what_another_version_sealed_is_no_session(data: bytes) -> None:
    assert Sessions(SEALER).of_cookie(SEALER.sealed(Purpose.SESSION, data), NOW) is None


def test_no_id_is_given_twice() -> None:
    assert len({new_id() for _ in range(1_000)}) == 1_000


def test_a_key_shows_itself_nowhere() -> None:
    assert str(ONE) not in repr(SEALER)


# ---------------------------------------------------------------------------- limits


def tries(limiter: Limiter, who: str, *moments: int) -> list[bool]:
    return [limiter.takes(who, at) for at in moments]


def test_so_many_tries_at_once_and_then_one_each_while() -> None:
    limiter = Limiter(at_once=3, every_ms=100)

    assert tries(limiter, "a", 0, 0, 0, 0, 99, 100, 100, 200) == [
        True, True, True, False, False, True, False, True,
    ]  # fmt: skip
    assert tries(limiter, "b", 0) == [True]
    assert tries(limiter, "a", 100_000, 100_000, 100_000, 100_000) == [True, True, True, False]


def test_who_is_refused_is_not_kept_waiting_for_longer_by_trying_on() -> None:
    limiter = Limiter(at_once=1, every_ms=100)

    assert tries(limiter, "a", 0, *range(1, 100), 100) == [True, *[False] * 99, True]


def test_a_clock_that_was_put_back_locks_nobody_out() -> None:
    limiter = Limiter(at_once=2, every_ms=100)
    tries(limiter, "a", 1_000_000, 1_000_000, 1_000_000)

    assert tries(limiter, "a", 0, 100, 200) == [False, True, True]


def test_it_remembers_so_many_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agents.board.identity.limits._REMEMBERED", 2)
    limiter = Limiter(at_once=1, every_ms=100)
    for who in "abc":
        limiter.takes(who, 0)

    assert tries(limiter, "c", 0) == [False]
    assert tries(limiter, "a", 0) == [True]


# ------------------------------------------------------------------------------ pins


def test_the_first_who_is_pinned_to_a_manager_stays_it(tmp_path: Any) -> None:
    file = tmp_path / "pins.sqlite"
    pins = PinFile(file)
    first = [pins.pin("lena", "p1"), pins.pin("lena", "p2"), pins.pin("lena", "p1")]
    second_of_one = pins.pin("leo", "p1")
    pins.close()
    again = PinFile(file)
    kept = again.all().by_manager
    again.close()

    assert first == [True, False, True]
    assert not second_of_one, "nobody is two managers"
    assert kept == {"lena": "p1"}
