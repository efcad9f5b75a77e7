"""Draws docs/pictures/verdict.png: one verdict of the demo, as its report shows it. `make demo` first.

.venv/bin/python scripts/pictures.py [CLAIM_ID]
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright
from rich.console import Console

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from crawler.commands.report import run_report  # noqa: E402
from crawler.fetch.chromium import find_chromium  # noqa: E402

PICTURE = ROOT / "docs" / "pictures" / "verdict.png"
CLAIM = "D03"
WIDTH, TALLEST, MARGIN, COLORS = 860, 1000, 24, 128


def draw(claim: str) -> bytes:
    """The claim's article of the English report as PNG, from its head to the end of its table of offers."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        report = Path(folder) / "report.html"
        run_report("demo", report, "en", Console(quiet=True))
        browser = playwright.chromium.launch(executable_path=find_chromium().path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": 2 * TALLEST}, color_scheme="light")
        page.goto(report.as_uri())
        article = page.locator("article.claim").filter(has=page.get_by_text(claim, exact=True)).first
        # A report draws the claims that are in sight only.
        article.evaluate("claim => claim.scrollIntoView()")
        page.wait_for_timeout(500)
        box, table = article.bounding_box(), article.locator("table").first.bounding_box()
        if box is None or table is None:
            raise SystemExit(f"pictures: the demo's report has no claim {claim}; run `make demo` first")
        height = min(table["y"] + table["height"] - box["y"], TALLEST)
        clip = {"x": box["x"] - MARGIN, "y": box["y"], "width": box["width"] + 2 * MARGIN, "height": height + MARGIN}
        picture = page.screenshot(clip=clip, animations="disabled")
        browser.close()
        return picture


def main() -> int:
    drawn = Image.open(io.BytesIO(draw((sys.argv[1:] or [CLAIM])[0]))).convert("RGB")
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    drawn.quantize(COLORS, dither=Image.Dither.NONE).save(PICTURE, optimize=True)
    print(f"pictures: {PICTURE.relative_to(ROOT)}, {drawn.width} x {drawn.height}, {PICTURE.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
