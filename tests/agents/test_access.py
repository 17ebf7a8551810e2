"""The declared roles against what the code reads and writes."""

import pytest

from agents.operations.access import covers, granted_roles, permissions_of, roles, shared
from agents.operations.audit.reading import CARRIED, TICKS
from agents.operations.audit.reading import TOPICS as AUDITED
from agents.pipeline.dead_letter import LETTER_TOPICS, SERVICE_DEAD_LETTERS
from agents.pipeline.stages import beside_stages, every_stage, stages
from agents.records.engine_records import ORDER
from agents.reference_data.reference import REFERENCES
from schemas.catalogue import TOPICS
from streams.broker.guard import USERS

EVENTS = {name for name in TOPICS if name.startswith("service.")} - {SERVICE_DEAD_LETTERS}
CHANGELOGS = {stage.changelog for stage in stages()}


def test_a_worker_reads_what_its_stages_read_and_nothing_else() -> None:
    needed = {topic for stage in stages() for topic in stage.topics}

    assert needed <= set(roles()["worker"].reads)
    unknown = set(roles()["worker"].reads) - set(TOPICS) - CHANGELOGS
    assert not unknown
    assert set(REFERENCES.topics) | CHANGELOGS <= set(roles()["worker"].reads)


def test_a_worker_writes_no_event_no_action_and_no_reference() -> None:
    written = set(roles()["worker"].writes)

    outputs = {topic for stage in stages() for topic in (*stage.outputs, *stage.topics)}
    assert written - CHANGELOGS - outputs == {"recourse.order"}
    assert {topic for stage in stages() for topic in stage.outputs} <= written
    assert not written & (EVENTS | set(REFERENCES.topics))
    assert not written & {"recourse.actions", "privacy.erasures", "recourse.deliveries"}


def test_who_runs_the_policy_to_compare_with_writes_nothing_that_anybody_acts_on() -> None:
    role, beside = roles()["shadow"], beside_stages()
    changelogs = {stage.changelog for stage in beside}
    read = {topic for stage in beside for topic in stage.topics}
    outputs = {topic for stage in beside for topic in stage.outputs}

    assert set(role.reads) == read | changelogs | set(REFERENCES.topics)
    assert set(role.writes) == outputs | changelogs | {ORDER}
    assert not outputs & {topic for stage in stages() for topic in (*stage.topics, *stage.outputs)}
    readers = {name for name in outputs for role in ("worker", "consumer", "customer-app")
               if covers(roles()[role].reads, name)}  # fmt: skip
    assert not readers


def test_a_service_system_can_not_say_the_customers_yes() -> None:
    system, channel = roles()["service-system"], roles()["customer-channel"]

    assert set(system.writes) == EVENTS - {"service.customer-responses"}
    assert channel.writes == ("service.customer-responses",)
    assert system.reads == (SERVICE_DEAD_LETTERS,)
    assert channel.reads == (SERVICE_DEAD_LETTERS, "recourse.receipts")


def test_who_sends_events_reads_their_dead_letters_and_no_others() -> None:
    for name in ("service-system", "customer-channel", "upstream"):
        letters = [topic for topic in LETTER_TOPICS if topic in roles()[name].reads]
        assert letters == [SERVICE_DEAD_LETTERS], name
        assert roles()[name].groups == (f"{name}-*",)
    readers = {name for name, role in roles().items() if covers(role.reads, LETTER_TOPICS[1])}
    assert readers == {"act", "archive", "board", "redriver", "operator"}


def test_an_app_may_what_a_consumer_and_the_customers_channel_may_and_no_more() -> None:
    app, *both = (roles()[name] for name in ("customer-app", "consumer", "customer-channel"))

    assert set(app.reads) == {topic for role in both for topic in role.reads}
    assert set(app.writes) == {topic for role in both for topic in role.writes}
    assert app.never_writes == roles()["customer-channel"].never_writes


def test_the_name_of_before_is_granted_only_where_it_is_asked_for() -> None:
    shared_system = "User:shop"

    assert set(roles()["upstream"].writes) == EVENTS
    assert roles().keys() - granted_roles().keys() == {"upstream"}
    asked = granted_roles({"upstream": shared_system})
    assert asked.keys() == roles().keys()
    assert asked["upstream"].principal == shared_system


def test_one_principal_for_both_sides_is_said() -> None:
    both = {"service-system": "User:shop", "customer-channel": "User:shop"}
    others = {"service.customer-responses", "service.dead-letters"}
    of_centres = [each for each in TOPICS if each.startswith("service.") and each not in others]

    assert shared(granted_roles()) == []
    assert shared(granted_roles(both)) == [
        (
            "User:shop is service-system and customer-channel: as service-system it must not write "
            "service.customer-responses (docs/security.md, One system for both)"
        ),
        (
            "User:shop is customer-channel and service-system: as customer-channel it must not "
            f"write {', '.join(of_centres)} (docs/security.md, One system for both)"
        ),
    ]


@pytest.mark.parametrize(
    ("topic", "writers"),
    [
        ("recourse.actions", {"managers-app", "act", "board", "redriver"}),
        ("privacy.erasures", {"privacy", "redriver"}),
        ("recourse.deliveries", {"notify", "sender", "redriver"}),
        ("service.customer-responses", {"customer-channel", "board", "customer-app", "redriver"}),
        ("service.estimates", {"service-system", "redriver"}),
        ("recourse.disagreements", {"worker", "redriver"}),
        ("recourse.escalations", {"worker"}),
        ("recourse.notices", {"worker"}),
        ("recourse.policies", {"operator"}),
        ("directory.sites", {"operator"}),
        ("directory.managers", {"operator"}),
    ],
)
def test_who_writes_what_decides_is_one_and_who_redrives(topic: str, writers: set[str]) -> None:
    assert {name for name, role in granted_roles().items() if topic in role.writes} == writers


def test_an_auditor_reads_what_it_compares_and_writes_nothing() -> None:
    role = roles()["auditor"]
    originals = {topic for stage in stages()[:2] for topic in stage.inputs}

    assert (role.writes, role.groups, role.transactions) == ((), (), ())
    needed = {*AUDITED, *CARRIED, TICKS, ORDER, *REFERENCES.topics} | (originals - {TICKS})
    assert {topic for topic in TOPICS if covers(role.reads, topic)} == needed


def test_who_redrives_writes_and_reads_what_a_dead_letter_can_be_of() -> None:
    role = roles()["redriver"]
    inputs = {topic for stage in stages()[:2] for topic in stage.inputs}

    assert inputs | set(LETTER_TOPICS) <= {t for t in TOPICS if covers(role.reads, t)}
    by_nobody = {t for t in inputs if TOPICS[t].carried or t == TICKS}  # redrive refuses them
    assert set(role.writes) == inputs - by_nobody
    assert role.transactions == ("{application}-redrive",)
    assert [name for name, each in roles().items() if each.transactions == role.transactions] == [
        "redriver"
    ]


def test_every_topic_named_is_declared() -> None:
    for role in roles().values():
        for name in (*role.reads, *role.writes, *role.settings):
            changelogs = {stage.changelog for stage in every_stage()}
            assert name.endswith("*") or name in TOPICS or name in changelogs, name


def test_a_role_of_another_name_has_the_same_permissions() -> None:
    role = roles({"worker": "User:CN=recourse"})["worker"]
    declared = roles()["worker"].permissions("recourse")

    assert {each._replace(principal="User:worker") for each in role.permissions("recourse")} == (
        declared
    )
    assert {each.name for each in declared if each.resource == "GROUP"} == {"recourse-*"}


def test_the_local_broker_has_a_password_for_every_role() -> None:
    assert {*granted_roles(), "admin"} == set(USERS)
    assert {f"User:{name}" for name in granted_roles()} == {
        each.principal for each in permissions_of(list(granted_roles().values()), "recourse")
    }
