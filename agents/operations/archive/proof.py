"""Where a customer's id still stands in an archive: every file that lies there is looked at.

Files that no manifest names count, too: they lie there.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple

import pyarrow.compute as pc

from agents.operations.archive.columns import table_in
from agents.operations.archive.leaves import leaves
from agents.operations.archive.stores import MANIFEST, Store

_IN_AN_ID: Final = b"[A-Za-z0-9_-]"


class Looked(NamedTuple):
    """How many rows were looked at, and by topic how many hold the id."""

    rows: int
    found: Counter[str]


def looked_for(store: Store, customer_id: str) -> Looked:
    """Looks for an id as a word of its own in every string of every file.

    Raises:
        StoreFailed: the archive can't be read.
    """
    octets = customer_id.encode()
    word = re.compile(b"(?<!" + _IN_AN_ID + b")" + re.escape(octets) + b"(?!" + _IN_AN_ID + b")")
    rows, found = 0, Counter[str]()
    if word.search(store.manifest() or b""):
        found[MANIFEST] += 1
    for path in store.paths():
        topic = path.partition("/")[0]
        content = _there(store, path)
        if content is None:
            continue
        try:
            table = table_in(content)
        except (ValueError, OSError):  # what was never whole: its bytes are all there is to ask
            found[topic] += word.search(content) is not None
            continue
        rows += len(table)
        hit = set[int]()
        for each in leaves(table):
            near = pc.fill_null(pc.match_substring(each.values, octets), False)
            hit |= set(_words(word, each.rows.filter(near), each.values.filter(near)))
        found[topic] += len(hit)
    return Looked(rows, +found)


def _there(store: Store, path: str) -> bytes | None:
    try:
        return store.get(path)
    except FileNotFoundError:  # replaced meanwhile
        return None


def _words(word: re.Pattern[bytes], rows: object, values: object) -> Iterator[int]:
    pairs = zip(rows.to_pylist(), values.to_pylist(), strict=True)  # type: ignore[attr-defined]
    for row, value in pairs:
        if word.search(value.encode() if isinstance(value, str) else value):
            yield row
