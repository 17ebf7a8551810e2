"""Makes a plan happen: each fault at its time, and its end."""

import time
from collections.abc import Callable

from tests.chaos.broker import Ground
from tests.chaos.crew import Crew
from tests.chaos.disk import Disk
from tests.chaos.feeder import USUAL, Feeder
from tests.chaos.plans import OF_A_WORKER, Fault, Plan, What
from tests.kafka.engine_kit import WorkerProcess

_DELAY_SECONDS = 0.3
_BURST = 10


class Scheduler:
    """Of one round; `step` is called again and again, by who waits for whatever."""

    def __init__(
        self, ground: Ground, crew: Crew, plan: Plan, disk: Disk, feeder: Feeder | None = None
    ) -> None:
        self._ground, self._crew, self._plan = ground, crew, plan
        self._disk, self._feeder = disk, feeder
        self._due: list[tuple[float, Callable[[], None]]] = []
        self._frozen: list[WorkerProcess] = []
        self._began = 0.0

    def begin(self) -> None:
        """The plan's time begins."""
        self._began = time.monotonic()
        self._due = [(fault.at, self._action(fault)) for fault in self._plan.faults]

    def step(self) -> None:
        """Does what is due, and looks after the workers."""
        self._due.sort(key=lambda each: each[0])
        while self._due and self._due[0][0] <= self._passed():
            self._due.pop(0)[1]()
        self._crew.look()

    def is_over(self) -> bool:
        """Whether everything has happened, and has ended again."""
        return not self._due and self._passed() >= self._plan.seconds

    def heal(self) -> None:
        """Ends what has not ended yet; what has not happened does not."""
        self._ground.proxy.heal()
        self._ground.start_broker()
        self._disk.make_room()
        for worker in self._frozen:
            self._crew.thaw(worker)

    def _passed(self) -> float:
        return time.monotonic() - self._began

    def _later(self, seconds: float, what: Callable[[], None]) -> None:
        self._due.append((self._passed() + seconds, what))

    def _action(self, fault: Fault) -> Callable[[], None]:
        if fault.what in OF_A_WORKER:
            return self._to_a_worker(fault)
        match fault.what:
            case What.SPOIL:
                return self._disk.spoil
            case What.DISK_FULL:
                return lambda: self._fill_disk(fault)
            case What.BROKER_KILLED | What.BROKER_STOPPED:
                return lambda: self._break_broker(fault)
            case What.BURST | What.HOT:
                return lambda: self._load(fault)
            case _:
                return lambda: self._break_network(fault)

    def _to_a_worker(self, fault: Fault) -> Callable[[], None]:
        crew, number = self._crew, fault.worker
        match fault.what:
            case What.KILL:
                return lambda: crew.kill(number, fault.seconds)
            case What.RESTART:
                return lambda: crew.restart(number, fault.seconds)
            case What.JOIN:
                return lambda: crew.join(number)
            case What.LEAVE:
                return lambda: crew.leave(number)
            case _:
                return lambda: self._freeze(fault)

    def _freeze(self, fault: Fault) -> None:
        crew = self._crew
        stop = crew.replace if fault.what is What.REPLACE else crew.freeze
        frozen = stop(fault.worker)
        if frozen is not None:
            self._frozen.append(frozen)
            self._later(fault.seconds, lambda: crew.thaw(frozen))

    def _fill_disk(self, fault: Fault) -> None:
        self._disk.fill(self._crew.pids())
        self._later(fault.seconds, self._disk.make_room)

    def _break_broker(self, fault: Fault) -> None:
        ground = self._ground
        (ground.kill_broker if fault.what is What.BROKER_KILLED else ground.stop_broker)()
        self._later(fault.seconds, ground.start_broker)

    def _break_network(self, fault: Fault) -> None:
        proxy = self._ground.proxy
        match fault.what:
            case What.SLOW:
                proxy.slow(_DELAY_SECONDS)
            case What.STALL:
                proxy.stall()
            case What.CUT:
                proxy.cut()
            case What.HALF_OPEN:
                proxy.half_open()
            case _:
                raise AssertionError(fault)
        self._later(fault.seconds, proxy.heal)

    def _load(self, fault: Fault) -> None:
        feeder = self._feeder
        if feeder is None:
            return
        if fault.what is What.HOT:
            feeder.hot = True
        else:
            feeder.rate = USUAL * _BURST

        def usual() -> None:
            feeder.rate, feeder.hot = USUAL, False

        self._later(fault.seconds, usual)
