"""The declared roles against what the code reads and writes."""

from agents.access import permissions_of, roles
from agents.reference_data.reference import REFERENCES
from agents.stages import stages
from schemas.catalogue import TOPICS
from streams.broker.guard import USERS

EVENTS = {name for name in TOPICS if name.startswith("service.")}
CHANGELOGS = {stage.changelog for stage in stages()}


def test_a_worker_reads_what_its_stages_read_and_nothing_else() -> None:
    needed = {topic for stage in stages() for topic in stage.topics}

    assert needed <= set(roles()["worker"].reads)
    unknown = set(roles()["worker"].reads) - set(TOPICS) - CHANGELOGS
    assert not unknown
    assert set(REFERENCES.topics) | CHANGELOGS <= set(roles()["worker"].reads)


def test_a_worker_writes_no_event_no_action_and_no_reference() -> None:
    written = set(roles()["worker"].writes)

    assert not written & (EVENTS | set(REFERENCES.topics))
    assert not written & {"recourse.actions", "privacy.erasures", "recourse.deliveries"}


def test_upstream_writes_every_event_and_reads_nothing() -> None:
    upstream = roles()["upstream"]

    assert set(upstream.writes) == EVENTS
    assert upstream.reads == ()


def test_only_the_managers_app_and_the_operator_write_actions() -> None:
    writers = {name for name, role in roles().items() if "recourse.actions" in role.writes}

    assert writers == {"managers-app", "operator"}


def test_every_topic_named_is_declared() -> None:
    for role in roles().values():
        for name in (*role.reads, *role.writes, *role.settings):
            assert name.endswith("*") or name in TOPICS or name in CHANGELOGS, name


def test_a_role_of_another_name_has_the_same_permissions() -> None:
    role = roles({"worker": "User:CN=recourse"})["worker"]
    declared = roles()["worker"].permissions("recourse")

    assert {each._replace(principal="User:worker") for each in role.permissions("recourse")} == (
        declared
    )
    assert {each.name for each in declared if each.resource == "GROUP"} == {"recourse-*"}


def test_the_local_broker_has_a_password_for_every_role() -> None:
    assert {*roles(), "admin"} == set(USERS)
    assert {f"User:{name}" for name in roles()} == {
        each.principal for each in permissions_of(list(roles().values()), "recourse")
    }
