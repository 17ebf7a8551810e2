"""One broker for the whole run, and how hard Hypothesis looks."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from streams.broker import Broker, Status

_COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("quick", max_examples=50, **_COMMON)
settings.register_profile("ci", max_examples=200, derandomize=True, print_blob=True, **_COMMON)
settings.register_profile("night", max_examples=20_000, **_COMMON)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if "CI" in os.environ else "quick"))


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Status]:
    """A real Kafka; topics are each test's own, under names of their own."""
    started = Broker(tmp_path_factory.mktemp("kafka"))
    try:
        yield started.start(owned=True)
    finally:
        started.stop(wipe=True)
