"""The tutorial's commands, run in a clean copy of the checkout, print what the tutorial says.

What may differ between two runs is stated in scripts/tutorial.py: `FORMS`, `PROGRESS`, the folder and the two ports.
"""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from scripts import tutorial

TEXT = tutorial.PAGE.read_text("utf-8")


@pytest.mark.browser
@pytest.mark.slow
def test_the_tutorial_prints_what_it_says(tmp_path: Path, chromium: str) -> None:
    found, ports = tutorial.steps(TEXT), tutorial.free_ports()
    tutorial.clean_copy(tmp_path, ports)
    printed = tutorial.run(found, tmp_path, ports)
    assert tutorial.differences(found, printed) == []
    assert (tmp_path / "datasets" / "first" / "build" / "report.html").is_file()


def test_the_copy_runs_its_own_code(tmp_path: Path) -> None:
    tutorial.clean_copy(tmp_path, ("5001", "5002"))
    asked = tutorial.Step(
        commands=f"{shlex.quote(sys.executable)} -c 'import crawler.demo.shops as s; print(s.__file__, s.PORTS)'\n",
        printed="",
        start=0,
        end=0,
    )
    assert tutorial.run([asked], tmp_path, ("5001", "5002")) == [
        f"{tutorial.HOME}/crawler/demo/shops.py (5001, 5002)\n"
    ]


def test_the_copy_is_what_version_control_has(tmp_path: Path) -> None:
    tutorial.clean_copy(tmp_path, tutorial.PORTS)
    assert (tmp_path / "README.md").is_file()
    assert not (tmp_path / "datasets" / "demo" / "build").exists()


def test_every_verb_of_the_story_is_shown() -> None:
    commands = "".join(step.commands for step in tutorial.steps(TEXT))
    for verb in ("check", "crawl", "status", "compare", "explain", "corpus", "report", "verify", "publish"):
        assert f"daihuo {verb} " in commands, verb


def step(printed: str) -> tutorial.Step:
    return tutorial.Step(commands="daihuo compare first\n", printed=printed, start=0, end=9)


@pytest.mark.parametrize(
    ("said", "printed"),
    [
        ("seen 2026-11-23T10:00:00.123Z\n", "seen 2027-01-02T03:04:05Z\n"),
        ("0.0 hours after the broadcast", "12.3 hours after the broadcast"),
        ("record daihuo-20261126160001340-35833f.warc.gz at 7", "record daihuo-20261126160001341-aaaaaf.warc.gz at 8"),
        ("sha256 " + "a" * 64, "sha256 " + "b" * 64),
        ("first: 14 pages done", "offers: done 3 · queued 9\nfirst: 14 pages done  \n"),
    ],
)
def test_what_is_new_in_every_run_makes_no_difference(said: str, printed: str) -> None:
    assert tutorial.differences([step(said)], [printed]) == []


@pytest.mark.parametrize(
    ("said", "printed"),
    [
        ("promoted 159.00 CNY", "promoted 158.00 CNY"),
        ("14 pages done", "13 pages done"),
        ("dearer_at_streamer", "cannot_tell"),
        ("", "one line that the page does not have"),
    ],
)
def test_anything_else_does(said: str, printed: str) -> None:
    assert tutorial.differences([step(said)], [printed])


def test_write_renews_only_what_says_something_else() -> None:
    text = "```sh\na\n```\n\n```text\nat 2026-01-01T00:00:00Z\n```\n\n```sh\nb\n```\n\nwords\n"
    found = tutorial.steps(text)
    assert tutorial.renewed(text, found, ["at 2027-01-01T00:00:00Z\n", ""]) == text
    assert tutorial.renewed(text, found, ["at last\n", "new\n"]) == (
        "```sh\na\n```\n\n```text\nat last\n```\n\n```sh\nb\n```\n\n```text\nnew\n```\n\nwords\n"
    )


def test_a_text_block_needs_its_commands() -> None:
    with pytest.raises(ValueError, match="follows no block"):
        tutorial.steps("```text\nalone\n```\n")
