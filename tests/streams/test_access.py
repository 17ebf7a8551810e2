"""How the process is known to Kafka: what fits together, and that no secret is ever shown."""

import ssl
from pathlib import Path

import pytest

from streams import settings
from streams.access import Access, access
from streams.errors import ConfigurationError
from streams.transport.kafka import client

SECRET = "canary-3f9a"


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


def test_a_file_that_is_no_certificate_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    given(monkeypatch, security_protocol="SSL", tls_ca_file=tmp_path / "ca.pem")

    with pytest.raises(ConfigurationError, match=r"TLS_CA_FILE .* must be certificates in PEM"):
        access().for_aiokafka()


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
