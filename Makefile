# The few commands that people type. The build itself is CMake's: CMakeLists.txt, CMakePresets.json.
BUILD ?= build
PREFIX ?= /usr/local
DESTDIR ?=
SECONDS ?= 60

.PHONY: all demo test install package lint format campaign fuzz mutants coverage bench clean help

all: ## build the tool and the library (release)
	@scripts/bootstrap build
	@scripts/build release $(BUILD) -DGSMFLASH_TESTS=OFF
	@echo "built: $(BUILD)/release/tool/gsmflash, $(BUILD)/release/core/libgsmflash.a"

demo: all ## update a simulated module at a real 115200 baud, and look at what it holds then
	@scripts/demo $(BUILD)/release/tool/gsmflash

test: ## all tests, in a release build and in one with sanitizers
	@scripts/bootstrap build test lint
	@scripts/test $(BUILD)

install: all ## install below PREFIX (/usr/local), staged in DESTDIR if that is set
	@test -x $(BUILD)/release/tool/gsmflash || { echo "nothing is built yet: make" >&2; exit 1; }
	@DESTDIR=$(DESTDIR) cmake --install $(BUILD)/release --prefix $(PREFIX)

package: all ## build the Debian packages
	@scripts/bootstrap build package
	@cd $(BUILD)/release && cpack -G DEB -B packages | grep generated

lint: ## format, arrows between folders, clang-tidy, cppcheck, shellcheck
	@scripts/bootstrap build test lint
	@scripts/lint full $(BUILD)

format: ## bring the C code into its format
	@scripts/bootstrap lint
	@scripts/lint format

campaign: ## break every event of an update, and pairs of them
	@scripts/bootstrap build test
	@scripts/campaign $(BUILD)

fuzz: ## fuzz each target for SECONDS=60
	@scripts/bootstrap build test ci
	@scripts/fuzz $(BUILD) $(SECONDS)

mutants: ## break the core on purpose: do the tests notice?
	@scripts/bootstrap build test
	@scripts/mutants $(BUILD)

coverage: ## MC/DC and branch coverage of core/
	@scripts/bootstrap build test ci
	@scripts/coverage $(BUILD)

bench: ## measure, and write docs/performance.md anew
	@scripts/bootstrap build test ci bench
	@scripts/bench $(BUILD)

clean: ## remove what was built
	rm -rf $(BUILD)

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' Makefile | expand -t 12
