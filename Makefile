.DEFAULT_GOAL := help
RUNS ?= 1000000
.PHONY: help demo test fuzz bench lab docs readme clean

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

# GSM8K and MAWPS, and Llama 2's tokenizer for tests, are used where they are: in the folder named, or else beside the clone.
ifndef YAML_TRACE_GSM8K
ifneq ($(wildcard ../shared/gsm8k/train.jsonl),)
export YAML_TRACE_GSM8K := $(abspath ../shared/gsm8k)
endif
endif
ifndef YAML_TRACE_LLAMA2
ifneq ($(wildcard ../shared/llama2_tokenizer/tokenizer.model),)
export YAML_TRACE_LLAMA2 := $(abspath ../shared/llama2_tokenizer)
endif
endif

ifndef YAML_TRACE_MAWPS
ifneq ($(wildcard ../shared/mawps_asdiv/train.csv),)
export YAML_TRACE_MAWPS := $(abspath ../shared/mawps_asdiv)
endif
endif

# Waiting OpenMP threads sleep instead of spinning: twice the speed on a machine that is also busy otherwise.
export OMP_WAIT_POLICY ?= PASSIVE

help:  ## list the targets
	@echo "Every target makes .venv first: three minutes and about 2 GB, once (more where torch comes with CUDA)."
	@echo "PYTHON=python3.12 make test takes another interpreter (now $(PYTHON); 3.11 or newer)."
	@echo
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /  make \1\t/' | expand -t 16

demo: .venv/dev.stamp  ## train a tiny model from scratch on the CPU, ten minutes; ends with a table and a figure
	$(BIN)/yaml-trace train --model tiny --recipe demo --out runs/demo --figure figures/demo.png --resume

test: .venv/dev.stamp  ## run every notebook as a test, then the checks of the repo; NAMES="00_numbers light" runs only these
	$(BIN)/python tools/run_tests.py $(NAMES)

fuzz: .venv/dev.stamp  ## fuzz the parser and `verify` with atheris, a million inputs (RUNS=…), twenty minutes at most
	@$(PIP) atheris
	$(BIN)/python tools/fuzz.py -runs=$(RUNS) -max_total_time=1200

bench: .venv/dev.stamp  ## how fast `verify` is, and how fast problems are generated, compiled and resampled, each against libyaml in one run
	$(BIN)/python bench/verify.py
	$(BIN)/python bench/problems.py

lab: .venv/dev.stamp  ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab --notebook-dir=nbs

docs: .venv/docs.stamp  ## build the site from the notebooks into _docs/ (diagrams and formulas need npm)
	$(BIN)/python docs/build.py

readme: .venv/dev.stamp  ## write README.md from nbs/index.ipynb
	$(BIN)/python tools/readme.py

clean:  ## remove what was built; .venv and runs/ stay
	rm -rf _proc _docs build dist *.egg-info .pytest_cache .hypothesis
	find nbs yaml_trace tools docs -name __pycache__ -prune -exec rm -rf {} +
	find nbs -name .ipynb_checkpoints -prune -exec rm -rf {} +

.venv/dev.stamp: settings.ini setup.py constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "constraints.txt pins versions for Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12 …"; exit 1; }
	@test -x $(BIN)/python || { echo "Making .venv"; $(PYTHON) -m venv .venv; }
	@echo "Installing the package with [train,dev] into .venv: three minutes and about 2 GB the first time (more where torch comes with CUDA)"
	@$(PIP) -e '.[train,dev]'
	@touch $@

.venv/docs.stamp: .venv/dev.stamp
	@echo "Installing [docs] into .venv: Sphinx and its parts, 60 MB"
	@$(PIP) -e '.[docs]'
	@touch $@
