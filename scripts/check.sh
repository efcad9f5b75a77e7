#!/usr/bin/env bash
# What a change must pass before its tests are worth running: style, types, the law of the house. Runs all, then says.
set -uo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
failed=()
step() {
  local name=$1
  shift
  echo "== $name"
  "$@" || failed+=("$name")
}
step "ruff check" "$bin/ruff" check --output-format=concise .
step "ruff format" "$bin/ruff" format --check --output-format=concise .
step "mypy --strict" "$bin/mypy"
step "the law" "$bin/python" -m pytest -q tests/test_house.py
if [ ${#failed[@]} -gt 0 ]; then
  printf 'check: failed: %s\n' "${failed[@]}" >&2
  exit 1
fi
echo "check: all passed"
