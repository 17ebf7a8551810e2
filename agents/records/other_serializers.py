"""What a value that can't be read shows of the serializer that wrote it, for who has to set it."""

from streams.serialisation.framing import CONFLUENT
from streams.topology import Message

_FOUR_BYTES = "apicurio.registry.id-handler=io.apicurio.registry.serde.Legacy4ByteIdHandler"
_APICURIO = f"apicurio.registry.headers.enabled=false and {_FOUR_BYTES}"
_CONFLUENT = (
    "value.schema.id.serializer=io.confluent.kafka.serializers.schema.id.PrefixSchemaIdSerializer"
)
_BY_HEADER = {
    "apicurio.value.globalId": _APICURIO,
    "apicurio.value.contentId": _APICURIO,
    "apicurio.value.contentHash": _APICURIO,
    "__value_schema_id": _CONFLUENT,
}
"""Headers that hold a schema's id, and the settings that put it before the value."""
_EIGHT_BYTES = CONFLUENT + bytes(4)


def setting_for(message: Message) -> str:
    """The end of a dead letter's detail that names the producer's setting; empty: none is seen.

    A schema's id is read where it stands before the value, in 4 bytes, and nowhere else.
    """
    for name, _ in message.headers:
        if name in _BY_HEADER:
            return f"; its schema's id is in the header {name}: set {_BY_HEADER[name]}"
    if (message.value or b"").startswith(_EIGHT_BYTES):
        return f"; its schema's id seems to have 8 bytes, as Apicurio writes it: set {_FOUR_BYTES}"
    return ""
