"""All rules that stage customers reads on every event, in the order of the contract."""

from agents.core.customers.rules.charged import charged_over_authorised
from agents.core.customers.rules.diagnosis import (
    diagnosis_changed_after_authorisation,
    diagnosis_disputed,
    diagnosis_no_fault_found_again,
    diagnosis_remote_differs,
)
from agents.core.customers.rules.estimate import estimate_disputed, estimate_over_authorised
from agents.core.customers.rules.needs import Need, Rule
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

RULES: tuple[Rule, ...] = (
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

NEEDS: dict[Rule, Need] = {
    estimate_over_authorised: Need.ESTIMATE,
    charged_over_authorised: Need.CLOSURE,
    estimate_declined_work_done: Need.CLOSURE | Need.ESTIMATE | Need.DECLINED,
    estimate_charges_covered_work: Need.ESTIMATE | Need.CLAIM,
    estimate_disputed: Need.DISPUTED,
    diagnosis_disputed: Need.DISPUTED,
    diagnosis_changed_after_authorisation: Need.SEVERAL_DIAGNOSES | Need.AUTHORISED,
    diagnosis_remote_differs: Need.SEVERAL_DIAGNOSES,
    diagnosis_no_fault_found_again: Need.NO_FAULT,
    warranty_denied_against_cause: Need.DIAGNOSIS | Need.CLAIM,
    warranty_reversed: Need.CLAIM,
    warranty_disputed: Need.DISPUTED,
    warranty_repeat_repair: Need.DIAGNOSIS,
    silence_no_word: Need.SILENCE,
    silence_ready_time_moved: Need.ESTIMATE,
    requested_by_customer: Need.ASKED_FOR,
}
"""What must be on a visit for a rule to find anything; a rule that is not named is always asked."""
