#!/usr/bin/env bash
# Writes requirements.lock: every package of pyproject.toml (with the dev extra) and requirements.in, pinned, with the
# hashes of all its files for all platforms. Keeps pins that still fit; `make lock UPGRADE=1` moves all to the newest.
set -euo pipefail
cd "$(dirname "$0")/.."

# A machine may have wheels of its own beside its index (extra-index-url, find-links). Their hashes are nobody else's,
# so only the index itself is asked.
index=${PIP_INDEX_URL:-$(.venv/bin/pip config get global.index-url 2>/dev/null || true)}
unset PIP_EXTRA_INDEX_URL PIP_FIND_LINKS PIP_NO_INDEX
export PIP_CONFIG_FILE=/dev/null
if [ -n "$index" ]; then export PIP_INDEX_URL=$index; fi

new=$(mktemp "${TMPDIR:-/tmp}/requirements.XXXXXX")
log=$(mktemp "${TMPDIR:-/tmp}/lock-log.XXXXXX")
trap 'rm -f "$new" "$log"' EXIT
[ -f requirements.lock ] && cp requirements.lock "$new"
echo "lock: asking the package index, a minute or two"
if ! .venv/bin/pip-compile --quiet ${UPGRADE:+--upgrade} --generate-hashes --allow-unsafe --strip-extras --extra dev \
    --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
    --output-file "$new" pyproject.toml requirements.in >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  echo "lock: pip-compile failed, requirements.lock is as it was" >&2
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
echo "lock: $(grep -cE '^[A-Za-z0-9._-]+==' requirements.lock) packages in requirements.lock"
