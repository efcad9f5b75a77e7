"""The demo shops, crawled twice: what changed between the two states is listed, all of it and nothing else."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

from crawler.demo.catalogue import a_week_later, goods

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "datasets" / "demo"
RUN = """
import sys
from rich.console import Console
from crawler.commands.run import run_dataset
from crawler.demo.shops import start
with start((int(sys.argv[2]), int(sys.argv[3])), later=sys.argv[4] == "later"):
    sys.exit(run_dataset(sys.argv[1], Console()))
"""


def ports() -> list[str]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    found = [str(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return found


@pytest.mark.browser
@pytest.mark.slow
def test_the_changes_of_a_second_demo_crawl(tmp_path: Path, chromium: str) -> None:
    free = ports()
    for name in ("dataset.toml", "watchlist.csv", "lookups.toml"):
        text = (DEMO / name).read_text(encoding="utf-8")
        for usual, port in zip(("8871", "8872"), free, strict=True):
            text = text.replace(f"127.0.0.1:{usual}", f"127.0.0.1:{port}")
        # Whenever this runs, the first crawl is the one nearer to the broadcast.
        text = text.replace("2026-11-20", "2020-11-20")
        (tmp_path / name).write_text(text, encoding="utf-8")
    for state in ("now", "later"):
        command = [sys.executable, "-c", RUN, str(tmp_path), *free, state]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    told = changes(tmp_path, "--atom", str(tmp_path / "changes.atom"), "--html", str(tmp_path / "changes.html"))
    assert (told["started"], told["since"] < told["until"]) == (True, True)
    new = a_week_later()
    assert len(new["price"]) == 5 and len(new["wall"]) == len(new["vanished"]) == 1
    old = {each["item"]: goods(each["shop"])[each["item"]] for each in new["price"]}
    wanted = sorted(
        ("price_changed", old[each["item"]]["title"], old[each["item"]]["price"], each["price"])
        for each in new["price"]
    )
    wanted.append(("new_wall", goods("official")[new["wall"][0]]["title"], "ok", "captcha"))
    found = [(each["kind"], each["name"], each["old"]["value"], each["new"]["value"]) for each in told["changes"]]
    kept = [each for each in found if each[0] != "review_vanished"]
    assert sorted(kept[:-1]) == wanted[:-1] and kept[-1:] == wanted[-1:]
    gone = [each for each in found if each[0] == "review_vanished"]
    assert gone == [("review_vanished", goods("streamer")["1001"]["title"], "shown", "not_shown")]
    assert all(each["old"]["page_ids"] and each["new"]["page_ids"] and each["shop"] for each in told["changes"])

    assert changes(tmp_path) == told
    before = changes(tmp_path, "--until", told["since"], "--since", "1h")
    assert before["changes"] == []
    entries = etree.parse(tmp_path / "changes.atom").getroot().findall("{*}entry")
    assert len(entries) == len(told["changes"])


def changes(dataset: Path, *words: str) -> dict[str, object]:
    command = [sys.executable, "-m", "crawler", "changes", str(dataset), "--json", "-", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    answer: dict[str, object] = json.loads(done.stdout)
    return answer
