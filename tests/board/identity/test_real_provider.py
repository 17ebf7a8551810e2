"""Signing in at a provider that somebody else wrote, over HTTP: oidc-provider-mock, a process."""

import asyncio
import os
import subprocess
import sys
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest

from agents.board.identity.gate import wall_clock
from agents.board.identity.openid import provider
from agents.board.identity.openid.id_tokens import Refused, Why
from agents.board.identity.openid.provider import Client, Flow, Provider, ProviderAway

PROGRAM = """\
import sys
from oidc_provider_mock import User, run_server_in_thread
claims = {"email": "lena@example.com", "email_verified": True, "groups": ["managers"]}
with run_server_in_thread(require_nonce=True, user_claims=[User(sub="lena", claims=claims)]) as it:
    print(it.server_port, flush=True)
    sys.stdin.read()
"""
BACK = "http://localhost:8090/oidc/back"


class Told(NamedTuple):
    """What came of signing in twice with one code, of a no, and of a provider that had gone."""

    claims: Any
    again: Why
    denied: Why
    away: str
    issuer: str


@pytest.fixture(scope="module")
def told() -> Told:
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={k: v for k, v in os.environ.items() if k != "PYTHONWARNINGS"},
        text=True,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        issuer = f"http://localhost:{int(process.stdout.readline())}"
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(provider, "_SECONDS", 300.0)  # a busy machine is no provider away
            found = asyncio.run(_signed_in(issuer))
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()
    return found._replace(away=asyncio.run(_away(issuer)))


def _provider(issuer: str) -> Provider:
    client = Client(issuer=issuer, client_id="board", secret="hidden", redirect=BACK)
    return Provider(client, wall_clock)


async def _signed_in(issuer: str) -> Told:
    ours = _provider(issuer)
    where, flow = await ours.begin("/")
    query = await _answers(where, {"sub": "lena"})
    claims = await ours.finish(query, flow)
    again = await _why(ours, query, flow)
    where, flow = await ours.begin("/")
    denied = await _why(ours, await _answers(where, {"action": "deny"}), flow)
    return Told(claims, again, denied, "", issuer)


async def _answers(where: str, form: dict[str, str]) -> dict[str, str]:
    """Somebody fills in the provider's form; what the browser brings back to the board."""
    async with httpx2.AsyncClient(timeout=300.0) as browser:
        answer = await browser.post(where, data=form)
    assert answer.status_code == 302
    assert answer.headers["location"].startswith(f"{BACK}?")
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


async def _why(ours: Provider, query: dict[str, str], flow: Flow) -> Why:
    query = {"state": flow.state} | query  # of a no it does not say the state
    try:
        await ours.finish(query, flow)
    except Refused as refused:
        return refused.why
    raise AssertionError("nobody was refused")


async def _away(issuer: str) -> str:
    try:
        await _provider(issuer).begin("/")
    except ProviderAway as away:
        return str(away)
    return "it answered"


def test_who_signs_in_is_who_the_provider_says(told: Told) -> None:
    assert (told.claims["sub"], told.claims["iss"]) == ("lena", told.issuer)
    assert told.claims["email"] == "lena@example.com"
    assert told.claims["email_verified"] is True
    assert told.claims["groups"] == ["managers"]


def test_a_code_is_good_once(told: Told) -> None:
    assert told.again is Why.CODE


def test_a_no_at_the_provider_is_a_no(told: Told) -> None:
    assert told.denied is Why.CANCELLED


def test_a_provider_that_has_gone_is_away(told: Told) -> None:
    assert told.away == "it can't be asked: ConnectError"
