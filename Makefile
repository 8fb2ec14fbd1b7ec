# Every target calls a program of scripts/, in the Python environment that it makes when needed.
TEAM ?= payments
CONTEXT ?=
PORT ?= 8080
RELEASE ?= local/payments
ENV ?= local
TIMEOUT ?= 15m

NO_PYTHON = { echo "✗ Python 3.11 or newer is needed: there is no python3 on the PATH." >&2; exit 1; }
PYTHON = command -v python3 >/dev/null || $(NO_PYTHON); python3 -m scripts.bootstrap
SCRIPTS = $(PYTHON) -m scripts

.DEFAULT_GOAL := help
.PHONY: help up down test test-cluster test-cluster-all test-round-trip bench lint format generate lock
.PHONY: releases render deploy plan apply drift

help: ## Show this help
	@awk 'BEGIN {FS = ":.*## "; print "make TARGET [TEAM=payments] [CONTEXT=name] [PORT=8080] [RELEASE=local/payments]"} \
	/^##@/ {printf "\n\033[1m%s\033[0m\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  \033[36m%-17s\033[0m %s\n", $$1, $$2}' Makefile

##@ Airflow on this machine (root, Linux)

up: ## Start Kubernetes and Airflow on it, run a Dag (CONTEXT=name: on a cluster of yours)
	@$(SCRIPTS) up --team "$(TEAM)" --context "$(CONTEXT)" --port "$(PORT)"

down: ## Stop the local cluster and leave nothing of it
	@$(SCRIPTS) down

##@ Tests

test: lint ## Lint, then prove the manifests and the Terraform code; no cluster
	@$(SCRIPTS) programs helm
	@$(PYTHON) -m pytest

test-cluster: up ## Start the cluster, run what fits in 15 minutes on it; `make down` stops it
	@$(PYTHON) -m pytest tests/cluster -m "not slow"

test-cluster-all: up ## Start the cluster, run all cluster tests on it, and the round trip
	@$(PYTHON) -m pytest tests/cluster tests/round_trip

test-round-trip: ## Make and destroy all of prod in an AWS account that is none; OpenTofu, too
	@$(PYTHON) -m pytest tests/round_trip

bench: ## Measure the figures of docs/performance.md on the running cluster
	@$(SCRIPTS) bench

##@ Changing things

lint: ## Check style, formatting and that generated files are fresh
	@$(SCRIPTS) lint

format: ## Format Python and Terraform
	@$(SCRIPTS) lint --fix

generate: ## Bring all generated files up to date: values, schemas, rules, docs, dashboards, graphs
	@$(SCRIPTS) generate

lock: ## Resolve requirements.lock again from pyproject.toml
	@$(SCRIPTS) lock

##@ Releases (RELEASE=environment/team, ENV=environment)

releases: ## List every release: environment, team, namespace, owner, layers
	@$(SCRIPTS) releases

render: ## Print the manifests of RELEASE
	@$(SCRIPTS) render "$(RELEASE)"

deploy: ## What CI does: helm upgrade --install RELEASE on CONTEXT, wait for the rollout
	@$(SCRIPTS) deploy "$(RELEASE)" --context "$(CONTEXT)" --timeout "$(TIMEOUT)"

plan: ## Plan ENV with Terraform and keep the plan
	@$(SCRIPTS) plan "$(ENV)"

apply: ## Carry out the kept plan of ENV
	@$(SCRIPTS) apply "$(ENV)"

drift: ## Fail when ENV is not as its files say
	@$(SCRIPTS) drift "$(ENV)"
