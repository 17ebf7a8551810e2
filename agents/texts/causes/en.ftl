### The weekly letter to a site (`recourse causes letter`). Numbers and days come ready for the language.
### A rule that has no words here is named as it is.

title = Causes at { $site }, week { $week } of { $year }
period = { $first } to { $last }: { $visits ->
    [one] one visit began
   *[other] { $visits } visits began
}, and { $cases ->
    [0] nothing called for a manager
    [one] once something called for a manager
   *[other] { $cases } times something called for a manager
}.
causes = What it comes from, as far back as records are kept:
cause = { $number }. { $cause }: { $cases ->
    [one] one case
   *[other] { $cases } cases
}, { $rate } in 1,000 visits.
stands-out = This is more frequent here than at the other sites ({ $elsewhere } in 1,000 visits).
avoidable = { $way } would have avoided { $share } % of it.
example = An example: recourse explain { $example }
fixes = What has changed since something was done:
since = { $what }, since { $day }:
rarer = it is rarer. Before { $before } in 1,000 visits, since then { $since }.
more-frequent = it is more frequent. Before { $before } in 1,000 visits, since then { $since }.
not-yet = there is not enough yet to say. Before { $before } in 1,000 visits, since then { $since }.
nothing-before = nothing can be said, as there was no case before.
reading = Rates of sites with few visits are drawn towards those of all. That something is more frequent here, or has changed, is said only where it is hardly chance.

first-diagnosis-right = A right first diagnosis
asked-first = Asking the customer first
claim-by-cause = Deciding the claim by its cause
answered-in-4-hours = An answer within four hours
ready-time-kept = Keeping the promised time

cause-ESTIMATE_OVER_AUTHORISED = Estimates above what the customer agreed to
cause-CHARGED_OVER_AUTHORISED = Charges above what the customer agreed to
cause-ESTIMATE_DECLINED_WORK_DONE = Work done although it was declined
cause-ESTIMATE_CHARGES_COVERED_WORK = Charges for work that the warranty covers
cause-ESTIMATE_DISPUTED = Estimates that customers dispute
cause-DIAGNOSIS_DISPUTED = Diagnoses that customers dispute
cause-DIAGNOSIS_CHANGED_AFTER_AUTHORISATION = Diagnoses that change after the customer agreed
cause-DIAGNOSIS_REMOTE_DIFFERS = Remote diagnoses that the workshop does not confirm
cause-DIAGNOSIS_NO_FAULT_FOUND_AGAIN = No fault found, again
cause-WARRANTY_DENIED_AGAINST_CAUSE = Warranty claims denied against their cause
cause-WARRANTY_REVERSED = Warranty decisions taken back
cause-WARRANTY_DISPUTED = Warranty decisions that customers dispute
cause-WARRANTY_REPEAT_REPAIR = Repairs of the same fault again and again
cause-SILENCE_NO_WORD = Questions without an answer
cause-SILENCE_READY_TIME_MOVED = Ready times put off again and again
cause-SILENCE_READY_TIME_PASSED = Ready times that passed without a word
cause-REQUESTED_BY_CUSTOMER = Customers who ask for a manager
cause-APPEALED_BY_CUSTOMER = Appeals
cause-DECISION_NOT_KEPT = Decisions that were not kept
