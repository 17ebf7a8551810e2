"""Policies and directories as files again: what is published, for a person to edit."""

from decimal import Decimal
from enum import Enum
from typing import Any

from agents.core.policy import Policy
from agents.core.rfc3339 import text_of
from agents.core.world import Directory
from agents.records import codecs
from agents.reference_data.differences import differences
from agents.reference_data.directory_files import MANAGERS, SITES
from agents.reference_data.files import written
from agents.reference_data.policy_files import default_policy
from agents.reference_data.policy_words import value_in_words


def policy_as_file(policy: Policy) -> dict[str, Any]:
    """What a file must hold to mean this policy: its version, and what the package's has otherwise.

    Without its time: published again it takes the earliest.
    """
    aside = {"version", "effective_from"}
    before = default_policy().model_dump(exclude=aside)
    found: dict[str, Any] = {"version": policy.version}
    # What is read lies over the package's policy, so it has every key of it.
    for each in differences(before, policy.model_dump(exclude=aside)):
        below = found
        for part in each.place[:-1]:
            below = below.setdefault(str(part), {})
        below[str(each.place[-1])] = _plain(each.after)
    return found


def policy_as_yaml(policy: Policy) -> str:
    """The file of a policy, with what a person must know to publish it again."""
    begin = text_of(policy.effective_from_milliseconds)
    return (
        f"# Policy {policy.version}, published with effective_from {begin}: what differs from the "
        "package's.\n# To publish it again give it a version of its own.\n"
        + written(policy_as_file(policy))
    )


def next_policy_as_yaml(policy: Policy) -> str:
    """The file of a policy that is proposed as the pilot's next step."""
    return (
        "# The pilot's next step, by pilot.success of the policy in force. Compare it (recourse "
        "policy\n# diff), give it a version of your own, and publish it.\n"
        + written(policy_as_file(policy))
    )


def directory_as_file(directory: Directory) -> dict[str, list[dict[str, Any]]]:
    """The file that means this directory, without what is empty."""
    return {
        "sites": [_entry(SITES, directory.sites[key]) for key in sorted(directory.sites)],
        "managers": [
            _entry(MANAGERS, directory.managers[key]) for key in sorted(directory.managers)
        ],
    }


def _entry(topic: str, record: Any) -> dict[str, Any]:  # noqa: ANN401 - a record of the topic
    data: dict[str, Any] = codecs.to_json(topic, record)
    needed = {"hours", "shifts", "languages"}
    return {key: value for key, value in data.items() if value or value == 0 or key in needed}


def _plain(value: object) -> object:
    """A value in YAML's own types."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {str(_plain(key)): _plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int | float | None) else value_in_words(value)
