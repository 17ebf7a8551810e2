"""The guarded listener of a local broker: TLS, passwords, and an authoriser that asks ACLs.

For trying out on one machine what a cluster asks for. Its certificates and passwords are made here,
for a folder; whoever may read the folder may do everything. The plain listener beside it stays, for
the machine's owner, whom the authoriser lets do everything (docs/security.md).
"""

import json
import secrets
from pathlib import Path

from streams.broker.server import HOST

USERS = ("admin", "worker", "upstream", "managers-app", "privacy", "notify", "consumer", "operator")
"""Who can prove who they are: one for each role that `recourse topics apply` knows, and an admin,
who may do everything."""
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
            for user in USERS:
                _write_secret(self.password_file(user), secrets.token_hex(16).encode())
        (self.folder / "port").write_text(str(port))

    def password_file(self, user: str) -> Path:
        """The file that holds a user's password."""
        return self.folder / f"{user}.password"

    def credentials(self) -> list[str]:
        """Arguments for the tool that formats the broker's storage: every user's password."""
        arguments = []
        for user in USERS:
            password = self.password_file(user).read_text()
            arguments += [
                "--add-scram",
                f"{_MECHANISM}=[name={json.dumps(user)},password={json.dumps(password)}]",
            ]
        return arguments

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


def _write_secret(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)
