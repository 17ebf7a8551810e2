"""The places of a policy: which are in force, which are unchecked, and who says so."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agents.commands.reference_data.policy import app
from agents.core.policy import Policy
from agents.reference_data.files import parse
from agents.reference_data.policy_files import default_policy, policy_in, policy_of_json
from agents.reference_data.policy_warnings import warnings
from agents.reference_data.policy_words import changes

NEW = ("US-CO", "US-IL", "US-MD", "US-MN", "US-VA", "CA-QC", "DE", "ES", "FR", "GB")
CALIFORNIA = (
    "In California (US-CA) the limit of a rise is unchecked: neither the text of the source (Cal. "
    "Bus. & Prof. Code § 9884.9) nor an authority's page on it was read"
)
BRITISH = "policy; Consumer Rights Act 2015, s. 51, gives no number"


def policy(text: str) -> Policy:
    return policy_in(parse(text, "p.yaml"))


def source(of: Policy, country: str, place: str | None = None) -> str:
    return of.jurisdiction(country, place).authorisation_limit.source


def test_a_policy_on_the_topic_of_before_has_no_place_that_came_later() -> None:
    before = default_policy().model_dump(mode="json")
    for name in NEW:
        del before["jurisdictions"][name]
    for entry in before["jurisdictions"].values():
        for part in entry.values():
            part.pop("unchecked", None)
    read = policy_of_json(json.dumps(before))

    assert not set(NEW) & set(read.jurisdictions)
    assert source(read, "US", "US-CO") == source(read, "DE") == "policy"
    assert read.jurisdiction("US", "US-OH").authorisation_limit.percent == 10
    assert policy_of_json(default_policy().model_dump_json()) == default_policy()


def test_a_policy_puts_a_place_of_the_package_in_force_by_saying_so() -> None:
    said = policy("jurisdictions: {GB: {in_force: true}}")

    assert source(said, "GB") == BRITISH
    assert list(warnings(said)) == [
        CALIFORNIA,
        (
            "In United Kingdom (GB) the limit of a rise is unchecked: neither the text of the "
            f"source ({BRITISH}) nor an authority's page on it was read"
        ),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # what a file says itself is in force, as it was before the package knew the place
        ("jurisdictions: {GB: {authorisation_limit: {percent: 5, source: ours}}}", ("ours", 5)),
        ("jurisdictions: {GB: {authorisation_limit: {percent: 5}}}", (BRITISH, 5)),
        ("jurisdictions: {GB: {in_force: false, authorisation_limit: {percent: 5}}}",
         ("policy", 10)),
        ("jurisdictions: {GB: {}}", ("policy", 10)),
        ("{}", ("policy", 10)),
    ],
)  # fmt: skip
def test_what_a_file_says_of_a_place_is_in_force(text: str, found: tuple[str, int]) -> None:
    limit = policy(text).jurisdiction("GB", None).authorisation_limit

    assert (limit.source, limit.percent) == found


def test_a_limit_with_the_files_own_source_is_the_writers_to_check() -> None:
    own = policy("jurisdictions: {US-CA: {authorisation_limit: {source: our lawyer's letter}}}")
    doubted = policy("jurisdictions: {US-OH: {repeat_repair: {source: hearsay, unchecked: true}}}")

    assert list(warnings(own)) == []
    assert list(warnings(doubted)) == [
        CALIFORNIA,
        (
            "In Ohio (US-OH) the limits of repeated repairs are unchecked: neither the text of the "
            "source (hearsay) nor an authority's page on it was read"
        ),
    ]


def test_lint_says_what_is_unchecked_and_finds_the_file_right(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("version: mine\n", encoding="utf-8")

    done = CliRunner().invoke(app, ["lint", str(file)])

    assert (done.exit_code, done.stdout) == (0, f"{file} is right: policy mine.\n")
    assert done.stderr == f"{file}: {CALIFORNIA}.\n"


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            "jurisdictions: {FR: {in_force: true}}",
            [
                (
                    "In France (FR) the source of the limit of a rise goes from policy to policy; "
                    "art. 1103 C. civ. and art. L. 111-1 C. consom. give no number."
                ),
                "In France (FR) the source of the limit of a rise counts as unchecked.",
            ],
        ),
        (
            "jurisdictions: {US-CO: {in_force: false}}",
            [
                (
                    "In Colorado (US-CO) the limit of a rise goes from the lesser of an amount of "
                    "25 and 10 % of the base to the greater of an amount of 10 and 10 % of the "
                    "base, at most 50."
                ),
                (
                    "In Colorado (US-CO) the source of the limit of a rise goes from Colo. Rev. "
                    "Stat. § 42-9-105(1) to policy."
                ),
            ],
        ),
        (
            "jurisdictions: {US-FL: {repeat_repair: {unchecked: true}}}",
            [
                (
                    "In Florida (US-FL) the source of the limits of repeated repairs counts as "
                    "unchecked."
                )
            ],
        ),
    ],
)
def test_diff_says_what_comes_into_force_and_what_counts_as_unchecked(
    text: str, sentences: list[str]
) -> None:
    assert list(changes(default_policy(), policy(text), {})) == sentences
