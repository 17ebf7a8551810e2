"""Who is who on the board, as a policy file says it: what is refused, and what `diff` says."""

import json
from typing import Any

import pytest

from agents.core.policy import Policy
from agents.core.policy_board import BoardRole, SecondFact
from agents.reference_data.files import UnusableFile, parse_json
from agents.reference_data.policy_files import default_policy, policy_in, policy_of_json
from agents.reference_data.policy_warnings import warnings
from agents.reference_data.policy_words import changes
from tests.core.desk.world import policy

ISSUER = "https://id.example.com"
MANAGERS = {"issuer": ISSUER, "group": "*", "role": "MANAGER"}
ADVISERS = {
    "issuer": ISSUER, "group": "s1-desk", "role": "ADVISER", "sites": ["s1"], "regions": ["r2"],
}  # fmt: skip
OPERATORS = {"issuer": ISSUER, "group": "ops", "role": "OPERATOR", "operator": "op-1"}


def of(*roles: dict[str, Any], **links: Any) -> Policy:
    return policy(board={"roles": roles, "links": links}, operators=("op-1",))


def refused(**board: Any) -> list[str]:
    with pytest.raises(UnusableFile) as caught:
        policy_in(parse_json(json.dumps({"version": "p1", "board": board}), "p.json"))
    return [each.partition(": ")[2] for each in caught.value.sentences]


def test_the_package_lets_nobody_in() -> None:
    board = default_policy().board

    assert (board.roles, board.links.revoked) == ((), ())
    assert (board.links.days_after_end, board.links.second_fact) == (30, SecondFact.VEHICLE)


def test_a_record_of_before_lets_nobody_in_either() -> None:
    record = default_policy().model_dump_json(exclude={"board"})

    assert policy_of_json(record).board == default_policy().board


def test_what_is_published_is_read_as_it_was_written() -> None:
    revoked = ({"escalation_id": "v1:1", "made_before": "2026-03-02T10:00:00Z"},)
    whole = of(MANAGERS, ADVISERS, OPERATORS, revoked=revoked, second_fact="NONE")

    assert policy_of_json(whole.model_dump_json()) == whole
    assert [each.role for each in whole.board.roles] == [
        BoardRole.MANAGER, BoardRole.ADVISER, BoardRole.OPERATOR,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "right"),
    [
        (MANAGERS | {"sites": ["s1"]}, "only ADVISER has sites"),
        (ADVISERS | {"sites": [], "regions": []}, "ADVISER needs sites or regions"),
        (
            {**OPERATORS, "operator": None},
            "OPERATOR needs operator: one of `operators`, as whom they act",
        ),
        (MANAGERS | {"operator": "op-1"}, "only OPERATOR has operator"),
        (OPERATORS | {"group": "*"}, "group * is for MANAGER alone, whom the directory knows"),
        (
            MANAGERS | {"issuer": "http://id.example.com"},
            "must be an issuer as OpenID Connect names it: https://...",
        ),
        (MANAGERS | {"role": "OWNER"}, "must be MANAGER, ADVISER, OPERATOR or AUDITOR"),
        (MANAGERS | {"group": ""}, "must not be empty"),
        (ADVISERS | {"sites": ["a b"]}, "must be 1 to 64 of A-Z a-z 0-9 . _ : -"),
    ],
)
def test_an_entry_that_means_nothing_is_refused(entry: dict[str, Any], right: str) -> None:
    (sentence,) = refused(roles=[entry])

    assert sentence.endswith(right)


def test_a_second_fact_is_one_of_those_that_there_are() -> None:
    (sentence,) = refused(links={"second_fact": "BIRTHDAY"})

    assert sentence.endswith("must be NONE or VEHICLE")


def test_diff_says_who_becomes_what() -> None:
    before, after = of(MANAGERS, OPERATORS), of(MANAGERS, ADVISERS)

    assert changes(before, after, {}) == (
        f"On the board who is in group ops of {ISSUER} is no longer OPERATOR, acting as op-1.",
        f"On the board who is in group s1-desk of {ISSUER} is ADVISER of sites s1 and regions r2.",
    )
    assert changes(of(), of(MANAGERS), {}) == (f"On the board whoever {ISSUER} knows is MANAGER.",)
    assert changes(of(MANAGERS, ADVISERS), of(ADVISERS, MANAGERS), {}) == (
        "The order of the roles on the board changes: of several that fit the first counts.",
    )


def test_diff_says_which_links_end() -> None:
    revoked = ({"escalation_id": "v1:1", "made_before": "2026-03-02T10:00:00Z"},)

    assert changes(of(), of(revoked=revoked), {}) == (
        "Links to case v1:1 made before 2026-03-02T10:00:00Z open nothing any more.",
    )
    assert changes(of(revoked=revoked), of(days_after_end=7), {}) == (
        "The time from the end of a case until its customer's links end goes from 30 to 7 days.",
        "Links to case v1:1 made before 2026-03-02T10:00:00Z are no longer revoked.",
    )


def test_lint_names_an_operator_of_the_board_whom_the_desk_does_not_know() -> None:
    known = [each for each in warnings(of(OPERATORS)) if "board" in each]
    (unknown,) = (
        each for each in warnings(of(OPERATORS | {"operator": "op-9"})) if "board" in each
    )

    assert known == []
    assert unknown == (
        "board.roles has an OPERATOR who acts as op-9, which is none of `operators`: "
        "they see all, and the desk refuses what they do"
    )
