class ConsumerProtocolMemberMetadata:
    subscription: list[str]
    user_data: bytes
    def __init__(self, version: int, subscription: list[str], user_data: bytes) -> None: ...

class ConsumerProtocolMemberAssignment:
    assignment: list[tuple[str, list[int]]]
    def __init__(
        self, version: int, assignment: list[tuple[str, list[int]]], user_data: bytes
    ) -> None: ...
