"""What stage insights should come to, by a query (`tests/site_days.sql`) over all records."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb

from tests.site_day_recount import Counts

_QUERY = Path(__file__).with_name("site_days.sql")


def queried(records: Iterable[tuple[str, bytes]], zones: Mapping[str, str]) -> Counts:
    """The counts of records (topic, and the value as JSON) that are there once each."""
    found: Counts = defaultdict(Counter)
    with duckdb.connect() as database:
        database.execute("SET threads = 1")
        database.execute("CREATE TABLE raw (topic VARCHAR, value JSON)")
        database.execute("CREATE TABLE zones (site VARCHAR, zone VARCHAR)")
        rows = [(topic, value.decode()) for topic, value in records]
        for table, content in (("raw", rows), ("zones", list(zones.items()))):
            if content:
                columns = [list(column) for column in zip(*content, strict=True)]
                database.execute(f"INSERT INTO {table} SELECT unnest(?), unnest(?)", columns)
        database.execute(_QUERY.read_text())
        for *place, name, count in database.fetchall():
            site, region, day, arm, share, manager = place
            found[site, region, day, arm, share, manager][name] = count
    return dict(found)
