"""The board with its own gate, over a copy that the pipeline made; and the browsers that come."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import httpx2
from starlette.testclient import TestClient

from agents.board.app import create
from agents.board.identity.gate import IdentityGate
from agents.board.identity.guard import Place
from agents.board.identity.openid.provider import Client, Provider
from agents.board.identity.sealed.sealing import Sealer
from agents.board.identity.sealed.sessions import Kind, Session
from agents.board.identity.settings import Access
from agents.core.case_links import LinkKeys
from agents.core.policy import policy_from
from agents.core.policy_values import merge
from agents.reference_data.policy_files import default_data
from agents.reference_data.reference import POLICIES
from streams.topology import Message
from tests.board.copies import (
    CASE,
    HIM,
    OPERATOR,
    Copy,
    action,
    check_in,
    response,
    tick,
    write,
)
from tests.board.identity.test_provider import AProvider
from tests.board.identity.tokens import CLIENT, ISSUER, NOW
from tests.board.test_pages import WrittenDown

ORIGIN: Final = "https://board.example.com"
KEY: Final = bytes(range(32))
LINKS: Final = LinkKeys(keys=(KEY,))
COOKIE: Final = "__Host-recourse-board"
ID: Final = "board-" + "x" * 22
PATH: Final = f"/cases/{quote(CASE, safe='')}"
ROLES: Final = (
    {"issuer": ISSUER, "group": "*", "role": "MANAGER"},
    {"issuer": ISSUER, "group": "ops", "role": "OPERATOR", "operator": OPERATOR},
    {"issuer": ISSUER, "group": "desk", "role": "ADVISER", "sites": ["columbus"]},
    {"issuer": ISSUER, "group": "far", "role": "ADVISER", "sites": ["muenchen"]},
    {"issuer": ISSUER, "group": "audit", "role": "AUDITOR"},
)
OPEN: Final = [
    check_in(),
    check_in("v2", "c2", language="de", site_id="muenchen"),
    response("REQUESTED", "14:30", topic="PRICE", words="Why <b>so</b> much?"),
    action("ACKNOWLEDGE", "14:40", HIM),
    tick("14:50"),
]
TOKEN: Final = re.compile(r'name="token" value="([^"]*)"')


class Door:
    """A board, and who comes to it."""

    def __init__(
        self, folder: Path, events: Iterable[Any] = OPEN, *, demo: bool = False, **policy: Any
    ) -> None:
        self.copy = Copy(folder, events, "14:50")
        self.published = 0
        self.now = NOW
        self.provider, self.desk = AProvider(), WrittenDown()
        client = Client(
            issuer=ISSUER, client_id=CLIENT, secret="hidden", redirect=f"{ORIGIN}/oidc/back"
        )
        access = Access(
            place=Place(origin=ORIGIN), sealer=Sealer(keys=(KEY,)), links=LINKS, client=client
        )
        self.gate = IdentityGate(
            access, self.copy.model, demo=demo, clock=lambda: self.now,
            provider=Provider(client, lambda: self.now, httpx2.MockTransport(self.provider)),
        )  # fmt: skip
        self.app = create(self.copy.model, self.gate, self.desk, self.copy.changes)
        self.publish(**policy)

    def publish(self, **differs: Any) -> None:
        """Another policy is in force from now on."""
        self.published += 1
        said = {"version": f"board-{self.published}", "operators": [OPERATOR]}
        whole = merge(said | {"board": {"roles": ROLES}}, differs)
        policy = policy_from(whole, default_data())
        value = policy.model_dump_json().encode()
        message = Message(POLICIES, 0, 1_000 + self.published, 0, policy.version.encode(), value)
        write(self.copy.database, [message])

    def browser(self, session: Session | None = None, **more: Any) -> TestClient:
        """A browser; with a session, one that signed in."""
        found = TestClient(self.app, base_url=ORIGIN, follow_redirects=False, **more)
        if session is not None:
            keep(found, {COOKIE: self.gate.cookies.sessions.cookie(session)})
        return found

    def session(self, **differs: Any) -> Session:
        whole: dict[str, Any] = {
            "session_id": "s", "kind": Kind.OIDC, "until": NOW + 3_600_000, "issuer": ISSUER,
            "subject": "p1",
        }  # fmt: skip
        return Session(**(whole | differs))

    def manager(self, manager_id: str = HIM, **differs: Any) -> TestClient:
        return self.browser(self.session(manager_id=manager_id, name="Terrence", **differs))

    def of_group(self, group: str, **differs: Any) -> TestClient:
        return self.browser(self.session(groups=(group,), **differs))

    def customer(self, case: str = CASE, **differs: Any) -> TestClient:
        whole = {
            "kind": Kind.LINK, "issuer": "", "subject": "", "escalation_id": case,
            "made_at": NOW, "key": LINKS.names[0], "proved": True,
        }  # fmt: skip
        return self.browser(self.session(**(whole | differs)))

    def link(self, case: str = CASE, made_at: int = NOW) -> str:
        return f"/c/{LINKS.token(case, made_at)}"

    def close(self) -> None:
        self.gate.close()
        self.copy.close()


def keep(browser: TestClient, cookies: dict[str, str]) -> None:
    """The browser keeps cookies of the board."""
    for name, value in cookies.items():
        browser.cookies.set(name, value, domain="board.example.com", path="/")


def token_in(page: Any) -> str:
    """The hidden field of a page's forms."""
    found = TOKEN.search(page.text)
    assert found is not None, page.text
    return found[1]


def plain_headers(answer: Any) -> dict[str, str]:
    """An answer's headers, without what every answer has of its own."""
    return {name: value for name, value in answer.headers.items() if name != "date"}
