"""A hostile producer beside honest customers, for a moment: an hour of it is `make hostile`."""

from pathlib import Path

import pytest

from tests.hostile_producer.run import LIMIT_MB, Play, run

pytestmark = pytest.mark.kafka


def test_one_producer_stops_nobody(tmp_path: Path) -> None:
    came = run(tmp_path, Play(seed=7, seconds=600, megabytes=30, records=500, rounds=1))

    assert came.found == came.expected
    assert came.expected
    assert len(came.sent) >= 8  # all that it can do, and the broker took its bombs
    assert came.letters["INVALID"] > 0
    assert came.letters["FAILED"] == 0
    assert came.end == 0
    assert came.peak_mb < LIMIT_MB
