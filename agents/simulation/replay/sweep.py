"""A policy with one of its numbers changed, value by value."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Self

import msgspec

from agents.core.policy import Policy
from agents.reference_data.files import UnusableFile
from agents.reference_data.policy_files import policy_of_json


class Sweep(msgspec.Struct, frozen=True, kw_only=True):
    """Which number, and what it is to be."""

    key: str
    values: tuple[object, ...]

    @classmethod
    def of(cls, text: str) -> Self:
        """Of `throttle.limit=2,3,5`.

        Raises:
            UnusableFile: it is not of that form.
        """
        key, is_there, values = text.partition("=")
        found = tuple(_value(each.strip()) for each in values.split(",") if each.strip())
        if not is_there or not key or not found:
            raise UnusableFile([f"--sweep is {text!r}: must be KEY=V1,V2, as throttle.limit=2,3,5"])
        return cls(key=key, values=found)


def _value(text: str) -> object:
    """A number, as JSON has them; else a word."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text


def swept(sweep: Sweep) -> Mapping[str, Callable[[Policy], Policy]]:
    """By what is changed, as `throttle.limit=2`, what makes such a policy of another one.

    They raise UnusableFile: there is no such number, or it can't have such a value.
    """
    return {
        f"{sweep.key}={_text(each)}": partial(_with, key=sweep.key, value=each)
        for each in sweep.values
    }


def _text(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _with(policy: Policy, key: str, value: object) -> Policy:
    plain = msgspec.json.decode(policy.model_dump_json(by_alias=True))
    *path, name = key.split(".")
    part = plain
    for each in path:
        part = part.get(each) if isinstance(part, dict) else None
    if not isinstance(part, dict) or name not in part:
        raise UnusableFile([f"{key}: the policy has no such number (docs/policy.md has them)"])
    part[name] = value
    return policy_of_json(msgspec.json.encode(plain))
