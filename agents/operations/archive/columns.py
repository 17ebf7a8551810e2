"""The contract's records as columns of Parquet, and back.

A column a field, nested ones as structs, lists and maps; then where on Kafka the record lay. The
value as it was written is kept only where the columns do not say all: of JSON, of what is carried,
of what can't be read, and of what a schema wrote that is not of this version.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from io import BytesIO
from typing import Any, Final, NamedTuple

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from agents.records.codecs import Codecs, Undecodable
from agents.records.headers import TRACE, TRACE_STATE
from schemas.catalogue import TOPICS, schema
from streams.serialisation.framing import split
from streams.topology import Message

PARTITION: Final = "kafka_partition"
OFFSET: Final = "kafka_offset"
TIMESTAMP: Final = "kafka_timestamp"
KEY: Final = "kafka_key"
KEY_BYTES: Final = "kafka_key_bytes"
"""A key that is no UTF-8, else null."""
HEADERS: Final = "kafka_headers"
VALUE: Final = "kafka_value"
_MOMENT: Final = pa.timestamp("ms", "UTC")
PLACE: Final = (
    pa.field(PARTITION, pa.int32()),
    pa.field(OFFSET, pa.int64()),
    pa.field(TIMESTAMP, _MOMENT),
    pa.field(KEY, pa.string()),
    pa.field(KEY_BYTES, pa.binary()),
    pa.field(HEADERS, pa.list_(pa.struct([("name", pa.string()), ("content", pa.binary())]))),
    pa.field(VALUE, pa.binary()),
)
"""The columns that every file has."""
_PRIMITIVE: Final = {
    "string": pa.string(),
    "bytes": pa.binary(),
    "int": pa.int32(),
    "long": pa.int64(),
    "float": pa.float32(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
}
_LOGICAL: Final = {"timestamp-millis": _MOMENT, "date": pa.date32()}
_NOT_KEPT: Final = (TRACE, TRACE_STATE)
"""Headers of no use once the spans are gone; each is another, so they take the most room."""
_DAY_MS: Final = 86_400_000
_EPOCH: Final = date(1970, 1, 1).toordinal()
_COMPRESSION: Final = "zstd"


class Row(NamedTuple):
    """A record as it is kept: `plain` is None where the columns do not have it."""

    message: Message
    plain: dict[str, Any] | None
    keeps_value: bool


def day_of(timestamp: int) -> str:
    """The day (UTC) of epoch milliseconds, as 2026-03-02."""
    try:
        return date.fromordinal(_EPOCH + timestamp // _DAY_MS).isoformat()
    except (OverflowError, ValueError):
        return date.min.isoformat() if timestamp < 0 else date.max.isoformat()


@cache
def columns_of(topic: str) -> pa.Schema:
    """The columns of a topic's files."""
    name = TOPICS[topic].schema
    if name is None:
        return pa.schema(PLACE)
    record = _type_of(schema(name), {})
    return pa.schema([*record, *PLACE])


def _type_of(written: Any, named: dict[str, pa.DataType]) -> pa.DataType:  # noqa: ANN401 - JSON
    """Avro's type as Arrow's."""
    if isinstance(written, str):
        return named[written] if written in named else _PRIMITIVE[written]
    if isinstance(written, list):
        (inner,) = (each for each in written if each != "null")
        return _type_of(inner, named)
    if (logical := written.get("logicalType")) in _LOGICAL:
        return _LOGICAL[logical]
    match written["type"]:
        case "array":
            made = pa.list_(_type_of(written["items"], named))
        case "map":
            made = pa.map_(pa.string(), _type_of(written["values"], named))
        case "enum":
            made = named[written["name"]] = pa.string()
        case "record":
            fields = [(each["name"], _type_of(each["type"], named)) for each in written["fields"]]
            made = named[written["name"]] = pa.struct(fields)
        case inner:
            made = _type_of(inner, named)
    return made


class Rows:
    """Makes rows of records: decodes what can be."""

    def __init__(self, wire: Codecs) -> None:
        self._wire = wire
        self._says_all: dict[tuple[str, bytes], bool] = {}

    def row(self, message: Message) -> Row:
        """A record as it is kept."""
        value, topic = message.value, message.topic
        if value is None or TOPICS[topic].schema is None:
            return Row(message, None, keeps_value=True)
        try:
            record = self._wire.decode(topic, value)
        except Undecodable:
            return Row(message, None, keeps_value=True)
        plain = msgspec.to_builtins(record, builtin_types=(bytes, date))
        return Row(message, plain, keeps_value=not self._says_all_of(topic, value))

    def _says_all_of(self, topic: str, value: bytes) -> bool:
        """Whether the columns hold all that a value's schema can say."""
        head = value[:10] if value[:1] != b"\x00" else value[:5]
        found = self._says_all.get((topic, head))
        if found is None:
            framed = split(value)
            written = None if framed is None else self._wire.written_with(topic, framed)
            found = written is not None and _fits(written, schema(TOPICS[topic].schema or ""))
            self._says_all[topic, head] = found
        return found


def _fits(written: Any, read: Any) -> bool:  # noqa: ANN401 - JSON
    """Whether every field and symbol of a writer's schema is one of the reader's, at any depth."""
    return _names(written, "") <= _names(read, "")


def _names(part: Any, within: str) -> set[str]:  # noqa: ANN401 - JSON
    if isinstance(part, list):
        return {name for each in part for name in _names(each, within)}
    if not isinstance(part, Mapping):
        return set()
    found = {f"{within}={each}" for each in part.get("symbols", ())}
    for field in part.get("fields", ()):
        below = f"{within}.{field['name']}"
        found |= {below} | _names(field["type"], below)
    for inner in ("type", "items", "values"):
        found |= _names(part.get(inner), within)
    return found


def table_of(topic: str, rows: Sequence[Row]) -> pa.Table:
    """Rows of one topic as a table."""
    columns = columns_of(topic)
    fields = [each for each in columns if each.name not in _PLACE_NAMES]
    arrays: list[pa.Array] = []
    if fields:
        plains = pa.array([each.plain for each in rows], pa.struct(fields))
        arrays = list(plains.flatten())
    messages = [each.message for each in rows]
    keys = [_key(each.key) for each in messages]
    arrays += [
        pa.array([each.partition for each in messages], pa.int32()),
        pa.array([each.offset for each in messages], pa.int64()),
        pa.array([each.timestamp for each in messages], _MOMENT),
        pa.array([text for text, _ in keys], pa.string()),
        pa.array([octets for _, octets in keys], pa.binary()),
        pa.array([_headers(each) for each in messages], columns.field(HEADERS).type),
        pa.array([each.message.value if each.keeps_value else None for each in rows], pa.binary()),
    ]
    return pa.table(arrays, schema=columns)


_PLACE_NAMES: Final = frozenset(each.name for each in PLACE)


def _key(key: bytes | None) -> tuple[str | None, bytes | None]:
    if key is None:
        return None, None
    try:
        return key.decode(), None
    except UnicodeDecodeError:
        return None, key


def _headers(message: Message) -> list[dict[str, object]] | None:
    kept: list[dict[str, object]] = [
        {"name": name, "content": content}
        for name, content in message.headers
        if name not in _NOT_KEPT
    ]
    return kept or None


def parquet_of(table: pa.Table) -> bytes:
    """A table as a file."""
    out = BytesIO()
    pq.write_table(table, out, compression=_COMPRESSION, use_dictionary=True)
    return out.getvalue()


def table_in(content: bytes, columns: Sequence[str] | None = None) -> pa.Table:
    """The table in a file; only some of its columns, where they are there."""
    with pq.ParquetFile(pa.BufferReader(content)) as file:
        if columns is not None:
            known = set(file.schema_arrow.names)
            columns = [each for each in columns if each in known]
        return file.read(columns=columns, use_threads=False)


def together(tables: Iterable[pa.Table]) -> pa.Table:
    """Tables of one topic as one, in the order of partitions and offsets.

    What a schema has that another has not is null there.
    """
    one = pa.concat_tables(tables, promote_options="permissive")
    return one.sort_by([(PARTITION, "ascending"), (OFFSET, "ascending")])


class Kept(NamedTuple):
    """A record of the archive: `message` has a value only where it was kept."""

    message: Message
    record: msgspec.Struct | None


def records_in(topic: str, table: pa.Table) -> Iterator[Kept]:
    """The records of a topic's table, as they were read then.

    What stands in columns is made a record again; else the message has its value, if it had one.
    """
    names = set(table.column_names)
    place = [
        table.column(name).to_pylist() if name in names else [None] * len(table)
        for name in (PARTITION, OFFSET, KEY, KEY_BYTES, HEADERS, VALUE)
    ]
    stamps = table.column(TIMESTAMP).cast(pa.int64()).to_pylist()
    plains = _plains(topic, table)
    for plain, stamp, *row in zip(plains, stamps, *place, strict=True):
        partition, offset, key, octets, headers, value = row
        message = Message(
            topic=topic,
            partition=partition,
            offset=offset,
            timestamp=stamp,
            key=octets if key is None else key.encode(),
            value=value,
            headers=tuple((each["name"], each["content"]) for each in headers or ()),
        )
        yield Kept(message, plain)


def _plains(topic: str, table: pa.Table) -> Iterable[msgspec.Struct | None]:
    record = TOPICS[topic].record
    fields = [each for each in columns_of(topic) if each.name not in _PLACE_NAMES]
    if record is None or not fields:
        return [None] * len(table)
    required = {each.encode_name for each in msgspec.structs.fields(record) if each.required}
    columns = [
        table.column(each.name).cast(_plainly(each.type)).to_pylist(maps_as_pydicts="strict")
        if each.name in table.column_names
        else [None] * len(table)
        for each in fields
    ]
    names = [each.name for each in fields]
    return (
        None
        if all(each is None for name, each in zip(names, row, strict=True) if name in required)
        else msgspec.convert(dict(zip(names, row, strict=True)), record)
        for row in zip(*columns, strict=True)
    )


def _plainly(type_: pa.DataType) -> pa.DataType:
    """The same with moments as epoch milliseconds, at any depth."""
    if pa.types.is_timestamp(type_):
        return pa.int64()
    if pa.types.is_struct(type_):
        return pa.struct([(each.name, _plainly(each.type)) for each in type_])
    if pa.types.is_list(type_):
        return pa.list_(_plainly(type_.value_type))
    if pa.types.is_map(type_):
        return pa.map_(type_.key_type, _plainly(type_.item_type))
    return type_
