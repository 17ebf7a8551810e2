"""Where Kafka is, as people write it, in the one form that both clients take alike.

librdkafka takes a protocol before the host and commas at the end, aiokafka does not: what only one
of them understands would start a worker that never works.
"""

import re

from streams.errors import ConfigurationError

PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
_RIGHT = "must be host:port, several with commas"
_HOST = r"[^\s:/@\[\]\"']+|\[[0-9A-Fa-f:.]+(?:%[A-Za-z0-9._-]+)?\]"
_SERVER = re.compile(rf"(?:{_HOST}):(?P<port>[0-9]{{1,5}})")
_BARE_IPV6 = re.compile(r"[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]+")
_WITH_PROTOCOL = re.compile(r"(?P<protocol>[A-Za-z0-9_+.-]*)://(?P<rest>.*)")
_MOST_PORT = 65_535


def normalised(text: str, security_protocol: str) -> str:
    """The servers as `host:port,host:port`: without spaces, empty entries and their protocol.

    A protocol before a host must be `security_protocol`: it is what both clients will speak.

    Raises:
        ValueError: what would be right.
    """
    servers = [_server(each.strip(), security_protocol) for each in text.split(",") if each.strip()]
    if not servers:
        raise ValueError(_RIGHT)
    return ",".join(servers)


def configured(text: str, security_protocol: str) -> str:
    """The same, of a command's option or its setting.

    Raises:
        ConfigurationError: one sentence.
    """
    try:
        return normalised(text, security_protocol)
    except ValueError as error:
        raise ConfigurationError(
            f"RECOURSE_BOOTSTRAP_SERVERS (or --bootstrap-servers) is {without_secrets(text)!r}: "
            f"{error}"
        ) from None


def without_secrets(address: str) -> str:
    """An address as a sentence may have it: without what stands before an `@` or behind a `?`.

    `user:password@host` is how addresses are given elsewhere; it counts where it is mistyped, too.
    """
    place, asked, _ = address.partition("?")
    before, at, host = place.rpartition("@")
    scheme = before.partition("://")[0] + "://" if "://" in before else ""
    return (f"{scheme}...@{host}" if at else place) + ("?..." if asked else "")


def are_the_same(one: str, other: str) -> bool:
    """Whether both mean the same servers, whatever their order and protocol."""
    return _without_protocol(one) == _without_protocol(other)


def _without_protocol(text: str) -> set[str]:
    return {each.strip().rpartition("://")[2].lower() for each in text.split(",") if each.strip()}


def _server(text: str, security_protocol: str) -> str:
    with_protocol = _WITH_PROTOCOL.fullmatch(text)
    if with_protocol is not None:
        _check_protocol(with_protocol["protocol"], security_protocol)
        text = with_protocol["rest"]
    found = _SERVER.fullmatch(text)
    if found is None:
        if _BARE_IPV6.fullmatch(text):
            raise ValueError(f"{_RIGHT}; an address of IPv6 stands in brackets, such as [::1]:9092")
        raise ValueError(_RIGHT)
    if not 0 < int(found["port"]) <= _MOST_PORT:
        raise ValueError(f"{_RIGHT}; a port is 1 to {_MOST_PORT}")
    return text


def _check_protocol(written: str, security_protocol: str) -> None:
    if written.upper() not in PROTOCOLS:
        raise ValueError(f"{_RIGHT}, without {written}://")
    if written.upper() != security_protocol:
        raise ValueError(
            f"{written.upper()}:// says otherwise than RECOURSE_SECURITY_PROTOCOL, which is "
            f"{security_protocol}: must be the same, or host:port alone"
        )
