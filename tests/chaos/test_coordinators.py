"""A process that has asked for a group while Kafka was away lives on when Kafka is back."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.chaos.broker import Ground

pytestmark = pytest.mark.kafka

ASKS = """\
import sys
import time
from confluent_kafka import KafkaException
from streams.transport.coordinators import Coordinators
from streams.transport.groups import NOBODY, groups

coordinators = Coordinators(sys.argv[1], patience_seconds=0.5)

def answered() -> bool:
    try:
        return groups(coordinators, ["a", "b"])["b"].state == NOBODY
    except KafkaException as error:
        print(error.args[0].str(), file=sys.stderr)
        return False

def until(wanted: bool) -> None:
    end = time.monotonic() + 60
    while answered() is not wanted:
        assert time.monotonic() < end, f"waited in vain until the answer is {wanted}"
    print(wanted, flush=True)
    sys.stdin.readline()

until(True)
until(False)
until(True)
"""
"""Asks again and again: until it is answered, until it is not, until it is again."""


def cut(ground: Ground) -> None:
    ground.proxy.cut()


def stall(ground: Ground) -> None:
    ground.proxy.stall()


@pytest.mark.parametrize("breaks", [cut, stall])
def test_a_coordinator_that_is_found_after_a_question_was_given_up_ends_nobody(
    ground: Ground, breaks: Callable[[Ground], None]
) -> None:
    asker = subprocess.Popen(
        [sys.executable, "-X", "faulthandler", "-c", ASKS, ground.proxied],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert asker.stdin is not None
    assert asker.stdout is not None
    try:
        said = [asker.stdout.readline()]
        breaks(ground)
        asker.stdin.write("\n")
        asker.stdin.flush()
        said.append(asker.stdout.readline())
    finally:
        ground.proxy.heal()
    rest, errors = asker.communicate("\n\n")

    assert (asker.returncode, [*said, rest]) == (0, ["True\n", "False\n", "True\n"]), errors
