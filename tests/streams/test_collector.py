"""The collector of cycles looks seldom, and not at what was there before."""

import gc

from streams.runtime.collector import collect_rarely


def test_it_looks_seldom_and_only_at_what_is_made_from_now_on() -> None:
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    gc.set_threshold(700, 10, 10)  # Python's own; a worker may have begun in this process before
    try:
        collect_rarely()
        assert gc.get_threshold()[0] > 10 * 700
        assert gc.get_freeze_count() > frozen
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
