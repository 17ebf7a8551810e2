"""Tokens of a real endpoint: had once, renewed in time, refused in one sentence."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest
from aiokafka.errors import KafkaConnectionError
from structlog.testing import capture_logs

from streams import tokens
from streams.access import access
from streams.errors import ConfigurationError
from tests.token_endpoint import TokenEndpoint

SECRET = "se:cret/&"


@pytest.fixture
def endpoint() -> Iterator[TokenEndpoint]:
    with TokenEndpoint({"worker": SECRET}) as endpoint:
        yield endpoint


def client(endpoint: TokenEndpoint) -> tokens.Client:
    return tokens.Client(url=endpoint.url, client_id="worker", secret=SECRET, scope="kafka")


def refusal(client: tokens.Client) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as refused:
        tokens.token(client)
    assert SECRET not in repr(refused.value)
    return refused.value


def at(monkeypatch: pytest.MonkeyPatch, now: float) -> None:
    monkeypatch.setattr(tokens.time, "time", lambda: now)  # type: ignore[attr-defined]


def test_a_token_is_kept_until_a_quarter_of_its_time_is_left(
    endpoint: TokenEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, 1_000.0)
    first = tokens.token(client(endpoint))

    asked = []
    for later in (224.0, 225.0, 226.0):  # of 300 s
        at(monkeypatch, 1_000.0 + later)
        asked.append((tokens.token(client(endpoint)) is first, endpoint.asked))

    assert (first.since, first.until) == (1_000.0, 1_300.0)
    assert asked == [(True, 1), (False, 2), (False, 2)]


def test_where_the_clock_was_put_back_a_token_is_had_anew(
    endpoint: TokenEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, 5_000.0)
    first = tokens.token(client(endpoint))

    at(monkeypatch, 1_000.0)

    assert tokens.token(client(endpoint)).until == 1_300.0
    assert (first.until, endpoint.asked) == (5_300.0, 2)


def test_a_token_that_can_t_be_renewed_is_shown_until_it_has_run_out(
    endpoint: TokenEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, 1_000.0)
    first = tokens.token(client(endpoint))
    endpoint.status = 503

    at(monkeypatch, 1_299.0)
    with capture_logs() as said:
        assert tokens.token(client(endpoint)) is first
    at(monkeypatch, 1_300.0)
    gone = refusal(client(endpoint))
    endpoint.status = None
    at(monkeypatch, 1_302.0)

    sentence = f"RECOURSE_OAUTH_TOKEN_URL {endpoint.url} gives no token: 503"
    assert said == [
        {"event": "token_not_renewed", "log_level": "warning", "error": sentence, "lasts_s": 1}
    ]
    assert (str(gone), gone.exit_code) == (sentence, 75)
    assert tokens.token(client(endpoint)).until == 1_602.0


def test_an_endpoint_that_refuses_is_asked_again_after_a_second(
    endpoint: TokenEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint.status, asked = 503, []
    for now in (1_000.0, 1_000.9, 1_001.0):
        at(monkeypatch, now)
        refusal(client(endpoint))
        asked.append(endpoint.asked)

    assert asked == [1, 1, 2]


def test_what_the_endpoint_refuses_is_one_sentence(endpoint: TokenEndpoint) -> None:
    right = client(endpoint)
    errors = [
        refusal(replace(right, secret=SECRET + "x")),
        refusal(replace(right, client_id="nobody")),
        refusal(replace(right, scope="everything")),
    ]

    know = (
        "RECOURSE_OAUTH_CLIENT_ID, RECOURSE_OAUTH_CLIENT_SECRET_FILE and RECOURSE_OAUTH_SCOPE must "
        "be ones that it knows"
    )
    assert [(str(each), each.exit_code) for each in errors] == [
        (
            f"RECOURSE_OAUTH_TOKEN_URL {endpoint.url} refuses the client '{name}' ({why}): {know}",
            78,
        )
        for name, why in (
            (
                "worker",
                (
                    "401 invalid_client: The client cannot authenticate with methods: "
                    "['client_secret_basic']"
                ),
            ),
            ("nobody", "401 invalid_client: The client does not exist on this server."),
            (
                "worker",
                "400 invalid_scope: The requested scope is invalid, unknown, or malformed.",
            ),
        )
    ]


def test_the_secret_goes_nowhere_else(endpoint: TokenEndpoint) -> None:
    for endpoint.status in (301, 302, 307, 308):
        error = refusal(replace(client(endpoint), scope=str(endpoint.status)))

        assert error.exit_code == 78
        assert f"({endpoint.status})" in str(error)
    assert endpoint.asked == 4


def test_an_endpoint_that_is_away_or_is_none_says_start_again() -> None:
    with TokenEndpoint({"worker": SECRET}) as endpoint:
        endpoint.status = 200  # with nothing that is a token
        none = refusal(client(endpoint))
        for endpoint.status in (429, 500):
            assert refusal(replace(client(endpoint), scope=str(endpoint.status))).exit_code == 75
    away = refusal(replace(client(endpoint), scope="away"))

    begin = f"RECOURSE_OAUTH_TOKEN_URL {endpoint.url} gives no token: "
    assert (str(none), none.exit_code) == (f"{begin}its answer holds no access_token", 75)
    assert str(away).startswith(begin)
    assert str(away).endswith("Connection refused")
    assert away.exit_code == 75


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b'{"access_token": "a\\u0001b"}', "its access_token is none as RFC 6750 has it"),
        (b'{"access_token": 5}', "its access_token is none as RFC 6750 has it"),
        (b'{"access_token": "a", "expires_in": 0}', "its token is over already (expires_in)"),
        (b'{"access_token": "a", "expires_in": "x"}', "its answer holds no access_token"),
        (b"[]", "its answer holds no access_token"),
        (b"<html>", "its answer holds no access_token"),
    ],
)
def test_an_answer_that_is_no_token_is_named(answer: bytes, why: str) -> None:
    who = tokens.Client(url="https://identity.example/token", client_id="worker", secret=SECRET)

    with pytest.raises(tokens.TokenNotHad) as error:
        tokens._token_of(who, answer, 0.0)

    assert str(error.value) == (
        f"RECOURSE_OAUTH_TOKEN_URL https://identity.example/token gives no token: {why}"
    )


def test_both_clients_are_given_the_same_token_and_what_goes_along(
    endpoint: TokenEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "OAUTHBEARER",
        "oauth_token_url": endpoint.url,
        "oauth_client_id": "worker",
        "oauth_client_secret": SECRET,
        "oauth_scope": "kafka",
        "oauth_extensions": "logicalCluster=lkc-1,identityPoolId=pool-2",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"RECOURSE_{name.upper()}", value)
    more = {"logicalCluster": "lkc-1", "identityPoolId": "pool-2"}

    writes, reads = access().for_librdkafka(), access().for_aiokafka()

    provider = reads["sasl_oauth_token_provider"]
    value, until, who, along = writes.pop("oauth_cb")("")
    assert writes == {"security.protocol": "SASL_SSL", "sasl.mechanism": "OAUTHBEARER"}
    assert reads["sasl_mechanism"] == "OAUTHBEARER"
    assert (asyncio.run(provider.token()), provider.extensions()) == (value, more)
    assert (who, along, endpoint.asked) == ("worker", more, 1)
    assert until == tokens.token(access().token_client()).until

    monkeypatch.setenv("RECOURSE_OAUTH_CLIENT_SECRET", "changed")
    with pytest.raises(KafkaConnectionError, match="refuses the client 'worker'"):
        asyncio.run(provider.token())
