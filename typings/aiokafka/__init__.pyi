from typing import Any, NamedTuple

class TopicPartition(NamedTuple):
    topic: str
    partition: int

class AIOKafkaConsumer:
    _closed: bool
    _coordinator: Any
    _fetcher: Any
    start: Any
    def __init__(self, **settings: object) -> None: ...
    async def commit(self, offsets: dict[TopicPartition, int]) -> None: ...
    def seek(self, partition: TopicPartition, offset: int) -> None: ...
