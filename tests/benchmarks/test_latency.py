import pytest

from benchmarks.latency import Delays, Reading, delays_of, table, trace_of


def test_an_output_is_as_late_as_the_event_that_caused_it_was_due() -> None:
    due = {trace_of(1): 10.0, trace_of(2): 11.0}
    readings = [
        Reading(10.25, "decisions", trace_of(1)),
        Reading(10.5, "cases", trace_of(1)),
        Reading(11.125, "decisions", trace_of(2)),
    ]

    assert delays_of(due, readings, "decisions", 0.0) == (250.0, 125.0)
    assert delays_of(due, readings, "cases", 0.0) == (500.0,)


def test_what_was_due_in_the_warm_up_or_is_not_ours_does_not_count() -> None:
    due = {trace_of(1): 10.0, trace_of(2): 11.0}
    readings = [
        Reading(10.25, "decisions", trace_of(1)),
        Reading(11.5, "decisions", trace_of(2)),
        Reading(11.5, "decisions", trace_of(3)),
    ]

    assert delays_of(due, readings, "decisions", 11.0) == (500.0,)


def test_traces_differ_and_have_the_form_of_the_standard() -> None:
    assert trace_of(0) == b"00-" + b"0" * 31 + b"1-" + b"0" * 15 + b"1-01"
    assert len({trace_of(n) for n in range(100)}) == 100


@pytest.mark.parametrize("cases", [(), (7.0,)])
def test_the_table_has_percentiles_and_says_where_nothing_was_seen(
    cases: tuple[float, ...],
) -> None:
    shown = table(
        [
            Delays(
                rate=100, rate_reached=99.9, decisions=tuple(map(float, range(1, 101))),
                cases=cases, worker_cores=0.5, broker_cores=0.25, beside=0.75,
            )
        ],
        "exactly_once",
    )  # fmt: skip

    of_cases = (7.0, 7.0, 7.0, 1) if cases else (None, None, None, 0)
    assert shown.rows == ((100, 99.9, 50.0, 99.0, 100.0, 100, *of_cases, 0.5, 0.25, 0.75),)
