"""Letters of networks in which there is nothing, and in which there is something: what they say.

    python -m tests.causes --networks 1000             # nothing there: how often a letter is wrong
    python -m tests.causes --networks 200 --times 8 --visits 20   # a cause at one site: is it found

Each network is looked at every week of half a year by the very function that `recourse causes`
calls. In every one something is done about the cause and site that seem worst after ten weeks, and
about another one, chosen by lot: neither does anything, where nothing is planted.
"""

import argparse
import time
from collections import Counter
from datetime import date, timedelta
from random import Random

from agents.commands.console.output import say
from agents.operations.causes.report import Seeing, what_is_said
from agents.operations.causes.watch import Fix, Since, watched
from tests.agents.causes.made_up import FIRST_DAY, Network, Planted, cause_of, seeing

WEEKS = 26
_DONE_AFTER = 10
_TIMES = 1.5
PLANTED = ("s3", 5)


def until(whole: Seeing, day: int) -> Seeing:
    """What is known at the end of a day."""
    return Seeing(
        cases=[each for each in whole.cases if each.day <= day],
        visits={
            site_id: {at: count for at, count in days.items() if at <= day}
            for site_id, days in whole.visits.items()
        },
    )


def fixes_of(whole: Seeing, chance: Random) -> list[Fix]:
    """What is done after some weeks: about the worst, and about any."""
    day = FIRST_DAY + 7 * _DONE_AFTER
    before = until(whole, day - 1)
    counts = Counter((each.site_id, each.cause) for each in before.cases)
    rates = {
        place: count / sum(before.visits[place[0]].values()) for place, count in counts.items()
    }
    worst = max(sorted(rates, key=str), key=lambda each: rates[each], default=None)
    chosen = [worst] if worst else []
    if counts and worst:
        chosen.append(chance.choice(sorted(counts, key=str)))
    on = date(1970, 1, 1) + timedelta(day)
    return [
        Fix(name="", what="training", day=on, declared_on=on, site_id=site_id, cause=cause)
        for site_id, cause in chosen
    ]


def letters(seed: int, network: Network, planted: tuple[Planted, ...] = ()) -> set[str]:
    """All that the weekly letters of a network say in half a year."""
    whole = seeing(seed, 7 * WEEKS, network, planted)
    fixes, told = fixes_of(whole, Random(seed)), set[str]()
    for week in range(4, WEEKS + 1):
        seen = until(whole, FIRST_DAY + 7 * week - 1)
        done = [watched(each, seen.cases, seen.visits) for each in fixes if week > _DONE_AFTER]
        standing, judged = what_is_said(seen, _TIMES, network.sites, done)
        told |= {f"{site_id} {cause} stands out" for site_id, cause in standing}
        told |= {
            f"{each.fix.site_id} {each.fix.cause} is {each.said}"
            for each in judged
            if each.said in {Since.RARER, Since.MORE_FREQUENT}
        }
    return told


def main() -> None:
    """Says how many networks had letters that said something, and what."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--networks", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--times", type=float, default=1.0, help="the planted cause; 1: none")
    parser.add_argument("--spread", type=float, default=0.0, help="how much sites differ anyway")
    parser.add_argument("--visits", type=float, default=8, help="of a site on an ordinary day")
    asked = parser.parse_args()
    network = Network(spread=asked.spread, visits=asked.visits, causes=20, per_1000=4)
    site_id, number = PLANTED
    begun, wrong, right = time.monotonic(), 0, 0
    fixed = 7 * (_DONE_AFTER + 4)
    planted: tuple[Planted, ...] = ()
    if asked.times > 1:
        planted = (Planted(site_id=site_id, cause=cause_of(number), times=asked.times, last=fixed),)
    expected = f"{site_id} {cause_of(number)} "
    for seed in range(asked.seed, asked.seed + asked.networks):
        told = letters(seed, network, planted)
        own = {each for each in told if planted and each.startswith(expected)}
        right += bool(own)
        wrong += bool(told - own)
    seconds = time.monotonic() - begun
    say(
        f"{asked.networks} networks of {network.sites} sites, {WEEKS} weekly letters each, "
        f"{asked.visits:g} visits a day, spread {asked.spread:g}: {wrong} "
        f"({100 * wrong / asked.networks:.1f} %) said what is not so; of the planted cause "
        f"({asked.times:g} times) {right} said something. Seeds from {asked.seed}, {seconds:.0f} s."
    )


if __name__ == "__main__":
    main()
