# Everything a checkout needs lives in .venv; a target installs what it misses and is quick when run again.
#
#   make demo      sample data into the embedded database, four questions answered with citations
#   make test      the suite                make check   style, types, import rules
#   make install   the command alone        make bench   measure this machine
#   make soak      kill, resume and a storm make format  put the code in shape
#   make conformance  the protocol's official suite and the Inspector against our server
#   make browser      a browser for the tests that look at the apps, where the machine has none
#   make mcpb         the bundle that desktop clients install, to dist/
#   make clean     remove .venv and caches; your data stays
#
# Another Python: make demo PYTHON=/path/to/python3.12 (3.11 or newer).

PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python3.14; do \
	if $$name -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$name; break; fi; done)

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet --prefer-binary --no-compile

.DEFAULT_GOAL := help
.PHONY: help install demo test check bench soak conformance browser mcpb format clean
.DELETE_ON_ERROR:

help:
	@sed -n 's/^#   //p' Makefile

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer with venv was found. Install one (on Debian: python3 and python3-venv), or name it: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is too old: Python 3.11 or newer is needed." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# Nothing is compiled ahead: what is used compiles itself at its first import, which is a third faster in all.
# The stamps are newer than pyproject.toml as long as what it asks for is installed.
$(VENV)/.runtime: pyproject.toml | $(BIN)/python
	@echo "Installing into $(VENV) ..."
	@PIP_ROOT_USER_ACTION=ignore $(PIP) --editable .
	@touch $@

$(VENV)/.development: pyproject.toml | $(BIN)/python
	@echo "Installing into $(VENV), with what the tests need ..."
	@PIP_ROOT_USER_ACTION=ignore $(PIP) --editable '.[dev]'
	@touch $(VENV)/.runtime $@

install: $(VENV)/.runtime

demo: $(VENV)/.runtime
	@$(BIN)/memorygraph demo

test: $(VENV)/.development
	$(BIN)/python -m pytest -n auto --dist worksteal

check: $(VENV)/.development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_layers.py

bench: $(VENV)/.runtime
	$(BIN)/memorygraph bench

soak: $(VENV)/.development
	$(BIN)/python -m pytest -m soak -n auto --dist worksteal
	$(BIN)/python bench/soak.py
	$(BIN)/python bench/storm.py

conformance: $(VENV)/.development
	$(BIN)/python scripts/conformance.py

browser: $(VENV)/.development
	$(BIN)/python scripts/install_browser.py

mcpb: $(VENV)/.development
	@$(BIN)/python scripts/build_mcpb.py

format: $(VENV)/.development
	$(BIN)/ruff check --fix --select I .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .bench .conformance
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
