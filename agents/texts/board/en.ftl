### The board: what managers, customers, advisers, operators and auditors read around a case.
### What rules, notices and decisions say is in the other files; here is what stands on the pages alone.

-service-centre = service centre

## Around every page

brand = recourse
skip = Skip to the content
nav = Pages
nav-cases = My cases
nav-network = Overview
nav-site = { $site }
signed-in-as = Signed in as { $name }
sign-out = Sign out
as-of = As of { $at }
stale = This page shows how things stood { $ago } ago. We are trying to reach the system.
never-heard = We are still reading what has happened. This page is not complete yet.
left-out = { $count ->
    [one] One record could not be read, so something may be missing here.
   *[other] { $count } records could not be read, so something may be missing here.
}
not-found = There is nothing here
not-found-text = The page does not exist, or it is not for you.
failed = This did not work
failed-text = The fault is ours. Please try again in a moment.
back = Back
refresh = Refresh

## Times

span-days = { $days } d { $hours } h
span-hours = { $hours } h { $minutes } min
span-minutes = { $minutes } min
in-time = in { $span }
late-by = { $span } late
ago = { $span } ago

## Symbols

severity-SAFETY = Safety
severity-HIGH = High
severity-NORMAL = Normal
severity-LOW = Low
tier-LOCAL = local
tier-REGIONAL = regional
tier-EXECUTIVE = executive
tier-UNKNOWN = unknown
phase-OPEN = Open
phase-RESOLVED = Decided
phase-WITHDRAWN = Withdrawn
phase-MERGED = Merged
phase-UNKNOWN = Unknown
next-ACKNOWLEDGE = Acknowledge
next-DECIDE = Decide
next-CALL = Call the customer
next-WAIT = Waiting for the customer
outcome-UPHELD = Upheld
outcome-PARTLY_UPHELD = Partly upheld
outcome-UNFOUNDED = Unfounded
outcome-ABUSIVE = Abusive
outcome-UNKNOWN = Decided
remedy-PRICE_TO = A price
remedy-FREE_OF_CHARGE = Free of charge
remedy-GOODWILL = A gesture of goodwill
remedy-SECOND_DIAGNOSIS = A second diagnosis
remedy-LOANER = A courtesy car
remedy-APOLOGY = An apology
remedy-OTHER = Something else
remedy-NONE = Nothing
remedy-UNKNOWN = Something else
remedy-of = { $remedy }: { $amount }
remedy-until = { $remedy }, by { $by }
step-OPENED = Opened
step-JOINED = One more matter joined
step-ACKNOWLEDGED = Acknowledged
step-CONTACTED = The customer was spoken to
step-PROMISED = A call was promised
step-WAITING = Waiting for the customer
step-SNOOZED = Put aside
step-REASSIGNED = Passed on
step-WARNED = The manager was warned
step-MOVED_UP = Moved up
step-RESOLVED = Decided
step-REOPENED = Opened again
step-WITHDRAWN = Withdrawn
step-MERGED = Merged into another case
step-REFUSED = An action was refused
step-CONFIRMED = Abuse confirmed
step-UNKNOWN = A step that only a newer version knows
action-ACKNOWLEDGE = Acknowledge
action-CONTACTED = I spoke with the customer
action-PROMISE = Promise a call
action-WAIT = Wait for the customer
action-REASSIGN = Pass on
action-RESOLVE = Decide
action-REOPEN = Open again
action-CONFIRM = Confirm the abuse
action-SNOOZE = Put aside
action-UNKNOWN = Act
topic-PRICE = The price
topic-DIAGNOSIS = The diagnosis
topic-WARRANTY = The warranty
topic-TIME = The time
topic-LOANER = A courtesy car
topic-DAMAGE = Damage
topic-CONDUCT = How I was treated
topic-OTHER = Something else
topic-UNKNOWN = Something else

## A manager's list

my-cases = My cases
counts = { $open ->
    [0] Nothing is open.
    [one] One case is open{ $late ->
        [0] .
       *[other] , and it is late.
    }
   *[other] { $open } cases are open{ $late ->
        [0] .
        [one] , one of them is late.
       *[other] , { $late } of them are late.
    }
}
no-cases = You have no open case.
others = Other open cases that you may see
nobody = Nobody yet
case-of = Case { $id }
more-not-shown = Only the first { $count } are shown.

## A case

what-now = What is next
facts = Facts
site = Site
manager = Manager
severity = Severity
tier = Tier
opened = Opened
acknowledge-by = To be acknowledged by
acknowledged = Acknowledged
decide-by = To be decided by
promised = Call promised by
waits = Waits until
ended = Ended
visit = Visit
vehicle = Vehicle
outcome = Outcome
remedy = Remedy
language = Customer’s language
grounds = What it is about
said = What the customer wrote
history = What happened
by-whom = by { $who }
with-whom = with { $who }
until-when = until { $at }
reasons = Why
no-steps = No step of this case can be read any more.
customer-reads = What the customer reads
told-customer = Messages to the customer
told-manager = Messages to managers
delivered = delivered
not-delivered = not delivered
not-yet = not before { $at }
no-messages = None yet.
why-decided = How it was decided that this is a case
preview = What the customer will read
preview-note = In the customer’s language, as far as it can be said before it is decided.

## Acting

act = Act
acting-as = The desk checks each action, and says here what became of it.
until = By when (the site’s time)
wait-until = Until when (the site’s time; empty: as long as is left)
to-whom = To whom
note = Note for colleagues (the customer does not see it)
note-needed = Note for colleagues (needed for “Abusive”; the customer does not see it)
choose = Please choose
amount-short = the amount
amount = Amount in { $currency }, tax included
estimate = Estimate
done-by = To be done by (the site’s time)
message = Message to the customer, word for word (280 characters at most)
do-preview = Preview
do-ACKNOWLEDGE = Acknowledge
do-CONTACTED = Note the conversation
do-PROMISE = Promise
do-WAIT = Wait
do-REASSIGN = Pass on
do-RESOLVE = Decide
do-REOPEN = Open again
do-CONFIRM = Confirm
sent-actions = What you and others did here
sent = Sent. The desk has not answered yet.
sent-long = Sent, and not answered for { $span }. It counts as soon as the desk reads it.
done = Done
refused = Refused
accepted = What would be accepted
unusable = The desk could not use it. Please tell the operators.
not-sent = It was not sent: { $why } Nothing has happened; please try again.
kafka-away = the system can’t be reached.
unfit = Please look at this again

## The customer's page

your-case = Your case at { $site }
where-it-stands = Where it stands
who = Who looks after it
by-when = By when
call = Call { $phone }
what-we-told = What we told you
your-turn = What you can do
add-word = Add something
add-word-label = What should the manager know? (280 characters at most)
about = It is about
send = Send
other-time = Be called at another time
other-time-label = Not before (your { -service-centre }’s time)
ask-time = Ask for it
withdraw = I no longer need this
withdraw-text = The case ends, and nothing more is decided.
withdraw-button = End my case
appeal = I do not agree with the decision
appeal-text = Another manager looks at it again. You can do this until { $until }.
appeal-button = Appeal
rate = How did it go?
rate-label = From 1 (badly) to 5 (very well)
settled = Is it settled?
settled-YES = Yes
settled-PARTLY = Partly
settled-NO = No
rate-button = Rate
what-you-sent = What you sent
said-ASK = Your message
said-WISH = Another time
said-WITHDRAW = You ended your case
said-APPEAL = Your appeal
said-RATE = Your rating
receipt-waiting = Sent. It is on its way.
receipt-TAKEN = It has arrived.
receipt-ALREADY = It had arrived before.
receipt-REFUSED = It could not be taken. Please call your { -service-centre }.
receipt-UNKNOWN = It has been looked at.
prove-first = Before you can say something here, please confirm that it is you.
prove = Confirm
closed-text = This case has ended.

## The overview

overview = Overview
open-cases = Open cases
late-cases = Late
without-manager = Without a manager
dead-letters-day = Records that could not be used, last 24 hours
by-tier = By tier and severity
most-urgent = Most urgent
unreached = Without a manager, by site
policy-in-force = Policy in force
policy-version = Version { $version }, since { $at }
policy-next = Next: version { $version }, from { $at }
policy-none = No policy is in force.
reference-refused = Not taken
total = Total
all-well = Nothing.
at-site = Cases at { $site }
open-here = Open
ended-here = Ended in the last 30 days
none-here = None.
