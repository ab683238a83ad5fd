# Every target is a script in scripts/, which can be run as well.
.PHONY: help demo build test format lint bench bench-browser bench-hot-update autobahn flaky-report clean
.DEFAULT_GOAL := help

help:
	@echo 'make demo          the example behind Caddy with a flaky dev server; prints the URL'
	@echo 'make build         .build/release/pitlane'
	@echo 'make test          everything: lint, units, client, integration, browser'
	@echo 'make format        formats the Swift sources in place'
	@echo 'make lint          formatting and dependency direction'
	@echo 'make bench         the benchmarks'
	@echo 'make bench-hot-update  from a save to the new code in Chromium, beside imports of ?v=N'
	@echo 'make bench-browser page loads in Chromium and Firefox beside plain HTTP and a bundle'
	@echo 'make autobahn      the Autobahn WebSocket test suite (needs Python 2.7)'
	@echo 'make flaky-report  page loads with a broken upstream, with and without Pitlane, counted'
	@echo 'make clean         removes what the other targets made'

demo:
	@scripts/demo.sh

build:
	@scripts/build.sh

test:
	@scripts/test.sh

format:
	@scripts/format.sh

lint:
	@scripts/lint.sh

bench:
	@scripts/bench.sh

bench-browser:
	@scripts/bench-browser.sh

bench-hot-update:
	@scripts/bench-hot-update.sh

autobahn:
	@scripts/autobahn.sh

flaky-report:
	@scripts/flaky-report.sh

clean:
	@scripts/clean.sh
