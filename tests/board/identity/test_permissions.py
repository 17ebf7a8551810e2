"""The table of role, page and action: what stands here is allowed, all other pairs are tried."""

from collections.abc import Iterator
from itertools import product

import pytest
from msgspec.structs import replace

from agents.board.identity.permissions import TABLE, What, may, may_site
from agents.board.viewers import Page, Role, Viewer, Word
from schemas.records import ActionName, Tier
from tests.board.identity.people import (
    AUDITOR,
    MANAGERS,
    OPERATOR,
    ACase,
    an_adviser,
    of_customer,
    of_manager,
    the_world,
)

WORLD = the_world()
CASES = {
    "new": ACase(),
    "moved up": ACase(tier=Tier.REGIONAL, manager_id="ruth", had_by=frozenset({"lena", "ruth"})),
    "at the top": ACase(tier=Tier.EXECUTIVE, manager_id="eva", had_by=frozenset({"eva"})),
    "nobody's": ACase(manager_id=None, had_by=frozenset()),
    "closed": ACase(is_open=False, ended_at=1),
    "elsewhere": ACase(
        escalation_id="v2:1", site_id="s2", region_id="r2", manager_id="mia",
        had_by=frozenset({"mia"}),
    ),
    "of conduct": ACase(about_conduct=True),
    "of a tier to come": ACase(tier=Tier.UNKNOWN),
}  # fmt: skip
PEOPLE: dict[str, Viewer] = {
    **{each.manager_id: of_manager(each.manager_id) for each in MANAGERS},
    "gone": of_manager("gone"),
    "nameless manager": replace(of_manager("lena"), manager_id=None),
    "customer": of_customer(),
    "other customer": of_customer("v1:10"),
    "customer of nothing": of_customer(None),
    "adviser": an_adviser("s1"),
    "regional adviser": an_adviser(regions=("r1",)),
    "adviser elsewhere": an_adviser("s2", regions=("r2",)),
    "operator": OPERATOR,
    "auditor": AUDITOR,
}
SEES = "CASE"
HEARD = f"{SEES} ACKNOWLEDGE CONTACTED PROMISE WAIT"
DECIDES = f"{HEARD} SNOOZE REASSIGN RESOLVE REOPEN"
ALL = f"{DECIDES} CONFIRM"
HEARD_AND_CONFIRMS = f"{HEARD} CONFIRM"
SAYS = "CUSTOMER_CASE ASK WISH WITHDRAW APPEAL RATE"

_LOCAL = {"lena": DECIDES, "leo": HEARD, "away": HEARD, "dora": HEARD}
_SEEN_BY_ALL = {"operator": ALL, "auditor": SEES}
_AT_S1 = {"customer": SAYS, "adviser": SEES, "regional adviser": SEES, **_SEEN_BY_ALL}
ALLOWED: dict[str, dict[str, str]] = {
    "new": {**_LOCAL, "ruth": ALL, "eva": ALL, **_AT_S1},
    "moved up": {**_LOCAL, "ruth": ALL, "eva": ALL, **_AT_S1},
    "at the top": {
        **_LOCAL, "lena": HEARD, "ruth": HEARD_AND_CONFIRMS, "eva": ALL, **_AT_S1,
    },
    "nobody's": {**_LOCAL, "lena": HEARD, "ruth": ALL, "eva": ALL, **_AT_S1},
    "closed": {**_LOCAL, "ruth": ALL, "eva": ALL, **_AT_S1},
    "elsewhere": {"mia": DECIDES, "rob": ALL, "adviser elsewhere": SEES, **_SEEN_BY_ALL},
    "of conduct": {**_LOCAL, "ruth": ALL, "eva": ALL, "customer": SAYS, **_SEEN_BY_ALL},
    "of a tier to come": {
        **_LOCAL, "ruth": HEARD_AND_CONFIRMS, "eva": HEARD_AND_CONFIRMS, **_AT_S1,
    },
}  # fmt: skip
"""By case who may what; who is not named, and what is not named, is forbidden."""
ALL_THINGS: tuple[What, ...] = (
    *Page,
    *Word,
    *(e for e in ActionName if e is not ActionName.UNKNOWN),
)


def _pairs() -> Iterator[tuple[str, str, str]]:
    for case, who in product(CASES, PEOPLE):
        yield case, who, ALLOWED[case].get(who, "")


@pytest.mark.parametrize(("case", "who", "allowed"), [*_pairs()])
def test_what_the_table_does_not_name_is_forbidden(case: str, who: str, allowed: str) -> None:
    found = {str(each) for each in ALL_THINGS if may(PEOPLE[who], each, CASES[case], WORLD)}

    assert found == set(allowed.split())


def test_every_role_is_in_the_table_and_in_the_tries() -> None:
    assert set(TABLE) == set(Role) == {each.role for each in PEOPLE.values()}
    assert len(CASES) * len(PEOPLE) * len(ALL_THINGS) > 2_500


@pytest.mark.parametrize("who", PEOPLE)
def test_what_is_of_no_case_is_for_those_it_is_made_for(who: str) -> None:
    viewer = PEOPLE[who]
    found = {str(each) for each in ALL_THINGS if may(viewer, each, None, WORLD)}

    if viewer.role is Role.MANAGER and who not in ("gone", "nameless manager"):
        assert found == {"MY_CASES"}
    elif viewer.role in (Role.OPERATOR, Role.AUDITOR):
        assert found == {"NETWORK"}
    else:
        assert found == set()


def test_an_action_of_a_later_version_is_nobodys() -> None:
    for viewer, case in product(PEOPLE.values(), CASES.values()):
        assert not may(viewer, ActionName.UNKNOWN, case, WORLD)


SITES = {
    ("s1", "r1"): {
        "lena", "leo", "ruth", "eva", "away", "dora", "adviser", "regional adviser", "operator",
        "auditor",
    },
    ("s2", "r2"): {"mia", "rob", "adviser elsewhere", "operator", "auditor"},
    ("nowhere", None): {"operator", "auditor"},
}  # fmt: skip


@pytest.mark.parametrize(("place", "allowed"), [*SITES.items()])
def test_a_site_is_for_those_who_are_there_for_it(
    place: tuple[str, str | None], allowed: set[str]
) -> None:
    assert {who for who, each in PEOPLE.items() if may_site(each, *place, WORLD)} == allowed


def test_a_deputy_sees_the_cases_as_long_as_the_absence_lasts() -> None:
    later = the_world(now=WORLD.now + 2 * 86_400_000)

    assert may(PEOPLE["dora"], Page.CASE, CASES["new"], WORLD)
    assert not may(PEOPLE["dora"], Page.CASE, CASES["new"], later)


def test_a_manager_who_leaves_the_directory_loses_all_at_once() -> None:
    without = the_world(*(each for each in MANAGERS if each.manager_id != "lena"))

    for what, case in product(ALL_THINGS, (*CASES.values(), None)):
        assert not may(PEOPLE["lena"], what, case, without)
    assert not may_site(PEOPLE["lena"], "s1", "r1", without)
