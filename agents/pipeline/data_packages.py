"""The packages whose data decide: another version of one, and the same records may come out other.

Each is pinned in pyproject.toml. Time zones and holidays make deadlines, and Babel (CLDR) how
amounts and times are written to customers.
"""

from importlib.metadata import PackageNotFoundError, version
from typing import Final

from streams.errors import ConfigurationError

DATA_PACKAGES: Final = ("tzdata", "holidays", "babel")


def data_versions() -> dict[str, str]:
    """The version of each, as it is installed.

    Raises:
        ConfigurationError: one is not installed.
    """
    found = {}
    for name in DATA_PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            raise ConfigurationError(
                f"the package {name} is not installed: what is decided hangs on its data, and the "
                "system's own are not taken; install what requirements.lock names (`make setup`)"
            ) from None
    return found
