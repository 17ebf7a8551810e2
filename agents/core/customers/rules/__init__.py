"""All rules that stage customers reads on every event, in the order of the contract."""

from collections.abc import Callable

from agents.core.customers.finding import Finding
from agents.core.customers.rules.charged import charged_over_authorised
from agents.core.customers.rules.diagnosis import (
    diagnosis_changed_after_authorisation,
    diagnosis_disputed,
    diagnosis_no_fault_found_again,
    diagnosis_remote_differs,
)
from agents.core.customers.rules.estimate import estimate_disputed, estimate_over_authorised
from agents.core.customers.rules.repeat_repair import warranty_repeat_repair
from agents.core.customers.rules.request import requested_by_customer
from agents.core.customers.rules.silence import silence_no_word, silence_ready_time_moved
from agents.core.customers.rules.warranty import (
    warranty_denied_against_cause,
    warranty_disputed,
    warranty_reversed,
)
from agents.core.customers.rules.work import (
    estimate_charges_covered_work,
    estimate_declined_work_done,
)
from agents.core.customers.scene import Scene

RULES: tuple[Callable[[Scene], tuple[Finding, ...]], ...] = (
    estimate_over_authorised,
    charged_over_authorised,
    estimate_declined_work_done,
    estimate_charges_covered_work,
    estimate_disputed,
    diagnosis_disputed,
    diagnosis_changed_after_authorisation,
    diagnosis_remote_differs,
    diagnosis_no_fault_found_again,
    warranty_denied_against_cause,
    warranty_reversed,
    warranty_disputed,
    warranty_repeat_repair,
    silence_no_word,
    silence_ready_time_moved,
    requested_by_customer,
)
