"""Is all of `deploy/` right, by the tools' own checks? `make check-deploy`; the tools are fetched.

promtool and amtool are Debian's, unpacked without being installed; helm is built by Go.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import yaml

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
CHART = DEPLOY / "helm" / "recourse"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "recourse" / "tools"
HELM = "helm.sh/helm/v3/cmd/helm@v3.22.0"
DEBIAN = {"promtool": "prometheus", "amtool": "prometheus-alertmanager"}
KUBERNETES = "1.31"
CUSTOM = {"ServiceMonitor"}  # of an operator: not in Kubernetes' own schemas
VALUES: dict[str, dict[str, Any]] = {
    "as it comes": {},
    "all of it": {
        "kafka": {"bootstrapServers": "a:9093,b:9093"},
        "registry": {"url": "https://registry", "username": "worker", "secret": "registry"},
        "privacyKeySecret": "privacy",
        "stages": ["desk"],
        "settings": {"RECOURSE_TICK_INTERVAL_MS": 5000},
        "autoscaling": {"enabled": True},
        "serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
        "image": {"pullSecrets": ["mine"]},
        "podAnnotations": {"a": "b"},
        "nodeSelector": {"kubernetes.io/arch": "amd64"},
        "tolerations": [{"key": "a", "operator": "Exists"}],
        "state": {"storageClass": "fast"},
    },
    "plain": {"kafka": {"securityProtocol": "PLAINTEXT"}, "state": {"enabled": False}},
}
WRONG: dict[str, dict[str, Any]] = {
    "a value that is none": {"worker": 3},
    "a server without a port": {"kafka": {"bootstrapServers": "kafka"}},
    "a stage that is none": {"stages": ["insight"]},
}


class Wrong(Exception):  # noqa: N818 - it says what the case is
    """What a check says."""


def main() -> None:
    checks: dict[str, Callable[[], None]] = {
        "rules": rules,
        "alertmanager": alertmanager,
        "chart": chart,
        "values in the page": values_in_the_page,
        "image's lock": lock,
    }
    failed = False
    for name, check in checks.items():
        try:
            check()
        except Wrong as problem:
            failed = True
            sys.stderr.write(f"{name}: {problem}\n")
        else:
            sys.stdout.write(f"{name}: fine\n")
    sys.exit(1 if failed else 0)


def rules() -> None:
    folder = DEPLOY / "prometheus"
    files = [str(folder / "rules.yaml"), str(folder / "alerts.yaml")]
    run("promtool", "check", "rules", *files)
    run("promtool", "test", "rules", *map(str, sorted(folder.glob("*_test.yaml"))))


def alertmanager() -> None:
    run("amtool", "check-config", str(DEPLOY / "prometheus" / "alertmanager.yaml"))


def chart() -> None:
    run("helm", "lint", "--strict", str(CHART))
    for name, values in VALUES.items():
        for manifest in rendered(values):
            if manifest["kind"] in CUSTOM:
                continue
            try:
                kubernetes_validate.validate(manifest, KUBERNETES, strict=True)
            except Exception as error:
                raise Wrong(f"{name}: {manifest['kind']}: {error}") from error
    for name, values in WRONG.items():
        try:
            list(rendered(values))
        except Wrong:
            continue
        raise Wrong(f"{name} is taken: {json.dumps(values)}")


def rendered(values: dict[str, Any]) -> Iterator[dict[str, Any]]:
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        json.dump(values, file)
        file.flush()
        text = run(
            "helm", "template", "mine", str(CHART),
            "--kube-version", f"{KUBERNETES}.0", "--values", file.name,
        )  # fmt: skip
    yield from (each for each in yaml.safe_load_all(text) if each)


def values_in_the_page() -> None:
    page = (DEPLOY / "README.md").read_text()
    first_cells = "".join(re.findall(r"^\| (`.*?) \|", page, re.MULTILINE))
    told = set(re.findall(r"`([a-zA-Z.]+)`", first_cells))
    there = set(names(yaml.safe_load((CHART / "values.yaml").read_text())))
    if told & there != there:
        raise Wrong(f"deploy/README.md says nothing of {', '.join(sorted(there - told))}")


def names(values: dict[str, Any], before: str = "") -> Iterator[str]:
    for name, value in values.items():
        if isinstance(value, dict) and value and name != "resources":
            yield from names(value, f"{before}{name}.")
        else:
            yield f"{before}{name}"


def lock() -> None:
    whole = set((ROOT / "requirements.lock").read_text().splitlines())
    more = set((DEPLOY / "requirements.lock").read_text().splitlines()) - whole
    pinned = sorted(line for line in more if "==" in line)
    if pinned:
        raise Wrong(f"deploy/requirements.lock differs from the project's: {pinned}: `make lock`")


def run(tool: str, *arguments: str) -> str:
    command = [str(found(tool)), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Wrong(f"{tool} {' '.join(arguments[:2])}:\n{done.stdout}{done.stderr}")
    return done.stdout


def found(tool: str) -> Path:
    here = shutil.which(tool)
    if here is not None:
        return Path(here)
    CACHE.mkdir(parents=True, exist_ok=True)
    if tool == "helm":
        return _built(CACHE / "helm")
    return _unpacked(tool, CACHE / DEBIAN[tool] / "usr" / "bin" / tool)


def _built(path: Path) -> Path:
    if not path.exists():
        go = shutil.which("go") or "/usr/local/go/bin/go"
        if not Path(go).exists():
            raise Wrong("helm is missing, and Go that could build it: install one of them")
        sys.stderr.write("Building helm (a few minutes, once) ...\n")
        _fetch([go, "install", HELM], "helm", GOBIN=str(CACHE), GOFLAGS="-p=2")
    return path


def _unpacked(tool: str, path: Path) -> Path:
    if not path.exists():
        package = DEBIAN[tool]
        if shutil.which("apt-get") is None:
            raise Wrong(f"{tool} is missing: install Prometheus' {package}")
        _fetch(["apt-get", "download", package], package)
        archive = next(CACHE.glob(f"{package}_*.deb"))
        _fetch(["dpkg", "-x", archive.name, package], package)
    return path


def _fetch(command: list[str], what: str, **environment: str) -> None:
    done = subprocess.run(
        command,
        cwd=CACHE,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Wrong(f"{what} can't be fetched: {done.stderr.strip() or done.stdout.strip()}")


if __name__ == "__main__":
    main()
