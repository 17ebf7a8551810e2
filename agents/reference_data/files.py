"""YAML and JSON files as people write them: read, and every problem said in one sentence.

YAML is read by the rules of version 1.2 as far as they differ in ways that bite: `NO` is a string
and not false, `18:00` is a string and not the number 1080, a date stays a string. A key given twice
is an error, and so is a number that begins with a 0 (`010` is 8 in version 1.1 and 10 in 1.2) and
an alias (a few hundred bytes of them can stand for gigabytes). Nothing is executed.
"""

import json
import re
from collections.abc import Hashable, Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from streams.printable import printable, printable_lines

Place = tuple[str | int, ...]  # the way to a value: keys and positions


class UnusableFile(Exception):  # noqa: N818 - it says what the file is
    """A file that can't be used; `sentences` holds one for each problem."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.sentences = tuple(map(printable, sentences))
        super().__init__("\n".join(self.sentences))


class Document:
    """What a file says, with the line of every value (1-based)."""

    def __init__(self, *, name: str, data: Any, lines: dict[Place, int]) -> None:  # noqa: ANN401
        self.name = name
        self.data = data
        self._lines = lines

    def where(self, place: Sequence[str | int]) -> str:
        """File and line of a value, or of the nearest thing around it that the file has."""
        for length in range(len(place), -1, -1):
            line = self._lines.get(tuple(place[:length]))
            if line is not None:
                return f"{self.name}:{line}"
        return self.name

    def problem(self, place: Sequence[str | int], value: object, right: str) -> str:
        """One sentence: where, which field, what it is, what is right."""
        return f"{self.where(place)}: {spelled(place)} is {shown(value)}: {right}"


def spelled(place: Sequence[str | int]) -> str:
    """`("sites", 0, "hours")` as `sites[0].hours`."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "the file"


def shown(value: object) -> str:
    """A value as it may stand in a message."""
    if value is MISSING:
        return "missing"
    text = _SHOWN[value] if value is None or isinstance(value, bool) else repr(value)
    return text if len(text) <= _SHOWN_AT_MOST else text[: _SHOWN_AT_MOST - 1] + "…"


class _Missing:
    """Stands for a value that is not there."""


MISSING = _Missing()
_SHOWN = {None: "empty", True: "true", False: "false"}
_SHOWN_AT_MOST = 60  # characters: a message stays one sentence


def value_at(data: Any, place: Sequence[str | int]) -> object:  # noqa: ANN401
    """The value that the file has at a place, or MISSING."""
    for part in place:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return MISSING
    return data


_ALIAS = (
    "a word with * before it is an alias, which is not taken: write out what it stands for, or put "
    "the text in quotes"
)
_ZERO_FIRST = re.compile(r"[-+]?0[0-9]")


class _Loader(yaml.SafeLoader):
    """YAML 1.2 where 1.1 bites."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem=_ALIAS, problem_mark=self.peek_event().start_mark)  # type: ignore[no-untyped-call]  # lacks annotations
        return super().compose_node(parent, index)

    def construct_number(self, node: yaml.ScalarNode) -> int:
        """A whole number, as version 1.2 reads it."""
        text = str(self.construct_scalar(node))
        if _ZERO_FIRST.match(text):
            raise yaml.MarkedYAMLError(
                problem=f"{text} begins with a 0: write {int(text)}, or put it in quotes",
                problem_mark=node.start_mark,
            )
        return int(text)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(
                    problem="a key must be a word", problem_mark=key.start_mark
                )
            # What looks like a number is a name too, where it is a key.
            key.tag = "tag:yaml.org,2002:str"
            if key.value in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key.value} stands here twice", problem_mark=key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    for _character in _first:
        _Loader.yaml_implicit_resolvers.setdefault(
            "" if _character == "\0" else _character, []
        ).append((f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$")))


_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.construct_number)


class _Dumper(yaml.SafeDumper):
    """Quotes what either version of YAML would take for something else than a string."""


for _character, _resolvers in _Loader.yaml_implicit_resolvers.items():
    for _resolver in _resolvers:
        _Dumper.add_implicit_resolver(*_resolver, [_character])


def parse(text: str, name: str) -> Document:
    """Read YAML or JSON from `text`; `name` is what messages call it.

    Raises:
        UnusableFile: it is neither.
    """
    text = text.removeprefix("\ufeff")
    try:
        as_json = _json(text, name) if text.lstrip()[:1] in ("{", "[") else MISSING
        return _parsed(text, name, as_json)
    except RecursionError as error:
        raise UnusableFile([f"{name}: nested too deep"]) from error


def _parsed(text: str, name: str, as_json: Any) -> Document:  # noqa: ANN401
    # A tab indents in JSON but not in YAML; as blanks it leaves every line where it was.
    try:
        loader = _Loader(text if as_json is MISSING else text.replace("\t", " "))
    except yaml.reader.ReaderError as error:
        where = f"{name}:{text.count(chr(10), 0, error.position) + 1}"
        raise UnusableFile([f"{where}: not YAML or JSON: a character that no text has"]) from error
    try:
        node = loader.get_single_node()
        if node is None:
            return Document(name=name, data={}, lines={(): 1})
        data = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        if as_json is not MISSING:
            return Document(name=name, data=as_json, lines={})
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise UnusableFile([f"{name}{line}: not YAML or JSON: {_said(error)}"]) from error
    except (yaml.YAMLError, ValueError) as error:
        raise UnusableFile([f"{name}: not YAML or JSON: {error}"]) from error
    finally:
        loader.dispose()
    lines: dict[Place, int] = {}
    _note_lines(node, (), lines)
    return Document(name=name, data=data if as_json is MISSING else as_json, lines=lines)


_SAYINGS = (
    ("found character '\\t'", "a tab can't indent: use spaces"),
    ("stands here twice", None),
    ("is an alias", None),
    ("begins with a 0", None),
    ("a key must be a word", None),
    ("mapping values are not allowed", "a colon too many, or a line with the wrong indent"),
    ("<stream end>", "it ends too early: a bracket is not closed"),
    ("unexpected end of stream", "it ends too early: a quote is not closed"),
    ("<block end>", "a line with another indent than its neighbours, or an open quote or bracket"),
    ("could not find expected ':'", "a key without its colon"),
    ("expected ',' or", "a comma or a closing bracket is missing"),
    ("expected alphabetic", "a text that begins with * or & must be in quotes"),
    ("for the tag", "a text that begins with ! must be in quotes"),
    ("cannot start any token", "a text that begins with @, % or ` must be in quotes"),
)
"""What YAML's own words mean to who writes a file; None: they are ours, said as they are."""


def _said(error: yaml.MarkedYAMLError) -> str:
    found = str(error.problem)
    for words, meaning in _SAYINGS:
        if words in found:
            return meaning or found
    return found


def parse_json(text: str, name: str) -> Document:
    """Read JSON alone, as a record holds it; lines mean nothing there.

    Raises:
        UnusableFile: it is none, or nested deeper than anything of ours.
    """
    try:
        data = _json(text, name)
    except RecursionError as error:
        raise UnusableFile([f"{name}: nested too deep"]) from error
    if data is MISSING:
        raise UnusableFile([f"{name}: not JSON"])
    return Document(name=name, data=data, lines={})


def _json(text: str, name: str) -> Any:  # noqa: ANN401
    """What a JSON text says, or MISSING when it is none (flow YAML begins in the same way)."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise UnusableFile([f"{name}: the key {key} stands in one object twice"])
            found[key] = value
        return found

    try:
        return json.loads(text, object_pairs_hook=once)
    except ValueError:
        return MISSING


def read(path: Path) -> Document:
    """Read a YAML or JSON file.

    Raises:
        UnusableFile: it is not there, not readable, not UTF-8, or not YAML or JSON.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UnusableFile([f"{path} can't be read: {error.strerror or error}"]) from error
    except UnicodeDecodeError as error:
        raise UnusableFile(
            [f"{path} can't be read: it is not UTF-8 (byte {error.start})"]
        ) from error
    return parse(text, str(path))


def written(data: object) -> str:
    """Data as YAML that `parse` reads back as the same data.

    Where it would hold what controls a terminal, all that is not ASCII is written as escapes.
    """
    text = _dumped(data, letters=True)
    return text if printable_lines(text) == text else _dumped(data, letters=False)


def _dumped(data: object, *, letters: bool) -> str:
    return yaml.dump(
        data,
        Dumper=_Dumper,
        allow_unicode=letters,
        sort_keys=False,
        default_flow_style=None,
        width=100,
    )


def _note_lines(node: yaml.Node, place: Place, lines: dict[Place, int]) -> None:
    lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            below = (*place, key.value)
            _note_lines(value, below, lines)
            lines[below] = key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _note_lines(value, (*place, index), lines)
