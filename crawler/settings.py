"""Scrapy settings: hardened and polite. What a dataset may change stands in its `[crawl]`; see docs/datasets.md.

The order of the steps is the order of the numbers below.
"""

from __future__ import annotations

from pathlib import Path

import pipelines
from crawler import VERSION

if Path(pipelines.__file__).resolve().parent.parent != Path(__file__).resolve().parent.parent:
    raise ImportError(
        f"expected this project's package `pipelines`, found {pipelines.__file__}; "
        "uninstall that package or run in the project's own .venv (make test builds it)"
    )

BOT_NAME = "daihuo"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"

# Who asks. The dataset's contact is appended when a spider opens.
USER_AGENT = f"daihuo/{VERSION} (public product pages, for research and journalism)"

# Manners.
ROBOTSTXT_OBEY = True
DOWNLOAD_DELAY = 1.0
CONCURRENT_REQUESTS = 16
CONCURRENT_REQUESTS_PER_DOMAIN = 2
# Scrapy starts this many tasks for every response; a page here is one item.
CONCURRENT_ITEMS = 4
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1.0
AUTOTHROTTLE_MAX_DELAY = 60.0
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0
# A delay is a promise to a host; Scrapy would shorten every second one.
DOWNLOAD_DELAY_JITTER = 0
# What these mean: crawler/fetch/robots.py and backoff.py. `[crawl]` of dataset.toml sets the three in seconds.
DAIHUO_ROBOTS_TRIES = 4
DAIHUO_ROBOTS_TIMEOUT = 20
DAIHUO_ROBOTS_PAUSE = 30.0
DAIHUO_RETRY_PAUSE = 2.0
DAIHUO_LONGEST_WAIT = 600.0
DAIHUO_CRAWL_DELAY_MAX = 600.0
DAIHUO_TRIES = 3
DAIHUO_TRIES_BUSY = 4
COOKIES_ENABLED = False

# Bounds: 16 MiB a body before and after decompression, 60 s a request, 20 redirects, 200 pages deep.
DOWNLOAD_MAXSIZE = 16 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 60
REDIRECT_MAX_TIMES = 20
DEPTH_LIMIT = 200

# Plain fetches connect to the addresses that the gate checked; the gate keeps its own answers.
TWISTED_DNS_RESOLVER = "crawler.fetch.resolver.GateResolver"
DNSCACHE_ENABLED = False
DNS_TIMEOUT = 20

# Only http and https, verified; no remote control, no shell, no feeds.
DOWNLOAD_HANDLERS = {
    "http": "crawler.fetch.handler_http.DownloadHandler",
    "https": "crawler.fetch.handler_http.DownloadHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
DOWNLOAD_VERIFY_CERTIFICATES = True
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
HTTPPROXY_ENABLED = False
# A refresh inside <noscript> is meant for those who see no script; following it would leave the product page.
METAREFRESH_ENABLED = False
REFERRER_POLICY = "no-referrer"

# Requests are rows of the dataset's database: a killed crawl goes on.
SCHEDULER = "crawler.fetch.frontier.FrontierScheduler"


# The steps.
DOWNLOADER_MIDDLEWARES: dict[str, int | None] = {
    "crawler.fetch.middleware.GateMiddleware": 50,
    "crawler.fetch.robots.Robots": 100,
    "crawler.fetch.injection.Injection": 543,
    "crawler.fetch.backoff.Backoff": 610,
    "crawler.fetch.hops.Hops": 940,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawler.fetch.unpacking.Unpacking": 590,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "crawler.fetch.redirects.Redirects": 600,
    "crawler.fetch.middleware.ArchiveMiddleware": 950,
    "crawler.fetch.conditional.Conditional": 960,
}
# Not needed: every answer is an observation whatever its status; there are no domains to stay on but the watchlist's.
# Robots and Backoff stand in place of Scrapy's own.
DOWNLOADER_MIDDLEWARES |= {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
}
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
}
SCRAPY_POET_PROVIDERS = {"crawler.pages.provider.ReadingProvider": 100}
ITEM_PIPELINES = {"pipelines.steps.StorePage": 100}
EXTENSIONS: dict[str, int | None] = {
    "scrapy.extensions.throttle.AutoThrottle": None,
    "crawler.fetch.throttle.Throttle": 50,
    "crawler.progress.Progress": 100,
}

# The browser.
PLAYWRIGHT_BROWSER_TYPE = "chromium"
PLAYWRIGHT_BROWSER_PROVIDER = "crawler.fetch.lazy_browser.LazyBrowserProvider"
PLAYWRIGHT_CONTEXTS: dict[str, object] = {}
# Pages open at a time; pages until a shop's context and until Chromium itself is made anew; MiB of memory that one
# page's process and all of Chromium may take.
BROWSER_TABS = 4
BROWSER_PAGES_PER_CONTEXT = 25
BROWSER_PAGES_PER_START = 250
BROWSER_TAB_MIB = 1024
BROWSER_MIB = 3072

REQUEST_FINGERPRINTER_CACHE_SIZE = 10_000
LOG_LEVEL = "WARNING"
LOGSTATS_INTERVAL = 0
