"""Worker processes that read pages: right answers, and what happens when one dies or loses its parent."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crawler.pages import readers as module
from crawler.pages.readers import Asked, Readers, Reading

ROOT = Path(__file__).resolve().parents[3]
PAGE = (
    '<!doctype html><html lang="zh"><meta charset="utf-8"><h1>云雀口红 3g</h1>'
    '<div class="product"><h1>云雀口红 3g</h1><p class="price">¥{price}.00</p><button>加入购物车</button></div>'
)


def read(readers: Readers, price: int) -> asyncio.Future[Reading]:
    asked = Asked(
        url=f"https://shop.example/item/{price}",
        body=PAGE.format(price=price).encode(),
        status=200,
        headers={},
        zone="Asia/Shanghai",
        currency="CNY",
    )
    return asyncio.ensure_future(readers.read(asked))


@pytest.mark.parametrize("workers", [0, 1, 2])
def test_every_page_gets_its_own_answer(workers: int) -> None:
    async def go() -> list[Reading]:
        readers = Readers(workers)
        try:
            return await asyncio.gather(*(read(readers, price) for price in range(10, 30)))
        finally:
            readers.close()

    for price, reading in zip(range(10, 30), asyncio.run(go()), strict=True):
        facts = reading.facts
        assert reading.page.url == facts.url == f"https://shop.example/item/{price}"
        assert facts.offer is not None and str(facts.offer.price) == f"{price}.00"


def test_a_worker_that_dies_costs_one_page(monkeypatch: pytest.MonkeyPatch) -> None:
    real = module.read_and_understand

    def deadly(asked: Asked) -> Reading:
        if asked.url.endswith("/13"):
            os.kill(os.getpid(), signal.SIGKILL)
        return real(asked)

    monkeypatch.setattr(module, "read_and_understand", deadly)

    async def go() -> list[Reading]:
        readers = Readers(1)
        try:
            return await asyncio.gather(*(read(readers, price) for price in range(10, 16)))
        finally:
            readers.close()

    outcomes = [reading.page.outcome for reading in asyncio.run(go())]
    assert outcomes == ["ok", "ok", "ok", "unreadable", "ok", "ok"]


def test_workers_end_when_their_parent_is_killed() -> None:
    code = (
        "import time; from crawler.pages.readers import Readers; r = Readers(2);"
        "print(*[w.process.pid for w in r.workers], flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        parent.kill()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and any(alive(pid) for pid in pids):
        time.sleep(0.1)
    assert len(pids) == 2 and not any(alive(pid) for pid in pids)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False
