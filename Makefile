# Everything starts from here; each target brings about what it needs.
SHELL := /bin/bash
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help build test lint types demo bench control-plane tools clean

help: ## Show these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 18

node_modules: package.json package-lock.json
	@# npm before 11 knows no allowScripts, and node-jq would download a jq of its own.
	NODE_JQ_SKIP_INSTALL_BINARY=true npm ci --no-audit --no-fund --loglevel=error
	@touch node_modules

build: node_modules ## Bundle the tool into dist/
	@npm run --silent build

control-plane: node_modules ## Provide kube-apiserver, etcd and kubectl: from KUBEBUILDER_ASSETS, a download, or built from source once
	@test/control-plane/provide.sh

# jq runs users' filters, unzip and python3 check our archives with other people's eyes.
tools:
	@missing=""; for tool in jq unzip zip python3 openssl; do command -v $$tool >/dev/null || missing="$$missing $$tool"; done; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "installing$$missing"; apt-get update -qq && apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	  else echo "please install:$$missing"; exit 1; fi; fi

test: lint types build control-plane tools ## Lint, check types, run all tests against a real API server
	npm run --silent test

lint: node_modules
	npm run --silent lint

types: node_modules
	npm run --silent types

demo: build control-plane tools ## Back up a sample cluster twice and look at the archives
	@node demo/demo.ts

bench: build control-plane tools ## Measure against bare LISTs; ARGS="--projects 125" makes it smaller
	npm run --silent bench -- $(ARGS)

clean: ## Remove what was built
	rm -rf dist node_modules
