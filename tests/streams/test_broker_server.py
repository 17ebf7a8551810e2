"""A Java server that can't start says why in the sentence, not only in a log."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from streams.broker import jars, process, registry
from streams.broker.guard import USERS, Guard
from streams.broker.process import Broker
from streams.broker.server import BrokerError, JavaServer, Status

LOG = """[2026-11-30 04:01:36,831] ERROR Error while writing partition metadata file
java.io.IOException: No space left on device
\tat java.base/sun.nio.ch.UnixFileDispatcherImpl.write0(Native Method)
org.apache.kafka.common.errors.KafkaStorageException: Error while writing
\tat kafka.Kafka.main(Kafka.scala)
Caused by: java.io.IOException: No space left on device
\tat java.base/java.lang.Thread.run(Thread.java:1474)
"""


def test_the_end_at_a_start_names_the_cause_in_the_log(tmp_path: Path) -> None:
    server = JavaServer(tmp_path)
    server.log.write_text(LOG)

    with pytest.raises(BrokerError) as error:
        server.wait(lambda: 1, lambda: False)
    assert str(error.value) == (
        "The server ended at its start with 1 (java.io.IOException: No space left on device): "
        f"see {tmp_path / 'server.log'} and {tmp_path / 'console.log'}"
    )


def test_without_a_log_it_says_where_to_look(tmp_path: Path) -> None:
    with pytest.raises(BrokerError, match=r"^The server ended at its start with 1: see "):
        JavaServer(tmp_path).wait(lambda: 1, lambda: False)


def test_a_full_disk_is_said_before_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kafka would answer, take all topics, and end a moment later."""
    usage: Any = shutil.disk_usage(tmp_path)._replace(free=400_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)

    with pytest.raises(BrokerError) as error:
        JavaServer(tmp_path).launch(["-version"], 1, owned=True)
    assert str(error.value) == (
        f"{tmp_path} has 0.4 MB left on its disk: The server needs 16 MB, so make room or choose "
        "another folder with --data"
    )
    assert list(tmp_path.iterdir()) == []


def test_no_password_of_a_guarded_broker_is_on_a_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every user of the machine can read the command lines of all processes."""
    commands: list[str] = []

    def ran(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        commands.append(" ".join(command))
        return subprocess.CompletedProcess(command, 0)

    def launched(_: Broker, arguments: list[str], _port: int, **__: object) -> Any:
        commands.append(" ".join(arguments))
        return lambda: None

    status = Status(port=1, pid=1, data=tmp_path, log=tmp_path)
    monkeypatch.setattr(process, "jars", lambda _: [])
    monkeypatch.setattr(subprocess, "run", ran)
    monkeypatch.setattr(Broker, "launch", launched)
    monkeypatch.setattr(Broker, "wait", lambda *_: status)
    monkeypatch.setattr(Guard, "let_in", lambda *_: None)
    broker = Broker(tmp_path)
    broker.start(guarded=True)

    passwords = [broker.guard.password_file(user).read_text() for user in USERS]
    assert len(commands) == 2
    assert not [each for each in passwords if any(each in command for command in commands)]


def test_a_guarded_folder_of_before_gets_the_users_that_it_lacks(tmp_path: Path) -> None:
    guard = Guard(tmp_path)
    guard.prepare(1)
    kept = guard.password_file("worker").read_text()
    guard.password_file("auditor").unlink()
    guard.prepare(2)

    assert guard.password_file("worker").read_text() == kept
    assert guard.password_file("auditor").stat().st_mode & 0o777 == 0o600


def test_a_jar_that_was_changed_since_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one of the same size and time: whoever may write the file may set both."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    jar = jars.cache_folder() / "a.jar"
    jar.parent.mkdir(parents=True)
    jar.write_bytes(b"as it was")
    digest = hashlib.sha256(b"as it was").hexdigest()
    monkeypatch.setattr(jars, "checksums", lambda: {"a.jar": digest})
    jars._note(jars.cache_folder(), [jar])
    times = jar.stat().st_atime_ns, jar.stat().st_mtime_ns

    assert jars.jars() == [jar]
    jar.write_bytes(b"as it is.")
    os.utime(jar, ns=times)
    with pytest.raises(jars.JarsError, match="it was removed, run the same command again"):
        jars.jars()
    assert not jar.exists()


def test_a_registry_that_was_changed_since_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "program"
    (program / "lib").mkdir(parents=True)
    (program / "lib" / "a.jar").write_bytes(b"as it was")
    monkeypatch.setattr(registry, "UNPACKED_SHA256", registry.tree_digest(program))

    assert registry._checked(program) == program
    (program / "lib" / "b.jar").write_bytes(b"more")
    with pytest.raises(jars.JarsError, match="it was removed, run the same command again"):
        registry._checked(program)
    assert not program.exists()
