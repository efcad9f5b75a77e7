"""Runs of one dataset never overlap, and the lock of a killed one is free at once."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli import main
from pipelines.errors import RunOverlaps
from pipelines.store.presence import only_run

ROOT = Path(__file__).resolve().parents[3]
HOLD = """
import sys
from pathlib import Path
from pipelines.store.presence import only_run
with only_run(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold(build: Path) -> subprocess.Popen[str]:
    held = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(build)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert held.stdout and held.stdout.readline() == "held\n"
    return held


def end(held: subprocess.Popen[str], number: int) -> None:
    held.send_signal(number)
    held.communicate(timeout=30)


def test_a_second_run_is_refused_and_names_the_first(tmp_path: Path) -> None:
    held = hold(tmp_path / "build")
    try:
        said = rf"daihuo run \(process {held.pid}, since 20.*Z\).*kill {held.pid}"
        with pytest.raises(RunOverlaps, match=said), only_run(tmp_path / "build"):
            raise AssertionError("two at once")
    finally:
        end(held, signal.SIGTERM)


def test_the_verb_ends_with_9_before_it_asks_anything(tmp_path: Path) -> None:
    (tmp_path / "dataset.toml").write_text("this is no dataset")
    held = hold(tmp_path / "build")
    try:
        done = CliRunner().invoke(main, ["run", str(tmp_path), "--quiet"])
        assert done.exit_code == 9 and "another run of this dataset is at work" in done.stderr
    finally:
        end(held, signal.SIGTERM)
    assert CliRunner().invoke(main, ["run", str(tmp_path)]).exit_code == 3


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_run_leaves_no_lock(tmp_path: Path, number: int) -> None:
    end(hold(tmp_path), number)
    assert (tmp_path / "run.lock").exists()
    with only_run(tmp_path):
        pass
    with only_run(tmp_path):
        assert str(os.getpid()) in (tmp_path / "run.lock").read_text()


def wait_for(path: str) -> None:
    with open(path) as pipe:  # noqa: PTH123 - a pipe
        pipe.read()


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_does_not_keep_it(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with only_run(tmp_path):
        child = multiprocessing.get_context("fork").Process(target=wait_for, args=(str(pipe),))
        child.start()
    try:
        with only_run(tmp_path):
            pass
    finally:
        with open(pipe, "w"):  # noqa: PTH123 - a pipe
            pass
        child.join(30)
    assert child.exitcode == 0


@pytest.mark.parametrize("verb", ["run", "check"])
def test_the_problems_of_a_dataset_are_said_also_when_quiet(verb: str, tmp_path: Path) -> None:
    (tmp_path / "dataset.toml").write_text('titel = "x"\n')
    done = CliRunner().invoke(main, [verb, str(tmp_path), "--quiet"])
    assert done.exit_code == 3 and "did you mean title?" in done.stderr and done.stdout == ""
