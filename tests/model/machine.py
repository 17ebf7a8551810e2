"""The machine: customers, managers, clocks, holidays, kills and swaps, against the model."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from msgspec import msgpack

from agents.core.desk.state import EscalationState
from agents.core.desk.timers.due import next_due
from agents.operations.audit.finding import Breach, Finding
from agents.operations.audit.ledger import Ledger
from agents.records.codecs import PLAIN
from agents.reference_data.reference import reference_of
from schemas.records import (
    Action,
    ActionName,
    Cause,
    Channel,
    CheckIn,
    Closure,
    CustomerResponse,
    Delivery,
    Diagnosis,
    Erasure,
    Estimate,
    EstimateLine,
    Notice,
    Outcome,
    OutcomeName,
    Response,
    Stage,
    Subject,
    Tier,
    WarrantyDecision,
    WarrantyDecisionName,
    Wish,
)
from tests.model.case import Case
from tests.model.cases import Desk
from tests.model.customers import Customers
from tests.model.faults import FAULTS, Records
from tests.model.pipeline import Done, Pipeline
from tests.model.world import (
    BEGIN,
    DAY,
    DIRECTORY,
    HOUR,
    MANAGERS,
    MINUTE,
    OPERATOR,
    POLICIES,
    SITE_WAYS,
    SITES,
    WAYS,
    otherwise,
    policy,
    site_otherwise,
)

STAGES = st.sampled_from(["customers", "desk"])
CUSTOMERS = ("c1", "c2", "c3")
VISITS = st.sampled_from([f"{each}-v{number}" for each in CUSTOMERS for number in (1, 2, 3)])
AGO = st.sampled_from([0, MINUTE, HOUR, 5 * HOUR, 20 * HOUR])
PASSES = st.sampled_from([MINUTE, 7 * MINUTE, 40 * MINUTE, 3 * HOUR, 11 * HOUR, DAY, 4 * DAY])
FEW = st.integers(1, 3)
UNTIL = st.sampled_from([None, -HOUR, 10 * MINUTE, 2 * HOUR, DAY, 5 * DAY])
ACTIONS = [each for each in ActionName if each is not ActionName.UNKNOWN]
OUTCOMES = [each for each in OutcomeName if each is not OutcomeName.UNKNOWN]
BY = ("its manager", *MANAGERS, OPERATOR, "stranger")
SITE_OF = {"1": "moosach", "2": "queens", "3": "lakeside"}
QUIET = (HOUR, HOUR, 5 * HOUR, 18 * HOUR, DAY, DAY, 2 * DAY, 3 * DAY, 4 * DAY, 7 * DAY)


class Recourse(RuleBasedStateMachine):
    """Whatever people, time and machines do: see the module."""

    steps_taken = 0
    made: ClassVar[Counter[str]] = Counter()
    """Over all runs: what was done, and what came of it."""

    def __init__(self) -> None:
        super().__init__()
        self.policies = [policy("usual", 0, BEGIN - DAY)]
        self.pipeline = Pipeline(reference_of(self.policies[0], DIRECTORY), BEGIN)
        self.pipeline.seen = self._seen
        self.desk, self.customers = Desk(), Customers()
        self.ledger = Ledger({})
        self.events = 0
        self.eager = False
        self.sent: list[tuple[str, Any]] = []
        self.notices: list[Notice] = []
        self.read_at: dict[object, int] = {}

    def _seen(self, stage: str, done: Done) -> None:
        (self.desk if stage == "desk" else self.customers).saw(done)
        if isinstance(done.record, Outcome):
            self.read_at[done.record] = self.pipeline.at
        self.notices += [each for each in done.outputs if isinstance(each, Notice)]

    # --- what customers and centres say ---

    def _of(self, visit: str, ago: int) -> dict[str, Any]:
        self.events += 1
        return {
            "event_id": f"e{self.events}",
            "occurred_at": self.pipeline.at - ago,
            "customer_id": visit.partition("-")[0],
            "visit_id": visit,
            "vehicle_id": f"car-{visit.partition('-')[0]}",
            "site_id": SITE_OF[visit[-1]],
        }

    def _send(self, topic: str, record: Any) -> None:
        type(self).steps_taken += 1
        self.sent.append((topic, record))
        self.pipeline.at += MINUTE
        self.pipeline.send(topic, record)

    @rule(visit=VISITS, ago=AGO, language=st.sampled_from(["de-CH", "en", "fr"]))
    def checks_in(self, visit: str, ago: int, language: str) -> None:
        record = CheckIn(
            **self._of(visit, ago), language=language, channels=(Channel.SMS,),
            symptoms=("noise",), quiet_from="21:00", quiet_until="07:00",
            promised_ready_at=self.pipeline.at + DAY,
        )  # fmt: skip
        self._send("service.check-ins", record)

    @rule(
        visit=VISITS, ago=AGO, revision=FEW, code=st.sampled_from(["P1", "P2"]),
        safety=st.booleans(), cause=st.sampled_from([Cause.WEAR, Cause.MANUFACTURING]),
    )  # fmt: skip
    def is_diagnosed(self, visit: str, ago: int, revision: int, code: str, **own: Any) -> None:
        record = Diagnosis(
            **self._of(visit, ago), diagnosis_id="d", revision=revision, stage=Stage.CENTRE,
            code=code, symptom="noise", fault_found=True, **own,
        )  # fmt: skip
        self._send("service.diagnoses", record)

    @rule(visit=VISITS, ago=AGO, revision=FEW, total=st.sampled_from([100, 109, 150, 300]))
    def is_estimated(self, visit: str, ago: int, revision: int, total: int) -> None:
        amount = total * 100
        record = Estimate(
            **self._of(visit, ago), estimate_id="est", revision=revision,
            currency="EUR" if visit[-1] == "1" else "USD", total=amount, subtotal=amount,
            lines=(EstimateLine(operation="brakes", amount=amount),),
        )  # fmt: skip
        self._send("service.estimates", record)

    @rule(
        visit=VISITS, ago=AGO, revision=FEW,
        decision=st.sampled_from([WarrantyDecisionName.APPROVED, WarrantyDecisionName.DENIED]),
    )  # fmt: skip
    def is_claimed(self, visit: str, ago: int, **own: Any) -> None:
        record = WarrantyDecision(
            **self._of(visit, ago), claim_id="w", reason_code="WEAR", operations=("brakes",), **own
        )
        self._send("service.warranty-decisions", record)

    @rule(
        visit=VISITS, ago=AGO,
        response=st.sampled_from([each for each in Response if each is not Response.UNKNOWN]),
        subject=st.sampled_from([each for each in Subject if each is not Subject.UNKNOWN]),
        wish=st.sampled_from([None, "rita", "bert", Tier.EXECUTIVE]),
    )  # fmt: skip
    def says(self, visit: str, ago: int, response: Response, subject: Subject, wish: Any) -> None:
        wished = None
        if response in (Response.REQUESTED, Response.CALLED) and wish is not None:
            to_tier = isinstance(wish, Tier)
            wished = Wish(tier=wish if to_tier else None, manager_id=None if to_tier else wish)
        record = CustomerResponse(
            **self._of(visit, ago), response=response, subject=subject, wish=wished,
            rating=2 if response is Response.RATED else None,
        )  # fmt: skip
        self._send("service.customer-responses", record)

    @rule(visit=VISITS, ago=AGO, charged=st.sampled_from([None, 100, 400]))
    def is_closed(self, visit: str, ago: int, charged: int | None) -> None:
        record = Closure(
            **self._of(visit, ago), charged_total=None if charged is None else charged * 100,
            operations_done=("brakes",),
        )  # fmt: skip
        self._send("service.closures", record)

    @rule(
        visit=VISITS, ago=AGO,
        response=st.sampled_from([Response.REQUESTED, Response.DISPUTED, Response.APPEALED]),
    )  # fmt: skip
    def complains(self, visit: str, ago: int, response: Response) -> None:
        self.says(visit, ago, response, Subject.NONE, None)

    @precondition(lambda self: self.sent)
    @rule(data=st.data(), customer=st.sampled_from([None, None, *CUSTOMERS]), ago=AGO)
    def comes_twice(self, data: st.DataObject, customer: str | None, ago: int) -> None:
        """A record once more; sometimes a customer asks to be forgotten instead."""
        if customer is None:
            self._send(*self.sent[data.draw(st.integers(0, len(self.sent) - 1))])
        else:
            record = Erasure(customer_id=customer, occurred_at=self.pipeline.at - ago)
            self._send("privacy.erasures", record)

    # --- what managers do ---

    @precondition(lambda self: self.desk.cases)
    @rule(
        data=st.data(),
        what=st.sampled_from(ACTIONS),
        by=st.sampled_from(BY),
        to=st.sampled_from([None, "nobody", *MANAGERS]),
        until=UNTIL,
        outcome=st.sampled_from([None, *OUTCOMES]),
    )
    def acts(self, data: st.DataObject, what: ActionName, by: str, **given: Any) -> None:
        """Anybody does anything."""
        case = self.desk.cases[data.draw(st.sampled_from(sorted(self.desk.cases)))]
        by = (case.manager or OPERATOR) if by == "its manager" else by
        self._act(case, what, by, **given)

    @precondition(lambda self: self.desk.open())
    @rule(
        data=st.data(),
        what=st.sampled_from([each for each in ACTIONS if each is not ActionName.REOPEN]),
        until=st.sampled_from([10 * MINUTE, 2 * HOUR, DAY]),
        to=st.sampled_from(sorted(MANAGERS)),
    )
    def sees_to_it(self, data: st.DataObject, what: ActionName, until: int, to: str) -> None:
        """Who has a case does what can be done."""
        case = data.draw(st.sampled_from(self.desk.open()))
        by = case.manager or OPERATOR
        outcome = OutcomeName.PARTLY_UPHELD
        self._act(case, what, by, to=to, until=until, outcome=outcome)

    @precondition(lambda self: self.desk.cases)
    @rule(data=st.data(), outcome=st.sampled_from(OUTCOMES))
    def is_decided(self, data: st.DataObject, outcome: OutcomeName) -> None:
        """A case is resolved; a closed one is reopened."""
        case = self.desk.cases[data.draw(st.sampled_from(sorted(self.desk.cases)))]
        what = ActionName.RESOLVE if case.is_open else ActionName.REOPEN
        self._act(case, what, OPERATOR, outcome=outcome)

    def _act(
        self,
        case: Case,
        what: ActionName,
        by: str,
        *,
        to: str | None = None,
        until: int | None = None,
        outcome: OutcomeName | None = None,
    ) -> None:
        self.events += 1
        record = Action(
            action_id=f"a{self.events}",
            occurred_at=self.pipeline.at,
            escalation_id=case.id,
            region_id=case.region,
            by=by,
            action=what,
            until=None if until is None else self.pipeline.at + until,
            to_manager_id=to,
            outcome=outcome,
            reason="because" if what is ActionName.RESOLVE else None,
        )
        self._send("recourse.actions", record)

    @precondition(lambda self: self.notices)
    @rule(data=st.data(), delivered=st.booleans())
    def is_delivered(self, data: st.DataObject, delivered: bool) -> None:
        notice = self.notices[-data.draw(st.integers(1, min(len(self.notices), 8)))]
        record = Delivery(
            notice_id=notice.notice_id,
            escalation_id=notice.escalation_id,
            region_id=notice.region_id,
            occurred_at=self.pipeline.at,
            delivered=delivered,
        )
        self._send("recourse.deliveries", record)

    # --- time, machines, reference data ---

    @rule(passes=PASSES)
    def time_passes(self, passes: int) -> None:
        type(self).steps_taken += 1
        self.pipeline.at += passes
        self.pipeline.tick()

    @rule(data=st.data(), stage=STAGES, most=st.integers(1, 20), dies=st.booleans())
    def works(self, data: st.DataObject, stage: str, most: int, dies: bool) -> None:
        """A worker does a part of what waits, and dies before its commit or commits."""
        type(self).steps_taken += 1
        self.pipeline.work(stage, most, lambda topics: _drawn(data, topics))
        if dies:
            self.pipeline.kill(stage)
        elif data.draw(st.booleans()):
            self.pipeline.at += 1
            self.pipeline.commit(stage)

    @rule(backwards=st.booleans())
    def goes_on(self, backwards: bool) -> None:
        """Both workers do all that there is: of several topics the last first, or the first."""
        type(self).steps_taken += 1
        self.pipeline.drain(backwards=backwards)

    @rule(manager_id=st.sampled_from(sorted(MANAGERS)), way=st.sampled_from(WAYS))
    def is_staffed_otherwise(self, manager_id: str, way: str) -> None:
        type(self).steps_taken += 1
        record = otherwise(manager_id, way, self.pipeline.at)
        value = None if record is None else PLAIN.encode("directory.managers", record)
        self.pipeline.refer("directory.managers", manager_id, value)

    @rule(
        kind=st.sampled_from([None, *sorted(POLICIES)]),
        site_id=st.sampled_from(sorted(SITES)),
        way=st.sampled_from(SITE_WAYS),
    )
    def is_ruled_otherwise(self, kind: str | None, site_id: str, way: str) -> None:
        """Another policy, or other hours."""
        type(self).steps_taken += 1
        if kind is None:
            record = site_otherwise(site_id, way, self.pipeline.at)
            value = None if record is None else PLAIN.encode("directory.sites", record)
            self.pipeline.refer("directory.sites", site_id, value)
            return
        found = policy(kind, len(self.policies), self.pipeline.at + MINUTE)
        self.policies.append(found)
        self.pipeline.refer("recourse.policies", found.version, found.model_dump_json().encode())

    # --- what must hold ---

    @initialize(eager=st.booleans())
    def works_as(self, eager: bool) -> None:
        """Workers that are never behind, or only as the other rules say."""
        self.eager = eager

    @invariant()
    def every_open_case_has_a_live_next_step(self) -> None:
        if self.eager:
            self.pipeline.drain()
        fold = self.pipeline.workers["desk"].fold
        for key, value in fold.records() if self.desk.open() else ():
            if key != ":now":
                case = msgpack.decode(value, type=EscalationState)
                over = case.clocks.decide_passed and (
                    case.manager_id is None or case.tier is Tier.EXECUTIVE
                )
                assert not case.is_open or next_due(case) or over, case
                assert over or not case.clocks.decide_passed or not case.is_open, case

    def teardown(self) -> None:
        self.pipeline.drain()
        quiet_since = self.pipeline.at
        before = {each.id for each in self.desk.open()}
        for passes in QUIET:
            self.pipeline.at += passes
            self.pipeline.tick()
            self.pipeline.drain()
        self.made.update(self.desk.counts)
        self.made.update(self.customers.counts)
        self._nothing_is_forgotten(before, quiet_since)
        self._audited()
        self.pipeline.made_again()

    def _nothing_is_forgotten(self, before: set[str], since: int) -> None:
        """Time alone brings each case a step, or it is at its last with the operator told."""
        for case in self.desk.open():
            overdue = ("OVERDUE", str(case.last.decide_by)) in case.said
            assert case.due or overdue, case
            assert case.id not in before or case.last.occurred_at > since or overdue, case

    def _audited(self) -> None:
        """The auditor finds nothing; and each fault that is planted in what this run wrote."""
        made = [record for record, _ in self.pipeline.written]
        assert self._found(made) == {}
        for name, (what, places, plant) in FAULTS.items():
            there = list(places(made))
            if there:
                at = there[len(made) % len(there)]
                assert what in self._found(plant(made, at)), f"not found: {name}, at {at}"
                self.made[name] += 1

    def _found(self, made: Records) -> dict[Breach, Finding]:
        came = {id(record): at for record, at in self.pipeline.written}
        ledger = Ledger({each.version: each for each in self.policies})
        for record in made:
            # An outcome may lie unread for hours here, which no tick of production lets it.
            at = self.read_at.get(record) if isinstance(record, Outcome) else None
            ledger.take(record, at or came.get(id(record)))
        ledger.tick(0, self.pipeline.at)
        # These customers are at several sites at once, as nobody is.
        said = (each for each in ledger.findings() if each.what is not Breach.SPENT_ELSEWHERE)
        return {each.what: each for each in said}


def _drawn(data: st.DataObject, topics: Sequence[str]) -> str:
    return topics[0] if len(topics) == 1 else data.draw(st.sampled_from(topics))
