"""The delay of a host: its own least one is kept, slowness and overload raise it."""

from __future__ import annotations

import pytest
from scrapy.settings import Settings
from scrapy.utils.test import get_crawler

from crawler.fetch.throttle import Throttle


@pytest.fixture
def throttle() -> Throttle:
    settings = {"AUTOTHROTTLE_ENABLED": True, "DOWNLOAD_DELAY": 1, "AUTOTHROTTLE_MAX_DELAY": 60}
    return Throttle(get_crawler(settings_dict=settings))


@pytest.mark.parametrize(
    ("delay", "least", "latency", "status", "expected"),
    [
        (1, 1, 0.1, 200, 1),
        (4, 1, 1, 200, 2.5),
        (1, 1, 5, 200, 5),
        (1, 1, 500, 200, 60),
        (30, 30, 0.1, 200, 30),
        (300, 300, 0.1, 200, 300),
        (4, 1, 0.1, 404, 4),
        (4, 1, 9, 404, 9),
        (1, 1, 0.1, 429, 2),
        (2, 1, 0.1, 503, 4),
        (50, 1, 0.1, 503, 60),
        (100, 100, 0.1, 503, 100),
        (2, 1, None, 200, 2),
    ],
)
def test_next_delay(
    throttle: Throttle, delay: float, least: float, latency: float | None, status: int, expected: float
) -> None:
    assert throttle.next_delay(delay, least, latency, status) == expected


def test_settings_put_our_own_in_place_of_scrapys() -> None:
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    extensions, steps = settings["EXTENSIONS"], settings["DOWNLOADER_MIDDLEWARES"]
    assert extensions["scrapy.extensions.throttle.AutoThrottle"] is None
    for name in ("robotstxt.RobotsTxtMiddleware", "retry.RetryMiddleware"):
        assert steps[f"scrapy.downloadermiddlewares.{name}"] is None
    assert settings.getbool("ROBOTSTXT_OBEY") and settings.getfloat("DOWNLOAD_DELAY_JITTER") == 0
