# Every target runs a command of scripts/ in a Python environment, which is created if it is missing.
TEAM ?= payments
CONTEXT ?=
PORT ?= 8080
RELEASE ?= local/payments
SEED ?= 1
INPUTS ?= 2400
ENV ?= local
FOLDER ?= dags
TIMEOUT ?= 15m

NO_PYTHON = { echo "✗ Python 3.11 or newer is needed: there is no python3 on the PATH." >&2; exit 1; }
PYTHON = command -v python3 >/dev/null || $(NO_PYTHON); python3 -m scripts.bootstrap
SCRIPTS = $(PYTHON) -m scripts

.DEFAULT_GOAL := help
.PHONY: help up down test test-cluster test-cluster-all test-round-trip test-fuzz bench lint format generate lock
.PHONY: releases render deploy dags plan apply drift dashboards

help: ## Show this help
	@awk 'BEGIN {FS = ":.*## "; print "make TARGET [TEAM=payments] [CONTEXT=name] [PORT=8080] [RELEASE=local/payments]"} \
	/^##@/ {printf "\n\033[1m%s\033[0m\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  \033[36m%-17s\033[0m %s\n", $$1, $$2}' Makefile

##@ Airflow on this machine (root, Linux)

up: ## Start Kubernetes and Airflow, run an example Dag (CONTEXT=name: on an existing cluster)
	@$(SCRIPTS) up --team "$(TEAM)" --context "$(CONTEXT)" --port "$(PORT)"

down: ## Stop the local cluster and remove everything in it
	@$(SCRIPTS) down

##@ Tests

test: lint ## Lint, then test the manifests and the Terraform code; needs no cluster
	@$(SCRIPTS) programs helm statsd_exporter
	@$(PYTHON) -m pytest --numprocesses auto --dist loadfile

test-cluster: up ## Start the cluster, run the cluster tests that fit in 15 minutes
	@$(PYTHON) -m pytest tests/cluster -m "not slow"

test-cluster-all: up ## Start the cluster, run all cluster tests and the round trip
	@$(PYTHON) -m pytest tests/cluster tests/round_trip

test-round-trip: ## Create and destroy prod in a simulated AWS account, also with OpenTofu
	@$(PYTHON) -m pytest tests/round_trip

test-fuzz: ## Render wrong values (SEED=1 INPUTS=2400): each ends in manifests or in sentences
	@$(SCRIPTS) programs helm
	@FUZZ_SEED="$(SEED)" FUZZ_INPUTS="$(INPUTS)" $(PYTHON) -m pytest tests/fuzz --numprocesses auto

bench: ## Measure the figures of docs/performance.md on the running cluster
	@$(SCRIPTS) bench

##@ Development

lint: ## Check style, formatting, plain English and generated files
	@$(SCRIPTS) lint

format: ## Format Python and Terraform
	@$(SCRIPTS) lint --fix

generate: ## Write all generated files: values, schemas, rules, docs, dashboards, graphs
	@$(SCRIPTS) generate

lock: ## Resolve all Python lock files
	@$(SCRIPTS) lock

##@ Releases (RELEASE=environment/team, ENV=environment)

releases: ## List every release: environment, team, namespace, owner, layers
	@$(SCRIPTS) releases

render: ## Print the manifests of RELEASE
	@$(SCRIPTS) render "$(RELEASE)"

deploy: ## Run helm upgrade --install for RELEASE on CONTEXT and wait for the rollout, as CI does
	@$(SCRIPTS) deploy "$(RELEASE)" --context "$(CONTEXT)" --timeout "$(TIMEOUT)"

dags: ## Make the Dags of TEAM in the bucket of ENV those of FOLDER (ENV=prod TEAM=payments FOLDER=dags)
	@$(SCRIPTS) dags "$(ENV)/$(TEAM)" "$(FOLDER)"

plan: ## Plan ENV with Terraform and save the plan
	@$(SCRIPTS) plan "$(ENV)"

apply: ## Apply the saved plan of ENV
	@$(SCRIPTS) apply "$(ENV)"

dashboards: ## Draw the Datadog dashboards of ENV as a page to open, before they are applied
	@$(SCRIPTS) dashboards --environment "$(ENV)"

drift: ## Fail when ENV has drifted from its files (NOTIFY=1 tells the team, too)
	@$(SCRIPTS) drift "$(ENV)" $(if $(NOTIFY),--notify)
