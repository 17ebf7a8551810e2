"""Are the workflows' actions and the image's base named by commit and digest? `--write` asks anew.

A tag can be moved; a commit and a digest can't. The images of deploy/compose/ are for a try on one
machine and are named by version alone: their digests are not known here (`make pins` writes them,
where their registries can be reached).
"""

import argparse
import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yaml"))
DOCKERFILE = ROOT / "deploy" / "Dockerfile"
COMPOSE = ROOT / "deploy" / "compose" / "compose.yaml"
_ACTION = re.compile(r"(uses: )([\w.-]+/[\w.-]+)@(\S+)(?:  # (\S+))?")
_IMAGE = re.compile(
    r"^((?:FROM|    image:) )([\w./-]+):([\w.-]+)(@sha256:[0-9a-f]{64})?", re.MULTILINE
)
_COMMIT = re.compile(r"[0-9a-f]{40}")
_MANIFESTS = (
    "application/vnd.oci.image.index.v1+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json"
)
_SECONDS = 30.0


def problems() -> Iterator[str]:
    """What is named by a tag alone, a sentence each."""
    for path in WORKFLOWS:
        for _, action, version, tag in _ACTION.findall(path.read_text(encoding="utf-8")):
            if not _COMMIT.fullmatch(version) or not tag:
                yield f"{path.name}: {action}@{version} is no commit with its tag: make pins"
    for _, image, tag, digest in _IMAGE.findall(DOCKERFILE.read_text(encoding="utf-8")):
        if not digest:
            yield f"{DOCKERFILE.name}: {image}:{tag} has no digest: make pins"


def pinned_actions(text: str, commit_of: Callable[[str, str], str]) -> str:
    """A workflow with the commit that each action's tag names now."""

    def pin(found: re.Match[str]) -> str:
        begin, action, version, tag = found.groups()
        tag = tag or version
        return f"{begin}{action}@{commit_of(action, tag)}  # {tag}"

    return _ACTION.sub(pin, text)


def pinned_images(text: str, digest_of: Callable[[str, str], str]) -> str:
    """A Dockerfile or compose file with the digest that each image's tag names now."""
    return _IMAGE.sub(
        lambda found: "".join(found.group(1, 2)) + f":{found[3]}@" + digest_of(found[2], found[3]),
        text,
    )


def commit_of(action: str, tag: str) -> str:
    """Asks the action's repository."""
    address = f"https://github.com/{action}"
    done = subprocess.run(
        ["git", "ls-remote", address, f"refs/tags/{tag}", f"refs/tags/{tag}^{{}}"],
        capture_output=True, text=True, check=True, timeout=_SECONDS,
    )  # fmt: skip
    return done.stdout.splitlines()[-1].split()[0]


def digest_of(image: str, tag: str) -> str:
    """Asks Docker Hub."""
    name = image if "/" in image else f"library/{image}"
    asked = f"https://auth.docker.io/token?service=registry.docker.io&scope=repository:{name}:pull"
    with urllib.request.urlopen(asked, timeout=_SECONDS) as answer:
        token = json.load(answer)["token"]
    request = urllib.request.Request(
        f"https://registry-1.docker.io/v2/{name}/manifests/{tag}",
        headers={"Authorization": f"Bearer {token}", "Accept": _MANIFESTS},
        method="HEAD",
    )
    with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
        return str(answer.headers["Docker-Content-Digest"])


def main() -> None:
    """Says what is not pinned, or pins all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    if not parser.parse_args().write:
        sys.exit("\n".join(problems()) or None)
    for path in WORKFLOWS:
        path.write_text(pinned_actions(path.read_text(encoding="utf-8"), commit_of))
    for path in (DOCKERFILE, COMPOSE):
        path.write_text(pinned_images(path.read_text(encoding="utf-8"), digest_of))


if __name__ == "__main__":
    main()
