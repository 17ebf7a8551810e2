"""A customer as bytes: in the changelog, in a snapshot, and in memory while nothing happens to it.

Two bytes say the form, eight when something is due (ms), then MessagePack in an LZ4 block. What was
written before there was a form begins with a map, which no form does; it is read, and written anew
when its customer next changes.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from cramjam import lz4
from msgspec import inspect

from agents.core.customers.state import Customer
from agents.core.released import decoded, with_languages_bounded

_FORM = b"\xc1\x02"  # 0xc1 begins nothing in MessagePack
_HEAD = len(_FORM) + 8
_SIZE = 4  # of the block, before it, as LZ4 has it
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Customer)


def encode(customer: Customer) -> bytes:
    """A customer as it is kept."""
    due = customer.due_at.to_bytes(8, "big", signed=True)
    return b"".join((_FORM, due, lz4.compress_block(_encoder.encode(customer))))


def decode(value: bytes) -> Customer:
    """The customer in a value, of this form or without one.

    Raises:
        msgspec.DecodeError: it is neither.
    """
    if value.startswith(_FORM):
        return decoded(_decoder, lz4.decompress_block(value[_HEAD:]))
    return _released(value)


def size(value: bytes) -> int:
    """How long a value of this form is before it is compressed: what it costs to read (bytes)."""
    return int.from_bytes(value[_HEAD : _HEAD + _SIZE], "little")


def due_at(value: bytes) -> int:
    """When something is due for the customer in a value of this form (ms)."""
    return int.from_bytes(value[len(_FORM) : _HEAD], "big", signed=True)


def in_this_form(value: bytes) -> bytes:
    """A value read from a changelog, in this form whatever it was written in."""
    if value.startswith(_FORM) and len(value) > _HEAD:
        return value
    return encode(_released(value))


def _released(value: bytes) -> Customer:
    """A customer from before there was a form: all fields under their whole names."""
    data = _under_kept_names(inspect.type_info(Customer), msgspec.msgpack.decode(value))
    return msgspec.convert(with_languages_bounded(data), Customer)


def _under_kept_names(info: inspect.Type, data: Any) -> Any:  # noqa: ANN401 - what a value holds
    match info:
        case inspect.UnionType():
            of = next((each for each in info.types if not isinstance(each, inspect.NoneType)), info)
            return None if data is None else _under_kept_names(of, data)
        case inspect.StructType() if isinstance(data, Mapping):
            return _struct(info, data)
        case inspect.VarTupleType():
            return [_under_kept_names(info.item_type, each) for each in data]
        case inspect.DictType():
            return {key: _under_kept_names(info.value_type, data[key]) for key in data}
        case _:
            return data


def _struct(info: inspect.StructType, data: Mapping[str, Any]) -> Any:  # noqa: ANN401
    fields = [each for each in info.fields if each.name in data]
    if info.array_like:
        return [_under_kept_names(each.type, data[each.name]) for each in fields]
    return {each.encode_name: _under_kept_names(each.type, data[each.name]) for each in fields}
