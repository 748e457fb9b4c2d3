# make run: the demonstration on http://127.0.0.1:8501 · make test: the tests · make help: the rest

HOST ?= 127.0.0.1
PORT ?= 8501
PYTHON ?= python3
VENV := .venv/bin
# Tests start hundreds of processes: without bytecode each would compile the whole project again.
export PYTHONDONTWRITEBYTECODE :=
# Tests wait for servers and browsers: one worker more than there are processors.
WORKERS := $(shell n=$$(nproc 2>/dev/null || echo 2); echo $$((n < 4 ? n + 1 : 4)))
PYTEST := $(VENV)/python -m pytest --numprocesses=$(WORKERS) --dist=loadfile

.PHONY: help setup setup-dev run check test test-wide test-all faults access lint bench mutants words map fonts lock clean

help:
	@echo "make run     the demonstration on http://$(HOST):$(PORT) (HOST=, PORT=)"
	@echo "make setup   the installation alone"
	@echo "make check   lint, types, and every test that needs no browser, PostgreSQL or security run: after each change"
	@echo "make test    every test, the browser's and PostgreSQL's included"
	@echo "make test-all  the same, then in both languages, on both databases, in all roles and more often (tests/width.py)"
	@echo "make faults  kills, power cuts, tampering and races at full size, with their figures (half an hour to an hour)"
	@echo "make access  write who gets to what from the code into docs/access.md"
	@echo "make lint    ruff, formatting, types"
	@echo "make bench   speed, side by side with its yardsticks"
	@echo "make mutants  faults put into access, grading and the record: how many the tests find"
	@echo "make words   collect the interface's words for translation"
	@echo "make map     draw the map of the code in docs/developers.md"
	@echo "make fonts   cut the icons of web/static/icons.txt, and the faces in FACES, down to what the pages use"
	@echo "make lock    pin the dependencies anew"

setup: .venv/.installed

.venv/.installed: requirements.txt
	@echo "Installing what requirements.txt pins into .venv. This takes a minute or two, once."
	@test -x $(VENV)/python || $(PYTHON) -m venv .venv
	@$(VENV)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.txt
	@touch $@

setup-dev: .venv/.installed-dev

.venv/.installed-dev: .venv/.installed tests/requirements.txt
	@echo "Installing what the tests need, pinned in tests/requirements.txt."
	@$(VENV)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r tests/requirements.txt
	@touch $@

run: setup
	@$(VENV)/python -m uvicorn app:app --host $(HOST) --port $(PORT) --no-access-log

check: lint
	$(PYTEST) -m "not wide and not browser and not postgresql and not security" --ignore=tests/faults

test: setup-dev
	./tests/prepare
	$(PYTEST) -m "not wide"

test-wide: setup-dev
	./tests/prepare
	$(PYTEST) -m wide

test-all: test test-wide

faults: setup-dev
	./tests/prepare
	KODEX_FAULTS=full $(VENV)/python -m pytest -s tests/faults

access: setup-dev
	$(VENV)/python -m tests.matrix

lint: setup-dev
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy

bench: setup-dev
	$(VENV)/python -m benchmarks

mutants: setup-dev
	@rm -rf mutants
	$(VENV)/mutmut run --max-children 2
	$(VENV)/mutmut results

words: setup-dev
	@mkdir -p var
	$(VENV)/pybabel -q extract --mapping words/locale/babel.cfg --no-wrap --no-location --sort-output --omit-header \
		-k t -k sentence -k refused -k plural:1,2 -k _fault:3 -o var/kodex.pot .
	@for language in $$($(VENV)/python -c "import words; print(*(set(words.LOCALES) - {words.SOURCE_LANGUAGE}))"); do \
		$(VENV)/pybabel -q update --no-wrap --no-fuzzy-matching --ignore-obsolete --init-missing \
			-D kodex -d words/locale -l $$language -i var/kodex.pot; \
	done
	@sed -i -E '/^"(Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By):/d' words/locale/*/LC_MESSAGES/kodex.po

map: setup-dev
	$(VENV)/python docs/map.py

# FACES: a folder with the files of @fontsource-variable/ibm-plex-sans and source-serif-4; without it, the icons alone.
fonts: setup
	@$(VENV)/python -m pip install --quiet --disable-pip-version-check --target var/fonts fonttools==4.68.0 brotli==1.2.1
	PYTHONPATH=var/fonts $(VENV)/python docs/fonts.py $(FACES)

lock: setup-dev
	$(VENV)/pip-compile --quiet --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --generate-hashes --no-strip-extras -o requirements.txt pyproject.toml
	$(VENV)/pip-compile --quiet --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --generate-hashes --no-strip-extras --allow-unsafe --extra dev -o tests/requirements.txt pyproject.toml
	$(VENV)/pip-compile --quiet --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --generate-hashes --strip-extras --allow-unsafe -o tests/judges/requirements.txt tests/judges/requirements.in

clean:
	rm -rf .venv var
