"""What `recourse effect` says in words: whether to believe it, then the network in one sentence."""

from collections.abc import Iterator

from agents.operations.effect.measures import METRICS
from agents.operations.effect.report import Answer, Line, Report


def sentences(answer: Report) -> Iterator[str]:
    """The days, the draw, and one sentence a metric."""
    if not answer.sites:
        yield (
            "Nothing to compare: no visit has ended at a site that is LIVE for a share of its "
            "customers (policy, pilot.sites.*.percent below 100), or the policy's generation is 1."
        )
        return
    if answer.first_day is None:
        yield f"Nothing to compare: no visit has ended since {answer.since}."
        return
    sites = "1 site" if answer.sites == 1 else f"{answer.sites} sites"
    yield f"Visits that ended from {answer.first_day} to {answer.last_day}, at {sites}."
    if answer.since is not None:
        yield (
            f"What ended before {answer.since} is left out: intervals hold for one first day that "
            "was named before the first look, and are rather too wide."
        )
    ratio = answer.ratio
    if ratio is not None and ratio.is_off:
        yield (
            f"The arms can't be compared: {ratio.inside:,} of {ratio.customers:,} customers are "
            f"inside, {ratio.expected:,.0f} were drawn (p {ratio.p:.2g}, it holds at every look). "
            "Visits of one arm are lost, or counted twice: look for what an arm alone goes through."
        )
        return
    for line in answer.lines:
        if line.site_id is None:
            yield sentence(line)


def sentence(line: Line) -> str:
    """One metric of the network in words."""
    metric = METRICS[line.metric]
    of = metric.heading
    if line.difference is None or line.low is None or line.high is None:
        return f"{of}: too few customers in an arm at each site."
    size = f"{line.difference * metric.scale:+.2f} {metric.unit}"
    reach = f"{line.low * metric.scale:.2f} to {line.high * metric.scale:.2f}"
    worth = f"{line.sought * metric.scale:g} {metric.unit}"
    match line.answer:
        case Answer.BETTER | Answer.WORSE:
            return f"{of}: enough to say {line.answer}: {size}, {reach}."
        case Answer.ABOUT_THE_SAME:
            return f"{of}: the same but for less than {worth}: {size}, {reach}."
        case _:
            missing = f"about {line.missing or 0:,} more {metric.counted}"
            return f"{of}: not yet: {size}, {reach}; {missing} to see {worth}."
