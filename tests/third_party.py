"""Writes THIRD-PARTY.md anew: what others wrote that recourse installs or fetches, under which
licence. `make check` compares it with the locks and with the checksums of Kafka's jars.

The licences are what each package says of itself: the metadata of what is installed here, the
manifest, the embedded POM or the licence file of a jar. What says nothing is in `_SAID`, with where
it was read.
"""

import importlib.metadata
import json
import re
import sys
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from packaging.requirements import Requirement

from streams.broker.jars import cache_folder, checksums
from streams.broker.maven import REGISTRY_VERSION, REPOSITORY, VERSION

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "THIRD-PARTY.md"
_LOCKED = re.compile(r"^([A-Za-z0-9_.-]+)==([^ \\;]+)", re.MULTILINE)
_ROW = re.compile(r"^\| ([^|]+) \| ([^|]*) \| ([^|]+) \|$", re.MULTILINE)
_LONGEST = 60  # a name of a licence; what is longer is its text
_HEAD = """# What others wrote

The project itself has no licence yet: whether and under which it may be copied and run is its
owner's to say. Until then nobody else may.

Made by `make third-party` from what each package says of itself; `make check` compares it with the
locks. None of it is changed by us. The wheel of recourse holds none of it: `pip install recourse`
installs the first part beside it (the image has it inside), each extra its own part; the jars of
Kafka and Apicurio are fetched by `recourse kafka` and `recourse demo` into the user's cache. The
licences' texts are in the packages and jars. Apicurio Registry is Apache-2.0; some of the jars in
its archive do not say theirs.
"""


class Part(NamedTuple):
    """A package or jar of others."""

    name: str
    version: str
    licence: str


# Not installed here (for other systems): by the registry's page of the package.
_SAID = {"colorama": "BSD License", "httpx2-jsfetch": "BSD-3-Clause", "pyyaml-ft": "MIT"}
SILENT = "not said in the jar"
"""Of jars of Apicurio, whose archive holds no POM beside them: its own licence is Apache-2.0."""


def locked(name: str) -> dict[str, str]:
    """The packages of a lock, with their versions."""
    return dict(_LOCKED.findall((ROOT / name).read_text(encoding="utf-8")))


def extras() -> dict[str, list[str]]:
    """The extras of pyproject.toml, with the names of what they ask for."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {
        extra: [Requirement(each).name for each in asked]
        for extra, asked in declared["project"]["optional-dependencies"].items()
    }


def of_the_extra(extra: str) -> dict[str, str]:
    """What an extra brings beyond what recourse needs, and all that this asks for."""
    every, without = locked("requirements.lock"), locked("deploy/requirements.lock")
    waiting, found = extras()[extra], dict[str, str]()
    while waiting:
        name = waiting.pop()
        if name in found or name not in every:
            continue
        found[name] = every[name]
        for each in importlib.metadata.distribution(name).requires or ():
            asked = Requirement(each)
            if asked.marker is None or asked.marker.evaluate({"extra": ""}):
                waiting.append(re.sub(r"[-_.]+", "-", asked.name).lower())
    return {name: version for name, version in sorted(found.items()) if name not in without}


def _of_packages(packages: dict[str, str]) -> Iterator[Part]:
    for name, version in packages.items():
        yield Part(name, version, of_package(name))


def of_package(name: str) -> str:
    """The licence that an installed package says; empty where it says none or is not here."""
    if name in _SAID:
        return _SAID[name]
    try:
        said = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
    plain: Any = said  # a message of mail, which knows `get`
    text = plain.get("License-Expression") or plain.get("License") or ""
    if text and "\n" not in text and len(text) <= _LONGEST:
        return str(text)
    named = [
        each.rpartition(" :: ")[2]
        for each in said.get_all("Classifier") or ()
        if each.startswith("License :: ") and not each.endswith("OSI Approved")
    ]
    return ", ".join(named) or str(text.strip().split("\n")[0])[:_LONGEST]


def _of_jars(jars: Iterable[Path]) -> Iterator[Part]:
    for jar in sorted(jars, key=lambda each: each.name):
        stem, _, version = jar.stem.rpartition("-")
        name = stem or jar.name
        yield Part(name, version if stem else "", _of_jar(jar) or _of_poms(jar.stem))


_URLS = {
    "apache.org/licenses/LICENSE-2.0": "Apache-2.0",
    "eclipse.org/legal/epl-2.0": "EPL-2.0",
    "eclipse.org/legal/epl-v20": "EPL-2.0",
    "eclipse.org/legal/epl-v10": "EPL-1.0",
    "eclipse.org/org/documents/edl-v10": "BSD-3-Clause (EDL 1.0)",
    "opensource.org/licenses/mit": "MIT",
    "opensource.org/licenses/MIT": "MIT",
    "opensource.org/licenses/BSD-2-Clause": "BSD-2-Clause",
    "opensource.org/licenses/BSD-3-Clause": "BSD-3-Clause",
    "gnu.org/software/classpath/license": "GPL-2.0 with classpath exception",
    "creativecommons.org/publicdomain/zero/1.0": "CC0-1.0",
    "mozilla.org/en-US/MPL/1.1": "MPL-1.1",
    "gnu.org/licenses/old-licenses/lgpl-2.1": "LGPL-2.1",
    "oss.oracle.com/licenses/CDDL": "CDDL-1.1 or GPL-2.0 with classpath exception",
}
_TEXTS = {
    "Apache License": "Apache-2.0",
    "Eclipse Public License - v 2.0": "EPL-2.0",
    "COMMON DEVELOPMENT AND DISTRIBUTION LICENSE": "CDDL-1.0",
    "MIT License": "MIT",
    "Redistribution and use in source and binary forms": "BSD",
}
_GENERATIONS = 5  # of parents of a POM
_TEXT_AT_MOST = 4_000  # of a licence's file: its name stands at its begin


def _of_jar(jar: Path) -> str:
    with zipfile.ZipFile(jar) as content:
        names = content.namelist()
        manifest = "META-INF/MANIFEST.MF"
        said = content.read(manifest).decode(errors="replace") if manifest in names else ""
        found = re.search(r"^Bundle-License: (.*(?:\r?\n .*)*)", said, re.MULTILINE)
        if found:
            text = re.sub(r"\r?\n ", "", found[1]).strip()
            named = [short for url, short in _URLS.items() if url in text]
            return " or ".join(dict.fromkeys(named)) or text.split(";")[0].strip('" ')
        poms = [content.read(each).decode(errors="replace") for each in names if _is_pom(each)]
        for pom in poms:
            named = re.findall(r"<license>.*?<name>(.*?)</name>", pom, re.DOTALL)
            if named:
                return " or ".join(each.strip() for each in named)
        for each in names:
            if re.search(r"(^|/)(LICEN[SC]E|COPYING)[^/]*$", each):
                text = content.read(each)[:_TEXT_AT_MOST].decode(errors="replace")
                return next((short for words, short in _TEXTS.items() if words in text), "")
    return ""


def _of_poms(stem: str) -> str:
    """By the POM that Maven's registry has of a jar, or a parent of it."""
    poms = cache_folder() / REPOSITORY
    for _ in range(_GENERATIONS):
        found = next(poms.rglob(f"{stem}.pom"), None)
        if found is None:
            return ""
        pom = found.read_text(encoding="utf-8")
        own = re.search(r"<licenses>(.*?)</licenses>", pom, re.DOTALL)
        if own:
            return " or ".join(re.findall(r"<name>\s*(.*?)\s*</name>", own[1], re.DOTALL))
        parent = re.search(r"<parent>(.*?)</parent>", pom, re.DOTALL)
        if parent is None:
            return ""
        named = dict(re.findall(r"<(artifactId|version)>\s*(.*?)\s*</", parent[1]))
        stem = f"{named.get('artifactId')}-{named.get('version')}"
    return ""


def _is_pom(name: str) -> bool:
    return name.startswith("META-INF/maven/") and name.endswith("pom.xml")


def _registry_jars() -> list[Path]:
    folder = cache_folder().with_name(f"apicurio-{REGISTRY_VERSION}") / "program"
    return list({each.name: each for each in folder.rglob("*.jar")}.values())


def _kafka_jars() -> list[Path]:
    return [Path(name) for name, *_ in json.loads((cache_folder() / "jars.json").read_text())]


def _title(extra: str) -> str:
    return f"The extra `{extra}`"


def parts() -> dict[str, list[Part]]:
    """All of them, by the title that they stand under."""
    return {
        "What recourse needs": list(_of_packages(locked("deploy/requirements.lock"))),
        **{_title(each): list(_of_packages(of_the_extra(each))) for each in extras()},
        f"Kafka {VERSION}": list(_of_jars(_kafka_jars())),
        f"Apicurio Registry {REGISTRY_VERSION}": [
            each._replace(licence=each.licence or SILENT) for each in _of_jars(_registry_jars())
        ],
    }


def page(found: dict[str, list[Part]]) -> str:
    """The page."""
    lines = [_HEAD]
    for title, each in found.items():
        lines += [f"## {title}", "", "| name | version | licence |", "|---|---|---|"]
        lines += [f"| {part.name} | {part.version} | {part.licence} |" for part in each]
        lines.append("")
    return "\n".join(lines)


def told(title: str) -> dict[str, Part]:
    """What the page says under a title, by name."""
    _, _, after = PAGE.read_text(encoding="utf-8").partition(f"## {title}\n")
    rows = _ROW.findall(after.partition("\n## ")[0])
    return {name: Part(name, version, licence) for name, version, licence in rows[1:]}


def problems() -> Iterator[str]:
    """Where the page is not that of the locks and of Kafka's jars."""
    wanted = {_title(each): of_the_extra(each) for each in extras()}
    wanted["What recourse needs"] = locked("deploy/requirements.lock")
    for title, packages in wanted.items():
        if {each.name: each.version for each in told(title).values()} != packages:
            yield f"{PAGE.name} is not of these locks: make third-party"
    jars = {f"{each.name}-{each.version}.jar" for each in told(f"Kafka {VERSION}").values()}
    if jars != checksums().keys():
        yield f"{PAGE.name} is not of Kafka's jars: make third-party"
    if not told(f"Apicurio Registry {REGISTRY_VERSION}"):
        yield f"{PAGE.name} has not Apicurio {REGISTRY_VERSION}: make registry, make third-party"


def main() -> None:
    """Writes the page; ends with a sentence for what has no licence that it says."""
    found = parts()
    silent = [each.name for group in found.values() for each in group if not each.licence]
    if silent:
        sys.exit(f"no licence is said by {', '.join(silent)}: read it, and put it into _SAID")
    if not found[f"Apicurio Registry {REGISTRY_VERSION}"]:
        sys.exit("Apicurio is not in the user's cache: make registry")
    PAGE.write_text(page(found), encoding="utf-8")


if __name__ == "__main__":
    main()
