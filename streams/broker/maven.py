"""Kafka's jars and the registry from Maven's registry, by jgo, in a way no crash can spoil.

jgo writes a download under its final name from its first byte, and later takes what has that name
for whole. So each one is marked while it runs, and what is still marked is removed first.
"""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import truststore

if TYPE_CHECKING:
    from jgo.maven import MavenContext

VERSION = "4.1.1"
REGISTRY_VERSION = "3.3.3"
REPOSITORY = "repository"
"""The folder, in the cache, of what was downloaded; the user's own Maven folder is left alone."""
_MARK = ".unfinished"
_GROUP = "org.apache.kafka"
_KAFKA = ("kafka_2.13", "kafka-storage", "kafka-tools")
# Kafka's jars ask for none of the bindings of SLF4J, and without one it logs nothing at all.
_LOGGING = ("org.apache.logging.log4j", "log4j-slf4j-impl", "2.24.3")


def resolve(folder: Path, jar_fetched: Callable[[], None]) -> list[Path]:
    """All jars of Kafka in `folder`, by name; `jar_fetched` is called for each one downloaded.

    What jgo calls an environment is not asked for: to tell modules from jars it fetches a JDK.
    """
    from jgo.maven import Dependency  # noqa: PLC0415 - slow to import, and needed once

    context = _context(folder, jar_fetched)
    group, name, version = _LOGGING  # by itself: it would bring older versions of the others
    kafka = [context.project(_GROUP, each).at_version(VERSION).artifact() for each in _KAFKA]
    with trusting_as_the_system():
        named, brought = context.resolver.resolve([Dependency(each, "compile") for each in kafka])
        found = [dependency.artifact.resolve() for dependency in (*named, *brought)]
        found.append(context.project(group, name).at_version(version).artifact().resolve())
    return sorted({path.name: path for path in found}.values())


def resolve_registry(folder: Path) -> Path:
    """Apicurio's archive in `folder`."""
    project = _context(folder, lambda: None).project("io.apicurio", "apicurio-registry-app")
    with trusting_as_the_system():
        found: Path = project.at_version(REGISTRY_VERSION).artifact("all", "tar.gz").resolve()
    return found


@contextmanager
def trusting_as_the_system() -> Iterator[None]:
    """What jgo fetches comes over one connection, and by this machine's authorities too, as pip's.

    requests brings a list of authorities of its own, and a company's proxy signs what passes it by
    one that is only in the machine's store (or in `SSL_CERT_FILE`).
    """
    import requests  # noqa: PLC0415 - slow to import, and needed once
    from jgo.util import http  # noqa: PLC0415 - the same

    class SystemTrust(requests.adapters.HTTPAdapter):
        def init_poolmanager(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401
            trusted = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            super().init_poolmanager(*arguments, ssl_context=trusted, **options)

        def proxy_manager_for(self, proxy: str, **options: Any) -> Any:  # noqa: ANN401
            trusted = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            return super().proxy_manager_for(proxy, ssl_context=trusted, **options)

    module: Any = http  # it asks its own `requests`, each time anew: here that is the session
    theirs = module.requests
    with requests.Session() as session:
        session.mount("https://", SystemTrust())
        module.requests = session
        try:
            yield
        finally:
            module.requests = theirs


def _context(folder: Path, jar_fetched: Callable[[], None]) -> "MavenContext":
    from jgo.maven import Artifact, MavenContext, PythonResolver  # noqa: PLC0415 - the same

    class Marking(PythonResolver):
        """Marks each download while it runs."""

        def download(self, artifact: Artifact) -> Path | None:
            target = artifact.cached_path
            assert target is not None, "the context has a repository"
            target.parent.mkdir(parents=True, exist_ok=True)
            mark = target.with_name(target.name + _MARK)
            mark.touch()
            try:
                found = super().download(artifact)
            except BaseException:
                remove_unfinished(target.parent)
                raise
            mark.unlink()
            if target.suffix == ".jar":
                jar_fetched()
            return found

    repository = folder / REPOSITORY
    remove_unfinished(repository)
    return MavenContext(resolver=Marking(), repo_cache=repository)


def remove_unfinished(folder: Path) -> None:
    """Remove what an interrupted download left."""
    for mark in list(folder.rglob(f"*{_MARK}")):
        mark.with_name(mark.name.removesuffix(_MARK)).unlink(missing_ok=True)
        mark.unlink()
