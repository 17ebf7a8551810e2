"""Good records of every input topic: a morning of five customers that goes through both stages."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import msgspec

from agents.pipeline.stages import stages
from agents.records.codecs import Codecs
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.policy_files import default_policy
from agents.reference_data.reference import reference_of, references
from schemas.catalogue import TOPICS
from schemas.records import (
    Action,
    ActionName,
    Cause,
    Channel,
    CheckIn,
    Closure,
    CustomerResponse,
    Diagnosis,
    Disagreement,
    Erasure,
    Estimate,
    EstimateLine,
    Outcome,
    OutcomeName,
    OutcomeStatus,
    Response,
    Stage,
    Subject,
    WarrantyDecision,
    WarrantyDecisionName,
)
from streams.testing import Driver
from streams.topology import Message

CHECK_INS = "service.check-ins"
DIAGNOSES = "service.diagnoses"
ESTIMATES = "service.estimates"
CLAIMS = "service.warranty-decisions"
RESPONSES = "service.customer-responses"
CLOSURES = "service.closures"
ACTIONS = "recourse.actions"
OUTCOMES = "recourse.outcomes"
ERASURES = "privacy.erasures"
DISAGREEMENTS = "recourse.disagreements"
TICKS = "recourse.ticks"
INPUTS = (
    CHECK_INS,
    DIAGNOSES,
    ESTIMATES,
    CLAIMS,
    RESPONSES,
    CLOSURES,
    ACTIONS,
    OUTCOMES,
    ERASURES,
    DISAGREEMENTS,
)
NOW = 1_772_442_000_000  # Monday 2 March 2026, 09:00 UTC
SECOND_MS = 1000


def of_visit(customer: str, at: int, name: str, **own: Any) -> dict[str, Any]:
    """The fields that all six service records have; the event is named after its record."""
    return {
        "event_id": f"{customer}-{name}",
        "occurred_at": at,
        "customer_id": customer,
        "visit_id": f"{customer}-v1",
        "vehicle_id": f"{customer}-car",
        "site_id": "columbus",
    } | own


def check_in(customer: str, at: int, **own: Any) -> CheckIn:
    given = {"language": "en", "channels": (Channel.SMS,), "symptoms": ("noise",)}
    return CheckIn(**of_visit(customer, at, "check-in", **given) | own)


def diagnosis(customer: str, at: int, **own: Any) -> Diagnosis:
    given = {
        "diagnosis_id": "d1",
        "revision": 1,
        "stage": Stage.CENTRE,
        "code": "P0420",
        "symptom": "noise",
        "cause": Cause.MANUFACTURING,
        "fault_found": True,
        "safety": False,
    }
    return Diagnosis(**of_visit(customer, at, "diagnosis", **given) | own)


def estimate(customer: str, at: int, total: int = 10_000, **own: Any) -> Estimate:
    given = {
        "estimate_id": "est1",
        "revision": 1,
        "currency": "USD",
        "total": total,
        "subtotal": total,
        "lines": (EstimateLine(operation="brakes", amount=total),),
    }
    return Estimate(**of_visit(customer, at, "estimate", **given) | own)


def claim(customer: str, at: int, **own: Any) -> WarrantyDecision:
    given = {
        "claim_id": "w1",
        "revision": 1,
        "decision": WarrantyDecisionName.DENIED,
        "reason_code": "WEAR",
        "operations": ("brakes",),
    }
    return WarrantyDecision(**of_visit(customer, at, "claim", **given) | own)


def response(customer: str, at: int, **own: Any) -> CustomerResponse:
    given = {"response": Response.DISPUTED, "subject": Subject.ESTIMATE, "subject_id": "est1"}
    return CustomerResponse(**of_visit(customer, at, "response", **given) | own)


def closure(customer: str, at: int, **own: Any) -> Closure:
    given = {"charged_total": 15_000, "operations_done": ("brakes",), "rating": 2}
    return Closure(**of_visit(customer, at, "closure", **given) | own)


def action(customer: str, at: int, name: ActionName, **own: Any) -> Action:
    given: dict[str, Any] = {
        "action_id": f"{customer}-{name}",
        "occurred_at": at,
        "escalation_id": f"{customer}-v1:1",
        "region_id": "us-east",
        "by": "m-brooks",
        "action": name,
    }
    return Action(**given | own)


def outcome(customer: str, at: int) -> Outcome:
    return Outcome(
        escalation_id=f"{customer}-v1:1",
        visit_id=f"{customer}-v1",
        customer_id=customer,
        occurred_at=at,
        status=OutcomeStatus.RESOLVED,
        outcome=OutcomeName.UPHELD,
        on_appeal=False,
    )


def erasure(customer: str, at: int) -> Erasure:
    return Erasure(customer_id=customer, occurred_at=at)


class Good(NamedTuple):
    """A record, its topic and when it arrives."""

    topic: str
    record: msgspec.Struct
    at: int

    def message(self, encode: Callable[[str, msgspec.Struct], bytes]) -> Message:
        """As it lies in Kafka; the driver gives the offset."""
        key = str(getattr(self.record, TOPICS[self.topic].key)).encode()
        return Message(self.topic, 0, 0, self.at, key, encode(self.topic, self.record))


def morning(customers: tuple[str, ...], begin: int = NOW) -> list[Good]:
    """Each one's visit, one record a second, in the order in which they arrive."""
    made: list[Good] = []

    def arrives(topic: str, make: Callable[..., msgspec.Struct], *given: Any, **own: Any) -> None:
        at = begin + len(made) * SECOND_MS
        made.append(Good(topic, make(*given[:1], at, *given[1:], **own), at))

    for each in customers:
        arrives(CHECK_INS, check_in, each)
    for each in customers:
        arrives(DIAGNOSES, diagnosis, each)
        arrives(ESTIMATES, estimate, each)
        arrives(CLAIMS, claim, each)
        arrives(ACTIONS, action, each, ActionName.ACKNOWLEDGE)
        arrives(RESPONSES, response, each)
        arrives(ESTIMATES, estimate, each, 14_000, event_id=f"{each}-second", revision=2)
        arrives(ACTIONS, action, each, ActionName.RESOLVE, outcome=OutcomeName.UPHELD)
        arrives(CLOSURES, closure, each)
    arrives(ERASURES, erasure, "zoe")  # nobody whom the others know
    return made


def driver(codecs: Codecs, **given: Any) -> Driver:
    """Both stages in memory, with the demo's directory and the package's policy."""
    known = reference_of(default_policy(), demo_directory())
    return Driver(stages(wire=codecs, **given), replace(references(codecs.decode), empty=known))


def disagreements(made: list[Message], codecs: Codecs) -> list[Disagreement]:
    """The decisions among outputs."""
    found = (codecs.decode(m.topic, m.value or b"") for m in made if m.topic == DISAGREEMENTS)
    return [each for each in found if isinstance(each, Disagreement)]
