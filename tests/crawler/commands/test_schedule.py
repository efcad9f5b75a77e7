"""What cron and systemd are given: the manual's text, quoted right, and accepted by systemd itself."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli import main
from crawler.commands.schedule import clock_of, cron_line, units
from pipelines.errors import InputMissing

ROOT = Path(__file__).resolve().parents[3]
PROGRAM, FOLDER = Path("/srv/daihuo/.venv/bin/daihuo"), Path("/srv/daihuo/datasets/lipsticks")
ODD = Path('/srv/50% off $HOME/it\'s "mine"')


def manual(name: str) -> str:
    text = (ROOT / "docs" / "watching.md").read_text("utf-8")
    found = re.search(rf"<!-- {name}: begin -->\n```\n(.*?)```\n<!-- {name}: end -->", text, re.DOTALL)
    assert found
    return found[1]


def test_the_manual_shows_what_is_written() -> None:
    assert cron_line(PROGRAM, FOLDER, (6, 30), "day") == manual("cron")
    files = units(PROGRAM, FOLDER, "Lipsticks of November", (6, 30), "day")
    assert "\n".join(f"# {name}\n{text}" for name, text in files.items()) == manual("systemd")


def test_every_week_is_monday() -> None:
    assert cron_line(PROGRAM, FOLDER, (22, 5), "week").startswith("5 22 * * 1 ")
    assert "OnCalendar=Mon *-*-* 22:05:00" in units(PROGRAM, FOLDER, "x", (22, 5), "week")["daihuo-lipsticks.timer"]


def test_cron_gives_the_shell_the_very_path() -> None:
    line = cron_line(PROGRAM, ODD, (6, 30), "day").rstrip("\n")
    assert not re.search(r"(?<!\\)%", line)
    run, changes = line.replace(r"\%", "%").split(" ", 5)[5].split("; ")
    assert shlex.split(run) == [str(PROGRAM), "run", str(ODD), "--quiet"]
    assert str(ODD / "build" / "changes.atom") in shlex.split(changes)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
@pytest.mark.parametrize("folder", ["lipsticks", '50% off $HOME "mine" it\'s'])
def test_systemd_accepts_the_units(tmp_path: Path, folder: str) -> None:
    dataset = tmp_path / folder
    dataset.mkdir()
    program = tmp_path / "daihuo"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    files = units(program, dataset, "100 % of it", (6, 30), "week")
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    paths = [str(tmp_path / name) for name in files]
    done = subprocess.run(["systemd-analyze", "verify", *paths], capture_output=True, text=True, timeout=60)
    about_ours = [line for line in done.stderr.splitlines() if "daihuo" in line]
    assert done.returncode == 0 and about_ours == [], done.stderr
    (dataset / "dataset.toml").write_text("", encoding="utf-8")


@pytest.mark.parametrize("text", ["6", "24:00", "6:60", "", "06:30:00", "half past six"])
def test_a_time_of_day_that_is_none(text: str) -> None:
    with pytest.raises(InputMissing, match="such as 06:30"):
        clock_of(text)


def test_the_verb_writes_both_units_and_says_how_to_enable_them(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["schedule", "demo", "--systemd", "--to", str(tmp_path / "units"), "--at", "7:05"])
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in (tmp_path / "units").iterdir()) == ["daihuo-demo.service", "daihuo-demo.timer"]
    assert "systemctl --user enable --now daihuo-demo.timer" in done.output
    for wrong in (["schedule", "demo"], ["schedule", "demo", "--cron", "--to", str(tmp_path)]):
        assert CliRunner().invoke(main, wrong).exit_code == 2
