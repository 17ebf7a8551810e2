"""The operator's overview of the network, and an adviser's page of a site."""

from collections import Counter
from typing import Any, Final

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from agents.board.gate import Gate
from agents.board.model.views import CaseView, Model
from agents.board.pages.cases import Lists, is_recent, is_waiting
from agents.board.pages.rendering import Renderer
from agents.board.pages.words import Words
from agents.board.viewers import Page
from agents.core.calendar import DAY_MS
from agents.reference_data.published import spans
from agents.reference_data.reference import Reference
from schemas.records import Severity, Tier

_TIERS: Final = (Tier.LOCAL, Tier.REGIONAL, Tier.EXECUTIVE)
_SEVERITIES: Final = (Severity.SAFETY, Severity.HIGH, Severity.NORMAL, Severity.LOW)


class Cell(Struct, frozen=True, kw_only=True):
    """How many open cases there are of a kind, and how many of them are late."""

    open: int
    late: int


class OverviewPages:
    """Many cases at a glance."""

    def __init__(self, model: Model, gate: Gate, renderer: Renderer) -> None:
        self._model = model
        self._gate = gate
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """Where they are."""
        return [
            Route("/network", self.network, name="network"),
            Route("/sites/{site_id}", self.site, name="site"),
        ]

    def network(self, request: Request) -> Response:
        """All that is open, what is late, what could not be used, and which policy is in force."""
        viewer = self._gate.viewer(request)
        if viewer is None:
            return self._gate.unknown(request)
        if not self._gate.may(viewer, Page.NETWORK, None):
            return self._renderer.not_found(request)
        t, now = self._renderer.words(request, viewer), self._model.now()
        reference = self._model.reference()
        every = [e for e in self._model.open_cases() if self._gate.may(viewer, Page.CASE, e)]
        late = [each for each in every if _is_late(each, now)]
        without = Counter(each.site_id for each in every if each.manager_id is None)
        lists = Lists(self._model, reference, t, now)
        values = {
            "rows": lists.rows(every),
            "open": len(every),
            "late": len(late),
            "without": sum(without.values()),
            "letters": self._model.dead_letters(now - DAY_MS),
            "table": _table(every, now),
            "severities": [(e, t(f"severity-{e.value}")) for e in _SEVERITIES],
            "tiers": [(e, t(f"tier-{e.value}")) for e in _TIERS],
            "unreached": [
                (reference.directory.site(site_id).name, count)
                for site_id, count in without.most_common()
            ],
            "policy": _policy(reference, now, t),
            "refused": reference.standing,
            "watch": "*",
        }
        return self._renderer.page(request, viewer, "network.html", values)

    def site(self, request: Request) -> Response:
        """The cases of a site, open and decided."""
        viewer = self._gate.viewer(request)
        if viewer is None:
            return self._gate.unknown(request)
        site_id = request.path_params["site_id"]
        directory = self._model.reference().directory
        region = directory.site(site_id).region_id if directory.knows(site_id) else None
        if not directory.knows(site_id) or not self._gate.may_site(viewer, site_id, region):
            return self._renderer.not_found(request)
        t, now = self._renderer.words(request, viewer), self._model.now()
        lists = Lists(self._model, self._model.reference(), t, now)
        shown = [
            each
            for each in (*self._model.open_cases([site_id]), *self._model.closed_cases(site_id))
            if self._gate.may(viewer, Page.CASE, each)
        ]
        values = {
            "site": directory.site(site_id),
            "rows": lists.rows(each for each in shown if each.is_open),
            "ended": lists.rows(each for each in shown if is_recent(each, now)),
            "watch": "*",
        }
        return self._renderer.page(request, viewer, "site.html", values)


def _is_late(view: CaseView, now: int) -> bool:
    due_at = view.due_at
    return due_at is not None and due_at < now and not is_waiting(view.case)


def _table(cases: list[CaseView], now: int) -> dict[tuple[Tier, Severity], Cell]:
    found = Counter((each.tier, each.case.severity) for each in cases)
    late = Counter((each.tier, each.case.severity) for each in cases if _is_late(each, now))
    return {
        (tier, severity): Cell(open=found[tier, severity], late=late[tier, severity])
        for tier in _TIERS
        for severity in _SEVERITIES
    }


def _policy(reference: Reference, now: int, t: Words) -> list[str]:
    """Which policy is in force, and which are to come."""
    if not reference.policies:
        return [t("policy-none")]
    in_force, said = reference.policy(now), list[str]()
    for span in spans(reference.policies):
        version: Any = span.policy.version
        if span.policy is in_force:
            at = t.moment(span.policy.effective_from_milliseconds, "UTC")
            said.append(t("policy-version", version=version, at=at))
        elif span.begin is not None and span.begin > now:
            said.append(t("policy-next", version=version, at=t.moment(span.begin, "UTC")))
    return said
