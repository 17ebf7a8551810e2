### What people are told, in English. A file a language: a test compares what each of them has.
### A message has a title, a text, and a short text for SMS: at most two parts, letters of GSM 03.38.
### Amounts, times and names come as they are written in the language; symbols are the contract's.
### What Americans read otherwise is in en-US.ftl, and only that. The terms: docs/terms.md.

-service-centre = service centre
-courtesy-car = courtesy car
moment = { $day } at { $clock }{ $zone ->
    [none] { "" }
   *[other] { " " }({ $zone })
}
moment-short = { $day } at { $clock }
some-manager = a manager
some-who = A manager
some-site = Your { -service-centre }

## What it is about, by rule: to the customer

about-other = This is about { matter }.
matter = { $kind ->
    [ESTIMATE] the price
    [DIAGNOSIS] the diagnosis of your vehicle
    [WARRANTY] your warranty claim
    [SILENCE] the answer that you are waiting for
   *[REQUEST] your request
}

## Why its ground has gone, by rule: to the customer

changed-other = Something has changed since.

## How the manager is reached, and how the customer appeals

reach = { $phone ->
    [none] { $email ->
        [none] { "" }
       *[other] You can write to { $manager } at { $email }.
    }
   *[other] You can call { $manager } on { $phone }.
}
reach-short = { $phone ->
    [none] { "" }
   *[other] Call: { $phone }
}
wish-too-high = { $wish_too_high ->
    [yes] The manager you asked for takes on only more serious cases.
   *[other] { "" }
}
wish-noted = { $wished ->
    [yes] We have noted how you would like to be contacted: { wish-parts }. { $decided_before_call ->
        [yes] Your case should be decided before then.
       *[none] { "" }
    }
   *[none] { "" }
}
wish-parts = { $wish_language ->
    [none] { $wished_channel ->
        [none] { wish-when }
       *[other] { wish-by }{ wish-and-when }
    }
   *[other] in { $wish_language }{ $wished_channel ->
        [none] { "" }
       *[other] , { wish-by }
    }{ wish-and-when }
}
wish-by = { $wished_channel ->
    [EMAIL] by email
    [SMS] by SMS
    [APP] in the app
   *[PHONE] by phone
}
wish-when = { $call_not_before ->
    [none] as you told us
   *[other] not before { $call_not_before }
}
wish-and-when = { $call_not_before ->
    [none] { "" }
   *[other] , { wish-when }
}
wish-brief = { $wished ->
    [yes] { $call_not_before ->
        [none] We have noted your wishes.
       *[other] Noted: not before { $call_not_before }.
    } { $decided_before_call ->
        [yes] It should be decided before then.
       *[none] { "" }
    }
   *[none] { "" }
}
assigned-because = { $why ->
    [HANDED_OVER] The manager who had your case is away.
    [MANAGER_NOT_REACHED] We could not reach the manager who had your case.
   *[other] { "" }
}
appeal = { $appeal_until ->
    [none] { "" }
   *[other] { $appeal_passed ->
        [yes] { "" }
       *[no] If you think this is wrong, tell your { -service-centre } by { $appeal_until } that you appeal; a manager who was not involved before will then decide.
    }
}

## A deadline, to come or passed; who acted

and-decide = { $decide_passed ->
    [yes] . It should have been decided by { $decide_by }.
   *[no] {" "}and will get back to you by { $decide_by }.
}
and-be-decided = { $decide_passed ->
    [yes] . It should have been decided by { $decide_by }.
   *[no] , and you will hear back by { $decide_by }.
}
and-decide-at-once = { $decide_passed ->
    [yes] . It should have been decided by { $decide_by }.
   *[no] {" "}and will get back to you by { $decide_by }.
}
and-be-decided-brief = { $decide_passed ->
    [yes] . It should have been decided by { $decide_by }.
   *[no] , and you will hear back by { $decide_by }.
}
decide-brief = { $decide_passed ->
    [yes] It should have been decided by { $decide_by }.
   *[no] You will hear back by { $decide_by }.
}
changed-brief = { $decide_passed ->
    [yes] should have been decided by { $decide_by }.
   *[no] will now be decided by { $decide_by }.
}
appeal-brief = { $appeal_passed ->
    [yes] { "" }
   *[no] You can appeal at your { -service-centre } by { $appeal_until }.
}
manager-decides = { $decide_passed ->
    [yes] It should have been decided by { $decide_by }.
   *[no] { $manager } will get back to you by { $decide_by }.
}
decide-line = { $decide_passed ->
    [yes] It should have been decided by { $decide_by }.
   *[no] You will hear back by { $decide_by }.
}
changed-decide = { $decide_passed ->
    [yes] should have been decided by { $decide_by }.
   *[no] will now be decided by { $decide_by }.
}
please-both = { $acknowledge_passed ->
    [yes] { $decide_passed ->
        [yes] It should have been acknowledged by { $acknowledge_by } and decided by { $decide_by }: please see to it at once.
       *[no] It should have been acknowledged by { $acknowledge_by }: please do so at once, and decide by { $decide_by }.
    }
   *[no] { $decide_passed ->
        [yes] Please acknowledge it by { $acknowledge_by }. It should have been decided by { $decide_by }.
       *[no] Please acknowledge it by { $acknowledge_by } and decide by { $decide_by }.
    }
}
please-decide = { $decide_passed ->
    [yes] It should have been decided by { $decide_by }: please decide at once.
   *[no] Please decide by { $decide_by }.
}
then-decide = { $decide_passed ->
    [yes] . It should have been decided by { $decide_by }.
   *[no] , and decide by { $decide_by }.
}
and-decide-too = { $decide_passed ->
    [yes] . The case should have been decided by { $decide_by }.
   *[no] , and decide by { $decide_by }.
}
list-both = { list-acknowledge }, { list-decide }.
list-acknowledge = { $acknowledge_passed ->
    [yes] it should have been acknowledged by { $acknowledge_by }
   *[no] acknowledge it by { $acknowledge_by }
}
list-decide = { $decide_passed ->
    [yes] it should have been decided by { $decide_by }
   *[no] decide by { $decide_by }
}
short-both = { $acknowledge_passed ->
    [yes] { $decide_passed ->
        [yes] It should have been decided by { $decide_by }.
       *[no] Acknowledge at once, decide by { $decide_by }.
    }
   *[no] { $decide_passed ->
        [yes] Acknowledge by { $acknowledge_by }; the decision is overdue.
       *[no] Acknowledge by { $acknowledge_by }, decide by { $decide_by }.
    }
}
short-decide = { $decide_passed ->
    [yes] It should have been decided by { $decide_by }.
   *[no] Decide by { $decide_by }.
}
appeal-short = { $appeal_passed ->
    [yes] { "" }
   *[no] You can appeal at your { -service-centre } by { $appeal_until }.
}
reply = { $until_passed ->
    [yes] We asked for it by { $until }; please reply as soon as you can.
   *[no] Please reply by { $until }.
}
promise = { $until_passed ->
    [yes] { $who ->
        [none] We
       *[other] { $who }
    } promised to call you by { $until } about { matter }.
   *[no] { $who ->
        [none] We
       *[other] { $who }
    } will call you by { $until } about { matter }.
}
seen = { $who ->
    [none] We have seen your case about { matter }.
   *[other] { $who } has seen your case about { matter }.
}
still-decides = { $actor ->
    [NOBODY] We keep trying to reach a manager.
   *[ANOTHER] { manager-decides }
}
still-has = { $actor ->
    [ANOTHER] { $manager } has your case.
   *[MANAGER] { "" }
}

## To the customer

found-by-us = { $found ->
    [yes] We found this ourselves; it does not count as a request of yours.
   *[other] { "" }
}
found-in-brief = { $found ->
    [yes] It does not count as a request of yours.
   *[other] { "" }
}
customer-opened =
    .title = A manager is looking after your visit
    .text = { about } { found-by-us } { wish-too-high } { $severity ->
        [SAFETY] As it may concern your safety, { $manager } has been asked to deal with it at once{ and-decide-at-once }
       *[other] { $manager } will look into it{ and-decide }
    } { wish-noted } { reach }
    .sms = { $site }: { $manager } will look into your case about { matter }{ and-decide } { found-in-brief } { wish-brief } { reach-short }
customer-nobody =
    .title = We have not reached a manager yet
    .text = { about } { found-by-us } { wish-too-high } We have tried to find a manager for you, but have not reached anybody yet. We are sorry. We keep trying, and we will tell you as soon as somebody has taken over. { wish-noted }
    .sms = { $site }: we have not reached a manager about { matter } yet. We are sorry. We keep trying and will tell you as soon as somebody has taken over. { wish-brief }
customer-joined =
    .title = We have added this to your open case
    .text = { about } { found-by-us } { $manager ->
        [none] We have added it to your open case and keep trying to reach a manager.
       *[other] We have passed it on to { $manager }, who is looking after your visit already{ and-decide }
    } { wish-noted }
    .sms = { $site }: we have added this to your open case: { matter }. { $manager ->
        [none] We keep trying to reach a manager.
       *[other] { manager-decides }
    } { wish-brief }
customer-more-urgent =
    .title = We treat your case as more urgent
    .text = { $severity ->
        [SAFETY] As it may concern your safety, we now treat your case with the highest priority.
       *[other] We now treat your case as more urgent.
    } { decide-line }
    .sms = { $site }: { $severity ->
        [SAFETY] as it may concern your safety, your case now has the highest priority.
       *[other] we now treat your case as more urgent.
    } { decide-brief }
customer-call-taken =
    .title = We have noted your call to { $manager }
    .text = We have noted your call to { $manager }, who has your case now{ and-be-decided } { wish-noted } { reach }
    .sms = { $site }: we have noted your call to { $manager }, who has your case now{ and-be-decided-brief } { wish-brief } { reach-short }
customer-acknowledged =
    .title = { $actor ->
        [ANOTHER] Your case has been seen
        [NOBODY] Your case has been seen
       *[MANAGER] { $manager } has taken on your case
    }
    .text = { moved-why } { $actor ->
        [ANOTHER] { seen } { still-decides }
        [NOBODY] { seen } { still-decides }
       *[MANAGER] { $manager } has taken on your case about { matter }{ and-decide }
    } { reach }
    .sms = { $site }: { moved-why } { $actor ->
        [ANOTHER] { seen } { still-decides }
        [NOBODY] { seen } { still-decides }
       *[MANAGER] { $manager } has taken on your case{ and-decide }
    } { reach-short }
customer-stands =
    .title = Where your case stands
    .text = Your case about { matter } is open. { stands-with } { stands-call } { wish-noted } { $manager ->
        [none] { "" }
       *[other] { reach }
    }
    .sms = { $site }: your case about { matter } is open. { stands-with } { stands-call } { wish-brief } { $manager ->
        [none] { "" }
       *[other] { reach-short }
    }
stands-with = { $manager ->
    [none] We have not reached a manager yet. We keep trying and will tell you as soon as somebody has taken over.
   *[other] { $taken ->
        [yes] { $manager } has taken it on.
       *[no] It is with { $manager }.
    } { decide-line }
}
stands-call = { $until ->
    [none] { "" }
   *[other] { $until_passed ->
        [yes] You should have been called by { $until }.
       *[no] You will be called by { $until }.
    }
}
customer-contacted =
    .title = { $who ->
        [none] We have noted that we spoke with you
       *[other] { $who } has noted that you spoke
    }
    .text = { $who ->
        [none] We have noted that we spoke with you about { matter }.
       *[other] { $who } has noted that they spoke with you about { matter }.
    } If nobody spoke with you, please tell your { -service-centre }: it will then not count as a conversation.
    .sms = { $site }: { $who ->
        [none] we have noted that we spoke with you about { matter }.
       *[other] { $who } has noted that they spoke with you about { matter }.
    } If nobody did, please tell your { -service-centre }.
customer-promised =
    .title = You will get a call
    .text = { moved-why } { promise } { still-has }
    .sms = { $site }: { moved-why } { promise }
customer-waiting =
    .title = We need to hear from you
    .text = { moved-why } To go on with your case about { matter }, { $who ->
        [none] we need
       *[other] { $who } needs
    } an answer from you. { reply } { reach }
    .sms = { $site }: { $who ->
        [none] we need
       *[other] { $who } needs
    } an answer from you about { matter }. { reply } { reach-short }
customer-assigned =
    .title = { $manager } has your case now
    .text = { assigned-because } { moved-why } { $manager } is responsible for your case about { matter } from now on{ and-decide } { reach }
    .sms = { $site }: { moved-why } { $manager } has your case now{ and-decide } { reach-short }
customer-moved-up =
    .title = Your case has been passed to { $manager }
    .text = { moved-why } { $manager } has your case about { matter } now{ and-decide } { wish-noted } { reach }
    .sms = { $site }: { moved-why } { $manager } has your case now{ and-decide } { wish-brief } { reach-short }
moved-why = { $why ->
    [NOT_ACKNOWLEDGED] Nobody took on your case in time. We are sorry.
    [UNDECIDED] Your case was not decided in time. We are sorry.
    [OVERDUE] Your case was not decided in time. We are sorry.
    [OVERDUE_AGAIN] Your case was not decided in time. We are sorry.
    [SILENCE_PROMISE_MISSED] You did not get the call that you were promised. We are sorry.
    [HAD_IT_BEFORE] We could not reach a manager who was not involved before.
   *[other] { "" }
}
customer-resolved =
    .title = { $outcome ->
        [UPHELD] We agree with you
        [PARTLY_UPHELD] We agree with you in part
       *[other] Your case has been decided
    }
    .text = { decided } { appeal }
    .sms = { $site }: { $outcome ->
        [UPHELD] about { matter }, we agree with you{ remedy }
        [PARTLY_UPHELD] about { matter }, we agree with you in part{ remedy }
        [ABUSIVE] we looked into { matter } and found no reason to change anything.
       *[UNFOUNDED] we looked into { matter } and found that the { -service-centre } followed the rules.
    } { remedy-by } { $appeal_until ->
        [none] { "" }
       *[other] { appeal-short }
    } { quote-short }
decided = { $outcome ->
    [UPHELD] { has-decided } about { matter }. We agree with you{ remedy } { what-next }
    [PARTLY_UPHELD] { has-decided } about { matter }. We agree with you in part{ remedy } { what-next }
    [ABUSIVE] { has-looked } into { matter } and found no reason to change anything.
   *[UNFOUNDED] { has-looked } into { matter } and found that the { -service-centre } followed the rules. { ask-why }
} { remedy-by } { quote-line }
has-decided = { $who ->
    [none] We have decided
   *[other] { $who } has decided
}
has-looked = { $who ->
    [none] We have looked
   *[other] { $who } has looked
}
what-next = { $remedy ->
    [none] { $quote ->
        [none] If you want to know what happens next, please ask us.
       *[other] { "" }
    }
   *[other] { "" }
}
ask-why = { $quote ->
    [none] If you want to know why, please ask us.
   *[other] { "" }
}
remedy = { $remedy ->
    [PRICE_TO] : you pay { $remedy_amount } for the work.
    [FREE_OF_CHARGE] : you pay nothing for the work.
    [GOODWILL] { $remedy_amount ->
        [none] , and make you a goodwill offer.
       *[other] , and give you { $remedy_amount } as a gesture of goodwill.
    }
    [SECOND_DIAGNOSIS] : your vehicle will be diagnosed a second time.
    [LOANER] : you get a { -courtesy-car }.
    [APOLOGY] , and we are sorry for what happened.
    [OTHER] { $quote ->
        [none] , and will tell you what we do about it.
       *[other] .
    }
   *[other] .
}
remedy-by = { $remedy_by ->
    [none] { "" }
   *[other] { $remedy_passed ->
        [yes] It should have been done by { $remedy_by }.
       *[no] It will be done by { $remedy_by }.
    }
}
quote-line = { $quote ->
    [none] { "" }
   *[other] { $who ->
        [none] Our message to you
       *[other] { $who } writes
    }: “{ $quote }”
}
quote-short = { $quote ->
    [none] { "" }
   *[other] "{ $quote }"
}
customer-confirmed =
    .title = Your request for a manager counts as misuse
    .text = { $who ->
        [none] We have looked a second time at your case about { matter }. We confirm
       *[other] { $who } has looked a second time at your case about { matter } and confirms
    } that you asked for a manager without good reason. { counts } { appeal }
    .sms = { $site }: after a second look, your request for a manager counts as misuse. { counts-brief } { $appeal_until ->
        [none] { "" }
       *[other] { appeal-short }
    }
counts = { $until_passed ->
    [yes] { "" }
   *[no] This counts until { $until }. Until then we may not be able to pass your requests on to a manager.
}
counts-brief = { $until_passed ->
    [yes] { "" }
   *[no] Until { $until } we may not pass other requests on.
}
customer-reopened =
    .title = Your case is open again
    .text = We are looking into { matter } again. { $manager } has your case{ and-decide } { wish-noted } { reach }
    .sms = { $site }: your case is open again. { $manager } has it{ and-decide } { wish-brief } { reach-short }
customer-withdrawn =
    .title = Your case is closed
    .text = { $withdrawn ->
        [yes] You told us that it is no longer needed, so your case about { matter } is closed.
       *[no] { changed } So there is nothing left to decide, and your case about { matter } is closed. If you see it differently, please tell your { -service-centre }.
    }
    .sms = { $site }: { $withdrawn ->
        [yes] your case about { matter } is closed, as you wished.
       *[no] your case about { matter } is closed. { changed } If you see it differently, please tell us.
    }
customer-overdue =
    .title = We are late with your case
    .text = Your case about { matter } should have been decided by now, and it is not. We are sorry. { $manager ->
        [none] We keep trying to reach a manager.
       *[other] { $manager } still has it and has been told. { reach }
    }
    .sms = { $site }: your case about { matter } should have been decided by now. We are sorry. { $manager ->
        [none] We keep trying to reach a manager.
       *[other] { $manager } still has it and has been told. { reach-short }
    }
customer-deadlines-changed =
    .title = There is a new time for your case
    .text = Our hours or rules have changed. Your case about { matter } { changed-decide }
    .sms = { $site }: our hours or rules have changed. Your case about { matter } { changed-brief }
customer-promise-missed =
    .title = You did not get your call
    .text = You did not get the call that you were promised. We are sorry. { $manager ->
        [none] We keep trying to reach a manager.
       *[other] { $manager } still has your case and has been told. { reach }
    }
    .sms = { $site }: you did not get the call that you were promised. We are sorry. { $manager ->
        [none] We keep trying to reach a manager.
       *[other] { $manager } has been told. { reach-short }
    }
customer-throttled =
    .title = Your { -service-centre } will answer this
    .text = { about } { throttled-helps } { $next_at ->
        [none] { "" }
       *[other] { throttled-next }
    } { decision-throttled } { throttled-remaining } { throttled-appeal }
    .sms = { $site }: your { -service-centre } will answer you about { matter }. { $next_at ->
        [none] { "" }
       *[other] { throttled-next }
    } { $limited ->
        [blocked] At present we cannot ask a manager for you.
        [never] At present we cannot ask a manager.
        [day] You asked { $times } times within 24 hours.
       *[window] The limit is { $times } within { $days } days.
    } { $appeal_until ->
        [none] { "" }
       *[other] { appeal-brief }
    }
throttled-helps = Your { -service-centre } will answer this.
decision-throttled = { $limited ->
    [blocked] At present we cannot pass your requests on to a manager.
    [day] You can ask { $times ->
        [one] once
        [2] twice
       *[other] { $times } times
    } within 24 hours, and you have done so.
    [never] At present we cannot pass requests on to a manager.
   *[window] You can ask { $times ->
        [one] once
        [2] twice
       *[other] { $times } times
    } within { $days } days{ $weighed ->
        [yes] , and a request that was found to be unfounded counts more than once
       *[no] { "" }
    }. You have reached that limit.
}
throttled-remaining = { $remaining ->
    [none] { "" }
    [0] { "" }
    [one] One more request is left to you within { $window_days } days.
   *[other] { $remaining } more requests are left to you within { $window_days } days.
}
throttled-next = { $next_passed ->
    [yes] You can ask for a manager again now.
   *[no] You can ask for a manager again from { $next_at }.
}
throttled-appeal = { $appeal_until ->
    [none] { "" }
   *[other] { $appeal_passed ->
        [yes] { "" }
       *[no] If you think this is wrong, please tell your { -service-centre } by { $appeal_until } that you appeal; a more senior manager will then decide.
    }
}
customer-agreed =
    .title = You agreed to { $amount }
    .text = We noted that you agreed to { $amount } for the work on your vehicle. { agreed-before } If you did not say so, please ask to speak to a manager.
    .sms = { $site }: we noted that you agreed to { $amount }. { agreed-before } If you did not, please ask to speak to a manager.
agreed-before = { $stood ->
    [AGREED] Before, you had agreed to { $base }.
    [ESTIMATED] The first estimate was { $base }.
   *[NOTHING] { "" }
}
customer-rate =
    .title = How was your visit?
    .text = Your visit to { $site } is over. Is everything settled? Please answer with yes, partly or no, and rate your visit from 1 (not satisfied at all) to 5 (very satisfied).
    .sms = { $site }: your visit is over. Please tell us whether everything is settled (yes, partly or no), and rate your visit from 1 (poor) to 5 (very good).
customer-request-open =
    .title = Your request is open already
    .text = You appealed against a decision, which is not possible: { appeal-refused } We take it as a request to speak to a manager. Such a request of yours is open already, so you need do nothing more.
    .sms = { $site }: you appealed, which is not possible: { appeal-refused } We take it as a request for a manager; one of yours is open already.
appeal-refused = { $refused ->
    [ONCE] each decision can be appealed only once.
    [LATE] the time for it is over.
    [RECENT] you appealed another decision not long ago.
    [UNDECIDED] your previous appeal is not decided yet.
    [OPEN] what you appeal against is not decided yet.
   *[other] there is nothing that can be appealed now.
}

## To the manager

case-line = Case { $escalation_id } at { $site }: { case }. { said-line }
said-line = { $words ->
    [none] { $topic ->
        [none] { "" }
       *[other] The customer says that it is about { said-topic }.
    }
   *[other] { $topic ->
        [none] The customer wrote: “{ $words }”
       *[other] The customer wrote about { said-topic }: “{ $words }”
    }
}
said-topic = { $topic ->
    [PRICE] the price
    [DIAGNOSIS] the diagnosis
    [WARRANTY] the warranty
    [TIME] how long it takes
    [LOANER] a { -courtesy-car }
    [DAMAGE] damage to the vehicle
    [CONDUCT] how they were treated
   *[OTHER] something else
}
said-short = { $words ->
    [none] { "" }
   *[other] "{ $words }"
}
case-other = { $kind ->
    [ESTIMATE] price
    [DIAGNOSIS] diagnosis
    [WARRANTY] warranty
    [SILENCE] no word to the customer
   *[REQUEST] request of the customer
}
safety-line = { $severity ->
    [SAFETY] It may concern safety.
   *[other] { "" }
}
wish-line = The customer would like to speak { $customer_language }{ $wished_channel ->
    [PHONE] , by phone
    [EMAIL] , by email
    [SMS] , by SMS
    [APP] , in the app
   *[other] { "" }
}{ $call_not_before ->
    [none] { "" }
   *[other] { $call_passed ->
        [yes] { "" }
       *[no] , not before { $call_not_before }
    }
}.
after-decision = { $decided_before_call ->
    [yes] The case should be decided before that.
   *[none] { "" }
}
new-wish = { $wished ->
    [yes] { wish-line } { after-decision }
   *[none] { "" }
}

manager-opened =
    .title = New case at { $site }
    .text = { case-line } { safety-line } { please-both } { wish-line } { after-decision }
    .sms = New case { $escalation_id }, { $site }: { case }. { safety-line } { short-both } { said-short }
manager-call-taken =
    .title = We have noted the customer’s call to you
    .text = { case-line } You took the customer’s call, so the case is yours. { please-decide } { new-wish }
    .sms = Case { $escalation_id }, { $site }: { case }. You took the customer’s call, so it is yours. { short-decide }
manager-joined =
    .title = Something was added to your case at { $site }
    .text = { case-line } This was added to your case. { safety-line } { please-decide } { new-wish }
    .sms = Case { $escalation_id }, { $site }: added: { case }. { safety-line } { short-decide } { said-short }
manager-corrected =
    .title = Your case at { $site } has changed
    .text = { case-line } { part-gone } Please look at it again{ then-decide }
    .sms = Case { $escalation_id }, { $site }: { case }. { part-gone } { short-decide }
part-gone = { $withdrawn ->
    [yes] The customer took this back.
   *[no] { $all_gone ->
        [yes] This no longer holds, and nothing else of the case does.
       *[no] This no longer holds; the rest of the case does.
    }
}
manager-more-urgent =
    .title = Your case at { $site } is more urgent
    .text = { case-line } It is more urgent now. { safety-line } { please-both }
    .sms = Case { $escalation_id }, { $site }, is more urgent: { case }. { safety-line } { short-both }
manager-assigned =
    .title = A case at { $site } is with you now
    .text = { case-line } { assigned-why } { so-far } { safety-line } { please-both } { wish-line } { after-decision }
    .sms = Case { $escalation_id }, { $site }, is with you: { case }. { safety-line } { short-both } { said-short }
so-far = { $spoken ->
    [yes] The customer has been spoken to.
    [no] Nobody has spoken to the customer yet.
   *[none] { "" }
} { $promised_by ->
    [none] { "" }
   *[other] { $promised_passed ->
        [yes] A call was promised by { $promised_by } and has not been made.
       *[no] A call is promised by { $promised_by }.
    }
}
assigned-why = { $why ->
    [HANDED_OVER] The manager who had it is away.
    [MANAGER_NOT_REACHED] The manager who had it could not be reached.
    [NOT_ACKNOWLEDGED] Nobody had acknowledged it in time.
    [UNDECIDED] It was not decided in time.
    [SILENCE_PROMISE_MISSED] The customer did not get a promised call.
   *[other] It is with you from now on.
}
manager-released =
    .title = A case at { $site } is no longer with you
    .text = Case { $escalation_id } at { $site } is { $manager ->
        [none] no longer with you.
       *[other] with { $manager } now.
    } You need do nothing more.
    .sms = Case { $escalation_id }, { $site }, is { $manager ->
        [none] no longer with you.
       *[other] with { $manager } now.
    } You need do nothing more.
manager-passed-by =
    .title = A case at { $site } has moved up
    .text = Case { $escalation_id } at { $site } has moved up{ $manager ->
        [none] { "" }
       *[other] {" "}to { $manager }
    }. { passed-why } You may still act on it until somebody else has acknowledged it.
    .sms = Case { $escalation_id }, { $site }, has moved up{ $manager ->
        [none] { "" }
       *[other] {" "}to { $manager }
    }. You may still act until somebody else has acknowledged it.
passed-why = { $why ->
    [NOT_ACKNOWLEDGED] Nobody had acknowledged it in time.
    [UNDECIDED] It was not decided in time.
    [SILENCE_PROMISE_MISSED] The customer did not get a promised call.
   *[other] { "" }
}
manager-kept =
    .title = A case at { $site } stays with you
    .text = { case-line } It should have moved up, but nobody else can be reached, so it stays with you. { please-decide }
    .sms = Case { $escalation_id }, { $site }: { case }. Nobody else can be reached, so it stays with you. { short-decide } { said-short }
manager-warned =
    .title = A deadline at { $site } is near
    .text = { case-line } { warned-why } { $deadline ->
        [ACKNOWLEDGE] { please-both }
       *[other] { please-decide }
    }
    .sms = Case { $escalation_id }, { $site }: { case }. A deadline is near. { $deadline ->
        [ACKNOWLEDGE] { short-both }
       *[other] { short-decide }
    } { said-short }
warned-why = { $deadline ->
    [ACKNOWLEDGE] { $percent }% of the time to acknowledge it has passed.
    [DECIDE] { $percent }% of the time to decide has passed.
   *[other] A deadline is near.
}
manager-overdue =
    .title = A case at { $site } is overdue
    .text = { case-line } It should have been decided by now. { safety-line } Please decide it at once; the customer knows that it is late.
    .sms = Case { $escalation_id }, { $site }, is overdue: { case }. { safety-line } Please decide it at once; the customer knows that it is late. { said-short }
manager-deadlines-changed =
    .title = New deadlines for a case at { $site }
    .text = { case-line } Its deadlines have changed, with the site’s hours or the policy: { list-both }
    .sms = Case { $escalation_id }, { $site }: { case }. New deadlines. { short-both }
manager-promise-missed =
    .title = A promised call was missed
    .text = { case-line } The customer did not get the call that was promised. Please call now.
    .sms = Case { $escalation_id }, { $site }: { case }. The customer did not get the promised call. Please call now. { said-short }
manager-back =
    .title = A case at { $site } is back on your list
    .text = { case-line } { back-why } { please-decide }
    .sms = Case { $escalation_id }, { $site }, is back on your list: { case }. { back-why } { short-decide } { said-short }
back-why = { $why ->
    [SNOOZE_ENDED] The time for which you had hidden it is over.
    [WAIT_ENDED] The customer has not answered in time.
    [CUSTOMER_ANSWERED] The customer has answered.
   *[other] It needs you again.
}
manager-contact-denied =
    .title = A customer says that nobody spoke with them
    .text = { case-line } The customer says that nobody has spoken with them, so the contact no longer counts. Please call them{ and-decide-too }
    .sms = Case { $escalation_id }, { $site }: { case }. The customer says that nobody spoke with them. Please call them. { short-decide }
manager-customer-not-reached =
    .title = The customer could not be reached
    .text = { case-line } A message to the customer could not be delivered by any channel. Please call them{ and-decide-too }
    .sms = Case { $escalation_id }, { $site }: { case }. No message reaches the customer. Please call them. { short-decide }
manager-incident =
    .title = Many cases at once at { $site }
    .text = At { $site }, { $cases } cases of one kind came within a short time, so they are all with you: { $incident_id }. Each keeps its own deadlines.
    .sms = { $site }: { $cases } cases of one kind within a short time are all with you: { $incident_id }. Each keeps its own deadlines.
manager-informed =
    .title = News of your case at { $site }
    .text = { case-line } { informed } The case stays with you. { please-decide }
    .sms = Case { $escalation_id }, { $site }: { informed } It stays with you. { short-decide }
informed = { $did ->
    [ACKNOWLEDGED] { $who ->
        [none] We have
       *[other] { $who } has
    } acknowledged it.
    [CONTACTED] { $who ->
        [none] We have
       *[other] { $who } has
    } spoken with the customer.
    [PROMISED] { $who ->
        [none] We have
       *[other] { $who } has
    } promised the customer a call by { $until }.
    [WAITING] { $who ->
        [none] We asked
       *[other] { $who } asked
    } the customer to answer by { $until }.
   *[SNOOZED] { $who ->
        [none] We have
       *[other] { $who } has
    } hidden it from your list until { $until }.
}
manager-resolved =
    .title = A case at { $site } has been decided
    .text = Case { $escalation_id } at { $site } was decided by { $who ->
        [none] us
       *[other] { $who }
    }: { outcome-word }.
    .sms = Case { $escalation_id }, { $site }, was decided by { $who ->
        [none] us
       *[other] { $who }
    }: { outcome-word }.
outcome-word = { $outcome ->
    [UPHELD] upheld
    [PARTLY_UPHELD] partly upheld
    [ABUSIVE] abusive
   *[UNFOUNDED] unfounded
}
manager-confirmed =
    .title = Abuse was confirmed at { $site }
    .text = Case { $escalation_id } at { $site }: { confirmed-by } The customer has been told, and it counts from now on.
    .sms = Case { $escalation_id }, { $site }: { confirmed-by } It counts from now on.
confirmed-by = { $who ->
    [none] We have confirmed that it was abusive.
   *[other] { $who } has confirmed that it was abusive.
}
manager-many-low =
    .title = Many minor cases at { $site }
    .text = { $cases } minor cases came up at { $site } within { $days } days. Each is decided at the site and goes no higher, so we tell you once that they are many. Please see whether they have one cause. The latest is { $escalation_id }.
    .sms = { $site }: { $cases } minor cases within { $days } days, each decided at the site. Please see whether they have one cause. The latest: { $escalation_id }.
manager-to-confirm =
    .title = Abuse to be confirmed at { $site }
    .text = { case-line } { found-abusive } { confirm-line }
    .sms = Case { $escalation_id }, { $site }: { found-abusive } { confirm-short }
found-abusive = { $who ->
    [none] We found it abusive.
   *[other] { $who } found it abusive.
}
confirm-line = { $until_passed ->
    [yes] Nobody confirmed that by { $until }, so it stays unfounded.
   *[no] { not-confirmed } It counts as abuse only if another person confirms it by { $until }; otherwise it stays unfounded. Please look at the case, and confirm it if you agree.
}
confirm-short = { $until_passed ->
    [yes] Nobody confirmed that in time, so it stays unfounded.
   *[no] { not-confirmed } If you agree, please confirm it by { $until }; otherwise it stays unfounded.
}
not-confirmed = { $again ->
    [yes] Nobody has confirmed that yet.
   *[no] { "" }
}
manager-wish =
    .title = How your customer would like to be contacted
    .text = { case-line } The customer has been in touch again. { wish-line } { after-decision }
    .sms = Case { $escalation_id }, { $site }: the customer has been in touch again. { wish-line } { said-short }
manager-not-settled =
    .title = A customer says that a case is not settled
    .text = { case-line } It was decided: { outcome-word }. The customer now says that it is not settled. You can look at it again, and reopen it.
    .sms = Case { $escalation_id }, { $site }: decided as { outcome-word }, but not settled, says the customer. You can reopen it. { said-short }
manager-reopened =
    .title = A case at { $site } is open again
    .text = { case-line } It is open again and with you. { safety-line } { please-both } { wish-line } { after-decision }
    .sms = Case { $escalation_id }, { $site }, is open again and with you: { case }. { short-both } { said-short }
manager-withdrawn =
    .title = A case at { $site } is closed
    .text = Case { $escalation_id } at { $site } is closed: { $withdrawn ->
        [yes] the customer took it back.
       *[no] the facts have changed, and nothing is left to decide.
    }
    .sms = Case { $escalation_id }, { $site }, is closed: { $withdrawn ->
        [yes] the customer took it back.
       *[no] the facts have changed, and nothing is left to decide.
    }
manager-refused =
    .title = Your action was not possible
    .text = Case { $escalation_id } at { $site }: your action “{ action-word }” was not possible: { refused-why }
    .sms = Case { $escalation_id }, { $site }: your action “{ action-word }” was not possible: { refused-why }
action-word = { $action ->
    [ACKNOWLEDGE] acknowledge
    [CONTACTED] spoke with the customer
    [PROMISE] promise a call
    [WAIT] wait for the customer
    [SNOOZE] hide
    [REASSIGN] pass to another manager
    [RESOLVE] decide
    [REOPEN] open again
    [CONFIRM] confirm the abuse
   *[other] { $action }
}
refused-why = { $why ->
    [NOT_ENTITLED] the case is not with you.
    [CLOSED] the case is closed.
    [ALREADY_ACKNOWLEDGED] somebody has acknowledged it already.
    [NO_OUTCOME] an outcome is needed.
    [NOT_ASKED_FOR] we found this case, the customer did not ask for it; so it cannot be abusive.
    [NO_UNTIL] it needs a time.
    [UNTIL_IS_PAST] its time has passed already.
    [NO_SUCH_MANAGER] nobody with that id is in the directory.
    [HAS_IT_ALREADY] they have the case already.
    [NOT_CLOSED] the case is not closed.
    [WENT_INTO_ANOTHER] the case went into another one.
    [CUSTOMER_FORGOTTEN] the customer asked to be forgotten.
    [ANOTHER_IS_OPEN] another case of the visit is open.
    [ENDED_TOO_LONG_AGO] the case ended too long ago.
    [REOPENED_BEFORE] the case was opened again not long ago.
    [TAKEN_BACK] the customer took the case back.
    [NOT_YET] this is not in use yet.
    [ONLY_WITH_RESOLVE] a remedy or message goes with a decision only.
    [NOTHING_UPHELD] a remedy needs a decision for the customer.
    [NO_AMOUNT] the amount is missing.
    [OTHER_CURRENCY] the amount must be in the currency of the visit.
    [NO_ESTIMATE] it must say which estimate.
    [BY_IS_PAST] its time has passed already.
    [NOT_CONTACTED] nobody has spoken with the customer yet.
    [WAIT_TOO_LONG] that is longer than the case may still wait for the customer.
    [NO_REASON] a reason is needed.
    [ABUSIVE_ON_SAFETY] a case that may concern safety can’t be found abusive.
    [NOT_ABUSIVE] it is not resolved as abusive.
    [CONFIRMED_BEFORE] it is confirmed already.
    [BY_THE_SAME] another person has to confirm it.
    [RESOLVED_TOO_LONG_AGO] it was resolved too long ago.
   *[other] it is not possible now.
}

## To the site, that is to the adviser who is with the customer

site-opened =
    .title = A customer has a case at { $site }
    .text = { case-line } { safety-line } { site-manager }
    .sms = Case { $escalation_id }, { $site }: { case }. { safety-line } { site-manager }
site-manager = { $manager ->
    [none] No manager has it yet.
   *[other] { $manager } has it and may ask you about it.
}
site-not-kept =
    .title = A decision was not kept at { $site }
    .text = Case { $escalation_id } at { $site }: { case }. Please keep what was decided, or tell the manager why not. { site-manager }
    .sms = Case { $escalation_id }, { $site }: { case }. Please keep what was decided. { site-manager }
site-incident =
    .title = Many cases at once at { $site }
    .text = At { $site }, { $cases } cases of one kind came within a short time: { $incident_id }. { site-managers }
    .sms = { $site }: { $cases } cases of one kind within a short time: { $incident_id }. { site-managers }
site-managers = { $manager ->
    [none] No manager has them yet.
   *[other] They are with { $manager }.
}
site-resolved =
    .title = A case at { $site } is decided
    .text = Case { $escalation_id } at { $site } is decided: { outcome-word }. { site-remedy }
    .sms = Case { $escalation_id }, { $site }, is decided: { outcome-word }. { site-remedy }
site-remedy = { $remedy ->
    [PRICE_TO] Please charge { $remedy_amount }{ $estimate_id ->
        [none] { "" }
       *[other] {" "}for estimate { $estimate_id }
    }.
    [FREE_OF_CHARGE] Please charge nothing{ $estimate_id ->
        [none] { "" }
       *[other] {" "}for estimate { $estimate_id }
    }.
    [GOODWILL] { $remedy_amount ->
        [none] The customer gets a goodwill offer.
       *[other] As a gesture of goodwill the customer gets { $remedy_amount }.
    }
    [SECOND_DIAGNOSIS] Please diagnose the vehicle a second time.
    [LOANER] Please give the customer a { -courtesy-car }.
    [APOLOGY] The customer gets an apology.
    [NONE] You need do nothing more.
   *[OTHER] Please ask the manager what is to be done.
} { $remedy_by ->
    [none] { "" }
   *[other] { $remedy_passed ->
        [yes] It should have been done by { $remedy_by }.
       *[no] Please see that it is done by { $remedy_by }.
    }
}
site-withdrawn =
    .title = A case at { $site } is closed
    .text = Case { $escalation_id } at { $site } is closed: { $withdrawn ->
        [yes] the customer took it back.
       *[no] the facts have changed, and nothing is left to decide.
    }
    .sms = Case { $escalation_id }, { $site }, is closed: { $withdrawn ->
        [yes] the customer took it back.
       *[no] the facts have changed, and nothing is left to decide.
    }

## The contact card

contacts-managers = If you have questions about your visit to { $site }, you can reach:
contacts-site = If you have questions about your visit, you can call { $site } on { $phone }.
contacts-manager = { $manager }: { $reach } ({ $hours })
contacts-hours = { $weekdays } { $begin }–{ $end }
contacts-always = at any time
clock-time = { $clock }

## The link to the case on the board, last in what customers are sent

link-line = See where your case stands: { $link }
link-short = { $link }
