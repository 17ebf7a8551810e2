"""What somebody is: by policy, directory and pins, as they are now."""

from typing import Any

import pytest
from msgspec.structs import replace

from agents.board.identity.people import (
    Person,
    Pins,
    entry_for,
    groups_named,
    link_holds,
    manager_for,
    mark_of,
    second_fact_of,
    viewer_of,
)
from agents.board.identity.sealed.sessions import Kind, Session
from agents.board.viewers import Role
from agents.core.calendar import DAY_MS
from agents.core.world import World
from tests.board.identity.people import MANAGERS, the_reference
from tests.core.desk.world import NOW, manager

ISSUER, OTHER = "https://id.example.com", "https://other.example.com"
ROLES: tuple[dict[str, Any], ...] = (
    {"issuer": ISSUER, "group": "managers", "role": "MANAGER"},
    {"issuer": ISSUER, "group": "ops", "role": "OPERATOR", "operator": "op-1"},
    {"issuer": ISSUER, "group": "desk", "role": "ADVISER", "sites": ["s1"], "regions": ["r2"]},
    {"issuer": ISSUER, "group": "audit", "role": "AUDITOR"},
)
NO_PINS = Pins(by_manager={})


def the_world(*managers: Any, **board: Any) -> World:
    board = {"roles": ROLES} | board
    return the_reference(*managers, board=board, operators=("op-1",)).world(NOW)


WORLD = the_world()


def a_person(**differs: Any) -> Person:
    whole: dict[str, Any] = {
        "issuer": ISSUER, "subject": "p1", "email": "lena@example.com", "email_verified": True,
        "groups": frozenset({"managers"}),
    }  # fmt: skip
    return Person(**(whole | differs))


def a_session(**differs: Any) -> Session:
    whole: dict[str, Any] = {
        "session_id": "s", "kind": Kind.OIDC, "until": 0, "issuer": ISSUER, "subject": "p1",
        "groups": ("managers",), "manager_id": "lena", "name": "Lena",
    }  # fmt: skip
    return Session(**(whole | differs))


@pytest.mark.parametrize(
    ("differs", "found"),
    [
        ({}, "lena"),
        ({"email": " LENA@Example.com "}, "lena"),
        ({"email_verified": False}, None),
        ({"email": None}, None),
        ({"email": ""}, None),
        ({"email": "nobody@example.com"}, None),
        ({"email": "\u017fam@example.com"}, None),  # a long s, which is an s where case is folded
    ],
)
def test_a_manager_is_known_by_a_verified_address(
    differs: dict[str, Any], found: str | None
) -> None:
    world = the_world(*MANAGERS, manager("sam"))

    assert manager_for(a_person(**differs), NO_PINS, world) == found


def test_an_address_that_two_managers_have_is_nobodys() -> None:
    twins = (*MANAGERS, manager("twin", email="lena@example.com"))

    assert manager_for(a_person(), NO_PINS, the_world(*twins)) is None


def test_who_was_pinned_stays_who_they_are_whatever_their_address_says() -> None:
    pins = Pins(by_manager={"lena": mark_of(ISSUER, "p1")})

    assert manager_for(a_person(email="leo@example.com"), pins, WORLD) == "lena"
    assert manager_for(a_person(email_verified=False), pins, WORLD) == "lena"


def test_who_gets_the_address_of_a_pinned_manager_is_not_them() -> None:
    pins = Pins(by_manager={"lena": mark_of(ISSUER, "p1")})

    assert manager_for(a_person(subject="p2"), pins, WORLD) is None
    assert manager_for(a_person(issuer=OTHER), pins, WORLD) is None


def test_a_pinned_manager_who_left_the_directory_is_nobody() -> None:
    pins = Pins(by_manager={"gone": mark_of(ISSUER, "p1")})

    assert manager_for(a_person(), pins, WORLD) is None


def test_issuer_and_subject_are_told_apart() -> None:
    assert mark_of("https://a", "bc") != mark_of("https://ab", "c")
    assert mark_of("https://a", "bc") == mark_of("https://a", "bc")


@pytest.mark.parametrize(
    ("groups", "manager_id", "role"),
    [
        (("managers",), "lena", "MANAGER"),
        (("managers",), None, None),
        (("managers", "ops"), None, "OPERATOR"),
        (("managers", "ops"), "lena", "MANAGER"),
        (("desk",), None, "ADVISER"),
        (("audit", "desk"), None, "ADVISER"),
        (("nothing",), "lena", None),
        ((), "lena", None),
    ],
)
def test_the_first_entry_that_fits_counts(
    groups: tuple[str, ...], manager_id: str | None, role: str | None
) -> None:
    found = entry_for(ISSUER, groups, manager_id, WORLD)

    assert (found.role if found else None) == role
    assert entry_for(OTHER, groups, manager_id, WORLD) is None


def test_a_group_named_as_the_sign_for_anybody_is_none() -> None:
    anybody = the_world(roles=({"issuer": ISSUER, "group": "*", "role": "MANAGER"},))

    assert entry_for(ISSUER, (), "lena", anybody) is not None
    assert entry_for(ISSUER, ("*",), None, WORLD) is None


def test_only_groups_that_the_policy_names_are_kept() -> None:
    person = a_person(groups=frozenset({"ops", "private", "audit"}))

    assert groups_named(person, WORLD) == ("ops", "audit")
    assert groups_named(replace(person, issuer=OTHER), WORLD) == ()


def test_so_many_groups_are_kept_as_a_cookie_has_room_for() -> None:
    groups = [f"{number:02d}" * 50 for number in range(40)]
    roles = tuple({"issuer": ISSUER, "group": each, "role": "AUDITOR"} for each in groups)
    person = a_person(groups=frozenset(groups))

    assert groups_named(person, the_world(roles=roles)) == tuple(groups[:15])


def test_each_role_has_what_its_entry_says() -> None:
    lena = viewer_of(a_session(), WORLD)
    adviser = viewer_of(a_session(groups=("desk",), manager_id=None), WORLD)
    operator = viewer_of(a_session(groups=("ops",), manager_id=None), WORLD)
    auditor = viewer_of(a_session(groups=("audit",), manager_id=None), WORLD)
    mark = f"oidc:{mark_of(ISSUER, 'p1')}"

    assert lena
    assert adviser
    assert operator
    assert auditor
    assert (lena.role, lena.subject, lena.manager_id) == (Role.MANAGER, "lena", "lena")
    assert (adviser.role, adviser.subject, adviser.sites, adviser.regions) == (
        Role.ADVISER, mark, frozenset({"s1"}), frozenset({"r2"}),
    )  # fmt: skip
    assert (operator.role, operator.subject, operator.manager_id) == (Role.OPERATOR, "op-1", None)
    assert (auditor.role, auditor.subject) == (Role.AUDITOR, mark)
    assert {each.known_by for each in (lena, adviser, operator, auditor)} == {mark}


def test_a_role_that_the_policy_takes_away_is_gone_at_once() -> None:
    assert viewer_of(a_session(), the_world(roles=())) is None
    assert viewer_of(a_session(), the_world(*MANAGERS[1:])) is None


def test_a_form_of_nobody_makes_nobody_known() -> None:
    assert viewer_of(a_session(kind=Kind.NOBODY), WORLD) is None


LATER = 30 * DAY_MS


@pytest.mark.parametrize(
    ("ended_at", "holds"),
    [(None, True), (NOW - LATER + 1, True), (NOW - LATER, False), (NOW - LATER - 1, False)],
)
def test_a_link_ends_30_days_after_its_case(ended_at: int | None, holds: bool) -> None:
    assert link_holds("v1:1", NOW, ended_at, WORLD) is holds


@pytest.mark.parametrize(("made_at", "holds"), [(NOW - 1, False), (NOW, True), (NOW + 1, True)])
def test_links_made_before_they_were_revoked_open_nothing(made_at: int, holds: bool) -> None:
    revoked = {"escalation_id": "v1:1", "made_before": "2026-03-02T09:00:00Z"}
    world = the_world(links={"revoked": (revoked,)})

    assert link_holds("v1:1", made_at, None, world) is holds
    assert link_holds("v1:2", made_at, None, world)


@pytest.mark.parametrize(
    ("vehicle", "fact"),
    [
        ("WVWZZZ1KZAW001234", "1234"),
        ("m-ab-12cd", "12CD"),
        ("12-3 4", "1234"),
        ("123", None),
        ("", None),
        (None, None),
    ],
)
def test_the_second_fact_is_the_end_of_the_vehicles_id(
    vehicle: str | None, fact: str | None
) -> None:
    assert second_fact_of(vehicle) == fact
