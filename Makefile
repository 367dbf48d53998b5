# `make` prints the targets; each one sets up what it needs, and only when something changed.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
PYENV := $(or $(PYENV_ROOT),$(HOME)/.pyenv)
# PYTHON=… names one; pyenv's shims can stand for versions that are not selected, so every candidate is tried.
PYTHONS := $(or $(PYTHON),python3.13 python3.14 python3.12 python3 $(wildcard $(PYENV)/versions/3.1[2-9]*/bin/python3) /usr/bin/python3)
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 12))
VERSION := import sys; print("%d.%d" % sys.version_info[:2])

.PHONY: help
help: ## print this list
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/p' Makefile | expand -t 22

# Set-up

.PHONY: setup FORCE
setup: $(VENV)/requirements.txt ## make .venv with what the bot needs (PYTHON=… to choose the interpreter)
	@echo "$(VENV) is ready: $$($(BIN)/python --version)"

# A .venv whose interpreter is gone, too old or without pip is made anew.
VENV_WORKS := $(shell $(BIN)/python -c 'import pip; $(NEW_ENOUGH)' 2>/dev/null && echo yes)
$(VENV)/pyvenv.cfg: $(if $(VENV_WORKS),,FORCE)
	@for python in $(PYTHONS); do "$$python" -c '$(NEW_ENOUGH)' 2>/dev/null && break; python=; done; \
	if [ -z "$$python" ]; then \
		echo "Python 3.12 or newer is needed, and none of these is: $(strip $(PYTHONS)); install one (pyenv install 3.13, or your system's package) or name one: make $(or $(MAKECMDGOALS),setup) PYTHON=/path/to/python3.13" >&2; \
		exit 1; \
	fi; \
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
		version=$$("$$python" -c '$(VERSION)'); \
		echo "Python $$version ($$python) cannot make a virtual environment: apt-get install python$$version-venv, then again" >&2; \
		exit 1; \
	fi; \
	echo "Making $(VENV) with $$("$$python" --version)"; \
	"$$python" -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }

# The stamp is a copy: a checkout that changes only the file's date installs nothing.
$(VENV)/%.txt: %.txt $(VENV)/pyvenv.cfg
	@if ! cmp -s $< $@; then \
		echo "Installing $< into $(VENV) (about a minute the first time)"; \
		$(BIN)/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes -r $<; \
	fi; \
	cp $< $@

.PHONY: requirements
requirements: $(VENV)/pyvenv.cfg ## pin both requirements files anew from pyproject.toml (UPGRADE=1 for newer versions)
	@tools=$$(mktemp -d); trap 'rm -rf "$$tools"' EXIT; \
	$(BIN)/python -m venv "$$tools"; \
	"$$tools/bin/pip" install -qq --disable-pip-version-check --no-input uv; \
	compile=("$$tools/bin/uv" pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-header \
		--no-annotate --no-emit-index-url --no-emit-find-links $(if $(UPGRADE),--upgrade) pyproject.toml); \
	"$${compile[@]}" -o requirements.txt; \
	"$${compile[@]}" --extra dev --constraint requirements.txt -o requirements-dev.txt

.PHONY: docs-assets
docs-assets: $(VENV)/pyvenv.cfg ## fetch Swagger UI and ReDoc again and check them (ACCEPT=1 takes new checksums)
	@$(BIN)/python .ci/docs_assets.py $(if $(ACCEPT),--accept)

# Use

.PHONY: demo run migrate
demo: $(VENV)/requirements.txt ## the whole flow on this machine: no token, no internet, no database server
	@exec $(BIN)/python -m sandbox.demo

run: $(VENV)/requirements.txt ## start the bot with the settings of .env
	@[ -e .env ] || [ -n "$${TELEGRAM_BOT_TOKEN:-}" ] || echo "There is no .env yet: cp env.docker .env, then fill it in" >&2
	@exec $(BIN)/python -m bot

migrate: $(VENV)/requirements.txt ## bring the database of .env up to date, without starting the bot
	@exec $(BIN)/python -m bot migrate

# Checks

# One more than there are cores: they often wait. A file's tests stay together, as does what they share; the long files
# come first in the alphabet, where the most tests are says nothing.
WORKERS ?= -n $(shell echo $$(( $$(nproc 2>/dev/null || echo 2) + 1 ))) --dist loadfile --no-loadscope-reorder

.PHONY: test lint types layers
test: $(VENV)/requirements-dev.txt ## run the tests (ARGS=… goes to pytest; REQUIRE_SERVICES=1 skips nothing)
	@exec $(BIN)/python -m pytest $(WORKERS) $(ARGS)

lint: $(VENV)/requirements-dev.txt ## ruff: the rules and the format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/requirements-dev.txt ## mypy, strict
	@$(BIN)/mypy

layers: $(VENV)/requirements-dev.txt ## who may import whom
	@$(BIN)/lint-imports --no-logo

# Figures and pictures

.PHONY: lighthouse screenshots
lighthouse: $(VENV)/requirements-dev.txt ## the page in Lighthouse, offline (needs chromium, openssl and Node 18.16 or newer)
	@exec $(BIN)/python -m benchmarks.lighthouse

screenshots: $(VENV)/requirements-dev.txt ## make the pictures of docs/screenshots/ again (needs chromium)
	@exec $(BIN)/python -m docs.make_screenshots

# A server with Docker

.PHONY: compose deploy down logs status
compose:
	@docker compose version >/dev/null 2>&1 || { echo "Docker with its compose plugin is needed: see docs.docker.com/engine/install" >&2; exit 1; }
	@[ -e .env ] || { echo "There is no .env yet: cp env.docker .env, then fill it in" >&2; exit 1; }

deploy: compose ## build and start the bot, PostgreSQL and Redis
	@docker compose up -d --build

down: compose ## stop them; the data stays
	@docker compose down

logs: compose ## follow the bot's log
	@docker compose logs --follow --tail 100 app

status: compose ## what runs, and how it is
	@docker compose ps

.PHONY: clean
clean: ## remove .venv and what the tools left (no data, no .env)
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .demo
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
