# A bare machine needs a Python of 3.11 to 3.14, make and git; everything else is fetched here, into .venv and the user's cache.
# make PYTHON=... takes another Python than the one that which-python.sh finds; VENV=... another folder for it.
VENV ?= .venv
BIN := $(VENV)/bin
# What the user told pip (index, certificates, proxy) holds for uv and for Kafka's jars too.
AS_PIP := $(BIN)/python settings_as_pip.py
UV := $(AS_PIP) $(BIN)/python -m uv --quiet
COMPILE := pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
# What Python has compiled once is kept (in .venv and in __pycache__): a worker then starts with a
# third of the work, and the tests start 200 of them and of the commands.
unexport PYTHONDONTWRITEBYTECODE
.DEFAULT_GOAL := help
.PHONY: help setup demo test core no-kafka registry check bench chaos fuzz mutants explanations fmt lock clean check-deploy metrics dashboard

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | expand -t 12

setup: $(VENV)/.compiled $(VENV)/.kafka ## .venv with everything in the lock, and Kafka in the user's cache

# Each step leaves its stamp when it is done: an interrupted set-up goes on where it was.
# A .venv stays as it is, also where `python3` is another one by now. It is made anew where PYTHON=... names another one than its
# own, and where its own is gone (a distribution that was upgraded).
WHOLE := import os, sysconfig; os.stat(sysconfig.get_path("purelib"))
SAME := import sys; print(*sys.version_info[:2], sys.base_prefix)
$(VENV)/.python: ALWAYS
	@test -e $@ && $(BIN)/python -c '$(WHOLE)' 2> /dev/null \
	&& { test -z '$(PYTHON)' || test "$$($(BIN)/python -c '$(SAME)')" = "$$('$(PYTHON)' -c '$(SAME)')"; } \
	|| { python="$$(./which-python.sh $(PYTHON))" && echo "Making $(VENV) with $$("$$python" -V) ..." \
	&& "$$python" -m venv --clear $(VENV) && touch $@; }

.PHONY: ALWAYS
ALWAYS:

$(VENV)/.uv: requirements-uv.txt $(VENV)/.python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.txt
	@touch $@

$(VENV)/.locked: requirements.lock $(VENV)/.uv
	@echo "Installing what requirements.lock names ..."
	@$(AS_PIP) $(BIN)/python -m uv pip sync --require-hashes requirements.lock requirements-uv.txt
	@touch $@

$(VENV)/.installed: pyproject.toml $(VENV)/.locked
	@$(UV) pip install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.compiled: streams/compiled/build.py $(wildcard streams/compiled/*.p[yx]*) $(VENV)/.installed
	@$(BIN)/python streams/compiled/build.py
	@touch $@

$(VENV)/.kafka: streams/broker/kafka.sha256 $(VENV)/.installed
	@$(AS_PIP) $(BIN)/python -m streams.broker
	@touch $@

demo: setup ## run the whole pipeline on a real Kafka (ARGS="--customers 800 --seed 2")
	@$(BIN)/recourse demo $(ARGS)

test: setup ## all tests, on a real Kafka
	$(BIN)/python -m pytest -m "not registry" --numprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

.PHONY: seeds
seeds: setup ## all tests in many orders, each run a line of tests/seeds.tsv (hours; ARGS="--core 5 --whole 1"; stop it as you like)
	@$(BIN)/python -m tests.seeds $(ARGS)

core: setup ## rules, both stages and their scenarios: what a change of a rule must pass, in seconds
	$(BIN)/python -m pytest tests/core tests/scenarios tests/test_every_rule.py --numprocesses 2 $(ARGS)

no-kafka: setup ## all tests that need no Kafka
	$(BIN)/python -m pytest -m "not kafka" $(ARGS)

registry: setup ## the tests that need a real schema registry (fetches 158 MB once)
	$(AS_PIP) $(BIN)/python -m pytest -m "registry and not languages" $(ARGS)

LANGUAGES ?= go java node

.PHONY: languages
languages: setup ## the neighbours' programs in Go, Java and Node, with a registry (LANGUAGES="go node": without Maven; fetches their libraries)
	LANGUAGES="$(LANGUAGES)" $(AS_PIP) $(BIN)/python -m pytest -m languages $(ARGS)

check: setup ## lint, format, types, import rules, spelling, the lock, schemas
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell agents benchmarks schemas streams tests docs README.md CONTRIBUTING.md
	$(BIN)/python -m tests.check_lock
	$(BIN)/python -m tests.check_schemas
	$(BIN)/python -m pytest -q tests/test_tidy.py tests/test_every_part.py

bench: setup ## measure (ARGS="pipeline latency --events 100000"; leave the machine alone meanwhile)
	@$(BIN)/python -m benchmarks $(ARGS)

check-deploy: setup ## rules, alerts, metrics, chart, compose, workflows: by promtool, amtool, helm (fetched), and schemas
	$(AS_PIP) $(BIN)/python -m tests.check_deploy

.PHONY: check-alerts
check-alerts: setup ## cause each alert, with a real Prometheus and Alertmanager, and end it by its runbook (13 minutes)
	$(BIN)/python -m tests.alerts $(ARGS)

.PHONY: upgrade
upgrade: setup ## an older version and this one side by side in one group, and back (3 minutes; ARGS="--older HEAD~20")
	$(BIN)/python -m tests.upgrade $(ARGS)

.PHONY: third-party
third-party: setup ## write THIRD-PARTY.md anew: what others wrote, under which licence (needs Apicurio: make registry)
	$(BIN)/python -m tests.third_party

.PHONY: platforms smoke pins
platforms: setup ## write docs/platforms.md anew: for which systems the locked packages have wheels (asks the registry)
	$(BIN)/python -m tests.platforms

smoke: setup ## the wheel in an environment of its own, with and without [local], and what it weighs (2 minutes)
	$(BIN)/python -m tests.smoke

pins: ## name the workflows' actions by commit and the images by digest (asks GitHub and Docker Hub)
	$(BIN)/python -m tests.pins --write

.PHONY: sbom
sbom: setup ## dist/*.cdx.json: what the image and what the development install, as CycloneDX 1.6, with licences and Kafka's jars
	@mkdir -p dist
	$(BIN)/python -W ignore -m cyclonedx_py requirements deploy/requirements.lock --pyproject pyproject.toml --mc-type application --output-reproducible --spec-version 1.6 --output-file dist/recourse.cdx.json
	$(BIN)/python -W ignore -m cyclonedx_py requirements requirements.lock --pyproject pyproject.toml --mc-type application --output-reproducible --spec-version 1.6 --output-file dist/recourse-development.cdx.json
	$(BIN)/python -m tests.sbom dist/recourse.cdx.json dist/recourse-development.cdx.json

chaos: setup ## faults by plans from seeds, on a Kafka of its own (an hour; ARGS="--kind kills --seed 7 --rounds 10")
	$(BIN)/python -m tests.chaos $(ARGS)

.PHONY: three-brokers
three-brokers: setup ## two workers on three brokers: too few, restarted in turn, leaders moved; against the pure core (15 minutes; ARGS="--kind rolling --seed 7")
	$(BIN)/python -m tests.three_brokers $(ARGS)

fuzz: setup ## a million mutated records through both stages (20 minutes; ARGS="--records 100000 --seed 7")
	$(BIN)/python -m tests.bad_input.fuzz $(ARGS)

hostile: setup ## a hostile producer beside honest customers, on a Kafka of its own (five minutes; ARGS="--minutes 60 --seed 7")
	$(BIN)/python -m tests.hostile_producer $(ARGS)

.PHONY: pilots
pilots: setup ## 200 pilots from events through stages customers and insights, looked at every day (4 minutes; ARGS="--pilots 1000 --seed 7")
	$(BIN)/python -m tests.pilots_from_events $(ARGS)

.PHONY: model
model: setup ## people, time, kills and swaps against a simple model (minutes; ARGS="--runs 2000 --seed 7")
	$(BIN)/python -m tests.model $(ARGS)

mutants: setup ## flip every comparison of the core: each must make a test fail (20 minutes)
	$(BIN)/python -m tests.mutants $(ARGS)

explanations: setup ## write docs/explanations.md anew
	$(BIN)/python -m tests.explanations

.PHONY: notices commands
notices: setup ## write docs/notices.md anew
	$(BIN)/python -m tests.notices

.PHONY: strimzi
strimzi: setup ## write deploy/strimzi anew: topics and users as Strimzi's resources
	$(BIN)/python -m tests.strimzi

.PHONY: asyncapi symbols walks
asyncapi: setup ## write docs/asyncapi.yaml, docs/asyncapi.md and schemas/one-file anew
	$(BIN)/python -m tests.asyncapi

symbols: setup ## write the members of schemas/records/symbols.py anew, from the enums of schemas/avro
	$(BIN)/python -m tests.symbols

walks: setup ## what CONTRIBUTING says of each kind of addition, in copies of the tree: files counted, each forgotten one named (minutes; ARGS="command setting")
	$(BIN)/python -m tests.walks $(ARGS)

commands: setup ## write docs/commands.md anew
	$(BIN)/python -m tests.commands_page

.PHONY: thirty-days
thirty-days: setup ## simulate the month and write docs/thirty-days.md anew (6 minutes of two idle cores)
	$(BIN)/recourse month --json > docs/thirty-days.json
	$(BIN)/python -m tests.thirty_days

.PHONY: settings
settings: setup ## write docs/settings.md anew
	$(BIN)/python -m tests.settings_page

.PHONY: policy-numbers
policy-numbers: setup ## write docs/policy-numbers.md anew
	$(BIN)/python -m tests.policy_page

metrics: setup ## write docs/metrics.md anew
	$(BIN)/python -m tests.metrics_page

dashboard: setup ## write deploy/grafana/recourse.json anew
	$(BIN)/python -m tests.dashboard

fmt: setup ## format, and mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(VENV)/.uv ## write the lock anew from pyproject.toml
	$(UV) $(COMPILE) requirements-uv.in --output-file requirements-uv.txt
	$(UV) $(COMPILE) --upgrade pyproject.toml --all-extras --group dev --output-file requirements.lock
	$(UV) $(COMPILE) pyproject.toml --constraint requirements.lock --output-file deploy/requirements.lock
	$(UV) $(COMPILE) --group build --constraint requirements.lock --output-file deploy/build.lock
	$(UV) $(COMPILE) --upgrade --group audit --output-file deploy/audit.lock

clean: ## remove what was made here (the user's cache stays)
	rm -rf .venv .venv-* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist var
	find . -name __pycache__ -prune -exec rm -rf {} +
