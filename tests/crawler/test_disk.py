"""A full disk: the crawl ends with its own code, what was stored stays whole, and with room it goes on."""

from __future__ import annotations

import http.server
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from test_crawl import ROOT, make_dataset, shop

__all__ = ["shop"]

# A file system of 3 MB in a namespace of our own, that only these commands see.
SCRIPT = """
set -e
mount -t tmpfs -o size=3m none "$1/build"
"$2" -m crawler crawl "$1" --spider offers && code=0 || code=$?
echo "code $code"
mount -o remount,size=200m "$1/build"
"$2" -m crawler verify "$1" && code=0 || code=$?
echo "verify $code"
cp "$1/build/daihuo.sqlite"* "$3"
"$2" -m crawler crawl "$1" --spider offers && code=0 || code=$?
echo "again $code"
cp "$1/build/daihuo.sqlite"* "$4"
"""


def can_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "-Urm", "true"], capture_output=True).returncode == 0


@pytest.mark.slow
@pytest.mark.skipif(not can_mount(), reason="no small disk can be made here: unshare -Urm is not permitted")
def test_full_disk_keeps_every_page_and_the_crawl_goes_on(
    tmp_path: Path, shop: http.server.ThreadingHTTPServer
) -> None:
    # Pages of 200 kB that hardly compress.
    dataset = make_dataset(tmp_path / "d", shop.server_port, [f"/fat/{n}" for n in range(40)])
    for name in ("d/build", "full", "after"):
        (tmp_path / name).mkdir()
    script = [str(dataset), sys.executable, str(tmp_path / "full"), str(tmp_path / "after")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["unshare", "-Urm", "sh", "-c", SCRIPT, "sh", *script],
        capture_output=True,
        text=True,
        env=environment,
        cwd=ROOT,
        timeout=240,
    )
    assert "code 6" in done.stdout, done.stdout + done.stderr
    assert "The disk is full" in done.stdout and "Traceback" not in done.stderr
    assert "verify 0" in done.stdout, done.stdout
    with closing(sqlite3.connect(tmp_path / "full" / "daihuo.sqlite")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        stored = db.execute("SELECT COUNT(*) FROM pages WHERE outcome = 'ok'").fetchone()[0]
        ended = db.execute("SELECT COUNT(*) FROM ledger WHERE state NOT IN ('queued', 'claimed')").fetchone()[0]
        assert 3 < stored == ended < 41
    assert "again 0" in done.stdout, done.stdout
    with closing(sqlite3.connect(tmp_path / "after" / "daihuo.sqlite")) as db:
        assert db.execute("SELECT state, COUNT(*) FROM ledger GROUP BY state").fetchall() == [("done", 41)]
        assert db.execute("SELECT COUNT(*) FROM pages").fetchone() == (41,)
