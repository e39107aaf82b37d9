# The two commands: `make run` and `make test`. CONTRIBUTING.md says the rest.
SHELL := /bin/sh
VENV := .venv
PY := $(VENV)/bin/python
.DEFAULT_GOAL := help
.PHONY: help run dev test test-postgres coverage lint format translations image secrets pins audit clean

help:  ## List the targets
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | sort

run: $(VENV)/.run  ## Serve the playground at http://127.0.0.1:8000/
	@exec $(PY) manage.py serve

dev: $(VENV)/.test  ## Serve with autoreload and DEBUG
	@DEBUG=true exec $(PY) -m watchfiles --filter python "$(PY) manage.py serve" playground

test: $(VENV)/.test  ## Install everything the test suite needs, and run it
	@$(PY) -m tests.setup
	@DATA_DIR= exec $(PY) -m pytest -n 2 --dist loadfile $(ARGS)

test-postgres: $(VENV)/.test  ## Run the suite, or part of it, on a temporary PostgreSQL server
	@$(PY) -m tests.setup
	@DATA_DIR= exec $(PY) -m tests.postgres -n 2 --dist loadfile $(ARGS)

coverage: $(VENV)/.test  ## Run the suite, or part of it, and report lines and branches without tests
	@$(PY) -m tests.setup
	@DATA_DIR= exec $(PY) -m pytest -n 2 --dist loadfile --timeout 600 --cov --cov-report=term:skip-covered --cov-report=html $(ARGS)

lint: $(VENV)/.test  ## Check style, types, templates, spelling and translations
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@PYTHONPATH=. $(VENV)/bin/lint-imports --no-cache > $(VENV)/imports.log || { cat $(VENV)/imports.log; exit 1; }
	@$(VENV)/bin/djlint templates --lint --quiet
	@git ls-files | grep -v ^locale/ | xargs $(VENV)/bin/codespell
	@$(PY) manage.py translations --check

format: $(VENV)/.test  ## Sort imports and format the code
	@$(VENV)/bin/ruff check --fix .
	@$(VENV)/bin/ruff format .

translations: $(VENV)/.test  ## Collect new texts into locale/ and compile them
	@$(PY) manage.py translations

VERSION = $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
IMAGE := gpt-image-playground

image:  ## Build the Docker image, tagged and labelled with the version of pyproject.toml
	docker build --pull --build-arg VERSION=$(VERSION) \
	  --build-arg REVISION=$(shell git rev-parse HEAD 2>/dev/null || echo unknown) \
	  --tag $(IMAGE):$(VERSION) --tag $(IMAGE):latest .

secrets:  ## Create the secrets of compose.yaml in secrets/, except those that exist
	@sh deploy/create-secrets.sh secrets

audit: $(VENV)/.test  ## Check dependencies for known vulnerabilities (needs internet access)
	@$(VENV)/bin/pip-audit --strict --require-hashes --disable-pip -r requirements/base.txt

pins:  ## Regenerate requirements/*.txt from pyproject.toml (needs uv)
	@compile="uv pip compile --quiet --upgrade --universal --python-version 3.12 \
	  --generate-hashes --no-emit-index-url --no-emit-find-links --no-header pyproject.toml"; \
	$$compile -o requirements/base.txt && \
	$$compile --extra scale -o requirements/scale.txt && \
	$$compile --extra otel --extra sentry -o requirements/monitoring.txt && \
	$$compile --extra scale --extra otel --extra sentry --extra test -o requirements/test.txt

clean:  ## Remove generated files; keep data
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache build

# A Python that is new enough and really starts: some machines have names on the path that lead nowhere.
define SET_UP
	@for name in $(PYTHON) python3.13 python3.12 python3 $$HOME/.local/bin/python3.13 $$HOME/.local/bin/python3.12; do \
	  $$name -c 'import sys; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1 || continue; \
	  $$name -c 'import venv, ensurepip' >/dev/null 2>&1 && exec $$name requirements/install.py $(VENV) $(1); \
	  bare=$$name; \
	done; \
	{ if [ -n "$$bare" ]; then \
	  echo "$$bare is installed, but without its venv module. On Debian and Ubuntu: apt-get install $${bare##*/}-venv"; \
	else \
	  echo "You need Python 3.12 or newer. Your python3 is: $$(python3 --version 2>/dev/null || echo missing)."; \
	  echo "  Debian 13, Ubuntu 24.04 or newer:  apt-get install python3 python3-venv"; \
	  echo "  Debian 12, Ubuntu 22.04, others:   install uv (https://docs.astral.sh/uv/), then: uv python install 3.13"; \
	fi; \
	echo "Then run make again. To use a Python in another place: make run PYTHON=/path/to/python3.13"; } >&2; \
	exit 1
endef

$(PY):
	$(call SET_UP,)

$(VENV)/.run: requirements/base.txt | $(PY)
	$(call SET_UP,base)

$(VENV)/.test: requirements/test.txt | $(PY)
	$(call SET_UP,test)
