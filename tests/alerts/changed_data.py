"""Kafka's own data, changed by somebody: how it is caused, and what the alert's runbook does."""

import time

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, NewPartitions

from tests.alerts.machine import Machine, NotSeen
from tests.alerts.watch import Watch

GROUP, TOPIC = "recourse-customers", "service.customer-responses"
MORE = 14
_PATIENCE_SECONDS = 60.0


class ChangedData:
    """One after the other."""

    def __init__(self, machine: Machine, watch: Watch) -> None:
        self._machine = machine
        self._watch = watch

    def group_deleted(self) -> None:
        """A group's offsets are gone; the state knows them."""
        machine, watch = self._machine, self._watch
        watch.cause(f"stop the worker for good; delete the group {GROUP}; start the worker")
        self._stop_all(for_good=True)
        self._delete_group()
        machine.start_worker()
        watch.wait("RecourseBegunElsewhere", 60)
        watch.tell(f"runbook: the log says {machine.line('worker', 'begun_at_the_changelogs')}")
        watch.tell("runbook: nothing to put right; the next start has offsets again")
        machine.stop("worker")
        machine.start_worker()

    def topic_grown(self) -> None:
        """A topic gets more partitions than the others; then it is made anew, with as many."""
        machine, watch = self._machine, self._watch
        watch.cause(f"{MORE} partitions for {TOPIC}, under a worker that takes long to be sure")
        self._stop_all()
        machine.start_worker(module="tests.alerts.unsure")
        admin = AdminClient({"bootstrap.servers": machine.plain()})
        admin.create_partitions([NewPartitions(TOPIC, MORE)])[TOPIC].result(30)
        watch.wait("RecoursePartitionsUnowned", 60)
        said = machine.recourse("operator", "doctor", code=1)
        for line in dict.fromkeys(line for line in said.splitlines() if TOPIC in line):
            watch.tell(f"runbook: recourse doctor says {line}")
        watch.cause(f"runbook: stop the worker, make {TOPIC} anew, start the worker")
        self._stop_all()
        admin.delete_topics([TOPIC])[TOPIC].result(30)
        self._until_gone(admin)
        machine.recourse("admin", "topics", "apply", "--access")
        machine.start_worker()
        watch.wait("RecourseBegunElsewhere", 60)
        watch.tell(f"runbook: the log says {machine.line('worker', 'topics_made_anew')}")
        machine.stop("worker")
        machine.start_worker()

    def _stop_all(self, *, for_good: bool = False) -> None:
        for name in ("worker-1", "worker"):
            if self._machine.runs(name):
                self._machine.stop(name, for_good=for_good)

    def _delete_group(self) -> None:
        """As soon as the broker takes it: the group must be empty."""
        admin = AdminClient({"bootstrap.servers": self._machine.plain()})
        end = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                admin.delete_consumer_groups([GROUP])[GROUP].result(30)
            except KafkaException as refused:
                if time.monotonic() > end:
                    raise NotSeen(f"{GROUP} can't be deleted: {refused}") from None
                time.sleep(1)
            else:
                return

    def _until_gone(self, admin: AdminClient) -> None:
        end = time.monotonic() + _PATIENCE_SECONDS
        while TOPIC in admin.list_topics(timeout=30).topics:
            if time.monotonic() > end:
                raise NotSeen(f"{TOPIC} does not go")
            time.sleep(0.5)
