#!/usr/bin/env bash
# Runs the tests on all cores. Those marked `browser` or `slow` come last, one after another on one core
# (tests/conftest.py orders them), so that a fast failure is seen early. Arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")/.."
exec .venv/bin/python -m pytest -n auto --dist loadgroup --no-loadscope-reorder "$@"
