"""What `--help` ends with for each command: examples, and what it ends with.

docs/commands.md is made from this table and from the options; tests hold both to the commands.
"""

from collections.abc import Mapping
from typing import Any

from agents.commands.console.exits import DIFF as _DIFF
from agents.commands.console.exits import NOT_PUBLISHED as _NOT_PUBLISHED
from agents.commands.console.exits import SETTING as _SETTING
from agents.commands.console.exits import UNREACHABLE as _UNREACHABLE
from agents.commands.console.exits import WORKERS as _WORKERS
from agents.commands.console.exits import Entry, exits_of

MANUAL: Mapping[str, Entry] = {
    "demo": Entry(
        (
            "recourse demo --customers 800 --seed 2",
            "recourse demo --board",
            "recourse demo --keep; recourse demo --stop",
        ),
        {
            0: "the week was played, and equals the pure core",
            1: "it does not, or something was in the way",
            130: "Ctrl-C",
        },
    ),
    "worker": Entry(
        (
            "recourse worker --http-port 8080 --worker-number 0",
            "recourse worker --stage desk --worker-number 1",
            "recourse worker --stage shadow",
        ),
        _WORKERS,
    ),
    "notify": Entry(
        ("recourse notify docs/examples/ways.yaml --http-port 8090",),
        {
            0: "told to stop",
            75: "start it again: another process has its work, or Kafka lost it",
            78: "a setting or the file must change first; sentences say what",
        },
    ),
    "archive": Entry(
        (
            "recourse archive /srv/archive",
            "recourse archive s3://our-bucket/recourse --every 300",
            "recourse archive /srv/archive --show --json | jq .topics",
        ),
        {
            0: "told to stop; with --once all is in it; with --show said",
            2: "with --show: there is no archive, or it can't be read",
            75: "another process writes the archive, or Kafka was lost: start again",
            78: _SETTING,
        },
    ),
    "board": Entry(
        ("recourse board --folder /var/lib/recourse-board", "recourse board --demo"),
        {
            0: "told to stop",
            75: "start it again: Kafka refused, or can't be asked",
            78: "a setting must change first, or --demo is not on a demo's Kafka",
        },
    ),
    "simulate": Entry(
        ("recourse simulate docs/examples/rise.jsonl --policy docs/examples/strict.yaml",),
        {0: "all lines went through", 1: "a file can't be used: sentences say why"},
    ),
    "month": Entry(
        ("recourse month --days 7 --sites 10 --vacant 0 --vacant 4",),
        {0: "simulated", 1: "the auditor found something, or a file can't be used"},
    ),
    "play": Entry(
        ("recourse play docs/examples/rise.jsonl", "recourse play events.jsonl --rate 50"),
        {
            0: "every record was acknowledged",
            1: "nothing was sent, or not everything: a sentence says what",
            78: _SETTING,
            130: "Ctrl-C",
        },
    ),
    "replay": Entry(
        (
            "recourse replay --policy friday.yaml",
            "recourse replay --policy friday.yaml --rule REQUESTED_BY_CUSTOMER --json",
            "recourse replay --sweep throttle.limit=2,3,5",
            "recourse replay --from in.jsonl --from out.jsonl --then now.yaml --policy friday.yaml",
        ),
        {
            0: "replayed: nothing that somebody must look at",
            1: "a decision of the floor turns, upheld cases are refused, or the past does not come "
            "out and nothing explains it",
            2: "a file or Kafka can't be read, or a setting is wrong: a sentence says what",
        },
    ),
    "explain": Entry(
        ("recourse explain v1:1", "recourse explain service.estimates:3:17 --json"),
        {0: "explained", 1: "nothing is known of the id, or it can't be read", 78: _SETTING},
    ),
    "dead-letters list": Entry(
        ("recourse dead-letters list --since 2h --reason INVALID",),
        {0: "listed, also where there are none", 1: "Kafka can't be asked", 78: _SETTING},
    ),
    "dead-letters show": Entry(
        ("recourse dead-letters show service.estimates:3:17",),
        {0: "shown", 1: "there is no such dead letter, or Kafka can't be asked", 78: _SETTING},
    ),
    "dead-letters redrive": Entry(
        (
            "recourse dead-letters redrive service.estimates:3:17",
            "recourse dead-letters redrive --reason UNKNOWN_SCHEMA --since 1d --yes",
        ),
        {0: "all were sent", 1: "some were not: a sentence says which and why", 78: _SETTING},
    ),
    "status": Entry(
        (
            "recourse status --worker localhost:8080 --worker localhost:8082",
            "recourse status --watch --every 2",
            "recourse status --json | jq .look_at",
        ),
        {0: "nothing wants a look", 1: "something does: a sentence for each", 2: _UNREACHABLE},
    ),
    "doctor": Entry(
        ("recourse doctor", "recourse doctor --role operator --json"),
        {
            0: "nothing to fix",
            1: "something is: a line says what and what is right",
            2: "it could not look: a setting is wrong, or Kafka does not answer",
        },
    ),
    "cases": Entry(
        (
            "recourse cases --overdue",
            "recourse cases --site muenchen --tier REGIONAL --sort age",
            "recourse cases --without-manager --json",
        ),
        {0: "listed, also where there are none", 2: _UNREACHABLE},
    ),
    "effect": Entry(
        (
            "recourse effect",
            "recourse effect --site muenchen --metric same-day",
            "recourse effect --since 2026-04-01",
            "recourse effect --metric same-day --metric rating --html effect.html",
            "recourse effect --json | jq 'select(.design == \"holdout\")'",
            "recourse effect --from out.jsonl --policy next.yaml",
        ),
        {
            0: "said, also where there is nothing to compare yet",
            1: "the arms have not the customers that the draw gave them: compare nothing",
            2: _UNREACHABLE,
        },
    ),
    "pilot plan": Entry(
        (
            "recourse pilot plan",
            "recourse pilot plan --share 10 --share 25 --policy next.yaml",
            "recourse pilot plan --metric rating --site muenchen --json",
        ),
        {
            0: "said",
            2: "there are too few visits, a file can't be read, or Kafka can't be asked",
        },
    ),
    "pilot propose": Entry(
        (
            "recourse pilot propose --next next.yaml",
            "recourse pilot propose --from out.jsonl --policy spring.yaml --json",
        ),
        {
            0: "go",
            1: "wait: a demand is not met yet, or can't be worked out",
            2: _UNREACHABLE,
            3: "back: a demand is against a step",
        },
    ),
    "causes": Entry(
        (
            "recourse causes",
            "recourse causes --site muenchen --since 2026-04-01",
            "recourse causes --json | jq 'select(.stands_out)'",
            "recourse causes --from in.jsonl --from out.jsonl",
        ),
        {0: "said, also where nothing stands out", 2: _UNREACHABLE},
    ),
    "causes letter": Entry(
        ("recourse causes letter --site muenchen --week 2026-W31 --language en",),
        {0: "written", 1: "nothing is known of the site", 2: _UNREACHABLE},
    ),
    "causes fix add": Entry(
        ('recourse causes fix add "price by phone first" --from 2026-10-01 --site tampa',),
        {0: "it stands in the file", 1: "the file can't be used: a sentence says why"},
    ),
    "causes fix list": Entry(
        ("recourse causes fix list --fixes policies/fixes.yaml",),
        {0: "listed, also where there are none", 2: "the file can't be used"},
    ),
    "feeds": Entry(
        (
            "recourse feeds",
            "recourse feeds --days 28 --above 5 --region west --all",
            "recourse feeds --json | jq -r 'select(.state == \"silent\") | .site'",
        ),
        {0: "all are well", 1: "a site is silent, incomplete or late", 2: _UNREACHABLE},
    ),
    "act": Entry(
        (
            "recourse act v1:1 acknowledge --by m-brooks",
            "recourse act v1:1 promise --until 30m --by m-brooks --dry-run",
            "recourse act v1:1 resolve --outcome upheld --remedy price-to --amount 120.00 --by m-1",
            "recourse act v1:1 reassign --to r-whitfield --reason 'knows the car' --by m-brooks",
        ),
        {
            0: "done; with --dry-run: it would be",
            1: "refused, or it can't be used: sentences say why and what would be accepted",
            2: "nothing was sent: there is no such case, or Kafka can't be asked",
            3: "no answer in time: the action stands, and counts once the desk reads it",
        },
    ),
    "link": Entry(
        ("recourse link v1:1", "recourse link v1:1 --json"),
        {
            0: "made, and written to stdout",
            2: "there is no such case, a setting lacks or is wrong, or Kafka can't be asked",
        },
    ),
    "drain": Entry(
        ("recourse drain", "recourse drain 2 --for-good"),
        {
            0: "it has ended",
            1: "it was not stopped, or has not ended in time: a sentence says why",
            2: "no such worker runs on this machine, or several do",
        },
    ),
    "state show": Entry(
        ("recourse state show", "recourse state show --stage desk --all --json"),
        {
            0: "workers would begin",
            1: "one would not: a sentence for each reason",
            2: _UNREACHABLE,
            78: _SETTING,
        },
    ),
    "state reset-offsets": Entry(
        ("recourse state reset-offsets customers --every-partition",),
        {
            0: "the group says what its changelog says",
            1: "workers run, or Kafka refused: a sentence says so; or the answer was no",
            2: _UNREACHABLE,
            78: _SETTING,
        },
    ),
    "state accept": Entry(
        (
            "recourse state accept customers --partition 3 --partition 4",
            "recourse state accept desk --every-partition --begin first --yes",
        ),
        {
            0: "what the changelog holds is the state, from now on",
            1: "workers run, or Kafka refused: a sentence says so; or the answer was no",
            2: _UNREACHABLE,
            78: _SETTING,
        },
    ),
    "state remove": Entry(
        ("recourse state remove customers --partition 3 --offset 928",),
        {
            0: "its key is deleted",
            1: "it is state, workers run, or nothing is there: a sentence says so",
            2: _UNREACHABLE,
            78: _SETTING,
        },
    ),
    "audit": Entry(
        (
            "recourse audit",
            "recourse audit --watch --http-port 8091",
            "recourse audit --from made.jsonl --events events.jsonl",
        ),
        {0: "nothing found", 1: "something, case by case", 2: "it can't be read"},
    ),
    "erasure prove": Entry(
        ("recourse erasure prove c-4711", "recourse erasure prove c-4711 --from /srv/archive"),
        {0: "the id is in nothing that is kept", 1: "it is", 2: "it can't be read"},
    ),
    "kafka up": Entry(
        ("recourse kafka up", "recourse kafka up --free-port --guarded --with registry"),
        {0: "it answers, with all topics", 2: "it could not be started: a sentence says why"},
    ),
    "kafka down": Entry(("recourse kafka down --wipe",), {0: "it does not run (any more)"}),
    "kafka status": Entry(("recourse kafka status --json",), {0: "it runs", 3: "it does not"}),
    "kafka tool": Entry(
        (
            "recourse kafka tool consumer-groups --describe --group recourse-desk",
            "recourse kafka tool topics --list",
        ),
        {0: "what the tool ends with; so are other codes", 2: "there is no such tool"},
    ),
    "topics create": Entry(
        ("recourse topics create",),
        {0: "all are there", 2: "one has another number of partitions, or a setting is wrong"},
    ),
    "topics plan": Entry(
        ("recourse topics plan --access",),
        {
            0: "nothing to do",
            1: "something that `apply` would refuse, or Kafka can't be asked",
            3: "something to do",
        },
    ),
    "topics apply": Entry(
        ("recourse topics apply --access --principal worker=User:CN=recourse-worker",),
        {
            0: "all is as declared",
            1: "something was refused or is to be done by hand, or Kafka can't be asked",
        },
    ),
    "policy lint": Entry(
        ("recourse policy lint docs/examples/strict.yaml",),
        {0: "it is right", 1: "it is not: a sentence for each problem"},
    ),
    "policy publish": Entry(
        (
            "recourse policy publish docs/examples/strict.yaml",
            "recourse policy publish next.yaml --by-rule",
        ),
        {0: "published", 1: _NOT_PUBLISHED},
    ),
    "policy drop-shadow": Entry(
        ("recourse policy drop-shadow",),
        {0: "none is published (any more)", 1: "Kafka can't be asked"},
    ),
    "policy repair": Entry(
        ("recourse policy repair --dry-run", "recourse policy repair"),
        {0: "mended, or nothing is refused", 1: _NOT_PUBLISHED},
    ),
    "policy show": Entry(
        ("recourse policy show", "recourse policy show --version strict-2026 > strict.yaml"),
        {0: "shown", 1: "Kafka can't be asked, or there is no such version"},
    ),
    "policy diff": Entry(("recourse policy diff docs/examples/strict.yaml",), _DIFF),
    "directory lint": Entry(
        ("recourse directory lint agents/reference_data/directories/demo.yaml",),
        {0: "it is right", 1: "it is not: a sentence for each problem"},
    ),
    "directory publish": Entry(
        ("recourse directory publish agents/reference_data/directories/demo.yaml",),
        {0: "published", 1: _NOT_PUBLISHED},
    ),
    "directory repair": Entry(
        ("recourse directory repair --dry-run", "recourse directory repair"),
        {0: "mended, or nothing is refused", 1: _NOT_PUBLISHED},
    ),
    "directory show": Entry(
        ("recourse directory show --yaml > directory.yaml",),
        {0: "shown", 1: "Kafka can't be asked"},
    ),
    "directory diff": Entry(
        ("recourse directory diff agents/reference_data/directories/demo.yaml",), _DIFF
    ),
}


def taught(command: Any, path: str) -> Any:  # noqa: ANN401 - typer hides its commands' type
    """The command, and those in it, with examples and exit codes below its help."""
    for name, inner in getattr(command, "commands", {}).items():
        taught(inner, f"{path} {name}")
    entry = MANUAL.get(path)
    if entry is not None:
        command.epilog = "\n".join(
            (
                "Examples:" if len(entry.examples) > 1 else "Example:",
                *(f"  $ {example}" for example in entry.examples),
                "",
                "Exit codes:",
                *(f"  {code}  {meaning}" for code, meaning in exits_of(entry).items()),
            )
        )
    return command
