"""Partitions are shared out fairly, each to one member, and move as little as can be."""

from collections import Counter

from aiokafka.cluster import ClusterMetadata
from hypothesis import given
from hypothesis import strategies as some

from streams.runtime.ownership import nobody_between
from streams.transport.assignor import Claim, KeepingAssignor, share_out
from streams.transport.faust import Membership

NUMBERS = some.integers(0, 15)
CLAIMS = some.dictionaries(
    some.text("abcdef", min_size=1, max_size=2),
    some.builds(
        Claim,
        name=some.text("xyz", max_size=1),
        generation=some.integers(-1, 3),
        numbers=some.lists(NUMBERS, unique=True).map(tuple),
    ),
    min_size=1,
)


@given(CLAIMS, some.integers(0, 15))
def test_each_number_has_one_member_and_no_member_two_more_than_another(
    claims: dict[str, Claim], count: int
) -> None:
    shares = share_out(claims, range(count))
    sizes = [len(numbers) for numbers in shares.values()]

    assert shares.keys() == claims.keys()
    assert sorted(number for each in shares.values() for number in each) == list(range(count))
    assert max(sizes) - min(sizes) <= 1


@given(some.integers(1, 5), some.integers(0, 15))
def test_who_joins_takes_its_share_and_nothing_else_moves(members: int, count: int) -> None:
    before = share_out({str(each): Claim() for each in range(members)}, range(count))
    claims = {member: Claim("", 1, tuple(numbers)) for member, numbers in before.items()}
    after = share_out(claims | {"new": Claim()}, range(count))

    for member, numbers in before.items():
        assert set(after[member]) <= set(numbers)
    assert len(after["new"]) == count // (members + 1)


@given(some.integers(2, 5), some.integers(0, 15))
def test_who_leaves_gives_its_share_and_nothing_else_moves(members: int, count: int) -> None:
    before = share_out({str(each): Claim() for each in range(members)}, range(count))
    claims = {member: Claim("", 1, tuple(numbers)) for member, numbers in before.items()}
    del claims["0"]
    after = share_out(claims, range(count))

    for member in claims:
        assert set(before[member]) <= set(after[member])


def test_of_two_that_claim_a_number_the_later_generation_is_believed() -> None:
    claims = {"zombie": Claim("", 3, (0, 1, 2)), "owner": Claim("", 7, (0,))}

    assert share_out(claims, range(4)) == {"zombie": [1, 2], "owner": [0, 3]}


def test_without_claims_the_order_is_that_of_stable_names() -> None:
    claims = {"b": Claim("worker-0"), "a": Claim("worker-1")}

    assert share_out(claims, range(4)) == {"b": [0, 1], "a": [2, 3]}


class Cluster(ClusterMetadata):
    def __init__(self, counts: dict[str, int]) -> None:
        self.counts = counts

    def partitions_for_topic(self, topic: str) -> set[int] | None:
        return set(range(self.counts[topic])) if topic in self.counts else None


def test_the_topics_of_a_number_stay_together_and_a_member_gets_only_what_it_reads() -> None:
    first, second = KeepingAssignor("worker-0"), KeepingAssignor("worker-1")
    second.owns(4, [0])
    members = {"m0": first.metadata(["left", "right"]), "m1": second.metadata(["left"])}
    given = first.assign(Cluster({"left": 2, "right": 2}), members)

    assert given["m0"].assignment == [("left", [1]), ("right", [1])]
    assert given["m1"].assignment == [("left", [0])]


def test_a_member_whose_claim_cannot_be_read_gets_its_share() -> None:
    assignor = KeepingAssignor()
    members = {"m0": assignor.metadata(["left"]), "m1": assignor.metadata(["left"])}
    members["m1"].user_data = b"\xff\xff"
    given = assignor.assign(Cluster({"left": 3}), members)
    counted = Counter(len(numbers) for each in given.values() for _, numbers in each.assignment)

    assert counted == {1: 1, 2: 1}


def test_state_is_kept_only_by_the_same_member_of_the_next_generation() -> None:
    before = Membership(3, "m", "worker-0")

    assert nobody_between(before, Membership(4, "m", "worker-0"))
    assert not nobody_between(before, Membership(5, "m", "worker-0"))
    assert not nobody_between(before, Membership(3, "m", "worker-0"))
    assert not nobody_between(before, Membership(4, "n", "worker-0"))
    assert not nobody_between(None, Membership(4, "m", "worker-0"))
