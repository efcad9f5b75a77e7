"""Somebody with nothing but the README: its commands, as they stand there, lead to a verdict on a shop of one's own."""

from __future__ import annotations

import email.policy
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from loopback import TEXT, Starts, hosts
from test_crawl import product

ROOT = Path(__file__).resolve().parents[2]
PROMOTED = "https://stream-shop.example/item/7"
HEADING = "## A shop of your own"


@pytest.fixture
def host() -> Iterator[Starts]:
    yield from hosts()


def commands() -> str:
    section = (ROOT / "README.md").read_text("utf-8").partition(HEADING)[2]
    found = re.search(r"```sh\n(.*?)```", section, re.DOTALL)
    assert found
    return found[1]


def saved(path: Path) -> None:
    """A page as Chromium's "webpage, single file" has it: it says from where it was saved."""
    page = product("胭脂云 真丝围巾 90cm", "118.00")
    whole = EmailMessage(policy=email.policy.SMTP)
    whole["Snapshot-Content-Location"] = PROMOTED
    whole["MIME-Version"] = "1.0"
    whole.set_content(page, subtype="html", cte="quoted-printable")
    whole.make_related()
    whole.get_payload()[0]["Content-Location"] = PROMOTED  # type: ignore[index]
    path.write_bytes(whole.as_bytes())


@pytest.mark.slow
def test_from_one_official_address_and_one_saved_page_to_a_verdict(tmp_path: Path, host: Starts) -> None:
    def official(path: str, n: int) -> tuple[int, dict[str, str], str] | None:
        if path == "/products/silk-scarf":
            return 200, {"Content-Type": "text/html; charset=utf-8"}, product("胭脂云 真丝围巾 90cm", "138.00")
        return (404, TEXT, "") if path != "/robots.txt" else None

    (tmp_path / "datasets").mkdir()
    saved(tmp_path / "saved.mhtml")
    script = commands()
    for line in ("make setup\n", 'alias daihuo="$PWD/.venv/bin/daihuo"\n'):
        assert line in script
        script = script.replace(line, "")
    script = script.replace("https://rosycheeks.example", host(official).url)
    assert "127.0.0.1" in script
    bin_folder = Path(sys.executable).parent
    env = {**os.environ, "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=240, check=False
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "saved.mhtml: 胭脂云 真丝围巾 90cm · 118.00 CNY" in said
    assert re.search(r"L01  cheaper_at_streamer  .*promoted 118.00 CNY, official 138.00 CNY", said), said
    assert "Traceback" not in said
    # What is promised beside the commands: each mistake and each wall is said with what to do.
    assert "daihuo status scarf" in said
