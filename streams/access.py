"""How this process is known to Kafka and to the registry: TLS, SASL, and where the secrets are.

A secret is given in a setting, or in a file that a setting names (a mounted secret). Nothing shows
it: not a log line, not an error, not `--help`, not /metrics.
"""

import os
import re
import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from streams.errors import ConfigurationError

if TYPE_CHECKING:
    from streams import tokens

PREFIX = "RECOURSE_"
WITH_TLS = ("SSL", "SASL_SSL")
WITH_SASL = ("SASL_PLAINTEXT", "SASL_SSL")
BY_TOKEN = "OAUTHBEARER"  # noqa: S105 - a mechanism
_SECRETS = ("sasl_password", "oauth_client_secret", "registry_password")
_EXTENSION = re.compile(r"[A-Za-z]+=[\x21-\x2b\x2d-\x7e]+")
_LOCAL = ("localhost", "127.0.0.1", "::1")


class Access(BaseSettings):
    """What Kafka and the registry are shown, and what of them is believed."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_SSL", "SASL_PLAINTEXT"] = "PLAINTEXT"
    """How Kafka is spoken to."""
    sasl_mechanism: Literal["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN", "OAUTHBEARER"] = (
        "SCRAM-SHA-512"
    )
    """How the brokers are shown who this is: by a password, or by a token (OAUTHBEARER)."""
    sasl_username: Annotated[str | None, Field(min_length=1)] = None
    """Who this process is for Kafka."""
    sasl_password: SecretStr | None = None
    """Its password; better in a file."""
    sasl_password_file: Path | None = None
    """The file that holds the password."""
    sasl_without_tls: bool = False
    """Whether SASL_PLAINTEXT is meant: what is sent can then be read on the way."""
    oauth_token_url: str | None = None
    """Where OAUTHBEARER has its tokens from: https://..., by client credentials."""
    oauth_client_id: Annotated[str | None, Field(min_length=1)] = None
    """Who this process is there."""
    oauth_client_secret: SecretStr | None = None
    """Its secret; better in a file."""
    oauth_client_secret_file: Path | None = None
    """The file that holds the secret."""
    oauth_scope: Annotated[str | None, Field(min_length=1)] = None
    """What a token is asked for, where the endpoint wants to know; several with spaces."""
    oauth_extensions: Annotated[str | None, Field(min_length=1)] = None
    """What brokers want beside a token: name=value, several with commas."""
    oauth_ca_file: Path | None = None
    """PEM: who vouches for the token endpoint; without it the system's list."""
    tls_ca_file: Path | None = None
    """PEM: who vouches for the brokers; without it the system's list."""
    tls_certificate_file: Path | None = None
    """PEM: this process's own certificate, where the brokers ask for one."""
    tls_key_file: Path | None = None
    """PEM: the key of that certificate."""
    tls_key_password_file: Path | None = None
    """The file that holds the password of that key, if it has one."""
    registry_username: Annotated[str | None, Field(min_length=1)] = None
    """Who this process is for the registry (basic auth)."""
    registry_password: SecretStr | None = None
    """Its password; better in a file."""
    registry_password_file: Path | None = None
    """The file that holds the registry's password."""
    registry_ca_file: Path | None = None
    """PEM: who vouches for the registry; without it the system's list."""

    @model_validator(mode="after")
    def _know_each_other(self) -> Self:
        protocol = self.security_protocol
        for name in _SECRETS:
            if getattr(self, name) is not None and getattr(self, f"{name}_file") is not None:
                raise ValueError(f"{name.upper()} and its _FILE are both set: set one of them")
        for name in (each for each in type(self).model_fields if each.endswith("_file")):
            _readable(name, getattr(self, name))
        if protocol in WITH_SASL:
            self._says_who_it_is()
        elif self.sasl_username is not None or _secret(self, "sasl_password") is not None:
            raise ValueError(f"SASL_USERNAME needs SECURITY_PROTOCOL=SASL_SSL: it is {protocol}")
        if not self.by_token and (given := self._of_tokens()):
            raise ValueError(
                f"{given[0].upper()} needs SECURITY_PROTOCOL=SASL_SSL and "
                f"SASL_MECHANISM={BY_TOKEN}: they are {protocol} and {self.sasl_mechanism}"
            )
        if protocol == "SASL_PLAINTEXT" and not self.sasl_without_tls:
            raise ValueError(
                "SECURITY_PROTOCOL=SASL_PLAINTEXT sends everything readable: must be SASL_SSL, "
                "or RECOURSE_SASL_WITHOUT_TLS=true says that it is meant"
            )
        self._files_fit_together()
        return self

    def _says_who_it_is(self) -> None:
        protocol = self.security_protocol
        if self.by_token:
            self._tokens_can_be_had()
        elif self.sasl_username is None or _secret(self, "sasl_password") is None:
            raise ValueError(
                f"SECURITY_PROTOCOL={protocol} needs SASL_USERNAME and SASL_PASSWORD_FILE"
            )

    def _of_tokens(self) -> list[str]:
        """The settings of tokens that are given."""
        names = [each for each in type(self).model_fields if each.startswith("oauth_")]
        return [each for each in names if getattr(self, each) is not None]

    def _tokens_can_be_had(self) -> None:
        if self.sasl_username is not None or _secret(self, "sasl_password") is not None:
            raise ValueError(
                f"SASL_USERNAME is of a password, SASL_MECHANISM={BY_TOKEN} of a token: set one"
            )
        needed = (self.oauth_token_url, self.oauth_client_id, _secret(self, "oauth_client_secret"))
        if None in needed:
            raise ValueError(
                f"SASL_MECHANISM={BY_TOKEN} needs OAUTH_TOKEN_URL, OAUTH_CLIENT_ID and "
                "OAUTH_CLIENT_SECRET_FILE"
            )
        _check_token_url(str(self.oauth_token_url), without_tls=self.sasl_without_tls)
        for each in (self.oauth_extensions or "").split(",") if self.oauth_extensions else ():
            if not _EXTENSION.fullmatch(each) or each.startswith("auth="):
                raise ValueError("OAUTH_EXTENSIONS must be name=value, several with commas")

    def _files_fit_together(self) -> None:
        if self.security_protocol not in WITH_TLS and self.tls_ca_file is not None:
            raise ValueError(
                f"TLS_CA_FILE needs SECURITY_PROTOCOL=SSL or SASL_SSL: it is "
                f"{self.security_protocol}"
            )
        if (self.tls_certificate_file is None) != (self.tls_key_file is None):
            raise ValueError("TLS_CERTIFICATE_FILE and TLS_KEY_FILE go together: set both")
        if (self.registry_username is None) != (_secret(self, "registry_password") is None):
            raise ValueError("REGISTRY_USERNAME and REGISTRY_PASSWORD_FILE go together: set both")

    @property
    def by_token(self) -> bool:
        """Whether the brokers are shown a token and no password."""
        return self.security_protocol in WITH_SASL and self.sasl_mechanism == BY_TOKEN

    @property
    def who(self) -> str:
        """As who this process comes, for a sentence."""
        return (self.oauth_client_id if self.by_token else self.sasl_username) or (
            "a nameless client"
        )

    @property
    def extensions(self) -> dict[str, str]:
        """What goes to the brokers beside a token."""
        pairs = self.oauth_extensions.split(",") if self.oauth_extensions else ()
        return {name: value for name, _, value in (each.partition("=") for each in pairs)}

    def token_client(self) -> "tokens.Client":
        """Who asks for tokens; where `by_token` alone."""
        from streams import tokens  # noqa: PLC0415 - most have a password

        secret = _secret(self, "oauth_client_secret")
        assert self.oauth_token_url is not None, "looked at, above"
        assert self.oauth_client_id is not None, "looked at, above"
        assert secret is not None, "looked at, above"
        return tokens.Client(
            url=self.oauth_token_url,
            client_id=self.oauth_client_id,
            secret=secret,
            scope=self.oauth_scope,
            ca_file=None if self.oauth_ca_file is None else str(self.oauth_ca_file),
        )

    @property
    def secret(self) -> str | None:
        """The password for Kafka."""
        return _secret(self, "sasl_password")

    def for_librdkafka(self) -> dict[str, Any]:
        """The settings of a confluent-kafka client.

        Raises:
            ConfigurationError: a certificate or key can't be used, or no token is to be had;
                librdkafka would only fail.
        """
        if self.security_protocol == "PLAINTEXT":
            return {}
        if self.security_protocol in WITH_TLS and (self.tls_ca_file or self.tls_certificate_file):
            self._ssl_context()
        given = {
            "security.protocol": self.security_protocol,
            "ssl.ca.location": self.tls_ca_file,
            "ssl.certificate.location": self.tls_certificate_file,
            "ssl.key.location": self.tls_key_file,
            "ssl.key.password": _line(self.tls_key_password_file),
        }
        if self.security_protocol in WITH_SASL:
            given |= {
                "sasl.mechanism": self.sasl_mechanism,
                "sasl.username": self.sasl_username,
                "sasl.password": self.secret,
            }
        known: dict[str, Any] = {k: str(v) for k, v in given.items() if v is not None}
        if self.by_token:
            # Asked here, too: the client itself waits ten seconds for one, and can't say why.
            _as_librdkafka_asks("")
            known["oauth_cb"] = _as_librdkafka_asks
        return known

    def for_aiokafka(self) -> dict[str, Any]:
        """The arguments of an aiokafka client."""
        given: dict[str, Any] = {"security_protocol": self.security_protocol}
        if self.security_protocol in WITH_TLS:
            given["ssl_context"] = self._ssl_context()
        if self.by_token:
            from streams.transport.bearer import TokenProvider  # noqa: PLC0415 - it asks us

            given |= {
                "sasl_mechanism": self.sasl_mechanism,
                "sasl_oauth_token_provider": TokenProvider(),
            }
        elif self.security_protocol in WITH_SASL:
            given |= {
                "sasl_mechanism": self.sasl_mechanism,
                "sasl_plain_username": self.sasl_username,
                "sasl_plain_password": self.secret,
            }
        return given

    def for_registry(self) -> dict[str, str]:
        """The settings of a registry's client."""
        given = {}
        if self.registry_username is not None:
            password = _secret(self, "registry_password")
            given["basic.auth.user.info"] = f"{self.registry_username}:{password}"
        if self.registry_ca_file is not None:
            given["ssl.ca.location"] = str(self.registry_ca_file)
        return given

    def _ssl_context(self) -> ssl.SSLContext:
        try:
            context = ssl.create_default_context(cafile=self.tls_ca_file)
        except (ssl.SSLError, OSError) as error:
            raise ConfigurationError(
                f"{PREFIX}TLS_CA_FILE (environment) is {str(self.tls_ca_file)!r}: must be "
                "certificates in PEM"
            ) from error
        # From 3.13 on Python asks for more than RFC 5280 lets one ask of a company's own authority,
        # and more than librdkafka does: a file that one client takes, both take.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        if self.tls_certificate_file is not None:
            try:
                context.load_cert_chain(
                    self.tls_certificate_file,
                    self.tls_key_file,
                    # Never None: OpenSSL would ask at the terminal.
                    _line(self.tls_key_password_file) or "",
                )
            except (ssl.SSLError, OSError) as error:
                raise ConfigurationError(
                    f"{PREFIX}TLS_CERTIFICATE_FILE, TLS_KEY_FILE, TLS_KEY_PASSWORD_FILE "
                    "(environment): must be a certificate and its own key in PEM"
                ) from error
        return context


def access() -> Access:
    """This process's, from the environment as it is now: nothing is kept for who asks next.

    Whoever makes a client asks once for each client, so a password that was changed counts.

    Raises:
        ConfigurationError: one sentence, without any secret.
    """
    try:
        return Access()
    except ValidationError as error:
        problem = error.errors()[0]
        name = "_".join(str(each) for each in problem["loc"]).upper()
        text = problem["msg"].removeprefix("Value error, ")
        where = f"{PREFIX}{name} (environment): " if name else PREFIX
        raise ConfigurationError(f"{where}{text}") from None


def _as_librdkafka_asks(config: str) -> tuple[str, float, str, dict[str, str]]:
    """Token, until when it lasts (seconds since 1970), who, and what goes along.

    In a thread of librdkafka's, at the beginning and when a fifth of a token's time is left.
    """
    from streams import tokens  # noqa: PLC0415 - most have a password

    del config  # what is asked for stands in our own settings, as they are now
    known = access()
    had = tokens.token(known.token_client())
    return had.value, had.until, known.who, known.extensions


def _check_token_url(url: str, *, without_tls: bool) -> None:
    """Raises: ValueError, without the address where it may hold a secret."""
    if "@" in url or "?" in url or "#" in url:
        raise ValueError(
            "OAUTH_TOKEN_URL: no name, password or question may stand in it: set OAUTH_CLIENT_ID "
            "and OAUTH_CLIENT_SECRET_FILE"
        )
    if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", url):
        raise ValueError("OAUTH_TOKEN_URL must be https://HOST, with a port and a path or not")
    local = urlsplit(url).hostname in _LOCAL
    if url.startswith("http:") and not local and not without_tls:
        raise ValueError(
            f"OAUTH_TOKEN_URL is {url!r}: the secret could be read on the way, so it must be "
            "https://, or RECOURSE_SASL_WITHOUT_TLS=true says that it is meant"
        )


def _secret(of: Access, name: str) -> str | None:
    given: SecretStr | None = getattr(of, name)
    return _line(getattr(of, f"{name}_file")) if given is None else given.get_secret_value()


def _line(path: Path | None) -> str | None:
    """What a file holds, without the line's end that editors add."""
    return None if path is None else path.read_text(encoding="utf-8").rstrip("\r\n")


def _readable(name: str, path: Path | None) -> None:
    if path is None:
        return
    problem = None
    if not path.is_file():
        problem = "there is no such file"
    elif not os.access(path, os.R_OK):
        problem = "this process may not read it"
    elif name.endswith(("password_file", "secret_file")) and not _line(path):
        problem = "it is empty"
    if problem is not None:
        raise ValueError(f"{name.upper()} names {path}: {problem}")
