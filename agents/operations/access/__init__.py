"""Who may read and write what on Kafka, as declared in `roles.yaml` beside this file.

Kafka refuses what no ACL allows, so what is not declared can't be done.
"""

from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict

from streams.transport.permissions import ANY_NAME, Operation, Permission, Resource


class Role(BaseModel):
    """What one kind of program or person needs.

    Names may end in `*`: all that begin so; `{application}` is the setting RECOURSE_APPLICATION.
    `settings`: topics whose settings may be looked at. `transactions`: transactional ids.
    `never_writes`: what who has this role must not write by another right either. `replaced_by`:
    the roles that hold now what one of before held; it is granted only where it is asked for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    principal: str
    why: str
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    never_writes: tuple[str, ...] = ()
    replaced_by: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    transactions: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    watches: bool = False
    """Whether every topic and group may be looked at (names, offsets, lag), not read."""

    def permissions(self, application: str) -> frozenset[Permission]:
        """One a resource and operation."""

        def granted(
            resource: Resource, names: Iterable[str], *operations: Operation
        ) -> set[Permission]:
            return {
                Permission(
                    principal=self.principal,
                    resource=resource,
                    name=name.format(application=application),
                    operation=operation,
                )
                for name in names
                for operation in operations
            }

        watched = [ANY_NAME] if self.watches else []
        return frozenset(
            granted("TOPIC", self.reads, "READ")
            | granted("TOPIC", self.writes, "WRITE")
            | granted("TOPIC", self.settings, "DESCRIBE_CONFIGS")
            | granted("GROUP", self.groups, "READ")
            | granted("TRANSACTIONAL_ID", self.transactions, "WRITE")
            | granted("TOPIC", watched, "DESCRIBE")
            | granted("GROUP", watched, "DESCRIBE")
        )


def roles(principals: Mapping[str, str] | None = None) -> dict[str, Role]:
    """All roles by name; `principals` says who has one, where it is not the declared name.

    Raises:
        KeyError: there is no such role.
    """
    text = files("agents.operations.access").joinpath("roles.yaml").read_text(encoding="utf-8")
    found = {name: Role.model_validate(given) for name, given in yaml.safe_load(text).items()}
    for name, principal in (principals or {}).items():
        found[name] = found[name].model_copy(update={"principal": principal})
    return found


def granted_roles(principals: Mapping[str, str] | None = None) -> dict[str, Role]:
    """The roles that are granted: all but those of before, unless `principals` names them.

    Raises:
        KeyError: there is no such role.
    """
    asked = principals or {}
    return {
        name: role for name, role in roles(asked).items() if not role.replaced_by or name in asked
    }


def shared(of: Mapping[str, Role]) -> list[str]:
    """A sentence for each principal that holds two roles of which one must not have the other's."""
    sentences = []
    for name, role in of.items():
        for other, theirs in of.items():
            both = [each for each in theirs.writes if covers(role.never_writes, each)]
            if other != name and theirs.principal == role.principal and both:
                sentences.append(
                    f"{role.principal} is {name} and {other}: as {name} it must not write "
                    f"{', '.join(both)} (docs/security.md, One system for both)"
                )
    return sentences


def covers(patterns: Iterable[str], name: str) -> bool:
    """Whether one of the names is meant, where `*` at an end means all that begin so."""
    return any(
        name.startswith(each[:-1]) if each.endswith("*") else name == each for each in patterns
    )


def permissions_of(of: Sequence[Role], application: str) -> frozenset[Permission]:
    """What all of them may do."""
    return frozenset().union(*(role.permissions(application) for role in of))
