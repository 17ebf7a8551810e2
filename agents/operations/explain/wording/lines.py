"""The records in a file of `recourse simulate`'s output."""

from collections.abc import Iterable, Iterator

import msgspec

from agents.operations.explain.story import TOLD, Record
from agents.records import codecs


class NotOutput(Exception):  # noqa: N818 - it says what the file is not
    """A line is none that `simulate` writes; the message says which and why."""


class _Line(msgspec.Struct, frozen=True):
    topic: str
    value: msgspec.Raw


def records_in(texts: Iterable[bytes], name: str) -> Iterator[Record]:
    """The records that stories are told from, in the order of the lines of the file `name`.

    Raises:
        NotOutput: a line is not one of simulate's.
    """
    decoder = msgspec.json.Decoder(_Line)
    for number, text in enumerate(texts, 1):
        if not text.strip():
            continue
        try:
            line = decoder.decode(text)
            if line.topic in TOLD:
                value = msgspec.json.decode(line.value)
                record = codecs.from_json(line.topic, value)
                yield record  # type: ignore[misc]  # of a topic in TOLD: one of Record
        except msgspec.DecodeError as error:
            raise NotOutput(
                f"{name}, line {number}: not a line of `recourse simulate`'s output: {error}"
            ) from error
        except codecs.Undecodable as error:
            raise NotOutput(f"{name}, line {number}: {error.detail}") from error
