"""Every way to say who one is: SCRAM, PLAIN, and tokens of a real endpoint that run out.

The broker is the guarded one, with all mechanisms; the endpoint is Authlib's. The plain listener
beside it is the tests' own.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from confluent_kafka import Producer
from typer.testing import CliRunner

from agents.commands import app
from agents.simulation.demo.network import reference_records
from schemas.catalogue import PARTITIONS
from streams.broker import Broker
from streams.broker.guard import Guard
from streams.broker.server import any_free_port
from streams.errors import ConfigurationError
from streams.transport.kafka import stable_offsets
from streams.transport.reaching import check_believed
from tests.kafka.engine_kit import WorkerProcess, wait_until
from tests.kafka.page_lines import blocks
from tests.token_endpoint import AUDIENCE, FOREIGN_KEY, ISSUER, TokenEndpoint

pytestmark = pytest.mark.kafka
VALIDATOR = "sasl.oauthbearer.jwt.validator.class"
CLIENT = "se:cret/&"
LASTS = 12
"""Seconds of a token: what a worker needs for its start, however slow, and no more."""


def as_the_page_says(setting: str) -> str:
    """The value of a broker's setting that docs/security.md tells operators to set."""
    (block,) = blocks("security.md", "properties")
    return dict(line.split("=", 1) for line in block.splitlines())[setting]


class ManyMechanisms(Broker):
    """Takes passwords in all forms, and the endpoint's tokens, each for as long as it lasts."""

    def __init__(self, folder: Path, endpoint: TokenEndpoint) -> None:
        super().__init__(folder)
        self._endpoint = endpoint
        allowed = f"-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls={endpoint.address}/keys"
        self.jvm = [*Broker.jvm, allowed]

    def _configure(self, port: int) -> Path:
        properties = super()._configure(port)
        ours, packages = "listener.name.sasl_ssl.", "org.apache.kafka.common.security."
        bearer, users = f"{ours}oauthbearer.sasl.", self.guard.password_file
        named = " ".join(
            f'user_{user}="{users(user).read_text()}"' for user in ("worker", "notify", "operator")
        )
        more = {
            "sasl.enabled.mechanisms": "SCRAM-SHA-512,PLAIN,OAUTHBEARER",
            f"{ours}plain.sasl.jaas.config": f"{packages}plain.PlainLoginModule required {named};",
            f"{bearer}jaas.config": f"{packages}oauthbearer.OAuthBearerLoginModule required;",
            f"{bearer}server.callback.handler.class": (
                f"{packages}oauthbearer.OAuthBearerValidatorCallbackHandler"
            ),
            VALIDATOR: as_the_page_says(VALIDATOR),  # Kafka's own choice looks at no signature
            "sasl.oauthbearer.jwks.endpoint.url": f"{self._endpoint.address}/keys",
            "sasl.oauthbearer.expected.audience": AUDIENCE,
            "sasl.oauthbearer.expected.issuer": ISSUER,
            f"{ours}connections.max.reauth.ms": "3600000",
        }
        known = properties.read_text().splitlines()
        lines = [each for each in known if each.partition("=")[0] not in more]
        lines += [f"{name}={value}" for name, value in more.items()]
        properties.write_text("\n".join([*lines, ""]))
        return properties


class Kafka(NamedTuple):
    plain: str
    broker: Broker
    endpoint: TokenEndpoint
    folder: Path

    def as_(self, user: str, mechanism: str, **changed: object) -> dict[str, str]:
        """The settings of a user who comes so."""
        given = self.broker.guard.environment(user) | {"RECOURSE_SASL_MECHANISM": mechanism}
        if mechanism == "OAUTHBEARER":
            given = {name: value for name, value in given.items() if "SASL_" not in name}
            given |= {
                "RECOURSE_SASL_MECHANISM": mechanism,
                "RECOURSE_SECURITY_PROTOCOL": "SASL_SSL",
                "RECOURSE_OAUTH_TOKEN_URL": self.endpoint.url,
                "RECOURSE_OAUTH_CLIENT_ID": user,
                "RECOURSE_OAUTH_CLIENT_SECRET_FILE": str(self.file("secret", CLIENT)),
                "RECOURSE_OAUTH_CA_FILE": str(self.broker.guard.folder / "ca.pem"),
            }
        return given | {f"RECOURSE_{k.upper()}": str(v) for k, v in changed.items()}

    def file(self, name: str, content: str) -> Path:
        path = self.folder / name
        path.write_text(content)
        return path


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    folder = tmp_path_factory.mktemp("mechanisms")
    ca = Guard(folder / "kafka" / "guard")
    ca.prepare(any_free_port())
    clients = dict.fromkeys(("worker", "notify"), CLIENT)
    with TokenEndpoint(clients, ca.folder / "broker.pem") as endpoint, TokenEndpoint({}) as keys:
        broker = ManyMechanisms(folder / "kafka", keys)  # Java would not believe our authority
        try:
            servers = broker.start(owned=True, guarded=True).bootstrap_servers
            done = call({}, "topics", "apply", "--access", "--bootstrap-servers", servers)
            assert done[0] == 0, done
            producer = Producer({"bootstrap.servers": servers, "log_level": 0})
            for topic, key, value in reference_records():
                producer.produce(topic, value, key)
            assert producer.flush(30) == 0
            yield Kafka(servers, broker, endpoint, folder)
        finally:
            broker.stop(wipe=True)


def call(environment: dict[str, str], *arguments: str) -> tuple[int, str]:
    """A command in this process: starting another takes seconds."""
    clean = {name: None for name in os.environ if name.startswith("RECOURSE_")}
    argv, sys.argv = sys.argv, ["recourse", *arguments]
    try:
        done = CliRunner().invoke(app, list(arguments), env={**clean, **environment})
    finally:
        sys.argv = argv
    if isinstance(done.exception, ConfigurationError):  # which `main` says
        return done.exception.exit_code, str(done.exception)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def worker(environment: dict[str, str], folder: Path) -> WorkerProcess:
    given = {name.removeprefix("RECOURSE_").lower(): value for name, value in environment.items()}
    module = ("agents", "worker")
    servers = given.pop("bootstrap_servers")
    return WorkerProcess(servers, "recourse", 0, folder, module=module, order_log=0, **given)


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-512", "PLAIN", "OAUTHBEARER"])
def test_both_clients_come_in_by_each_mechanism(kafka: Kafka, mechanism: str) -> None:
    code, said = call(kafka.as_("worker", mechanism, privacy_key="5a" * 32), "doctor")

    rows = [line.split("\t") for line in said.splitlines() if "\t" in line]
    servers = kafka.broker.guard.bootstrap_servers
    assert [row[:3] for row in rows if row[1] == "kafka"] == [
        ["ok", "kafka", f"{servers} answers: 1 broker, SASL_SSL, as worker"],
        ["ok", "kafka", "both of the worker's clients (librdkafka, aiokafka) connect"],
    ]
    assert (code, [row for row in rows if row[0] == "fix"]) == (0, [])


def test_a_worker_goes_on_with_new_tokens_when_those_it_began_with_have_run_out(
    kafka: Kafka, tmp_path: Path
) -> None:
    endpoint, ticks = kafka.endpoint, [("recourse.ticks", number) for number in range(PARTITIONS)]

    def handled() -> int:
        return sum(stable_offsets(kafka.plain, "recourse-customers", ticks).values())

    endpoint.lasts, before = LASTS, len(endpoint.given)
    running = worker(kafka.as_("worker", "OAUTHBEARER"), tmp_path)
    try:
        running.wait_ready()
        wait_until("a third token", lambda: len(endpoint.given) > before + 2)
        then = handled()
        wait_until("it still works", lambda: handled() > then + PARTITIONS)
        assert running.terminate() == 0
    finally:
        endpoint.lasts = 300
        running.kill()

    said = running.said()
    assert CLIENT not in said
    assert not any(token["access_token"] in said for token in endpoint.given)  # type: ignore[index]


def test_notices_are_sent_by_who_shows_a_token(kafka: Kafka, tmp_path: Path) -> None:
    way = '{addressee: CUSTOMER, channel: APP, to: ["json://localhost/{addressee_id}"]}'
    (tmp_path / "ways.yaml").write_text(f"ways:\n  - {way}\n")
    clean = {name: value for name, value in os.environ.items() if "RECOURSE_" not in name}

    done = subprocess.run(
        [sys.executable, "-m", "agents", "notify", str(tmp_path / "ways.yaml"), "--idle", "0"],
        env=clean | kafka.as_("notify", "OAUTHBEARER"),
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert [json.loads(line)["event"] for line in done.stderr.splitlines()][-1] == "notify_stopped"


WRONG_PASSWORD = (
    "RECOURSE_SASL_USERNAME is 'worker', PLAIN: refused; user, password "
    "(RECOURSE_SASL_PASSWORD_FILE) and mechanism must be ones that the brokers know"
)
WRONG_TOKEN = (
    "RECOURSE_OAUTH_CLIENT_ID is 'worker': the brokers refuse its token; its issuer, audience, "
    "scope (RECOURSE_OAUTH_SCOPE) and time must be as the brokers expect them "
    "(RECOURSE_OAUTH_EXTENSIONS, where they want more)"
)


def test_a_wrong_password_is_one_sentence(
    kafka: Kafka, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "password").write_text("wrong")
    file = {"sasl_password_file": tmp_path / "password"}
    for name, value in kafka.as_("worker", "PLAIN", **file).items():
        monkeypatch.setenv(name, value)
    servers = kafka.broker.guard.bootstrap_servers

    with pytest.raises(ConfigurationError) as refused:
        check_believed(servers)

    assert str(refused.value) == f"Kafka at {servers}: {WRONG_PASSWORD}"


def test_a_wrong_client_s_secret_is_one_sentence_in_every_command(
    kafka: Kafka, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("wrong")
    file = {"oauth_client_secret_file": tmp_path / "secret"}
    environment = kafka.as_("worker", "OAUTHBEARER", **file)

    ended = worker(environment, tmp_path)

    assert ended.ended() == 78
    last = json.loads(ended.said().splitlines()[-1])
    assert last["event"] == "not_started"
    assert last["reason"].startswith(
        f"RECOURSE_OAUTH_TOKEN_URL {kafka.endpoint.url} refuses the client 'worker' "
        "(401 invalid_client"
    )
    for command in (("status",), ("topics", "plan"), ("cases",)):
        code, said = call(environment, *command)
        assert code != 0
        assert last["reason"] in said


def test_a_token_that_the_brokers_do_not_believe_is_one_sentence(
    kafka: Kafka, tmp_path: Path
) -> None:
    right, kafka.endpoint.key = kafka.endpoint.key, FOREIGN_KEY
    try:
        ended = worker(kafka.as_("worker", "OAUTHBEARER"), tmp_path)
        assert ended.ended() == 78
    finally:
        kafka.endpoint.key = right

    last = json.loads(ended.said().splitlines()[-1])
    servers = kafka.broker.guard.bootstrap_servers
    assert (last["event"], last["reason"]) == (
        "not_started",
        f"Kafka at {servers}: {WRONG_TOKEN}",
    )
