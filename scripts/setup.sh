#!/usr/bin/env bash
# Makes this checkout ready to run: .venv from requirements.lock, daihuo itself, a Chromium that starts, a CJK font.
# Does only what is missing; with everything there it takes a second. Everything it prints starts with "setup:".
# Details of the last installation are in .setup/log.
set -euo pipefail
cd "$(dirname "$0")/.."
unset PYTHONPATH PYTHONHOME PIP_TARGET PIP_PREFIX PIP_USER PIP_REQUIRE_VIRTUALENV
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 DEBIAN_FRONTEND=noninteractive

mkdir -p .setup
log=.setup/log

say() { printf 'setup: %s\n' "$*"; }

die() {
  printf 'setup: %s\n' "$@" >&2
  exit 1
}

# Runs a command with its output in the log; where it fails, shows the end of the log and stops with the sentence given.
quietly() {
  local sentence=$1
  shift
  printf '\n$ %s\n' "$*" >>"$log"
  if ! "$@" >>"$log" 2>&1 </dev/null; then
    tail -n 15 "$log" >&2
    die "$sentence (all of it: $log)"
  fi
}

digest() { cat "$@" | if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -c1-64; }

can_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

apt_install() {
  { apt-get update && apt-get install -y --no-install-recommends "$@"; } >>"$log" 2>&1 </dev/null
}

# Sets $python to the first interpreter that is new enough.
find_python() {
  local name
  for name in ${PYTHON:-} python3.13 python3.12 python3.11 python3; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
      python=$name
      return
    fi
  done
  die "Python 3.11 or newer is needed; found: $(python3 --version 2>&1 || echo none)" \
    "install one (Debian 12: apt-get install python3 python3-venv) or name it: make setup PYTHON=/path/to/python3"
}

need_ensurepip() {
  "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 && return
  local package
  package=$("$python" -c 'import sys; print("python3.%d-venv" % sys.version_info[1])')
  if can_apt; then
    say "$python has no ensurepip: installing Debian's $package"
    apt_install "$package" && "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 && return
  fi
  die "$python cannot make virtual environments (no ensurepip)" "on Debian and Ubuntu: apt-get install $package"
}

# The environment as it should be: a stamp that changes with the lock, the interpreter and the place of the checkout.
packages_stamp() { printf '%s %s %s\n' "$(digest requirements.lock)" "$(.venv/bin/python -V 2>&1)" "$PWD"; }

install_packages() {
  find_python
  need_ensurepip
  say "creating .venv with $("$python" -V 2>&1) ($(command -v "$python"))"
  : >"$log"
  quietly "the virtual environment could not be made" "$python" -m venv --clear .venv
  # pip and setuptools come first, pinned as well: a package without a wheel is then built with them, not with
  # whatever the index offers that day.
  awk '/^[A-Za-z0-9]/ { tool = /^(pip|setuptools)==/ } tool' requirements.lock >.setup/tools.lock
  quietly "pip could not be installed" .venv/bin/python -m pip install --quiet --require-hashes --no-deps -r .setup/tools.lock
  say "installing the packages of requirements.lock, hashes checked; about a minute"
  quietly "the packages of requirements.lock could not be installed" \
    .venv/bin/python -m pip install --quiet --require-hashes --no-build-isolation -r requirements.lock
  packages_stamp >.venv/.packages
}

install_project() {
  say "installing daihuo itself (editable)"
  quietly "daihuo itself could not be installed" \
    .venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --no-index -e .
  digest pyproject.toml >.venv/.project
}

found_chromium() { .venv/bin/python -c 'from crawler.fetch.chromium import find_chromium; print(find_chromium().path)' 2>>"$log"; }

chromium_starts() { .venv/bin/python -c 'from crawler.commands.doctor import start_chromium; print(start_chromium())' 2>>"$log"; }

ensure_chromium() {
  local path version
  path=$(found_chromium) || path=
  if [ -n "$path" ] && [ "$path" = "$(cat .venv/.chromium 2>/dev/null)" ]; then return; fi
  if [ -z "$path" ] && [ -n "${DAIHUO_CHROMIUM:-}" ]; then
    die "DAIHUO_CHROMIUM names $DAIHUO_CHROMIUM, which is not an executable file; correct or unset it"
  fi
  if [ -z "$path" ]; then
    get_chromium
    path=$(found_chromium) || die "Chromium was installed and still cannot be found (see $log)"
  fi
  if ! version=$(chromium_starts); then
    if can_apt; then
      say "$path does not start: installing Debian's chromium with the libraries it needs"
      apt_install chromium || true
    fi
    version=$(chromium_starts) || die "$path is there but does not start (see $log)" \
      "as root: .venv/bin/playwright install-deps chromium"
  fi
  say "Chromium $version at $path"
  printf '%s\n' "$path" >.venv/.chromium
}

get_chromium() {
  say "no Chromium here: trying 'playwright install chromium' (about 170 MB)"
  .venv/bin/playwright install --no-shell chromium >>"$log" 2>&1 </dev/null && return
  if can_apt; then
    say "that did not work: installing Debian's chromium and a CJK font with apt-get"
    apt_install chromium fonts-noto-cjk && return
    tail -n 15 "$log" >&2
    die "apt-get could not install chromium (see $log)"
  fi
  die "no Chromium found and none could be downloaded (see $log). One of these helps:" \
    "  sudo apt-get update && sudo apt-get install -y chromium fonts-noto-cjk" \
    "  DAIHUO_CHROMIUM=/path/to/chrome make demo"
}

has_cjk_font() {
  [ "$(uname)" = Darwin ] && return
  if command -v fc-list >/dev/null; then
    [ -n "$(fc-list :lang=zh family 2>/dev/null)" ]
  else
    [ -n "$(find /usr/share/fonts "${HOME:-/}/.fonts" -iname '*cjk*' -print -quit 2>/dev/null)" ]
  fi
}

# Without one the screenshots show boxes instead of Chinese text; nothing else depends on it, so it never stops set-up.
ensure_font() {
  [ -e .venv/.font ] && return
  if ! has_cjk_font; then
    if can_apt; then
      say "no font for Chinese text: installing fonts-noto-cjk, so that screenshots can be read"
      apt_install fontconfig fonts-noto-cjk || say "that did not work; screenshots will show boxes (see $log)"
    else
      say "no font for Chinese text: screenshots will show boxes. Helps: sudo apt-get install -y fonts-noto-cjk"
    fi
  fi
  touch .venv/.font
}

# Two at a time would write over each other; where flock is missing (macOS) the second one is on its own.
exec 9>.setup/lock
if command -v flock >/dev/null && ! flock -n 9; then
  say "another set-up is running in this checkout; waiting for it"
  flock 9
fi

if [ "$(packages_stamp 2>/dev/null)" != "$(cat .venv/.packages 2>/dev/null)" ]; then install_packages; fi
if [ "$(digest pyproject.toml)" != "$(cat .venv/.project 2>/dev/null)" ] || [ ! -x .venv/bin/daihuo ]; then install_project; fi
ensure_chromium
ensure_font
