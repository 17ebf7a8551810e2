### What a customer reads. A file a language: every message is in each of them (a test compares).
### Amounts, times and names come ready for the customer's language; numbers are numbers.

## What it is about, by rule

rule-estimate-over-authorised = { $authorised ->
    [yes] You agreed to { $base }{ $tax ->
        [before] {" "}before tax
       *[with] {""}
    }. The estimate for your vehicle is now { $amount }, which is { $excess } more.
   *[no] The estimate for your vehicle rose from { $base } to { $amount }{ $tax ->
        [before] {" "}before tax
       *[with] {""}
    }, which is { $excess } more.
}
rule-charged-over-authorised = { $authorised ->
    [yes] You agreed to { $base }{ $tax ->
        [before] {" "}before tax
       *[with] {""}
    } but were charged { $amount }, which is { $excess } more.
   *[no] You were charged { $amount }, although we have no record that you agreed to a price.
}
rule-estimate-declined-work-done = Work that you had declined was done on your vehicle.
rule-estimate-charges-covered-work = You are being charged { $amount } for work that the warranty should pay for.
rule-estimate-disputed = You told us that you disagree with the estimate.
rule-diagnosis-disputed = You told us that you disagree with the diagnosis.
rule-diagnosis-changed-after-authorisation = The diagnosis changed after you had agreed to the work.
rule-diagnosis-remote-differs = The diagnosis of the service centre differs from the one that was made remotely before.
rule-diagnosis-no-fault-found-again = You came to us { $visits ->
    [one] once
    [2] twice
   *[other] { $visits } times
} with the same problem, and no fault was found.
rule-warranty-denied-against-cause = Your warranty claim was refused, although the diagnosis points to a manufacturing fault.
rule-warranty-reversed = Your warranty claim was accepted first and refused later.
rule-warranty-disputed = You told us that you disagree with the decision about your warranty claim.
rule-warranty-repeat-repair = { $by ->
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
rule-silence-no-word = You asked us something and have not had an answer.
rule-silence-ready-time-moved = The time at which your vehicle should be ready was put off more than once.
rule-requested-by-customer = { $asked ->
    [called] You called one of our managers.
    [disagrees] You told us that you do not agree.
    [appealed] You appealed against a decision. It cannot be appealed, so we take this as a request to speak to a manager.
   *[button] You asked to speak to a manager.
}
rule-appealed-by-customer = You appealed against our decision.

## The same matter, when it is settled: a part of a sentence

matter-estimate-over-authorised = the rise of your estimate
matter-charged-over-authorised = the amount that you were charged
matter-estimate-declined-work-done = the work that you had declined
matter-estimate-charges-covered-work = the charge for work under warranty
matter-estimate-disputed = your disagreement with the estimate
matter-diagnosis-disputed = your disagreement with the diagnosis
matter-diagnosis-changed-after-authorisation = the change of the diagnosis
matter-diagnosis-remote-differs = the difference between the two diagnoses
matter-diagnosis-no-fault-found-again = the search for the fault
matter-warranty-denied-against-cause = your warranty claim
matter-warranty-reversed = your warranty claim
matter-warranty-disputed = your disagreement about the warranty
matter-warranty-repeat-repair = the question of repeated repairs
matter-silence-no-word = our answer to your question
matter-silence-ready-time-moved = the time at which your vehicle is ready
matter-requested-by-customer = your request to speak to a manager
matter-appealed-by-customer = your appeal

## What we do about it, by decision

decision-below-threshold = This is within what a repair may cost without asking you again, so nothing more needs to be decided.
decision-not-eligible = On this visit a manager cannot be asked directly yet. Please speak to your service centre, who will be glad to help.
decision-shadowed = On this visit a manager cannot be asked directly yet. Please speak to your service centre, who will be glad to help.
decision-raised = { $safety ->
    [yes] As it may concern your safety, we have asked a manager to decide on it at once.
   *[no] We have asked a manager to look into it.
}
decision-joined = { $urgent ->
    [again] We have opened your case again.
    [safety] As it may concern your safety, we have asked the manager to decide on it at once.
    [yes] We now treat it as more urgent.
   *[no] We have passed it on to the manager who is looking after your visit already.
}
decision-throttled = { $why ->
    [blocked] At present we cannot pass your requests on to a manager.
    [day] A manager can be asked { $times ->
        [one] once
        [2] twice
       *[other] { $times } times
    } within 24 hours, and you have done so; so we cannot pass this on today.
    [never] At present we cannot pass requests on to a manager.
   *[window] A manager can be asked { $times ->
        [one] once
        [2] twice
       *[other] { $times } times
    } within { $days } days{ $weighed ->
        [yes] , and a request that was found to be unfounded counts more than once
       *[no] { "" }
    }. You have reached that limit, so we cannot pass this on now.
}
throttled-next = You can ask again from { $next }.
throttled-appeal = If you think this is wrong, please tell your service centre by { $until } that you appeal; a more senior manager will then decide.
decision-corrected = { $withdrawn ->
    [yes] You told us that it no longer matters: { $matter } is closed.
   *[no] Something has changed since: { $matter } needs no decision any more.
}

## How an escalation stands

somebody = A manager
contact-phone = You can call { $name } on { $contact }.
contact-email = You can write to { $name } at { $contact }.
escalation-nobody = We have not reached a manager yet, and we are sorry about that. We keep trying.
escalation-open = { $name } is responsible for it and should decide by { $decide_by }.
escalation-taken = { $name } has taken it on and should decide by { $decide_by }.
escalation-moved = It is now with { $name }, who should decide by { $decide_by }.
escalation-contacted = { $name } has spoken with you and should decide by { $decide_by }.
escalation-promised = { $name } will call you by { $until }.
escalation-waiting = { $name } is waiting for your answer.
escalation-resolved-upheld = { $name } has decided: you are right.
escalation-resolved-partly-upheld = { $name } has decided: you are right in part.
escalation-resolved-unfounded = { $name } has looked into it carefully and found that the service centre acted correctly.
escalation-resolved-abusive = { $name } has looked into it carefully and found no reason to change anything.
escalation-withdrawn = There is nothing left to decide, so it is closed.
escalation-merged = It is decided together with what was open already.

## Around it

card = When you came in, we gave you the contacts of the managers who can decide.
visit-ended = Your visit ended on { $ended }.
nothing-to-decide = There was nothing that a manager had to decide.
letter-late = Some information about your visit reached us too late to count.
letter-unusable = Some information about your visit could not be used, so it did not count. We are sorry.
letter-erased = You asked us to forget your data, so nothing of it was kept.
