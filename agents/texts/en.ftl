### What a customer reads. A file a language: every message is in each of them (a test compares).
### Amounts, times and names come ready for the customer's language; numbers are numbers.
### What a matter is about is in rules/en.ftl; why it is throttled, what was decided and what has
### changed in notices/en.ftl: said alike. What Americans read otherwise is in en-US.ftl.

## Of a rule that only a newer version knows

later-finding = A newer version of this service found something on your visit.
later-matter = what a newer version of this service found

## What we do about it, by decision

decision-below-threshold = This is within what a repair may cost without asking you again, so nothing more needs to be decided.
decision-awaiting = You have not answered the new price yet, so there is nothing to decide. You can say yes or no to it.
decision-unknown = A newer version of this service decided on it, and can tell you more.
decision-not-eligible = On this visit a manager cannot be asked directly yet. Please speak to your { -service-centre }, who will be glad to help.
decision-shadowed = On this visit a manager cannot be asked directly yet. Please speak to your { -service-centre }, who will be glad to help.
decision-found = We found this ourselves; it does not count as a request of yours.
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
decision-corrected = { $withdrawn ->
    [yes] You told us that it is no longer needed, so nothing needs to be decided about { $matter } any more.
   *[no] { changed } So nothing needs to be decided about { $matter } any more.
}

## How an escalation stands

somebody = A manager
contact-phone = You can call { $name } on { $contact }.
contact-email = You can write to { $name } at { $contact }.
escalation-nobody = We have not reached a manager yet, and we are sorry about that. We keep trying.
escalation-open = { $decide_passed ->
    [yes] { $name } is responsible for it. It should have been decided by { $decide_by }.
   *[no] { $name } is responsible for it and will get back to you by { $decide_by }.
}
escalation-taken = { $decide_passed ->
    [yes] { $name } has taken it on. It should have been decided by { $decide_by }.
   *[no] { $name } has taken it on and will get back to you by { $decide_by }.
}
escalation-moved = { $decide_passed ->
    [yes] It is now with { $name }. It should have been decided by { $decide_by }.
   *[no] It is now with { $name }, who will get back to you by { $decide_by }.
}
escalation-contacted = { $decide_passed ->
    [yes] { $name } has spoken with you. It should have been decided by { $decide_by }.
   *[no] { $name } has spoken with you. You will have a decision by { $decide_by }.
}
escalation-promised = { $name } will call you by { $until }.
escalation-waiting = { $name } is waiting for your answer.
escalation-confirmed = Another person has looked into it, too, and confirms that you asked for a manager without good reason. If you think this is wrong, tell your { -service-centre } that you appeal.
escalation-withdrawn = There is nothing left to decide, so it is closed.
escalation-merged = It is decided together with what was open already.

## Around it

card = When you came in, we gave you the contacts of the managers who can decide.
card-site = When you came in, we gave you the phone number of the { -service-centre }.
visit-ended = Your visit ended on { $ended }.
nothing-to-decide = There was nothing that a manager had to decide.
letter-late = Some information about your visit reached us too late to count.
letter-unusable = Some information about your visit could not be used, so it did not count. We are sorry.
letter-erased = You asked us to forget your data, so nothing of it was kept.
