"""The hot path in C, where it was built (`build.py`); its twin in Python stands beside each use.

`RECOURSE_COMPILED` (streams/settings.py) is looked at when this is imported: 0 does without.
"""

import os
from types import ModuleType


def _native() -> ModuleType | None:
    if os.environ.get("RECOURSE_COMPILED") == "0":
        return None
    try:
        from streams.compiled import native as found  # noqa: PLC0415 - it may not be there
    except ImportError:
        return None
    return found


native = _native()
"""The compiled module; None where Python does it all."""
