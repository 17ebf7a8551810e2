"""ACLs as data: what is there, what should be, and the difference."""

import time
from collections.abc import Collection, Iterable
from typing import Any, Literal, NamedTuple

from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

Resource = Literal["TOPIC", "GROUP", "TRANSACTIONAL_ID"]
Operation = Literal["READ", "WRITE", "DESCRIBE", "DESCRIBE_CONFIGS"]
ANY_NAME = "*"
_ANSWER_SECONDS = 30.0
_A_MOMENT = 0.1


class Permission(NamedTuple):
    """Somebody may do something with what has this name, or begins so where it ends in `*`."""

    principal: str
    resource: str
    name: str
    operation: str


class Difference(NamedTuple):
    """What ACLs lack, and what they have beyond what is declared, for the same principals."""

    lacking: frozenset[Permission]
    more: frozenset[Permission]


def compare(client: AdminClient, declared: Collection[Permission]) -> Difference:
    """Looks at the ACLs of all principals that are declared.

    Raises:
        KafkaException: the broker has no authoriser, or does not let us look.
    """
    found: set[Permission] = set()
    for principal in {each.principal for each in declared}:
        bindings = client.describe_acls(_all_of(principal)).result(_ANSWER_SECONDS)
        found |= {_permission(each) for each in bindings}
    return Difference(frozenset(declared) - found, frozenset(found - frozenset(declared)))


def grant(client: AdminClient, permissions: Iterable[Permission]) -> None:
    """Writes ACLs, and waits until the broker goes by them: it learns of them a moment later.

    Raises:
        KafkaException: the broker refuses.
    """
    wanted = frozenset(permissions)
    if not wanted:
        return
    for future in client.create_acls([_binding(each) for each in wanted]).values():
        future.result(_ANSWER_SECONDS)
    end = time.monotonic() + _ANSWER_SECONDS
    while compare(client, wanted).lacking and time.monotonic() < end:
        time.sleep(_A_MOMENT)


def take_away(client: AdminClient, permissions: Iterable[Permission]) -> None:
    """Removes ACLs.

    Raises:
        KafkaException: the broker refuses.
    """
    filters = [_filter(_binding(each)) for each in permissions]
    if filters:
        for future in client.delete_acls(filters).values():
            future.result(_ANSWER_SECONDS)


def _binding(permission: Permission) -> AclBinding:
    name, pattern = permission.name, ResourcePatternType.LITERAL
    if name != ANY_NAME and name.endswith("*"):
        name, pattern = name[:-1], ResourcePatternType.PREFIXED
    return AclBinding(
        ResourceType[permission.resource],
        name,
        pattern,
        permission.principal,
        "*",
        AclOperation[permission.operation],
        AclPermissionType.ALLOW,
    )


def _filter(binding: AclBinding) -> AclBindingFilter:
    return AclBindingFilter(
        binding.restype,
        binding.name,
        binding.resource_pattern_type,
        binding.principal,
        binding.host,
        binding.operation,
        binding.permission_type,
    )


def _permission(binding: Any) -> Permission:  # noqa: ANN401 - its stub allows what never is
    prefixed = binding.resource_pattern_type == ResourcePatternType.PREFIXED
    return Permission(
        principal=binding.principal,
        resource=binding.restype.name,
        name=f"{binding.name}*" if prefixed else binding.name,
        operation=binding.operation.name,
    )


def _all_of(principal: str) -> AclBindingFilter:
    anything: Any = None  # its stub does not know that a filter may leave a thing open
    return AclBindingFilter(
        ResourceType.ANY,
        anything,
        ResourcePatternType.ANY,
        principal,
        anything,
        AclOperation.ANY,
        AclPermissionType.ANY,
    )
