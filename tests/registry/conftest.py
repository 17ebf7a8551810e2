"""One registry for all of its tests."""

from collections.abc import Iterator

import pytest

from agents.records.schema_registry import register_all
from streams.serialisation.registry import Registry
from tests.registry.rig import Away


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Away]:
    """A registry that can go away and come back."""
    away = Away(tmp_path_factory.mktemp("registry"))
    yield away
    away.go()


@pytest.fixture(scope="session")
def ids(registry: Away) -> dict[str, int]:
    """The number of each topic's schema there."""
    return register_all(Registry(registry.url, 10.0))
