"""In which order files begin, where several processes share them: a run is as long as its last.

Each process takes a whole file, and the next one when it is done. So long ones come first. Tests on
Kafka mostly wait, the others mostly compute: both kinds are spread over the whole run, so that
while some wait the cores have something to do.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
SECONDS: Final = {
    "chaos/test_chaos.py": 90,
    "chaos/test_coordinators.py": 12,
    "chaos/test_undecided.py": 15,
    "hostile_producer/test_hostile.py": 31,
    "kafka/test_access.py": 54,
    "kafka/test_act.py": 44,
    "kafka/test_another_partitioner.py": 53,
    "kafka/test_back_pressure.py": 35,
    "kafka/test_bad_input.py": 47,
    "kafka/test_beginning.py": 179,
    "kafka/test_carried.py": 63,
    "kafka/test_dead_letters.py": 39,
    "kafka/test_downtime.py": 53,
    "kafka/test_engine.py": 93,
    "kafka/test_engine_fencing.py": 4,
    "kafka/test_live_data.py": 43,
    "kafka/test_neighbours.py": 96,
    "kafka/test_neighbours_as_their_roles.py": 45,
    "kafka/test_notify.py": 39,
    "kafka/test_operations.py": 119,
    "kafka/test_passes.py": 43,
    "kafka/test_pipeline.py": 154,
    "kafka/test_privacy.py": 82,
    "kafka/test_quota.py": 67,
    "kafka/test_readiness.py": 34,
    "kafka/test_recovery.py": 93,
    "kafka/test_state_command.py": 59,
    "kafka/test_tools.py": 5,
    "kafka/test_topology.py": 117,
    "agents/explain/test_words.py": 13,
    "agents/reference_data/test_tryout.py": 7,
    "agents/test_canary.py": 5,
    "agents/test_data_packages.py": 12,
    "bad_input/test_bad_input.py": 14,
    "bad_input/test_fuzz.py": 7,
    "core/customers/test_properties.py": 4,
    "core/desk/test_storm_properties.py": 28,
    "core/notices/test_patterns.py": 6,
    "core/notices/test_texts.py": 17,
    "model/test_model.py": 15,
    "scenarios/test_scenarios.py": 20,
    "schemas/test_contract.py": 24,
    "schemas/test_fingerprints.py": 5,
    "streams/serialisation/test_compiled.py": 17,
    "streams/serialisation/test_writers.py": 7,
    "test_packaging.py": 6,
    "test_set_up.py": 10,
    "test_tidy.py": 5,
    "test_wheel.py": 16,
}
"""Of files that take more than a few: how long one was seen to take. Only the order hangs on it.

Of what needs Kafka the seconds of a clock, else those of a core (`pytest --durations=0`).
"""
_SHORT: Final = 1


def in_order(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """The items by file; short files stay in the order in which they come, and so does each file's.

    Both kinds end at the same time: what stands at a third of one is followed by what stands at a
    third of the other.
    """
    files: dict[tuple[bool, Path], list[pytest.Item]] = {}
    for each in items:
        on_kafka = each.get_closest_marker("kafka") is not None
        files.setdefault((on_kafka, each.path), []).append(each)
    placed: list[tuple[float, list[pytest.Item]]] = []
    for kind in (True, False):
        own = sorted((file for file in files if file[0] is kind), key=_seconds, reverse=True)
        whole, before = sum(map(_seconds, own)), 0
        for file in own:
            placed.append((before / whole, files[file]))
            before += _seconds(file)
    placed.sort(key=lambda each: each[0])
    return [item for _, of_file in placed for item in of_file]


def _seconds(file: tuple[bool, Path]) -> int:
    return SECONDS.get(str(file[1].relative_to(ROOT / "tests")), _SHORT)
