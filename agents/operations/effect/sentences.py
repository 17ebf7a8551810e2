"""What `recourse effect` says in words: whether to believe it, then the network in one sentence."""

from collections.abc import Iterator

from agents.operations.effect.measures import METRICS
from agents.operations.effect.report import Answer, Line, Report
from agents.operations.effect.rollout import Rollout, RolloutLine


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
    yield from about(answer)
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


def about(answer: Report) -> Iterator[str]:
    """The days that were read, and of how many sites."""
    sites = "1 site" if answer.sites == 1 else f"{answer.sites} sites"
    yield (
        "Customers inside the pilot beside customers outside, of the same sites: visits that ended "
        f"from {answer.first_day} to {answer.last_day}, at {sites}."
    )
    if answer.since is not None:
        yield (
            f"What ended before {answer.since} is left out: intervals hold for one first day that "
            "was named before the first look, and are rather too wide."
        )


def sentence(line: Line) -> str:
    """One metric of the network in words."""
    text = said(line)
    return f"{METRICS[line.metric].heading}: {text[:1].lower()}{text[1:]}"


def said(line: Line) -> str:
    """The same where it is known which metric it is."""
    metric = METRICS[line.metric]
    if line.difference is None or line.low is None or line.high is None:
        return "Too few customers in an arm at each site."
    size = f"{line.difference * metric.scale:+.2f} {metric.unit}"
    reach = f"{line.low * metric.scale:.2f} to {line.high * metric.scale:.2f}"
    worth = metric.amount(line.sought * metric.scale)
    match line.answer:
        case Answer.BETTER | Answer.WORSE:
            return f"Enough to say {line.answer}: {size}, {reach}."
        case Answer.ABOUT_THE_SAME:
            return f"The same but for less than {worth}: {size}, {reach}."
        case _:
            missing = f"about {line.missing or 0:,} more {metric.counted}"
            return f"Not yet: {size}, {reach}; {missing} to see {worth}."


def of_rollout(found: Rollout) -> Iterator[str]:
    """What came of going live one after the other: whether it can be said, then by metric."""
    if found.against is not None:
        early, late = found.against
        yield (
            f"Sites went live one after the other, but {late} before {early}, which the salt draws "
            "first: who chose the order may have chosen the better sites, so nothing is said of "
            "before and after."
        )
        return
    yield (
        f"Sites before and after they went live, in the drawn order: {len(found.live)} of "
        f"{len(found.starts)} are live, the first since {found.live[0]}. All visits of a site "
        "count, so what advisers do for everybody is in it. For one look, on a day named before."
    )
    if found.passed_over:
        first, more = found.passed_over[:_NAMED], len(found.passed_over) - _NAMED
        others = f" and {more} more" if more > 0 else ""
        yield f"Left out, though their turn came before others': {', '.join(first)}{others}."
    for line in found.lines:
        text = said_of_rollout(line)
        yield f"{METRICS[line.metric].heading}: {text[:1].lower()}{text[1:]}"


def said_of_rollout(line: RolloutLine) -> str:
    """What one metric says of going live."""
    metric = METRICS[line.metric]
    found = line.found
    if found is None:
        return "No week has sites that are live and sites that are not."
    size = f"{found.value * metric.scale:+.2f} {metric.unit}"
    if found.low is None or found.high is None:
        return f"Not yet: {size}; all is alike, or too few orders could have been drawn."
    reach = f"{found.low * metric.scale:.2f} to {found.high * metric.scale:.2f} (p {found.p:.2g})"
    match line.answer:
        case Answer.BETTER | Answer.WORSE:
            return f"Enough to say {line.answer}: {size}, {reach}."
        case Answer.ABOUT_THE_SAME:
            worth = metric.amount(line.sought * metric.scale)
            return f"The same but for less than {worth}: {size}, {reach}."
        case _:
            return f"Not yet: {size}, {reach}."


_NAMED = 5
