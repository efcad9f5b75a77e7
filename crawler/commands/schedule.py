"""`daihuo schedule`: what cron or systemd needs to watch a dataset; nothing is installed.

Formats: crontab(5), systemd.service(5), systemd.timer(5), systemd.syntax(7).
"""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path
from typing import Literal

from rich.console import Console

from pipelines.dataset import load
from pipelines.errors import InputMissing

Every = Literal["day", "week"]

# Refused pages (4) are in the ledger; another run at work (9) does the work: neither is a failure of the timer.
SERVICE = """[Unit]
Description=daihuo: watch {title}
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
WorkingDirectory={folder}
ExecStart={run}
ExecStart={changes}
SuccessExitStatus=4 9
Nice=10
"""
TIMER = """[Unit]
Description=daihuo: when to watch {title}

[Timer]
OnCalendar={calendar}
Persistent=true
RandomizedDelaySec=5m

[Install]
WantedBy=timers.target
"""


def run_schedule(
    name: str, console: Console, *, kind: Literal["cron", "systemd"], every: Every, at: str, to: Path | None
) -> int:
    """Print the crontab line, or print or write the two unit files; 0. Raises `InputMissing` (2) for a bad time."""
    dataset = load(name)
    clock = clock_of(at)
    program = Path(sys.executable).with_name("daihuo")
    if kind == "cron":
        console.file.write(cron_line(program, dataset.path, clock, every))
        return 0
    files = units(program, dataset.path, dataset.title, clock, every)
    for file, text in files.items():
        if to is None:
            console.file.write(f"# {file}\n{text}\n")
            continue
        to.mkdir(parents=True, exist_ok=True)
        (to / file).write_text(text, encoding="utf-8", newline="\n")
    if to is not None:
        _say_next(console, to, _unit(dataset.path))
    return 0


def cron_line(program: Path, folder: Path, clock: tuple[int, int], every: Every) -> str:
    """One line; cron ends a command at a bare `%`. The bulletin is written also when pages were refused (4)."""
    run, changes = _commands(program, folder)
    hour, minute = clock
    command = f"{shlex.join(run)}; {shlex.join(changes)}"
    return f"{minute} {hour} * * {'1' if every == 'week' else '*'} {command}\n".replace("%", r"\%")


def units(program: Path, folder: Path, title: str, clock: tuple[int, int], every: Every) -> dict[str, str]:
    """The texts of a service and a timer by file name."""
    run, changes = _commands(program, folder)
    said = " ".join(title.split()).replace("%", "%%")
    day = "Mon *-*-*" if every == "week" else "*-*-*"
    service = SERVICE.format(title=said, folder=str(folder).replace("%", "%%"), run=_exec(run), changes=_exec(changes))
    timer = TIMER.format(title=said, calendar=f"{day} {clock[0]:02}:{clock[1]:02}:00")
    return {f"{_unit(folder)}.service": service, f"{_unit(folder)}.timer": timer}


def _commands(program: Path, folder: Path) -> tuple[list[str], list[str]]:
    changes = [str(program), "changes", str(folder), "--since", "last", "--quiet"]
    for form in ("html", "json", "atom"):
        changes += [f"--{form}", str(folder / "build" / f"changes.{form}")]
    return [str(program), "run", str(folder), "--quiet"], changes


def _unit(folder: Path) -> str:
    return "daihuo-" + (re.sub(r"[^A-Za-z0-9_.-]+", "-", folder.name).strip("-") or "dataset")


def _say_next(console: Console, to: Path, unit: str) -> None:
    for line in (
        f"{unit}.service and {unit}.timer are in {to}. To use them without being root:",
        f"  mkdir -p ~/.config/systemd/user && cp {shlex.quote(str(to))}/{unit}.* ~/.config/systemd/user/",
        f"  systemctl --user daemon-reload && systemctl --user enable --now {unit}.timer",
        '  loginctl enable-linger "$USER"    # also while you are logged out',
    ):
        console.print(line, highlight=False, soft_wrap=True)


def clock_of(at: str) -> tuple[int, int]:
    """Hour and minute of `06:30`. Raises `InputMissing` for anything else."""
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", at.strip())
    if found is None:
        raise InputMissing(f"--at: expected a time of day such as 06:30, found {at!r}")
    return int(found[1]), int(found[2])


def _exec(words: list[str]) -> str:
    """A command line of systemd: quoted where needed, `%` and `$` doubled."""
    return " ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    said = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return said if re.fullmatch(r"[\w@%+=:,./$-]+", said) else f'"{said}"'
