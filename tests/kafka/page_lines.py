"""The lines of a page that a reader copies, and what they print in a shell."""

import os
import re
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECONDS = 240
_CLIENTS_LOG = re.compile(r"^%[0-7]\|\d+\.\d+\|.*\n?", re.MULTILINE)
"""A line of librdkafka's own log: a busy broker makes one now and then, and all goes well."""


def blocks(page: str, language: str, heading: str = "") -> list[str]:
    """The page's blocks of a language, in order; with a heading, those below it."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    if heading:
        text = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def shell(lines: str, folder: Path, **environment: str) -> tuple[int, str]:
    """Exit code and all that is printed; nothing of what was started is left.

    Where all went well, what the client wrote into its own log is no part of it.
    """
    clean = {k: v for k, v in os.environ.items() if not k.startswith("RECOURSE_")}
    process = subprocess.Popen(
        ["bash", "-e", "-c", lines],
        cwd=folder,
        env=clean | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",  # the values in a topic are no text
        start_new_session=True,
    )
    try:
        printed, _ = process.communicate(timeout=SECONDS)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.returncode == 0:
        printed = _CLIENTS_LOG.sub("", printed)
    return process.returncode, printed


def printed_by(lines: str, folder: Path, **environment: str) -> str:
    """What the lines print; all of them must succeed."""
    code, printed = shell(lines, folder, **environment)
    assert code == 0, printed
    return printed
