from benchmarks.scaling import Share, Together, handled, table


def test_what_two_workers_could_do_with_a_core_each_is_the_sum_by_their_own_cpu() -> None:
    one = Together(
        seconds=10, records=1_000, broker_cpu=1, shares=(Share(core=1, records=1_000, cpu=10),)
    )
    two = Together(
        seconds=8,
        records=1_000,
        broker_cpu=2,
        shares=(Share(core=0, records=400, cpu=5), Share(core=1, records=600, cpu=6)),
    )

    assert one.capacity == 100
    assert two.capacity == 180
    rows = table([one, two], 0.5).rows
    assert rows[0] == (1, "1", 50.0, 2_000.0, "100%", "20000.0", 50.0, 1.0)
    assert rows[1] == (2, "0, 1", 62.5, 4_000.0, "40% / 60%", "25000.0 / 20000.0", 90.0, 1.8)


def test_a_worker_says_how_many_records_it_handled() -> None:
    metrics = (
        "# HELP recourse_records_handled_total Records.\n"
        'recourse_records_handled_total{stage="customers",topic="service.estimates"} 1.5e+03\n'
        'recourse_records_handled_total{stage="customers",topic="recourse.ticks"} 12.0\n'
        'recourse_records_handled_created{stage="customers",topic="recourse.ticks"} 1.7e+09\n'
    )

    assert handled(metrics) == 1_512
