"""The strings in a table, at any depth, each with the row that it stands in."""

from collections.abc import Iterator
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc


class Leaves(NamedTuple):
    """Strings or bytes of one field (`a.b`: field b of a), and the row of each."""

    name: str
    values: pa.Array
    rows: pa.Array


def leaves(table: pa.Table) -> Iterator[Leaves]:
    """All of a table."""
    rows = pa.array(range(len(table)), pa.int64())
    for name, column in zip(table.column_names, table.combine_chunks().columns, strict=True):
        for chunk in column.chunks:
            yield from _below(name, chunk, rows)


def _below(name: str, array: pa.Array, rows: pa.Array) -> Iterator[Leaves]:
    if pa.types.is_struct(array.type):
        for field, part in zip(array.type, array.flatten(), strict=True):
            yield from _below(f"{name}.{field.name}", part, rows)
    elif pa.types.is_map(array.type):
        for part in (array.keys, array.items):
            yield from _below(name, pa.ListArray.from_arrays(array.offsets, part), rows)
    elif pa.types.is_list(array.type):
        parents = pc.list_parent_indices(array)
        yield from _below(name, pc.list_flatten(array), rows.take(parents))
    elif pa.types.is_string(array.type) or pa.types.is_binary(array.type):
        yield Leaves(name, array, rows)
