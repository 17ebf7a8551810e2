"""The customer's page: where their case stands, who has it and by when, and what they can do."""

from collections.abc import Mapping
from typing import Any, Final

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from agents.board import metrics
from agents.board.gate import Gate
from agents.board.model.views import CaseView, Model
from agents.board.pages.forms import NOT_SENT, SEE_OTHER, UNFIT, fields_of, new_id, own_id
from agents.board.pages.rendering import Renderer
from agents.board.pages.words import Words
from agents.board.sending import RESPONSES, Desk, Outbox
from agents.board.viewers import Page, Viewer, Word
from agents.core.notices.wording.plain import quoted
from agents.core.notices.wording.texts import language_for
from agents.operations.acting.moments import moment_to_come
from agents.operations.acting.request import Unfit
from agents.operations.explain.customer import paragraphs
from agents.operations.explain.story import Kind, Story
from agents.records.codecs import Unwritable, codec
from schemas.records import (
    AddresseeKind,
    CasePhase,
    CustomerResponse,
    Settled,
    Subject,
    TopicName,
    Wish,
)
from schemas.records import (
    Response as Said,
)
from streams.errors import EngineError

log = structlog.get_logger()

_LONGEST_WORDS: Final = 280
_WORST, _BEST = 1, 5


class CustomerPages:
    """One case, for the customer whose it is."""

    def __init__(
        self, model: Model, gate: Gate, desk: Desk, outbox: Outbox, renderer: Renderer
    ) -> None:
        self._model = model
        self._gate = gate
        self._desk = desk
        self._outbox = outbox
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """Where it is."""
        return [
            Route("/my-case", self.case, name="my-case"),
            Route("/my-case/say", self.say, methods=["POST"], name="say"),
        ]

    def case(self, request: Request) -> Response:
        """Where the case stands."""
        viewer = self._gate.viewer(request)
        if viewer is None:
            return self._gate.unknown(request)
        view = self._case_of(viewer)
        if view is None:
            return self._renderer.not_found(request)
        self._gate.looked(viewer, Page.CUSTOMER_CASE, view.escalation_id)
        return self._shown(request, viewer, view)

    async def say(self, request: Request) -> Response:
        """What the customer says, from a form: sent once, however often it is pressed."""
        viewer = self._gate.viewer(request)
        if viewer is None:
            return self._gate.unknown(request)
        given = await fields_of(request)
        return await run_in_threadpool(self._said, request, viewer, given)

    def _case_of(self, viewer: Viewer) -> CaseView | None:
        view = None if viewer.escalation_id is None else self._model.case(viewer.escalation_id)
        allowed = view is not None and self._gate.may(viewer, Page.CUSTOMER_CASE, view)
        return view if allowed else None

    def _said(self, request: Request, viewer: Viewer, given: Mapping[str, str]) -> Response:
        view, name = self._case_of(viewer), given.get("word", "")
        if view is None or name not in set(Word) or not self._gate.is_own_form(request, given):
            return self._renderer.not_found(request)
        word, first = Word(name), self._gate.asks_first(viewer, view)
        if first is not None:
            return RedirectResponse(first, SEE_OTHER)
        if not self._gate.may(viewer, word, view) or word not in self._possible(view):
            return self._renderer.not_found(request)
        try:
            response = self._response(view, word, given)
        except Unfit as unfit:
            problems = list(unfit.sentences)
            return self._shown(request, viewer, view, problems=problems, given=given, status=UNFIT)
        if not self._outbox.begin(response.event_id):
            return RedirectResponse("/my-case#sent", SEE_OTHER)
        try:
            self._desk.say(response, viewer)
        except EngineError as problem:
            self._outbox.fail(response.event_id)
            metrics.ACTED.labels(action=word.value, sent="no").inc()
            log.warning("board_word_not_sent", problem=str(problem))
            t = self._words(view)
            problems = [t("not-sent", why=t("kafka-away"))]
            return self._shown(
                request, viewer, view, problems=problems, given=given, status=NOT_SENT
            )
        self._outbox.said(response.event_id, view.escalation_id, word.value)
        self._gate.looked(viewer, word, view.escalation_id)
        metrics.ACTED.labels(action=word.value, sent="yes").inc()
        return RedirectResponse("/my-case#sent", SEE_OTHER)

    def _possible(self, view: CaseView) -> list[Word]:
        """What can be said as the case stands; who may say it is asked elsewhere."""
        if view.is_open:
            return [Word.ASK, Word.WISH, Word.WITHDRAW]
        found = []
        if self._appeal_until(view) is not None:
            found.append(Word.APPEAL)
        if view.case.phase is CasePhase.RESOLVED:
            found.append(Word.RATE)
        return found

    def _appeal_until(self, view: CaseView) -> int | None:
        """Until when what was decided can be appealed (ms); None: it can't be."""
        overview, now = self._model.overview(view.case.customer_id), self._model.now()
        for each in () if overview is None else overview.appeals:
            if each.of == view.escalation_id and (each.from_ or now) <= now < each.until:
                return each.until
        return None

    def _response(self, view: CaseView, word: Word, given: Mapping[str, str]) -> CustomerResponse:
        """Raises `Unfit` where nothing can be made of the form."""
        case, now = view.case, self._model.now()
        event_id = given.get("event_id", "")
        site = self._model.reference().directory.site(case.site_id)
        said: dict[str, Any]
        match word:
            case Word.ASK:
                words = quoted(given.get("words", "")[:_LONGEST_WORDS])
                if words is None:
                    raise Unfit("words")
                topic = given.get("topic", "")
                known = TopicName(topic) if topic in set(TopicName) else TopicName.OTHER
                said = {"response": Said.ASKED, "subject": Subject.NONE, "words": words}
                said["topic"] = None if known is TopicName.UNKNOWN else known
            case Word.WISH:
                at = moment_to_come(given.get("not_before", ""), now, site.time_zone)
                if at is None or at <= now:
                    raise Unfit("not_before")
                said = {"response": Said.REQUESTED, "subject": Subject.NONE}
                said["wish"] = Wish(not_before=at)
            case Word.WITHDRAW | Word.APPEAL:
                response = Said.WITHDRAWN if word is Word.WITHDRAW else Said.APPEALED
                said = {"response": response, "subject": Subject.ESCALATION}
                said["subject_id"] = case.escalation_id
            case Word.RATE:
                rating, settled = given.get("rating", ""), given.get("settled", "")
                if not (rating.isdecimal() and _WORST <= int(rating[:2]) <= _BEST):
                    raise Unfit("rating")
                said = {"response": Said.RATED, "subject": Subject.NONE, "rating": int(rating[:2])}
                named = settled in set(Settled) - {Settled.UNKNOWN}
                said["settled"] = Settled(settled) if named else None
        found = CustomerResponse(
            event_id=own_id(event_id),
            occurred_at=now,
            customer_id=case.customer_id,
            visit_id=case.visit_id,
            site_id=case.site_id,
            **said,
        )
        try:
            codec(RESPONSES).check(found)
        except Unwritable as wrong:
            raise Unfit("words") from wrong
        return found

    def _words(self, view: CaseView) -> Words:
        """In the language of the case, which is the customer's own, as spoken at the site."""
        country = self._model.reference().directory.site(view.site_id).country
        return self._renderer.words_in(language_for((view.case.language,), country))

    def _shown(
        self,
        request: Request,
        viewer: Viewer,
        view: CaseView,
        *,
        problems: list[str] | None = None,
        given: Mapping[str, str] | None = None,
        status: int = 200,
    ) -> Response:
        t, now, id_ = self._words(view), self._model.now(), view.escalation_id
        case = view.case
        site = self._model.reference().directory.site(case.site_id)
        zone = site.time_zone
        steps, grounds = self._model.steps(id_), self._model.grounds(id_)
        story = Story(id=id_, kind=Kind.ESCALATION, records=(*grounds, *steps))
        until = self._appeal_until(view)
        manager = case.manager if view.is_open else None
        values: dict[str, Any] = {
            "t": t,
            "site": site,
            "phase": t(f"phase-{case.phase.value}"),
            "is_open": view.is_open,
            "paragraphs": paragraphs(story) if grounds and steps else (),
            "manager": manager,
            "decide_by": (case.decide_by, t.moment(case.decide_by, zone)) if view.is_open else None,
            "countdown": t.countdown(case.decide_by, now) if case.decide_by > now else None,
            "promised": None
            if case.promised_until is None
            else (case.promised_until, t.moment(case.promised_until, zone)),
            "told": [
                (each.notice, t.moment(each.notice.not_before, zone))
                for each in reversed(self._model.told(id_, AddresseeKind.CUSTOMER))
                if each.notice.not_before <= now
            ],
            "may": [e.value for e in self._possible(view)],
            "prove_first": self._gate.asks_first(viewer, view),
            "appeal_until": None if until is None else t.moment(until, zone),
            "topics": [e.value for e in TopicName if e is not TopicName.UNKNOWN],
            "said": self._sent(id_, t),
            "problems": problems or [],
            "given": given or {},
            "new_id": new_id,
            "watch": "mine",
        }
        return self._renderer.page(request, viewer, "customer.html", values, status)

    def _sent(self, case_id: str, t: Words) -> list[tuple[str, str]]:
        """What was said from here, with what became of it."""
        found = []
        for event_id, word in self._outbox.words(case_id):
            receipt = self._model.receipt(event_id)
            state = "waiting" if receipt is None else receipt.status.value
            found.append((t(f"said-{word}"), t(f"receipt-{state}")))
        return found
