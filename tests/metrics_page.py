"""docs/metrics.md, made from the code: `make metrics`."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from prometheus_client import Histogram
from prometheus_client.metrics import MetricWrapperBase

import agents
import streams

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "metrics.md"
_SUFFIX = {"counter": "_total"}
_TOP = """\
# Metrics

A contract: a renamed metric or label is a breaking change. Made by `make metrics` from the code,
and compared with it by the tests; alerts and panels name nothing else. Counters end in `_total`; a
histogram has `_bucket`, `_sum` and `_count`. Every label is a word of the contract, a topic, a
stage or a version of the policy: never the id of a customer, a visit or a case. Counters count what
is handled, so a record that a worker handled before it died is counted once more by the next.
"""
_HEAD = "| metric | type | labels | meaning |\n|---|---|---|---|\n"


def declared() -> dict[str, list[MetricWrapperBase]]:
    """Every metric of the packages, by the module that has it."""
    found: dict[str, list[MetricWrapperBase]] = {}
    for package in (streams, agents):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.rpartition(".")[2] == "metrics":
                loaded = vars(import_module(module.name)).values()
                of = {each._name: each for each in loaded if isinstance(each, MetricWrapperBase)}
                found[module.name] = [of[name] for name in sorted(of)]
    return found


def exposed(metric: MetricWrapperBase) -> str:
    """The name that a query uses."""
    return f"{metric._name}{_SUFFIX.get(metric._type or '', '')}"


def names() -> Iterator[str]:
    """All that a query may name."""
    for metrics in declared().values():
        for metric in metrics:
            yield exposed(metric)
            if isinstance(metric, Histogram):
                yield from (f"{metric._name}_{part}" for part in ("bucket", "sum", "count"))


def page() -> str:
    parts = [_TOP]
    for module, metrics in declared().items():
        parts.append(
            f"\n## `{module}`\n\n| metric | type | labels | meaning |\n|---|---|---|---|\n"
        )
        parts += [
            f"| `{exposed(each)}` | {each._type} | "
            f"{', '.join(f'`{label}`' for label in each._labelnames)} | {each._documentation} |\n"
            for each in metrics
        ]
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
