"""Python's collector of cycles, asked for less."""

import gc
from typing import Final

_NEW_OBJECTS: Final = 50_000
_YOUNG_ROUNDS: Final = 20
_OLD_ROUNDS: Final = 100


def collect_rarely() -> None:
    """Lets the collector look seldom, and never at what is there already.

    Records are made and dropped by the thousand and hold no cycles: by default it would look
    through the young ones after each 700, for a tenth of a stage's time. What there is when a
    worker begins (modules, settings, schemas) stays until it ends.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, _YOUNG_ROUNDS, _OLD_ROUNDS)
