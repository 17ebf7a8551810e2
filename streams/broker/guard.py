"""The guarded listener of a local broker: TLS, passwords, and an authoriser that asks ACLs.

For trying out on one machine what a cluster asks for. Its certificates and passwords are made here,
for a folder; whoever may read the folder may do everything. The plain listener beside it stays, for
the machine's owner, whom the authoriser lets do everything (docs/security.md).
"""

import secrets
import time
from pathlib import Path
from typing import TYPE_CHECKING

from streams.broker.server import HOST, BrokerError

if TYPE_CHECKING:
    from confluent_kafka.admin import AdminClient

USERS = (
    "admin",
    "worker",
    "service-system",
    "customer-channel",
    "managers-app",
    "act",
    "board",
    "link",
    "shadow",
    "privacy",
    "notify",
    "sender",
    "consumer",
    "customer-app",
    "auditor",
    "archive",
    "redriver",
    "operator",
)
"""Who can prove who they are: one for each role that `recourse topics apply` grants, and an admin,
who may do everything."""
_ITERATIONS = 4096
_SECONDS = 30.0
_MECHANISM = "SCRAM-SHA-512"
_PROPERTIES = """\
ssl.keystore.type=PEM
ssl.keystore.location={folder}/broker.pem
ssl.truststore.type=PEM
ssl.truststore.location={folder}/ca.pem
sasl.enabled.mechanisms={mechanism}
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required;
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=false
super.users=User:ANONYMOUS;User:admin
"""


class Guard:
    """What a guarded listener needs, in a folder: CA, the broker's certificate, passwords."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def prepared(self) -> bool:
        """Whether the broker of this folder has such a listener."""
        return (self.folder / "port").exists()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int((self.folder / "port").read_text())

    @property
    def bootstrap_servers(self) -> str:
        """Host and port of the guarded listener."""
        return f"{HOST}:{self.port}"

    @property
    def listener(self) -> str:
        """As the broker's settings name it."""
        return f"SASL_SSL://{self.bootstrap_servers}"

    def prepare(self, port: int) -> None:
        """Makes certificates and passwords where they are not there yet."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self.prepared:
            # Slow to import, and most brokers have no such listener.
            from streams.broker.certificates import certificates  # noqa: PLC0415

            authority, own = certificates(HOST)
            (self.folder / "ca.pem").write_bytes(authority)
            _write_secret(self.folder / "broker.pem", own)
        for user in USERS:  # also those whom the version that made the folder did not know
            if not self.password_file(user).exists():
                _write_secret(self.password_file(user), secrets.token_hex(16).encode())
        (self.folder / "port").write_text(str(port))

    def password_file(self, user: str) -> Path:
        """The file that holds a user's password."""
        return self.folder / f"{user}.password"

    def let_in(self, plain: "AdminClient") -> None:
        """Gives the running broker every user's password, and waits until it goes by them.

        By the plain listener, hashed: on a command line everybody on the machine would read them.

        Raises:
            BrokerError: it does not take them.
        """
        # Slow to import, and most brokers have no such listener.
        from confluent_kafka.admin import (  # noqa: PLC0415
            ScramCredentialInfo,
            ScramMechanism,
            UserScramCredentialAlteration,
            UserScramCredentialUpsertion,
        )

        how = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, _ITERATIONS)
        given: list[UserScramCredentialAlteration] = [
            UserScramCredentialUpsertion(user, how, self.password_file(user).read_bytes())
            for user in USERS
        ]
        try:
            for future in plain.alter_user_scram_credentials(given).values():
                future.result(_SECONDS)
            end = time.monotonic() + _SECONDS
            while not _known(plain) and time.monotonic() < end:
                time.sleep(0.02)
        except Exception as error:
            raise BrokerError(f"Kafka does not take the users of {self.folder}: {error}") from error

    def properties(self) -> str:
        """Lines for the broker's settings."""
        return _PROPERTIES.format(folder=self.folder, mechanism=_MECHANISM)

    def environment(self, user: str) -> dict[str, str]:
        """The settings with which a user comes in by this listener."""
        return {
            "RECOURSE_BOOTSTRAP_SERVERS": self.bootstrap_servers,
            "RECOURSE_SECURITY_PROTOCOL": "SASL_SSL",
            "RECOURSE_TLS_CA_FILE": str(self.folder / "ca.pem"),
            "RECOURSE_SASL_USERNAME": user,
            "RECOURSE_SASL_PASSWORD_FILE": str(self.password_file(user)),
        }


def _known(plain: "AdminClient") -> bool:
    """Whether the broker has learnt of all users: it does a moment after it was told."""
    asked = plain.describe_user_scram_credentials(list(USERS))
    assert isinstance(asked, dict), "some users were asked for, not all"
    for future in asked.values():
        try:
            future.result(_SECONDS)
        except Exception:  # noqa: BLE001 - whatever it says, it does not know the user yet
            return False
    return True


def _write_secret(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)
