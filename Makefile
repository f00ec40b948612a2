# Entry point for all tasks. Each target first provides what it needs.
SHELL := /bin/bash
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
# The compile cache of Node, for our program and npm, which would otherwise use /tmp.
export NODE_COMPILE_CACHE ?= $(CURDIR)/node_modules/.cache/compiled

.DEFAULT_GOAL := help
.PHONY: help build test lint types demo bench control-plane stores tools cluster-tools cluster cluster-down e2e clean
.PHONY: image rehearsal-image time-zone install install-rehearsal install-helm backup-now uninstall

help: ## Show all targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 18

include install.mk

node_modules: package.json package-lock.json
	npm ci --no-audit --no-fund --no-update-notifier --loglevel=error
	@touch node_modules

build: node_modules ## Build the tool (dist/)
	@npm run --silent build

control-plane: node_modules ## Provide kube-apiserver, etcd and kubectl: from KUBEBUILDER_ASSETS, a download, or built from source once
	@test/control-plane/provide.sh

# The servers that stand for buckets, and age.
stores: node_modules
	@test/stores/provide.sh >/dev/null
	@test/stores/provide.sh azurite >/dev/null

tools: ## Install the programs that the tests need: jq, unzip, less, zsh, chromium … (Debian, root)
	@test/tools.sh tests

cluster-tools: tools
	@test/tools.sh node
	@test/cluster-node/provide.sh >/dev/null

test: lint types build control-plane stores tools ## Run linter, type check and all tests, on a real API server and a real node
	@test/cluster-node/provide.sh >/dev/null
	npm run --silent test
	@$(MAKE) --no-print-directory e2e

lint: node_modules
	npm run --silent lint

types: node_modules
	npm run --silent types

cluster: node_modules control-plane cluster-tools ## Start a real cluster with one node on this machine (Linux, root)
	@node test/cluster-node/main.ts up

cluster-down: node_modules ## Stop that cluster and remove everything it created
	@node test/cluster-node/main.ts down

e2e: build control-plane ## Run the end-to-end tests: on that cluster, or on your own (KUBECONFIG, IMAGE)
	@node test/e2e/run.ts

demo: build control-plane ## Back up a sample cluster twice and show what changed; needs no cluster
	@test/stores/provide.sh >/dev/null
	@node demo/demo.ts

bench: build control-plane tools ## Measure performance against bare LISTs; ARGS="--projects 125" for a smaller cluster
	npm run --silent bench -- $(ARGS)

clean: ## Remove dist/ and node_modules/
	rm -rf dist node_modules
