"""Policies to compare the demo's with."""

import msgspec

from agents.core.policy import Policy
from agents.reference_data.policy_files import policy_of_json
from agents.reference_data.reference import POLICIES
from agents.simulation.demo.machine import reference_records


def policy(**changed: object) -> Policy:
    """The demo's, as it is published, with these numbers (`throttle__limit=1`)."""
    (published,) = (value for topic, _, value in reference_records() if topic == POLICIES)
    plain = msgspec.json.decode(published or b"")
    for name, value in changed.items():
        place, *names = name.split("__")
        below = plain[place]
        for each in names[:-1]:
            below = below[each]
        below[names[-1]] = value
    return policy_of_json(msgspec.json.encode(plain | {"version": "beside"}))


STRICT = policy(throttle__limit=1, throttle__per_day=1)
