### The words of every rule, in English: a message a rule, an attribute for each who reads it.
### .customer: what it is about, to the customer. .manager: the case in short, to the manager.
### .matter: “your case about ...”, to the customer once it is settled. .gone: why it no longer holds.
### In English alone: .operator, its name;
### .facts, .base and .limit, the lines of `explain` (functions: agents/operations/explain/facts.py);
### .demo, the demo's line. A reason of a rule that has a code of its own stands below the rule.

rule-ESTIMATE_OVER_AUTHORISED =
    .customer = { $authorised ->
        [yes] You agreed to { $base }{ $tax ->
            [before] {" "}before tax
           *[with] {""}
        }. The estimate for your vehicle is now { $amount }, which is { $excess } more.
       *[no] The estimate for your vehicle rose from { $base } to { $amount }{ $tax ->
            [before] {" "}before tax
           *[with] {""}
        }, which is { $excess } more.
    }
    .manager = the estimate rose from { $base } to { $amount }, { $excess } more
    .matter = the rise of your estimate
    .gone = { $gone ->
        [AGREED] You have agreed to the new price.
        [AGREED_LESS] You have agreed to a lower price, and the rest counts as declined.
        [DECLINED] You have declined the new price.
       *[other] The estimate has changed, and is now within what is allowed without asking you.
    }
    .operator = an estimate above what the customer authorised
    .facts = Estimate { $estimate_id }, revision { $revision }, is { MONEY($amount_minor) } ({ $amount }): { MONEY($excess_minor) } above its base.
    .base = { MONEY($base_minor) }, { $authorised_by ->
        [none] of the lowest revision, { $base_revision }: { $taken_back_by ->
            [none] the customer authorised nothing yet
           *[other] in { $taken_back_by } the customer took back what they had authorised
        }
       *[other] authorised by the customer in { $authorised_by }{ $base_revision ->
            [none] { "" }
           *[other] , by revision { $base_revision }
        }
    }.
    .limit = { MONEY($limit_minor) } above the base: { limit-made-of }. Source: { $limit_source }.
    .demo = { $amount_minor } { $currency } is { $excess_minor } above { $base_minor }, limit { $limit_minor } ({ $limit_source })

rule-CHARGED_OVER_AUTHORISED =
    .customer = { $authorised ->
        [yes] You agreed to { $base }{ $tax ->
            [before] {" "}before tax
           *[with] {""}
        } but were charged { $amount }, which is { $excess } more.
       *[no] You were charged { $amount }, although we have no record that you agreed to a price.
    }
    .manager = { $amount } was charged, { $excess } more than agreed
    .matter = the amount that you were charged
    .gone = { $gone ->
        [AGREED] You had agreed to the amount that you were charged.
       *[other] As far as we know now, you were not charged more than you agreed to.
    }
    .operator = more was charged than the customer authorised
    .facts = Closure { $closure } charged { MONEY($charged_minor) } ({ $amount }): { MONEY($excess_minor) } above the base.
    .base = { MONEY($base_minor) }: { BASES($bases) }.
    .limit = { MONEY($limit_minor) } above the base: { limit-made-of }. Source: { $limit_source }.
    .demo = charged { $excess_minor } { $currency } more than authorised, limit { $limit_minor } ({ $limit_source })

rule-ESTIMATE_DECLINED_WORK_DONE =
    .customer = Work that you had declined was done on your vehicle.
    .manager = work was done that the customer had declined
    .matter = the work that you had declined
    .gone = As far as we know now, no work was done that you had declined.
    .operator = work was done that the customer had declined
    .facts = Done by closure { $closure }, though declined in { $declined_by } with revision { $declined_revision } of estimate { $estimate_id }: { $operations_done }.
    .base = { $operations_authorised ->
        [none] Nothing was authorised on this visit.
       *[other] Authorised on this visit: { $operations_authorised }.
    }
    .demo = done though declined: { $operations_done }

rule-ESTIMATE_CHARGES_COVERED_WORK =
    .customer = You are being charged { $amount } for work that the warranty should { $shared ->
        [yes] pay a larger part of
       *[no] pay for
    }.
    .manager = { $amount } is charged{ $shared ->
        [yes] , more than the customer’s share under warranty
       *[no] {" "}for work that the warranty covers
    }
    .matter = the charge for work under warranty
    .gone = { $gone ->
        [AGREED] You have agreed to pay this share of the work.
       *[other] As far as we know now, you are not being charged for work that the warranty should pay for.
    }
    .operator = a charge for work that the warranty covers
    .facts = Estimate { $estimate_id }, revision { $revision }, { $closure ->
        [none] charges { MONEY($amount_minor) } for { $operation }
       *[other] has { MONEY($amount_minor) } for { $operation }, and closure { $closure } charged for the work
    }.
    .base = Claim { $claim_id }, revision { $claim_revision }, is { CLAIM($decision) }; it has been covered since { $covered_since }{ $covered_percent ->
        [none] .
       *[other] {" "}by { $covered_percent } %: the customer’s share of what it was in revision { $share_revision } is { MONEY($share_minor) }.
    }
    .demo = charges { $operation }, which claim { $claim_id } covers

rule-ESTIMATE_DISPUTED =
    .customer = You told us that you disagree with the estimate.
    .manager = the customer disagrees with the estimate
    .matter = your disagreement with the estimate
    .operator = the customer disputes an estimate
    .facts = The customer disputed { $subject_id ->
        [none] it on { $disputed_at } (event { $response }), naming none in particular
       *[other] { $subject_id }{ $subject_revision ->
            [none] { "" }
           *[other] , revision { $subject_revision },
        } on { $disputed_at } (event { $response })
    }.
    .demo = the customer disputes the estimate

rule-DIAGNOSIS_DISPUTED =
    .customer = You told us that you disagree with the diagnosis.
    .manager = the customer disagrees with the diagnosis
    .matter = your disagreement with the diagnosis
    .operator = the customer disputes a diagnosis
    .facts = The customer disputed { $subject_id ->
        [none] it on { $disputed_at } (event { $response }), naming none in particular
       *[other] { $subject_id }{ $subject_revision ->
            [none] { "" }
           *[other] , revision { $subject_revision },
        } on { $disputed_at } (event { $response })
    }.
    .demo = the customer disputes the diagnosis

rule-DIAGNOSIS_CHANGED_AFTER_AUTHORISATION =
    .customer = The diagnosis changed after you had agreed to the work.
    .manager = the diagnosis changed after the customer had agreed
    .matter = the change of the diagnosis
    .gone = As far as we know now, the diagnosis did not change after you had agreed to the work.
    .operator = the diagnosis changed after the customer's yes
    .facts = Diagnosis { $diagnosis_id } changed from { $code_before } (revision { $revision_before }) to { $code_after } (revision { $revision_after }) on { $changed_at }.
    .base = The customer had first authorised something on { $authorised_at } (event { $authorised_by }).
    .demo = { $code_before } became { $code_after } after the customer's yes

rule-DIAGNOSIS_REMOTE_DIFFERS =
    .customer = The diagnosis of the { -service-centre } differs from the one that was made remotely before.
    .manager = the diagnosis differs from the remote one
    .matter = the difference between the two diagnoses
    .gone = The two diagnoses no longer differ.
    .operator = the centre's diagnosis differs from the remote one
    .facts = { $symptom ->
        [none] The
       *[other] For the symptom "{ $symptom }" the
    } centre's diagnosis { $centre_diagnosis }, revision { $centre_revision }, says { $centre_code }.
    .base = The remote diagnosis { $remote_diagnosis }, revision { $remote_revision }, says { $remote_code }.
    .demo = remote said { $remote_code }, the centre { $centre_code }

rule-DIAGNOSIS_NO_FAULT_FOUND_AGAIN =
    .customer = You came to us { $visits ->
        [one] once
        [2] twice
       *[other] { $visits } times
    } with the same problem, and no fault was found.
    .manager = no fault was found on { $visits } visits
    .matter = the search for the fault
    .gone = What was found on your vehicle has been corrected since.
    .operator = no fault found, again
    .facts = No fault was found for the symptom "{ $symptom }"{ $vehicle_id ->
        [none] { "" }
       *[other] {" "}of vehicle { $vehicle_id }
    } on { $visits } visits, the last time on { $found_at }.
    .base = Visits before: { $before }.
    .limit = { $visits_limit } visits within { $within_days } days. Source: policy.
    .demo = no fault found for { $symptom } on { $visits } visits

rule-WARRANTY_DENIED_AGAINST_CAUSE =
    .customer = Your warranty claim was refused, although the diagnosis points to a manufacturing fault.
    .manager = a claim was refused although the cause is manufacturing
    .matter = your warranty claim
    .gone = { $gone ->
        [DIAGNOSIS] The diagnosis no longer points to a manufacturing fault.
       *[other] Your warranty claim is no longer refused.
    }
    .operator = a claim denied although the cause is manufacturing
    .facts = Claim { $claim_id }, revision { $claim_revision }, is denied (the claim's own reason: { $reason_code }).
    .base = Diagnosis { $diagnosis_id }, revision { $diagnosis_revision }, code { $code }, names the cause: { CAUSE($cause) }.
    .demo = claim denied, but the cause is { $cause }

rule-WARRANTY_REVERSED =
    .customer = { $less ->
        [yes] Your warranty claim now covers less than was promised first.
       *[no] Your warranty claim was accepted first and refused later.
    }
    .manager = { $less ->
        [yes] a claim covers less than was promised first
       *[no] a claim was accepted and then refused
    }
    .matter = your warranty claim
    .gone = Your warranty claim is covered again as it was promised first.
    .operator = a claim granted first, and denied or cut later
    .facts = Claim { $claim_id } was { CLAIM($decision_before) } in revision { $revision_before } and is { CLAIM($decision_now) } in revision { $revision_now } (its reason: { $reason_code }){ $covered_percent_now ->
        [none] .
       *[other] {""}: it covered { $covered_percent_before } % and covers { $covered_percent_now } %.
    }
    .demo = claim { $claim_id } was { $decision_before } and is { $decision_now }

rule-WARRANTY_DISPUTED =
    .customer = You told us that you disagree with the decision about your warranty claim.
    .manager = the customer disagrees with the decision on warranty
    .matter = your disagreement about the warranty
    .operator = the customer disputes a decision on warranty
    .facts = The customer disputed { $subject_id ->
        [none] it on { $disputed_at } (event { $response }), naming none in particular
       *[other] { $subject_id }{ $subject_revision ->
            [none] { "" }
           *[other] , revision { $subject_revision },
        } on { $disputed_at } (event { $response })
    }.
    .demo = the customer disputes the warranty decision

rule-WARRANTY_REPEAT_REPAIR =
    .customer = { $by ->
        [days] You have been without your vehicle for { $days ->
            [one] one day
           *[other] { $days } days
        } because of repairs.
       *[attempts] Your vehicle has been repaired { $attempts ->
            [one] once
            [2] twice
           *[other] { $attempts } times
        } for the same problem.
    }
    .manager = { $by ->
        [days] { $days } days out of service
       *[attempts] { $attempts } repairs for one problem
    }
    .matter = the question of repeated repairs
    .gone = What we know of the repairs to your vehicle has been corrected since.
    .operator = repaired again and again, or out of service for too long
    .facts = Attempt { $attempts } to repair the symptom "{ $symptom }"{ $vehicle_id ->
        [none] { "" }
       *[other] {" "}of vehicle { $vehicle_id }
    }.
    .base = Attempts: { $attempted }.
    .limit = { $attempts_limit } attempts within { $within_months } months, one before the number that counts. Source: { $limit_source }.
    .demo = attempt { $attempts } at { $symptom }
reason-WARRANTY_REPEAT_REPAIR_DAYS =
    .facts = { $vehicle_id ->
        [none] The vehicle
       *[other] Vehicle { $vehicle_id }
    } was out of service for { $days_out_of_service } days by { $reached_on }, counted from { $counted_from }.
    .limit = { $mark } days within { $within_months } months. Source: { $limit_source }.
    .demo = { $days_out_of_service } days out of service

rule-SILENCE_NO_WORD =
    .customer = You asked us something and have not had an answer.
    .manager = the customer asked and had no answer
    .matter = our answer to your question
    .gone = We have learned that you had been answered in time.
    .operator = the customer asked and heard nothing
    .facts = The customer asked{ $subject_id ->
        [none] { "" }
       *[other] {" "}about { $subject_id }
    } on { $asked_at } (event { $event_id }); no word came by { $due_at }.
    .limit = { $business_hours } business hours of the site. Source: policy.
    .demo = asked, and heard nothing for { $business_hours } business hours

rule-SILENCE_READY_TIME_MOVED =
    .customer = The time at which your vehicle should be ready was put off more than once.
    .manager = the ready time was put off more than once
    .matter = the time at which your vehicle is ready
    .gone = As far as we know now, the ready time was not put off more than once.
    .operator = the promised time moved later again and again
    .facts = The promised time moved later { $times } times: { $moved }.
    .base = First promised for { $promised_first }, now for { $promised_now }.
    .limit = { $times_limit } times. Source: policy.
    .demo = the promised time moved later { $times } times

rule-REQUESTED_BY_CUSTOMER =
    .customer = { $asked ->
        [called] You called one of our managers.
        [disagrees] You told us that you do not agree.
        [appealed] You appealed against a decision. It cannot be appealed, so we take this as a request to speak to a manager.
       *[button] You asked to speak to a manager.
    }
    .manager = the customer asks for a manager
    .matter = your request to speak to a manager
    .operator = the customer asks for a manager
    .facts = The customer { ASKED($response) } on { $asked_at } (event { $event_id }).
    .demo = the customer asked for a manager

rule-APPEALED_BY_CUSTOMER =
    .customer = You appealed against our decision.
    .manager = the customer appeals
    .matter = your appeal
    .operator = the customer appeals
reason-APPEAL =
    .facts = The customer appeals against { $outcome ->
        [none] { $of }
       *[other] { $decided_at ->
            [none] { $of }
           *[other] the outcome of { $of }, decided on { $decided_at }: { OUTCOME($outcome) }
        }
    } (event { $event_id }).
    .demo = appeals { $of }

rule-SILENCE_READY_TIME_PASSED =
    .customer = The time at which your vehicle should be ready has passed without any news.
    .manager = the ready time passed without any news
    .matter = the time at which your vehicle should have been ready
    .gone = We have learned that there was news of your vehicle in time.
    .operator = the promised time passed without a word
    .facts = The vehicle was promised for { $promised_for } (event { $event_id }); no word came by { $due_at }.
    .limit = { $business_hours } business hours of the site. Source: policy.
    .demo = promised for { $promised_for }, and no word for { $business_hours } business hours

rule-DECISION_NOT_KEPT =
    .customer = { $not_kept ->
        [price] We decided that you pay { $base } at most, but the price is now { $amount }, which is { $excess } more.
        [claim] We decided that you are right about your warranty claim, but it has not been accepted since.
       *[remedy] What we promised you has not been done in time, as far as we know.
    }
    .manager = our decision was not kept: { $not_kept ->
        [price] { $excess } too much
        [claim] the claim is still not accepted
       *[remedy] what was promised is not done
    }
    .matter = the decision that was not kept
    .gone = As far as we know now, what was decided is being kept.
    .operator = a decision was not kept
    .facts = { $about ->
        [PRICE] { $closure ->
            [none] Estimate { $estimate_id }, revision { $revision }, is { MONEY($amount_minor) }
           *[other] Closure { $closure } charged { MONEY($amount_minor) }
        }: { MONEY($excess_minor) } above what was decided.
        [CLAIM] Claim { $claim_id } was not accepted by { $due_at }.
       *[REMEDY] { REMEDY($remedy) } was to be done by { $by_when }. Nothing says that it was: no word with the customer, no closure that keeps it, no rating.
    }
    .base = Decided in { $decided_in } on { $decided_at }{ $about ->
        [PRICE] : { MONEY($base_minor) } at most.
       *[other] .
    }
    .demo = what was decided in { $decided_in } was not kept
