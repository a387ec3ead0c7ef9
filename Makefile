# Everything a developer does; `make` alone lists it. Works from any folder, also one with a space in its path:
# every path below is relative, and .venv is made anew where the clone has moved.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test test-stack bench check fix schema conformance fuzz lock doctor clean

UV_VERSION := 0.13.8
UV := .venv/bin/python -m uv
export PYTHON
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME

help: ## list what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: .venv/installed ## start everything: database, server, worker, demo data; Ctrl-C ends it
	@exec .venv/bin/python -P -m service.cli up

test: .venv/installed-dev ## every test that needs nothing but Python
	@.venv/bin/python -m pytest -q -n auto --inline-snapshot=disable -m "not stack" $(ARGS)

test-stack: .venv/installed-dev ## the tests with Chromium and servers; installs what is missing (Debian, as root)
	@.venv/bin/python -c "import shutil, sys; sys.exit(not any(map(shutil.which, ('chromium', 'chromium-browser', 'google-chrome'))))" \
	  || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update -qq >/dev/null \
	       && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium >/dev/null 2>&1; } \
	  || { echo "make test-stack: Chromium is missing: install it, for example with: sudo apt-get install chromium" >&2; exit 1; }
	@GOLDTHREAD_STACK=1 .venv/bin/python -m pytest -q --inline-snapshot=disable -m stack $(ARGS)

bench: .venv/installed-dev ## measure speed and accuracy beside the peers, write docs/benchmarks.md; ARGS="--quick"
	@.venv/bin/python -m tests.bench $(ARGS)

check: .venv/installed-dev ## format, lint, types, import rules, generated files, budgets, score card
	@.venv/bin/ruff format --check --quiet . || { echo "make fix puts the format right" >&2; exit 1; }
	@.venv/bin/ruff check --quiet .
	@.venv/bin/basedpyright --warnings | sed '/^0 errors, 0 warnings, 0 notes$$/d' > .venv/types.txt; \
	  if test -s .venv/types.txt; then cat .venv/types.txt; exit 1; fi
	@.venv/bin/lint-imports --no-logo > .venv/imports.txt 2>&1 || { cat .venv/imports.txt; exit 1; }
	@.venv/bin/python -m pytest -q --inline-snapshot=disable tests/architecture $(ARGS)
	@.venv/bin/python -m tests.architecture.score_card

fix: .venv/installed-dev ## put format and lint right, as far as a program can
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format --quiet .

schema: .venv/installed-dev ## write migrations/schema.sql and service/schema.graphql anew; BREAKING=1 allows removals
	@.venv/bin/python -m pytest -q --inline-snapshot=disable tests/architecture/test_schemas.py --update-schema $(if $(BREAKING),--accept-breaking)

conformance: .venv/installed-dev ## write docs/openlineage-conformance.md anew from the suite in tests/lineage/cases
	@.venv/bin/python -m pytest -q --inline-snapshot=disable tests/lineage/test_conformance.py --update-schema

fuzz: .venv/installed-dev ## send broken OpenLineage events to the doors; EVENTS=100000 says how many, SEED=0 where to begin
	@FUZZ_EVENTS=$(or $(EVENTS),100000) FUZZ_SEED=$(or $(SEED),0) .venv/bin/python -m pytest -q --inline-snapshot=disable tests/service/test_event_fuzz.py $(ARGS)

lock: .venv/uv ## pin every package by its hashes after a change of pyproject.toml
	@$(UV) pip compile -q --universal --generate-hashes --no-header --no-emit-index-url pyproject.toml -o requirements.lock
	@$(UV) pip compile -q --universal --generate-hashes --no-header --no-emit-index-url --group dev pyproject.toml -o requirements-dev.lock

doctor: .venv/installed ## look at everything Goldthread needs and say how to mend it
	@.venv/bin/python -P -m service.cli doctor

clean: ## remove what was built here; the data of `make run` stays
	@rm -rf .venv build dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name node_modules -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/installed: .venv/uv requirements.lock pyproject.toml
	@echo "installing what Goldthread needs (once)"
	@test .venv/installed-dev -nt requirements.lock || $(UV) pip install -q --compile-bytecode --require-hashes -r requirements.lock
	@$(UV) pip install -q --no-deps -e .
	@touch $@

.venv/installed-dev: .venv/uv requirements-dev.lock pyproject.toml
	@echo "installing what development needs (once)"
	@$(UV) pip install -q --require-hashes -r requirements-dev.lock
	@$(UV) pip install -q --no-deps -e .
	@touch $@

# uv inside .venv, made with the newest Python there is; `make run PYTHON=…` says which.
# The file holds the folder's path: programs in .venv know it by heart.
.venv/uv: $(shell test "`cat .venv/uv 2>/dev/null`" = "`pwd`" || echo moved)
	@rm -rf .venv; \
	for python in "$$PYTHON" python3.13 python3.12 python3.11 python3.14 python3; do \
	  test -n "$$python" && "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
	  python=; \
	done; \
	if test -n "$$python" && "$$python" -m venv .venv >/dev/null 2>&1; then \
	  .venv/bin/python -m pip install -q --disable-pip-version-check uv==$(UV_VERSION) || exit 1; \
	elif rm -rf .venv && command -v uv >/dev/null; then \
	  uv venv -q --python "$${python:->=3.11}" .venv && uv pip install -q --python .venv/bin/python uv==$(UV_VERSION) || exit 1; \
	elif test -n "$$python"; then \
	  echo "$$python cannot make a virtual environment: sudo apt install python3-venv (Debian, Ubuntu), or install uv, then make again" >&2; exit 1; \
	else \
	  echo "Python 3.11 or newer is needed: install it, or uv (which brings one), then make again; or name it: make run PYTHON=/path/to/python3" >&2; exit 1; \
	fi; \
	pwd > $@

.PHONY: moved
moved:
