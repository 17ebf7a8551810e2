"""What `recourse doctor` says: one check each, with what is right where it is not."""

from enum import StrEnum

from msgspec import Struct


class Verdict(StrEnum):
    """What came of a check."""

    FINE = "ok"
    FIX = "fix"
    UNKNOWN = "unknown"
    """It could not be looked at; `right` says why not."""


class Check(Struct, frozen=True, kw_only=True):
    """One thing that was looked at: what it is, how it is, and what is right where it is wrong."""

    verdict: Verdict
    area: str
    found: str
    right: str = ""


def fine(area: str, found: str) -> Check:
    """It is as it should be."""
    return Check(verdict=Verdict.FINE, area=area, found=found)


def fix(area: str, found: str, right: str) -> Check:
    """Somebody must change something."""
    return Check(verdict=Verdict.FIX, area=area, found=found, right=right)


def unknown(area: str, found: str, why: str) -> Check:
    """It could not be looked at."""
    return Check(verdict=Verdict.UNKNOWN, area=area, found=found, right=why)
