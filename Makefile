# Two commands do everything on a fresh machine: `make run` and `make test`. `make` alone lists them all.
SHELL := /bin/bash
PYTHON ?= python3.11
BIN := .venv/bin
SIZE ?= medium
SEED ?= 1
export PYTHONPATH := src

.DEFAULT_GOAL := help
.PHONY: help setup run demo test check fix lock matrix pictures browser bench bench-setup

help: ## 列出命令 / list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/.ready ## 安装（可重复执行）/ install into .venv; safe to repeat

.venv/.ready: requirements-dev.lock pyproject.toml tools/setup.sh
	@PYTHON="$(PYTHON)" bash tools/setup.sh
	@touch $@

run: setup ## 启动并打开 http://localhost:8000（首次装入演示县）/ start and serve, with the demo county
	@$(BIN)/yj up --size $(SIZE) --seed $(SEED)

demo: setup ## 只装入演示县：make demo SIZE=small|medium|large SEED=1 / load the demo county only
	@$(BIN)/yj demo --size $(SIZE) --seed $(SEED)

test: setup browser ## 全部测试 / the whole test suite
	@$(BIN)/pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile

browser:
	@bash tools/browser.sh

check: setup ## 静态检查：格式、类型、边界、译文 / formats, types, import contracts, translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/python tools/messages.py --check

fix: setup ## 自动修正格式 / put formats right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python tools/messages.py

lock: setup ## 重新锁定依赖 / lock the dependencies anew (versions and hashes, no host names)
	@for set in requirements requirements-dev benchmarks/requirements; do \
	  $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-header --no-annotate $$set.in -o $$set.lock; done

matrix: setup ## 重写访问矩阵（改权限后核对差异）/ write the access matrix anew; read its diff
	@YINGJIE_WRITE_MATRIX=1 $(BIN)/pytest -q tests/architecture/test_access_matrix.py; git diff --stat tests/architecture/access_matrix.csv

pictures: setup browser ## 重拍 README 里的截图 / take the README's pictures anew, while a browser goes through a day
	@YINGJIE_PICTURES=1 $(BIN)/pytest -q tests/browser -k from_the_roster

bench-setup: setup ## 安装对照程序，供 benchmarks/ 使用 / install the peers that benchmarks/ compares with, into .venv-bench
	@test -x .venv-bench/bin/python || "$(PYTHON)" -m venv .venv-bench
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r benchmarks/requirements.lock

bench: bench-setup ## 运行一项测速：make bench WHAT=matching / run one benchmark beside its peers
	@.venv-bench/bin/python benchmarks/$(WHAT).py $(ARGS)
