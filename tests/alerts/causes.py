"""What people and their systems can cause: how, and what the alert's runbook does about it."""

import json
import threading
import time

from tests.alerts.events import SITES, action, directory, press, presses, soon, unsafe, wrong
from tests.alerts.machine import Machine
from tests.alerts.watch import Watch

PROMISED = [f"v-promised-{number}" for number in range(5)]
WAITING = [f"v-waiting-{number}" for number in range(60)]


class Causes:
    """One after the other."""

    def __init__(self, machine: Machine, watch: Watch) -> None:
        self._machine = machine
        self._watch = watch

    def customers_wait(self) -> None:
        """Nobody acknowledges, a promised call is not made, nobody decides at EXECUTIVE."""
        send, watch = self._machine.send, self._watch
        watch.cause(
            "press: 60 customers, 5 who are promised a call, 1 with an unsafe car; nobody acts"
        )
        send("service-system", [unsafe("c-unsafe", "v-unsafe")])
        send("customer-channel", [press("c-unsafe", "v-unsafe", tier="EXECUTIVE")])
        send("customer-channel", presses(PROMISED, SITES[18:]))
        waiting = presses(WAITING, SITES[:18])
        slowly = threading.Thread(target=send, args=("customer-channel", waiting, 1.5))
        slowly.start()
        time.sleep(3)
        send("managers-app", [action(visit, "PROMISE", until=soon(15)) for visit in PROMISED])
        watch.wait("RecourseOverdueAtTheTop", 80)
        watch.wait("RecourseUnheardAtTheTop", 30)
        watch.tell("runbook: the night desk resolves the case with the unsafe car")
        send("managers-app", [action("v-unsafe", "RESOLVE", outcome="UPHELD")])
        watch.wait("RecourseCustomersWaitFast", 40)
        watch.wait("RecoursePromisesMissed", 40)
        watch.wait("RecourseCustomersWaitSlow", 40)
        slowly.join()
        watch.tell("runbook: managers acknowledge what is open, and make the promised calls")
        send("managers-app", [action(visit, "ACKNOWLEDGE") for visit in WAITING])
        send("managers-app", [action(visit, "CONTACTED") for visit in PROMISED])

    def flood(self) -> None:
        """One customer, again and again."""
        self._watch.cause("flood: one customer presses the button on 20 visits")
        flood = [press("c-flood", f"v-flood-{number}") for number in range(20)]
        self._machine.send("customer-channel", flood, 2.0)
        self._watch.wait("RecourseThrottledJump", 40)
        self._watch.tell("runbook: it is one customer, and nobody else is held back")

    def bad_records(self) -> None:
        """Events that can't be used; then a policy that is none."""
        machine, watch = self._machine, self._watch
        watch.cause("30 events from the future")
        machine.send("customer-channel", [wrong(number) for number in range(30)], 3.0)
        watch.wait("RecourseDeadLetters", 25)
        listed = machine.recourse("operator", "dead-letters", "list", "--json")
        watch.tell(f"runbook: recourse dead-letters list says {_first_detail(listed)}")
        watch.cause("a policy that is none, written past recourse policy publish")
        machine.write_policy(b'{"throttle": {"limit": -1}}')
        watch.wait("RecourseReferenceRefused", 20)
        watch.tell("runbook: recourse policy repair takes it away")
        machine.recourse("operator", "policy", "repair")
        watch.cause("garbage over the policy that is in force")
        shown = json.loads(machine.recourse("operator", "policy", "show", "--json"))
        (held,) = [each for each in shown["policies"] if each["state"] == "in force"]
        machine.write_policy(b"\x00\x01", held["version"])
        watch.wait("RecourseReferenceAtRisk", 20)
        watch.tell("runbook: recourse policy repair publishes the good one again")
        machine.recourse("operator", "policy", "repair")

    def misplaced(self) -> None:
        """A producer whose partitioner nobody has set."""
        self._watch.cause("a press a second by a producer with librdkafka's own partitioner")
        visits = [f"v-astray-{number}" for number in range(12)]
        lines = presses(visits, SITES)
        self._machine.send("customer-channel", lines, 1.0, partitioner="consistent_random")
        self._watch.wait("RecourseRecordsMisplaced", 25)
        self._watch.tell("runbook: the producer gets partitioner=murmur2_random")

    def nobody_reachable(self) -> None:
        """All managers are absent; then a site that the directory does not know."""
        machine, watch = self._machine, self._watch
        watch.cause("publish a directory whose managers are all absent, and press the button")
        machine.publish("directory", directory(absent=True))
        machine.send("customer-channel", [press("c-alone", "v-alone")])
        watch.wait("RecourseNobodyReachable", 25)
        said = machine.recourse("operator", "explain", "v-alone:1")
        watch.tell("runbook: recourse explain v-alone:1 says")
        for line in said.splitlines():
            if "m-" in line:
                watch.tell(f"    {line.strip()}")
        watch.cause("press the button at a site that the directory does not know")
        machine.send("customer-channel", [press("c-nowhere", "v-nowhere", "nowhere")])
        watch.wait("RecourseUnknownSites", 20)
        watch.tell("runbook: publish the directory with the managers there, and the site")
        machine.publish("directory", directory("nowhere"))


def _first_detail(listed: str) -> str:
    found = (
        json.loads(listed.splitlines()[0]) if not listed.startswith("[") else json.loads(listed)[0]
    )
    return f"{found['reason']}: {found['detail']}"
