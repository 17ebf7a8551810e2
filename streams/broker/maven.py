"""Kafka's jars and the registry from Maven's registry, by jgo, in a way no crash can spoil.

jgo writes a download under its final name from its first byte, and later takes what has that name
for whole. So each one is marked while it runs, and what is still marked is removed first.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jgo.maven import MavenContext

VERSION = "4.1.1"
REGISTRY_VERSION = "3.3.3"
REPOSITORY = "repository"
"""The folder, in the cache, of what was downloaded; the user's own Maven folder is left alone."""
_LINKS = "jgo"
_MARK = ".unfinished"
_COORDINATES = "+".join(
    f"org.apache.kafka:{name}:{VERSION}" for name in ("kafka_2.13", "kafka-storage", "kafka-tools")
)
# Kafka's jars ask for none of the bindings of SLF4J, and without one it logs nothing at all.
_LOGGING = ("org.apache.logging.log4j", "log4j-slf4j-impl", "2.24.3")


def resolve(folder: Path, jar_fetched: Callable[[], None]) -> list[Path]:
    """All jars of Kafka in `folder`, by name; `jar_fetched` is called for each one downloaded."""
    from jgo.env import EnvironmentBuilder  # noqa: PLC0415 - slow to import, and needed once

    shutil.rmtree(folder / _LINKS, ignore_errors=True)  # only links, made in a moment
    context = _context(folder, jar_fetched)
    built = EnvironmentBuilder(context=context, cache_dir=folder / _LINKS)
    found = built.from_endpoint(endpoint=_COORDINATES).all_jars
    group, name, version = _LOGGING  # by itself: it would bring older versions of the others
    found.append(context.project(group, name).at_version(version).artifact().resolve())
    return sorted({path.name: path for path in found}.values())


def resolve_registry(folder: Path) -> Path:
    """Apicurio's archive in `folder`."""
    project = _context(folder, lambda: None).project("io.apicurio", "apicurio-registry-app")
    found: Path = project.at_version(REGISTRY_VERSION).artifact("all", "tar.gz").resolve()
    return found


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
