# make run: the demonstration on http://127.0.0.1:8501 · make test: every test · make help: the rest

HOST ?= 127.0.0.1
PORT ?= 8501
PYTHON ?= python3
VENV := .venv/bin

.PHONY: help setup setup-dev run test faults lint bench mutants words lock clean

help:
	@echo "make run     the demonstration on http://$(HOST):$(PORT) (HOST=, PORT=)"
	@echo "make setup   the installation alone"
	@echo "make test    every test, the browser's and PostgreSQL's included"
	@echo "make faults  kills, power cuts, tampering and races at full size, with their figures (half an hour to an hour)"
	@echo "make lint    ruff, formatting, types"
	@echo "make bench   speed, side by side with its yardsticks"
	@echo "make mutants  faults put into access, grading and the record: how many the tests find"
	@echo "make words   collect the interface's words for translation"
	@echo "make lock    pin the dependencies anew"

setup: .venv/.installed

.venv/.installed: requirements.txt
	@echo "Installing what requirements.txt pins into .venv. This takes a minute or two, once."
	@test -x $(VENV)/python || $(PYTHON) -m venv .venv
	@$(VENV)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

setup-dev: .venv/.installed-dev

.venv/.installed-dev: .venv/.installed tests/requirements.txt
	@echo "Installing what the tests need, pinned in tests/requirements.txt."
	@$(VENV)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/requirements.txt
	@touch $@

run: setup
	@$(VENV)/python -m uvicorn app:app --host $(HOST) --port $(PORT) --no-access-log

test: setup-dev
	./tests/prepare
	$(VENV)/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile

faults: setup-dev
	./tests/prepare
	KODEX_FAULTS=full $(VENV)/python -m pytest -s tests/faults

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

lock: setup-dev
	$(VENV)/pip-compile --quiet --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --generate-hashes --no-strip-extras -o requirements.txt pyproject.toml
	$(VENV)/pip-compile --quiet --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --generate-hashes --no-strip-extras --allow-unsafe --extra dev -o tests/requirements.txt pyproject.toml
	$(VENV)/pip-compile --quiet --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --generate-hashes --strip-extras --allow-unsafe -o tests/judges/requirements.txt tests/judges/requirements.in

clean:
	rm -rf .venv var
