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
    hour, minute = _clock(at)
    program = Path(sys.executable).with_name("daihuo")
    run = [str(program), "run", str(dataset.path), "--quiet"]
    build = dataset.build
    changes = [str(program), "changes", str(dataset.path), "--since", "last", "--quiet"]
    for form in ("html", "json", "atom"):
        changes += [f"--{form}", str(build / f"changes.{form}")]
    if kind == "cron":
        console.file.write(_cron(run, changes, hour, minute, every))
        return 0
    unit = "daihuo-" + (re.sub(r"[^A-Za-z0-9_.-]+", "-", dataset.name).strip("-") or "dataset")
    day = "Mon *-*-*" if every == "week" else "*-*-*"
    title = " ".join(dataset.title.split()).replace("%", "%%")
    files = {
        f"{unit}.service": SERVICE.format(
            title=title, folder=_path(dataset.path), run=_exec(run), changes=_exec(changes)
        ),
        f"{unit}.timer": TIMER.format(title=title, calendar=f"{day} {hour:02}:{minute:02}:00"),
    }
    for file, text in files.items():
        if to is None:
            console.file.write(f"# {file}\n{text}\n")
            continue
        to.mkdir(parents=True, exist_ok=True)
        (to / file).write_text(text, encoding="utf-8", newline="\n")
    if to is not None:
        _say_next(console, to, unit)
    return 0


def _say_next(console: Console, to: Path, unit: str) -> None:
    for line in (
        f"{unit}.service and {unit}.timer are in {to}. To use them without being root:",
        f"  mkdir -p ~/.config/systemd/user && cp {shlex.quote(str(to))}/{unit}.* ~/.config/systemd/user/",
        f"  systemctl --user daemon-reload && systemctl --user enable --now {unit}.timer",
        '  loginctl enable-linger "$USER"    # also while you are logged out',
    ):
        console.print(line, highlight=False, soft_wrap=True)


def _clock(at: str) -> tuple[int, int]:
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", at.strip())
    if found is None:
        raise InputMissing(f"--at: expected a time of day such as 06:30, found {at!r}")
    return int(found[1]), int(found[2])


def _cron(run: list[str], changes: list[str], hour: int, minute: int, every: Every) -> str:
    """One line; cron ends a command at a bare `%`. The bulletin is written also when pages were refused (4)."""
    command = f"{shlex.join(run)}; {shlex.join(changes)}"
    return f"{minute} {hour} * * {'1' if every == 'week' else '*'} {command}\n".replace("%", r"\%")


def _exec(words: list[str]) -> str:
    """A command line of systemd: quoted where needed, `%` and `$` doubled."""
    return " ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    said = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return said if re.fullmatch(r"[\w@%+=:,./$-]+", said) else f'"{said}"'


def _path(path: Path) -> str:
    return str(path).replace("%", "%%")
