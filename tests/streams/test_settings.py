"""Settings stop the start with one sentence: setting, where from, value, what is right."""

import pytest

from streams import settings
from streams.errors import ConfigurationError


def refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> str:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as error:
        settings.load()
    return str(error.value)


def test_without_any_variable_the_defaults_hold() -> None:
    assert settings.load().commit_interval_ms == 200


def test_an_unknown_setting_is_refused_with_the_nearest_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert refused(monkeypatch, "RECOURSE_COMMIT_INTERVAL", "100") == (
        "RECOURSE_COMMIT_INTERVAL (environment): no such setting; "
        "did you mean RECOURSE_COMMIT_INTERVAL_MS?"
    )


@pytest.mark.parametrize("value", ["9", "10001", "soon"])
def test_a_number_out_of_its_limits_is_refused_with_the_limits(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    assert refused(monkeypatch, "RECOURSE_COMMIT_INTERVAL_MS", value) == (
        f"RECOURSE_COMMIT_INTERVAL_MS (environment) is '{value}': "
        "must be a whole number from 10 to 10000"
    )


@pytest.mark.parametrize("value", ["10", "10000"])
def test_a_number_at_its_limits_is_taken(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("RECOURSE_COMMIT_INTERVAL_MS", value)

    assert settings.load().commit_interval_ms == int(value)


def test_a_broker_without_a_port_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(monkeypatch, "RECOURSE_BOOTSTRAP_SERVERS", "kafka") == (
        "RECOURSE_BOOTSTRAP_SERVERS (environment) is 'kafka': "
        "must be host:port, several with commas"
    )


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        (
            "REGISTRY_URL",
            "http://user:hidden@registry/path",
            (
                "'http://...@registry/path': no name, password or question may stand in it: "
                "set RECOURSE_REGISTRY_USERNAME and RECOURSE_REGISTRY_PASSWORD_FILE"
            ),
        ),
        (
            "REGISTRY_URL",
            "http://registry/?token=hidden",
            (
                "'http://registry/?...': no name, password or question may stand in it: "
                "set RECOURSE_REGISTRY_USERNAME and RECOURSE_REGISTRY_PASSWORD_FILE"
            ),
        ),
        (
            "REGISTRY_URL",
            "htp://user:hid@den@registry",
            (
                "'htp://...@registry': must be http://HOST or https://HOST, with a port and a "
                "path or not"
            ),
        ),
        (
            "BOOTSTRAP_SERVERS",
            "SASL_SSL://user:hidden@kafka:9093",
            (
                "'SASL_SSL://...@kafka:9093': SASL_SSL:// says otherwise than "
                "RECOURSE_SECURITY_PROTOCOL, which is PLAINTEXT: must be the same, or host:port "
                "alone"
            ),
        ),
        (
            "BOOTSTRAP_SERVERS",
            "user:hidden@kafka:9093",
            "'...@kafka:9093': must be host:port, several with commas",
        ),
    ],
)
def test_a_secret_in_an_address_is_refused_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    assert refused(monkeypatch, f"RECOURSE_{name}", value) == (
        f"RECOURSE_{name} (environment) is {sentence}"
    )


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("recourse.cases", "'recourse.cases' is none: must be TOPIC=single-object or TOPIC=conf"),
        ("recourse.cases=json", "'recourse.cases=json' is none: must be TOPIC=single-object or"),
        ("=confluent", "'=confluent' is none: must be TOPIC=single-object or TOPIC=confluent, se"),
        ("a=single-object, a=confluent", "a stands there twice: name each topic once"),
    ],
)
def test_a_framing_of_a_topic_that_is_none_is_refused(
    monkeypatch: pytest.MonkeyPatch, value: str, right: str
) -> None:
    said = refused(monkeypatch, "RECOURSE_FRAMING_BY_TOPIC", value)

    assert said.startswith(f"RECOURSE_FRAMING_BY_TOPIC (environment) is {value!r}: {right}")


def test_a_topic_in_confluents_framing_needs_a_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(monkeypatch, "RECOURSE_FRAMING_BY_TOPIC", "a=single-object,b=confluent") == (
        "RECOURSE_FRAMING_BY_TOPIC names confluent, which needs a registry: "
        "set RECOURSE_REGISTRY_URL"
    )


def test_topics_are_written_otherwise_than_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECOURSE_REGISTRY_URL", "http://registry")
    monkeypatch.setenv("RECOURSE_FRAMING_BY_TOPIC", "a=single-object, b=confluent,")

    assert settings.framings(settings.load().framing_by_topic) == {
        "a": "single-object",
        "b": "confluent",
    }


def test_the_command_line_wins_and_is_named_when_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECOURSE_HTTP_PORT", "1")
    assert settings.load(http_port=2).http_port == 2
    with pytest.raises(ConfigurationError, match=r"RECOURSE_HTTP_PORT \(command line\) is 70000"):
        settings.load(http_port=70_000)


def test_a_setting_that_somebody_else_reads_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECOURSE_KAFKA_HOME", "/somewhere")

    assert settings.load(also=["RECOURSE_KAFKA_HOME"]).worker_number == 0
