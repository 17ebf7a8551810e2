"""What to do next with one notice."""

from agents.notifier.plan import Ended, Limits, Progress, after_failure, begun, taken
from schemas.records import Channel
from tests.agents.notifier.notices import a_notice

LIMITS = Limits(attempts=3, first_wait=2_000, longest_wait=3_000)


def test_a_notice_begins_with_its_first_channel_when_it_may_be_sent() -> None:
    assert begun(a_notice(not_before=17)) == Progress(channels=(Channel.SMS, Channel.EMAIL), due=17)


def test_a_notice_without_a_channel_has_failed() -> None:
    ended = begun(a_notice(channels=()))

    assert ended == Ended(delivered=False, reason="the notice names no channel")


def test_what_a_channel_took_is_delivered() -> None:
    assert taken() == Ended(delivered=True)


def test_each_failure_waits_twice_as_long_then_the_next_channel_is_tried() -> None:
    first = Progress(channels=(Channel.SMS, Channel.EMAIL), due=0)
    second = after_failure(first, "busy", 10_000, LIMITS)
    assert second == Progress(channels=first.channels, due=12_000, attempts=1)
    third = after_failure(second, "busy", 20_000, LIMITS)
    assert third == Progress(channels=first.channels, due=23_000, attempts=2)
    fourth = after_failure(third, "busy", 30_000, LIMITS)
    assert fourth == Progress(
        channels=(Channel.EMAIL,), due=30_000, problems=("SMS: busy (3 tries)",)
    )


def test_what_can_not_help_is_tried_once() -> None:
    first = Progress(channels=(Channel.SMS, Channel.EMAIL), due=0)
    second = after_failure(first, "no number", 5, LIMITS, final=True)

    assert second == Progress(channels=(Channel.EMAIL,), due=5, problems=("SMS: no number",))
    assert after_failure(second, "no address", 5, LIMITS, final=True) == Ended(
        delivered=False, reason="SMS: no number; EMAIL: no address"
    )
