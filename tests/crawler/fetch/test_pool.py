"""Chromium is used up: contexts of one shop, recycled; browsers replaced; memory bounded; nothing left at the end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest

from crawler.fetch.browser import BrowserGone, PageCrashed, RenderFailed
from crawler.fetch.pool import Limits, Pool
from crawler.fetch.processes import tree, weigh
from crawler.fetch.tab import Tab
from tests.crawler.fetch.hostile import Server, serve
from tests.crawler.fetch.rendering import in_pool, render_one, route


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serve() as running:
        yield running


def chromiums() -> int:
    """How many browsers this process has, their helpers not counted."""
    found = 0
    for each in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            found += "--remote-debugging-pipe" in each.cmdline() and "--type=" not in " ".join(each.cmdline())
    return found


@pytest.mark.browser
@pytest.mark.usefixtures("chromium")
class TestPool:
    def test_shops_share_nothing_and_pages_of_a_shop_do(self, server: Server) -> None:
        async def work(pool: Pool) -> list[bytes]:
            sites = ["one.example", "two.example", "one.example"]
            return [(await render_one(pool, f"{server.base}/visits", 10, site)).html for site in sites]

        first, other, second = in_pool(work)
        assert b"visit 1" in first and b"visit 1" in other and b"visit 2" in second

    def test_context_is_new_after_its_pages(self, server: Server) -> None:
        async def work(pool: Pool) -> tuple[list[bool], int, int]:
            seen = [b"visit 1" in (await render_one(pool, f"{server.base}/visits", 10)).html for _ in range(5)]
            return seen, pool.starts, len(pool.homes[0].rooms)

        assert in_pool(work, Limits(per_context=2)) == ([True, False, True, False, True], 1, 1)

    def test_browser_is_new_after_its_pages_and_the_old_one_gone(self, server: Server) -> None:
        async def work(pool: Pool) -> int:
            for _ in range(5):
                await render_one(pool, f"{server.base}/plain", 10)
            assert len(pool.homes) == 1 and chromiums() == 1
            return pool.starts

        assert in_pool(work, Limits(per_start=2)) == 3
        assert chromiums() == 0

    def test_idle_contexts_are_closed(self, server: Server) -> None:
        async def work(pool: Pool) -> list[str]:
            for number in range(4):
                await render_one(pool, f"{server.base}/plain", 10, f"shop{number}.example")
            return list(pool.homes[0].rooms)

        assert in_pool(work, Limits(contexts=2)) == ["shop2.example", "shop3.example"]

    def test_page_that_takes_too_much_memory_is_ended_alone(self, server: Server) -> None:
        async def work(pool: Pool) -> tuple[str, int]:
            async def greedy() -> str:
                with pytest.raises(RenderFailed) as raised:
                    await render_one(pool, f"{server.base}/growing-fast", 20)
                return str(raised.value)

            reason, page = await asyncio.gather(greedy(), render_one(pool, f"{server.base}/late300", 20))
            assert page.settled
            return reason, pool.starts

        assert in_pool(work, Limits(tab_mib=300)) == ("the page took more memory than allowed", 1)

    def test_browser_that_has_grown_is_replaced(self, server: Server) -> None:
        async def work(pool: Pool) -> int:
            for _ in range(2):
                await render_one(pool, f"{server.base}/never", 2.5)
            return pool.starts

        assert in_pool(work, Limits(mib=1)) == 2

    def test_killed_browser_is_one_error_and_the_next_page_has_a_new_one(self, server: Server) -> None:
        async def work(pool: Pool) -> int:
            open_page = asyncio.ensure_future(render_one(pool, f"{server.base}/never?killed", 20))
            while "/never?killed" not in server.seen:
                await asyncio.sleep(0.1)
            for process in tree(pool.homes[0].pid):
                process.kill()
            with pytest.raises(BrowserGone):
                await open_page
            assert (await render_one(pool, f"{server.base}/plain", 10)).settled
            return pool.starts

        assert in_pool(work) == 2
        assert chromiums() == 0

    def test_a_renderer_that_is_killed_before_the_address_is_opened_is_one_error(self, server: Server) -> None:
        async def work(pool: Pool) -> bool:
            with pytest.raises(PageCrashed):
                async with asyncio.timeout(20), pool.page("shop.example") as page:
                    tab = await Tab.of(page, route)
                    for each in weigh(pool.homes[0].pid):
                        if each.renderer:
                            each.end()
                    await tab.answered(tab.session.send("Network.enable"))
            return (await render_one(pool, f"{server.base}/plain", 10)).settled

        assert in_pool(work)

    def test_slow_pages_leave_a_place_to_others(self, server: Server) -> None:
        async def work(pool: Pool) -> bool:
            busy = [asyncio.ensure_future(render_one(pool, f"{server.base}/busy", 4)) for _ in range(3)]
            page = await render_one(pool, f"{server.base}/plain", 20)
            first = not all(each.done() for each in busy)
            await asyncio.gather(*busy)
            return first and page.settled

        assert in_pool(work)

    def test_weights_tell_renderers_from_the_rest(self, server: Server) -> None:
        async def work(pool: Pool) -> list[bool]:
            async with pool.page("shop.example") as page:
                await page.goto(f"{server.base}/plain")
                weights = weigh(pool.homes[0].pid)
            assert all(each.size > 0 for each in weights)
            return [each.renderer for each in weights]

        kinds = in_pool(work)
        assert True in kinds and False in kinds


def test_there_is_no_process_zero_to_end() -> None:
    assert tree(0) == [] and weigh(2**30) == []
