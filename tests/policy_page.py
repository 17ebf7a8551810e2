"""docs/policy-numbers.md, made from the policy and what its numbers are: `make policy-numbers`."""

from pathlib import Path

from agents.reference_data.policy_files import default_policy
from agents.reference_data.policy_words import phrases

PAGE = Path(__file__).parents[1] / "docs" / "policy-numbers.md"
_TOP = """\
# The numbers of the policy

Each number that a policy may change, what it is, and what it is in the package's policy
([default.yaml](../agents/reference_data/policies/default.yaml)). How to change one:
[policy.md](policy.md); what follows from it: [domain.md](domain.md). The limits of a place
(`jurisdictions`) and the pilot's sites are tables of the file itself. Made by
`make policy-numbers`.

| number | what it is | the package's | unit |
|---|---|---|---|
"""


def page() -> str:
    policy = default_policy().model_dump(mode="json")
    rows = []
    for place, (phrase, unit) in phrases().items():
        value: object = policy
        for key in place:
            value = value.get(key) if isinstance(value, dict) else None
        rows.append(f"| `{'.'.join(place)}` | {phrase} | {_shown(value)} | {unit} |\n")
    return _TOP + "".join(rows)


def _shown(value: object) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case dict():
            return f"a table of {len(value)}"
        case list():
            return ", ".join(map(str, value))
        case _:
            return str(value)


if __name__ == "__main__":
    PAGE.write_text(page())
