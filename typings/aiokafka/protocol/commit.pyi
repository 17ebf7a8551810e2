class OffsetCommitRequest:
    DEFAULT_RETENTION_TIME: int
    def __init__(
        self,
        consumer_group: str,
        generation: int,
        member_id: str,
        retention_time: int,
        topics: list[tuple[str, list[tuple[int, int, str]]]],
    ) -> None: ...
