"""The engine's exceptions, cut by what the caller does.

EngineError
├── ConfigurationError    one sentence to the operator, exit 78: somebody must change something
├── Fenced                exit 75: another worker owns the work, or the broker refused; start again
└── ProcessorFailed       exit 70: a defect in a processor; nothing of the unit is committed
"""

EXIT_OK = 0
EXIT_DEFECT = 70
"""EX_SOFTWARE: a restart alone does not help."""
EXIT_RESTART = 75
"""EX_TEMPFAIL: start again; the state comes back from the changelog."""
EXIT_CONFIGURATION = 78
"""EX_CONFIG: a setting, a topic or the reference data must change first."""


class EngineError(Exception):
    """Any of the engine's own errors; `exit_code` is what the worker ends with."""

    exit_code = EXIT_DEFECT


class ConfigurationError(EngineError):
    """A worker can't start like this. The message is one sentence that says what is right."""

    exit_code = EXIT_CONFIGURATION


class UnreadableState(ConfigurationError):  # noqa: N818 - says what happened
    """A processor can't read what its changelog holds.

    The engine says where it lies, and how one gets out. The key may be a person's id, so it stands
    in no sentence: sentences are logged.
    """

    def __init__(self, key: str, reason: str) -> None:
        self.key, self.reason = key, reason
        super().__init__(reason)


class Fenced(EngineError):  # noqa: N818 - says what happened
    """What is in memory is no longer what Kafka holds. The worker must restore."""

    exit_code = EXIT_RESTART


def taken_over(name: str, detail: str) -> Fenced:
    """Why a broker refuses who had a name of his own: a worker's number is in it."""
    return Fenced(
        f"{name} was taken over: a second process runs with this RECOURSE_WORKER_NUMBER (give "
        "each worker a number of its own), or this one stood still for longer than its session "
        f"({detail})"
    )


class ProcessorFailed(EngineError):  # noqa: N818 - says what happened
    """A processor raised. It never may: bad input is a dead letter."""

    exit_code = EXIT_DEFECT
