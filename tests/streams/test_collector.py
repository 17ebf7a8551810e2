"""The collector of cycles looks seldom, and not at what was there before."""

import gc

from streams.runtime.collector import collect_rarely


def test_it_looks_seldom_and_only_at_what_is_made_from_now_on() -> None:
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    try:
        collect_rarely()
        assert gc.get_threshold()[0] > 10 * before[0]
        assert gc.get_freeze_count() > frozen
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
