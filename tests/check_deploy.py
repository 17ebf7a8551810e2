"""Is all of `deploy/` right, by the tools' own checks? `make check-deploy`.

What is missing of the tools is fetched (`tests/fetched_tools.py`).
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import yaml
from prometheus_client import generate_latest

from streams.settings import Settings
from tests import pins
from tests.fetched_tools import ToolMissing, asyncapi_parser, tool
from tests.metrics_page import declared

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
CHART = DEPLOY / "helm" / "recourse"
KUBERNETES = "1.31"
CUSTOM = {
    "PrometheusRule",
    "ScaledObject",
    "ServiceMonitor",
}  # of operators: not in Kubernetes' own schemas
OAUTH = {
    "tokenUrl": "https://identity:8443/realms/kafka/token",
    "scope": "kafka",
    "extensions": "logicalCluster=lkc-1,identityPoolId=pool-1",
    "caKey": "identity.pem",
}
MECHANISMS: dict[str, dict[str, Any]] = {
    "SCRAM-SHA-512": {},
    "SCRAM-SHA-256": {},
    "PLAIN": {},
    "OAUTHBEARER": {"oauth": OAUTH},
}
VALUES: dict[str, dict[str, Any]] = {
    "as it comes": {"privacyKeySecret": "privacy"},
    "all of it": {
        "kafka": {"bootstrapServers": "a:9093,b:9093"},
        "networkPolicy": {"morePorts": [9094], "to": [{"ipBlock": {"cidr": "10.1.0.0/16"}}]},
        "registry": {
            "url": "https://registry",
            "username": "worker",
            "secret": "registry",
            "framingByTopic": {"recourse.cases": "confluent", "recourse.visits": "confluent"},
        },
        "privacyKeySecret": "privacy",
        "stages": ["desk"],
        "settings": {"RECOURSE_TICK_INTERVAL_MS": 5000},
        "autoscaling": {"enabled": True},
        "serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
        "image": {"pullSecrets": ["mine"]},
        "podAnnotations": {"a": "b"},
        "nodeSelector": {"kubernetes.io/arch": "amd64"},
        "tolerations": [{"key": "a", "operator": "Exists"}],
        "state": {"storageClass": "fast"},
        "prometheusRule": {
            "enabled": True,
            "labels": {"release": "prometheus"},
            "runbookUrl": "https://docs.mine/runbooks",
        },
        "dashboard": {"enabled": True},
        "topicsJob": {"enabled": True, "args": ["--access", "--principal=worker=User:shop"]},
        "serviceAccountName": "recourse",
        "priorityClassName": "high",
        "affinity": {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": []}},
        "podLabels": {"team": "service"},
        "extraEnv": [{"name": "HTTPS_PROXY", "value": "http://proxy:3128"}],
        "extraEnvFrom": [{"secretRef": {"name": "more"}}],
        "extraVolumes": [{"name": "more", "emptyDir": {}}],
        "extraVolumeMounts": [{"name": "more", "mountPath": "/more"}],
    },
    "OpenShift, and KEDA": {
        "privacyKeySecret": "privacy",
        "topicsJob": {"enabled": True},
        "openShift": True,
        "image": {"digest": f"sha256:{'0' * 64}"},
        "keda": {"enabled": True, "prometheus": "http://prometheus:9090"},
    },
    **{
        f"three brokers, {mechanism}": {
            "privacyKeySecret": "privacy",
            "kafka": {
                "bootstrapServers": "a:9093,b:9093,c:9093",
                "saslMechanism": mechanism,
                **more,
            },
            "topicsJob": {"enabled": True},
        }
        for mechanism, more in MECHANISMS.items()
    },
    "plain": {
        "withoutPrivacyKey": True,
        "kafka": {"securityProtocol": "PLAINTEXT"},
        "state": {"enabled": False},
        "auditor": {"enabled": False},
    },
}
WRONG: dict[str, dict[str, Any]] = {
    "a value that is none": {"privacyKeySecret": "privacy", "worker": 3},
    "a server without a port": {
        "privacyKeySecret": "privacy",
        "kafka": {"bootstrapServers": "kafka"},
    },
    "a stage that is none": {"privacyKeySecret": "privacy", "stages": ["insight"]},
    "no key for what stays of who is erased": {},
    "one number for all workers": {
        "privacyKeySecret": "privacy",
        "settings": {"RECOURSE_WORKER_NUMBER": 0},
    },
    "a setting that is none of ours": {"privacyKeySecret": "privacy", "settings": {"HOME": "/"}},
    "a user of the registry without a secret": {
        "privacyKeySecret": "privacy",
        "registry": {"url": "https://registry", "username": "worker"},
    },
    "Confluent's framing without a registry": {
        "privacyKeySecret": "privacy",
        "registry": {"framingByTopic": {"recourse.cases": "confluent"}},
    },
    "a framing that is none": {
        "privacyKeySecret": "privacy",
        "registry": {"url": "https://registry", "framingByTopic": {"recourse.cases": "json"}},
    },
    "no secret for Kafka": {"privacyKeySecret": "privacy", "kafka": {"secret": ""}},
    "two that set the number of workers": {
        "privacyKeySecret": "privacy",
        "autoscaling": {"enabled": True},
        "keda": {"enabled": True, "prometheus": "http://prometheus:9090"},
    },
    "tokens from nowhere": {
        "privacyKeySecret": "privacy",
        "kafka": {"saslMechanism": "OAUTHBEARER"},
    },
    "a token endpoint that nobody asks": {
        "privacyKeySecret": "privacy",
        "kafka": {"oauth": {"tokenUrl": "https://identity/token"}},
    },
    "a token endpoint without TLS": {
        "privacyKeySecret": "privacy",
        "kafka": {"saslMechanism": "OAUTHBEARER", "oauth": {"tokenUrl": "http://identity/token"}},
    },
    "a mechanism that is none": {
        "privacyKeySecret": "privacy",
        "kafka": {"saslMechanism": "GSSAPI"},
    },
    "a job that may lose records": {
        "privacyKeySecret": "privacy",
        "topicsJob": {"enabled": True, "args": ["--allow-loss"]},
    },
    "KEDA without Prometheus": {"privacyKeySecret": "privacy", "keda": {"enabled": True}},
}


class Wrong(Exception):  # noqa: N818 - it says what the case is
    """What a check says."""


class NotLookedAt(Exception):  # noqa: N818 - it says what the case is
    """Why a check is left out here."""


def main() -> None:
    checks: dict[str, Callable[[], None]] = {
        "rules and their tests (promtool)": rules,
        "Prometheus' configuration (promtool)": prometheus,
        "metrics (promtool)": metrics,
        "Alertmanager's configuration (amtool)": alertmanager,
        "chart (helm, Kubernetes' schemas)": chart,
        "values in the page": values_in_the_page,
        "compose file and workflows (their schemas)": schemas,
        "image's lock": lock,
        "base image and actions (by digest and commit)": pinned,
        "docs/asyncapi.yaml (AsyncAPI's parser)": asyncapi,
    }
    failed = False
    for name, check in checks.items():
        begin = time.monotonic()
        try:
            check()
        except NotLookedAt as why:
            sys.stdout.write(f"{name}: not looked at: {why}\n")
        except (Wrong, ToolMissing) as problem:
            failed = True
            sys.stderr.write(f"{name}: {problem}\n")
        else:
            sys.stdout.write(f"{name}: fine ({time.monotonic() - begin:.1f} s)\n")
    sys.exit(1 if failed else 0)


def rules() -> None:
    folder = DEPLOY / "prometheus"
    files = [str(folder / "rules.yaml"), str(folder / "alerts.yaml")]
    run("promtool", "check", "rules", *files)
    run("promtool", "test", "rules", *map(str, sorted(folder.glob("*_test.yaml"))))


def prometheus() -> None:
    """That of one machine; and the compose file's, with the rules where they are here."""
    lint = ("check", "config", "--lint=all", "--lint-fatal")
    run("promtool", *lint, str(DEPLOY / "prometheus" / "one-machine.yaml"))
    text = (DEPLOY / "compose" / "prometheus.yaml").read_text()
    inside = "/etc/prometheus/rules/"
    if inside not in text:
        raise Wrong(f"prometheus.yaml names no rules in {inside}")
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(text.replace(inside, f"{DEPLOY / 'prometheus'}/"))
        file.flush()
        run("promtool", *lint, file.name)


def metrics() -> None:
    """Every metric of the code, as a worker would show it."""
    for each in (each for found in declared().values() for each in found):
        if each._labelnames:
            each.labels(**dict.fromkeys(each._labelnames, "some"))
    run("promtool", "check", "metrics", given=generate_latest().decode())


def alertmanager() -> None:
    run("amtool", "check-config", str(DEPLOY / "prometheus" / "alertmanager.yaml"))


def chart() -> None:
    run("helm", "lint", "--strict", str(CHART), "--set", "privacyKeySecret=privacy")
    for name, values in VALUES.items():
        for manifest in rendered(values):
            if empty := list(_empty(manifest)):
                raise Wrong(f"{name}: {manifest['kind']}: {', '.join(empty)} is empty")
            if manifest["kind"] in CUSTOM:
                continue
            try:
                kubernetes_validate.validate(manifest, KUBERNETES, strict=True)
            except Exception as error:
                raise Wrong(f"{name}: {manifest['kind']}: {error}") from error
    _ports_are_open()
    _every_pod_has_the_settings()
    _every_pod_can_log_in()
    _rules_are_those_of_this_folder()
    for name, values in WRONG.items():
        try:
            list(rendered(values))
        except Wrong:
            continue
        raise Wrong(f"{name} is taken: {json.dumps(values)}")


def _ports_are_open() -> None:
    """Out to where the settings say that Kafka and the registry are, and to nowhere else."""
    policies = [each for each in rendered(VALUES["all of it"]) if each["kind"] == "NetworkPolicy"]
    ports = [port["port"] for rule in policies[0]["spec"]["egress"] for port in rule["ports"]]
    if ports != [53, 53, 9093, 443, 9094]:
        raise Wrong(f"NetworkPolicy lets out to {ports}")
    tokens = rendered(VALUES["three brokers, OAUTHBEARER"])
    (policy,) = (each for each in tokens if each["kind"] == "NetworkPolicy")
    if {"protocol": "TCP", "port": 8443} not in policy["spec"]["egress"][1]["ports"]:
        raise Wrong("NetworkPolicy lets nobody out to the token endpoint")
    names, rest = policies[0]["spec"]["egress"]
    system = {"kubernetes.io/metadata.name": "kube-system"}
    peers = (names["to"], rest["to"])
    if peers != (
        [{"namespaceSelector": {"matchLabels": system}}],
        [{"ipBlock": {"cidr": "10.1.0.0/16"}}],
    ):
        raise Wrong(f"NetworkPolicy lets out to {peers}")


def _empty(part: object, place: str = "") -> Iterator[str]:
    """Where a manifest has an empty text."""
    if isinstance(part, dict):
        for name, value in part.items():
            yield from _empty(value, f"{place}.{name}")
    elif isinstance(part, list):
        for number, value in enumerate(part):
            yield from _empty(value, f"{place}[{number}]")
    elif part == "":
        yield place


def _every_pod_has_the_settings() -> None:
    """The auditor logs in as the worker does; and OpenShift gives pods their user itself."""
    pods = {
        (said, each["kind"]): each["spec"]["template"]["spec"]
        for said in ("all of it", "OpenShift, and KEDA")
        for each in rendered(VALUES[said])
        if "template" in each.get("spec", {})
    }
    for kind in ("StatefulSet", "Deployment", "Job"):
        has = {each["name"] for each in pods["all of it", kind]["containers"][0]["env"]}
        if lacks := {"RECOURSE_TICK_INTERVAL_MS", "HTTPS_PROXY"} - has:
            raise Wrong(f"{kind} lacks {', '.join(sorted(lacks))}")
        user = pods["OpenShift, and KEDA", kind]["securityContext"]
        if not user["runAsNonRoot"] or {"runAsUser", "fsGroup"} & user.keys():
            raise Wrong(f"{kind} says on OpenShift who it is: {user}")


def _every_pod_can_log_in() -> None:
    """What the chart says of each mechanism is what a worker takes."""
    for mechanism, more in MECHANISMS.items():
        for each in rendered(VALUES[f"three brokers, {mechanism}"]):
            if "template" in each.get("spec", {}):
                _takes(each, mechanism, by_token="oauth" in more)


def _takes(manifest: dict[str, Any], mechanism: str, *, by_token: bool) -> None:
    """The settings of a pod, with its files where this machine has one."""
    kind, pod = manifest["kind"], manifest["spec"]["template"]["spec"]
    said = {each["name"]: each.get("value", "0") for each in pod["containers"][0]["env"]}
    with tempfile.TemporaryDirectory() as folder:
        for name in (each for each in said if each.endswith("_FILE")):
            file = Path(folder) / Path(said[name]).name
            file.write_text("secret")
            said[name] = str(file)
        said["RECOURSE_STATE_DIR"] = folder
        known = {name.removeprefix("RECOURSE_").lower(): value for name, value in said.items()}
        known.pop("privacy_key_file", None)
        try:
            taken = Settings(**known)
        except ValueError as error:
            raise Wrong(f"{kind}, {mechanism}: {error}") from error
    if (taken.sasl_mechanism, taken.by_token) != (mechanism, by_token):
        raise Wrong(f"{kind} says it is {taken.sasl_mechanism}, not {mechanism}")


def _rules_are_those_of_this_folder() -> None:
    """But for where their runbooks are."""
    (rule,) = (each for each in rendered(VALUES["all of it"]) if each["kind"] == "PrometheusRule")
    files = [DEPLOY / "prometheus" / name for name in ("rules.yaml", "alerts.yaml")]
    ours, theirs = (f"https://{each}/runbooks" for each in ("recourse.example/docs", "docs.mine"))
    texts = [file.read_text().replace(ours, theirs) for file in files]
    if rule["spec"]["groups"] != [g for text in texts for g in yaml.safe_load(text)["groups"]]:
        raise Wrong("PrometheusRule has other rules than deploy/prometheus")


def rendered(values: dict[str, Any]) -> Iterator[dict[str, Any]]:
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        json.dump(values, file)
        file.flush()
        text = run(
            "helm", "template", "mine", str(CHART),
            "--kube-version", f"{KUBERNETES}.0", "--values", file.name,
        )  # fmt: skip
    yield from (each for each in yaml.safe_load_all(text) if each)


def values_in_the_page() -> None:
    page = (DEPLOY / "README.md").read_text()
    first_cells = "".join(re.findall(r"^\| (`.*?) \|", page, re.MULTILINE))
    told = set(re.findall(r"`([a-zA-Z.]+)`", first_cells))
    there = set(names(yaml.safe_load((CHART / "values.yaml").read_text())))
    if told & there != there:
        raise Wrong(f"deploy/README.md says nothing of {', '.join(sorted(there - told))}")


def names(values: dict[str, Any], before: str = "") -> Iterator[str]:
    for name, value in values.items():
        if isinstance(value, dict) and value and name != "resources":
            yield from names(value, f"{before}{name}.")
        else:
            yield f"{before}{name}"


def lock() -> None:
    """What the image installs is what is tested: the same versions with the same hashes."""
    whole, image = (
        set(
            re.findall(r"^ *(?:[A-Za-z0-9_.-]+==[^ ;]+|--hash=\S+)", file.read_text(), re.MULTILINE)
        )
        for file in (ROOT / "requirements.lock", DEPLOY / "requirements.lock")
    )
    if image - whole:
        more = sorted(image - whole)
        raise Wrong(f"deploy/requirements.lock differs from the project's: {more}: `make lock`")


def pinned() -> None:
    if named := list(pins.problems()):
        raise Wrong("; ".join(named))


def schemas() -> None:
    """The compose file and the workflows against the schemas that check-jsonschema brings along."""
    checked = {
        "vendor.compose-spec": [DEPLOY / "compose" / "compose.yaml"],
        "vendor.github-workflows": sorted((ROOT / ".github" / "workflows").glob("*.yaml")),
    }
    for schema, files in checked.items():
        if not files:
            raise Wrong(f"there is no file for {schema}")
        checker = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema]
        _called([*checker, *map(str, files)], schema)


def asyncapi() -> None:
    modules = asyncapi_parser()
    if modules is None:
        raise NotLookedAt("no Node here; `make test` has its schema")
    script = ROOT / "tests" / "schemas" / "asyncapi-parser.mjs"
    command = ["node", str(script), str(modules), str(ROOT / "docs" / "asyncapi.yaml")]
    _called(command, "AsyncAPI's parser")


def run(name: str, *arguments: str, given: str = "") -> str:
    return _called([str(tool(name)), *arguments], f"{name} {' '.join(arguments[:2])}", given)


def _called(command: list[str], what: str, given: str = "") -> str:
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Wrong(f"{what}:\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
