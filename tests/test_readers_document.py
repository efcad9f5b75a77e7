"""The examples of `docs/readers.md` are read as the document says."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from crawler.pages.read import read_page
from pipelines.understand import understand

DOCUMENT = (Path(__file__).parents[1] / "docs" / "readers.md").read_text("utf-8")
EXAMPLES = re.findall(r"```html\n(.*?)```\n\n→ ([^\n]*)", DOCUMENT, re.S)


@pytest.mark.parametrize(("page", "said"), EXAMPLES, ids=[said for _, said in EXAMPLES])
def test_example(page: str, said: str) -> None:
    offer = understand(read_page("https://shop.example/p/1", page.encode())).offer
    assert offer is not None
    for part in said.split(", "):
        name, value = part.split()
        found = getattr(offer, name)
        if value == "null":
            assert found is None, (name, found)
        elif name == "currency":
            assert found == value
        else:
            assert found == Decimal(value), (name, found)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == DOCUMENT.count("```html") >= 6
