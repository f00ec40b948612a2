# Everything starts from here; each target brings about what it needs.
SHELL := /bin/bash
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help build test lint types demo bench control-plane tools cluster-tools cluster cluster-down e2e clean
.PHONY: image install install-helm backup-now uninstall

help: ## Show these targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 18

include install.mk

node_modules: package.json package-lock.json
	npm ci --no-audit --no-fund --loglevel=error
	@touch node_modules

build: node_modules ## Bundle the tool into dist/
	@npm run --silent build

control-plane: node_modules ## Provide kube-apiserver, etcd and kubectl: from KUBEBUILDER_ASSETS, a download, or built from source once
	@test/control-plane/provide.sh

# jq runs users' filters; unzip and python3 check our archives with other people's eyes, promtool our alerts; zsh and
# fish complete words, chromium shows the report page. The
# rest builds what the control plane does not have: runc is built with cgo.
tools:
	@test/tools.sh jq=jq unzip=unzip zip=zip python3=python3 openssl=openssl promtool=prometheus \
	  zsh=zsh fish=fish chromium=chromium \
	  gcc=gcc pkg-config=pkg-config /usr/include/seccomp.h=libseccomp-dev

cluster-tools: tools
	@test/tools.sh ip=iproute2 iptables=iptables buildah=buildah mmdebstrap=mmdebstrap
	@test/cluster-node/provide.sh >/dev/null

test: lint types build control-plane tools ## Lint, check types, run all tests against a real API server and a real node
	@test/cluster-node/provide.sh >/dev/null
	npm run --silent test
	@$(MAKE) --no-print-directory e2e

lint: node_modules
	npm run --silent lint

types: node_modules
	npm run --silent types

cluster: node_modules control-plane cluster-tools ## Start a real cluster with one node on this machine (Linux, root)
	@node test/cluster-node/main.ts up

cluster-down: node_modules ## End that cluster; nothing of it stays
	@node test/cluster-node/main.ts down

e2e: build control-plane ## Install and run it end to end: on that cluster, or on yours (KUBECONFIG, IMAGE)
	@node test/e2e/run.ts

demo: build control-plane ## Back up a sample cluster twice and show what changed; needs no cluster
	@node demo/demo.ts

bench: build control-plane tools ## Measure against bare LISTs; ARGS="--projects 125" makes it smaller
	npm run --silent bench -- $(ARGS)

clean: ## Remove what was built
	rm -rf dist node_modules
