# `make help` lists what can be made. Everything happens in .venv, made with the Python named by PYTHON.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
SERVE ?= 1
SITE ?= http://127.0.0.1:8000
SHOTS ?= data/screenshots
DEMO_DATA ?= data/demo
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help demo test check lint types containers schema screenshots messages fonts format clean

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 20

# Installs only when pyproject.toml has changed since. torch first: a pin that pip resolves alone takes the CPU build.
$(READY): pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not installed; name another with PYTHON=…" >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: $(READY) ## index the sample corpus, search it across languages, serve the page (SERVE=0: do not serve)
	BAYAN_DATA=$(DEMO_DATA) $(BIN)/bayan index --sample
	BAYAN_DATA=$(DEMO_DATA) $(BIN)/bayan search "تهريب الكبتاغون في شحنة رمان" --size 4
	BAYAN_DATA=$(DEMO_DATA) $(BIN)/bayan search "вымогатели атаковали больницу" --size 4
	BAYAN_DATA=$(DEMO_DATA) $(BIN)/bayan search "border guards killed by drug traffickers" --size 4
ifneq ($(SERVE),0)
	BAYAN_DATA=$(DEMO_DATA) $(BIN)/bayan serve
endif

test: $(READY) ## run all tests, on two processors
	$(BIN)/python -m pytest -q --numprocesses 2 --dist loadfile

# The server must run without a limit: BAYAN_RATE_LIMIT= bayan serve. That a schema allows a query says nothing about its
# grammar, nor about its days: such an answer of 400 is no failure.
schema: $(READY) ## ask the API of the server at SITE what its OpenAPI document allows, and what it does not
	$(BIN)/schemathesis run $(SITE)/openapi.json --checks all --exclude-checks positive_data_acceptance --max-time 300 --workers 2

screenshots: $(READY) ## take pictures of the main pages to the folder SHOTS; needs Chromium
	$(BIN)/python -m tests.browser.screenshots $(SHOTS)

check: lint types containers ## lint, formatting, types and container files

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

containers: $(READY)
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec compose.yaml
	$(BIN)/hadolint Dockerfile

# The errors that a reader can cause have the same texts: their names are keywords of the extractor.
EXTRACT := --no-wrap --sort-by-file --add-location file --project Bayan --copyright-holder "the founders of Bayan" \
	-k translatable -k QueryError -k PageError -k NotFoundError -k UsageError -k RateLimitError
LOCALES := ar fa ru fr es

messages: $(READY) ## extract the interface's texts and bring the catalogues up to date
	$(BIN)/pybabel --quiet extract --mapping-file babel.cfg $(EXTRACT) --output-file web/locale/bayan.pot .
	for language in $(LOCALES); do $(BIN)/pybabel --quiet update --domain bayan --no-wrap --no-fuzzy-matching --ignore-obsolete \
		--locale $$language --input-file web/locale/bayan.pot --output-dir web/locale || exit 1; done

fonts: $(READY) ## cut the pages' fonts again, as tools/fonts.toml says; needs npm
	$(BIN)/python tools/fonts.py

format: $(READY) ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove the environment and the demo's index
	rm -rf $(VENV) $(DEMO_DATA)
