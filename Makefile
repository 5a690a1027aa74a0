# Every target sets up what it needs: a virtual environment in .venv with the locked packages, which bring the OCR models
# and PostgreSQL along. Only Python 3.11 or newer and make must be there.

PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
READY := .venv/.ready

# The tests start hundreds of processes: each would compile every module anew where this is set.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup demo serve test test-slow check format eval bench chaos audit screenshots openapi lock clean

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Bursar needs Python 3.11 or newer; name one with: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || \
		{ echo "python3 -m venv failed; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@test -x $(BIN)/uv || $(BIN)/python -m ensurepip --upgrade >/dev/null
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $(READY)

demo: $(READY)  ## start a server, upload an invoice, a scan and a statement, poll, print the results
	$(BIN)/python tools/demo.py

serve: $(READY)  ## start the server and stay up
	$(BIN)/bursar serve

# A file's tests share servers, so files are what the cores share out.
test: $(READY)  ## the test suite; make test ARGS=tests/unit runs a part of it
	$(BIN)/python -m pytest -m "not slow" -n auto --maxprocesses 4 --dist loadfile $(ARGS)

test-slow: $(READY)  ## what takes longer
	$(BIN)/python -m pytest -m slow $(ARGS)

check: $(READY)  ## lint, types, walls, shape
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/check_shape.py

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

eval: $(READY)  ## accuracy on a corpus, in all its variants: make eval CORPUS=folder
	$(BIN)/bursar eval $(CORPUS) --variant all $(ARGS)

bench: $(READY)  ## every benchmark, as ratios
	for file in benchmarks/*.py; do $(BIN)/python $$file || exit 1; done

chaos: $(READY)  ## kill processes at random under load, count what is lost: make chaos SECONDS=600
	$(BIN)/python tools/chaos.py --seconds $(or $(SECONDS),600)

audit: $(READY)  ## known vulnerabilities of the locked packages; asks the network
	$(BIN)/uv tool run pip-audit --strict --disable-pip --require-hashes -r requirements.lock

screenshots: $(READY)  ## every page of the dashboard in both themes and three widths, into build/screenshots; needs Chromium
	$(BIN)/python tools/screenshots.py

openapi: $(READY)  ## write openapi.json from the code
	$(BIN)/python tools/write_openapi.py

lock: $(READY)  ## pin the newest packages that pyproject.toml allows
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
		--all-extras --group dev pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
		--extra server --extra s3 --extra heic --constraints requirements.lock --no-annotate pyproject.toml -o deploy/requirements.lock
	echo 'hatchling>=1.27' | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --constraints requirements.lock --no-annotate - -o deploy/build.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
