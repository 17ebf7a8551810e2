"""What other systems write otherwise than the contract has it, and plainly mean.

Only what is out of its range is looked at: so what is written as the contract has it costs nothing.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from agents.core.languages import UNDETERMINED, bounded, tag_of
from agents.core.released import with_languages_bounded
from schemas.records.common import LANGUAGE

_LANGUAGE: Final = re.compile(LANGUAGE)
_CLOCK: Final = re.compile(r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::[0-9]{2}(?:\.[0-9]+)?)?")

Mend = Callable[[Any], Any]


def mended_check_in(plain: Any) -> Any:  # noqa: ANN401 - whatever JSON or Avro gave
    """A check-in with its language as a tag (`und` where it is none) and hours as `HH:MM`."""
    if not isinstance(plain, Mapping):
        return plain
    changed = {
        name: _clock_time(plain[name])
        for name in ("quiet_from", "quiet_until")
        if isinstance(plain.get(name), str)
    }
    if isinstance(plain.get("language"), str):
        changed["language"] = _tag(plain["language"])
    return {**plain, **changed}


def mended_response(plain: Any) -> Any:  # noqa: ANN401 - the same
    """A response whose wish has its language as a tag, and none where it is none."""
    wish = plain.get("wish") if isinstance(plain, Mapping) else None
    if not isinstance(wish, Mapping) or not isinstance(wish.get("language"), str):
        return plain
    tag = _tag(wish["language"])
    return {**plain, "wish": {**wish, "language": None if tag == UNDETERMINED else tag}}


def mended_decision(plain: Any) -> Any:  # noqa: ANN401 - the same
    """A disagreement of a version before, whose languages could be longer."""
    return with_languages_bounded(plain)


def mended_manager(plain: Any) -> Any:  # noqa: ANN401 - the same
    """A manager whom a version before published, likewise."""
    spoken = plain.get("languages") if isinstance(plain, Mapping) else None
    if not isinstance(spoken, list | tuple):
        return plain
    return {
        **plain,
        "languages": [bounded(each) if isinstance(each, str) else each for each in spoken],
    }


def _tag(text: str) -> str:
    """A tag that is too long is cut."""
    return bounded(text) if _LANGUAGE.search(text) else tag_of(text)


def _clock_time(text: str) -> str:
    """`07:00` of `7:00` and `07:00:00`; what is no time of day stays as it is."""
    found = _CLOCK.fullmatch(text)
    return f"{found['hour']:0>2}:{found['minute']}" if found else text


MENDS: Mapping[str, Mend] = {
    "service.check-ins": mended_check_in,
    "service.customer-responses": mended_response,
    "recourse.disagreements": mended_decision,
    "directory.managers": mended_manager,
}
"""By topic."""
