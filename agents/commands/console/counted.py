"""What was counted at the sites, for the commands that judge by it."""

from pathlib import Path

from confluent_kafka import KafkaException
from msgspec import Struct
from rich.progress import Progress

from agents.commands.console.options import leave
from agents.commands.console.output import say
from agents.commands.console.screen import Screen
from agents.commands.running.topics import NotPublished, published
from agents.commands.simulation.simulate import read_lines
from agents.core.insights import INSIGHTS
from agents.core.policy import Policy
from agents.operations.audit.reading import TICKS, Unreadable, records_of_lines
from agents.operations.effect.reading import NoInsights, Taker, read_into
from agents.operations.status.clock import now_of
from agents.pipeline.settings import load
from agents.records.schema_registry import codecs_of
from agents.reference_data.files import UnusableFile
from agents.reference_data.policy_files import default_policy, load_policy
from schemas.records import Insight
from streams.errors import ConfigurationError, EngineError
from streams.runtime import logs

EXIT_UNREADABLE = 2


class Counted(Struct, frozen=True):
    """The policy that holds, and the time: of the last line of a file, or what Kafka says (ms)."""

    policy: Policy
    now: int


def counted_in_file(path: Path, policy: Path | None, taker: Taker) -> Counted:
    """Reads in what `simulate` wrote; the policy is that of a file, or the package's."""
    try:
        rules = default_policy() if policy is None else load_policy(policy)
        records, last = records_of_lines(read_lines(path), (INSIGHTS,))
    except (Unreadable, UnusableFile) as problem:
        leave(problem, EXIT_UNREADABLE)
    for each, _ in records:
        if isinstance(each, Insight):
            taker.take(each)
    return Counted(rules, last)


def counted_in_kafka(bootstrap_servers: str, taker: Taker) -> Counted:
    """Reads in the topics; the policy is the one in force."""
    logs.configure("ERROR", "auto")
    console = Screen(stderr=True)
    try:
        settings = load(bootstrap_servers=bootstrap_servers)
        with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
            task = progress.add_task("Reading what was counted ...", total=None)

            def told(read: int, whole: int) -> None:
                progress.update(task, completed=read, total=whole)

            read_into(taker, bootstrap_servers, codecs_of(settings, writes=False), told)
            now = now_of(bootstrap_servers, TICKS)
            policy = published(bootstrap_servers).world(now).policy
    except (NoInsights, NotPublished, ConfigurationError, EngineError) as problem:
        leave(problem, EXIT_UNREADABLE)
    except KafkaException as error:
        sentence = f"Kafka at {bootstrap_servers} can't be asked: {error.args[0].str()}"
        leave(NoInsights(sentence), EXIT_UNREADABLE)
    if taker.left_out:
        say(f"{taker.left_out}.", err=True)
    return Counted(policy, now)
