"""deploy/strimzi: topics and users as Strimzi's resources, made from the catalogue and roles.yaml.

`make strimzi` writes them anew; a test holds them against what they are made from.
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from agents.operations.access import granted_roles
from agents.pipeline.topic_specs import topic_specs
from streams.transport.permissions import Permission
from streams.transport.planning import synced

FOLDER = Path(__file__).parents[1] / "deploy" / "strimzi"
API = "kafka.strimzi.io/v1"
CLUSTER = "my-cluster"
REPLICAS = 3
APPLICATION = "recourse"
_HEAD = """\
# Made by `make strimzi` from the catalogue and roles.yaml; deploy/README.md says how to use it.
# The label strimzi.io/cluster is to be your cluster's name.
"""
_RESOURCES = {"TOPIC": "topic", "GROUP": "group", "TRANSACTIONAL_ID": "transactionalId"}
_OPERATIONS = {
    "READ": "Read",
    "WRITE": "Write",
    "DESCRIBE": "Describe",
    "DESCRIBE_CONFIGS": "DescribeConfigs",
}


def files() -> dict[Path, str]:
    """What each file holds."""
    return {
        FOLDER / "topics.yaml": _text(topics()),
        FOLDER / "users.yaml": _text(users()),
    }


def topics() -> Iterator[dict[str, Any]]:
    """Each topic with the settings that `recourse topics apply` gives it on three brokers."""
    for spec in (synced(each, REPLICAS) for each in topic_specs()):
        yield _resource("KafkaTopic", spec.name) | {
            "spec": {
                "partitions": spec.partitions,
                "replicas": REPLICAS,
                "config": dict(spec.config),
            }
        }


def users() -> Iterator[dict[str, Any]]:
    """Each role's user, who proves itself by SCRAM and may do what its role needs."""
    for role in granted_roles().values():
        allowed: dict[tuple[str, str], set[str]] = defaultdict(set)
        for each in role.permissions(APPLICATION):
            allowed[each.resource, each.name].add(each.operation)
        acls = [_acl(*resource, operations) for resource, operations in sorted(allowed.items())]
        yield _resource("KafkaUser", role.principal.removeprefix("User:")) | {
            "spec": {
                "authentication": {"type": "scram-sha-512"},
                "authorization": {"type": "simple", "acls": acls},
            }
        }


def granted(user: dict[str, Any]) -> Iterator[Permission]:
    """What such a resource allows, as `recourse topics plan --access` would see it."""
    resources = {value: key for key, value in _RESOURCES.items()}
    operations = {value: key for key, value in _OPERATIONS.items()}
    for acl in user["spec"]["authorization"]["acls"]:
        resource = acl["resource"]
        name = resource["name"] + ("*" if resource["patternType"] == "prefix" else "")
        for operation in acl["operations"]:
            yield Permission(
                principal=f"User:{user['metadata']['name']}",
                resource=resources[resource["type"]],
                name=name,
                operation=operations[operation],
            )


def _acl(resource: str, name: str, operations: set[str]) -> dict[str, Any]:
    # A bare `*` is Kafka's own word for all names.
    begins = name.endswith("*") and name != "*"
    return {
        "resource": {
            "type": _RESOURCES[resource],
            "name": name.removesuffix("*") if begins else name,
            "patternType": "prefix" if begins else "literal",
        },
        "operations": [_OPERATIONS[each] for each in sorted(operations)],
        "host": "*",
    }


def _resource(kind: str, name: str) -> dict[str, Any]:
    return {
        "apiVersion": API,
        "kind": kind,
        "metadata": {"name": name, "labels": {"strimzi.io/cluster": CLUSTER}},
    }


def _text(resources: Iterator[dict[str, Any]]) -> str:
    return _HEAD + yaml.safe_dump_all(resources, sort_keys=False, explicit_start=True)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")
