# Two commands matter: `make run` sets everything up and shows the whole path on the practice site;
# `make test` sets everything up and runs lint, types, generated files and every test, browsers included.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
APT_PACKAGES := chromium firefox-esr

.PHONY: help setup browsers judges run test lint types generated unit pytest generate bench dist clean

help: ## Show what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

$(VENV)/made: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Piecework needs Python 3.11 or newer; this is $$($(PYTHON) --version)."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { \
	  echo "python3-venv is missing: trying to install it"; \
	  if [ "$$(id -u)" = 0 ]; then apt-get install -y python3-venv; else sudo -n apt-get install -y python3-venv; fi && rm -rf $(VENV) && $(PYTHON) -m venv $(VENV); }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test,push]'
	@touch $@

node_modules/made: package.json package-lock.json
	@if command -v npm >/dev/null; then npm ci --no-audit --no-fund --loglevel=error && touch $@; \
	else echo "npm is missing: the dashboard reads without its scripts; lint and types of the extension are left out"; mkdir -p node_modules && touch $@; fi

setup: $(VENV)/made node_modules/made ## Install everything but browsers (leaves .venv/bin/piecework)
	@$(BIN)/python -m piecework.resources --vendor

browsers: ## Install Chromium and Firefox by apt, as root or with sudo -n
	@missing=""; \
	command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing="$$missing chromium"; \
	command -v firefox-esr >/dev/null || command -v firefox >/dev/null || missing="$$missing firefox-esr"; \
	[ -z "$$missing" ] && exit 0; \
	run=""; [ "$$(id -u)" = 0 ] || run="sudo -n"; \
	if command -v apt-get >/dev/null && { [ -z "$$run" ] || sudo -n true 2>/dev/null; }; then \
	  echo "Installing$$missing"; $$run apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$run apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	else echo "No browser is installed by this command without root. To have one:  sudo apt-get install$$missing"; fi; \
	if [ -n "$$CI" ]; then for b in chromium firefox-esr; do command -v $$b >/dev/null || { echo "$$b is missing"; exit 1; }; done; fi

judges: ## Install hledger and ledger by apt, as root or with sudo -n: tests have them read our exports
	@missing=""; for p in hledger ledger; do command -v $$p >/dev/null || missing="$$missing $$p"; done; \
	[ -z "$$missing" ] && exit 0; \
	run=""; [ "$$(id -u)" = 0 ] || run="sudo -n"; \
	if command -v apt-get >/dev/null && { [ -z "$$run" ] || sudo -n true 2>/dev/null; }; then \
	  echo "Installing$$missing"; $$run apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$run apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	else echo "Without root their tests are left out. To have them run:  sudo apt-get install$$missing"; fi; \
	if [ -n "$$CI" ]; then for p in hledger ledger; do command -v $$p >/dev/null || { echo "$$p is missing"; exit 1; }; done; fi

run: setup browsers ## Set up, start the agent and rehearse the whole path on the practice site (Ctrl-C ends it)
	@$(BIN)/piecework demo

lint: setup ## Style of the Python and what the add-on stores would refuse
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m pytest -q -m store tests/agent/test_bundle.py

types: setup ## mypy for three systems, tsc for the extension
	$(BIN)/mypy --platform linux
	$(BIN)/mypy --platform darwin
	$(BIN)/mypy --platform win32
	@if [ -x node_modules/.bin/tsc ]; then npx --no-install tsc -p tsconfig.json; else echo "The extension's types are left out: npm is missing"; test -z "$$CI"; fi

generated: setup ## Every generated file is what its generator writes now
	$(BIN)/python -m piecework.protocol.generate --check
	$(BIN)/python -m piecework.platforms --check
	$(BIN)/python -m piecework.cli.reference --check

generate: setup ## Write the generated files anew
	$(BIN)/python -m piecework.protocol.generate
	$(BIN)/python -m piecework.platforms --format
	$(BIN)/python -m piecework.cli.reference

unit: setup ## Tests of the extension that need no browser
	@if command -v node >/dev/null; then node --test --test-timeout=60000 tests/extension/*.test.js; else echo "The extension's tests are left out: node is missing"; test -z "$$CI"; fi

pytest: setup ## Tests of the agent, of both sides together and in real browsers
	@# Real browsers on a busy machine: what fails beside others is named, and has to pass alone (grouped again: the group is part of the name).
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -q -m "not store" || { \
	  [ $$? -eq 1 ] && echo "Once more, one at a time, what failed:" && \
	  $(BIN)/python -m pytest -n 1 --dist loadgroup --lf --lfnf=none -q -m "not store"; }

test: setup browsers judges lint types generated unit pytest ## Set up and run everything

bench: setup browsers ## Print every figure with its target (NAME=... for one)
	$(BIN)/python -m bench $(if $(NAME),$(NAME),--all) --json

dist: setup ## The wheel, the source archive, and one zip of the extension per browser
	@test -f agent/piecework/views/static/vendor/htmx.min.js || { echo "The wheel would lack the dashboard's scripts: install npm (Debian: apt-get install npm), then: make clean dist"; exit 1; }
	rm -rf dist && $(BIN)/python -m hatchling build -d dist
	$(BIN)/piecework extension --zip --out dist

clean: ## Remove what the other commands made
	rm -rf $(VENV) node_modules dist .pytest_cache .mypy_cache .ruff_cache agent/piecework/views/static/vendor
