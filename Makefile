# Set-up, tests and checks. A bare Debian 12 with python3 and make is enough for each target.

PYTHON ?=
VENV ?= .venv
ARGS ?=
KILLS ?= 1000

PY := $(VENV)/bin/python
PINS := pyproject.toml packaging/constraints.txt
SHOT = $(PY) -m embexplorer shot --size 1440x900 --scale 1 $(ARGS)
SETUP := PYTHON="$(PYTHON)" VENV="$(VENV)" sh packaging/make_venv.sh

# Qt warns about any locale that is not UTF-8, and a bare system sets none.
ifeq ($(LC_ALL)$(LC_CTYPE)$(LANG),)
export LANG := C.UTF-8
endif

.DEFAULT_GOAL := help
.PHONY: help system setup run test check bench fuzz soak shots clean

help:
	@echo "make run    set up what is missing and open the sample"
	@echo "make test   set up what is missing and run the tests (ARGS=... goes to pytest)"
	@echo "make check  format, lint, types, imports, tests: what CI runs"
	@echo "make bench  measure speed against the alternatives"
	@echo "make soak   long tests: kills and random use (KILLS=n, SECONDS=n)"
	@echo "make fuzz   damage files of every format, N=10000 times each, from SEED; failing ones to FOLDER"
	@echo "make shots  draw the pictures of README again"
	@echo "make setup  set up only"
	@echo "make clean  remove everything that these made, $(VENV) too"
	@echo "PYTHON=/path/to/python3 picks the interpreter, VENV=folder another place for it."

system:
	@PYTHON="$(PYTHON)" VENV="$(VENV)" sh packaging/setup_system.sh

setup: $(VENV)/.ready-run

$(VENV)/.ready-run: $(PINS) | system
	@$(SETUP) run

$(VENV)/.ready-test: $(PINS) | system
	@$(SETUP) test

$(VENV)/.ready-check: $(PINS) | system
	@$(SETUP) check

$(VENV)/.ready-bench: $(PINS) | system
	@$(SETUP) bench

run: $(VENV)/.ready-run
	@$(PY) -m embexplorer demo $(ARGS)

test: $(VENV)/.ready-test
	QT_QPA_PLATFORM=offscreen $(PY) -m pytest -n auto --dist loadfile $(ARGS)

check: $(VENV)/.ready-check
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports --no-logo
	@$(MAKE) --no-print-directory test

bench: $(VENV)/.ready-bench
	@for script in tests/benchmarks/bench_*.py; do $(PY) "$$script" $(ARGS) || exit 1; done

SECONDS ?= 7200
soak: $(VENV)/.ready-test
	$(PY) -m tests.soak.kill_while_saving $(KILLS)
	$(PY) -m tests.soak.faults limit
	$(PY) -m tests.soak.faults refuse
	@if [ "$$(id -u)" = 0 ] && unshare -m true; then $(PY) -m tests.soak.faults full; fi
	EMBEXPLORER_FAULT_SEED=0 $(PY) -m pytest -q tests/jobs/test_child_faults.py
	$(PY) -m tests.soak.random_user --seconds $(SECONDS)

N ?= 10000
SEED := $(or $(SEED),$(shell date +%s))
FOLDER ?= fuzz-failures
fuzz: $(VENV)/.ready-test
	@echo "SEED=$(SEED)"
	FUZZ_EXAMPLES=$(N) FUZZ_SEED=$(SEED) FUZZ_FOLDER="$(FOLDER)" $(PY) -m pytest -s \
		--override-ini faulthandler_timeout=0 tests/fuzz $(ARGS)

shots: $(VENV)/.ready-run
	@mkdir -p docs/pictures
	$(SHOT) resources/samples/sentences.parquet --color-by topic --select "#20" \
		-o docs/pictures/sentences.png
	$(SHOT) resources/samples/words.parquet --analogy man king woman --theme dark \
		-o docs/pictures/words.png

clean:
	rm -rf "$(VENV)" build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	rm -f embexplorer-demo.png
	rm -rf fuzz-failures
	find embexplorer tests packaging -name __pycache__ -type d -prune -exec rm -rf {} +
