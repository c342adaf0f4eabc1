# Djoliba: `make help` lists what can be done. Needs Python 3.11 or newer with pip, and nothing else.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
N ?= 20
# where an image forbids it, each process that starts would compile a thousand modules again
unexport PYTHONDONTWRITEBYTECODE
# at least two pytest workers, at most eight
WORKERS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); [ $$n -lt 2 ] && n=2; [ $$n -gt 8 ] && n=8; echo $$n)

# the system's pip works on the environment from outside, so that Debian's python3-venv (ensurepip) is not needed
PIP = $(shell if [ -x $(BIN)/pip ]; then echo $(BIN)/python -m pip; else echo $(PYTHON) -m pip --python $(BIN)/python; fi) --quiet --disable-pip-version-check
# uv is four times as fast, but reads none of pip's configuration: where it cannot reach an index, pip does the work
INSTALL = install() { $(BIN)/uv pip install --quiet --system-certs --python $(BIN)/python "$$@" || $(PIP) install "$$@"; }

.PHONY: help demo test test-whole check format bench drill accept lock clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/demo ## everything on this machine: servers, reference portfolio, the bulletin delivered to a sandbox platform
	@exec $(BIN)/python -m deploy.embedded.run demo

test: .venv/test ## three minutes of tests on real Postgres and Valkey, in parallel
	@exec $(BIN)/python -m pytest -n $(WORKERS) --dist=worksteal -m "not whole"

test-whole: .venv/test ## the other tests: whole programs as people start them, drills, every operation of the contract
	@exec $(BIN)/python -m pytest -n $(WORKERS) --dist=worksteal -m whole

check: .venv/test ## format, lint, types, import contracts, schema against models, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m deploy.embedded.migrate --check
	$(BIN)/python -m pytest -n $(WORKERS) --dist=worksteal

format: .venv/test ## format and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/test ## the speed goals, each as a ratio in one run
	@exec $(BIN)/python -m benchmarks

drill: .venv/test ## faults at production times, N of each (make drill N=1000)
	@mkdir -p docs/evidence
	@$(BIN)/python -m pytest -m drill --drill-runs=$(N) --production-times --timeout=0 -p no:cacheprovider --no-header -v tests > docs/evidence/drill.txt 2>&1; \
	status=$$?; tail -n 40 docs/evidence/drill.txt; exit $$status

accept: .venv/test ## the contract in thousands of requests, generated clients, a real WordPress (needs node and apt)
	@mkdir -p docs/evidence
	@$(BIN)/python -m pytest -p tests.conftest accept --timeout=0 -p no:cacheprovider --no-header -v > docs/evidence/accept.txt 2>&1; \
	status=$$?; tail -n 40 docs/evidence/accept.txt; exit $$status

lock: .venv/uv ## resolve the dependencies again and write the hashed lock files
	env -u UV_INDEX -u UV_INDEX_URL -u UV_EXTRA_INDEX_URL -u UV_DEFAULT_INDEX -u UV_FIND_LINKS $(BIN)/uv pip compile --quiet --system-certs --no-config --no-emit-index-url --no-header --no-annotate --generate-hashes --universal --python-version 3.11 -o requirements.txt pyproject.toml
	env -u UV_INDEX -u UV_INDEX_URL -u UV_EXTRA_INDEX_URL -u UV_DEFAULT_INDEX -u UV_FIND_LINKS $(BIN)/uv pip compile --quiet --system-certs --no-config --no-emit-index-url --no-header --no-annotate --generate-hashes --universal --python-version 3.11 --extra dev -c requirements.txt -o requirements-dev.txt pyproject.toml

clean: ## remove the virtual environment and caches (data stays where `djoliba doctor` says)
	rm -rf .venv *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

.venv/uv: requirements-uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Djoliba needs Python 3.11 or newer, and $(PYTHON) is not that: make PYTHON=/path/to/python3 ..."; exit 1; }
	@echo "Making the virtual environment ..."
	@if $(PYTHON) -m pip --version >/dev/null 2>&1; then $(PYTHON) -m venv --without-pip .venv; \
	elif $(PYTHON) -c 'import ensurepip' 2>/dev/null; then $(PYTHON) -m venv .venv; \
	else echo "$(PYTHON) has neither pip nor ensurepip: install one of them (Debian: apt install python3-pip)."; exit 1; fi
	@$(PIP) install --require-hashes -r requirements-uv.txt
	@touch $@

.venv/demo: .venv/uv requirements.txt pyproject.toml
	@echo "Installing the dependencies ..."
	@$(INSTALL); install --require-hashes -r requirements.txt && install --no-deps --no-build-isolation -e .
	@touch $@

.venv/test: .venv/uv requirements-dev.txt pyproject.toml
	@echo "Installing the dependencies and the tools of the tests ..."
	@$(INSTALL); install --require-hashes -r requirements-dev.txt && install --no-deps --no-build-isolation -e .
	@touch $@
