"""What the desk made of an action, in words: by its own processor, with the core's answers."""

from typing import Any

import pytest

from agents.core.policy import policy_from
from agents.core.world import World
from agents.operations.acting.rehearsal import rehearsed
from agents.operations.acting.reply import (
    NOT_PROVED,
    Reply,
    Verdict,
    as_json,
    case_line,
    lines_of_reply,
)
from agents.operations.acting.request import Request, action_of
from agents.pipeline.stages import DESK
from agents.records.codecs import PLAIN
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.policy_files import default_data
from agents.reference_data.reference import Reference, reference_of
from schemas.records import Disagreement, Escalation, EscalationStatus
from streams.topology import NOW_KEY, Emit, Message
from tests.agents.explain.records import AT, HOUR, a_disagreement

OPERATOR = "op-1"
REFERENCE = reference_of(policy_from({"operators": [OPERATOR]}, default_data()), demo_directory())
MINE = "recourse.disagreements"


class Case:
    """One case at Columbus Easton on Monday morning, with the desk's processor."""

    def __init__(self, reference: Reference = REFERENCE, **differs: Any) -> None:
        self.reference = reference
        self.processor = DESK.processor(0)
        self.now = AT
        self.count = 0
        ground: Disagreement = a_disagreement(
            escalation_id="v1:1", asked=True, visit_id="v1", **differs
        )
        self.last = self._steps(self._handled(MINE, ground))[-1]

    def request(self, action: str, by: str, **said: Any) -> Reply:
        """What the core would make of it; the case stays as it is."""
        self.count += 1
        return self.request_again(action, by, **said)

    def request_again(self, action: str, by: str, **said: Any) -> Reply:
        """The same under the id of the last one."""
        before = dict(self.processor.records())
        request = Request(action=action, by=by, **said)
        site = self.reference.directory.site("columbus")
        wanted = action_of(request, self.last, site, self.now, f"a{self.count}")
        reply = rehearsed(self.changelog(), wanted, self.last, self.reference)
        assert dict(self.processor.records()) == before
        return reply

    def act(self, action: str, by: str, **said: Any) -> None:
        """Does it, a minute later."""
        self.now += 60_000
        wanted = self.request(action, by, **said).action
        self.last = self._steps(self._handled("recourse.actions", wanted))[-1]

    def changelog(self) -> list[Message]:
        records = [
            Message(DESK.changelog, 0, number, self.now, key.encode(), value)
            for number, (key, value) in enumerate(self.processor.records())
        ]
        old = Message(DESK.changelog, 0, 0, 0, b"v0:1", b"what is superseded")
        gone = Message(DESK.changelog, 0, 1, 0, b"v0:1", None)
        own = Message(DESK.changelog, 0, 99, self.now, NOW_KEY.encode(), b"1")
        return [old, gone, *records, own]

    def world(self) -> World:
        return self.reference.world(self.now)

    def _handled(self, topic: str, record: Any) -> list[Emit]:
        message = Message(
            topic, 0, 0, self.now, record.region_id.encode(), PLAIN.encode(topic, record)
        )
        return list(self.processor.handle(message, self.now, self.reference))

    def _steps(self, emits: list[Emit]) -> list[Escalation]:
        steps = [
            PLAIN.decode(each.topic, each.value or b"")
            for each in emits
            if each.topic == "recourse.escalations"
        ]
        assert steps, emits
        return steps  # type: ignore[return-value]


def lines(case: Case, reply: Reply) -> list[tuple[str, str]]:
    return [(each.label, each.text) for each in lines_of_reply(reply, case.world())]


def test_a_case_is_named_with_its_site_and_who_has_it() -> None:
    case = Case()

    assert case_line(case.last, case.world()) == (
        "Case v1:1 at Columbus Easton: estimate; severity normal; at the local tier with "
        "Terrence Brooks (m-brooks)."
    )


def test_what_is_done_is_said_as_its_step_with_the_deadlines_on_the_sites_clock() -> None:
    case = Case()
    reply = case.request("promise", "m-brooks", until="30m")

    assert reply.verdict is Verdict.DONE
    assert [each.status for each in reply.steps] == [EscalationStatus.PROMISED]
    assert lines(case, reply)[:5] == [
        ("By", f"Terrence Brooks (m-brooks), local, as was said. {NOT_PROVED}"),
        ("Would be", "A call was promised, Mon 2 Mar 2026 09:00 EST."),
        ("Manager", ("Terrence Brooks (m-brooks), local: +1-614-555-0105, "
         "terrence.brooks@example.com, t-brooks.")),
        ("Until", "Mon 2 Mar 2026 09:30 EST."),
        ("Clocks", "To be decided by Mon 2 Mar 2026 17:00 EST (severity normal)."),
    ]  # fmt: skip


def test_a_rehearsal_says_who_would_be_told_what() -> None:
    case = Case()
    reply = case.request("promise", "m-brooks", until="30m")

    told = [text for label, text in lines(case, reply) if label == "Told"]
    assert len(told) == len(reply.notices) == 1
    assert told[0].startswith("The customer, by text message: ")
    assert told[0].endswith(f"{reply.notices[0].title}: {reply.notices[0].text}")


def test_what_has_happened_is_not_told_as_a_rehearsal() -> None:
    case = Case()
    put_to_the_core = case.request("acknowledge", "m-brooks")
    reply = Reply(action=put_to_the_core.action, before=case.last, steps=put_to_the_core.steps)

    assert ("Done", "Acknowledged, Mon 2 Mar 2026 09:00 EST.") in lines(case, reply)
    assert as_json(reply, case.world())["dry_run"] is False


def test_who_may_not_act_hears_who_may() -> None:
    case = Case()
    reply = case.request("resolve", "m-huber", outcome="unfounded")

    assert reply.verdict is Verdict.REFUSED
    said = lines(case, reply)
    assert said[1] == (
        "Would be",
        (
            "Refused: m-huber wanted to resolve it and may not: only the manager on the case, one "
            "of a higher tier than local for that site, or an operator may."
        ),
    )
    assert [text for label, text in said if label == "Accepted"] == [
        "The same by somebody who may act on the case.",
        "By Terrence Brooks (m-brooks), who has it.",
        "By Miguel Castillo (r-castillo), regional.",
        "By Joan Whitfield (r-whitfield), regional.",
        "By Folake Adeyemi (x-adeyemi), executive.",
        "By op-1, an operator of the policy.",
    ]
    assert as_json(reply, case.world())["refused"]["by"] == [
        "m-brooks", "r-castillo", "r-whitfield", "x-adeyemi", "op-1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("action", "said", "code", "accepted"),
    [
        ("acknowledge", {}, "ALREADY_ACKNOWLEDGED",
         "Contacted, promise, wait or resolve: it is acknowledged already."),
        ("promise", {"until": "2026-03-02 09:00"}, "UNTIL_IS_PAST", "A later moment."),
        ("wait", {}, "NOT_CONTACTED",
         "Contacted, once somebody has spoken with the customer; after that, the same again."),
        ("reassign", {"to": "nobody"}, "NO_SUCH_MANAGER",
         "An id of the directory (`recourse directory show`)."),
        ("reopen", {}, "NOT_CLOSED", "Any other action: it is open."),
        ("resolve", {"outcome": "unfounded", "remedy": "apology"}, "NOTHING_UPHELD",
         "The outcome upheld or partly-upheld with the remedy, or this outcome without it."),
        ("resolve", {"outcome": "upheld", "remedy": "price-to"}, "NO_AMOUNT",
         "The new price, tax included."),
    ],
)  # fmt: skip
def test_what_is_refused_says_why_and_what_would_be_accepted(
    action: str, said: dict[str, Any], code: str, accepted: str
) -> None:
    case = Case()
    case.act("acknowledge", "m-brooks")
    reply = case.request(action, "m-brooks", **said)

    told = as_json(reply, case.world())
    assert (told["verdict"], told["refused"]["code"]) == ("REFUSED", code)
    assert told["by_proved"] is False
    assert told["refused"]["why"] in dict(lines(case, reply))["Would be"]
    assert dict(lines(case, reply))["Accepted"] == accepted


@pytest.mark.parametrize(("minutes", "verdict"), [(4_319, "DONE"), (4_320, "DONE"),
                                                  (4_321, "REFUSED")])  # fmt: skip
def test_a_wait_says_until_when_it_could_be_at_the_latest(minutes: int, verdict: str) -> None:
    case = Case()
    case.act("contacted", "m-brooks")
    reply = case.request("wait", "m-brooks", until=f"{minutes}m")

    assert reply.verdict.value == verdict
    if verdict == "REFUSED":
        assert dict(lines(case, reply))["Accepted"] == (
            "Wait until Thu 5 Mar 2026 09:01 EST at the latest."
        )


def test_taking_over_is_said_before_what_was_done() -> None:
    case = Case()
    done = lines(case, case.request("contacted", "r-whitfield"))

    assert [text.partition(",")[0] for label, text in done if label == "Would be"] == [
        "Given to another manager",
        "The manager spoke with the customer",
    ]
    assert ("Manager", ("Joan Whitfield (r-whitfield), regional: +1-212-555-0122, "
            "joan.whitfield@example.com.")) in done  # fmt: skip


def test_an_action_from_the_future_is_a_dead_letter_with_its_detail() -> None:
    case = Case()
    wanted = case.request("acknowledge", "m-brooks").action
    elsewhere = case.last
    reply = rehearsed([], wanted, elsewhere, REFERENCE)

    assert reply.verdict is Verdict.UNUSABLE
    assert lines(case, reply)[1] == (
        "Would be",
        (
            "A dead letter, INVALID: escalation v1:1 does not exist, or was closed and is no "
            "longer kept."
        ),
    )
    assert as_json(reply, case.world())["dead_letter"]["reason"] == "INVALID"


def test_a_dead_letter_that_is_there_is_said_with_the_command_that_shows_it() -> None:
    case = Case()
    put = rehearsed([], case.request("acknowledge", "m-brooks").action, case.last, REFERENCE)
    real = Reply(action=put.action, before=put.before, dead_letter=put.dead_letter)

    assert lines(case, real)[1] == (
        "Unusable",
        (
            "A dead letter, INVALID: escalation v1:1 does not exist, or was closed and is no "
            "longer kept (`recourse dead-letters show recourse.actions:0:0`)."
        ),
    )


def test_an_id_that_the_desk_has_had_makes_nothing() -> None:
    case = Case()
    case.act("acknowledge", "m-brooks")
    again = case.request_again("contacted", "m-brooks")

    assert lines(case, again)[1] == (
        "Would be",
        "The desk makes nothing of it: it has had an action with this id.",
    )


def test_who_is_no_manager_of_the_directory_is_said() -> None:
    case = Case()
    case.now += HOUR

    (_, operator), *_ = lines(case, case.request("acknowledge", OPERATOR))
    (_, stranger), *_ = lines(case, case.request("acknowledge", "m-nobody"))
    assert operator == f"op-1, an operator, as was said. {NOT_PROVED}"
    assert stranger == f"m-nobody, whom the directory lacks, as was said. {NOT_PROVED}"
