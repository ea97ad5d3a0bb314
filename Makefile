# Two commands do all their own set-up: `make report` and `make test`.
# Needed beforehand: Python 3.11 or newer with pip, and make. Nothing is written outside this folder and the system's
# temporary one, with two exceptions: a uv that you have already keeps its own cache, and JupyterLab its settings.
PYTHON ?= python3
YEAR ?= 2025
OUT ?= reports

UV := $(shell command -v uv 2>/dev/null)
ifeq ($(UV),)
UV := .tools/bin/uv
BRING_UV := .tools/bin/uv
export UV_CACHE_DIR ?= $(CURDIR)/.tools/cache
endif
# compiled files are kept, here too: pytest rewrites every test's assertions otherwise, each time
export PYTHONDONTWRITEBYTECODE :=
export MPLCONFIGDIR ?= $(CURDIR)/.tools/matplotlib
RUN := $(UV) run --no-sync

.PHONY: help report lab test test-fast test-lowest check lint types reliability clean

help: ## show these commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.tools/bin/uv:
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-cache-dir --target .tools 'uv>=0.9'

.PHONY: setup setup-dev
setup: $(BRING_UV)
	$(UV) sync --locked --quiet --inexact --compile-bytecode

setup-dev: $(BRING_UV)
	$(UV) sync --locked --quiet --group dev --compile-bytecode

report: setup ## render the yearly report into reports/YEAR (make report YEAR=2025)
	$(RUN) qngai report --year $(YEAR) --out $(OUT)

lab: setup ## open JupyterLab on the notebooks
	$(RUN) qngai lab

test: setup-dev ## run all tests and doctests
	$(RUN) pytest

test-fast: setup-dev ## run the tests that take no longer than an edit: no notebooks, no simulated surveys
	$(RUN) pytest -m "not slow"

test-lowest: $(BRING_UV) ## install the lowest versions that pyproject.toml allows, use the package and make a report
	set -e; folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	$(UV) venv --quiet "$$folder/venv"; \
	$(UV) pip install --quiet --python "$$folder/venv" --resolution lowest-direct .; \
	(cd "$$folder" && venv/bin/python "$(CURDIR)/tests/smoke.py"); \
	QNGAI_HOME="$(CURDIR)" "$$folder/venv/bin/qngai" report --no-sectors --formats html,pdf,docx,xlsx --out "$$folder/reports"

reliability: setup-dev ## try the faults again and write what came of them into docs/reliability.md
	$(RUN) pytest -q --junitxml=.tools/tests.xml; QNGAI_LANG=en $(RUN) python -W ignore tests/mutations.py 400 > .tools/mutations.txt
	$(RUN) python tools/reliability.py .tools/tests.xml .tools/mutations.txt

lint: setup-dev
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) lint-imports

types: setup-dev
	$(RUN) mypy

check: lint types test ## format, lint, imports, types, tests and doctests

clean: ## remove what the other commands made, except reports
	rm -rf .venv .tools .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find qngai_analysis tests tools benchmarks -name __pycache__ -prune -exec rm -rf {} +
