# What each does is said in the script of that name in scripts/.
.DEFAULT_GOAL := help
.PHONY: help setup run build dev test test-whole check bench seed clean

help: ## this list
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

setup: ## brings what is missing: compiler target, tools, Postgres, browser, npm packages
	@scripts/setup test

run: ## sets up, builds, and serves with demo courses on http://127.0.0.1:3000
	@exec scripts/run

build: ## release artefacts: target/release/dulle and target/site
	@scripts/setup build
	@scripts/build release

dev: ## serves a debug build that follows every change of a file
	@exec scripts/dev

test: ## every test there is
	@scripts/test

test-whole: ## the same, in all combinations of language and device
	@scripts/test whole

check: ## format, lints, documentation, dependency rules
	@scripts/check

bench: ## requests per second, latency, sieges
	@scripts/bench

seed: ## what the first design's chapters show, shown here: docs/SEED.md
	@scripts/seed

clean: ## removes what was built, not what setup brought
	@rm -rf target end2end/test-results end2end/playwright-report
