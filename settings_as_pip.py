"""`settings_as_pip.py COMMAND ...`: a command with the index, certificates and proxy that pip has.

A user behind a company's index or proxy has told pip (its file, or PIP_...), and nobody else. uv
asks neither pip's file nor, by itself, the machine's certificate authorities; Kafka's jars come by
requests, and AsyncAPI's parser by npm, which have authorities of their own. So what pip is told is
said again in their words. What
the user told uv itself (UV_..., uv.toml) stands. Needs nothing but pip.
"""

import ast
import os
import ssl
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from urllib.request import url2pathname

COMMANDS = "global", "install", ":env:"  # whose settings count; the last wins
_INDEXES = {"UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL"}
_STORES = (
    "/etc/ssl/cert.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
)
_OPENSSL = {"SSL_CERT_FILE", "SSL_CERT_DIR"}
_PROXIES = {
    name for each in ("http_proxy", "https_proxy", "all_proxy") for name in (each, each.upper())
}


def main() -> None:
    """Becomes the command."""
    command, pip = sys.argv[1:], settings_of_pip()
    environment = os.environ | said_again(pip, os.environ, index_of_uv=uv_has_index())
    if "uv" in command and pip.get("no-index", "0").lower() in ("1", "true", "yes", "on"):
        command.append("--no-index")  # of which uv has no variable
    os.execvpe(command[0], command, environment)  # noqa: S606 - the Makefile's own command


def said_again(
    pip: Mapping[str, str], environment: Mapping[str, str], *, index_of_uv: bool
) -> dict[str, str]:
    """What pip is told, as variables of uv, requests, OpenSSL and Node; what is set stands."""
    said = _authorities(pip, environment) | _network(pip)
    if not index_of_uv:
        said |= _indexes(pip)
    taken = set(environment)
    if taken & _INDEXES:
        taken |= _INDEXES | {"UV_INDEX_STRATEGY"}
    if taken & _PROXIES:
        taken |= _PROXIES
    if "UV_NATIVE_TLS" in taken:  # what UV_SYSTEM_CERTS was called
        taken.add("UV_SYSTEM_CERTS")
    # As pip: what it is told wins over what is said to all programs.
    return {name: value for name, value in said.items() if name not in taken - _OPENSSL}


def _authorities(pip: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """By whose signature a server is trusted: what pip is told, else the machine's store."""
    said = {"UV_SYSTEM_CERTS": "1"} if machine_has_authorities() else {}
    bundle = pip.get("cert")
    if bundle is None and "SSL_CERT_FILE" not in environment:  # pip asks for these two as well
        bundle = environment.get("REQUESTS_CA_BUNDLE") or environment.get("CURL_CA_BUNDLE")
    if bundle:
        said["SSL_CERT_DIR" if Path(bundle).is_dir() else "SSL_CERT_FILE"] = bundle
    if (file := said.get("SSL_CERT_FILE", environment.get("SSL_CERT_FILE"))) is not None:
        said["NODE_EXTRA_CA_CERTS"] = file  # Node adds them to its own, and knows no folder
    if "cert" in pip:
        said["REQUESTS_CA_BUNDLE"] = pip["cert"]
    if "client-cert" in pip:
        said["SSL_CLIENT_CERT"] = pip["client-cert"]
    return said


def _network(pip: Mapping[str, str]) -> dict[str, str]:
    said = {}
    if "proxy" in pip:
        proxy = pip["proxy"] if "://" in pip["proxy"] else f"http://{pip['proxy']}"
        said |= {"HTTP_PROXY": proxy, "HTTPS_PROXY": proxy}
    if "trusted-host" in pip:
        said["UV_INSECURE_HOST"] = " ".join(pip["trusted-host"].split())
    seconds = pip.get("timeout", pip.get("default-timeout", ""))
    if seconds.isdecimal():
        said["UV_HTTP_TIMEOUT"] = seconds
    if pip.get("keyring-provider") == "subprocess":
        said["UV_KEYRING_PROVIDER"] = "subprocess"
    return said


def _indexes(pip: Mapping[str, str]) -> dict[str, str]:
    said = {}
    if "index-url" in pip:
        said["UV_DEFAULT_INDEX"] = pip["index-url"]
    if "extra-index-url" in pip:
        said["UV_INDEX"] = " ".join(pip["extra-index-url"].split())
        said["UV_INDEX_STRATEGY"] = "unsafe-best-match"  # all together, as pip has them
    links = [each for each in pip.get("find-links", "").split() if _is_there(each)]
    if links:
        said["UV_FIND_LINKS"] = ",".join(links)
    return said


def _is_there(link: str) -> bool:
    """Where a folder is not there, pip goes on, and uv ends."""
    if link.startswith(("http://", "https://")):
        return True
    return Path(url2pathname(link.removeprefix("file://"))).exists()


def settings_of_pip() -> dict[str, str]:
    """What pip is told by its files and its variables; nothing where it can't be asked."""
    asked = [sys.executable, "-m", "pip", "config", "list"]
    answer = subprocess.run(asked, check=False, capture_output=True, text=True).stdout  # noqa: S603
    found: dict[str, dict[str, str]] = {command: {} for command in COMMANDS}
    for line in answer.splitlines():
        name, is_one, value = line.partition("=")
        command, _, setting = name.rpartition(".")
        if is_one and command in found:
            found[command][setting] = str(ast.literal_eval(value))
    return {key: value for command in COMMANDS for key, value in found[command].items()}


def machine_has_authorities() -> bool:
    """Whether there is a store for uv to ask; without one it would end, and has its own instead."""
    default = ssl.get_default_verify_paths()
    folders = [Path(folder) for folder in (default.capath, "/etc/ssl/certs") if folder]
    return (
        sys.platform == "darwin"
        or default.cafile is not None
        or any(Path(file).is_file() for file in _STORES)
        or any(folder.is_dir() and any(folder.iterdir()) for folder in folders)
    )


def uv_has_index() -> bool:
    """Whether a file of uv's own names an index."""
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    files = os.environ.get("UV_CONFIG_FILE"), Path(home, "uv", "uv.toml"), "/etc/uv/uv.toml"
    for file in filter(None, files):
        try:
            told = tomllib.loads(Path(file).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if {"index", "index-url", "extra-index-url"} & (told.keys() | told.get("pip", {}).keys()):
            return True
    return False


if __name__ == "__main__":
    main()
