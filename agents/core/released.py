"""State that a version before wrote, where today's ranges are narrower than those it had."""

from typing import Any, TypeVar

import msgspec

from agents.core.languages import LONGEST, bounded

S = TypeVar("S", bound=msgspec.Struct)


def decoded(decoder: msgspec.msgpack.Decoder[S], data: Any) -> S:  # noqa: ANN401 - of bytes
    """The record in MessagePack; a language that an older version kept longer is cut.

    Raises:
        msgspec.DecodeError: it is none, of whatever version.
    """
    try:
        return decoder.decode(data)
    except msgspec.ValidationError:
        plain = msgspec.msgpack.decode(data)
        mended = with_languages_bounded(plain)
        if mended == plain:
            raise
        found: S = msgspec.convert(mended, decoder.type)
        return found


def with_languages_bounded(plain: Any) -> Any:  # noqa: ANN401 - plain data of any record
    """Plain data with each field `language` in at most 35 characters."""
    if isinstance(plain, list | tuple):
        return [with_languages_bounded(each) for each in plain]
    if not isinstance(plain, dict):
        return plain
    return {
        name: bounded(value)
        if name == "language" and isinstance(value, str) and len(value) > LONGEST
        else with_languages_bounded(value)
        for name, value in plain.items()
    }
