#!/usr/bin/env bash
# Install everything into .venv at the repository's root. Idempotent; `make setup` calls it.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3.11}
command -v "$python" >/dev/null || python=python3
if ! "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
  echo "需要 Python 3.11（Debian 12：apt-get install python3 python3-venv） / Python 3.11 is needed" >&2
  exit 3
fi
if [ ! -x .venv/bin/python ] && ! "$python" -m venv .venv; then
  rm -rf .venv
  echo "缺少 venv 模块：apt-get install python3-venv / the venv module is missing" >&2
  exit 3
fi
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
PYTHONPATH=src .venv/bin/python -c 'from yingjie.foundation.messages import ensure_compiled; ensure_compiled()'
# Where the shell forbids Python to write bytecode, every process would compile two thousand files anew: a second and a half each.
.venv/bin/python -m compileall -q -j 0 .venv/lib src tests
