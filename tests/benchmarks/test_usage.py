import pytest

from benchmarks.usage import Moment, between


def moment(at: float, records: int, *, worker: float = 0.0, core: float = 0.0) -> Moment:
    return Moment(
        at=at, records=records, worker=worker, broker=at / 10, core=core, memory=records + 1
    )


def test_neither_the_start_nor_the_quiet_at_the_end_counts() -> None:
    used = between(
        [
            moment(0, 0, worker=0, core=0),
            moment(10, 1_000, worker=3, core=3),
            moment(12, 3_000, worker=4, core=4.5),
            moment(20, 3_000, worker=4.1, core=9),
        ]
    )

    assert used.seconds == 2
    assert used.records == 2_000
    assert used.records_a_second == 1_000
    assert used.worker_cpu_a_million == pytest.approx(500)
    assert used.broker_cpu_a_million == pytest.approx(100)
    assert used.cores == 0.5
    assert used.others_on_core == 0.25
    assert used.peak_memory_mb == 3_001 / 1e6


def test_a_core_that_was_counted_late_disturbed_nobody() -> None:
    used = between([moment(0, 1, worker=0, core=0), moment(1, 2, worker=1, core=0.9)])

    assert used.others_on_core == 0


@pytest.mark.parametrize("moments", [[], [moment(0, 0)], [moment(0, 5), moment(1, 5)]])
def test_work_that_nobody_saw_has_no_speed(moments: list[Moment]) -> None:
    with pytest.raises(ValueError, match="measure with more events"):
        between(moments)
