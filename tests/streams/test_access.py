"""How the process is known to Kafka: what fits together, and that no secret is ever shown."""

import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient
from cryptography.hazmat.primitives import serialization

from streams import settings
from streams.access import Access, access
from streams.broker.certificates import certificates
from streams.errors import ConfigurationError
from streams.transport.kafka import client

SECRET = "canary-3f9a"
OAUTH = {
    "security_protocol": "SASL_SSL",
    "sasl_mechanism": "OAUTHBEARER",
    "oauth_token_url": "https://identity.example/token",
    "oauth_client_id": "worker",
    "oauth_client_secret": SECRET,
}


def given(monkeypatch: pytest.MonkeyPatch, **values: object) -> None:
    for name, value in values.items():
        monkeypatch.setenv(f"RECOURSE_{name.upper()}", str(value))


def test_without_settings_kafka_is_spoken_to_plainly() -> None:
    assert Access().for_librdkafka() == {}
    assert Access().for_aiokafka() == {"security_protocol": "PLAINTEXT"}
    assert Access().for_registry() == {}


def test_a_password_in_a_file_is_read_without_its_line_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "password"
    file.write_text(SECRET + "\n")
    given(
        monkeypatch,
        security_protocol="SASL_SSL",
        sasl_username="worker",
        sasl_password_file=file,
    )

    assert access().for_librdkafka() == {
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": "worker",
        "sasl.password": SECRET,
    }
    assert access().for_aiokafka()["sasl_plain_password"] == SECRET
    assert access().for_aiokafka()["ssl_context"].check_hostname


def test_a_company_s_own_authority_is_as_good_to_one_client_as_to_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Python 3.13 began to ask for what older authorities lack; librdkafka does not."""
    made = ssl.create_default_context

    def stricter(cafile: Path | None = None) -> ssl.SSLContext:
        context = made(cafile=cafile)
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        return context

    monkeypatch.setattr(ssl, "create_default_context", stricter)
    given(monkeypatch, security_protocol="SSL")

    flags = access().for_aiokafka()["ssl_context"].verify_flags

    assert not flags & ssl.VERIFY_X509_STRICT


def test_what_one_asks_with_is_not_what_the_next_is_given(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    with monkeypatch.context() as meanwhile:
        given(meanwhile, security_protocol="SSL", tls_ca_file=tmp_path / "ca.pem")
        assert access().security_protocol == "SSL"

    assert access() == Access()
    assert client("localhost:9")["bootstrap.servers"] == "localhost:9"
    assert "security.protocol" not in client("localhost:9")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"security_protocol": "SASL_SSL", "sasl_password": SECRET},
            "RECOURSE_SECURITY_PROTOCOL=SASL_SSL needs SASL_USERNAME and SASL_PASSWORD_FILE",
        ),
        (
            {"sasl_username": "worker", "sasl_password": SECRET},
            "RECOURSE_SASL_USERNAME needs SECURITY_PROTOCOL=SASL_SSL: it is PLAINTEXT",
        ),
        (
            {
                "security_protocol": "SASL_PLAINTEXT",
                "sasl_username": "worker",
                "sasl_password": SECRET,
            },
            (
                "RECOURSE_SECURITY_PROTOCOL=SASL_PLAINTEXT sends everything readable: must be "
                "SASL_SSL, or RECOURSE_SASL_WITHOUT_TLS=true says that it is meant"
            ),
        ),
        (
            {"security_protocol": "SSL", "tls_ca_file": "/nowhere/ca.pem"},
            "RECOURSE_TLS_CA_FILE names /nowhere/ca.pem: there is no such file",
        ),
        (
            {"tls_ca_file": __file__},
            "RECOURSE_TLS_CA_FILE needs SECURITY_PROTOCOL=SSL or SASL_SSL: it is PLAINTEXT",
        ),
        (
            {"security_protocol": "SSL", "tls_key_file": __file__},
            "RECOURSE_TLS_CERTIFICATE_FILE and TLS_KEY_FILE go together: set both",
        ),
        (
            {"registry_password": SECRET},
            "RECOURSE_REGISTRY_USERNAME and REGISTRY_PASSWORD_FILE go together: set both",
        ),
        (
            {"security_protocol": "SASL_SSL", "sasl_mechanism": "PLAIN", "sasl_username": "worker"},
            "RECOURSE_SECURITY_PROTOCOL=SASL_SSL needs SASL_USERNAME and SASL_PASSWORD_FILE",
        ),
        (
            OAUTH | {"sasl_username": "worker"},
            (
                "RECOURSE_SASL_USERNAME is of a password, SASL_MECHANISM=OAUTHBEARER of a token: "
                "set one"
            ),
        ),
        (
            {"security_protocol": "SASL_SSL", "sasl_mechanism": "OAUTHBEARER"},
            (
                "RECOURSE_SASL_MECHANISM=OAUTHBEARER needs OAUTH_TOKEN_URL, OAUTH_CLIENT_ID and "
                "OAUTH_CLIENT_SECRET_FILE"
            ),
        ),
        (
            OAUTH | {"sasl_mechanism": "PLAIN"},
            "RECOURSE_SECURITY_PROTOCOL=SASL_SSL needs SASL_USERNAME and SASL_PASSWORD_FILE",
        ),
        (
            {"oauth_client_id": "worker"},
            (
                "RECOURSE_OAUTH_CLIENT_ID needs SECURITY_PROTOCOL=SASL_SSL and "
                "SASL_MECHANISM=OAUTHBEARER: they are PLAINTEXT and SCRAM-SHA-512"
            ),
        ),
        (
            OAUTH | {"oauth_token_url": f"https://worker:{SECRET}@identity.example/token"},
            (
                "RECOURSE_OAUTH_TOKEN_URL: no name, password or question may stand in it: set "
                "OAUTH_CLIENT_ID and OAUTH_CLIENT_SECRET_FILE"
            ),
        ),
        (
            OAUTH | {"oauth_token_url": "identity.example"},
            "RECOURSE_OAUTH_TOKEN_URL must be https://HOST, with a port and a path or not",
        ),
        (
            OAUTH | {"oauth_token_url": "http://identity.example/token"},
            (
                "RECOURSE_OAUTH_TOKEN_URL is 'http://identity.example/token': the secret could be "
                "read on the way, so it must be https://, or RECOURSE_SASL_WITHOUT_TLS=true says "
                "that it is meant"
            ),
        ),
        (
            OAUTH | {"oauth_extensions": "auth=other"},
            "RECOURSE_OAUTH_EXTENSIONS must be name=value, several with commas",
        ),
        (
            OAUTH | {"oauth_client_secret_file": __file__},
            "RECOURSE_OAUTH_CLIENT_SECRET and its _FILE are both set: set one of them",
        ),
        (
            {"sasl_password": SECRET, "sasl_password_file": __file__},
            "RECOURSE_SASL_PASSWORD and its _FILE are both set: set one of them",
        ),
    ],
)
def test_what_does_not_fit_together_is_one_sentence_without_the_secret(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], sentence: str
) -> None:
    given(monkeypatch, **values)

    for read in (settings.load, access):
        with pytest.raises(ConfigurationError) as error:
            read()
        assert str(error.value) == sentence
        assert SECRET not in repr(error.value)


BOTH_CLIENTS = pytest.mark.parametrize("ask", [Access.for_librdkafka, Access.for_aiokafka])
Ask = Callable[[Access], object]


@BOTH_CLIENTS
def test_a_file_that_is_no_certificate_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ask: Ask
) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    given(monkeypatch, security_protocol="SSL", tls_ca_file=tmp_path / "ca.pem")

    with pytest.raises(ConfigurationError, match=r"TLS_CA_FILE .* must be certificates in PEM"):
        ask(access())


def guarded_key(key: bytes) -> bytes:
    """A key in PEM that asks for SECRET."""
    known = serialization.load_pem_private_key(key, None)
    return known.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(SECRET.encode()),
    )


@BOTH_CLIENTS
@pytest.mark.parametrize(
    ("key", "password", "is_right"),
    [
        ("plain", None, True),
        ("guarded", SECRET, True),
        ("guarded", None, False),
        ("guarded", "wrong", False),
        ("another's", None, False),
        ("none", None, False),
    ],
)
def test_a_key_that_does_not_open_or_fit_is_a_sentence_for_both_clients(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    ask: Ask,
    key: str,
    password: str | None,
    *,
    is_right: bool,
) -> None:
    """librdkafka would fail with an error of its own, and the worker with 70, "a defect"."""
    (_, own), (_, other) = certificates("127.0.0.1"), certificates("127.0.0.1")
    keys = {"plain": own, "guarded": guarded_key(own), "another's": other, "none": b"none"}
    (tmp_path / "cert.pem").write_bytes(own[own.index(b"-----BEGIN CERTIFICATE") :])
    (tmp_path / "key.pem").write_bytes(keys[key])
    names = {"tls_certificate_file": tmp_path / "cert.pem", "tls_key_file": tmp_path / "key.pem"}
    if password is not None:
        (tmp_path / "password").write_text(password + "\n")
        names["tls_key_password_file"] = tmp_path / "password"
    given(monkeypatch, security_protocol="SSL", **names)

    if is_right:
        assert ask(access())
        assert AdminClient(client("localhost:1")) is not None, "librdkafka itself opens it"
        return
    with pytest.raises(ConfigurationError) as error:
        ask(access())
    assert str(error.value) == (
        "RECOURSE_TLS_CERTIFICATE_FILE, TLS_KEY_FILE, TLS_KEY_PASSWORD_FILE (environment): "
        "must be a certificate and its own key in PEM"
    )


def test_settings_shown_hide_the_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    given(
        monkeypatch,
        security_protocol="SASL_SSL",
        sasl_username="worker",
        sasl_password=SECRET,
        registry_username="worker",
        registry_password=SECRET,
    )

    loaded = settings.load()
    assert loaded.secret == SECRET
    for shown in (repr(loaded), str(loaded), loaded.model_dump_json()):
        assert SECRET not in shown
    assert loaded.for_registry() == {"basic.auth.user.info": f"worker:{SECRET}"}
