from benchmarks.cost import CLIENT, PARTS, costs, is_handling
from benchmarks.profile import OTHER, folded, parts, shares

KNOWN = parts((("rules", r"core/"), ("decode", r"codec\.py"), ("loop", r"stage\.py")))


def test_a_stack_counts_for_the_innermost_part_that_claims_it() -> None:
    lines = [
        "run (streams/runtime/stage.py:10);handle (agents/core/handle.py:2) 5",
        "run (streams/stage.py:10);handle (agents/core/handle.py:2);decode (x/codec.py:1) 3",
        "run (streams/runtime/stage.py:10) 2",
    ]

    assert folded(lines, KNOWN) == {"rules": 5, "decode": 3, "loop": 2}


def test_a_library_counts_for_the_part_that_called_it() -> None:
    lines = ["handle (agents/core/handle.py:2);sorted (builtins);<lambda> (re/__init__.py:7) 4"]

    assert folded(lines, KNOWN) == {"rules": 4}


def test_what_no_part_claims_is_other_and_not_lost() -> None:
    lines = ["main (threading.py:1);wait (threading.py:9) 6", "frame without a place 1"]

    assert folded(lines, KNOWN) == {OTHER: 7}


def test_of_two_parts_that_claim_a_frame_the_first_has_it() -> None:
    both = parts((("special", r"core/rules"), ("general", r"core/")))

    assert folded(["f (core/rules/a.py:1) 1", "f (core/b.py:1) 1"], both) == {
        "special": 1,
        "general": 1,
    }


def test_lines_that_are_no_stacks_are_passed_over() -> None:
    assert folded(["", "no count", " 7"], KNOWN) == {}


def test_a_total_is_dealt_out_whole_and_the_dearest_is_first() -> None:
    dealt = shares({"decode": 1, "rules": 3}, 20.0)

    assert list(dealt.items()) == [("rules", 15.0), ("decode", 5.0)]
    assert shares({}, 20.0) == {}


def test_the_cost_table_adds_up_with_the_clients_threads_beside_the_profile() -> None:
    lines = ["run (/p/streams/runtime/merge.py:10) 3", "run (/p/agents/core/desk/cases.py:1) 1"]

    assert costs(lines, 100.0, 0.6) == [
        (CLIENT, 60.0),
        ("merge by time", 30.0),
        ("rules: desk", 10.0),
    ]


def test_the_parts_name_where_the_time_of_the_real_pipeline_goes() -> None:
    places = {
        "_a (/p/site-packages/fluent/runtime/resolver.py:1)": "notices: texts rendered (Fluent)",
        "_a (/p/streams/runtime/stage.py:1)": "loop of the stage",
        "_a (/p/agents/core/calendar.py:1)": "calendar: zones, opening hours",
        "_a (/p/agents/core/customers/rules/estimate.py:1)": "rules: find what is true",
        "_a (/p/agents/core/customers/decide.py:1)": "rules: decide, throttle, draft",
        "_a (/p/agents/core/customers/visit.py:1)": "rules: the visit and its record",
        "_a (/p/streams/serialisation/codec.py:1)": "Avro: bytes to records and back",
        "_a (/p/streams/transport/kafka.py:1)": "hand over to Kafka's client",
        "_a (/p/streams/transport/faust.py:1)": "fetch: Faust and aiokafka",
        "_a (/p/site-packages/aiokafka/conn.py:1)": "fetch: Faust and aiokafka",
    }

    for frame, part in places.items():
        assert folded([f"{frame} 1"], PARTS) == {part: 1}


def test_only_the_handling_counts_of_a_run_in_memory() -> None:
    run = "measure (b/pipeline.py:1);in_memory (b/pipeline.py:2)"

    assert is_handling(f"{run};handle (f.py:1);decode (c.py:2) 3")
    assert is_handling(f"{run} 3")
    assert not is_handling(f"{run};messages (b/pipeline.py:9);partition_of (k.py:1) 3")
    assert not is_handling(f"{run};reference (b/stream.py:9) 3")
    assert not is_handling("stream (b/stream.py:1);handle (f.py:1) 3")
