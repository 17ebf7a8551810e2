from typing import Any

class DefaultRecordBatchBuilder:
    append: Any
    build: Any
    def __init__(self, *settings: object, **named: object) -> None: ...
