"""Set-up on machines as they are: which Python is taken, and what is told to pip holds for all."""

import hashlib
import os
import shutil
import ssl
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import urlopen

import pytest
import requests
from jgo.util import http

import settings_as_pip as as_pip
from streams.broker.certificates import certificates
from streams.broker.maven import trusting_as_the_system

ROOT = Path(__file__).parents[1]
NETWORK = (
    "SSL_CERT",
    "PIP_",
    "UV_",
    "REQUESTS_",
    "CURL_",
    "NODE_EXTRA_CA_CERTS",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
)
"""What a machine may have told its programs; a test says its own."""


def bare(**told: str) -> dict[str, str]:
    """This process's environment without what it says of networks, and with what is told."""
    kept = {
        name: value for name, value in os.environ.items() if not name.upper().startswith(NETWORK)
    }
    return kept | {"PIP_CONFIG_FILE": os.devnull, "NO_PROXY": "localhost"} | told


# --- which Python ---


def pythons(folder: Path, **versions: str) -> dict[str, str]:
    """A PATH of programs that say they are these versions: `python3="3.13"`."""
    folder.mkdir()
    (folder / "sh").symlink_to(shutil.which("sh") or "/bin/sh")
    for name, version in versions.items():
        number = tuple(map(int, version.rstrip("t").split("."))) if version != "none" else ()
        says = [
            f"#!{sys.executable}",
            "import platform, sys, sysconfig",
            f"sys.version_info = {(*number, 0)}",
            "real = sysconfig.get_config_var",
            f"told = {{'Py_GIL_DISABLED': {int(version.endswith('t'))}}}",
            "sysconfig.get_config_var = lambda name: told.get(name, real(name))",
            f"platform.python_version = lambda: {version!r}",
            "exec(sys.argv[2])",
        ]
        program = folder / name.replace("_", ".")
        program.write_text("\n".join(says))
        if version == "none":  # as a version manager has it: a name that runs nothing
            program.write_text("#!/bin/sh\nexit 127\n")
        program.chmod(0o755)
    return {"PATH": str(folder), "HOME": str(folder)}


@pytest.mark.parametrize(
    ("there", "asked", "taken"),
    [
        ({"python3": "3.11"}, [], "python3"),
        ({"python3": "3.12"}, [], "python3"),
        ({"python3": "3.13"}, [], "python3"),
        ({"python3": "3.14"}, [], "python3"),
        ({"python3": "3.13", "python3_14": "3.14", "python3_11": "3.11"}, [], "python3"),
        ({"python3": "3.10", "python3_11": "3.11", "python3_12": "3.12"}, [], "python3.12"),
        ({"python3": "3.15", "python3_14": "3.14"}, [], "python3.14"),
        ({"python3": "3.14t", "python3_13": "3.13"}, [], "python3.13"),
        ({"python3": "3.9", "python3_14": "none", "python3_13": "3.13"}, [], "python3.13"),
        ({"python3": "3.11", "python3_13": "3.13"}, ["--newest"], "python3.13"),
        ({"python3": "3.11", "python3_12": "3.12"}, ["python3.12"], "python3.12"),
    ],
)
def test_python3_is_taken_where_it_fits_and_else_the_newest_that_does(
    tmp_path: Path, there: dict[str, str], asked: list[str], taken: str
) -> None:
    environment = pythons(tmp_path / "bin", **there) | {"PYENV_ROOT": str(tmp_path)}

    done = which_python(asked, environment)

    assert (done.returncode, done.stdout, done.stderr) == (0, f"{taken}\n", "")


RIGHT = "recourse needs Python 3.11, 3.12, 3.13 or 3.14, with venv and with the GIL; "
OTHER = " Name one: make PYTHON=/path/to/python3"


@pytest.mark.parametrize(
    ("there", "asked", "says"),
    [
        ({"python3": "3.10"}, [], f"none is in PATH, and of python3: it is 3.10.{OTHER}"),
        ({"python3": "3.15"}, [], f"none is in PATH, and of python3: it is 3.15.{OTHER}"),
        ({"python3": "none"}, [], f"none is in PATH, and of python3: it does not run.{OTHER}"),
        ({"python3": "3.11"}, ["python3.12"], "of python3.12: it does not run"),
        ({"python3_14": "3.14t"}, ["python3.14"], "of python3.14: it is 3.14t, without the GIL"),
    ],
)
def test_where_no_python_fits_a_sentence_says_which_would(
    tmp_path: Path, there: dict[str, str], asked: list[str], says: str
) -> None:
    done = which_python(asked, pythons(tmp_path / "bin", **there))

    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{RIGHT}{says}\n")


def which_python(asked: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [shutil.which("sh") or "sh", str(ROOT / "which-python.sh"), *asked]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_a_venv_stays_until_another_python_is_named_or_its_own_is_gone(tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    made = f"Making {venv} with Python {sys.version.split()[0]} ...\n"
    base = str(Path(sys.base_prefix, "bin", "python3"))
    other = pythons(tmp_path / "bin", python3="3.10")["PATH"] + "/python3"

    assert made_venv(venv, f"PYTHON={base}") == (0, made)
    assert made_venv(venv, f"PYTHON={base}") == (0, "")
    assert made_venv(venv) == (0, "")
    assert made_venv(venv, f"PYTHON={other}") == (2, "")  # and the old one is as it was
    assert made_venv(venv) == (0, "")
    (packages,) = venv.glob("lib/python3*/site-packages")
    shutil.rmtree(packages.parent)  # as a distribution's upgrade leaves it
    assert made_venv(venv, f"PYTHON={base}") == (0, made)


def made_venv(venv: Path, *told: str) -> tuple[int, str]:
    command = ["make", "--silent", f"{venv}/.python", f"VENV={venv}", *told]
    without = {
        name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "PYTHON")
    }
    done = subprocess.run(
        command, cwd=ROOT, env=without, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout


# --- pip's settings for all ---


def trusted(file: str) -> dict[str, str]:
    """As OpenSSL and as Node are told of it."""
    return {"SSL_CERT_FILE": file, "NODE_EXTRA_CA_CERTS": file}


@pytest.mark.parametrize(
    ("pip", "environment", "said"),
    [
        ({}, {}, {}),
        ({"cert": "/a.pem"}, {}, {**trusted("/a.pem"), "REQUESTS_CA_BUNDLE": "/a.pem"}),
        (
            {"cert": "/a.pem"},
            {"SSL_CERT_FILE": "/b.pem"},
            {**trusted("/a.pem"), "REQUESTS_CA_BUNDLE": "/a.pem"},
        ),
        (
            {"cert": "/a.pem"},
            {"NODE_EXTRA_CA_CERTS": "/b.pem"},
            {"SSL_CERT_FILE": "/a.pem", "REQUESTS_CA_BUNDLE": "/a.pem"},
        ),
        (
            {"cert": str(ROOT)},  # a folder, of which Node knows nothing
            {},
            {"SSL_CERT_DIR": str(ROOT), "REQUESTS_CA_BUNDLE": str(ROOT)},
        ),
        ({}, {"REQUESTS_CA_BUNDLE": "/c.pem"}, trusted("/c.pem")),
        (
            {},
            {"REQUESTS_CA_BUNDLE": "/c.pem", "SSL_CERT_FILE": "/d.pem"},
            {"NODE_EXTRA_CA_CERTS": "/d.pem"},
        ),
        ({"index-url": "https://a/simple"}, {}, {"UV_DEFAULT_INDEX": "https://a/simple"}),
        ({"index-url": "https://a/simple"}, {"UV_INDEX_URL": "https://b/simple"}, {}),
        ({"index-url": "https://a/simple"}, {"UV_DEFAULT_INDEX": "https://b/simple"}, {}),
        (
            {"extra-index-url": "https://a/simple\nhttps://b/simple"},
            {},
            {
                "UV_INDEX": "https://a/simple https://b/simple",
                "UV_INDEX_STRATEGY": "unsafe-best-match",
            },
        ),
        (
            {"find-links": f"/nowhere {ROOT} https://a/"},
            {},
            {"UV_FIND_LINKS": f"{ROOT},https://a/"},
        ),
        ({"proxy": "p:3128"}, {}, {"HTTP_PROXY": "http://p:3128", "HTTPS_PROXY": "http://p:3128"}),
        ({"proxy": "p:3128"}, {"https_proxy": "http://q:1"}, {}),
        ({"trusted-host": "a\nb:8443"}, {}, {"UV_INSECURE_HOST": "a b:8443"}),
        ({"client-cert": "/me.pem"}, {}, {"SSL_CLIENT_CERT": "/me.pem"}),
        ({"default-timeout": "180"}, {}, {"UV_HTTP_TIMEOUT": "180"}),
        ({"timeout": "60"}, {"UV_HTTP_TIMEOUT": "30"}, {}),
        ({"keyring-provider": "subprocess"}, {}, {"UV_KEYRING_PROVIDER": "subprocess"}),
    ],
)
def test_what_pip_is_told_is_said_again_for_uv_and_requests(
    pip: dict[str, str], environment: dict[str, str], said: dict[str, str]
) -> None:
    assert as_pip.said_again(pip, environment, index_of_uv=False) == said | STORE


STORE = {"UV_SYSTEM_CERTS": "1"} if as_pip.machine_has_authorities() else {}


def test_what_uv_itself_is_told_stands() -> None:
    pip = {"index-url": "https://a/simple", "extra-index-url": "https://b/simple"}

    assert as_pip.said_again(pip, {}, index_of_uv=True) == STORE
    assert as_pip.said_again({}, {"UV_SYSTEM_CERTS": "0"}, index_of_uv=False) == {}
    assert as_pip.said_again({}, {"UV_NATIVE_TLS": "0"}, index_of_uv=False) == {}


def test_the_settings_are_those_of_pips_file_and_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "pip.conf"
    file.write_text(
        "[global]\nindex-url = https://a/simple\ntimeout = 5\ncert = /a.pem\n"
        "[install]\ntimeout = 6\n[download]\ntimeout = 7\n"
    )
    for name in os.environ:
        if name.startswith("PIP_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
    monkeypatch.setenv("PIP_CERT", "/b.pem")

    told = as_pip.settings_of_pip()

    assert {name: told[name] for name in ("index-url", "timeout", "cert")} == {
        "index-url": "https://a/simple",
        "timeout": "6",
        "cert": "/b.pem",
    }


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing: the tests' output is theirs."""


@pytest.fixture
def company(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """An index behind an authority that only this company knows: its address, and the authority."""
    folder = tmp_path / "index"
    wheel = folder / "simple" / "thing" / "thing-1-py3-none-any.whl"
    wheel.parent.mkdir(parents=True)
    with zipfile.ZipFile(wheel, "w") as content:
        content.writestr("thing.py", "")
        content.writestr(
            "thing-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: thing\nVersion: 1\n"
        )
        content.writestr(
            "thing-1.dist-info/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        content.writestr("thing-1.dist-info/RECORD", "")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (wheel.parent / "index.html").write_text(
        f'<a href="{wheel.name}#sha256={digest}">{wheel.name}</a>'
    )
    (tmp_path / "requirements.txt").write_text(f"thing==1 --hash=sha256:{digest}\n")
    authority, own = certificates("127.0.0.1")
    (tmp_path / "authority.pem").write_bytes(authority)
    (tmp_path / "own.pem").write_bytes(own)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "own.pem")
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), lambda *given: Quiet(*given, directory=str(folder))
    )
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"https://localhost:{server.server_port}", tmp_path / "authority.pem"
    server.shutdown()
    thread.join()
    server.server_close()


def install(folder: Path, before: list[str], **told: str) -> subprocess.CompletedProcess[str]:
    uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-cache", "--no-deps"]
    what = ["--require-hashes", "--target", "there", "--requirement", "requirements.txt"]
    command = [*before, *uv, *what]
    return subprocess.run(
        command, cwd=folder, env=bare(**told), capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("by", ["file", "variables"])
def test_uv_installs_where_pip_is_told_index_and_authority(
    tmp_path: Path, company: tuple[str, Path], by: str
) -> None:
    address, authority = company
    index = f"{address}/simple"
    (tmp_path / "pip.conf").write_text(f"[global]\nindex-url = {index}\ncert = {authority}\n")
    told = (
        {"PIP_CONFIG_FILE": str(tmp_path / "pip.conf")}
        if by == "file"
        else {"PIP_INDEX_URL": index, "PIP_CERT": str(authority)}
    )
    alone = {"UV_DEFAULT_INDEX": index, "UV_HTTP_RETRIES": "0"}

    refused = install(tmp_path, [], **told, **alone)
    done = install(tmp_path, [sys.executable, str(ROOT / "settings_as_pip.py")], **told)

    assert "invalid peer certificate" in refused.stderr
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "there" / "thing.py").exists()


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node here; nothing else needs it")
def test_node_trusts_the_authority_that_only_pip_is_told(company: tuple[str, Path]) -> None:
    address, authority = company
    script = f"fetch('{address}/simple/thing/').then(a => console.log(a.status), console.error)"

    def said(*before: str) -> str:
        told = bare(PIP_CERT=str(authority))
        command = [*before, "node", "-e", script]
        done = subprocess.run(command, env=told, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    assert said() != "200"
    assert said(sys.executable, str(ROOT / "settings_as_pip.py")) == "200"


def test_what_jgo_fetches_is_trusted_by_the_machines_store(
    company: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, authority = company
    for name in (*os.environ,):
        if name.upper().startswith(NETWORK):
            monkeypatch.delenv(name)
    monkeypatch.setenv("NO_PROXY", "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))  # where the machine's store is, for OpenSSL
    page = f"{address}/simple/thing/index.html"

    with pytest.raises(requests.exceptions.SSLError):
        http.get(page)
    with trusting_as_the_system():
        answer = http.get(page)
    with pytest.raises(requests.exceptions.SSLError):  # and nothing of it is left behind
        http.get(page)

    assert answer.status_code == 200


def test_a_client_as_strict_as_python_3_13_takes_the_guarded_listener(
    company: tuple[str, Path],
) -> None:
    address, authority = company
    strict = ssl.create_default_context(cafile=authority)
    strict.verify_flags |= ssl.VERIFY_X509_STRICT

    with urlopen(f"{address}/simple/thing/", context=strict) as answer:
        assert answer.status == 200
