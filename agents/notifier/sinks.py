"""Sends one notice to one address: by Apprise, into a folder, or to the console.

Each says the notice's id, so that who gets one twice can see it: Apprise's services that have
headers (mail, JSON, ...) as `Recourse-Notice-Id`, a folder by the file's name.
"""

import logging
import sys
import threading
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import quote

import apprise
from msgspec import Struct

from agents.core.notices.wording.texts import language_for, say, spoken_in
from schemas.records import Channel, Notice
from streams.own_files import NotOurs, check_folder, made
from streams.printable import lines_without_controls, printable, without_controls

HEADER: Final = "Recourse-Notice-Id"
FOLDER: Final = "folder:"
CONSOLE: Final = "console:"
_SHORT: Final = (Channel.SMS,)
_CONSOLE_LOCK = threading.Lock()

# What Apprise says may hold addresses and tokens; what failed is in our words.
logging.getLogger("apprise").setLevel(logging.CRITICAL)


class Letter(Struct, frozen=True, kw_only=True):
    """A notice as one channel sends it; `title` is empty where the channel has none."""

    notice: Notice
    channel: Channel
    title: str
    body: str


class Sink(Protocol):
    """Where a letter goes."""

    def send(self, address: str, letter: Letter) -> str | None:
        """Sends it; why it failed, in words without secrets, or None. Never raises, may block."""


def letter_of(notice: Notice, channel: Channel, link: str | None = None) -> Letter:
    """SMS has the short text alone, everything else the title and the text.

    `link`: where the customer sees their case; it comes last, in SMS without words of its own.
    Whoever wrote the notice: nothing that controls, hides or turns round is sent to a person.
    """
    title, body, words = notice.title, notice.text, "link-line"
    if channel in _SHORT:
        title, body, words = "", notice.short_text or notice.text, "link-short"
    if link is not None:
        spoken, _ = spoken_in(language_for((notice.language,)))
        between = " " if channel in _SHORT else "\n\n"
        body += between + say(spoken, words, {"link": link})
    return Letter(
        notice=notice,
        channel=channel,
        title=without_controls(title),
        body=lines_without_controls(body),
    )


class Sinks:
    """Sends to whatever an address names."""

    def __init__(self, timeout_seconds: float) -> None:
        self._timeout_seconds = timeout_seconds

    def send(self, address: str, letter: Letter) -> str | None:
        """See `Sink.send`."""
        if address.startswith(FOLDER):
            return _to_folder(Path(address.removeprefix(FOLDER)), letter)
        if address.startswith(CONSOLE):
            return _to_console(letter)
        return self._by_apprise(address, letter)

    def _by_apprise(self, address: str, letter: Letter) -> str | None:
        try:
            service = apprise.Apprise()
            if not service.add(with_id(address, letter.notice.notice_id)):
                return "the address is none that Apprise knows"
            result = service.notify(
                body=letter.body,
                title=letter.title,
                body_format=apprise.NotifyFormat.TEXT,
                timeout=self._timeout_seconds,
            )
        except Exception as error:  # noqa: BLE001 - a service's plug-in may raise anything
            return f"the service failed: {type(error).__name__}"
        if result.status == apprise.AppriseResultStatus.SUCCESS:
            return None
        if result.status == apprise.AppriseResultStatus.TIMEOUT:
            return f"the service did not answer within {self._timeout_seconds:g} s"
        return "the service did not take it"


def is_known(address: str) -> bool:
    """Whether an address (with anything in its braces) is one that something sends to."""
    if address.startswith((FOLDER, CONSOLE)):
        return True
    return apprise.Apprise.instantiate(address, suppress_exceptions=True) is not None


def with_id(address: str, notice_id: str) -> str:
    """The address with the notice's id as a header, for the services that have headers."""
    sign = "&" if "?" in address else "?"
    return f"{address}{sign}+{HEADER}={quote(notice_id, safe='')}"


def _to_folder(folder: Path, letter: Letter) -> str | None:
    """A file a notice and channel: sent again it is the same file."""
    notice = letter.notice
    if ".." in folder.parts:  # of an id that is two dots
        return "the folder's name has .. in it"
    name = f"{notice.notice_id}.{letter.channel.lower()}.txt".replace(":", "_")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        check_folder(folder)
        part = folder / f".{name}"
        with made(part) as file:  # for this user alone: it is what a customer is told
            file.write(_as_file(letter).encode())
        part.rename(folder / name)
    except NotOurs as error:
        return f"the folder is not ours alone: {error}"
    except OSError as error:
        return f"the folder can't be written: {error.strerror}"
    return None


def _as_file(letter: Letter) -> str:
    notice = letter.notice
    head = {
        HEADER: notice.notice_id,
        "To": f"{notice.addressee.kind} {notice.addressee.id}",
        "Channel": letter.channel.value,
        "Language": notice.language,
        "Message": notice.message,
        "Subject": letter.title,
    }
    lines = [f"{name}: {printable(value)}" for name, value in head.items() if value]
    return "\n".join((*lines, "", letter.body, ""))


def _to_console(letter: Letter) -> str | None:
    notice = letter.notice
    whom = f"{notice.addressee.kind.lower()} {notice.addressee.id}"
    title, body = f"{letter.title}: " if letter.title else "", without_controls(letter.body)
    with _CONSOLE_LOCK:
        sys.stdout.write(f"{notice.notice_id} {letter.channel} to {whom}: {title}{body}\n")
        sys.stdout.flush()
    return None
