"""Set-up on machines that lack something, played with stand-ins: each case ends by saying what to do."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
PINNED = dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", LOCK, re.MULTILINE))

# Answers like an interpreter that is new enough; `ensurepip` and Chromium are what the case says.
PYTHON = """#!/bin/sh
case "$*" in
  *version_info*11*) exit 0 ;;
  *ensurepip*) exit {ensurepip} ;;
  *print*venv*) echo python3.13-venv ;;
  *find_chromium*) {chromium} ;;
  *start_chromium*) {starts} ;;
  -V) echo Python 3.13.0 ;;
  *) echo "unexpected: $*" >&2; exit 9 ;;
esac
"""
OLD_PYTHON = '#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2 && exit 0\nexit 1\n'


class Machine:
    """A checkout with the set-up script only, and a folder of programs that come before the real ones."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "checkout"
        shutil.copytree(ROOT / "scripts", self.root / "scripts")
        for name in ("requirements.lock", "pyproject.toml"):
            shutil.copy(ROOT / name, self.root / name)
        self.programs = folder / "bin"
        self.program(self.programs / "id", "#!/bin/sh\necho 1000\n")

    def program(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        path.chmod(0o755)

    def pythons(self, text: str) -> None:
        for name in ("python3.13", "python3.12", "python3.11", "python3"):
            self.program(self.programs / name, text)

    def installed(self, chromium: str = "exit 1", starts: str = "exit 1") -> None:
        """As if the packages were there already."""
        python = PYTHON.format(ensurepip=0, chromium=chromium, starts=starts)
        self.program(self.root / ".venv/bin/python", python)
        self.program(self.root / ".venv/bin/daihuo", "#!/bin/sh\n")
        self.program(self.root / ".venv/bin/playwright", "#!/bin/sh\necho no network >&2\nexit 1\n")
        stamps = "packages_stamp >.venv/.packages; digest pyproject.toml >.venv/.project; touch .venv/.font"
        head = (self.root / "scripts/setup.sh").read_text("utf-8").split("exec 9>")[0]
        subprocess.run(["bash", "-c", head + stamps, "scripts/setup.sh"], cwd=self.root, check=True)

    def setup(self, **environment: str) -> subprocess.CompletedProcess[str]:
        path = f"{self.programs}{os.pathsep}/usr/bin{os.pathsep}/bin"
        known = {"PATH": path, "HOME": str(self.root), **environment}
        script = self.root / "scripts/setup.sh"
        return subprocess.run([str(script)], env=known, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_an_old_python_is_named(machine: Machine) -> None:
    machine.pythons(OLD_PYTHON)
    done = machine.setup()
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed; found: Python 3.9.2" in done.stderr
    assert "make setup PYTHON=" in done.stderr


def test_a_missing_ensurepip_names_the_package(machine: Machine) -> None:
    machine.pythons(PYTHON.format(ensurepip=1, chromium="exit 1", starts="exit 1"))
    done = machine.setup()
    assert done.returncode == 1
    assert "apt-get install python3.13-venv" in done.stderr


def test_no_chromium_and_no_root_says_the_command(machine: Machine) -> None:
    machine.installed()
    done = machine.setup()
    assert done.returncode == 1
    assert "trying 'playwright install chromium'" in done.stdout
    assert "sudo apt-get update && sudo apt-get install -y chromium fonts-noto-cjk" in done.stderr


def test_a_named_chromium_that_is_none_is_said(machine: Machine) -> None:
    machine.installed()
    done = machine.setup(DAIHUO_CHROMIUM="/nowhere/chrome")
    assert done.returncode == 1
    assert "DAIHUO_CHROMIUM names /nowhere/chrome" in done.stderr


def test_a_chromium_that_does_not_start_is_said(machine: Machine) -> None:
    machine.installed(chromium="echo /opt/chrome")
    done = machine.setup()
    assert done.returncode == 1
    assert "/opt/chrome is there but does not start" in done.stderr


def test_with_everything_there_nothing_is_said(machine: Machine) -> None:
    machine.installed(chromium="echo /opt/chrome", starts="echo 130.0")
    first, second = machine.setup(), machine.setup()
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "Chromium 130.0 at /opt/chrome" in first.stdout
    assert (second.stdout, second.stderr) == ("", "")


def test_scripts_are_sound_shell() -> None:
    for script in [*(ROOT / "scripts").glob("*.sh"), ROOT / ".ci/run"]:
        assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0, script
        assert os.access(script, os.X_OK), script


def test_continuous_integration_runs_the_tests() -> None:
    lines = [line for line in (ROOT / ".ci/run").read_text("utf-8").splitlines() if not line.startswith("#")]
    assert lines[-1] == "exec make test"


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_lock_holds_all_that_is_declared() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    declared = [
        *config["project"]["dependencies"],
        *config["project"]["optional-dependencies"]["dev"],
        *config["build-system"]["requires"],
    ]
    names = {normal(re.split(r"[\s<>=!~;\[]", entry)[0]) for entry in declared}
    assert names - {normal(name) for name in PINNED} == set()


def imported() -> dict[str, Path]:
    """Top-level module of others → a file of ours that imports it."""
    found: dict[str, Path] = {}
    for path in (path for wing in ("crawler", "pipelines") for path in sorted((ROOT / wing).rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            found |= {name.split(".")[0]: path for name in names}
    # `compression` is in the standard library from Python 3.14 on.
    ours = {"crawler", "pipelines", "compression", *sys.stdlib_module_names}
    return {name: path for name, path in found.items() if name not in ours}


def test_every_import_is_declared() -> None:
    """What another package happens to bring today it may stop bringing tomorrow."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = config["project"]["optional-dependencies"]
    # What only some verbs need is imported when they run.
    entries = [*config["project"]["dependencies"], *extras["evidence"], *extras["explore"], *extras["report"]]
    declared = {normal(re.split(r"[\s<>=!~;\[]", entry)[0]) for entry in entries}
    brought_by = packages_distributions()
    modules = imported()
    assert len(modules) > 5
    for module, path in modules.items():
        packages = {normal(package) for package in brought_by.get(module, [])}
        assert packages & declared, f"{path.relative_to(ROOT)} imports {module}, which pyproject.toml does not declare"


def test_the_lock_names_no_place_and_hashes_all() -> None:
    assert "://" not in LOCK
    assert not re.search(r"^\s*(-i|-f|--(index-url|extra-index-url|find-links|trusted-host))\b", LOCK, re.MULTILINE)
    entries = re.split(r"^(?=[A-Za-z0-9])", LOCK, flags=re.MULTILINE)[1:]
    assert len(entries) >= len(PINNED) > 50
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_compiled_packages_are_hashed_for_all_platforms() -> None:
    """One hash alone would be that of a file built on one machine."""
    for name in ("lxml", "greenlet", "playwright", "rapidfuzz", "cryptography"):
        entry = re.search(rf"^{name}==.*?(?=^[A-Za-z0-9])", LOCK, re.MULTILINE | re.DOTALL)
        assert entry is not None
        assert entry[0].count("--hash=") >= 5, name
