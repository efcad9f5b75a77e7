#!/usr/bin/env bash
# Writes requirements.lock: every package of pyproject.toml (with the dev extra) and requirements.in, pinned, with the
# hashes of all its files, for every Python from 3.11.0 on and for Linux and macOS (where they differ, a marker says so).
# Keeps pins that still fit; `make lock UPGRADE=1` moves all to the newest.
set -euo pipefail
cd "$(dirname "$0")/.."

# A machine may have wheels of its own beside its index (extra indexes, find-links). Their hashes are nobody else's, so
# only the index itself is asked; uv reads no pip configuration and names no place in its output unless told to.
unset UV_EXTRA_INDEX_URL UV_INDEX UV_FIND_LINKS
index=${PIP_INDEX_URL:-$(.venv/bin/python -m pip config get global.index-url 2>/dev/null || true)}
if [ -n "$index" ] && [ -z "${UV_DEFAULT_INDEX:-}" ]; then export UV_DEFAULT_INDEX=$index; fi

new=$(mktemp "${TMPDIR:-/tmp}/requirements.XXXXXX")
trap 'rm -f "$new"' EXIT
if [ -f requirements.lock ]; then cp requirements.lock "$new"; fi
if ! .venv/bin/uv pip compile --quiet ${UPGRADE:+--upgrade} --universal --python-version 3.11.0 --generate-hashes \
    --no-header --no-emit-index-url --no-emit-find-links --no-config --extra dev \
    --output-file "$new" pyproject.toml requirements.in; then
  echo "lock: failed, requirements.lock is as it was" >&2
  exit 1
fi
if grep -nE '://|^ *--(find-links|index-url|extra-index-url|trusted-host)| @ ' "$new" >&2; then
  echo "lock: the lines above name a place; requirements.lock is as it was" >&2
  exit 1
fi
{
  echo "# Made by \`make lock\` from pyproject.toml and requirements.in; not edited by hand."
  grep -v '^# Made by `make lock`' "$new"
} >requirements.lock
echo "lock: $(grep -cE '^[A-Za-z0-9._-]+==' requirements.lock) pins in requirements.lock"
