# Primerka: the commands. `make` alone lists them; what they do is in scripts/.

.DEFAULT_GOAL := help
.PHONY: help setup run doctor build watch test lint test-rust test-edge test-sdk test-browser bench prove screens clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

run: ## Install what is missing, build, serve http://127.0.0.1:3000
	@scripts/setup.sh run
	@scripts/build.sh
	@scripts/run.sh

doctor: ## Is the configuration good? Checks it step by step and says what to mend
	@scripts/setup.sh run
	@scripts/build.sh
	@target/release/primerka doctor

test: setup ## Everything: lints, unit and integration tests, edge, browser
	@scripts/test.sh

setup: ## Install all tools, those of the tests too
	@scripts/setup.sh test

build: ## Release build: target/release/primerka and target/site
	@scripts/setup.sh run
	@scripts/build.sh

watch: ## Develop: rebuild and reload at each change
	@scripts/setup.sh run
	@scripts/watch.sh

lint: setup ## Formatting, clippy for all three builds, TypeScript, shell
	@scripts/test.sh lint

test-rust: setup ## Unit and integration tests
	@scripts/test.sh rust

test-edge: setup ## The edge build, under Node
	@scripts/test.sh edge

test-sdk: setup ## Google's own SDKs against the embedded gateway
	@scripts/test.sh sdk

test-browser: setup ## Browser tests, against the release build
	@scripts/test.sh browser

bench: ## Benchmarks
	@scripts/setup.sh run
	@scripts/bench.sh

prove: setup ## The long proofs; their reports go to docs/proofs/
	@scripts/prove.sh

screens: setup ## Screenshots of the page, for the README
	@scripts/screens.sh

clean: ## Remove what was built; the installed tools stay
	@rm -rf target end2end/test-results end2end/playwright-report
