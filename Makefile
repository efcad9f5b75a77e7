# Thin lines over scripts/: read those for what happens. Every target but `help` and `clean` sets up first.
.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench docs dataset lock clean
export PYTHON UPGRADE DATA

help: ## this list
	@awk -F ': .*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' Makefile

setup: ## .venv, packages, a Chromium; does only what is missing
	@scripts/setup.sh

demo: setup ## two made-up shops on this machine, from watchlist to report
	@.venv/bin/daihuo demo $(ARGS)

test: setup ## all tests (ARGS="-k price" for some of them)
	@scripts/test.sh $(ARGS)

check: setup ## ruff, mypy --strict and the law of the house
	@scripts/check.sh

bench: setup ## all benchmarks (ARGS="store" for one, DATA=folder for their input)
	@scripts/bench.sh $(ARGS)

docs: setup ## the manual as a site in build/site; a dead link is an error
	@scripts/docs.sh $(ARGS)

dataset: setup ## run one dataset from watchlist to report: make dataset NAME=demo
	@.venv/bin/daihuo run $(or $(NAME),$(error say which: make dataset NAME=demo))

lock: setup ## write requirements.lock anew (UPGRADE=1 moves every pin to the newest)
	@scripts/lock.sh

clean: ## remove .venv and what set-up left; datasets stay
	@rm -rf .venv .setup .pytest_cache .mypy_cache .ruff_cache daihuo.egg-info
