# make run    everything, with the demo region and simulated drones; prints the URL          make test    every test
# make check  formatter, linter, types, import contracts                                      make bench   benchmarks (ONLY=name)
SHELL := /bin/bash
BIN := .sunqar/venv/bin
# Node from the wheel, where the machine's own is missing or too old.
export PATH := $(CURDIR)/.sunqar/node/bin:$(PATH)

.PHONY: help run test test-python test-web check check-python check-web format web bench bootstrap doctor clean
help:
	@sed -n '1,2s/^# //p' Makefile

bootstrap:
	@.ci/bootstrap run

# setpriv: a make that is killed outright takes `up` with it.
run: bootstrap
	@exec setpriv --pdeathsig TERM $(BIN)/sunqar up --demo $(ARGS)

doctor: bootstrap
	@$(BIN)/sunqar doctor

web:
	@.ci/bootstrap web

test:
	@.ci/bootstrap test
	@$(MAKE) --no-print-directory test-python test-web

# ARGS="-n 2" shares out what needs no machine of its own between two cores.
test-python:
	@echo "==> Python tests"
	@$(BIN)/python -m pytest -m "not soak and not gpu" $(ARGS)

test-web:
	@echo "==> Web unit tests"
	@cd web && npm test --silent

check:
	@.ci/bootstrap check
	@$(MAKE) --no-print-directory check-python check-web

check-python:
	@echo "==> ruff, mypy, import contracts"
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

check-web:
	@echo "==> Web: types and linter"
	@cd web && npm run --silent check

format:
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench:
	@.ci/bootstrap test
	@$(BIN)/python -m tests.benchmarks $(ONLY)

# Everything made here; the data folder inside .sunqar is kept.
clean:
	@rm -rf .sunqar/venv .sunqar/bootstrap .sunqar/node .sunqar/cache .sunqar/stamps web/node_modules web/dist
