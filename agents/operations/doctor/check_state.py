"""State and offsets, as far as the ends of the changelogs tell: quick, also while workers run."""

from collections.abc import Iterator

from agents.operations.doctor.checks import Check, fine, fix, unknown
from streams.runtime import recovery
from streams.topology import Stage

_RIGHT = "`recourse state show` compares them; docs/disaster-recovery.md has the ways out"


def state_checks(stage: Stage, application: str, bootstrap_servers: str) -> Iterator[Check]:
    """Whether a worker that starts now would begin with the stage's partitions.

    Whether a key is missing is not seen: that takes the whole changelog.

    Raises:
        KafkaException: the broker can't be asked, or does not let us look.
        EngineError: the same.
    """
    glance = recovery.glance(stage, f"{application}-{stage.name}", bootstrap_servers)
    for refusal in glance.refusals:
        yield fix("state", f"stage {stage.name}: {refusal.sentence}", _RIGHT)
    if glance.silent:
        yield unknown(
            "state",
            f"stage {stage.name}: {len(glance.silent)} changelogs do not say what they were made "
            "from",
            "nothing was handled yet, or a version from before wrote last",
        )
    if not glance.refusals and glance.known:
        yield fine("state", f"stage {stage.name}: {len(glance.known)} partitions fit their offsets")
