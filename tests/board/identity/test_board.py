"""The board with its own gate, attacked: what is not theirs is not there, and nothing is done."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.requests import Request
from starlette.routing import Route
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from agents.board.identity.guard import HEADERS
from agents.board.identity.sealed.sessions import Kind
from agents.core.calendar import DAY_MS
from streams.topology import Message
from tests.board.copies import CASE, HIM, OPERATOR, action, at, check_in, response, tick, write
from tests.board.identity.door import (
    COOKIE,
    ID,
    LINKS,
    ORIGIN,
    PATH,
    Door,
    keep,
    plain_headers,
    token_in,
)
from tests.board.identity.tokens import NOW, claims, signed

NOWHERE = f"/cases/{quote('v9:9', safe='')}"


@pytest.fixture(name="door")
def _door(tmp_path: Path) -> Iterator[Door]:
    door = Door(tmp_path)
    yield door
    door.close()


def everybody(door: Door) -> dict[str, TestClient]:
    return {
        "nobody": door.browser(),
        "manager": door.manager(),
        "manager elsewhere": door.manager("m-huber"),
        "customer": door.customer(),
        "other customer": door.customer("v9:1"),
        "adviser": door.of_group("desk"),
        "adviser elsewhere": door.of_group("far"),
        "operator": door.of_group("ops"),
        "auditor": door.of_group("audit"),
        "somebody without a role": door.of_group("nothing"),
    }


SEES = {
    "/cases": {"manager", "manager elsewhere"},
    PATH: {"manager", "adviser", "operator", "auditor"},
    "/my-case": {"customer"},
    "/network": {"operator", "auditor"},
    "/sites/columbus": {"manager", "adviser", "operator", "auditor"},
    "/sites/muenchen": {"manager elsewhere", "adviser elsewhere", "operator", "auditor"},
}


@pytest.mark.parametrize("path", SEES)
def test_a_page_that_is_not_somebody_s_is_as_one_that_is_not_there(door: Door, path: str) -> None:
    unknown = {"nobody", "other customer", "somebody without a role"}
    for who, browser in everybody(door).items():
        answer, nothing = browser.get(path), browser.get("/nothing")
        if who in SEES[path]:
            assert answer.status_code == 200, who
        elif who in unknown and path == "/my-case":
            assert (answer.status_code, "no longer opens" in answer.text) == (401, True), who
        elif who in unknown:
            assert (answer.status_code, answer.text) == (303, ""), who
        else:
            assert answer.status_code == 404, who
            assert answer.text == nothing.text, who
            assert plain_headers(answer) == plain_headers(nothing), who


def test_a_case_that_is_not_somebody_s_is_as_a_case_that_never_was(door: Door) -> None:
    for who in ("manager elsewhere", "customer", "adviser elsewhere"):
        browser = everybody(door)[who]
        there, never = browser.get(PATH), browser.get(NOWHERE)

        assert (there.status_code, there.text) == (404, never.text)
        assert plain_headers(there) == plain_headers(never)


ACTS = {
    "ACKNOWLEDGE": {"manager", "operator"},
    "RESOLVE": {"manager", "operator"},
    "CONFIRM": {"operator"},
}


@pytest.mark.parametrize("action", ACTS)
def test_what_somebody_may_not_do_writes_nothing_and_is_as_if_the_case_were_not_there(
    door: Door, action: str
) -> None:
    for who, browser in everybody(door).items():
        token = _token(door, browser)  # of their own session: only the right is missing
        fields = {"token": token, "action": action, "action_id": f"{ID[:-2]}{len(who):02d}"}
        before = len(door.desk.actions)
        answer = browser.post(f"{PATH}/act", data=fields | {"outcome": "UNFOUNDED"})
        never = browser.post(f"{NOWHERE}/act", data=fields)
        if who not in ACTS[action]:
            assert len(door.desk.actions) == before, who
            assert (answer.status_code, answer.text) == (never.status_code, never.text), who
            assert plain_headers(answer) == plain_headers(never), who
        else:
            assert answer.status_code in (303, 422), who


def _token(door: Door, browser: TestClient) -> str:
    """A right token of the browser's own session."""
    cookie = browser.cookies.get(COOKIE)
    session = door.gate.cookies.sessions.of_cookie(cookie, door.now)
    return "" if session is None else door.gate.access.sealer.form_token(session.session_id)


def _posts(door: Door) -> list[str]:
    routes = [each for each in door.app.routes if isinstance(each, Route)]
    return [
        each.path.replace("{case_id}", quote(CASE, safe=""))
        for each in routes
        if "POST" in (each.methods or ())
    ]


def test_every_form_needs_the_token_of_its_session(door: Door) -> None:
    posts, other = _posts(door), door.gate.access.sealer.form_token("another session")
    fields = {
        "action": "CONTACTED", "action_id": ID, "word": "WITHDRAW", "event_id": ID, "fact": "-CAR",
    }  # fmt: skip
    assert len(posts) >= 4
    for browser in (door.manager(), door.customer(), door.customer(proved=False)):
        kept = dict(browser.cookies)
        for path in posts:
            for token in ({}, {"token": ""}, {"token": other}, {"token": "x" * 64}):
                answer = browser.post(path, data=fields | token)
                assert answer.status_code in (401, 403, 404, 303), path
                assert "set-cookie" not in answer.headers, path
        assert dict(browser.cookies) == kept, "nobody was signed out"
    assert (door.desk.actions, door.desk.said) == ([], [])


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example.com"},
        {"Origin": "null"},
        {"Origin": "http://board.example.com"},
        {"Origin": f"{ORIGIN}.evil.example.com"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_that_another_site_sends_is_refused_also_with_a_token(
    door: Door, headers: dict[str, str]
) -> None:
    browser = door.manager()
    fields = {"token": _token(door, browser), "action": "CONTACTED", "action_id": ID}

    assert browser.post(f"{PATH}/act", data=fields, headers=headers).status_code == 403
    assert door.desk.actions == []
    own = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
    assert browser.post(f"{PATH}/act", data=fields, headers=own).status_code == 303
    assert len(door.desk.actions) == 1


def test_a_form_sent_again_counts_once_and_says_who_sent_it(door: Door) -> None:
    browser = door.manager()
    for _ in range(3):
        fields = {"token": _token(door, browser), "action": "CONTACTED", "action_id": ID}
        assert browser.post(f"{PATH}/act", data=fields).status_code == 303

    (action,) = door.desk.actions
    assert action.by == HIM
    assert [each.partition(":")[0] for each in door.desk.known_by] == ["oidc"]


# -------------------------------------------------------------------------- sessions


def test_a_session_that_somebody_planted_is_not_the_one_after_signing_in(door: Door) -> None:
    """The attacker's own session, as a customer, in the browser of who then signs in."""
    planted = door.customer(session_id="planted")
    before = dict(planted.cookies)
    _signs_in(door, planted)
    after = dict(planted.cookies)

    assert before[COOKIE] != after[COOKIE]
    assert planted.get("/cases").status_code == 200
    attacker = door.browser()
    keep(attacker, before)
    assert attacker.get("/my-case").status_code == 401, "the planted one is over"


@pytest.mark.parametrize("value", ["", "x", "a.b.c", "e30", "%00", "A" * 5_000])
def test_a_cookie_that_is_none_of_ours_makes_nobody_known(door: Door, value: str) -> None:
    browser = door.browser()
    answer = browser.get("/cases", headers={"Cookie": f"__Host-recourse-board={value}"})

    assert answer.status_code == 303


def test_who_signs_out_is_signed_out_also_for_a_copy_of_the_cookie(door: Door) -> None:
    browser = door.manager()
    copied = dict(browser.cookies)
    answer = browser.post("/sign-out", data={"token": _token(door, browser)})

    assert (answer.status_code, answer.headers["location"]) == (303, "/signed-out")
    assert 'recourse-board="";' in answer.headers["set-cookie"].replace("=;", '="";')
    thief = door.browser()
    keep(thief, copied)
    assert thief.get("/cases").status_code == 303


def test_a_cookie_can_be_read_by_no_script_and_goes_to_no_other_site(door: Door) -> None:
    answer = door.browser().get(door.link())
    cookie = answer.headers["set-cookie"].lower()

    assert cookie.startswith("__host-recourse-board=")
    for each in ("httponly", "secure", "samesite=lax", "path=/", "max-age=7200"):
        assert each in cookie
    assert "domain" not in cookie


def test_a_request_that_lasts_is_known_no_longer_than_its_session(door: Door) -> None:
    """As a stream of events asks anew: after the end, and after signing out elsewhere."""
    session = door.session(manager_id=HIM)
    cookie = f"{COOKIE}={door.gate.cookies.sessions.cookie(session)}".encode()
    request = Request({"type": "http", "headers": [(b"cookie", cookie)]})
    seen = [door.gate.viewer(request)]
    door.now = session.until
    seen.append(door.gate.viewer(request))
    door.now = NOW
    door.gate.cookies.sessions.end(session, NOW)
    seen.append(door.gate.viewer(request))

    assert [each and each.subject for each in seen] == [HIM, None, None]


def test_a_session_of_the_demo_is_nobody_s_elsewhere(door: Door, tmp_path: Path) -> None:
    session = door.session(kind=Kind.DEMO, role="OPERATOR", subject="op-1")
    assert door.browser(session).get("/network").status_code == 303
    assert door.browser().get("/demo").status_code == 404
    (tmp_path / "demo").mkdir()
    demo = Door(tmp_path / "demo", demo=True)
    assert demo.browser(session).get("/network").status_code == 200
    demo.close()


def test_in_the_demo_anybody_is_anybody_by_a_click(tmp_path: Path) -> None:
    demo = Door(tmp_path, demo=True)
    browser = demo.browser()
    page = browser.get("/demo")
    before = dict(browser.cookies)
    assert browser.get("/cases").headers["location"] == "/demo"
    for who, path in (
        (f"MANAGER {HIM}", "/cases"), (f"CUSTOMER {CASE}", "/my-case"), ("OPERATOR", "/network"),
    ):  # fmt: skip
        page = browser.get("/demo")
        answer = browser.post("/demo", data={"token": token_in(page), "as": who})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert browser.get(path).status_code == 200
    assert before != dict(browser.cookies)
    refused = browser.post("/demo", data={"token": token_in(page), "as": "MANAGER nobody"})
    demo.close()

    assert refused.status_code == 403


# ----------------------------------------------------------------------------- links


def test_a_link_opens_its_case_and_its_token_leaves_the_address(door: Door) -> None:
    browser = door.browser()
    answer = browser.get(door.link())

    assert (answer.status_code, answer.headers["location"]) == (303, "/my-case")
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"
    assert browser.get("/my-case").status_code == 200
    assert browser.get(PATH).status_code == 404


def _over(door: Door, path: str) -> tuple[int, str, dict[str, str]]:
    answer = door.browser().get(path)
    return answer.status_code, answer.text, plain_headers(answer)


def test_every_link_that_opens_nothing_says_the_same(door: Door) -> None:
    token = LINKS.token(CASE, NOW)
    guessed = _over(door, f"/c/{'A' * len(token)}")

    assert guessed[0] == 404
    assert "This link no longer opens anything" in guessed[1]
    for path in (door.link("v9:9"), f"/c/{token[:-1]}", f"/c/{token}x", "/c/%0d%0aSet-Cookie:a=b"):
        assert _over(door, path) == guessed
    assert "set-cookie" not in guessed[2]


def test_a_link_is_dead_after_the_end_of_its_case_and_so_is_its_session(door: Door) -> None:
    opened = door.browser()
    opened.get(door.link())
    case = door.copy.model.case(CASE)
    assert case is not None
    assert opened.get("/my-case").status_code == 200
    door.publish(board={"links": {"revoked": [
        {"escalation_id": CASE, "made_before": "2030-01-01T00:00:00Z"}
    ]}})  # fmt: skip

    assert opened.get("/my-case").status_code == 401
    assert _over(door, door.link())[0] == 404


def test_a_link_is_dead_30_days_after_its_case_has_ended(tmp_path: Path) -> None:
    door = Door(tmp_path, [
        check_in(), response("REQUESTED", "14:30"), action("CONTACTED", "14:35", HIM),
        action("RESOLVE", "14:40", HIM, outcome="UNFOUNDED"), tick("14:50"),
    ])  # fmt: skip
    opened = door.browser()
    opened.get(door.link())
    seen = []
    for moment in (at("14:40") + 30 * DAY_MS - 1, at("14:40") + 30 * DAY_MS):
        door.copy.now = moment
        seen.append(
            (opened.get("/my-case").status_code, door.browser().get(door.link()).status_code)
        )
    door.close()

    assert seen == [(200, 303), (401, 404)]


def test_a_link_is_dead_once_its_customer_is_forgotten(door: Door) -> None:
    opened = door.browser()
    opened.get(door.link())
    place = next(each for each in door.copy.messages if each.topic == "recourse.cases")
    gone = Message("recourse.cases", 0, 9_999, 0, place.key, None)
    write(door.copy.database, [gone])

    assert opened.get("/my-case").status_code == 401
    assert _over(door, door.link())[0] == 404


def test_a_link_is_dead_after_its_time_and_with_its_key(door: Door) -> None:
    assert door.customer(key="00000000").get("/my-case").status_code == 401
    door.now = NOW + 180 * DAY_MS
    assert _over(door, door.link())[0] == 404


def test_who_guesses_links_is_held_up(door: Door) -> None:
    browser = door.browser()
    statuses = [browser.get(f"/c/{number:050d}").status_code for number in range(30)]

    assert statuses == [404] * 20 + [429] * 10
    assert browser.get(door.link()).status_code == 429


def test_a_customer_says_nothing_before_the_second_fact(door: Door) -> None:
    browser = door.browser()
    browser.get(door.link())
    said = {"word": "WITHDRAW", "event_id": ID}
    first = browser.post("/my-case/say", data=said | {"token": _token(door, browser)})
    page = browser.get("/second-fact")
    wrong = browser.post("/second-fact", data={"token": token_in(page), "fact": "0000"})
    before = dict(browser.cookies)
    right = browser.post("/second-fact", data={"token": token_in(page), "fact": "-car"})
    after = browser.post("/second-fact", data={"token": token_in(page), "fact": "1car"})
    done = browser.post("/my-case/say", data=said | {"token": _token(door, browser)})

    assert (first.status_code, first.headers["location"]) == (303, "/second-fact")
    assert (wrong.status_code, right.status_code) == (422, 422)
    assert (after.status_code, after.headers["location"]) == (303, "/my-case")
    assert before != dict(browser.cookies), "known better is another session"
    assert done.status_code == 303
    assert len(door.desk.said) == 1
    assert [each.partition(":")[0] for each in door.desk.known_by] == ["link+vehicle"]


def test_the_second_fact_can_be_tried_five_times_from_wherever(door: Door) -> None:
    statuses = []
    for number in range(7):
        browser = door.browser(client=(f"10.0.0.{number}", 1))
        browser.get(door.link())
        fields = {"token": _token(door, browser), "fact": f"00{number:02d}"}
        statuses.append(browser.post("/second-fact", data=fields).status_code)

    assert statuses == [422] * 5 + [429] * 2


def test_a_policy_without_a_second_fact_asks_none(door: Door) -> None:
    door.publish(board={"links": {"second_fact": "NONE"}})
    browser = door.customer(proved=False)
    answer = browser.post("/my-case/say", data={
        "word": "WITHDRAW", "event_id": ID, "token": _token(door, browser),
    })  # fmt: skip

    assert (answer.status_code, len(door.desk.said)) == (303, 1)


# -------------------------------------------------------------------- OpenID Connect


def _signs_in(door: Door, browser: TestClient, back: str = "/cases", **differs: Any) -> Any:
    """Through the provider, as the person that the claims say."""
    went = browser.get("/sign-in", params={"back": back})
    assert went.status_code == 303, went.text
    asked = dict(
        each.split("=", 1) for each in went.headers["location"].partition("?")[2].split("&")
    )
    said = {"email": _mail_of(door), "nonce": asked["nonce"]} | differs
    door.provider.token = lambda _: signed(claims(**said))
    door.provider.used.clear()
    return browser.get("/oidc/back", params={"state": asked["state"], "code": "c"})


def _mail_of(door: Door, manager_id: str = HIM) -> str:
    manager = door.copy.model.reference().managers[manager_id]
    assert manager.email is not None
    return manager.email


def test_a_manager_signs_in_and_is_back_where_they_began(door: Door) -> None:
    browser = door.browser()
    began = browser.get(PATH).headers["location"]
    answer = _signs_in(door, browser, began.partition("back=")[2])

    assert began == f"/sign-in?back={quote(PATH.replace('%3A', ':'), safe='/')}"
    assert answer.status_code == 303
    assert browser.get("/cases").status_code == 200


@pytest.mark.parametrize(
    "differs",
    [
        {"email_verified": False}, {"email_verified": None}, {"email_verified": "true"},
        {"email": "nobody@example.com"}, {"email": None},
    ],
)  # fmt: skip
def test_an_address_that_nobody_verified_makes_no_manager(
    door: Door, differs: dict[str, Any]
) -> None:
    browser = door.browser()
    answer = _signs_in(door, browser, **differs)

    assert answer.status_code == 403
    assert "There is nothing here for you" in answer.text
    assert browser.get("/cases").status_code == 303


def test_who_gets_a_manager_s_address_later_is_not_them(door: Door) -> None:
    assert _signs_in(door, door.browser(), sub="first").status_code == 303
    assert _signs_in(door, door.browser(), sub="second").status_code == 403
    assert _signs_in(door, door.browser(), sub="first", email_verified=False).status_code == 303


@pytest.mark.parametrize(
    "differs",
    [
        {"nonce": "another"}, {"aud": "other"}, {"iss": "https://evil.example.com"},
        {"exp": 1}, {"nbf": NOW}, {"sub": None},
    ],
)  # fmt: skip
def test_a_token_that_is_not_right_signs_nobody_in(door: Door, differs: dict[str, Any]) -> None:
    browser = door.browser()
    answer = _signs_in(door, browser, **differs)

    assert answer.status_code == 403
    assert "You were not signed in" in answer.text
    assert browser.get("/cases").status_code == 303


def test_the_way_back_is_gone_once_and_by_the_browser_that_began(door: Door) -> None:
    browser, thief = door.browser(), door.browser()
    went = browser.get("/sign-in").headers["location"]
    state = re.search(r"state=([^&]+)", went)
    nonce = re.search(r"nonce=([^&]+)", went)
    assert state and nonce  # noqa: PT018
    door.provider.nonce = nonce[1]
    door.provider.token = lambda n: signed(claims(nonce=n, email=_mail_of(door)))
    back = {"state": state[1], "code": "c"}
    flow = dict(browser.cookies)
    elsewhere = thief.get("/oidc/back", params=back)
    first = browser.get("/oidc/back", params=back)
    keep(browser, flow)
    door.provider.used.clear()
    again = browser.get("/oidc/back", params=back)

    assert (elsewhere.status_code, first.status_code, again.status_code) == (403, 303, 403)


def test_a_provider_that_is_away_is_said_in_words_and_loses_nobody_who_is_in(door: Door) -> None:
    inside = door.manager()
    door.provider.raises = OSError("no")
    answer = door.browser().get("/sign-in", headers={"Accept-Language": "de"})

    assert answer.status_code == 503
    assert "zurzeit nicht möglich" in answer.text
    assert inside.get("/cases").status_code == 200


@pytest.mark.parametrize(
    "back",
    [
        "//evil.example.com", "https://evil.example.com", "/\\evil.example.com",
        "javascript:alert(1)",
        "/a\r\nSet-Cookie: b=c", "\\\\evil", "", "/" + "x" * 600,
        "/?x=//evil.example.com", "///evil",
    ],
)  # fmt: skip
def test_nobody_is_sent_elsewhere_after_signing_in(door: Door, back: str) -> None:
    answer = _signs_in(door, door.browser(), back)

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "b=c" not in str(answer.headers)


def test_a_role_is_asked_anew_at_each_request(door: Door) -> None:
    browser = door.of_group("ops")
    assert browser.get("/network").status_code == 200
    door.publish(board={"roles": []})

    assert browser.get("/network").status_code == 303


# --------------------------------------------------------------------------- requests


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/%2e%2e/gate.py",
        "/static/....//app.py", "/static/board.css%00", "/static//etc/passwd", "/static/",
        "/static/board.css/../../gate.py", "/..%5c..%5cgate.py", "/static/%c0%ae%c0%ae/app.py",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_what_is_shown(door: Door, path: str) -> None:
    answer = door.browser().get(path)

    assert answer.status_code in (303, 404)
    assert "import " not in answer.text


SQL = ("' OR '1'='1", "v1:1'; DROP TABLE cases; --", '" OR ""="', "v1:1 UNION SELECT 1", "%", "_")


@pytest.mark.parametrize("text", SQL)
def test_sql_in_an_address_or_a_form_is_text_like_any(door: Door, text: str) -> None:
    browser = door.manager()
    never, nothing = browser.get(f"/cases/{quote(text, safe='')}"), browser.get("/nothing")
    site = browser.get(f"/sites/{quote(text, safe='')}")
    fields = {"token": _token(door, browser), "action": "REASSIGN", "action_id": ID, "to": text}
    browser.post(f"{PATH}/act", data=fields)

    assert (never.status_code, never.text) == (404, nothing.text)
    assert (site.status_code, site.text) == (404, nothing.text)
    assert browser.get(PATH).status_code == 200


def test_what_others_wrote_is_shown_and_never_done(door: Door) -> None:
    page = door.manager().get(PATH).text

    assert "Why &lt;b&gt;so&lt;/b&gt; much?" in page
    assert "<b>so" not in page


def _pages(door: Door) -> Iterator[Any]:
    people = everybody(door)
    for path in SEES:
        yield from (each.get(path) for each in people.values())
    nobody = people["nobody"]
    yield from (
        nobody.get(each) for each in ("/", "/nothing", "/c/x", "/signed-out", "/health/live")
    )
    yield nobody.get("/cases", headers={"Host": "evil.example.com"})
    yield people["manager"].post(f"{PATH}/act", data={})
    yield people["customer"].post("/my-case/say", data={}, headers={"Origin": "null"})
    yield door.customer(proved=False).get("/second-fact")
    yield nobody.request("TRACE", "/cases")


def test_every_answer_says_what_a_browser_must_not_do(door: Door) -> None:
    for answer in _pages(door):
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, answer.request.url
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        assert answer.headers["cache-control"] == "no-store"
        assert "server" not in answer.headers


def test_no_page_holds_a_script_or_a_style_that_the_policy_forbids(door: Door) -> None:
    for answer in _pages(door):
        assert not re.search(r"<script(?![^>]*\ssrc=)", answer.text), answer.request.url
        assert not re.search(r"<style|\sstyle=|\son[a-z]+\s*=\s*[\"']", answer.text)
        for place in re.findall(r'(?:src|href|action)="([^"]*)"', answer.text):
            assert place.startswith(("/", "#", "tel:", "mailto:")), place


def test_a_host_that_is_not_ours_is_refused(door: Door) -> None:
    browser = door.browser()
    for host in ("evil.example.com", "board.example.com:8080", "board.example.com.evil.com", ""):
        answer = browser.get("/c/x", headers={"Host": host})
        assert answer.status_code == 421, host
        assert "evil" not in answer.text + str(answer.headers)
    assert browser.get("/health/live", headers={"Host": "10.0.0.1:8090"}).status_code == 200


def test_a_body_that_is_too_large_is_not_read(door: Door) -> None:
    browser = door.manager()
    whole = browser.post(f"{PATH}/act", data={"reason": "x" * 70_000})
    parts = browser.post(
        f"{PATH}/act",
        content=(b"reason=" + b"x" * 10_000 for _ in range(10)),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    lying = browser.post(f"{PATH}/act", content=b"", headers={"Content-Length": "-1"})

    assert (whole.status_code, parts.status_code, lying.status_code) == (413, 413, 413)
    assert door.desk.actions == []


def test_who_asks_too_often_waits(door: Door) -> None:
    browser = door.browser()
    statuses = [browser.get("/signed-out").status_code for _ in range(140)]

    assert statuses == [200] * 120 + [429] * 20
    assert browser.get("/static/board.css").status_code == 200
    assert door.browser(client=("10.0.0.9", 1)).get("/signed-out").status_code == 200


def test_an_address_that_is_too_long_is_not_looked_at(door: Door) -> None:
    assert door.browser().get("/cases/" + "x" * 3_000).status_code == 414


# ------------------------------------------------------------------------------- logs


def test_who_looked_is_logged_without_a_name_an_address_or_a_token(door: Door) -> None:
    token = LINKS.token(CASE, NOW)
    with capture_logs() as lines:
        browser = door.browser()
        _signs_in(door, browser, name="Terrence Brooks")
        browser.get(PATH)
        customer = door.browser()
        customer.get(f"/c/{token}")
        customer.get("/my-case")
        door.browser().get(f"/c/{token[:-2]}")
        _signs_in(door, door.browser(), email_verified=False, name="Somebody Else", sub="p9")

    looked = [each for each in lines if each["event"] == "board_looked"]
    assert [(each["role"], each["who"], each["what"], each["case"]) for each in looked] == [
        ("MANAGER", HIM, "CASE", CASE),
        ("CUSTOMER", f"link:{LINKS.names[0]}", "CUSTOMER_CASE", CASE),
    ]
    text = str(lines)
    for private in (token, token[:-2], "Terrence", "Somebody", "example.com/c", _mail_of(door)):
        assert private not in text, private


def test_the_operator_acts_under_the_name_that_the_desk_knows(door: Door) -> None:
    browser = door.of_group("ops")
    fields = {"token": _token(door, browser), "action": "CONTACTED", "action_id": ID}
    browser.post(f"{PATH}/act", data=fields)

    assert [each.by for each in door.desk.actions] == [OPERATOR]
