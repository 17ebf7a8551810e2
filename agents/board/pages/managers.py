"""The pages of those who work on cases: their list, a case, and acting on it."""

import re
from collections.abc import Mapping
from typing import Any, Final

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from agents.board import metrics
from agents.board.gate import Gate
from agents.board.model.views import Answered, CaseView, Model
from agents.board.pages.acting import (
    Answers,
    Form,
    choices,
    form_of,
    hypothetical,
    possible,
    request_of,
)
from agents.board.pages.cases import (
    Lists,
    explained,
    history,
    last_change,
    words_of_customer,
)
from agents.board.pages.forms import NOT_SENT, SEE_OTHER, UNFIT, fields_of, new_id, own_id
from agents.board.pages.preview import preview
from agents.board.pages.rendering import Renderer
from agents.board.pages.words import Words
from agents.board.sending import Desk, Outbox
from agents.board.viewers import Page, Viewer
from agents.operations.acting.request import Unfit, action_of
from agents.operations.explain.customer import paragraphs
from agents.operations.explain.story import Kind, Story
from schemas.records import Action, ActionName, AddresseeKind, Escalation
from streams.errors import EngineError

log = structlog.get_logger()

_OPTION: Final = re.compile(r"--([a-z-]+)")


class ManagerPages:
    """Lists and cases for managers, operators, advisers and auditors."""

    def __init__(
        self, model: Model, gate: Gate, desk: Desk, outbox: Outbox, renderer: Renderer
    ) -> None:
        self._model = model
        self._gate = gate
        self._desk = desk
        self._outbox = outbox
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """Where they are."""
        return [
            Route("/cases", self.cases, name="cases"),
            Route("/cases/{case_id}", self.case, name="case"),
            Route("/cases/{case_id}/act", self.act, methods=["POST"], name="act"),
        ]

    def cases(self, request: Request) -> Response:
        """A manager's open cases, and the others that they may see."""
        viewer = self._gate.viewer(request)
        if viewer is None:
            return self._gate.unknown(request)
        if not self._gate.may(viewer, Page.MY_CASES, None):
            return self._renderer.not_found(request)
        t, now = self._renderer.words(request, viewer), self._model.now()
        lists = Lists(self._model, self._model.reference(), t, now)
        own = self._model.cases_of_manager(viewer.manager_id or "")
        rows = lists.rows(own)
        others = [
            each
            for each in self._model.open_cases()
            if each.manager_id != viewer.manager_id and self._gate.may(viewer, Page.CASE, each)
        ]
        values = {
            "rows": rows,
            "others": lists.rows(others),
            "late": sum(each.late for each in rows),
            "as_of": t.moment(now, "UTC"),
        }
        return self._renderer.page(request, viewer, "cases.html", values)

    def case(self, request: Request) -> Response:
        """A case."""
        viewer = self._gate.viewer(request)
        if viewer is None:
            return self._gate.unknown(request)
        view = self._model.case(request.path_params["case_id"])
        if view is None or not self._gate.may(viewer, Page.CASE, view):
            return self._renderer.not_found(request)
        self._gate.looked(viewer, Page.CASE, view.escalation_id)
        return self._shown(request, viewer, view)

    async def act(self, request: Request) -> Response:
        """An action from a form: sent once, however often it is pressed."""
        viewer = self._gate.viewer(request)
        if viewer is None:
            return self._gate.unknown(request)
        given = await fields_of(request)
        return await run_in_threadpool(self._acted, request, viewer, given)

    def _acted(self, request: Request, viewer: Viewer, given: Mapping[str, str]) -> Response:
        view = self._model.case(request.path_params["case_id"])
        form = form_of(given)
        allowed = view is not None and form is not None and self._may(viewer, form.action, view)
        if not allowed or not self._gate.is_own_form(request, given):
            return self._renderer.not_found(request)
        assert view is not None, "asked before"
        assert form is not None, "asked before"
        try:
            action = self._action(viewer, view, form)
        except Unfit as unfit:
            t = self._renderer.words(request, viewer)
            problems = [_in_labels(each, t) for each in unfit.sentences]
            return self._shown(request, viewer, view, form=form, problems=problems, status=UNFIT)
        if form.preview:
            return self._shown(request, viewer, view, form=form, shown=action)
        return self._sent(request, viewer, view, form, action)

    def _sent(
        self, request: Request, viewer: Viewer, view: CaseView, form: Form, action: Action
    ) -> Response:
        there = f"/cases/{view.escalation_id}#actions"
        name = action.action.value
        known = self._model.has_action(action.action_id)
        if not known and self._outbox.begin(action.action_id):
            try:
                self._desk.act(action, viewer)
            except EngineError as problem:
                self._outbox.fail(action.action_id)
                metrics.ACTED.labels(action=name, sent="no").inc()
                log.warning("board_action_not_sent", problem=str(problem))
                t = self._renderer.words(request, viewer)
                problems = [t("not-sent", why=t("kafka-away"))]
                return self._shown(
                    request, viewer, view, form=form, problems=problems, status=NOT_SENT
                )
            self._outbox.acted(action)
            self._gate.looked(viewer, action.action, view.escalation_id)
            metrics.ACTED.labels(action=name, sent="yes").inc()
        return RedirectResponse(there, SEE_OTHER)

    def _may(self, viewer: Viewer, action: ActionName, view: CaseView) -> bool:
        may = self._gate.may
        return may(viewer, Page.CASE, view) and may(viewer, action, view)

    def _action(self, viewer: Viewer, view: CaseView, form: Form) -> Action:
        """Raises `Unfit` where no action can be made of the form."""
        step = last_change(self._model.steps(view.escalation_id)) or hypothetical(view.case)
        site = self._model.reference().directory.site(view.site_id)
        action_id = own_id(form.action_id)
        return action_of(request_of(form, viewer.subject), step, site, self._model.now(), action_id)

    def _shown(
        self,
        request: Request,
        viewer: Viewer,
        view: CaseView,
        *,
        form: Form | None = None,
        problems: list[str] | None = None,
        shown: Action | None = None,
        status: int = 200,
    ) -> Response:
        t, now = self._renderer.words(request, viewer), self._model.now()
        case, reference = view.case, self._model.reference()
        site = reference.directory.site(case.site_id)
        zone, id_ = site.time_zone, case.escalation_id
        steps, grounds = self._model.steps(id_), self._model.grounds(id_)
        lists = Lists(self._model, reference, t, now)
        may = [e for e in possible(case, steps) if self._gate.may(viewer, e, view)]
        values: dict[str, Any] = {
            "row": lists.row(view),
            "case": case,
            "site": site,
            "facts": _facts(case, t, zone),
            "matters": list(dict.fromkeys(t.ground(each) for each in grounds)),
            "said": words_of_customer(grounds),
            "steps": history(steps, grounds, reference.directory.managers, zone, t),
            "explained": explained(grounds, zone),
            "customer_language": t.language_name(case.language),
            "paragraphs": _paragraphs(id_, grounds, steps),
            "told_customer": self._told(id_, AddresseeKind.CUSTOMER, t, now, zone),
            "told_manager": self._told(id_, AddresseeKind.MANAGER, t, now, zone),
            "may": [each.value for each in may],
            "choices": choices(case, grounds, reference, now, t),
            "answers": Answers(model=self._model, reference=reference, t=t, now=now, zone=zone).of(
                self._answered(id_)
            ),
            "form": form,
            "problems": problems or [],
            "previewed": preview(shown, view, self._model, reference) if shown else None,
            "new_id": new_id,
            "watch": id_,
        }
        return self._renderer.page(request, viewer, "case.html", values, status)

    def _answered(self, case_id: str) -> list[Answered]:
        """What was done, the newest first: what is on its way, then what the topics say."""
        known = list(self._model.actions(case_id))
        ids = {each.action.action_id for each in known}
        on_the_way = [e for e in self._outbox.actions(case_id) if e.action_id not in ids]
        return [*map(self._model.answer, on_the_way), *known]

    def _told(
        self, case_id: str, kind: AddresseeKind, t: Words, now: int, zone: str
    ) -> list[dict[str, Any]]:
        return [
            {
                "title": each.notice.title,
                "text": each.notice.text,
                "language": each.notice.language,
                "at": each.notice.not_before,
                "when": t.moment(each.notice.not_before, zone),
                "to": each.notice.addressee.id,
                "later": each.notice.not_before > now,
                "delivered": each.delivered,
            }
            for each in self._model.told(case_id, kind)
        ]


def _facts(case: Any, t: Words, zone: str) -> list[tuple[str, str, int | None]]:  # noqa: ANN401
    """What is known of a case: label, text, and the moment (ms) where it is one."""
    moments = (
        ("opened", case.opened_at),
        ("acknowledge-by", case.acknowledge_by if case.acknowledged_at is None else None),
        ("acknowledged", case.acknowledged_at),
        ("promised", case.promised_until),
        ("waits", case.waits_until),
        ("decide-by", case.decide_by if case.ended_at is None else None),
        ("ended", case.ended_at),
    )
    return [(t(label), t.moment(at, zone), at) for label, at in moments if at is not None]


def _paragraphs(id_: str, grounds: Any, steps: tuple[Escalation, ...]) -> tuple[str, ...]:  # noqa: ANN401
    """How the case stands, as its customer is told."""
    if not grounds or not steps:
        return ()
    return paragraphs(Story(id=id_, kind=Kind.ESCALATION, records=(*grounds, *steps)))


def _in_labels(sentence: str, t: Words) -> str:
    """A sentence about a request, with the labels of the form for the options of the command."""
    labels = {
        "until": "until",
        "to": "to-whom",
        "outcome": "outcome",
        "remedy": "remedy",
        "amount": "amount-short",
        "currency": "amount-short",
        "estimate": "estimate",
        "done-by": "done-by",
        "message": "message",
        "reason": "note",
    }
    return _OPTION.sub(lambda m: t(labels[m[1]]) if m[1] in labels else m[0], sentence)
