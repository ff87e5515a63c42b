# Bare `make` lists the targets.
.DEFAULT_GOAL := help
.PHONY: help setup fakenos conformance demo test prove lab lab-down test-lab check format golden bench clean
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.turnup-ready

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

$(STAMP): requirements.lock pyproject.toml
	@test -x $(PY) || python3 -m venv $(VENV)
	@echo "setting up .venv (uv and the locked dependencies)"
	@$(PY) -m pip install --quiet --disable-pip-version-check "uv>=0.5"
	@$(VENV)/bin/uv pip sync --quiet --python $(PY) --require-hashes requirements.lock
	@$(PY) -m ensurepip --upgrade >/dev/null 2>&1 || true
	@test -x $(VENV)/bin/uv || $(PY) -m pip install --quiet --disable-pip-version-check "uv>=0.5"
	@$(VENV)/bin/uv pip install --quiet --python $(PY) --no-deps --editable .
	@touch $@

setup: $(STAMP) ## set up .venv from the lock

# A peer of the simulated devices that keeps nothing; its dependencies are not ours, so it has an environment of its own.
FAKENOS := $(VENV)/fakenos
$(FAKENOS)/.ready: $(STAMP) tests/conformance/fakenos/requirements.txt
	@$(VENV)/bin/uv venv --quiet --clear --python $(PY) $(FAKENOS)
	@$(VENV)/bin/uv pip sync --quiet --python $(FAKENOS)/bin/python --require-hashes tests/conformance/fakenos/requirements.txt
	@touch $@

fakenos: $(FAKENOS)/.ready ## set up FakeNOS beside .venv, for its one test

demo: $(STAMP) ## the main job on simulated devices, in front of you, without root
	@$(VENV)/bin/turnup demo

test: $(STAMP) $(FAKENOS)/.ready ## the tests, without root
	@$(PY) -m pytest -n auto -m "not lab"

prove: $(STAMP) ## ownership on 10,000 generated cases a platform, on two cores; about ten minutes
	@$(PY) -m pytest -n 2 --dist worksteal --hypothesis-profile=thorough --durations=0 \
		tests/turnup/change/test_ownership_properties.py tests/turnup/change/test_there_and_back_properties.py

lab: $(STAMP) ## real devices (FRR, Open vSwitch, FreeRADIUS) in namespaces, and a delivery to them; needs root
	@lab/real/install
	@$(PY) -m lab.real up
	@TURNUP_USERNAME=netops TURNUP_PASSWORD="$$(cat .turnup/lab/password)" $(VENV)/bin/turnup demo \
		--home .turnup/lab/demo --call-off WCC-2026-0003 --endpoints .turnup/lab/endpoints.yaml

lab-down: $(STAMP) ## take the lab down
	@$(PY) -m lab.real down

test-lab: $(STAMP) ## prove a delivery on the real devices; needs root
	@lab/real/install
	@$(PY) -m pytest -m lab tests/lab tests/golden
	@$(PY) -m pytest -n 4 --dist loadgroup -m lab tests/conformance

check: $(STAMP) ## lint, types and walls: exactly what CI runs
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports
	@$(VENV)/bin/j2lint templates
	@$(VENV)/bin/yamllint --strict .
	@$(VENV)/bin/codespell

format: $(STAMP) ## format and mend what can be mended
	@$(VENV)/bin/ruff format .
	@$(VENV)/bin/ruff check --fix .

lock: ## resolve the dependencies again (hashes, no addresses)
	@$(VENV)/bin/uv pip compile --universal --generate-hashes --all-extras --group dev --no-header --no-emit-index-url --quiet --upgrade pyproject.toml -o requirements.lock

conformance: $(STAMP) ## write the table of platform and fault into docs/conformance.md
	@$(PY) -m tests.conformance.matrix

golden: $(STAMP) ## rewrite the golden cases; read the diff
	@$(PY) -m pytest -q tests/golden --rewrite-golden

bench: $(STAMP) ## measure beside named peers; prints ratios; about ten minutes on a quiet machine
	@$(PY) -m benchmarks.estate
	@$(PY) -m benchmarks.planning
	@$(PY) -m benchmarks.planning_many
	@$(PY) -m benchmarks.bulk
	@$(PY) -m benchmarks.drift
	@$(PY) -m benchmarks.sweep
	@$(PY) -m benchmarks.push

clean: ## remove what runs leave behind (not the ledger)
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis
