"""A store in a temporary folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from store_samples import SECRET

from pipelines.store.write import Store, open_store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "build" / "daihuo.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with open_store(path, SECRET) as opened:
        yield opened
