from collections.abc import Iterator
from typing import Any

READ_COMMITTED: int

class PartitionRecords:
    next_fetch_offset: int
    _tp: tuple[str, int]
    _records: Any
    _aborted_producers: set[int]
    _check_crcs: bool
    _isolation_level: int
    def _unpack_records(self) -> Iterator[Any]: ...
    def _consume_aborted_up_to(self, batch_offset: int) -> None: ...
    def _contains_abort_marker(self, next_batch: object) -> bool: ...

class FetchResult:
    _topic_partition: Any
    def check_assignment(self, tp: object) -> bool: ...
    def has_more(self) -> bool: ...
    def _update_position(self) -> None: ...

class Fetcher:
    _fetch_waiters: set[Any]
    _records: Any
    _proc_fetch_request: Any
    fetched_records: Any

    def _notify(self, future: object) -> None: ...
