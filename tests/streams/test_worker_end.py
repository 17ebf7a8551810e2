"""With what a worker ends before it has met Kafka."""

import os
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_port_that_is_taken_is_a_sentence_and_78() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("RECOURSE_")} | {
            "RECOURSE_HTTP_PORT": str(port),
            "RECOURSE_BOOTSTRAP_SERVERS": "127.0.0.1:1",
        }
        ended = subprocess.run(
            [sys.executable, "-m", "tests.streams.toy_worker"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )

    assert ended.returncode == 78
    assert f"RECOURSE_HTTP_PORT is {port}, on 127.0.0.1: can't listen there" in ended.stderr
    assert "Traceback" not in ended.stderr
