"""Runs the commands of docs/tutorial.md in a clean copy of this checkout: do they print what it says?

    .venv/bin/python scripts/tutorial.py           exit code 1 and the differences, when there are any
    .venv/bin/python scripts/tutorial.py --write   puts what was printed into the tutorial; read the change

A block marked `sh` is run, all of them in one shell; the block marked `text` after it is what it prints. What is new in
every run takes one form before two outputs are compared (`FORMS`), lines of progress are left out (`PROGRESS`), and the
two ports of the demo's shops are other ones, so that a run disturbs no demo of yours.
"""

from __future__ import annotations

import argparse
import contextlib
import difflib
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "tutorial.md"
SHOPS = "crawler/demo/shops.py"
PORTS = ("8871", "8872")
HOME = "/home/you/daihuo"
LONGEST = 300  # seconds, of the whole tutorial

BLOCK = re.compile(r"^```(?P<kind>sh|text)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
PROGRESS = re.compile(r"^(official|offers|listings|reviews): .*\n", re.MULTILINE)
FORMS = (
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?( UTC|Z)?"), "TIME"),
    (re.compile(r"\b\d+\.\d hours\b"), "N hours"),
    (re.compile(r"\bdaihuo-\d{17}-[0-9a-f]{6}"), "daihuo-ARCHIVE"),
    (re.compile(r"(?<=gz) at \d+"), " at OFFSET"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "SHA-256"),
    # A product's split hangs on its address, and that on the port.
    (re.compile(r"\bsplit (train|validation|test)\b"), "split SPLIT"),
    (re.compile(r"\b\d+ files in "), "N files in "),
    (re.compile(r"\([0-9a-f]{12}\): train \d+ · validation \d+ · test \d+"), "(HASH): SPLITS"),
    (re.compile(r"\b[0-9a-f]{24}\b"), "PAGE"),
    (re.compile(r"\b[\d,.]+ (bytes|KiB|MiB|kB|MB)\b"), r"N \1"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`commands` as they stand in the page; `printed` is the text block after them, with its place in the page."""

    commands: str
    printed: str
    start: int
    end: int


def steps(text: str) -> list[Step]:
    """The blocks to run, in order. Raises ValueError for a text block that follows no commands."""
    found: list[Step] = []
    for block in BLOCK.finditer(text):
        if block["kind"] == "sh":
            found.append(Step(commands=block["body"], printed="", start=block.end(), end=block.end()))
        elif not found or found[-1].start != found[-1].end:
            raise ValueError(f"a text block at {block.start()} follows no block of commands: {block['body'][:60]!r}")
        else:
            found[-1] = Step(
                commands=found[-1].commands, printed=block["body"], start=block.start("body"), end=block.end("body")
            )
    return found


def same_form(printed: str) -> str:
    """What two runs must agree on: volatile values in one form, no progress, no blanks at the ends of lines."""
    text = PROGRESS.sub("", printed)
    for pattern, form in FORMS:
        text = pattern.sub(form, text)
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


def clean_copy(folder: Path, ports: tuple[str, str]) -> None:
    """All files of the checkout that are or would be in version control, and the same `.venv`; the shops on `ports`."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    shops = folder / SHOPS
    shops.write_text(with_ports(shops.read_text("utf-8"), ports), "utf-8")


def with_ports(text: str, ports: tuple[str, str]) -> str:
    for usual, other in zip(PORTS, ports, strict=True):
        text = re.sub(rf"\b{usual}\b", other, text)
    return text


def free_ports() -> tuple[str, str]:
    """Two free ports of four digits, in order: tables keep their shape, rows their places."""
    free: list[str] = []
    for port in random.sample(range(5000, 10000), 100):
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            free.append(str(port))
        if len(free) == len(PORTS):
            first, second = sorted(free)
            return first, second
    raise RuntimeError("no two free ports between 5000 and 9999")


def script(found: list[Step], ports: tuple[str, str]) -> str:
    """One shell session. After a command in the background it waits for its shops, as a reader does who reads on."""
    lines = ["exec 2>&1", "printf '<<0>>\\n'"]
    wait = f'for n in $(seq 300); do (exec 3<>"/dev/tcp/127.0.0.1/{ports[1]}") 2>/dev/null && break; sleep 0.1; done'
    for number, step in enumerate(found, 1):
        lines.append(with_ports(step.commands, ports))
        if step.commands.rstrip().endswith("&"):
            lines.append(wait)
        lines.append(f"printf '<<{number}>>\\n'")
    return "\n".join(lines)


def run(found: list[Step], folder: Path, ports: tuple[str, str]) -> list[str]:
    """What each step printed in `folder`, with the folder and the ports as the tutorial writes them."""
    (folder / ".tutorial.sh").write_text(script(found, ports), "utf-8")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "COVERAGE"))}
    environment |= {
        "PYTHONPATH": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run(
        ["bash", ".tutorial.sh"],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    text = done.stdout.replace(str(folder), HOME)
    for usual, other in zip(PORTS, ports, strict=True):
        text = text.replace(f"127.0.0.1:{other}", f"127.0.0.1:{usual}")
    pieces = re.split(r"<<\d+>>\n", text)
    if len(pieces) != len(found) + 2:
        raise RuntimeError(f"the shell stopped after step {len(pieces) - 2} of {len(found)}:\n{text[-2000:]}")
    return pieces[1:-1]


def differences(found: list[Step], printed: list[str]) -> list[str]:
    """Readable differences between what the tutorial says and what was printed; empty when there is none."""
    lines: list[str] = []
    for step, now in zip(found, printed, strict=True):
        said, seen = same_form(step.printed).splitlines(), same_form(now).splitlines()
        if said != seen:
            lines += [f"$ {step.commands.strip()}"]
            lines += difflib.unified_diff(said, seen, "the tutorial says", "it prints", lineterm="")
    return lines


def renewed(text: str, found: list[Step], printed: list[str]) -> str:
    """The page with what was printed; blocks that say the same but for volatile values stay as they are."""
    for step, now in reversed(list(zip(found, printed, strict=True))):
        if same_form(step.printed) == same_form(now):
            continue
        body = "\n".join(line.rstrip() for line in PROGRESS.sub("", now).strip("\n").splitlines())
        if step.start != step.end:
            text = text[: step.start] + body + "\n" + text[step.end :]
        else:
            text = text[: step.start] + f"\n\n```text\n{body}\n```" + text[step.end :]
    return text


def main() -> int:
    parser = argparse.ArgumentParser(description="Run docs/tutorial.md in a clean copy of this checkout.")
    parser.add_argument("--write", action="store_true", help="put what was printed into the tutorial")
    options = parser.parse_args()
    text = PAGE.read_text("utf-8")
    found = steps(text)
    ports = free_ports()
    with tempfile.TemporaryDirectory(prefix="daihuo-tutorial-") as folder:
        clean_copy(Path(folder).resolve(), ports)
        printed = run(found, Path(folder).resolve(), ports)
    different = differences(found, printed)
    print("\n".join(different) or f"{len(found)} steps print what the tutorial says")
    if options.write:
        PAGE.write_text(renewed(text, found, printed), "utf-8")
    return int(bool(different) and not options.write)


if __name__ == "__main__":
    sys.exit(main())
