"""One Kafka for all chaos tests: it is killed, so it can't be the run's."""

from collections.abc import Iterator

import pytest

from tests.chaos.broker import Ground


@pytest.fixture(scope="package")
def ground() -> Iterator[Ground]:
    ground = Ground()
    yield ground
    ground.close()
