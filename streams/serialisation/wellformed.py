"""Whether bytes are Avro of a schema, found out before anything is made of them.

fastavro takes a symbol's number of -1 for the last symbol, numbers of more than 64 bits, and counts
of entries that the bytes can't hold; and it follows a schema that holds itself until the stack is
used up. So the bytes are walked first: quick, without making anything, never past their end, and
what is wrong is said with its field and byte. Each value takes a byte at least, so the work is
bounded by the bytes.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn

from streams.serialisation.logical import LAID_ON, MUST_BE

Check = Callable[[bytes, int], int]
"""Walks over one value that begins at a byte; gives the byte after it."""

_LONGEST_NUMBER = 10  # bytes of a 64-bit number
_SHOWN_BYTES = 8


class Malformed(Exception):  # noqa: N818 - it says what the bytes are
    """The bytes are not Avro of the schema. `path` is the field, "" for the record itself."""

    def __init__(self, at: int, problem: str) -> None:
        self.at = at
        self.problem = problem
        self.path = ""
        super().__init__(problem)

    def within(self, step: str) -> None:
        """Says in which field or entry it happened; called from the inside out."""
        joint = "." if self.path and not self.path.startswith("[") else ""
        self.path = f"{step}{joint}{self.path}"

    def said(self, begin: int) -> str:
        """In one sentence; the record begins at this byte of the value."""
        byte = f"byte {begin + self.at}"
        return f"{f'{self.path} ({byte})' if self.path else byte}: {self.problem}"


class Unusable(Malformed):
    """Well formed, but written in another unit than the reader's."""

    def said(self, _: int = 0) -> str:
        """In one sentence; where in the bytes it lies says nothing here."""
        return f"{self.path} {self.problem}"


class Unbounded(Exception):  # noqa: N818 - it says what the schema is
    """A schema that lets a few bytes mean any number of values; the message says where."""


def check_of(parsed_schema: Any, *, texts: bool = False) -> Check:  # noqa: ANN401 - fastavro's
    """The check of a schema as fastavro parsed it. `texts`: strings must be UTF-8 too (slower).

    Raises:
        Unbounded: the schema holds itself, or has values that take no bytes.
    """
    return _compiled(parsed_schema, _text if texts else _octets, {})


def _compiled(part: Any, text: Check, named: dict[str, Check | None]) -> Check:  # noqa: ANN401
    if isinstance(part, list):
        return _union([_null if each == "null" else _compiled(each, text, named) for each in part])
    if isinstance(part, str):
        if part in _PRIMITIVES:
            return text if part == "string" else _PRIMITIVES[part]
        known = named.get(part)
        if known is None:
            reason = "holds itself" if part in named else "takes no bytes"
            raise Unbounded(f"{part} {reason}")
        return known
    if MUST_BE in part:
        return _unusable(part)
    match part["type"]:
        case "record" | "error" | "enum" | "fixed":
            named[part["name"]] = None
            found = named[part["name"]] = _named(part, text, named)
            return found
        case "array":
            return _blocks(_compiled(part["items"], text, named))
        case "map":
            return _blocks(_entry(text, _compiled(part["values"], text, named)))
        case inner:
            return _compiled(inner, text, named)


def _named(part: Mapping[str, Any], text: Check, named: dict[str, Check | None]) -> Check:
    match part["type"]:
        case "enum":
            return _enum(len(part["symbols"]))
        case "fixed" if part["size"]:
            return _fixed(part["size"])
        case "record" | "error" if part["fields"]:
            fields = part["fields"]
            return _record((each["name"], _compiled(each["type"], text, named)) for each in fields)
        case _:
            raise Unbounded(f"{part['name']} takes no bytes")


def _unusable(part: Mapping[str, Any]) -> Check:
    def unusable(_: bytes, at: int) -> NoReturn:
        raise Unusable(at, f"is written as {part[LAID_ON]}: must be {part[MUST_BE]}")

    return unusable


def _ends(at: int) -> NoReturn:
    raise Malformed(at, "the bytes end here, before the record does")


def octets(count: int) -> str:
    """`1 byte is` or `2 bytes are`."""
    return "1 byte is" if count == 1 else f"{count} bytes are"


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A zigzag number of at most 64 bits, and the byte after it."""
    shift = bits = 0
    for place in range(at, min(at + _LONGEST_NUMBER, len(data))):
        byte = data[place]
        bits |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 - Avro: the highest bit says that more follow
            if bits >> 64:
                break
            return (bits >> 1) ^ -(bits & 1), place + 1
        shift += 7
    if at + _LONGEST_NUMBER > len(data):
        _ends(len(data))
    shown = data[at : at + _SHOWN_BYTES].hex(" ")
    raise Malformed(at, f"the number that begins {shown} has more than 64 bits")


def _long(data: bytes, at: int) -> int:
    for place in range(at, at + _LONGEST_NUMBER - 1):
        if data[place] < 0x80:  # noqa: PLR2004 - as above
            return place + 1
    return _number(data, at)[1]


def _int(data: bytes, at: int) -> int:
    number, end = _number(data, at)
    if not -(2**31) <= number < 2**31:
        raise Malformed(at, f"{number} is no 32-bit number")
    return end


def _octets(data: bytes, at: int) -> int:
    first = data[at]
    if first < 0x80 and not first & 1:  # noqa: PLR2004 - a short length: nearly always
        start = at + 1
        end = start + (first >> 1)
    else:
        length, start = _number(data, at)
        if length < 0:
            raise Malformed(at, f"the length is {length}: must be 0 or more")
        end = start + length
    if end > len(data):
        raise Malformed(at, f"the length is {end - start}, but {octets(len(data) - start)} left")
    return end


def _text(data: bytes, at: int) -> int:
    end = _octets(data, at)
    _, start = _number(data, at)
    try:
        data[start:end].decode()
    except UnicodeDecodeError as error:
        shown = data[start + error.start : end][:_SHOWN_BYTES].hex(" ")
        raise Malformed(start + error.start, f"the text is not UTF-8 from {shown} on") from None
    return end


def _boolean(data: bytes, at: int) -> int:
    if data[at] > 1:
        raise Malformed(at, f"the boolean is {data[at]:02x}: must be 00 or 01")
    return at + 1


def _fixed(size: int) -> Check:
    def fixed(data: bytes, at: int) -> int:
        if at + size > len(data):
            _ends(len(data))
        return at + size

    return fixed


def _null(_: bytes, at: int) -> int:
    return at


_PRIMITIVES: Mapping[str, Check] = {
    "boolean": _boolean,
    "int": _int,
    "long": _long,
    "float": _fixed(4),
    "double": _fixed(8),
    "bytes": _octets,
    "string": _octets,
}


def _enum(symbols: int) -> Check:
    def enum(data: bytes, at: int) -> int:
        number, end = _number(data, at)
        if not 0 <= number < symbols:
            raise Malformed(at, f"the symbol's number is {number}: must be 0 to {symbols - 1}")
        return end

    return enum


def _union(branches: list[Check]) -> Check:
    checks = {2 * number: check for number, check in enumerate(branches[:64])}  # zigzag, one byte

    def union(data: bytes, at: int) -> int:
        check = checks.get(data[at])
        if check is not None:
            return check(data, at + 1)
        number, end = _number(data, at)
        if not 0 <= number < len(branches):
            raise Malformed(
                at, f"the branch of the union is {number}: must be 0 to {len(branches) - 1}"
            )
        return branches[number](data, end)

    return union


def _record(fields: Iterable[tuple[str, Check]]) -> Check:
    checks = tuple(fields)

    def record(data: bytes, at: int) -> int:
        name = ""
        try:
            for name, check in checks:  # noqa: B007 - read below
                at = check(data, at)
        except Malformed as problem:
            problem.within(name)
            raise
        except IndexError:
            ended = Malformed(len(data), "the bytes end here, before the record does")
            ended.within(name)
            raise ended from None
        return at

    return record


def _entry(text: Check, value: Check) -> Check:
    return lambda data, at: value(data, text(data, at))


def _blocks(item: Check) -> Check:
    """An array or a map: blocks of entries up to an empty one.

    Who claims more entries than bytes are left is not followed.
    """

    def blocks(data: bytes, at: int) -> int:
        position = 0
        while True:
            begin = at
            count, at = _number(data, at)
            if count == 0:
                return at
            size = None
            if count < 0:
                count = -count
                size, at = _number(data, at)
            if count > len(data) - at:
                left = len(data) - at
                claim = f"{count} entries are said to follow"
                raise Malformed(begin, f"{claim}, but {octets(left)} left")
            first = at
            try:
                for position in range(position, position + count):  # noqa: B007, B020 - goes on
                    at = item(data, at)
            except Malformed as problem:
                problem.within(f"[{position}]")
                raise
            position += 1
            if size is not None and at - first != size:
                raise Malformed(begin, f"a block is said to have {size} bytes: it has {at - first}")

    return blocks
