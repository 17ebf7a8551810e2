"""A schema registry over HTTP, in memory: schemas in several pieces, and a registry that fails."""

import itertools
import json
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from fastavro import parse_schema, schemaless_writer
from msgspec import Struct

from streams.compiled import native
from streams.errors import ConfigurationError
from streams.serialisation import codec as codec_module
from streams.serialisation import registry as module
from streams.serialisation.asking import UNANSWERED_AT_ONCE
from streams.serialisation.codec import Codec, NoSuchSchema, Undecodable
from streams.serialisation.framing import confluent
from streams.serialisation.referenced import DEEPEST, MOST_BYTES, MOST_PIECES
from streams.serialisation.registry import Registry

TIME = {"type": "long", "logicalType": "timestamp-millis"}


class Double(ThreadingHTTPServer):
    """A registry as its clients know it. What has `silent_for` in it is answered with 503.

    Each answer takes `answers_in` seconds of a `clock`.
    """

    daemon_threads = False  # `server_close` waits for those that still answer

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.ids: dict[int, dict[str, Any]] = {}
        self.versions: dict[tuple[str, int], dict[str, Any]] = {}
        self.asked: list[str] = []
        self.silent_for = ""
        self.clock: Clock | None = None
        self.answers_in = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def piece(self, subject: str, schema: Any, *references: str, version: int = 1) -> None:
        self.versions[subject, version] = _stored(schema, *references)

    def root(self, number: int, schema: Any, *references: str) -> None:
        self.ids[number] = _stored(schema, *references)


def _stored(schema: Any, *references: str) -> dict[str, Any]:
    stored: dict[str, Any] = {"schema": schema if isinstance(schema, str) else json.dumps(schema)}
    if references:
        stored["references"] = [
            {"name": each, "subject": f"subject of {each}", "version": 1} for each in references
        ]
    return stored


class Answers(BaseHTTPRequestHandler):
    server: Double
    timeout = 10  # a client that connects and asks nothing

    def do_GET(self) -> None:
        registry = self.server
        path = self.path.partition("?")[0].replace("%20", " ").replace("+", " ").strip("/")
        registry.asked.append(path)
        if registry.clock is not None:
            registry.clock.now += registry.answers_in
        steps = path.split("/")
        found: dict[str, Any] | None
        if steps[:2] == ["schemas", "ids"]:
            found = registry.ids.get(int(steps[2]))
        else:
            known = registry.versions.get((steps[1], int(steps[3])))
            where = {"subject": steps[1], "version": int(steps[3]), "id": 900}
            found = None if known is None else known | where
        code = 503 if registry.silent_for and registry.silent_for in path else 200
        body = {"error_code": 40403, "message": "not found"} if found is None else found
        self._say(404 if found is None and code == 200 else code, body)

    def _say(self, code: int, body: dict[str, Any]) -> None:
        octets = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/vnd.schemaregistry.v1+json")
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        self.wfile.write(octets)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def double() -> Iterator[Double]:
    server = Double()
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def record(name: str, *fields: tuple[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "record",
        "name": name,
        "fields": [{"name": each, "type": kind} for each, kind in fields],
        **more,
    }


class Maker(Struct, frozen=True, kw_only=True):
    name: str
    since: int


class Line(Struct, frozen=True, kw_only=True):
    id: str
    maker: Maker


class Order(Struct, frozen=True, kw_only=True):
    at: int
    lines: tuple[Line, ...]
    first: Line | None = None


MAKER = record("Maker", ("name", "string"), ("since", TIME))
LINE = record("Line", ("id", "string"), ("maker", MAKER))
ONE_PIECE = record(
    "Order",
    ("at", TIME),
    ("lines", {"type": "array", "items": LINE}),
    ("first", ["null", "Line"]),
)
OWN = {**ONE_PIECE, "namespace": "toy"}
PLAIN = {
    "at": 5,
    "lines": [{"id": "a", "maker": {"name": "m", "since": 7}}],
    "first": {"id": "b", "maker": {"name": "n", "since": 8}},
}
MADE = Order(
    at=5,
    lines=(Line(id="a", maker=Maker(name="m", since=7)),),
    first=Line(id="b", maker=Maker(name="n", since=8)),
)


def value(number: int) -> bytes:
    body = BytesIO()
    schemaless_writer(body, parse_schema(ONE_PIECE), PLAIN)
    return confluent(number, body.getvalue())


def codec(double: Double, wait_seconds: float = 20.0) -> Codec[Order]:
    return Codec(OWN, Order, schema_of=Registry(double.url, wait_seconds).schema_of)


class Clock:
    """Monotonic seconds that pass when they are told to, or slept."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_000.0
        monkeypatch.setattr(time, "monotonic", lambda: self.now)
        monkeypatch.setattr(time, "sleep", self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.now += seconds


def _why_not(registry: Registry, number: int) -> str:
    with pytest.raises(NoSuchSchema) as error:
        registry.schema_of(number)
    return str(error.value)


NONE, TOO_MANY = "the registry has none", module._TOO_MANY


def refused(codec: Codec[Order], number: int) -> str:
    with pytest.raises(Undecodable) as error:
        codec.decode(value(number))
    assert error.value.reason == "UNKNOWN_SCHEMA"
    return error.value.detail


IN_PIECES: dict[str, tuple[tuple[Any, ...], dict[str, tuple[Any, ...]]]] = {
    "one refers to the next": (
        (
            record(
                "Order",
                ("at", TIME),
                ("lines", {"type": "array", "items": "shop.Line"}),
                ("first", ["null", "shop.Line"]),
                namespace="shop",
            ),
            "shop.Line",
        ),
        {
            "shop.Line": (
                record("Line", ("id", "string"), ("maker", "acme.Maker"), namespace="shop"),
                "acme.Maker",
            ),
            "acme.Maker": (MAKER | {"namespace": "acme"},),
        },
    ),
    "names without a namespace, within one": (
        (
            record(
                "Order",
                ("at", TIME),
                ("lines", {"type": "array", "items": "Line"}),
                ("first", ["null", "Line"]),
                namespace="shop",
            ),
            "Line",
            "Maker",
        ),
        {
            "Line": (record("Line", ("id", "string"), ("maker", "Maker")), "Maker"),
            "Maker": (MAKER,),
        },
    ),
    "a type within what is referred to": (
        (
            record(
                "Order",
                ("at", TIME),
                ("lines", {"type": "array", "items": {"type": "shop.Line"}}),
                ("first", ["null", "shop.Line"]),
                namespace="other",
            ),
            "both",
        ),
        {"both": (LINE | {"name": "shop.Line"},)},
    ),
    "a type that is there in both": (
        (
            record(
                "Order",
                ("at", TIME),
                ("lines", {"type": "array", "items": LINE}),
                ("first", ["null", "Line"]),
                namespace="shop",
            ),
            "shop.Maker",
        ),
        {"shop.Maker": (MAKER | {"namespace": "shop"},)},
    ),
    "the same one by two ways": (
        (
            record(
                "Order",
                ("at", TIME),
                ("lines", {"type": "array", "items": "shop.Line"}),
                ("first", ["null", "shop.Line"]),
                ("maker", ["null", "shop.Maker"]),
            ),
            "shop.Maker",
            "shop.Line",
        ),
        {
            "shop.Line": (
                record("shop.Line", ("id", "string"), ("maker", "Maker")),
                "shop.Maker",
            ),
            "shop.Maker": (MAKER | {"namespace": "shop"},),
        },
    ),
}


@pytest.mark.parametrize("name", IN_PIECES)
def test_a_schema_in_several_pieces_is_read_as_if_it_were_one(name: str, double: Double) -> None:
    (root, *references), pieces = IN_PIECES[name]
    double.root(2, root, *references)
    for subject, (piece, *more) in pieces.items():
        double.piece(f"subject of {subject}", piece, *more)
    reading = codec(double)
    written = value(2) + (b"\0" if name == "the same one by two ways" else b"")

    assert [reading.decode(written) for _ in range(2)] == [MADE, MADE]
    expected = {f"subjects/subject of {each}/versions/1" for each in pieces}
    assert sorted(double.asked) == sorted({"schemas/ids/2"} | expected), "each is asked for once"


def test_what_it_refers_to_and_the_registry_lacks_is_said_and_asked_for_again_later(
    double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root, *references), pieces = IN_PIECES["one refers to the next"]
    double.root(2, root, *references)
    line, *more = pieces["shop.Line"]
    double.piece("subject of shop.Line", line, *more)
    reading = codec(double)
    said = (
        "schema id 2 can't be had: it refers to acme.Maker, and the registry has no version 1 of "
        "subject of acme.Maker"
    )

    assert [refused(reading, 2), refused(reading, 2)] == [said, said]
    assert double.asked.count("subjects/subject of acme.Maker/versions/1") == 1
    double.piece("subject of acme.Maker", *pieces["acme.Maker"])
    later = time.monotonic() + module.NOT_FOUND_FOR_SECONDS
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert reading.decode(value(2)) == MADE


def test_ids_at_random_cost_a_question_a_second_and_no_memory(
    double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    known = Registry(double.url, 20.0)
    said = Counter(_why_not(known, number) for number in range(5_000))

    assert said == {NONE: UNANSWERED_AT_ONCE, TOO_MANY: 5_000 - UNANSWERED_AT_ONCE}
    assert len(double.asked) == UNANSWERED_AT_ONCE
    for second in range(100):
        clock.now += 1.0
        assert [_why_not(known, 10_000 + 2 * second + i) for i in (0, 1)] == [NONE, TOO_MANY]
    assert len(known._absent) <= 3
    assert len(known._questions._waiting) <= 1_000


def test_a_new_version_is_read_at_once_between_ids_that_somebody_makes_up(
    double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the made-up ones each comes once; of a version that is written each record has the id."""
    clock = Clock(monkeypatch)
    reading = codec(double)
    for number in range(1_000, 1_500):
        refused(reading, number)
    double.root(2, ONE_PIECE)
    assert refused(reading, 2).endswith(TOO_MANY)
    clock.now += 0.01

    assert reading.decode(value(2)) == MADE


def test_versions_that_the_registry_has_are_all_read_at_once(double: Double) -> None:
    for number in range(2, 102):
        double.root(number, ONE_PIECE | {"doc": str(number)})
    reading = codec(double)

    assert {reading.decode(value(number)) for number in range(2, 102)} == {MADE}


def test_an_id_that_was_asked_for_before_it_was_registered_is_read_soon_after(
    double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    reading = codec(double)
    assert refused(reading, 2).endswith(NONE)
    double.root(2, ONE_PIECE)
    clock.now += 2.0

    assert reading.decode(value(2)) == MADE


def test_after_a_slow_answer_the_registry_is_left_alone_for_as_long(
    double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So a registry that hardly answers takes half of a worker's time at the most."""
    clock = Clock(monkeypatch)
    known = Registry(double.url, 20.0)
    ask = known.client.get_schema

    def slowly(number: int) -> Any:
        clock.now += 1.5
        return ask(number)

    monkeypatch.setattr(known.client, "get_schema", slowly)
    assert _why_not(known, 7) == NONE
    clock.now += 1.4
    assert _why_not(known, 8) == TOO_MANY
    clock.now += 0.2
    assert _why_not(known, 8) == NONE


def test_a_schema_that_cannot_be_used_is_parsed_once_a_minute(
    double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    parsed: list[object] = []
    parse = codec_module._writer
    reading = codec(double)

    def counted(*given: Any) -> Any:
        parsed.append(given)
        return parse(*given)

    monkeypatch.setattr(codec_module, "_writer", counted)
    double.root(2, record("Order", ("gaps", {"type": "array", "items": "null"})))
    said = {refused(reading, 2) for _ in range(50)}

    assert said == {
        ("schema id 2 can't be used: null takes no bytes, so nothing bounds its records")
    }
    assert len(parsed) == 1
    clock.now += 60.1
    assert refused(reading, 2) in said
    assert (len(parsed), len(double.asked)) == (2, 1)


def test_a_schema_that_is_too_long_is_not_parsed_and_not_kept(
    double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = record("Order", ("at", TIME), doc="x" * MOST_BYTES)
    double.root(2, long)
    known = Registry(double.url, 20.0)
    monkeypatch.setattr("streams.serialisation.referenced.json", None)

    assert _why_not(known, 2) == f"it is longer than {MOST_BYTES} characters"
    assert known.client._cache.get_schema_by_id(None, 2) is None


@pytest.mark.parametrize("compiled", {None, native})
def test_writers_without_end_are_forgotten_and_asked_for_again(
    compiled: Any, double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codec_module, "MOST_WRITERS", 4)
    schema_of = Registry(double.url, 20.0).schema_of
    reading = Codec(OWN, Order, schema_of=schema_of, schema_id=1, compiled=compiled)
    for number in range(2, 12):
        double.root(number, ONE_PIECE | {"doc": str(number)})
        assert reading.decode(value(number)) == MADE
        assert len(reading._by_id) <= 4

    assert [reading.decode(value(number)) for number in (1, 2, 11)] == [MADE] * 3
    assert reading.decode(reading.encode(MADE)) == MADE


def test_a_name_that_nobody_defines_is_said(double: Double) -> None:
    double.root(2, record("Order", ("at", TIME), ("lines", "shop.Line")), "shop.Maker")
    double.piece("subject of shop.Maker", MAKER | {"namespace": "shop"})
    double.root(3, record("Order", ("at", TIME), ("lines", "shop.Line")))

    for number in (2, 3):
        assert refused(codec(double), number) == (
            f"schema id {number} refers to shop.Line, which neither it nor its references define"
        )


def test_what_is_nested_too_deep_or_no_reference_is_no_crash(double: Double) -> None:
    deep: Any = "int"
    for _ in range(600):
        deep = {"type": "array", "items": deep}
    double.root(2, record("Order", ("at", TIME), ("lines", "A")), "A")
    double.piece("subject of A", record("A", ("deep", deep)))
    double.root(3, record("Order", ("at", TIME)), "A")
    double.ids[3]["references"][0]["version"] = "latest"
    reading = codec(double)

    with pytest.raises(Undecodable) as deep_one:
        reading.decode(value(2))
    # How deep is too deep is Python's to say: 3.13 reads this schema, and then not the value.
    assert deep_one.value.reason in {"UNKNOWN_SCHEMA", "UNREADABLE"}
    assert refused(reading, 3) == (
        "schema id 3 can't be had: its references are not as a registry gives them"
    )


def test_an_authority_of_the_registry_that_is_no_certificate_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    monkeypatch.setenv("RECOURSE_REGISTRY_CA_FILE", str(tmp_path / "ca.pem"))

    with pytest.raises(ConfigurationError) as error:
        Registry("https://localhost:1", 1.0)
    assert str(error.value) == (
        f"RECOURSE_REGISTRY_CA_FILE (environment) is '{tmp_path / 'ca.pem'}': must be "
        "certificates in PEM"
    )


def test_references_that_go_round_in_a_circle_are_refused(double: Double) -> None:
    double.root(2, record("Order", ("at", TIME), ("lines", "A")), "A")
    double.piece("subject of A", record("A", ("b", "B")), "B")
    double.piece("subject of B", record("B", ("a", ["null", "A"])), "A")

    assert refused(codec(double), 2) == (
        "schema id 2 can't be had: its references go round in a circle: subject of A version 1 to "
        "subject of B version 1 to subject of A version 1"
    )


def test_a_type_that_holds_itself_by_a_reference_is_refused(double: Double) -> None:
    node = record("Node", ("next", ["null", "Node"]))
    double.root(2, record("Order", ("at", TIME), ("lines", "Node")), "Node")
    double.piece("subject of Node", node)

    assert refused(codec(double), 2) == (
        "schema id 2 can't be used: no_namespace.Node holds itself, so nothing bounds its records"
    )


def test_references_are_bounded_in_depth_number_and_length(double: Double) -> None:
    names = [f"T{number}" for number in range(MOST_PIECES + 1)]
    for name, following in itertools.pairwise(names):
        double.piece(f"subject of {name}", record(name, ("x", "int")), following)
    double.root(2, record("Order", ("at", TIME)), "T0")
    for name in names:
        double.piece(f"subject of W{name}", record(name, ("x", "int")))
    double.root(3, record("Order", ("at", TIME)), *(f"W{name}" for name in names))
    double.piece("subject of L", record("L", ("x", "int"), doc="x" * MOST_BYTES))
    double.root(4, record("Order", ("at", TIME)), "L")
    reading = codec(double, 10.0)

    assert [refused(reading, number) for number in (2, 3, 4)] == [
        f"schema id 2 can't be had: its references are more than {DEEPEST} steps away",
        f"schema id 3 can't be had: it refers to more than {MOST_PIECES} others",
        (
            f"schema id 4 can't be had: with what it refers to it is longer than {MOST_BYTES} "
            "characters"
        ),
    ]
    assert len(double.asked) == 3 + DEEPEST + MOST_PIECES + 1


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, 'syntax = "proto3"; message A {}'])
def test_what_is_referred_to_and_is_no_json_is_said(double: Double, text: str) -> None:
    double.root(2, record("Order", ("at", TIME), ("lines", "A")), "A")
    double.piece("subject of A", text)
    double.root(3, text)

    reading = codec(double)
    assert refused(reading, 2) == (
        "schema id 2 can't be had: what it refers to as A is no JSON, so no Avro"
    )
    assert refused(reading, 3) == "schema id 3 can't be had: it is no JSON, so no Avro"


def test_a_registry_that_is_away_between_two_pieces_is_waited_for_no_longer_than_another(
    double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root, *references), pieces = IN_PIECES["one refers to the next"]
    double.root(2, root, *references)
    for subject, (piece, *more) in pieces.items():
        double.piece(f"subject of {subject}", piece, *more)
    double.silent_for = "acme.Maker"
    monkeypatch.setattr(module, "ANSWER_SECONDS", 60.0)
    monkeypatch.setattr(module, "AGAIN_SECONDS", 25.0)
    clock = Clock(monkeypatch)
    reading = codec(double, 0.6)
    began = clock.now

    said = refused(reading, 2)

    assert said == "schema id 2 can't be had: the registry has not answered for 0.6 s"
    assert clock.now - began == 50, "a third wait would end after 60 s"
    double.silent_for = ""
    clock.now += 60
    assert reading.decode(value(2)) == MADE


def test_a_registry_that_answers_each_piece_but_slowly_is_given_up_and_gone_on_with(
    double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANSWER_SECONDS", 60.0)
    clock = double.clock = Clock(monkeypatch)
    double.answers_in = 25.0
    names = [f"T{number}" for number in range(6)]
    for name in names:
        double.piece(f"subject of {name}", record(name, ("x", "int")))
    double.root(2, ONE_PIECE, *names)
    registry, said = Registry(double.url, 20.0), list[str]()
    for _ in range(2):
        said.append(_why_not(registry, 2))
        clock.now += 100

    assert said == [
        f"it refers to {name}, and the registry has not answered for all of it within 60 s"
        for name in ("T1", "T4")
    ]
    assert registry.schema_of(2) is not None
    assert len(double.asked) == 1 + len(names), "what was answered once is not asked for again"
