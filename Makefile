# `make site` and `make test` work on a fresh machine with Python 3.11 or newer, make and git.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_FLAGS := --quiet --disable-pip-version-check --require-hashes

.PHONY: site serve test check format lint types lock bench bench-all clean help

help:  ## say what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' $(MAKEFILE_LIST)

site: $(VENV)/.site-ready  ## import seeds/, build site/ with its search index
	@$(BIN)/python build.py

serve: $(VENV)/.site-ready  ## preview on http://localhost:8000, rebuilt and reloaded on change; another port: PORT=8131
	@$(BIN)/python build.py serve $(if $(PORT),--port $(PORT))

test: $(VENV)/.test-ready  ## the whole suite, browser tests included
	@$(BIN)/python -m pytest

check: format lint types test  ## everything that has to be right before a commit
	@$(BIN)/python build.py check --strict

format: $(VENV)/.test-ready
	@$(BIN)/ruff format --check .

lint: $(VENV)/.test-ready
	@$(BIN)/ruff check .

types: $(VENV)/.test-ready
	@$(BIN)/mypy

lock:  ## resolve requirements.txt and requirements-dev.txt anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  --upgrade --quiet pyproject.toml --output-file requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  --upgrade --quiet pyproject.toml --extra dev --output-file requirements-dev.txt

bench: $(VENV)/.site-ready  ## compare with Hugo at 1,000 and 10,000 papers: make bench CORPUS=archive of Daily Papers
	@$(BIN)/python bench/compare.py "$(CORPUS)" --rounds 3 --edits 5

bench-all: $(VENV)/.site-ready  ## the full comparison, with Node.js, into docs/performance.md; takes hours
	@$(BIN)/python bench/compare.py "$(CORPUS)" --sizes 1000 10000 50000 --peers hugo eleventy pelican --write docs/performance.md

clean:  ## remove what can be made again
	rm -rf site $(VENV) .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it: make PYTHON=python3.13 …")'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "Python cannot make a virtual environment here; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@touch $@

$(VENV)/.site-ready: requirements.txt | $(VENV)/.made
	@echo "Installing what the build needs into $(VENV)"
	@$(BIN)/pip install $(PIP_FLAGS) --requirement requirements.txt
	@touch $@

$(VENV)/.test-ready: requirements-dev.txt tests/install_browser.py | $(VENV)/.made
	@echo "Installing what the tests need into $(VENV)"
	@$(BIN)/pip install $(PIP_FLAGS) --requirement requirements-dev.txt
	@$(BIN)/python tests/install_browser.py
	@touch $@
