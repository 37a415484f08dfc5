# The two commands most people want: `make rehearsal` and `make test`.
# Needs Python 3.11 or later with its venv module, and make. PYTHON=… chooses the Python, JOBS=… the test workers.

PYTHON ?= python3
JOBS ?= auto
SCENARIO ?= scenarios/first-tender.yaml

VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
INSTALL := $(BIN)/python -m pip install --quiet

.PHONY: rehearsal test setup check bench soak words screenshots rules-page training-pages studies-page locks wheel clean

rehearsal: $(VENV)/.core
	$(BIN)/kaibiao rehearse $(SCENARIO)

test: setup
	$(BIN)/python -m pytest -q -n $(JOBS)

setup: $(VENV)/.all

check: setup
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -n $(JOBS)

bench: setup
	@set -e; for bench in benchmarks/*.py; do echo "== $$bench"; $(BIN)/python "$$bench"; done

soak: setup
	$(BIN)/python -m pytest -q -m soak

words: setup
	$(BIN)/python tools/words.py

screenshots: setup
	$(BIN)/python tools/screenshots.py

rules-page: setup
	$(BIN)/python tools/rules_page.py

training-pages: setup
	$(BIN)/python tools/training_pages.py

# Some minutes: it runs the six studies.
studies-page: setup
	$(BIN)/python -m tools.studies_page --jobs 2

# Pin again what pyproject.toml asks for. Run it on the oldest Python supported.
COMPILE = $(VENV)-locks/bin/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras \
	--no-header --no-emit-options --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
	--build-deps-for editable pyproject.toml
locks: $(VENV)/.made
	$(BIN)/python -m venv --clear $(VENV)-locks
	$(VENV)-locks/bin/python -m pip install --quiet pip-tools
	$(COMPILE) --output-file locks/core.txt
	$(COMPILE) --extra dev --extra lab --extra cluster --constraint locks/core.txt --output-file locks/all.txt

wheel: setup
	rm -rf build
	$(BIN)/python -m build --wheel --no-isolation

clean:
	rm -rf $(VENV) $(VENV)-locks build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp stands for a step that came to its end; a new lock or a changed pyproject.toml takes the step again.
# The first study compiles the laboratory's machine code, so that later ones need not wait for it.

$(VENV)/.all: $(VENV)/.core locks/all.txt
	$(INSTALL) --require-hashes -r locks/all.txt
	@rm -rf $(VENV)/first-study
	-@$(BIN)/kaibiao lab run floor-by-five --auctions 8192 --jobs 2 --out $(VENV)/first-study >/dev/null 2>&1
	@touch $@

$(VENV)/.core: $(VENV)/.made locks/core.txt pyproject.toml
	$(INSTALL) --require-hashes -r locks/core.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.made:
	@for python in $(PYTHON) python3.13 python3.12 python3.11; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "$$python -m venv $(VENV)"; "$$python" -m venv --clear $(VENV) && touch $@; exit; \
	  fi; \
	done; \
	echo '需要 Python 3.11 或更高版本；装在别处时请写 make PYTHON=/路径/python3.11' >&2; \
	echo 'Python 3.11 or later is needed; where it has another name: make PYTHON=/path/to/python3.11' >&2; \
	exit 2
