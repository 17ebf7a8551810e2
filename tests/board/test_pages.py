"""The pages over a copy that the pipeline itself made: what each shows, and what it writes."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from agents.board.app import create
from agents.board.viewers import Role, Viewer
from agents.records.codecs import PLAIN
from schemas.records import (
    Action,
    ActionName,
    CustomerResponse,
    OutcomeName,
    Remedy,
    RemedyKind,
    Response,
    Settled,
    Subject,
    TopicName,
    Wish,
)
from streams.errors import EngineError
from tests.board.copies import (
    CASE,
    DAY,
    HIM,
    OPERATOR,
    Copy,
    action,
    at,
    check_in,
    response,
    tick,
)
from tests.board.gates import TOKEN, OpenGate

ID = "board-" + "x" * 22
PATH = f"/cases/{quote(CASE, safe='')}"
OPEN = [
    check_in(),
    response("REQUESTED", "14:30", topic="PRICE", words="Why <b>so</b> much?"),
    action("ACKNOWLEDGE", "14:40", HIM),
    action("PROMISE", "14:45", HIM, until=f"{DAY}T16:00:00Z"),
    tick("14:50"),
]
DECIDED = [
    *OPEN[:3],
    action("CONTACTED", "14:45", HIM),
    action("RESOLVE", "14:48", HIM, outcome="UNFOUNDED", message="We checked it."),
    tick("14:50"),
]
VIEWERS = {
    "manager": Viewer(
        role=Role.MANAGER, subject=HIM, name="Terrence Brooks", known_by="demo", manager_id=HIM,
        sites=frozenset({"columbus"}), language="en",
    ),
    "german": Viewer(
        role=Role.MANAGER, subject="m-huber", name="Katharina Huber", known_by="demo",
        manager_id="m-huber", sites=frozenset({"muenchen"}), language="de",
    ),
    "customer": Viewer(
        role=Role.CUSTOMER, subject="link-1", name="", known_by="link:k1", escalation_id=CASE
    ),
    "stranger": Viewer(
        role=Role.CUSTOMER, subject="link-2", name="", known_by="link:k1", escalation_id="v9:1"
    ),
    "operator": Viewer(role=Role.OPERATOR, subject=OPERATOR, name="Operations", known_by="demo"),
    "auditor": Viewer(role=Role.AUDITOR, subject="audit", name="Audit", known_by="demo"),
    "adviser": Viewer(
        role=Role.ADVISER, subject="desk", name="Front desk", known_by="demo",
        sites=frozenset({"columbus"}),
    ),
}  # fmt: skip


class WrittenDown:
    """Takes what is sent; or is away."""

    def __init__(self) -> None:
        self.actions: list[Action] = []
        self.said: list[CustomerResponse] = []
        self.known_by: list[str] = []
        self.away = False

    def act(self, action: Action, viewer: Viewer) -> None:
        if self.away:
            raise EngineError("Kafka is away")
        self.actions.append(action)
        self.known_by.append(viewer.known_by)

    def say(self, response: CustomerResponse, viewer: Viewer) -> None:
        if self.away:
            raise EngineError("Kafka is away")
        self.said.append(response)
        self.known_by.append(viewer.known_by)


class Board:
    """A board with its copy, and a browser of each viewer."""

    def __init__(self, copy: Copy) -> None:
        self.copy = copy
        self.gate = OpenGate(VIEWERS)
        self.desk = WrittenDown()
        self.app = create(copy.model, self.gate, self.desk, copy.changes)

    def get(self, who: str, path: str, **headers: str) -> Any:
        return self._browser(who).get(path, headers=headers)

    def post(self, who: str, path: str, **fields: str) -> Any:
        return self._browser(who).post(path, data={"token": TOKEN, **fields})

    def act(self, who: str = "manager", **fields: str) -> Any:
        return self.post(who, f"{PATH}/act", action_id=ID, **fields)

    def say(self, word: str, **fields: str) -> Any:
        return self.post("customer", "/my-case/say", word=word, event_id=ID, **fields)

    def _browser(self, who: str) -> TestClient:
        return TestClient(self.app, cookies={"who": who}, follow_redirects=False)


@pytest.fixture(name="board")
def _board(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Board]:
    copy = Copy(tmp_path, getattr(request, "param", OPEN), "14:50")
    yield Board(copy)
    copy.close()


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def text(answer: Any, part: str = "main") -> str:
    """What is read in an element with an id, or in the page's main part."""
    content = answer.text
    if part != "main":
        begin = content.index(f'id="{part}"')
        content = content[content.rindex("<", 0, begin) :]
        end = re.search(r"</(section|div)>", content)
        assert end is not None
        content = content[: end.start()]
    else:
        content = content[content.index("<main") :]
    reader = _Text()
    reader.feed(content)
    return " ".join(" ".join(reader.parts).split())


decided = pytest.mark.parametrize("board", [DECIDED], indirect=True)


def test_a_manager_s_list_says_what_is_next_and_when(board: Board) -> None:
    answer = board.get("manager", "/cases")
    assert answer.status_code == 200
    assert text(answer) == (
        "My cases One case is open. The customer asks for a manager Columbus Easton · Normal "
        "Call the customer in 1 h 10 min Mon, Mar 2 at 11:00 AM (EST)"
    )


def test_a_case_that_is_late_says_so(board: Board) -> None:
    board.copy.now = at("16:05")
    assert "Call the customer 5 min late" in text(board.get("manager", "/cases"))
    assert "One case is open, and it is late." in text(board.get("manager", "/cases"))


def test_a_case_shows_what_the_customer_wrote_and_never_as_a_tag(board: Board) -> None:
    answer = board.get("manager", PATH)
    assert answer.status_code == 200
    assert "What the customer wrote Why <b>so</b> much?" in text(answer)
    assert "<b>so" not in answer.text


def test_a_case_shows_its_steps_the_newest_first(board: Board) -> None:
    shown = text(board.get("manager", PATH), "history")
    names = ["A call was promised", "Acknowledged", "Opened"]
    assert sorted(names, key=shown.index) == names
    assert "by Terrence Brooks" in shown


def test_a_case_is_in_the_reader_s_language_and_the_customer_s_words_in_theirs(
    board: Board,
) -> None:
    answer = board.get("operator", PATH, **{"Accept-Language": "de-DE,en;q=0.5"})
    assert '<html lang="de-DE">' in answer.text
    assert "Nachrichten an den Kunden" in text(answer)
    assert "Terrence Brooks will call you by Mon, Mar 2" in text(answer)


def test_what_is_not_somebody_s_answers_as_what_is_not_there_in_each_byte(board: Board) -> None:
    hidden = board.get("german", PATH)
    absent = board.get("german", "/cases/no-such%3A1")
    assert (hidden.status_code, hidden.content) == (404, absent.content)
    assert hidden.headers == absent.headers


@pytest.mark.parametrize(
    ("who", "paths"),
    [
        ("manager", {"/cases", PATH, "/sites/columbus"}),
        ("german", {"/cases", "/sites/muenchen"}),
        ("customer", {"/my-case"}),
        ("stranger", set()),
        ("operator", {"/network", PATH}),
        ("auditor", {"/network", PATH}),
        ("adviser", {"/sites/columbus", PATH}),
    ],
)
def test_everybody_sees_their_own_pages_and_nothing_else(
    board: Board, who: str, paths: set[str]
) -> None:
    every = {"/cases", PATH, "/my-case", "/network", "/sites/columbus", "/sites/muenchen"}
    assert {each for each in every if board.get(who, each).status_code == 200} == paths
    assert {each for each in every if board.get(who, each).status_code == 404} == every - paths
    for each in sorted(every):
        assert board.get("nobody", each).status_code == 401


def test_looking_at_a_case_is_noted(board: Board) -> None:
    board.get("manager", PATH)
    board.get("german", PATH)
    assert board.gate.noted == [(HIM, "CASE", CASE)]


def test_an_action_is_sent_with_who_acts_and_shown_at_once(board: Board) -> None:
    answer = board.act(action="CONTACTED", reason="By phone.")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/cases/{CASE}#actions")
    assert board.desk.actions == [
        Action(
            action_id=ID,
            occurred_at=at("14:50"),
            escalation_id=CASE,
            region_id="us-east",
            by=HIM,
            action=ActionName.CONTACTED,
            reason="By phone.",
        )
    ]
    assert board.desk.known_by == ["demo"]
    shown = text(board.get("manager", PATH), "actions")
    assert "I spoke with the customer Sent. The desk has not answered yet." in shown


def test_an_action_that_is_pressed_twice_is_sent_once(board: Board) -> None:
    assert [board.act(action="CONTACTED").status_code for _ in range(3)] == [303] * 3
    assert len(board.desk.actions) == 1


def test_an_action_that_the_topic_has_already_is_not_sent_again(board: Board) -> None:
    known = board.copy.model.actions(CASE)[0].action
    again = "board-" + "y" * 22
    board.copy.database.write([], {}, {})
    assert board.copy.model.has_action(known.action_id)
    assert not board.copy.model.has_action(again)


def test_an_action_that_could_not_be_sent_says_so_and_can_be_sent_again(board: Board) -> None:
    board.desk.away = True
    answer = board.act(action="CONTACTED", reason="By phone.")
    assert answer.status_code == 503
    assert "It was not sent: the system can\u2019t be reached." in text(answer)
    assert "By phone." in answer.text  # what was typed is there still
    assert ID in answer.text  # and under the same id
    board.desk.away = False
    assert board.act(action="CONTACTED", reason="By phone.").status_code == 303
    assert len(board.desk.actions) == 1


@pytest.mark.parametrize(
    ("who", "fields"),
    [
        ("german", {"action": "CONTACTED"}),
        ("customer", {"action": "CONTACTED"}),
        ("auditor", {"action": "CONTACTED"}),
        ("adviser", {"action": "CONTACTED"}),
        ("manager", {"action": "CONTACTED", "token": "another"}),
        ("manager", {"action": "UNKNOWN"}),
        ("manager", {"action": "NOTHING"}),
    ],
)
def test_who_may_not_act_gets_what_is_not_there_and_nothing_is_sent(
    board: Board, who: str, fields: dict[str, str]
) -> None:
    answer = board._browser(who).post(f"{PATH}/act", data={"token": TOKEN, **fields})
    absent = board.get(who, "/cases/no-such%3A1")
    assert (answer.status_code, answer.content) == (404, absent.content)
    assert board.desk.actions == []


def test_a_decision_is_sent_with_its_remedy_and_message(board: Board) -> None:
    answer = board.act(
        action="RESOLVE", outcome="PARTLY_UPHELD", remedy="GOODWILL", amount="120.50",
        done_by="2026-03-05T17:00", message="We are sorry.", until="2026-03-02T12:00",
    )  # fmt: skip
    assert answer.status_code == 303
    (sent,) = board.desk.actions
    assert sent.outcome is OutcomeName.PARTLY_UPHELD
    assert sent.remedy == Remedy(
        kind=RemedyKind.GOODWILL,
        amount=12_050,
        currency="USD",
        by=at("22:00") + 3 * 86_400_000,  # five in the afternoon at the site
    )
    assert (sent.message, sent.until) == ("We are sorry.", None)  # of another form


def test_what_is_wrong_with_a_form_is_said_in_its_labels_and_nothing_is_lost(board: Board) -> None:
    answer = board.act(
        action="RESOLVE", outcome="UPHELD", remedy="PRICE_TO", amount="a lot", message="Sorry."
    )
    assert answer.status_code == 422
    assert "Please look at this again the amount is 'a lot': must be an amount of USD" in text(
        answer
    )
    assert "Sorry." in answer.text
    assert board.desk.actions == []


def test_a_decision_is_previewed_in_the_customer_s_language_and_not_sent(board: Board) -> None:
    answer = board.act(
        action="RESOLVE", outcome="UPHELD", remedy="GOODWILL", amount="120.50", do="preview",
        message="We are sorry, <i>really</i>.",
    )  # fmt: skip
    assert answer.status_code == 200
    assert text(answer, "preview").endswith(
        "We agree with you Terrence Brooks has decided about your request. We agree with you, "
        "and give you $120.50 as a gesture of goodwill. "
        "Terrence Brooks writes: “We are sorry, <i>really</i>.”"
    )
    assert "<i>" not in answer.text
    assert board.desk.actions == []


def test_who_acted_reads_what_the_desk_made_of_it(tmp_path: Path) -> None:
    events = [*OPEN[:4], action("WAIT", "14:47", HIM), tick("14:50")]
    copy = Copy(tmp_path, events, "14:50")
    try:
        shown = text(Board(copy).get("manager", PATH), "actions")
    finally:
        copy.close()
    assert "Promise a call Done by Terrence Brooks" in shown
    assert "Acknowledge Done by Terrence Brooks" in shown
    assert "Wait for the customer Refused by Terrence Brooks" in shown
    assert "nobody has spoken" in shown.lower()


def test_a_customer_reads_where_it_stands_who_has_it_and_by_when(board: Board) -> None:
    answer = board.get("customer", "/my-case")
    assert answer.status_code == 200
    shown = text(answer)
    assert shown.startswith("Your case at Columbus Easton Open Where it stands")
    assert "Who looks after it Terrence Brooks Call +1-614-555-0105" in shown
    assert "By when Mon, Mar 2" in shown
    assert "Call promised by Mon, Mar 2 at 11 a.m. (EST)" in shown
    assert "Why <b>" not in shown  # what was for the manager
    for secret in ("v1-car", HIM, "c1", "REQUESTED_BY_CUSTOMER"):
        assert secret not in shown


SAID: dict[str, Any] = {
    "event_id": ID, "occurred_at": at("14:50"), "customer_id": "c1", "visit_id": "v1",
    "site_id": "columbus",
}  # fmt: skip


@pytest.mark.parametrize(
    ("word", "fields", "said"),
    [
        (
            "ASK",
            {"words": "Is it\nsafe?", "topic": "CONDUCT"},
            {
                "response": Response.ASKED, "subject": Subject.NONE, "topic": TopicName.CONDUCT,
                "words": "Is it safe?",
            },
        ),
        (
            "WISH",
            {"not_before": "2026-03-02T15:00"},
            {
                "response": Response.REQUESTED, "subject": Subject.NONE,
                "wish": Wish(not_before=at("20:00")),
            },
        ),
        (
            "WITHDRAW",
            {},
            {"response": Response.WITHDRAWN, "subject": Subject.ESCALATION, "subject_id": CASE},
        ),
    ],
)  # fmt: skip
def test_what_a_customer_says_is_written_as_any_channel_does(
    board: Board, word: str, fields: dict[str, str], said: dict[str, Any]
) -> None:
    assert [board.say(word, **fields).status_code for _ in range(2)] == [303, 303]
    assert board.desk.said == [CustomerResponse(**SAID, **said)]
    assert board.desk.known_by == ["link:k1"]
    assert "Sent. It is on its way." in text(board.get("customer", "/my-case"), "sent")


@decided
def test_after_a_decision_a_customer_can_rate_and_appeal(board: Board) -> None:
    board.say("RATE", rating="2", settled="NO")
    appeal = board.post("customer", "/my-case/say", word="APPEAL", event_id="board-" + "z" * 22)
    assert appeal.status_code == 303
    assert [(e.response, e.rating, e.settled, e.subject_id) for e in board.desk.said] == [
        (Response.RATED, 2, Settled.NO, None),
        (Response.APPEALED, None, None, CASE),
    ]


@decided
def test_a_decision_is_on_the_customer_s_page_word_for_word(board: Board) -> None:
    shown = text(board.get("customer", "/my-case"))
    assert "Decided" in shown
    assert "Terrence Brooks writes: “We checked it.”" in shown


@pytest.mark.parametrize(
    ("word", "fields", "code"),
    [
        ("APPEAL", {}, 404),  # nothing is decided yet
        ("RATE", {"rating": "5"}, 404),
        ("NOTHING", {}, 404),
        ("ASK", {"words": " \n "}, 422),
        ("WISH", {"not_before": "2026-03-02T09:00"}, 422),  # it has passed
        ("WISH", {"not_before": "soon"}, 422),
    ],
)
def test_what_a_customer_cannot_say_now_is_not_written(
    board: Board, word: str, fields: dict[str, str], code: int
) -> None:
    assert board.say(word, **fields).status_code == code
    assert board.desk.said == []


def test_a_customer_proves_who_they_are_first_where_that_is_asked(board: Board) -> None:
    board.gate.prove_at = "/second-fact"
    assert 'href="/second-fact"' in board.get("customer", "/my-case").text
    answer = board.say("WITHDRAW")
    assert (answer.status_code, answer.headers["location"]) == (303, "/second-fact")
    assert board.desk.said == []


def test_the_overview_counts_what_is_open_and_late(board: Board) -> None:
    board.copy.now = at("16:05")
    shown = text(board.get("operator", "/network"))
    assert "Open cases 1 Late 1 Without a manager 0" in shown
    assert "Version default, since" in shown


@decided
def test_a_site_s_page_has_what_was_decided(board: Board) -> None:
    shown = text(board.get("adviser", "/sites/columbus"))
    assert shown == (
        "Cases at Columbus Easton Open None. Ended in the last 30 days The customer asks for a "
        "manager Columbus Easton · Normal · Terrence Brooks Unfounded Mon, Mar 2 at 9:48 AM (EST)"
    )


@pytest.mark.parametrize(("age", "said"), [(30_000, ""), (61_000, "how things stood 1 min ago")])
def test_a_page_says_how_old_it_is_once_it_is_old(board: Board, age: int, said: str) -> None:
    board.copy.age = age - 1_000 if not said else age
    shown = board.get("operator", "/network").text
    assert ("how things stood" in shown) is bool(said)
    assert said in shown


def test_everybody_begins_on_their_own_first_page(board: Board) -> None:
    first = {who: board.get(who, "/").headers.get("location") for who in VIEWERS}
    assert first == {
        "manager": "/cases",
        "german": "/cases",
        "customer": "/my-case",
        "stranger": "/my-case",
        "operator": "/network",
        "auditor": "/network",
        "adviser": "/sites/columbus",
    }


def test_a_page_that_cannot_be_read_is_a_sentence_and_no_trace(board: Board) -> None:
    board.copy.database.spoil()
    board.copy.database.generation += 1
    answer = board.get("operator", "/network")
    assert answer.status_code == 503
    assert answer.text.startswith("The board is reading what has happened.")


def test_nothing_inline_is_on_a_page_so_the_policy_of_contents_can_forbid_it(board: Board) -> None:
    for who, path in (("manager", PATH), ("customer", "/my-case"), ("operator", "/network")):
        page = board.get(who, path).text
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=|javascript:", page)
        assert not re.search(r"(src|href)=\"(https?:)?//", page)


def test_static_files_are_kept_for_ever_and_others_are_not_there(board: Board) -> None:
    page = board.get("operator", "/network").text
    for address in set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page)):
        answer = board.get("nobody", address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    assert board.get("nobody", "/static/..%2Fapp.py").status_code == 404


def test_what_is_sent_is_what_the_contract_takes(board: Board) -> None:
    board.act(action="PROMISE", until="2026-03-02T12:00")
    board.post("customer", "/my-case/say", word="ASK", words="x" * 400)
    assert PLAIN.encode("recourse.actions", board.desk.actions[0])
    assert PLAIN.encode("service.customer-responses", board.desk.said[0])


def test_health_says_whether_it_has_read_what_there_was(board: Board) -> None:
    assert board.get("nobody", "/health/live").status_code == 200
    assert board.get("nobody", "/health/ready").status_code == 200
    assert "recourse_board_requests_total" in board.get("nobody", "/metrics").text
