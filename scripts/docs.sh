#!/usr/bin/env bash
# Builds the manual from docs/ into build/site. A warning is an error: a link or anchor that leads nowhere stops the build.
# Arguments go to mkdocs (`--site-dir FOLDER`).
set -euo pipefail
cd "$(dirname "$0")/.."
# Material's notice about its successor is no fault of the manual.
export NO_MKDOCS_2_WARNING=1
exec .venv/bin/mkdocs build --strict --config-file docs/site/mkdocs.yml "$@"
