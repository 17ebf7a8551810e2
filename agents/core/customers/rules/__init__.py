"""All rules, in the order of the contract: each file of this folder is looked through for them."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from agents.core.customers.rule_base.definition import RuleDefinition
from schemas.records import Kind, Rule


def _defined() -> dict[Rule, RuleDefinition]:
    modules = [import_module(f"{__name__}.{each.name}") for each in iter_modules(__path__)]
    found = {
        each.name: each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, RuleDefinition)
    }
    return {name: found[name] for name in Rule if name in found}


RULES: Mapping[Rule, RuleDefinition] = MappingProxyType(_defined())
DUES = tuple(each.due for each in RULES.values() if each.due is not None)
ONLY_RISES = frozenset(name for name, each in RULES.items() if each.only_rises)
ALWAYS_ASKED = frozenset(name for name, each in RULES.items() if each.asked is True)


def kind_of(rule: Rule) -> Kind:
    """The kind of a rule's disagreements; REQUEST, which says least, of a newer version's rule."""
    known = RULES.get(rule)
    return Kind.REQUEST if known is None else known.kind
