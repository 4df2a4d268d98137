# `make` alone says what there is. Everything it makes is in .venv, instance and build.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8000
TEST_WORKERS ?= 3
SIZE ?= small
PYTEST_ARGS ?=

BIN := .venv/bin
UV := $(shell command -v uv)
CATALOGUES := $(wildcard community/translations/*/LC_MESSAGES/*.po)
LOCALES := zh_Hans zh_Hant

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Python keeps what it compiled: the site and its tests start many processes.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test lint bench clean chromium provider catalogues compiled pins

help:  ## say what there is
	@echo "Sounding Board"
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  PORT=8080 make run     another port"
	@echo "  SIZE=full make bench   the benchmarks of record: hours instead of minutes"
	@echo "  PYTHON=python3.12 make … another Python (3.11 or newer)"

run: .venv/.site compiled  ## set everything up, then serve site and worker on http://127.0.0.1:8000
	@$(BIN)/flask db upgrade
	@$(BIN)/flask seed demo
	@BASE_URL="$${BASE_URL:-http://127.0.0.1:$(PORT)}" exec $(BIN)/flask serve --host 127.0.0.1 --port $(PORT)

test: .venv/.tests compiled chromium provider lint  ## set everything up, then lint and all tests
	@$(BIN)/pytest -n $(TEST_WORKERS) --dist loadscope --no-loadscope-reorder $(PYTEST_ARGS)

lint: .venv/.tests  ## ruff, bandit, mypy and the order of the layers
	@$(BIN)/ruff check
	@$(BIN)/bandit --quiet --configfile pyproject.toml --recursive community benchmarks wsgi.py
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

bench: .venv/.tests compiled  ## the benchmarks, as tables of ratios
	@for script in benchmarks/[!_]*.py; do \
		echo; echo "== $$script"; SIZE=$(SIZE) PYTHONPATH=. $(BIN)/python -W ignore "$$script" || exit 1; \
	done

clean:  ## remove what `make` set up; the data in instance stays
	@rm -rf .venv build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
	@rm -f $(CATALOGUES:.po=.mo)

catalogues: .venv/.site  ## collect the texts of pages and code into the catalogues of all languages
	@mkdir -p build
	@$(BIN)/pybabel -q extract --mapping-file pyproject.toml --keyword _l --sort-by-file \
		--project "Sounding Board" --copyright-holder "the people of Sounding Board" --version 1 --no-wrap --output-file build/messages.pot .
	@for locale in $(LOCALES); do \
		if [ -e community/translations/$$locale/LC_MESSAGES/messages.po ]; then \
			$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap \
				--input-file build/messages.pot --output-dir community/translations --locale $$locale; \
		else \
			$(BIN)/pybabel -q init --no-wrap \
				--input-file build/messages.pot --output-dir community/translations --locale $$locale; \
		fi || exit 1; \
	done

pins:  ## choose the newest versions of all packages again (needs uv)
	@[ -n "$(UV)" ] || { echo "make pins needs uv on the PATH"; exit 1; }
	@for name in requirements requirements-dev requirements-provider; do \
		uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
			$$name.in --output-file $$name.txt || exit 1; \
	done

compiled: $(CATALOGUES:.po=.mo)

%.mo: %.po | .venv/.site
	@$(BIN)/pybabel -q compile --input-file $< --output-file $@

chromium: .venv/.tests
	@$(BIN)/python -m tests.servers.chromium

provider: build/provider/.installed

build/provider/.installed: requirements-provider.txt | .venv/bin/python
	@if ! cmp -s $< $@; then \
		echo "Installing the packages of $< …"; \
		if [ -n "$(UV)" ]; then \
			uv venv --quiet --clear --python $(BIN)/python build/provider && \
			uv pip install --quiet --python build/provider/bin/python --require-hashes -r $<; \
		else \
			rm -rf build/provider && $(BIN)/python -m venv build/provider && \
			build/provider/bin/python -m pip install --quiet --require-hashes -r $<; \
		fi; \
	fi && cp $< $@

.venv/bin/python:
	@if [ -z "$(PYTHON)" ] || ! $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		echo "Sounding Board needs Python 3.11 or newer; found: $$($(PYTHON) --version 2>&1 || echo none)."; \
		echo "Install it, or say where it is: make PYTHON=/path/to/python3.11"; \
		exit 1; \
	fi
	@if [ -n "$(UV)" ]; then uv venv --quiet --clear --python $(PYTHON) .venv; else \
		rm -rf .venv && $(PYTHON) -m venv .venv || { \
			echo "Python could not make an environment; on Debian and Ubuntu, install python3-venv."; exit 1; }; \
	fi

# The stamps are copies of the list that was installed: only a list that says something else is installed again.
.venv/.site: requirements.txt | .venv/bin/python
	@$(call install,requirements.txt)

.venv/.tests: requirements-dev.txt .venv/.site
	@$(call install,requirements-dev.txt)

define install
	if ! cmp -s $(1) $@; then \
		echo "Installing the packages of $(1) …"; \
		if [ -n "$(UV)" ]; then \
			uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1); \
		else \
			$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null; \
			$(BIN)/python -m pip install --quiet --require-hashes -r $(1); \
		fi; \
	fi && cp $(1) $@
endef
