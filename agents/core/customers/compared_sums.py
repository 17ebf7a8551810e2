"""One customer's visits in sums: what is kept with them so that the arms can be compared."""

from msgspec import Struct
from msgspec.structs import asdict, replace

from schemas.records import Arm


class Visited(Struct, frozen=True, kw_only=True):
    """What a visit adds to its customer's sums, or what changes of that afterwards.

    `returned`: it came back for the same symptom. `rated`, `ratings`: how many ratings, and their
    sum.
    """

    visits: int = 0
    same_day: int = 0
    returned: int = 0
    findings: int = 0
    rated: int = 0
    ratings: int = 0


class Compared(Struct, frozen=True, array_like=True):
    """A customer's visits at a site, in an arm, while so many of 10,000 were inside (`share`)."""

    site_id: str
    arm: Arm
    share: int
    visits: int = 0
    same_day: int = 0
    returned: int = 0
    findings: int = 0
    rated: int = 0
    ratings: int = 0

    @property
    def place(self) -> tuple[str, Arm, int]:
        """Where they are compared."""
        return self.site_id, self.arm, self.share

    def with_visit(self, visited: Visited) -> "Compared":
        """The sums with what a visit adds."""
        added = asdict(visited)
        return replace(self, **{name: getattr(self, name) + each for name, each in added.items()})
