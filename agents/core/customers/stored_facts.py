"""The facts of a visit as they are kept: what a visit says for all of them is not said again.

They are the contract's records, so that a rule reads both alike. Their fields were in range when
they came, so their types here are plain: nothing is checked twice.
"""

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from agents.core.customers.field_aliases import alias
from agents.core.policy_values import ServiceTopic
from schemas.catalogue import TOPICS
from schemas.records import (
    CheckIn,
    Closure,
    CustomerResponse,
    Diagnosis,
    Estimate,
    EstimateLine,
    WarrantyDecision,
)
from schemas.records.common import Wish
from schemas.records.symbols import (
    Cause,
    Channel,
    Response,
    Settled,
    Stage,
    Subject,
    TopicName,
    WarrantyDecisionName,
)

Fact = CheckIn | Diagnosis | Estimate | WarrantyDecision | CustomerResponse | Closure
Making = Callable[[Any], Any]


class KeptCheckIn(CheckIn, frozen=True, kw_only=True, omit_defaults=True, rename=alias):
    """A check-in of the visit."""

    event_id: str
    occurred_at: int
    customer_id: str = ""
    visit_id: str = ""
    vehicle_id: str
    site_id: str
    language: str
    channels: tuple[Channel, ...]
    quiet_from: str | None = None
    quiet_until: str | None = None
    time_zone: str | None = None
    symptoms: tuple[str, ...] = ()
    promised_ready_at: int | None = None
    region_id: str | None = None


class KeptDiagnosis(Diagnosis, frozen=True, kw_only=True, omit_defaults=True, rename=alias):
    """A diagnosis of the visit."""

    event_id: str
    occurred_at: int
    customer_id: str = ""
    visit_id: str = ""
    vehicle_id: str
    site_id: str
    diagnosis_id: str
    revision: int
    stage: Stage
    code: str
    symptom: str | None = None
    cause: Cause
    fault_found: bool
    safety: bool = False
    recall_id: str | None = None


class KeptLine(EstimateLine, frozen=True, kw_only=True, array_like=True):
    """A line of an estimate."""

    operation: str
    amount: int
    claim_id: str | None = None


class KeptEstimate(Estimate, frozen=True, kw_only=True, omit_defaults=True, rename=alias):
    """An estimate of the visit."""

    event_id: str
    occurred_at: int
    customer_id: str = ""
    visit_id: str = ""
    vehicle_id: str
    site_id: str
    estimate_id: str
    revision: int
    currency: str
    total: int
    subtotal: int
    lines: tuple[KeptLine, ...] = ()
    ready_at: int | None = None


class KeptWarrantyDecision(
    WarrantyDecision, frozen=True, kw_only=True, omit_defaults=True, rename=alias
):
    """A warranty decision of the visit."""

    event_id: str
    occurred_at: int
    customer_id: str = ""
    visit_id: str = ""
    vehicle_id: str
    site_id: str
    claim_id: str
    revision: int
    decision: WarrantyDecisionName
    reason_code: str
    operations: tuple[str, ...] = ()
    covered_percent: int | None = None


class KeptResponse(CustomerResponse, frozen=True, kw_only=True, omit_defaults=True, rename=alias):
    """What the customer said on the visit."""

    event_id: str
    occurred_at: int
    customer_id: str = ""
    visit_id: str = ""
    vehicle_id: str | None = None
    site_id: str
    response: Response
    subject: Subject = Subject.NONE
    subject_id: str | None = None
    subject_revision: int | None = None
    authorised_total: int | None = None
    currency: str | None = None
    rating: int | None = None
    wish: Wish | None = None
    topic: TopicName | None = None
    words: str | None = None
    settled: Settled | None = None


class KeptClosure(Closure, frozen=True, kw_only=True, omit_defaults=True, rename=alias):
    """A closure of the visit."""

    event_id: str
    occurred_at: int
    customer_id: str = ""
    visit_id: str = ""
    vehicle_id: str
    site_id: str
    charged_total: int | None = None
    charged_subtotal: int | None = None
    currency: str | None = None
    operations_done: tuple[str, ...] = ()
    rating: int | None = None
    resolved_same_day: bool | None = None


_OF_THE_VISIT = ("customer_id", "visit_id")


def _storing(record: type[Struct], kept: type[Struct], **parts: Making) -> Making:
    """A function that makes the one of the other, field by field; some fields are made anew."""
    names = [each for each in record.__struct_fields__ if each not in _OF_THE_VISIT]
    values = attrgetter(*names)

    def store(fact: Struct) -> Any:  # noqa: ANN401 - an instance of `kept`
        fields = dict(zip(names, values(fact), strict=True))
        for name, making in parts.items():
            fields[name] = making(fields[name])
        return kept(**fields)

    return store


_line = _storing(EstimateLine, KeptLine)


def _lines(lines: tuple[EstimateLine, ...]) -> tuple[KeptLine, ...]:
    return tuple(_line(each) for each in lines)


class FactType(NamedTuple):
    """A kind of service event: its record, the visit's field that holds such facts, and how."""

    record: type[Struct]
    field: str
    store: Making


FACT_TYPES = (
    FactType(CheckIn, "check_ins", _storing(CheckIn, KeptCheckIn)),
    FactType(Diagnosis, "diagnoses", _storing(Diagnosis, KeptDiagnosis)),
    FactType(Estimate, "estimates", _storing(Estimate, KeptEstimate, lines=_lines)),
    FactType(
        WarrantyDecision, "warranty_decisions", _storing(WarrantyDecision, KeptWarrantyDecision)
    ),
    FactType(CustomerResponse, "responses", _storing(CustomerResponse, KeptResponse)),
    FactType(Closure, "closures", _storing(Closure, KeptClosure)),
)
"""All of them; whoever needs to know which there are derives it from here."""
_STORING = {each.record: each.store for each in FACT_TYPES}


@cache
def topic_of(fact: type[Struct]) -> ServiceTopic:
    """By the type of a fact; an erasure hands over facts as they are kept, which are subtypes."""
    record = next(each.record for each in FACT_TYPES if issubclass(fact, each.record))
    name = next(topic.name for topic in TOPICS.values() if topic.record is record)
    return ServiceTopic(name.removeprefix("service."))


def kept(fact: Struct) -> Any:  # noqa: ANN401 - the one of these types that the fact has
    """A fact as its visit keeps it."""
    store = _STORING.get(type(fact))
    return replace(fact, customer_id="", visit_id="") if store is None else store(fact)
