"""`recourse kafka tool`: for who has no Java; the tests of the docs use it in earnest."""

import os
import subprocess
import sys

import pytest

from streams.broker.console import tool_command

pytestmark = pytest.mark.kafka


def tool(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"RECOURSE_BOOTSTRAP_SERVERS": "localhost:1"}
    return subprocess.run(
        [sys.executable, "-m", "agents", "kafka", "tool", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--list"], ["--bootstrap-server", "here:1", "--list"]),
        (["--list", "--bootstrap-server", "b:2"], ["--list", "--bootstrap-server", "b:2"]),
        (["--bootstrap-server=b:2", "--list"], ["--bootstrap-server=b:2", "--list"]),
    ],
)
def test_a_tool_is_told_where_kafka_is_unless_it_knows(given: list[str], told: list[str]) -> None:
    command = tool_command("topics", "here:1", given)

    assert command[command.index("org.apache.kafka.tools.TopicCommand") + 1 :] == told


def test_its_exit_code_and_words_are_the_tools() -> None:
    wrong = tool("topics", "--no-such-option")

    assert wrong.returncode == 1
    assert "no-such-option is not a recognized option" in wrong.stdout + wrong.stderr
    assert "SLF4J" not in wrong.stderr


def test_an_unknown_tool_is_one_sentence() -> None:
    unknown = tool("kafkacat")

    assert unknown.returncode == 2
    assert unknown.stderr.startswith("Kafka's tool is 'kafkacat': must be one of topics, console-")
