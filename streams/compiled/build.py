"""Compiles `native.pyx`, where a C compiler is there; `make setup` and the wheel's build call it.

Without a compiler nothing is lost but speed: the code in Python does the same.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODULE = "native"
SUFFIX = str(sysconfig.get_config_var("EXT_SUFFIX"))
WRONG_EVERYWHERE = (
    "-Werror=incompatible-pointer-types",
    "-Werror=int-conversion",
    "-Werror=implicit-function-declaration",
)
"""What GCC 14 refuses by itself, and older compilers took: refused by each, so that it is seen."""
SLOWER = "recourse runs without it, in plain Python, slower"


class NotCompiled(Exception):  # noqa: N818 - it says what is the case
    """There is no compiled part; one sentence says why."""


def compile_into(folder: Path) -> Path:
    """The compiled module, in a folder.

    Raises:
        NotCompiled: it can't be made here.
    """
    compiler = shutil.which(os.environ.get("CC") or "cc")
    if compiler is None:
        raise NotCompiled(f"no C compiler ({os.environ.get('CC') or 'cc'}) is there: {SLOWER}")
    headers = sysconfig.get_paths()["include"]
    if not (Path(headers) / "Python.h").exists():
        raise NotCompiled(f"no Python.h is in {headers}: {SLOWER}")
    target = folder / f"{MODULE}{SUFFIX}"
    with tempfile.TemporaryDirectory() as temporary:
        source, made = Path(temporary) / f"{MODULE}.c", Path(temporary) / target.name
        _run([sys.executable, "-m", "cython", "-3", str(HERE / f"{MODULE}.pyx"), "-o", str(source)])
        _run([
            compiler, "-O3", "-shared", "-fPIC", "-fwrapv", *WRONG_EVERYWHERE, f"-I{headers}",
            str(source), "-o", str(made),
        ])  # fmt: skip
        shutil.move(made, target)
    return target


def _run(command: list[str]) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - our own command
    if done.returncode:
        sys.stderr.write(done.stderr)
        raise NotCompiled(f"{' '.join(command[:3])} ... failed ({done.returncode}): {SLOWER}")


def main() -> None:
    """Compiles in place; says in one sentence what has become of it, and never fails."""
    sys.stdout.write("Compiling the hot path ...\n")
    try:
        made = compile_into(HERE)
    except NotCompiled as reason:
        (HERE / f"{MODULE}{SUFFIX}").unlink(missing_ok=True)  # not an old one for new sources
        sys.stdout.write(f"Not compiled: {reason}.\n")
    else:
        sys.stdout.write(f"Compiled: {made.name}.\n")


if __name__ == "__main__":
    main()
