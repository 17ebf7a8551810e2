"""What a policy's reader should know of numbers that do not go together."""

import pytest

from agents.reference_data.files import parse
from agents.reference_data.policy_files import policy_in
from agents.reference_data.policy_warnings import warnings


@pytest.mark.parametrize(
    ("said", "warned"),
    [
        ("{within_days: 29}", False),
        ("{within_days: 30}", False),
        ("{within_days: 31}", True),
        ("{within_days: 31, cases: 0}", False),
    ],
)
def test_lint_says_that_low_cases_are_kept_for_less_than_they_are_counted(
    said: str, warned: bool
) -> None:
    found = list(warnings(policy_in(parse(f"low_at_site: {said}", "p.yaml"))))
    expected = (
        "low_at_site.within_days is 31, and closed cases are kept for 30 days "
        "(kept.closed_escalation_days): those that ended before that are not counted"
    )

    assert (expected in found) is warned
    assert len([each for each in found if "low_at_site" in each]) == warned
