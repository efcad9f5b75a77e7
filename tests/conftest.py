"""Shared fixtures: the sample material beside the checkout, and a real Chromium."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of sample material; tests that need it skip loudly where it is absent."""
    folder = Path(os.environ.get("DAIHUO_SHARED") or ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip(f"SAMPLE MATERIAL ABSENT: {folder} is no folder; set DAIHUO_SHARED to run this test")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium that can be started."""
    from crawler.fetch.chromium import find_chromium

    return find_chromium().path


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """That Chromium, running."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield made
        made.close()
