"""The law of each place that the package's policy names: its limit, by a worked example.

Beside each place stands the stored public page in which its law was read, with the sentence. Where
that is neither the provision's text nor a page of an authority, the policy marks it `unchecked`.
"""

from typing import NamedTuple

import pytest

from agents.core.customers.rules.estimate import estimate_over_authorised
from agents.core.policy import Policy
from schemas.records import Site
from tests.core.builders import context, estimate, package_policy, policy, said, site, visit

ALLOWED, WITHIN, OVER = "nothing", "within", "over"


class Worked(NamedTuple):
    """What was authorised, and the highest price that needs no new yes, in minor units."""

    place: str
    currency: str
    base: int
    highest: int


WORKED = [
    # Jeffrey S. Klein, "Missing Part in Auto Repair-Estimate", Los Angeles Times, 15 October 1987:
    # "If the work will cost more than the original written estimate, the repair dealer is required
    # by law to contact the customer and obtain consent before proceeding with the work."
    # (It names section 9884.9; the section itself could not be opened: unchecked.)
    Worked("US-CA", "USD", 20_000, 20_000),
    # Michigan Department of State, "Amended Estimates" (michigan.gov/sos): "approval from the
    # customer before doing anything which will exceed the original estimate by more than $10 or
    # 10%, whichever is less".
    Worked("US-MI", "USD", 20_000, 21_000),
    Worked("US-MI", "USD", 5_000, 5_500),
    # "Florida Statutes 559.909" (lawserver.com, as of 2024): "will exceed the written estimate by
    # more than $10 or 10 percent, whichever is greater, but not to exceed $50".
    Worked("US-FL", "USD", 5_000, 6_000),
    Worked("US-FL", "USD", 20_000, 22_000),
    Worked("US-FL", "USD", 90_000, 95_000),
    # Washington State, House bill analysis of SSB 6005 (lawfilesext.leg.wa.gov, on RCW 46.71.025):
    # "may not charge the customer more than 110 percent of the estimated total, exclusive of sales
    # tax, unless an oral or a written authorization to exceed the estimate is obtained".
    Worked("US-WA", "USD", 20_000, 22_000),
    # "Section 109:4-3-13" (regulations.justia.com, through 16 September 2024): "Your bill will not
    # be higher than the estimate by more than ten per cent unless you approve a larger amount".
    Worked("US-OH", "USD", 90_000, 99_000),
    # Government of Ontario, "Repair Invoices" (archived, gov.on.ca): "Under Part VI of the Consumer
    # Protection Act, 2002, the total cost of repairs cannot exceed the amount in the written
    # estimate by more than 10 per cent." (The subsection: mekavo.com, "contrary to s.57 and
    # s.58(2)".)
    Worked("CA-ON", "CAD", 90_000, 99_000),
    # "2016 Colorado Revised Statutes, section 42-9-105" (law.justia.com): "in excess of the
    # estimate, plus ten percent thereof or twenty-five dollars, whichever is less, without the
    # consent of the customer".
    Worked("US-CO", "USD", 20_000, 22_000),
    Worked("US-CO", "USD", 90_000, 92_500),
    # "815 ILCS 306, Automotive Repair Act", Sec. 15(b) (ilga.gov): "shall not charge for work done
    # or parts supplied in an amount that exceeds the estimate by more than 10% without oral or
    # written consent of the consumer".
    Worked("US-IL", "USD", 90_000, 99_000),
    # "Maryland Code, Commercial Law section 14-1002" (codes.findlaw.com, as of 1 January 2025):
    # "may not charge a customer without his consent any amount which exceeds the written estimate
    # by 10 percent".
    Worked("US-MD", "USD", 90_000, 99_000),
    # "325F.58 Estimates", subd. 6 (revisor.mn.gov): "shall not charge more than 110 percent of the
    # total price stated in its estimate for the repairs".
    Worked("US-MN", "USD", 90_000, 99_000),
    # "Code of Virginia section 59.1-207.3", B (self-law.org): "no charge for repair work in excess
    # of the written estimate by more than 10 percent or, in the case of any motor vehicle which is
    # at least 25 model years old, 20 percent [...] unless [...] authorized".
    Worked("US-VA", "USD", 90_000, 99_000),
    # "Consumer Protection Act" (support.v2vtechnologies.com, the Act's subdivision on automobile
    # repairs as it stands): "171. Once accepted by the consumer, the estimate is binding on the
    # merchant. No additional costs may be charged to the consumer for the repairs provided for in
    # the estimate."
    Worked("CA-QC", "CAD", 20_000, 20_000),
    # "BGB section 649 Kostenanschlag" (urteile-gesetze.de), paragraph 2: "so hat der Unternehmer
    # dem Besteller unverzüglich Anzeige zu machen", where a "wesentliche Überschreitung" is to be
    # expected. How much that is it does not say: the policy's own limit.
    Worked("DE", "EUR", 5_000, 6_000),
    Worked("DE-BY", "EUR", 90_000, 95_000),
    # Mancomunidad Ribera Izquierda del Ebro, "Talleres mecánicos" (on Real Decreto 1457/1986): "El
    # taller no podrá realizar trabajo alguno sin tener la conformidad por escrito". It gives no
    # number: the policy's own limit.
    Worked("ES", "EUR", 90_000, 95_000),
    # pagesjaunes.fr, "Contestation d'un dépassement de devis par un garagiste": "le garagiste devra
    # notamment demander l'accord du client pour toute réparation ou tout frais supplémentaire
    # (article 1134 du Code civil)", which is 1103 now; neither code could be opened: unchecked.
    Worked("FR", "EUR", 90_000, 95_000),
    # Scottish Motor Trade Association, "The Consumer Must Pay A Reasonable Price", 28 August 2022:
    # "where a contract does not expressly fix a price [...] the consumer must pay a reasonable
    # price for the service." No page of an authority could be opened: unchecked.
    Worked("GB", "GBP", 90_000, 95_000),
]
NOT_IN_FORCE = {"FR", "GB"}


def everything() -> Policy:
    """The package's policy, with what is not in force put in force."""
    return policy(generation=1, jurisdictions={each: {"in_force": True} for each in NOT_IN_FORCE})


def place_of(worked: Worked) -> Site:
    country, _, _ = worked.place.partition("-")
    return site(country=country, subdivision=worked.place, currency=worked.currency)


def verdict(worked: Worked, price: int) -> str:
    judged = visit(
        estimate("e1", total=worked.base, subtotal=worked.base, currency=worked.currency),
        said("yes", hours=1),
        estimate("e2", hours=2, revision=2, total=price, subtotal=price, currency=worked.currency),
    )
    found = estimate_over_authorised(context(judged, place=place_of(worked), rules=everything()))
    if not found:
        return ALLOWED
    (finding,) = found
    return WITHIN if finding.below_threshold else OVER


@pytest.mark.parametrize("worked", WORKED, ids=lambda each: f"{each.place} {each.base}")
def test_a_price_may_be_as_high_as_the_law_of_the_place_lets_it(worked: Worked) -> None:
    at_most = ALLOWED if worked.highest == worked.base else WITHIN

    found = [verdict(worked, worked.highest + each) for each in (-1, 0, 1)]

    assert found == [at_most, at_most, OVER]


def test_each_place_of_the_package_has_a_worked_example() -> None:
    known = {each.place for each in WORKED}

    assert set(package_policy().jurisdictions) - {"default"} == known - {"DE-BY"}


def test_each_place_has_a_source_that_can_be_looked_up() -> None:
    for place, entry in package_policy().jurisdictions.items():
        for part in ("authorisation_limit", "repeat_repair"):
            source = entry.get(part, {}).get("source")
            assert source is None or place == "default" or any(map(str.isdigit, source)), place


# Fla. Stat. 681.104 (casetext.com, through 2024): "After three attempts have been made to repair
# the same nonconformity". "Florida Statutes 681.112" (lawserver.com): "Lemon Law rights period:
# means the period ending 24 months after the date of the original delivery [...] See 681.102".
# Cuyahoga County, "Ohio's Lemon Law" (cuyahogacounty.gov): "Three or more attempts have been made
# to correct a single problem", "within the vehicle's first year or within 18,000 miles"; the
# section: "Ohio Repair-Attempt Presumption" (findlemonlaw.com), "at Ohio Rev. Code § 1345.73".
@pytest.mark.parametrize(
    ("place", "attempts", "months", "source"),
    [
        ("US-FL", 3, 24, "Fla. Stat. §§ 681.102, 681.104(1)(a)"),
        ("US-OH", 3, 12, "Ohio Rev. Code §§ 1345.72-1345.73"),
        ("US-TX", 4, 24, "policy"),
    ],
)
def test_repeated_repairs_are_counted_as_the_law_of_the_place_has_it(
    place: str, attempts: int, months: int, source: str
) -> None:
    law = package_policy().jurisdiction("US", place).repeat_repair

    assert (law.attempts, law.within_months, law.source) == (attempts, months, source)


def test_what_is_new_and_unchecked_is_not_in_force_and_the_six_of_before_are() -> None:
    rules = package_policy()
    unchecked = {
        place
        for place, entry in rules.jurisdictions.items()
        if entry.get("authorisation_limit", {}).get("unchecked")
        or entry.get("repeat_repair", {}).get("unchecked")
    }

    assert unchecked == {"US-CA", *NOT_IN_FORCE}
    assert rules.jurisdiction("US", "US-CA").authorisation_limit.percent == 0
    for country in NOT_IN_FORCE:
        limit = rules.jurisdiction(country, f"{country}-X").authorisation_limit
        assert (limit.source, limit.unchecked) == ("policy", False)


def test_a_place_that_is_taken_out_of_force_has_the_default_and_so_has_all_in_it() -> None:
    rules = policy(
        jurisdictions={"DE": {"in_force": False}, "DE-BY": {"authorisation_limit": {"percent": 5}}}
    )

    assert rules.jurisdiction("DE", "DE-HE").authorisation_limit.source == "policy"
    assert rules.jurisdiction("DE", "DE-BY").authorisation_limit.percent == 5
