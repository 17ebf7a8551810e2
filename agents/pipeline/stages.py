"""The stages as data: which topics each reads, where it keeps its state, which core decides."""

from dataclasses import replace
from typing import Any

from msgspec import Struct

from agents.core.customers import receipts, state_codec
from agents.core.customers.handle import handle as handle_customers
from agents.core.customers.handle import handle_time as handle_customers_time
from agents.core.customers.limits import LOOKED_AT_FROM, too_much
from agents.core.customers.partition import Partition as CustomersPartition
from agents.core.customers.state import Customer
from agents.core.desk.handle import handle as handle_desk
from agents.core.desk.handle import handle_time as handle_desk_time
from agents.core.desk.partition import Partition as DeskPartition
from agents.core.desk.state import EscalationState
from agents.core.desk.timers.firing import next_moment
from agents.core.insights import INSIGHTS
from agents.core.shadow import decisions as shadow
from agents.core.site_days import handle as site_days
from agents.core.site_days import state as site_day_states
from agents.core.site_days.partition import Partition as SiteDaysPartition
from agents.core.site_days.published import SITE_DAYS
from agents.pipeline.counts import NO_COUNTS, Counts, FailuresAlone
from agents.pipeline.data_packages import data_versions
from agents.pipeline.dead_letter import DEAD_LETTERS, SERVICE_DEAD_LETTERS
from agents.pipeline.failures import UNLIMITED, FailureLimit
from agents.pipeline.processor import TICKS, StageProcessor
from agents.pipeline.shadow.processor import BesideProcessor
from agents.pipeline.stage_core import Core, Wire
from agents.pipeline.state_store import AsBytes, AsLateBytes
from agents.records.codecs import PLAIN
from agents.records.spans import NO_SPANS, Spans
from schemas.catalogue import TOPICS
from schemas.records import Notice
from streams.topology import Stage

CARRIED_CUSTOMERS, CARRIED_REGIONS = "recourse.carried-customers", "recourse.carried-regions"
"""What lay in a wrong partition of the inputs, on its way into its own."""

_BY_BOTH = ("recourse.notices", "recourse.insights", DEAD_LETTERS)
CUSTOMERS_OUTPUTS = (
    *_BY_BOTH,
    SERVICE_DEAD_LETTERS,
    "recourse.disagreements",
    "recourse.answers",
    "recourse.erased",
    "recourse.contact-cards",
    "recourse.customers",
    "recourse.receipts",
    "recourse.visits",
)
DESK_OUTPUTS = (*_BY_BOTH, "recourse.escalations", "recourse.cases", "recourse.outcomes")
INSIGHTS_OUTPUTS = (SITE_DAYS, DEAD_LETTERS)
SHADOW_OUTPUTS = (shadow.SHADOW_DECISIONS,)
"""What each stage writes for others; where one of them is not there, no worker starts."""

CUSTOMERS_INPUTS, DESK_INPUTS = TOPICS[CARRIED_CUSTOMERS].carried, TOPICS[CARRIED_REGIONS].carried
_OF_THE_DESK = ("recourse.disagreements", "recourse.answers", "recourse.deliveries")
INSIGHTS_INPUTS = (INSIGHTS, "recourse.escalations", *_OF_THE_DESK)


def customer_of(record: Struct) -> str | None:
    """Whose record of stage customers made an output of time."""
    if isinstance(record, Notice):
        return record.addressee.id
    return getattr(record, "customer_id", None)


CUSTOMERS_CORE = Core(
    record=Customer,
    partition=CustomersPartition,
    handle=handle_customers,
    handle_time=handle_customers_time,
    next_due=lambda partition, _: partition.next_due(),
    whose=customer_of,
    kept=lambda partition: AsBytes(partition, state_codec.encode, state_codec.size),
    looked_at_from=LOOKED_AT_FROM,
    too_much=too_much,
    told_of={receipts.CHANNEL: receipts.of_dead_letter},
)
DESK_CORE = Core(
    record=EscalationState,
    partition=DeskPartition,
    handle=handle_desk,
    handle_time=handle_desk_time,
    next_due=next_moment,
    whose=lambda record: getattr(record, "escalation_id", None),
)
INSIGHTS_CORE = Core(
    record=site_day_states.State,
    partition=SiteDaysPartition,
    handle=site_days.handle,
    handle_time=site_days.handle_time,
    next_due=lambda partition, _: partition.next_due(),
    whose=site_days.whose,
    kept=lambda partition: AsLateBytes(partition, site_day_states.encode),
    reads_ids=True,
    said_elsewhere=frozenset(_OF_THE_DESK),
)


SHADOW_CORE = replace(
    CUSTOMERS_CORE,
    partition=shadow.Partition,
    handle=shadow.handle,
    handle_time=shadow.handle_time,
    whose=shadow.whose,
    told_of={},
    is_silent=True,
)


def stages(
    *,
    counts: Counts = NO_COUNTS,
    wire: Wire = PLAIN,
    failures: FailureLimit = UNLIMITED,
    spans: Spans = NO_SPANS,
    worded: bool = True,
) -> tuple[Stage, Stage, Stage]:
    """All stages, in the order in which a record runs through them.

    `worded`: notices get their words; who reads none goes without.
    """
    of_insights = failures.apart()

    def processor(name: str, core: Core[Any], *, checks_ticks: bool = False) -> StageProcessor[Any]:
        return StageProcessor(
            name,
            core,
            counts=counts,
            wire=wire,
            checks_ticks=checks_ticks,
            failures=of_insights if core is INSIGHTS_CORE else failures,
            spans=spans,
            worded=worded,
        )

    return (
        Stage(
            name="customers",
            inputs=(*CUSTOMERS_INPUTS, CARRIED_CUSTOMERS),
            tick_topic=TICKS,
            changelog="recourse-customers-changelog",
            processor=lambda _: processor("customers", CUSTOMERS_CORE, checks_ticks=True),
            outputs=CUSTOMERS_OUTPUTS,
            writes_ticks=True,
            carried=CARRIED_CUSTOMERS,
            made_with=data_versions(),
        ),
        Stage(
            name="desk",
            inputs=(*DESK_INPUTS, CARRIED_REGIONS),
            tick_topic=TICKS,
            changelog="recourse-desk-changelog",
            processor=lambda _: processor("desk", DESK_CORE),
            outputs=DESK_OUTPUTS,
            carried=CARRIED_REGIONS,
            made_with=data_versions(),
        ),
        Stage(
            name="insights",
            inputs=INSIGHTS_INPUTS,
            tick_topic=TICKS,
            changelog="recourse-insights-changelog",
            processor=lambda _: processor("insights", INSIGHTS_CORE),
            outputs=INSIGHTS_OUTPUTS,
            may_be_absent=True,
        ),
    )


def beside_stages(
    *,
    counts: Counts = NO_COUNTS,
    wire: Wire = PLAIN,
    failures: FailureLimit = UNLIMITED,
    spans: Spans = NO_SPANS,
) -> tuple[Stage, ...]:
    """The stage that runs the policy to compare with: never among the others, in no worker of
    theirs, and nothing that they read is written by it.
    """  # noqa: D205
    shown = FailuresAlone(counts)

    def decides() -> StageProcessor[Any]:
        return StageProcessor(
            "shadow", SHADOW_CORE, counts=shown, wire=wire, failures=failures, spans=spans
        )

    return (
        Stage(
            name="shadow",
            inputs=(*CUSTOMERS_INPUTS, CARRIED_CUSTOMERS),
            tick_topic=TICKS,
            changelog="recourse-shadow-changelog",
            processor=lambda number: BesideProcessor(number, decides),
            outputs=SHADOW_OUTPUTS,
            carried=CARRIED_CUSTOMERS,
            leaves_misplaced=True,
            made_with=data_versions(),
        ),
    )


def every_stage() -> tuple[Stage, ...]:
    """Those of the pipeline, then those beside it."""
    return (*stages(), *beside_stages())


CUSTOMERS, DESK, SITE_DAYS_STAGE = stages()
(SHADOW,) = beside_stages()
