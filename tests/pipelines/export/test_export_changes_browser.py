"""The bulletin in a real Chromium: nothing runs, nothing is asked for, nothing overflows, whatever pages are called."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from pipelines.changes.change import KINDS
from pipelines.export.changes_page import html_text
from tests.pipelines.export.test_export_changes import ALL, NASTY, bulletin, change
from tests.pipelines.export.test_export_report_browser import open_report

pytestmark = pytest.mark.browser


def test_nothing_runs_and_it_fits(browser: Browser, tmp_path: Path) -> None:
    nasty = [
        change(kind, name=text, shop=text, why=text, urls=(text,), claims=(text,)) for kind in KINDS for text in NASTY
    ]
    pages = {"plain": ALL, "nasty": bulletin(*nasty, title=NASTY[0])}
    for name, found in pages.items():
        path = tmp_path / f"{name}.html"
        path.write_text(html_text(found, "zh", "Asia/Shanghai"), encoding="utf-8")
        for width in (375, 1280):
            did, wide = open_report(browser, path, width)
            assert not did
            assert wide == width
