from __future__ import annotations

import json
import sys
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from crawler.commands import doctor
from crawler.commands.doctor import Line, locked_versions, run_doctor
from pipelines.errors import BrowserMissing

LOCK = """\
# comment
lxml==6.1.3 \\
    --hash=sha256:aa
    # via parsel
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:bb
soup.sieve==2.10 ; python_full_version < '3.0' \\
    --hash=sha256:cc
soup.sieve==4.1.2 ; python_full_version >= '3.0' \\
    --hash=sha256:dd
"""


def said(monkeypatch: pytest.MonkeyPatch, *checks: Line) -> tuple[int, str]:
    monkeypatch.setattr(doctor, "CHECKS", tuple(lambda line=line: line for line in checks))
    out = StringIO()
    return run_doctor(Console(file=out, width=200)), out.getvalue()


def test_a_lock_is_read_for_this_machine() -> None:
    assert locked_versions(LOCK) == {"lxml": "6.1.3", "soup.sieve": "4.1.2"}


def test_all_ok_is_0(monkeypatch: pytest.MonkeyPatch) -> None:
    code, text = said(monkeypatch, Line(state="ok", name="python", found="3.11", remedy="not shown"))
    assert code == 0
    assert "ok      python    3.11" in text
    assert "not shown" not in text


def test_advice_alone_is_0_and_says_how(monkeypatch: pytest.MonkeyPatch) -> None:
    code, text = said(monkeypatch, Line(state="advice", name="font", found="none", remedy="apt-get install it"))
    assert code == 0
    assert "→ apt-get install it" in text


def test_something_missing_is_2(monkeypatch: pytest.MonkeyPatch) -> None:
    code, text = said(
        monkeypatch,
        Line(state="missing", name="chromium", found="[none]", remedy="make setup"),
        Line(state="ok", name="disk", found="plenty"),
    )
    assert code == 2
    assert "missing chromium  [none]" in text
    assert "1 missing" in text


def test_every_check_answers_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> str:
        raise BrowserMissing("none here")

    monkeypatch.setattr(doctor, "start_chromium", none)
    lines = {check.__name__: check() for check in doctor.CHECKS}
    assert all(line.found for line in lines.values())
    assert lines["check_python"].state == "ok"
    assert lines["check_shadowing"].state == "ok"
    assert lines["check_sqlite"].state == "ok"
    assert lines["check_chromium"].state == "missing"


def test_a_foreign_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    foreign = tmp_path / "pipelines"
    foreign.mkdir()
    (foreign / "__init__.py").write_text("", "utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.delitem(sys.modules, "pipelines")
    line = doctor.check_shadowing()
    assert line.state == "missing"
    assert str(foreign) in line.found


@pytest.mark.browser
def test_the_chromium_of_this_machine_starts() -> None:
    assert int(doctor.start_chromium().split(".")[0]) > 100


def test_json_says_the_same(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    lines = (
        Line(state="missing", name="chromium", found="none", remedy="make setup"),
        Line(state="ok", name="disk", found="plenty", remedy="not needed"),
    )
    monkeypatch.setattr(doctor, "CHECKS", tuple(lambda line=line: line for line in lines))
    assert run_doctor(Console(), as_json=True) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is False
    assert [(each["name"], each["remedy"]) for each in told["checks"]] == [("chromium", "make setup"), ("disk", "")]


def test_zones_files_extras_and_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "datasets").mkdir()
    monkeypatch.chdir(tmp_path)
    assert str(tmp_path / "datasets") in doctor.check_datasets().found
    monkeypatch.setattr(doctor.os, "access", lambda *_: False)
    assert doctor.check_datasets().state == "advice"
    assert doctor.check_zones().state == "ok"
    monkeypatch.setattr(doctor.resource, "getrlimit", lambda _: (256, 4096))
    assert (doctor.check_files().state, doctor.check_files().remedy) == ("advice", "ulimit -n 1024")
    monkeypatch.setattr(doctor, "EXTRAS", ("a_package_that_is_not_there",))
    assert "a_package_that_is_not_there" in doctor.check_extras().found


def test_no_zones(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(name: str) -> None:
        raise doctor.ZoneInfoNotFoundError(name)

    monkeypatch.setattr(doctor, "ZoneInfo", none)
    assert doctor.check_zones().state == "missing"
