# colophon: set up, run, test. `make help` lists the targets.

SWIFT   ?= swift
BUILD   := .build
BIN     := $(BUILD)/release/colophon
# Everything is built optimized, once: unoptimized numerics are a hundred times slower, and tests run what users get.
# No debug information, which would double the time of a build. (The index is needed: tests are found in it.)
FLAGS   := -c release -debug-info-format none

# C libraries, as Debian and Homebrew name them.
APT     := libgsl-dev libcmark-gfm-dev libcmark-gfm-extensions-dev libyaml-dev libssl-dev libsqlite3-dev zlib1g-dev pkg-config
# What tests run beside the program: the signers and verifiers it must agree with.
APTTEST := openssh-client openssl binutils gcc libc6-dev libopenblas0-pthread python3
# What the elementary functions are checked against: 160-bit arithmetic.
APTMPFR := libmpfr-dev gcc
BREW    := gsl cmark-gfm libyaml openssl@3 sqlite zlib pkg-config

.PHONY: run test help libraries build record lint format docs bench cost binary clean elementary interop hostile accuracy browser tables

## run: installs missing libraries, builds, runs all notebooks into outputs/
run: build
	@$(BIN) run notebooks
	@echo "The reports are there: open them in a browser."

## test: builds and runs all tests (under five minutes from a clean clone)
test: EXTRA := $(APTTEST)
test: build
	@$(SWIFT) build $(FLAGS) --build-tests --quiet
	@$(SWIFT) test $(FLAGS) --skip-build

## build: the program alone, in .build/release/colophon
build: libraries
	@$(SWIFT) build $(FLAGS) --product colophon --quiet

## libraries: installs what C libraries are missing, and says so
libraries:
ifeq ($(shell uname -s),Darwin)
	@for name in $(BREW); do brew list $$name >/dev/null 2>&1 || missing="$$missing $$name"; done; \
	if [ -n "$$missing" ]; then echo "Missing libraries; install them with: brew install$$missing"; exit 1; fi
else
	@missing=""; for name in $(APT) $(EXTRA); do \
	  dpkg-query -W -f='$${Status}' $$name 2>/dev/null | grep -q "ok installed" || missing="$$missing $$name"; done; \
	if [ -n "$$missing" ]; then \
	  echo "Installing missing libraries:$$missing"; \
	  if [ "$$(id -u)" = 0 ]; then sudo=""; else sudo="sudo"; fi; \
	  $$sudo apt-get update -qq && $$sudo apt-get install -y -qq --no-install-recommends $$missing; \
	fi
endif

## hostile: the tests with files that are made to harm, each as large as it may be
hostile: EXTRA := $(APTTEST)
hostile: build
	@$(SWIFT) build $(FLAGS) --build-tests --quiet
	@COLOPHON_HOSTILE=full $(SWIFT) test $(FLAGS) --skip-build --filter 'HostileInputTests|HostileRecordTests|AnalysisLimitTests'

## record: runs the tests and writes new golden files; read the difference before committing it
record: docs
	@$(SWIFT) build $(FLAGS) --build-tests --quiet
	@COLOPHON_RECORD=1 $(SWIFT) test $(FLAGS) --skip-build --filter SpecificationTests

## docs: prints the references of steps and of clinical scores into docs/steps.md and docs/scores.md
docs: build
	@$(BIN) steps --all > docs/steps.md
	@$(BIN) steps --scores > docs/scores.md

## accuracy: prints the digits of the self-test beside those of other programs into docs/accuracy.md
accuracy: build
	@python3 Benchmarks/accuracy/page.py $(BIN) > docs/accuracy.md.new && mv docs/accuracy.md.new docs/accuracy.md

## lint: checks the formatting
lint:
	@$(SWIFT) format lint --strict --recursive Sources Tests Package.swift

## format: formats the sources
format:
	@$(SWIFT) format -i --recursive Sources Tests Package.swift

## elementary: checks exp, log, sin, … against MPFR, a million points each, and that no processor changes a bit
elementary: EXTRA := $(APTMPFR)
elementary: libraries
	@$(MAKE) --no-print-directory -C Tests/Elementary check digest

# What other programs say of records, signatures and crates: Tests/Interop/README.md. They come from PyPI into a virtual
# environment, once for each requirements.txt; the first run needs the network, and fails where there is none.
PYTHON      ?= python3
INTEROP     := $(BUILD)/interop
# The JSON-LD context of RO-Crate 1.1, which is served to roc-validator in place of the network.
CONTEXT     := $(INTEROP)/context/rocrate/data/ro-crate.jsonld
NEEDSVENV    = $(shell $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv)

$(INTEROP)/ready: Tests/Interop/requirements.txt Tests/Interop/requirements-context.txt | libraries
	@rm -rf $(INTEROP) && $(PYTHON) -m venv $(INTEROP)/venv
	@pip="$(INTEROP)/venv/bin/python -m pip --quiet --disable-pip-version-check install"; \
	$$pip --requirement Tests/Interop/requirements.txt && \
	$$pip --no-deps --target $(INTEROP)/context --requirement Tests/Interop/requirements-context.txt || { \
	  echo "make interop: the programs to check against could not be installed by pip, so nothing was checked"; exit 1; }
	@touch $@

## interop: asks rfc8785, securesystemslib, in-toto, openssl, ssh-keygen, sha256sum, roc-validator, runcrate (needs PyPI)
interop: EXTRA = $(APTTEST) $(NEEDSVENV)
interop: build $(INTEROP)/ready
	@INTEROP_CONTEXT=$(CONTEXT) COLOPHON=$(BIN) $(INTEROP)/venv/bin/python -B Tests/Interop/run_tests.py

# Reports as Chromium lays them out: Tests/Browser/README.md.
BROWSER     := $(BUILD)/browser

$(BROWSER)/ready: Tests/Browser/requirements.txt | libraries
	@rm -rf $(BROWSER) && $(PYTHON) -m venv $(BROWSER)/venv
	@$(BROWSER)/venv/bin/python -m pip --quiet --disable-pip-version-check install \
	  --requirement Tests/Browser/requirements.txt || { \
	  echo "make browser: playwright, axe-core and html5lib could not be installed by pip, so nothing was checked"; exit 1; }
	@touch $@

## browser: opens every report in Chromium, reads the layout, runs axe-core and an HTML checker (needs PyPI)
browser: EXTRA = $(if $(CHROMIUM),,chromium) $(NEEDSVENV)
browser: build $(BROWSER)/ready
	@$(BIN) gallery
	@$(BROWSER)/venv/bin/python -B Tests/Browser/browser_test.py outputs $(BROWSER)/pictures

## bench: compares with R Markdown and lme4 (needs R; see Benchmarks/README.md)
bench: build
	@python3 Benchmarks/compare.py --colophon $(BIN)

## cost: measures what verifying and a stored run cost, and fails where that is more than promised
cost: EXTRA := openssl
cost: build
	@python3 Benchmarks/cost.py --colophon $(BIN)

## tables: measures filtering, deriving and grouping a million rows beside polars (PYTHON names one that has it)
tables: build
	@$(SWIFT) build $(FLAGS) --build-tests --quiet
	@$(PYTHON) Benchmarks/tables.py

## binary: one file that needs no Swift where it is copied to, in .build-static/release/colophon
binary: libraries
	@$(SWIFT) build $(FLAGS) --product colophon --static-swift-stdlib --scratch-path .build-static

## clean: removes what was built
clean:
	@rm -rf $(BUILD) .build-static

help:
	@sed -n 's/^## //p' Makefile
