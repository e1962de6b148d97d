# `make demo` and `make test` do all the set-up they need. Everything is made with `make help` in mind.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.made
# Files of tests beside each other, each file by one process.
BESIDE := -n auto --maxprocesses 4 --dist loadfile
# The same where each process has a control plane and a store of its own.
TWO_WORLDS := -n auto --maxprocesses 2 --dist loadfile

.PHONY: help env demo cluster test gpu-env gpu-test gpu-check chart e2e kueue lint generate verify bench evaluate replay scale soak fuzz gallery format requirements testbed images picture clean

help:  ## what there is
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

env: $(STAMP)  ## .venv from pinned requirements with hashes; .venv/bin/spotreel is the command

$(STAMP): requirements/uv.txt requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "making .venv (half a minute the first time)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@VIRTUAL_ENV=$(abspath $(VENV)) $(BIN)/uv pip sync --quiet --require-hashes requirements/dev.txt
	@VIRTUAL_ENV=$(abspath $(VENV)) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e .
	@# Bytecode of what the command imports, also where PYTHONDONTWRITEBYTECODE is set: half of its start.
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -c 'import job_runner.cli.attempt, job_runner.cli.render, job_runner.media.audio, job_runner.media.cpu.drawing, job_runner.workspace.https'
	@touch $@

testbed: env  ## Kubernetes, S3 and footage into the cache (about five minutes the first time)
	@$(BIN)/python -m tests.testbed.cache

demo: env  ## a job is preempted twice and yields the same bytes
	@$(BIN)/python -m tests.testbed.demo

cluster: env  ## the demo's world, kept up for use by hand
	@$(BIN)/python -m tests.testbed.cluster

test: testbed  ## unit and integration tests, on real parts
	@$(BIN)/python -m pytest tests/unit $(BESIDE)
	@$(BIN)/python -m pytest tests/integration $(TWO_WORLDS)

gpu-env: env
	@echo "installing the gpu extra (some minutes the first time)"
	@test -d .venv-gpu || $(PYTHON) -m venv --without-pip .venv-gpu
	@VIRTUAL_ENV=$(CURDIR)/.venv-gpu $(BIN)/uv pip install --quiet --require-hashes -r requirements/dev.txt -r requirements/runner-gpu.txt

gpu-test: gpu-env  ## what needs torch: effects on its tensors, the checks of gpu-check, models as .pt2; in an environment of its own (5.5 GB the first time)
	@PYTHONPATH=.:crds:operator .venv-gpu/bin/python -m pytest tests/unit/runner/effects -k "torch"
	@PYTHONPATH=.:crds:operator .venv-gpu/bin/python -m pytest tests/unit/runner/gpu_check
	@PYTHONPATH=.:crds:operator .venv-gpu/bin/python -m pytest tests/unit/runner/engines/test_pt2.py tests/unit/runner/test_trusted_models.py

gpu-check: gpu-env  ## on a machine with a GPU: what it does, against the CPU; writes gpu-check.json (ARGS="--ffmpeg PATH")
	@PYTHONPATH=.:crds:operator .venv-gpu/bin/python -m job_runner.cli.main gpu-check --report gpu-check.json $(ARGS)

chart: testbed  ## the Helm chart: lint, templates, schemas, alerts; install, upgrade, rollback, uninstall on a real API server
	@$(BIN)/python -m tests.testbed.cache helm
	@$(BIN)/python -m pytest tests/chart $(BESIDE)

e2e: env  ## our images and chart on real nodes: kubelet, containerd (Linux, root; else skipped)
	@$(BIN)/python -m tests.e2e

kueue: testbed  ## VideoJobs in the queues of Kueue's own manager (builds it the first time: ten minutes of processor time)
	@nice $(BIN)/python -m tests.testbed.cache kueue
	@$(BIN)/python -m pytest tests/kueue

lint: env  ## style, types, layers
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy crds/videojob_api operator/spotreel_operator spotreel job_runner tests
	@$(BIN)/lint-imports

generate: env  ## write what is derived: CRD, chart, kustomize, reference, versions
	@$(BIN)/python -m tests.generate

verify: env  ## what is derived is current: looks, in a temporary folder, and writes nothing here
	@$(BIN)/python -m tests.generate --check

soak: testbed  ## a thousand SIGKILLs at random moments; writes docs/soak.md (about a quarter of an hour)
	@$(BIN)/python -m tests.soak

scale: testbed  ## thousands of VideoJobs on a real API server; writes docs/scale.md (about half an hour)
	@$(BIN)/python -m tests.scale

fuzz: env  ## thousands of spoilt files and specs
	@$(BIN)/python -m tests.fuzz

gallery: testbed  ## every effect on real footage, as stills in docs/gallery
	@$(BIN)/python -m tests.gallery

bench: testbed  ## ratios against the ffmpeg command line, and of checkpointing; writes docs/performance.md
	@$(BIN)/python -m tests.bench

evaluate: testbed  ## how well motion is found, against others; writes docs/analysis.md (about ten minutes)
	@$(BIN)/python -m tests.evaluation

replay: env  ## placement over spot capacity that comes and goes; writes docs/placement-replay.md (about ten minutes; ARGS="--traces FOLDER --ones available")
	@$(BIN)/python -m tests.replay $(ARGS)

images:  ## container images, with docker, podman or buildah (settings: k8s/images.sh)
	@k8s/images.sh

picture: testbed  ## the README's picture of the demo
	@$(BIN)/python -m tests.testbed.demo --svg docs/demo.svg

format: env  ## reformat
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

requirements: env  ## compile the pinned requirements anew
	@for what in "pyproject.toml --extra runner --extra fonts --extra detect --extra remote --extra sql --extra parquet --extra operator --extra client --extra dev -o requirements/dev.txt" \
	  "pyproject.toml --extra operator -c requirements/dev.txt -o requirements/operator.txt" \
	  "pyproject.toml --extra runner --extra fonts --extra detect --extra remote --extra sql --extra parquet -c requirements/dev.txt -o requirements/runner.txt" \
	  "pyproject.toml --extra runner --extra fonts --extra detect --extra remote --extra sql --extra parquet --extra gpu -c requirements/runner.txt -o requirements/runner-gpu.txt" \
	  "requirements/build.in -c requirements/dev.txt -o requirements/build.txt" \
	  "requirements/uv.in -o requirements/uv.txt" "requirements/testbed.in --no-deps -o requirements/testbed.txt"; do \
	  $(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-annotate --universal --python-version 3.11 --upgrade $$what; done

clean:  ## what is made here; the cache stays
	@rm -rf $(VENV) .venv-gpu .demo .spotreel .pytest_cache .mypy_cache .ruff_cache .hypothesis
