"""Puts licences, and what the local Kafka is made of, into the lists of `make sbom`.

cyclonedx_py reads a lock, which holds no licence and no jar.
"""

import json
import sys
from pathlib import Path
from typing import Any

from streams.broker.jars import checksums
from streams.broker.maven import REGISTRY_VERSION, VERSION
from tests.third_party import Part, extras, of_package, told

KAFKA, REGISTRY = f"Kafka {VERSION}", f"Apicurio Registry {REGISTRY_VERSION}"


def completed(bom: dict[str, Any], *, local: bool) -> dict[str, Any]:
    """The list with a licence for each component; `local`: with the jars of Kafka and Apicurio."""
    known = told("What recourse needs")
    for extra in extras():
        known |= told(f"The extra `{extra}`")
    components = []
    for each in bom["components"]:
        part = known.get(each["name"])
        licence = part.licence if part else of_package(each["name"])
        components.append(each | ({"licenses": _licences(licence)} if licence else {}))
    if local:
        components += [_jar(each) for each in (*told(KAFKA).values(), *told(REGISTRY).values())]
    return bom | {"components": components}


def _jar(part: Part) -> dict[str, Any]:
    digest = checksums().get(f"{part.name}-{part.version}.jar")
    hashes = [{"alg": "SHA-256", "content": digest}] if digest else []
    return {
        "type": "library",
        "bom-ref": f"jar:{part.name}-{part.version}",
        "name": part.name,
        "version": part.version,
        "licenses": _licences(part.licence),
    } | ({"hashes": hashes} if hashes else {})


def _licences(name: str) -> list[dict[str, Any]]:
    return [{"license": {"name": name}}]


def main(image: Path, development: Path) -> None:
    """Completes both files."""
    for path, local in ((image, False), (development, True)):
        bom = completed(json.loads(path.read_text(encoding="utf-8")), local=local)
        silent = [each["name"] for each in bom["components"] if not each.get("licenses")]
        if silent:
            sys.exit(f"{path.name}: no licence is said by {', '.join(silent)}")
        path.write_text(json.dumps(bom, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
