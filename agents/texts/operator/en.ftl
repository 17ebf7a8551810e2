### The operator's words for every code of a reason that is not a rule's own (those are in ../rules).
### An attribute is a line of `explain` under its name; a line of which a fact is missing is left out.
### A fact that is not there is `none` where a message chooses by it. .demo is the demo's line.
### .accepted says what the desk would take instead of what it REFUSED.
### Functions say how a fact reads (agents/operations/explain/facts.py); times are made local.

limit-made-of = { $limit_fixed_major ->
    [none] { $limit_percent ->
        [none] any rise needs a new yes
       *[other] { SIGN($limit_percent) ->
            [zero] any rise needs a new yes
           *[other] { PERCENT($limit_percent) } % of the base
        }
    }
   *[other] { $limit_percent ->
        [none] { MAJOR($limit_fixed_major) }
       *[other] the { $limit_is ->
            [LESSER] lesser
           *[other] greater
        } of { MAJOR($limit_fixed_major) } and { PERCENT($limit_percent) } % of the base
    }
}{ $limit_at_most_major ->
    [none] { "" }
   *[other] , at most { MAJOR($limit_at_most_major) }
}

reason-RECORDED_CALL =
    .facts = Manager { $manager_id } took the call.

reason-APPEAL_REFUSED =
    .why = The customer's appeal counts as a request for a manager: { $why }.
    .demo = no appeal: { $why }

reason-START_TIER =
    .why = It starts at the { TIER($tier) } tier.

reason-AWAITING =
    .why = The customer may answer until { $due_at }: a price may lie unanswered for { $business_minutes } business minutes in sum.
    .demo = the customer may answer until { $due_at }

reason-GRACE_OVER =
    .why = It had lain unanswered for { $business_minutes } business minutes in sum by { $due_at }, or could not wait any longer.
    .demo = unanswered until { $due_at }

reason-PILOT =
    .why = The visit { ARM($arm) } (site { $site_id }).
    .demo = the site's arm is { $arm }

reason-OPEN_ESCALATION =
    .why = { $escalation_id ->
        [none] The visit would have an escalation open already.
       *[other] The visit has the open escalation { $escalation_id }.
    }
    .demo = joins { $escalation_id }

reason-REOPENS_ESCALATION =
    .why = The escalation { $escalation_id } is opened again, for another manager.
    .demo = opens { $escalation_id } again

reason-FOUND =
    .why = We found it, the customer did not ask for it: no throttle stops it, and it takes no place.
    .demo = found, not asked for: no throttle

reason-FLOOR =
    .why = No throttle stops it: { FLOOR($because) }.
    .demo = on the floor: { $because }

reason-ALLOW_LIST =
    .why = The customer is on the allow-list{ $until ->
        [none] { "" }
       *[other] {" "}until { $until }
    }: { $reason }.

reason-BLOCK_LIST =
    .why = The customer is on the block-list{ $until ->
        [none] , without an end
       *[other] {" "}until { $until }
    }: { $reason }.

reason-THROTTLE =
    .why = { $used } of { $limit } places were used in the { $window_days } days up to { $at }; { $in_24_hours } of { $limit_in_24_hours } in the last 24 hours.
    .places = { ENTRIES($entries) }.
    .later = Escalations asked for after it that count too: { SOME($entries_after) }.
    .demo = { $used } of { $limit } used in { $window_days } days, { $in_24_hours } of { $limit_in_24_hours } in 24 hours

reason-SITE_UNKNOWN =
    .why = The directory does not know site { $site_id }: { $default ->
        [none] default limits, no manager
       *[other] what it has for other sites of the region holds, site { $default }
    }.

reason-NO_UNIT =
    .why = The policy does not say what its amounts are in { $currency } (money.units): one of it counts as one US dollar.

reason-MORE_TODAY =
    .why = This is the last of { $records_a_day } records of the rule on this visit today; what follows today is only counted.

reason-SEVERITY_ROSE =
    .why = The severity rose from { SEVERITY($before) } to { SEVERITY($after) }.
    .demo = severity rose from { $before } to { $after }

reason-GROUND_GONE =
    .why = The ground of { $corrects } is gone, because of { RECORD($by) }{ $now ->
        [AGREED] : the customer agreed to the price.
        [AGREED_LESS] : the customer agreed to a lower price.
        [DECLINED] : the customer declined the price.
       *[none] .
    }
    .demo = corrects { $corrects }

reason-WITHDRAWN_BY_CUSTOMER =
    .why = The customer took it back (event { $event_id }).

reason-NOBODY_REACHABLE =
    .why = Nobody can be reached for site { $site_id } from the { TIER($tier) } tier up; the choice is made again and again.
    .demo = nobody can be reached

reason-NOBODY_ELSE =
    .why = Nobody else can be reached for site { $site_id } from the { TIER($tier) } tier up, so who has it keeps it.
    .demo = nobody else can be reached

reason-HAD_IT_BEFORE =
    .why = From the { TIER($tier) } tier up nobody can be reached for site { $site_id } who was not in the case before, so { $manager_id } has it again.
    .demo = who had it before: nobody else can be reached

reason-WITHOUT_LANGUAGE =
    .why = Nobody who can be reached speaks the customer's language ({ $language }), so it is { $manager_id } without it.

reason-TAKEN =
    .why = Who did this took the case over{ $manager_id ->
        [none] , which nobody had
       *[other] {" "}from { $manager_id }
    }; no clock moves.
    .demo = who acted took it over

reason-SAID =
    .said = "{ $reason }"

reason-NOT_ENTITLED =
    .why = { $by } wanted to { ACTION($action) } and may not: only the manager on the case, one of a higher tier than { TIER($tier) } for that site, or an operator may.
    .accepted = the same by somebody who may act on the case.

reason-CLOSED =
    .why = { $by } wanted to { ACTION($action) }, but the escalation is { PHASE($phase) }.
    .accepted = reopen, for a while after its end, by who may act on it.

reason-ALREADY_ACKNOWLEDGED =
    .why = { $by } wanted to { ACTION($action) }, but { $acknowledged_by } had done so already.
    .accepted = contacted, promise, wait or resolve: it is acknowledged already.

reason-NO_OUTCOME =
    .why = { $by } wanted to { ACTION($action) } without saying the outcome.
    .accepted = resolve with an outcome: upheld, partly-upheld, unfounded or abusive.

reason-NOT_ASKED_FOR =
    .why = { $by } wanted to { ACTION($action) } as abusive, but the customer did not ask for it: we found it.
    .accepted = resolve with another outcome: unfounded, where the centre is right.

reason-NO_UNTIL =
    .why = { $by } wanted to { ACTION($action) } without saying until when.
    .accepted = { ACTION($action) } with the moment until which.

reason-UNTIL_IS_PAST =
    .why = { $by } wanted to { ACTION($action) } until { $until }, which had passed.
    .accepted = a later moment.

reason-NO_SUCH_MANAGER =
    .why = { $by } wanted to { ACTION($action) }, but the directory does not know { $to_manager_id }.
    .accepted = an id of the directory (`recourse directory show`).

reason-HAS_IT_ALREADY =
    .why = { $by } wanted to { ACTION($action) }, but { $to_manager_id } has it already.
    .accepted = another manager.

reason-NOT_CLOSED =
    .why = { $by } wanted to { ACTION($action) }, but the escalation is open.
    .accepted = any other action: it is open.

reason-WENT_INTO_ANOTHER =
    .why = { $by } wanted to { ACTION($action) }, but it went into { $merged_into }, which goes on in its place.
    .accepted = the action on { $merged_into }, which goes on in its place.

reason-CUSTOMER_FORGOTTEN =
    .why = { $by } wanted to { ACTION($action) }, but its customer asked to be forgotten.
    .accepted = nothing more on this case.

reason-ANOTHER_IS_OPEN =
    .why = { $by } wanted to { ACTION($action) }, but the visit has the open escalation { $escalation_id }.
    .accepted = the action on { $escalation_id }, which is open.

reason-ENDED_TOO_LONG_AGO =
    .why = { $by } wanted to { ACTION($action) }, but it ended on { $ended_at }: that is possible within { $within_days } days.
    .accepted = nothing more on this case; the customer may ask anew.

reason-TAKEN_BACK =
    .why = { $by } wanted to { ACTION($action) } as { OUTCOME($outcome) }, but the customer had taken the case back themselves.
    .accepted = resolve with another outcome than abusive.

reason-ONLY_WITH_RESOLVE =
    .why = { $by } wanted to { ACTION($action) } with a { $given }, which goes with a decision only.
    .accepted = the action without the { $given }, or resolve with it.

reason-NOTHING_UPHELD =
    .why = { $by } wanted to { ACTION($action) } with a remedy, without deciding for the customer.
    .accepted = the outcome upheld or partly-upheld with the remedy, or this outcome without it.

reason-NO_AMOUNT =
    .why = { $by } wanted to { ACTION($action) } with a new price without saying the amount.
    .accepted = the new price, tax included.

reason-OTHER_CURRENCY =
    .why = { $by } wanted to { ACTION($action) } with an amount in { $currency }: the visit's is { $visit_currency }.
    .accepted = an amount in { $visit_currency }.

reason-NO_ESTIMATE =
    .why = { $by } wanted to { ACTION($action) } with a new price without saying of which estimate (the grounds name: { $estimates }).
    .accepted = the estimate whose price it is (the grounds name: { $estimates }).

reason-BY_IS_PAST =
    .why = { $by } wanted to { ACTION($action) } with a remedy by { $by_when }, which had passed.
    .accepted = a later moment.

reason-NOT_YET =
    .why = { $by } wanted to { ACTION($action) }: the contract has { $lacking }, and the desk does not act on it yet.
    .accepted = the action without it, until a version and a policy that have it are in force.

reason-NOT_CONTACTED =
    .why = { $by } wanted to { ACTION($action) }, but nobody had spoken with the customer yet.
    .accepted = contacted, once somebody has spoken with the customer; after that, the same again.

reason-WAIT_TOO_LONG =
    .why = { $by } wanted to { ACTION($action) }, but of the { $at_most_minutes } minutes that the case may wait in all { $left_minutes } were left, so until { $possible_until }.
    .accepted = { SIGN($left_minutes) ->
        [zero] another action: it has waited for as long as a case may in all.
       *[other] wait until { $possible_until } at the latest.
    }

reason-NO_REASON =
    .why = { $by } wanted to { ACTION($action) }: what is found abusive needs a reason.
    .accepted = the same with a reason, which the customer is never shown.

reason-ABUSIVE_ON_SAFETY =
    .why = { $by } wanted to { ACTION($action) } it as abusive, which a case that may concern safety never is.
    .accepted = resolve with another outcome than abusive.

reason-NOT_ABUSIVE =
    .why = { $by } wanted to { ACTION($action) }, but it is not resolved as abusive.
    .accepted = nothing to confirm on this case; confirm follows a resolve with the outcome abusive.

reason-CONFIRMED_BEFORE =
    .why = { $by } wanted to { ACTION($action) }, but that was confirmed before.
    .accepted = nothing more on this case.

reason-BY_THE_SAME =
    .why = { $by } wanted to { ACTION($action) }, but resolved it themselves: another person has to look at it.
    .accepted = the same by a manager of a higher tier for the site, or by another operator.

reason-RESOLVED_TOO_LONG_AGO =
    .why = { $by } wanted to { ACTION($action) }, but it was resolved on { $ended_at }: that is possible within { $within_days } days.
    .accepted = nothing more on this case; it stays unfounded.

reason-REOPENED_BEFORE =
    .why = { $by } wanted to { ACTION($action) }, but it was reopened on { $reopened_at }: that is possible once in { $within_days } days.
    .accepted = reopen, { $within_days } days after that.

reason-NOT_ACKNOWLEDGED =
    .why = Nobody of the { TIER($tier) } tier had acknowledged it (by { $acknowledge_by }).
    .demo = nobody had acknowledged it

reason-UNDECIDED =
    .why = The { TIER($tier) } tier had not decided it by { $decide_by }.
    .demo = it was not decided in time

reason-OVERDUE =
    .why = It was not decided by { $decide_by }, and there is nowhere to move it up to: the operator must look at it.
    .demo = not decided in time, and nowhere to move up to

reason-OVERDUE_AGAIN =
    .why = It was not decided by { $decide_by }, nor since, and moves go no higher than the { TIER($tier) } tier: so somebody else has it, once.
    .demo = not decided in time for the second time at the highest tier for it

reason-WISH_ABOVE_CEILING =
    .why = The customer asked for { $manager_id }, who has cases like this one only where a person gives them one: they go no higher than the { TIER($tier) } tier.
    .demo = the manager whom the customer asked for takes only graver cases

reason-SILENCE_PROMISE_MISSED =
    .why = The call that was promised by { $promised_until } was not made.
    .demo = the promised call was not made

reason-HANDED_OVER =
    .why = { $manager_id } { AWAY($why) } and not back before { $deadline }.
    .demo = { $manager_id } is gone and not back in time

reason-MANAGER_NOT_REACHED =
    .why = The notice { $notice_id } could not be delivered to { $manager_id }{ $reason ->
        [none] { "" }
       *[other] : { $reason }
    }.

reason-CUSTOMER_NOT_REACHED =
    .why = The notice { $notice_id } could not be delivered to the customer{ $reason ->
        [none] { "" }
       *[other] : { $reason }
    }.

reason-WARNING =
    .why = { $percent } % of the time to { DEADLINE($deadline) } it have passed; it ends on { $by }.

reason-DEADLINES_CHANGED =
    .why = The site's hours or the policy have changed, and the deadlines with them: before, it was to be acknowledged by { $acknowledge_by } and decided by { $decide_by }.

reason-WAIT_ENDED =
    .why = The wait for the customer ended on { $until }; the clocks run on.

reason-CUSTOMER_ANSWERED =
    .why = The customer { ANSWERED($response) } (event { $event_id }), so the wait is over and the clocks run on.

reason-CONTACT_DENIED =
    .why = The customer says that nobody has spoken with them (event { $event_id }): the contact counts no more.

reason-SNOOZE_ENDED =
    .why = It was hidden until { $until } and is on the manager's list again.

reason-SITE_STORM =
    .why = { $cases } cases of the kind { KIND($kind) } at site { $site_id } within { $within_minutes } minutes are one incident, { $incident_id }.
    .demo = { $cases } cases of one kind at { $site_id } are one incident

reason-PART_OF_STORM =
    .why = It is part of the incident { $incident_id } at site { $site_id } ({ KIND($kind) }).
    .demo = it is one of { $cases } cases of one kind at { $site_id }, one incident

reason-ERASED =
    .why = The customer asked to be forgotten.
    .demo = the customer asked to be forgotten

# Any code: a record of severity SAFETY says with its first reason which diagnoses make it so.
any-reason =
    .safety = Made so by the diagnosis of event { $safety_by }.
