"""The explorer on a made-up dataset, asked in process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from explorer_data import make

from crawler.explorer.serving import make_explorer
from pipelines.export.explore.build import Explorer, build_explorer

Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Explorer:
    return build_explorer(make(tmp_path_factory.mktemp("dataset")))


@pytest.fixture(scope="module")
def ask(built: Explorer) -> Iterator[Ask]:
    """`ask(path)` → the response; `ask(path, "POST")` and headers as httpx takes them."""
    datasette = make_explorer(built.database, built.metadata)
    loop = asyncio.new_event_loop()

    def asked(path: str, method: str = "GET", **more: Any) -> Any:
        return loop.run_until_complete(datasette.client.request(method, path, **more))

    yield asked
    loop.close()
