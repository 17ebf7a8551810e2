"""Tokens as aiokafka asks for them: for each connection, in its event loop."""

import asyncio

from aiokafka.abc import AbstractTokenProvider
from aiokafka.errors import KafkaConnectionError

from streams import tokens
from streams.access import access
from streams.errors import ConfigurationError


class TokenProvider(AbstractTokenProvider):
    """Asks the settings anew each time: a secret that was changed counts from then on."""

    async def token(self) -> str:
        """A token that lasts; where there is none it fails as when a broker is away."""
        try:
            return (await asyncio.to_thread(_token)).value
        except ConfigurationError as error:
            raise KafkaConnectionError(str(error)) from error

    def extensions(self) -> dict[str, str]:
        """What goes along with it."""
        return access().extensions


def _token() -> tokens.Token:
    return tokens.token(access().token_client())
