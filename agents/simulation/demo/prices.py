"""Stories of who pays: a claim, a rise, a price that waits, a fleet's, and one nobody keeps."""

from typing import TYPE_CHECKING, Final

from schemas.records import Cause, Response, Subject, WarrantyDecisionName

if TYPE_CHECKING:
    from agents.simulation.demo.event_generator import EventGenerator

VANS: Final = 4
"""How many vans of Iris's fleet come in the week, one a day."""
_CHARGED: Final = 47_000


def cleo(teller: "EventGenerator") -> None:
    """An open recall, and a claim that is denied against its cause."""
    stay = teller.visit("seattle", 1, minutes=15)
    stay.diagnosis(cause=Cause.MANUFACTURING, safety=True, recall_id="R-2026-11")
    stay.claim(WarrantyDecisionName.DENIED)


def dora(teller: "EventGenerator") -> None:
    """She is charged for a rise that she never authorised."""
    stay = teller.visit("san-diego", 3, minutes=25)
    stay.estimate(60_000)
    stay.says(Response.AUTHORISED, Subject.ESTIMATE)
    stay.estimate(64_500, minutes=80)
    stay.close(64_500, minutes=200)


def hal(teller: "EventGenerator") -> None:
    """His estimate rises by 40 %, and he says yes ten minutes before the hour of grace is over.

    Two days later he comes again, and his price stays as it is.
    """
    stay = teller.visit("detroit", 1, minutes=40)
    stay.estimate(50_000)
    stay.says(Response.AUTHORISED, Subject.ESTIMATE)
    stay.estimate(70_000, minutes=60)
    stay.says(Response.AUTHORISED, Subject.ESTIMATE, minutes=50, subject_revision=2)
    stay.close(70_000, minutes=120)
    stay = teller.visit("detroit", 3, minutes=40)
    stay.estimate(30_000)
    stay.says(Response.AUTHORISED, Subject.ESTIMATE)
    stay.close(30_000, minutes=120)


def iris(teller: "EventGenerator") -> None:
    """The estimate of a van rises every day, and nobody asks her; on the last day she asks."""
    for day in range(VANS):
        stay = teller.visit("miami", day, minutes=25, vehicle=f"van-{day + 1}")
        stay.estimate(60_000)
        stay.says(Response.AUTHORISED, Subject.ESTIMATE)
        stay.estimate(84_000, minutes=60)
        if day < VANS - 1:
            stay.close(60_000, minutes=480)
    stay.says(Response.REQUESTED, minutes=360)


def jon(teller: "EventGenerator") -> None:
    """A manager decides what he pays, and he is charged as if nobody had."""
    stay = teller.visit("miami", 2, minutes=15)
    stay.estimate(_CHARGED)
    stay.says(Response.DISPUTED, Subject.ESTIMATE, minutes=10)
    stay.close(_CHARGED, minutes=360)
