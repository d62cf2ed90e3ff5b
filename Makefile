# Thin names for the commands; everything works without make as well.
.PHONY: up test lint format css messages pins ci bench mutants tools

PYTHON ?= python3
UV ?= uv
BIN := .venv/bin

up:  ## start everything on this machine
	$(PYTHON) manage.py up

test:  ## run the test suite
	$(PYTHON) manage.py test

tools:  ## put the tools of the targets below into the environment
	$(PYTHON) -m contactcenter.local.bootstrap tools

format: tools  ## format Python
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: tools  ## what needs no database of .ci/run
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/djlint templates --lint --quiet

css: tools  ## build static/css/app.css from styles/
	scripts/build_css.sh

messages: tools  ## bring the catalogues in contactcenter/locale up to date (needs gettext)
	mkdir -p contactcenter/locale
	DJANGO_SETTINGS_MODULE=contactcenter.settings.test $(BIN)/python manage.py makemessages --no-obsolete \
		--no-location --ignore tests --ignore bench --ignore scripts --ignore docs --locale cs --locale es
	@# Sorted and without the date of the extraction, so that running it twice changes nothing.
	for language in cs es; do \
		po=contactcenter/locale/$$language/LC_MESSAGES/django.po; \
		msgattrib --sort-output --no-obsolete --width=110 $$po | sed '/^"POT-Creation-Date:/d' > $$po.sorted \
			&& mv $$po.sorted $$po; \
	done

# Every level answers to the one below it, so that one environment can hold all three.
COMPILE = $(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
	--python-version 3.11 --custom-compile-command "make pins"
pins:  ## compile requirements/ from pyproject.toml (needs uv)
	$(COMPILE) pyproject.toml --output-file requirements/runtime.txt
	$(COMPILE) pyproject.toml --group test --constraints requirements/runtime.txt \
		--output-file requirements/test.txt
	$(COMPILE) pyproject.toml --group test --group tools --constraints requirements/runtime.txt \
		--constraints requirements/test.txt --output-file requirements/tools.txt
	echo uv | $(COMPILE) - --output-file requirements/uv.txt

ci:  ## everything that has to hold
	.ci/run

bench:  ## floor and product in one run, with their ratios; then the faults
	$(PYTHON) -m contactcenter.local.bootstrap test
	$(BIN)/python bench/webhooks.py
	$(BIN)/python bench/inbox_page.py
	$(BIN)/python bench/sender.py
	$(BIN)/python bench/api.py
	$(BIN)/python bench/faults.py

mutants:  ## break each promise of the sending once, in a copy, and see a test notice it
	$(PYTHON) -m contactcenter.local.bootstrap test
	$(BIN)/python scripts/mutants.py
