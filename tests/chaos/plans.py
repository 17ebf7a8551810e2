"""Plans of faults: data made from a seed. One seed, one plan."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from random import Random
from typing import NamedTuple

from streams.transport.kafka import TRANSACTION_TIMEOUT_MS

SESSION_MS = 3_000
"""The workers' session time-out: a dead worker's partitions go to others after it."""
_SESSION = SESSION_MS / 1000
STATE = "state"
"""The workers' snapshots, in the folder of the round."""


class What(StrEnum):
    """What is done to a worker, to Kafka, to the network, or with the load."""

    KILL = "kill -9 the worker"
    JOIN = "start the worker"
    LEAVE = "tell the worker to stop"
    RESTART = "tell the worker to stop, start it later"
    SPOIL = "flip a byte of each snapshot, or cut it off"
    DISK_FULL = "no room for snapshots"
    FREEZE = "SIGSTOP the worker, SIGCONT it later"
    REPLACE = "SIGSTOP the worker, start another with its number, SIGCONT the first later"
    BROKER_KILLED = "kill -9 the broker, start it later"
    BROKER_STOPPED = "stop the broker in good order, start it later"
    SLOW = "each byte arrives 0.3 s late"
    STALL = "no byte passes, then all do"
    CUT = "connections end, new ones too"
    HALF_OPEN = "connections stay open, and are never served again"
    BURST = "ten times the load"
    HOT = "nine of ten records have one key"
    STORM = "a case of one site after the other, 150 a second"


class Fault(NamedTuple):
    """One thing that goes wrong: when (seconds after the first record), what, to whom, how long."""

    at: float
    what: What
    worker: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        told = f"{self.at:6.2f} s  {self.what}"
        if self.what in OF_A_WORKER:
            told += f" {self.worker}"
        return told + (f", for {self.seconds:.2f} s" if self.seconds else "")


OF_A_WORKER = {What.KILL, What.JOIN, What.LEAVE, What.RESTART, What.FREEZE, What.REPLACE}


class Plan(NamedTuple):
    """A round: so many workers at the start, their settings, and what goes wrong."""

    workers: int
    settings: Mapping[str, object]
    faults: tuple[Fault, ...]
    seconds: float
    """How long records are written."""


def _kills(random: Random, seconds: float) -> list[Fault]:
    """Workers killed at random moments, and started again at once or a while later."""
    faults, at = [], 0.0
    while (at := at + random.uniform(0.3, 3.0)) < seconds:
        faults.append(Fault(at, What.KILL, random.randrange(2), random.choice((0.0, 0.5, 4.0))))
    return faults


def _rebalances(random: Random, seconds: float) -> list[Fault]:
    """A third worker joins; one is killed, told to stop or frozen while partitions move."""
    faults, at = [], 0.0
    while (at := at + random.uniform(1.0, 3.0)) < seconds:
        faults.append(Fault(at, What.JOIN, 2))
        # A worker needs about a second to be there, and the group moves then.
        during = at + random.uniform(0.5, 2.5)
        end = random.choice((What.KILL, What.LEAVE, What.FREEZE))
        faults.append(Fault(during, end, random.randrange(3), random.uniform(0.0, 2.0)))
        at = during + random.uniform(0.0, 1.5)
        faults.append(Fault(at, What.LEAVE, 2))
    return faults


def _zombies(random: Random, seconds: float) -> list[Fault]:
    """Workers frozen longer than their session, then alive again; some had been replaced."""
    faults, at = [], 0.0
    while (at := at + random.uniform(0.3, 2.0)) < seconds:
        what = random.choice((What.FREEZE, What.FREEZE, What.REPLACE))
        length = _SESSION + random.uniform(0.5, 3.0)
        if random.random() < 0.15:
            length = TRANSACTION_TIMEOUT_MS / 1000 + random.uniform(0.5, 3.0)
        faults.append(Fault(at, what, random.randrange(2), length))
        at += length
    return faults


def _broker(random: Random, seconds: float) -> list[Fault]:
    """The broker killed or stopped, and away for a moment or for longer."""
    faults, at = [], 0.0
    while (at := at + random.uniform(0.5, 3.0)) < seconds:
        what = random.choice((What.BROKER_KILLED, What.BROKER_KILLED, What.BROKER_STOPPED))
        length = random.uniform(0.0, 2.0)
        faults.append(Fault(at, what, seconds=length))
        at += length + 4.0  # it takes that long to be back
    return faults


def _broker_away(random: Random, seconds: float) -> list[Fault]:
    """The broker away for a minute."""
    del seconds
    what = random.choice((What.BROKER_KILLED, What.BROKER_STOPPED))
    return [Fault(random.uniform(1.0, 3.0), what, seconds=60.0)]


def _network(random: Random, seconds: float) -> list[Fault]:
    """Delays, cuts, stalls and half-open connections between workers and broker."""
    faults, at = [], 0.0
    while (at := at + random.uniform(0.3, 2.0)) < seconds:
        what = random.choice((What.SLOW, What.CUT, What.STALL, What.HALF_OPEN))
        length = 0.0 if what is What.HALF_OPEN else random.uniform(0.2, 2 * _SESSION)
        faults.append(Fault(at, what, seconds=length))
        at += length
    return faults


def _load(random: Random, seconds: float) -> list[Fault]:
    """A burst, a hot key, and kills in the middle of both."""
    faults, at = [], 0.0
    while (at := at + random.uniform(0.3, 2.0)) < seconds:
        length = random.uniform(1.0, 3.0)
        faults.append(Fault(at, random.choice((What.BURST, What.HOT)), seconds=length))
        if random.random() < 0.5:
            faults.append(Fault(at + random.uniform(0.0, length), What.KILL, random.randrange(2)))
        at += length
    return faults


def _restarts(random: Random, seconds: float) -> list[Fault]:
    """Planned restarts, whose snapshots are good, spoilt or could not be written; and kills."""
    faults, at = [], 0.0
    while (at := at + random.uniform(0.3, 2.0)) < seconds:
        if random.random() < 0.3:
            faults.append(Fault(at, What.DISK_FULL, seconds=random.uniform(0.5, 2.0)))
        length = random.choice((0.0, 1.0, 4.0))
        faults.append(Fault(at + 0.1, What.RESTART, random.randrange(2), length))
        if random.random() < 0.3:
            faults.append(Fault(at + random.uniform(0.3, 1.5), What.SPOIL))
        if random.random() < 0.3:
            faults.append(Fault(at + random.uniform(0.0, 2.0), What.KILL, random.randrange(2)))
        at += 2.0
    return faults


def _storm(random: Random, seconds: float) -> list[Fault]:
    """A site's storms within the first seconds; until the end what they opened becomes due."""
    faults, at = [], random.uniform(8.0, 12.0)
    while at < seconds / 3:
        length = random.uniform(1.0, 4.0)
        faults.append(Fault(at, What.STORM, seconds=length))
        at += length + random.uniform(0.5, 4.0)
    return faults


KINDS: Mapping[str, tuple[Callable[[Random, float], list[Fault]], float]] = {
    "kills": (_kills, 12.0),
    "rebalances": (_rebalances, 14.0),
    "zombies": (_zombies, 14.0),
    "broker": (_broker, 14.0),
    "broker-away": (_broker_away, 66.0),
    "network": (_network, 16.0),
    "load": (_load, 10.0),
    "restarts": (_restarts, 14.0),
    "storm": (_storm, 100.0),
}
"""By name: what makes the faults, and how many seconds records are written."""

OF_WORKERS_ALONE = {"kills", "rebalances", "zombies", "load", "restarts"}
"""Neither broker nor network fails: several such rounds can have one Kafka at once."""


OF_THE_PIPELINE_ALONE = {"storm"}
"""The stages that count have no sites and no cases."""


def plan(kind: str, seed: int, seconds: float | None = None) -> Plan:
    """The plan of a seed."""
    make, usual = KINDS[kind]
    length = usual if seconds is None else seconds
    random = Random(f"{kind} {seed}")
    settings: dict[str, object] = {
        "session_timeout_ms": SESSION_MS,
        "static_membership": random.choice((0, 1)),
        "commit_interval_ms": random.choice((20, 200, 1_000)),
        "commit_idle_ms": random.choice((0, 10, 20)),
    }
    if kind == "restarts" or random.random() < 0.5:
        settings["state_dir"] = STATE
    faults = sorted(make(random, length))
    return Plan(2, settings, tuple(faults), length)
