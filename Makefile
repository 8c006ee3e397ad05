# Two commands are enough: `make demo` to see it, `make test` to trust it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
MODEL := webcare/_model/head.json
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
# A terminal sees one line that moves, a log sees nothing; pip's own words come out when it fails.
COUNTED = | awk -v all="$$(grep -c == $<)" -v live="$$([ -t 2 ] && echo 1 || true)" '\
	live && /^(Collecting|Processing) / { sub(/.*\//, "", $$2); sub(/[=<>;-][0-9= ].*/, "", $$2); \
		printf "\r  %d of %d: %-40s", ++n, all, $$2; fflush() } \
	live && /^Installing collected/ { printf "\r  %-50s\n", "unpacking"; fflush() }' \
	|| { echo "pip failed; its last words:"; tail -n 8 $(VENV)/pip.log; exit 1; }
INSTALL_LOCKED = $(PIP) install --progress-bar off --require-hashes -r $< 2>$(VENV)/pip.log $(COUNTED)
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
	--python-version 3.11 --custom-compile-command "make lock" --extra embedded

# Those that are run by themselves; the other modules there are what they share.
BENCHMARKS = intake reading triage_speed triage_learning clusters checks lists claims delay drain corrections footprint

.PHONY: help install install-dev demo run test lint bench screenshots lock upgrade clean

help: ## Say what there is (this)
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.installed ## Install Webcare into .venv, with its own database and Redis
	@:

demo: install $(MODEL) ## Show a desk in a rehearsed volcanic-ash crisis; Ctrl-C stops it
	@exec $(BIN)/webcare up --demo

run: install $(MODEL) ## Run Webcare for real; prints a link to make the first admin
	@exec $(BIN)/webcare up

test: lint $(MODEL) ## Check everything: style, types, imports, tests (some minutes)
	@echo "Running all tests on real engines, three at a time; then those in a browser, two at a time."
	@$(BIN)/python -m pytest -n 3 --dist loadgroup -m "not browser"
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m browser

lint: install-dev ## Check style, types and who may import whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --strict webcare workers
	@$(BIN)/lint-imports

bench: install-dev ## Measure intake, triage, lists, claims, delays and memory
	@for name in $(BENCHMARKS); do echo "== $$name"; $(BIN)/python -m "benchmarks.$$name" || exit 1; done

screenshots: install-dev ## Take the pictures of docs/ anew (needs Chromium)
	@WEBCARE_SCREENSHOTS=docs/screenshots $(BIN)/python -m pytest -m browser tests/functional

lock: install-dev ## Write requirements/*.lock anew after pyproject.toml or package.json changed
	@$(PIP) install --quiet uv
	@$(COMPILE) pyproject.toml requirements/build.in -o requirements/base.lock
	@$(COMPILE) --extra dev -c requirements/base.lock pyproject.toml requirements/build.in -o requirements/dev.lock
	@npm install --package-lock-only --ignore-scripts --loglevel=error
	@! grep -nE 'https?://|"resolved"' requirements/*.lock package-lock.json \
		|| { echo "An address of a package index stands in a lock file; it may not be committed."; exit 1; }

upgrade: ## Forget the pinned versions and lock the newest that pyproject.toml allows
	@rm -f requirements/base.lock.old && cp requirements/base.lock requirements/base.lock.old
	@$(MAKE) --no-print-directory lock COMPILE='$(COMPILE) --upgrade'
	@diff requirements/base.lock.old requirements/base.lock | grep -E '^[<>] [a-z0-9.-]+==' || true
	@rm -f requirements/base.lock.old

clean: ## Remove what was installed and built; data in var/ stay
	@rm -rf $(VENV) node_modules dist webcare/static/vendor webcare/_model .mypy_cache .ruff_cache .pytest_cache \
		.import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +
	@echo "Clean. The data in var/ are still there; remove that folder yourself if you want to start empty."

install-dev: $(VENV)/.installed-dev
	@:

# What triage learned from the examples; made once, and anew when they or the rules change.
$(MODEL): $(wildcard playbooks/*/examples.jsonl playbooks/*/cues.yaml webcare/learning/*.py \
		webcare/domain/triage/*.py webcare/domain/triage/learned/*.py) | $(VENV)/.installed
	@$(BIN)/webcare learn --shipped
	@touch $@

$(VENV)/.made:
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Webcare needs Python 3.11 or newer; found: $(or $(PYTHON),none)." \
		"Install one, or name it: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Making .venv with $$($(PYTHON) --version)."
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "This Python can't make environments." \
		"On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@touch $@

$(VENV)/.packages: requirements/base.lock | $(VENV)/.made
	@echo "Installing $$(grep -c == $<) packages (half a minute on a first run)."
	@$(INSTALL_LOCKED)
	@touch $@

$(VENV)/.installed: pyproject.toml package-lock.json build_assets.py | $(VENV)/.packages
	@echo "Installing Webcare itself and the scripts of its pages."
	@$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: requirements/dev.lock | $(VENV)/.installed
	@echo "Installing what the checks need."
	@$(INSTALL_LOCKED)
	@touch $@
