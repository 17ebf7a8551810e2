"""Apicurio, a schema registry with Confluent's interface, as a process of this machine."""

import hashlib
import os
import shutil
import tarfile
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

from rich.console import Console

from streams.broker.jars import JarsError, alone, cache_folder
from streams.broker.maven import REGISTRY_VERSION, resolve_registry
from streams.broker.server import HOST, JavaServer, Status

SHA256 = "8bc6751c76d963734224b01d5e7f84ccb3cb61c87d3bd77c36c35f10a5cbed63"
UNPACKED_SHA256 = "480209b1704de87e599a1594530d0f584ccefdfbd76d1ef9fdcdd7b3fd0c4694"
"""Of what is unpacked from it, as `tree_digest` makes it."""
_LAUNCHER = "quarkus-run.jar"
_INTERFACE = "/apis/ccompat/v7"


def archive(console: Console | None = None) -> Path:
    """The folder with the registry's program, fetched and checked if it is not there yet.

    Raises:
        JarsError: no package registry can be reached, or the checksum differs.
    """
    folder = cache_folder().parent / f"apicurio-{REGISTRY_VERSION}"
    program = folder / "program"
    if program.is_dir():
        return _checked(program)
    console = console or Console(stderr=True)
    with alone(folder):
        if not program.is_dir():
            with console.status(f"Fetching Apicurio {REGISTRY_VERSION} (158 MB) ..."):
                packed = _fetched(folder)
                _unpack(packed, program)
                packed.unlink()
    return _checked(program)


def _checked(program: Path) -> Path:
    """The program, if all of it is what was unpacked: each time it is used.

    Raises:
        JarsError: it is not, and was removed.
    """
    digest = tree_digest(program)
    if digest != UNPACKED_SHA256:
        shutil.rmtree(program, ignore_errors=True)
        raise JarsError(
            f"{program} has the SHA-256 {digest}: expected {UNPACKED_SHA256}; "
            "it was removed, run the same command again to fetch it anew"
        )
    return program


def tree_digest(folder: Path) -> str:
    """SHA-256 of names and contents of all files below a folder, in the order of their names."""
    whole = hashlib.sha256()
    for name in sorted(each.relative_to(folder).as_posix() for each in folder.rglob("*")):
        file = folder / name
        if file.is_dir():
            continue
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        whole.update(f"{digest}  {name}\n".encode())
    return whole.hexdigest()


def _fetched(folder: Path) -> Path:
    try:
        packed = resolve_registry(folder)
    except Exception as error:
        raise JarsError(
            f"Apicurio {REGISTRY_VERSION} can't be fetched ({type(error).__name__}: {error}): "
            "is the Maven registry reachable? Run the same command again to go on"
        ) from error
    with packed.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    if digest != SHA256:
        packed.unlink()
        raise JarsError(
            f"{packed} has the SHA-256 {digest}: expected {SHA256}; "
            "it was removed, run the same command again to fetch it anew"
        )
    return packed


def _unpack(packed: Path, program: Path) -> None:
    """Whole or not at all: the folder gets its name when everything is in it."""
    unfinished = Path(tempfile.mkdtemp(dir=program.parent))
    with tarfile.open(packed) as content:
        content.extractall(unfinished, filter="data")
    launcher = next(unfinished.rglob(_LAUNCHER))
    launcher.parent.rename(program)
    shutil.rmtree(unfinished, ignore_errors=True)


class RegistryServer(JavaServer):
    """A registry in a folder, its schemas too: what topics name by an id outlives a restart."""

    name = "Apicurio"
    note = "registry.json"

    def url(self, status: Status) -> str:
        """Where its Confluent-compatible interface is."""
        return f"http://{HOST}:{status.port}{_INTERFACE}"

    def start(
        self, port: int | None = None, *, owned: bool = False, console: Console | None = None
    ) -> Status:
        """Start it and wait until it answers; what runs already in the folder is left as it is.

        Raises:
            BrokerError: the port is taken, or the server ended or did not answer in time.
            JarsError: Apicurio can't be fetched.
        """
        found = self.status()
        if found is not None:
            return found
        port = self.free_port(port)
        program = archive(console)
        self.folder.mkdir(parents=True, exist_ok=True)
        server = [
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            f"-Dquarkus.http.host={HOST}",
            f"-Dquarkus.http.port={port}",
            "-Dquarkus.log.file.enable=true",
            f"-Dquarkus.log.file.path={self.log}",
            "-Dapicurio.storage.kind=sql",
            "-Dapicurio.storage.sql.kind=h2",
            f"-Dapicurio.datasource.url=jdbc:h2:file:{self.folder / 'data' / 'schemas'}",
            "-jar",
            os.fspath(program / _LAUNCHER),
        ]
        return self.wait(self.launch(server, port, owned=owned), lambda: _answers(port))


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}{_INTERFACE}/subjects", timeout=1):
            return True
    except (OSError, urllib.error.URLError):
        return False
