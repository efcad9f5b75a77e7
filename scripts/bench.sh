#!/usr/bin/env bash
# Runs the benchmarks one after another (all, or those named): each prints a table and one line of JSON.
set -uo pipefail
cd "$(dirname "$0")/.."
names=("$@")
if [ ${#names[@]} -eq 0 ]; then
  for file in benchmarks/*.py; do names+=("$(basename "$file" .py)"); done
fi
status=0
for name in "${names[@]}"; do
  if [ ! -f "benchmarks/$name.py" ]; then
    echo "bench: there is no benchmarks/$name.py" >&2
    status=2
    continue
  fi
  echo "== $name"
  .venv/bin/python "benchmarks/$name.py" ${DATA:+--data "$DATA"} || status=1
done
exit $status
