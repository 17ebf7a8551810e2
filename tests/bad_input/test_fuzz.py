"""Mutated records, the short version of `make fuzz`, and mutated reference data."""

from collections import Counter
from random import Random

from agents.reference_data.directory_files import demo_directory
from agents.reference_data.policy_files import default_policy
from agents.reference_data.publish import directory_to_publish
from agents.reference_data.reference import POLICIES, Reference, fold, reference_of
from schemas.records import DeadLetterReason
from streams.topology import Message
from tests.bad_input.fuzz import run
from tests.bad_input.mutations import NUMBERS

SEED = 20_261_124
RECORDS = 20_000
REFERENCE_RECORDS = 300


def test_mutated_records_stop_nothing() -> None:
    fuzz = run(SEED, RECORDS, lambda _: None)

    assert fuzz.problems() == []
    assert fuzz.handled == RECORDS
    ends = {"applied", "DUPLICATE", "DUPLICATE_OTHER_CONTENT", "NOT_KNOWN", "OF_LATER_VERSION"}
    reasons = {
        DeadLetterReason.UNREADABLE,
        DeadLetterReason.UNKNOWN_SCHEMA,
        DeadLetterReason.INVALID,
        DeadLetterReason.TOO_LATE,
    }
    assert set(fuzz.ends.by_end) == ends | reasons


def test_a_seed_gives_the_same_run_again() -> None:
    first, second = (run(7, 500, lambda _: None) for _ in range(2))

    assert first.ends.by_end == second.ends.by_end
    assert first.ends.by_end != run(8, 500, lambda _: None).ends.by_end


def test_mutated_reference_data_is_taken_or_refused() -> None:
    random, known = Random(SEED), reference_of(default_policy(), demo_directory())
    policy = (POLICIES, default_policy().version, default_policy().model_dump_json().encode())
    published = [policy, *directory_to_publish(demo_directory(), Reference())]
    ends: Counter[bool] = Counter()
    for _ in range(REFERENCE_RECORDS):
        topic, key, value = random.choice(published)
        assert value is not None
        at = random.randrange(len(value))
        mutated = value[:at] + random.choice(NUMBERS) + value[at + random.randrange(4) :]
        after = fold(known, Message(topic, 0, 0, 0, key.encode(), mutated))
        assert isinstance(after, Reference)
        ends[after.refused_count > 0] += 1

    assert ends[True] > REFERENCE_RECORDS / 2
    assert ends.total() == REFERENCE_RECORDS
