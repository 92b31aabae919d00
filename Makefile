# Bistro: `make serve` runs it, `make test` proves it; both install what is missing.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1

# What Bistro runs (bubblewrap, apt, dpkg, git, xz), what its clients are (podman, skopeo) and what links it (gcc, zlib).
PACKAGES := bubblewrap git patch xz-utils dpkg ca-certificates debian-archive-keyring \
            podman skopeo runc uidmap busybox-static quilt gcc libc6-dev zlib1g-dev
BENCH_PACKAGES := wrk curl

SOURCES := $(shell find src -name '*.cs' -o -name '*.csproj' -o -name '*.yaml' -o -name '*.proto') Directory.Build.props Directory.Packages.props global.json
RUNTIME := $(shell uname -m | sed -e s/x86_64/linux-x64/ -e s/aarch64/linux-arm64/)
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)

.PHONY: help tools build serve test bench keys clean

help: ## Lists the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | column -t -s $$'\t'

tools: ## Installs the Debian packages that are missing
	@missing=$$(for p in $(PACKAGES) $(EXTRA_PACKAGES); do \
	    dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done); \
	if [ -n "$$missing" ]; then \
	    echo "Installing" $$missing; \
	    $(SUDO) apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi

build: artifacts/bistro ## Builds the executable artifacts/bistro, one native program

artifacts/bistro: $(SOURCES) | tools
	dotnet publish src/Registry -c Release -r $(RUNTIME) -p:PublishAot=true -v quiet -o artifacts/publish
	ln -sf publish/bistro artifacts/bistro
	@touch -h artifacts/bistro

serve: build ## Serves the samples on localhost:5000
	@./artifacts/bistro -C samples/freedesktop-sdk source track --unfetched \
	    || echo "Could not ask the Debian mirror for its versions; the pinned ones will be tried."
	./artifacts/bistro serve -c samples/bistro.yaml

test: tools build ## Runs every test
	dotnet build -c Release -v quiet
	dotnet format --verify-no-changes --no-restore
	dotnet test -c Release --no-build

bench: ## Measures first light; STORE=DIR keeps the store
	@$(MAKE) --no-print-directory tools EXTRA_PACKAGES="$(BENCH_PACKAGES)"
	@$(MAKE) --no-print-directory build
	./bench/first-light $(STORE)

keys: build ## Compares a laid-out Freedesktop SDK's keys with BuildStream's: make keys TREE=DIR
	python3 ../shared/tools/key-compare artifacts/bistro $(TREE) ../shared/reference/freedesktop-sdk/keys.jsonl.xz

clean: ## Removes what was built (not the store)
	rm -rf artifacts
