"""Every command, setting, metric, number, notice, topic and field is whole: what lacks is said.

Each sentence begins with the file in which something must be written, so that who added a part and
forgot a place of it (CONTRIBUTING.md) reads where. Rules have a file of their own.
"""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from fluent.syntax.ast import Message

from agents.commands import COMMANDS
from agents.commands.console.manual import MANUAL
from agents.core.customers.state import Visit
from agents.core.customers.stored_facts import FACT_TYPES
from agents.core.notices import agreed, aside, rate, throttled
from agents.core.notices.table import MESSAGES
from agents.core.notices.wording.texts import FALLBACK, languages, resource
from agents.core.policy_values import ServiceTopic
from agents.operations.access import roles
from agents.reference_data.policy_files import default_data
from agents.reference_data.policy_words import phrases
from schemas.catalogue import TOPICS, schema
from streams.settings import Settings
from tests import commands_page, dashboard, metrics_page, notices, policy_page, settings_page
from tests.asyncapi_examples import sent
from tests.schemas.test_contract import CONTRACT
from tests.test_tidy import SHOWN_NOWHERE, sources

ROOT = Path(__file__).parents[1]
FOLDER = "agents/commands"
TABLE = f"{FOLDER}/__init__.py"
MODULES_OF_COMMANDS = {path for path, *_ in COMMANDS.values()}
HELD_BY_COMMANDS = {"topics": "declared_topics has the command; this file has what it does"}
"""Files of that folder that are part of another command, and of which."""


def written(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


# ------------------------------------------------------------------------------ commands


def _files_of_commands() -> Iterator[str]:
    for path in sorted((ROOT / FOLDER).glob("*/*.py")):
        if path.stem != "__init__" and path.parent.name != "console":
            yield str(path.relative_to(ROOT))


def _lacks_of_commands() -> Iterator[str]:
    for file in _files_of_commands():
        module = file.removesuffix(".py").replace("/", ".")
        if module not in MODULES_OF_COMMANDS and Path(file).stem not in HELD_BY_COMMANDS:
            yield f"{TABLE}: COMMANDS has no line for {file}"
    table = written("README.md")
    for name, (module, attribute, _) in COMMANDS.items():
        file = module.replace(".", "/") + ".py"
        if not (ROOT / file).exists():
            yield f"{file}: is not there, and COMMANDS has it as {name}"
            continue
        if not hasattr(import_module(module), attribute):
            yield f"{file}: has no {attribute}, which COMMANDS calls"
        if not any(each.split(" ")[0] == name for each in MANUAL):
            yield f"{FOLDER}/console/manual.py: has no examples and exit codes of {name}"
        if f"`recourse {name}" not in table and f"recourse {name}`" not in table:
            yield f"README.md: the table of commands has no row for {name}"


def test_every_command_is_whole() -> None:
    assert list(_lacks_of_commands()) == []
    assert commands_page.PAGE.read_text(encoding="utf-8") == commands_page.page(), (
        "docs/commands.md: run `make commands`"
    )


# ------------------------------------------------------------------------------ settings


def test_every_setting_is_whole() -> None:
    code = " ".join(text for name, text in sources() if name != "streams/settings.py")
    lacks = [
        f"streams/settings.py: no docstring below {each.name}"
        for each in settings_page.settings()
        if not each.meaning
    ]
    lacks += [
        f"streams: nothing reads settings.{name}, the setting has no effect"
        for name in Settings.model_fields
        if not re.search(rf"\b{name}\b", code)
    ]

    assert lacks == []
    assert settings_page.PAGE.read_text(encoding="utf-8") == settings_page.page(), (
        "docs/settings.md: run `make settings`"
    )


# ------------------------------------------------------------------------------ metrics


def _lacks_of_metrics() -> Iterator[str]:
    code = " ".join(text for _, text in sources())
    shown = " ".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "deploy").rglob("*")
        if path.suffix in (".json", ".yaml", ".yml")
    )
    for module, metrics in metrics_page.declared().items():
        file = module.replace(".", "/") + ".py"
        variables = {id(value): name for name, value in vars(import_module(module)).items()}
        for each in metrics:
            name = metrics_page.exposed(each)
            if len(re.findall(rf"\b{variables[id(each)]}\b", code)) < 2:
                yield f"{file}: {name} is declared, and nothing counts it"
            if not each._documentation:
                yield f"{file}: {name} does not say what it is"
            if name not in SHOWN_NOWHERE and not re.search(rf"\b{each._name}", shown):
                yield (
                    f"tests/dashboard.py: no panel shows {name} (then `make dashboard`), or "
                    "tests/test_tidy.py says in SHOWN_NOWHERE why none does"
                )

    asked = " ".join(shown.query for panels in dashboard.ROWS.values() for shown in panels)
    known = set(metrics_page.names())
    for name in sorted({*re.findall(r"\brecourse_\w+", asked)} - known):
        yield f"agents/pipeline/metrics.py: declares no {name}, which a panel shows"


def test_every_metric_is_whole() -> None:
    assert list(_lacks_of_metrics()) == []
    assert metrics_page.PAGE.read_text(encoding="utf-8") == metrics_page.page(), (
        "docs/metrics.md: run `make metrics`"
    )


# ------------------------------------------------------------------------------ numbers


def _numbers(value: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _numbers(inner, (*place, key))
    elif isinstance(value, bool | int | float):
        yield place


TABLES = ("late_after_hours",)
"""Of the policy: entries by a key, of which some may lack."""


def _has(values: Any, place: tuple[str, ...]) -> bool:
    for key in place:
        if not isinstance(values, dict) or key not in values:
            return False
        values = values[key]
    return True


def _lacks_of_numbers() -> Iterator[str]:
    core = " ".join(
        text
        for name, text in sources()
        if name.startswith("agents/")
        and not name.endswith(("policy.py", "policy_numbers.py", "policy_notices.py"))
    )
    for place in _numbers(default_data()):
        name = ".".join(place)
        if place[0] in ("jurisdictions", "pilot") or place[-1].isupper():
            continue
        if not re.search(rf"\b{place[-1]}\b", core):
            yield f"agents/core: nothing reads the number {name} of the policy"
        if place not in phrases():
            yield f"agents/core/policy_numbers.py: no phrase of {name}"
    for place in phrases():
        if not _has(default_data(), place) and place[0] not in TABLES and not place[-1].isupper():
            yield f"agents/reference_data/policies/default.yaml: no value of {'.'.join(place)}"


def test_every_number_of_the_policy_is_whole() -> None:
    assert list(_lacks_of_numbers()) == []
    assert policy_page.PAGE.read_text(encoding="utf-8") == policy_page.page(), (
        "docs/policy-numbers.md: run `make policy-numbers`"
    )


@pytest.mark.parametrize("held", HELD_BY_COMMANDS)
def test_what_is_excused_is_there(held: str) -> None:
    assert any(Path(each).stem == held for each in _files_of_commands())


# ------------------------------------------------------------------------------ notices


def _messages(language: str) -> dict[str, set[str]]:
    """What a language has: the parts of each message that somebody is told."""
    found = {}
    for each in resource(language).body:
        parts = {part.id.name for part in each.attributes} if isinstance(each, Message) else ()
        if isinstance(each, Message) and parts and not each.id.name.startswith("rule-"):
            found[each.id.name] = set(parts)
    return found


def _lacks_of_notices() -> Iterator[str]:
    told = MESSAGES | throttled.MESSAGES | agreed.MESSAGES | rate.MESSAGES | aside.MESSAGES
    for language in sorted(languages()):
        there, file = _messages(language), f"agents/texts/notices/{language}.ftl"
        for name in sorted(told):
            parts = {"title", "text", "sms"} - there.get(name, set())
            yield from (f"{file}: {name} has no .{each}" for each in sorted(parts))
    for name in sorted(_messages(FALLBACK).keys() - told):
        yield f"agents/core/notices: in no table is anybody told {name}, which {FALLBACK}.ftl has"


def test_every_notice_is_whole() -> None:
    assert list(_lacks_of_notices()) == []
    assert notices.PAGE.read_text(encoding="utf-8") == notices.page(), (
        "docs/notices.md: run `make notices`"
    )


# ------------------------------------------------------------------------------ languages


def test_every_language_is_whole() -> None:
    folders = ("agents/texts/notices", "agents/texts/rules")
    # A country's file has its own words alone, where these differ from the language's.
    there = {
        folder: {each.name for each in (ROOT / folder).glob("*.ftl") if "-" not in each.name}
        for folder in folders
    }
    every = set().union(*there.values())

    assert [f"{folder}/{name}: is not there, the other folder has it"
            for folder, names in there.items() for name in sorted(every - names)] == []  # fmt: skip


# ------------------------------------------------------------------------------ topics

NO_FACTS = {"service.dead-letters"}
"""Of `service.*`, what no producer writes."""
CARRIER = TOPICS["recourse.carried-customers"]


def _lacks_of_schemas() -> Iterator[str]:
    declared = {each.schema for each in TOPICS.values()}
    newest = {each.stem for each in (ROOT / "schemas" / "released").glob("*/*.avsc")}
    for path in sorted((ROOT / "schemas" / "avro").glob("*.avsc")):
        if path.stem not in declared:
            yield f"schemas/catalogue.py: TOPICS has no topic of schemas/avro/{path.name}"
        if path.stem not in newest:
            yield f"schemas/released: no folder of it has {path.name}"


def _lacks_of_topics() -> Iterator[str]:
    every = roles().values()
    written_by_roles = {topic for role in every for topic in role.writes}
    read_by_roles = {topic for role in every for topic in role.reads}
    pages = written("docs/producers.md") + written("docs/consumers.md")
    for name in TOPICS:
        if name not in written_by_roles or name not in read_by_roles:
            yield f"agents/operations/access/roles.yaml: nobody writes and reads {name}"
        if name not in CONTRACT:
            yield f"tests/schemas/test_contract.py: CONTRACT has no {name}"
        if name.startswith("service.") and f"`{name}`" not in pages:
            yield f"docs/producers.md: has no row of `{name}`"


def _lacks_of_facts() -> Iterator[str]:
    kinds = {each.record: each for each in FACT_TYPES}
    for name, topic in TOPICS.items():
        if not name.startswith("service.") or name in NO_FACTS:
            continue
        assert topic.record is not None, name
        kind = kinds.get(topic.record)
        if kind is None:
            yield f"agents/core/customers/stored_facts.py: FACT_TYPES has no line of {name}"
        elif kind.field not in Visit.__struct_fields__:
            yield f"agents/core/customers/state.py: a visit has no field {kind.field}"
        if name.removeprefix("service.") not in set(ServiceTopic):
            yield f"agents/core/policy_values.py: ServiceTopic has not {name}"
        if name not in CARRIER.carried:
            yield f"schemas/catalogue.py: {CARRIER.name} does not carry {name}"
        if name not in sent():
            yield f"tests/asyncapi_examples.py: has no {name}"


def test_every_topic_is_whole() -> None:
    assert [*_lacks_of_schemas(), *_lacks_of_topics(), *_lacks_of_facts()] == []


# ------------------------------------------------------------------------------ fields


def _unused_fields() -> Iterator[str]:
    code = " ".join(text for name, text in sources() if name.startswith("agents/"))
    words = set(re.findall(r"\w+", code))
    for topic, declared in TOPICS.items():
        for field in declared.record.__struct_fields__ if declared.record else ():
            if field not in words:
                yield f"agents: nothing writes or reads {field}, which records of {topic} have"


def _fields_of_one_side() -> Iterator[str]:
    for declared in TOPICS.values():
        if declared.record is None or declared.schema is None:
            continue
        file, name = f"schemas/avro/{declared.schema}.avsc", declared.record.__name__
        ours = set(declared.record.__struct_encode_fields__)
        theirs = {each["name"] for each in schema(declared.schema)["fields"]}
        yield from (f"{file}: has no {each}, which {name} has" for each in ours - theirs)
        yield from (f"schemas/records: {name} has no {each} of {file}" for each in theirs - ours)


def test_every_field_of_a_record_is_in_its_schema_and_used() -> None:
    assert [*_fields_of_one_side(), *_unused_fields()] == []
