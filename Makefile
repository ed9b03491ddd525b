# make setup, run, test, bench: each does all that it needs. See README.md.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PO := $(shell find src -name '*.po' 2>/dev/null)
# What runs a second time, on PostgreSQL.
ON_BOTH := src/jeton/families src/jeton/oauth2 src/jeton/edge src/jeton/console \
  tests/test_matrix.py tests/test_idempotency.py tests/test_roles.py tests/test_races.py tests/attacks
# Over all cores, and one more while others wait: what needs no machine of its own.
SPREAD := -n $$(($$(nproc) + 1)) --dist worksteal
NODE := tests/interop/node
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps

# Debian packages of $$list: added when we may, otherwise asked for; nothing is skipped.
define DEBIAN
missing=$$(for name in $$list; do dpkg-query -W -f '$${Status}' $$name 2>/dev/null | grep -q 'ok installed' || echo $$name; done); \
if [ -n "$$missing" ]; then \
  if [ "$$(id -u)" = 0 ]; then may=env; elif sudo -n true 2>/dev/null; then may=sudo; else \
    echo "Please run first: sudo apt-get install -y --no-install-recommends" $$missing; exit 1; fi; \
  $$may apt-get update -q && $$may DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $$missing; \
fi
endef

.PHONY: setup run test check unit bench lock catalogues clean

setup: $(VENV)/.run $(VENV)/.catalogues

run: setup
	$(BIN)/jeton serve

test: $(VENV)/.test $(VENV)/.catalogues $(VENV)/.debian $(NODE)/node_modules/.made
	$(MAKE) --no-print-directory check unit

check:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit:
	$(BIN)/coverage erase
	$(BIN)/python -m pytest --cov --cov-report= -m beside $(SPREAD)
	$(BIN)/python -m pytest --cov --cov-append --cov-report= -m "not beside"
	$(BIN)/python -m pytest --engine postgresql -m "beside and not browser and not crash" $(SPREAD) $(ON_BOTH)
	$(BIN)/python -m pytest --engine postgresql -m "not beside" $(ON_BOTH)
	$(BIN)/python tests/coverage_floor.py

bench: $(VENV)/.test $(VENV)/.catalogues $(VENV)/.debian-bench
	$(BIN)/python -m benchmarks

# The three lock files name versions and hashes, never an index.
lock:
	python3 -m venv $(VENV)-lock
	$(VENV)-lock/bin/pip install --quiet uv
	for list in run test; do $(VENV)-lock/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	  --no-header --no-annotate --upgrade requirements/$$list.in -o requirements/$$list.txt; done
	rm -rf $(VENV)-lock $(NODE)/package-lock.json
	cd $(NODE) && npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund

clean:
	rm -rf $(VENV) $(NODE)/node_modules build dist

$(VENV)/.made:
	@command -v $(PYTHON) >/dev/null || { echo "jeton needs CPython 3.11 or later: make PYTHON=python3.12 ... names another"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { list=python3-venv; $(DEBIAN); }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
	@touch $@

$(VENV)/.run: requirements/run.txt pyproject.toml | $(VENV)/.made
	$(PIP_INSTALL) --require-hashes --only-binary :all: -r requirements/run.txt
	$(PIP_INSTALL) --no-build-isolation --editable .
	@touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.run
	$(PIP_INSTALL) --require-hashes --only-binary :all: -r requirements/test.txt
	@touch $@

$(VENV)/.catalogues: $(PO) $(VENV)/.run
	$(BIN)/python build_catalogues.py
	@touch $@

$(VENV)/.debian $(VENV)/.debian-bench: $(VENV)/.%: requirements/%.txt | $(VENV)/.made
	@list=$$(cat $<); $(DEBIAN)
	@touch $@

# Node 18 or later from wherever it is; Debian's, when there is none.
$(NODE)/node_modules/.made: $(NODE)/package.json $(NODE)/package-lock.json
	@list=$$(command -v node >/dev/null || echo nodejs; command -v npm >/dev/null || echo npm); $(DEBIAN)
	@node --eval 'process.exit(+(parseInt(process.versions.node) < 18))' || { echo "the tests need Node 18 or later"; exit 1; }
	cd $(NODE) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@
