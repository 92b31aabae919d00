# Bistro: `make serve` runs it, `make test` tests it. Both install missing packages.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1

# Programs that Bistro runs (bubblewrap, apt, dpkg, git, xz), clients and a proxy for the tests (podman, skopeo, containerd, nginx), and the linker and its libraries (gcc, zlib).
PACKAGES := bubblewrap git patch xz-utils dpkg ca-certificates debian-archive-keyring \
            podman skopeo umoci containerd nginx-light runc uidmap busybox-static libcap2-bin quilt gcc libc6-dev zlib1g-dev
BENCH_PACKAGES := wrk curl python3

SOURCES := $(shell find src -name '*.cs' -o -name '*.csproj' -o -name '*.yaml' -o -name '*.proto') Directory.Build.props Directory.Packages.props global.json
CODE := $(shell find src tests bench -name '*.cs' -o -name '*.csproj') Directory.Build.props Directory.Packages.props .editorconfig
RUNTIME := $(shell uname -m | sed -e s/x86_64/linux-x64/ -e s/aarch64/linux-arm64/)
PORT ?= 5099
TIME ?= 600
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)

.PHONY: help tools build serve test bench bench-registry bench-large-store bench-load keys keys-live conformance fuzz clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | column -t -s $$'\t'

tools: ## Install missing Debian packages
	@missing=$$(for p in $(PACKAGES) $(EXTRA_PACKAGES); do \
	    dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done); \
	if [ -n "$$missing" ]; then \
	    echo "Installing" $$missing; \
	    $(SUDO) apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi

build: artifacts/bistro ## Build the native executable artifacts/bistro

artifacts/bistro: $(SOURCES) | tools
	dotnet publish src/Registry -c Release -r $(RUNTIME) -p:PublishAot=true -v quiet -o artifacts/publish
	ln -sf publish/bistro artifacts/bistro
	@touch -h artifacts/bistro

serve: build ## Serve the samples on localhost:5000
	@./artifacts/bistro -C samples/freedesktop-sdk source track --unfetched \
	    || echo "The Debian mirror cannot be reached; the pinned package versions will be used."
	./artifacts/bistro serve -c samples/bistro.yaml

test: tools build ## Run all tests
	dotnet build -c Release -v quiet
	@$(MAKE) --no-print-directory artifacts/formatted
	@dotnet test -c Release --no-build 2>&1 | tee artifacts/test.log || \
	    { printf '\nFailed tests:\n'; grep -A 20 '^failed ' artifacts/test.log; exit 1; }

# Checks the format of all code, which takes a minute, if any of it has changed.
artifacts/formatted: $(CODE)
	dotnet format --verify-no-changes --no-restore
	@touch artifacts/formatted

bench: ## Measure builds of the samples and a cached pull; STORE=DIR keeps the store
	@$(MAKE) --no-print-directory tools EXTRA_PACKAGES="$(BENCH_PACKAGES)"
	@$(MAKE) --no-print-directory build
	./bench/first-light $(STORE)

bench-registry: ## Compare the registry with Debian's docker-registry
	@$(MAKE) --no-print-directory tools EXTRA_PACKAGES="$(BENCH_PACKAGES) docker-registry iproute2"
	@$(MAKE) --no-print-directory build
	./bench/registry

bench-large-store: build ## Measure a registry with 1,000,000 tags and blobs: make bench-large-store STORE=DIR
	./bench/large-store $(STORE)

bench-load: ## Measure loading; PEER=DIR compares with bst show, TREE=DIR adds a prepared Freedesktop SDK
	@$(MAKE) --no-print-directory tools EXTRA_PACKAGES="$(BENCH_PACKAGES)"
	@$(MAKE) --no-print-directory build
	dotnet build -c Release -v quiet bench/Load
	PEER="$(PEER)" TREE="$(TREE)" ./bench/load

keys-live: ## Compare keys with bst show in PEER=DIR (default: artifacts/peer, created if missing)
	@$(MAKE) --no-print-directory tools EXTRA_PACKAGES="mmdebstrap $(BENCH_PACKAGES)"
	@$(MAKE) --no-print-directory build
	dotnet build -c Release -v quiet bench/Load
	@test -d "$(or $(PEER),artifacts/peer)" || $(SUDO) ../shared/tools/peer setup artifacts/peer
	$(SUDO) env PEER="$(or $(PEER),artifacts/peer)" ./bench/keys-live

keys: build ## Compare the keys of a prepared Freedesktop SDK with BuildStream's: make keys TREE=DIR
	python3 ../shared/tools/key-compare artifacts/bistro $(TREE) ../shared/reference/freedesktop-sdk/keys.jsonl.xz

conformance: build ## Run the distribution specification's conformance suite: make conformance SUITE=PROGRAM
	@store=$$(mktemp -d); BISTRO_CONFIG=/dev/null ./artifacts/bistro serve --store $$store --listen 127.0.0.1:$(PORT) & server=$$!; \
	trap 'kill $$server; wait $$server; rm -rf $$store' EXIT; \
	export OCI_REGISTRY=127.0.0.1:$(PORT) OCI_TLS=disabled OCI_DATA_SPARSE=true OCI_API_BLOBS_UPLOAD_CANCEL=true; \
	until (exec 3<>/dev/tcp/127.0.0.1/$(PORT)) 2>/dev/null; do kill -0 $$server; sleep 0.1; done; \
	for version in stable dev; do \
	    OCI_VERSION=$$version OCI_REPO1=$$version/one OCI_REPO2=$$version/two OCI_RESULTS_DIR=artifacts/conformance-$$version $(abspath $(SUITE)); \
	done

fuzz: | tools ## Fuzz the parsers of client input for ten minutes each; TIME=SECONDS changes the duration
	dotnet build -c Release -v quiet tests/Unit
	CsCheck_Time=$(TIME) artifacts/bin/Bistro.Unit/release/Bistro.Unit -class Bistro.Unit.Endpoints.FuzzTests

clean: ## Remove build results (not the store)
	rm -rf artifacts
