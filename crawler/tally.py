"""The running count of a crawl, for the progress display and the last line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(slots=True)
class Tally:
    """Counts by state, and per host. Every scheduled page is in exactly one of queued, done, refused, failed."""

    scheduled: int = 0
    done: int = 0
    refused: int = 0
    failed: int = 0
    browser: int = 0
    blocked: int = 0
    items: int = 0
    hosts: Counter[str] = field(default_factory=Counter)

    @property
    def queued(self) -> int:
        return self.scheduled - self.done - self.refused - self.failed

    def host(self, url: str) -> None:
        self.hosts[urlsplit(url).netloc] += 1

    def line(self) -> str:
        """One plain line."""
        hosts = ", ".join(f"{host} {count}" for host, count in self.hosts.most_common(4))
        return (
            f"done {self.done} · queued {self.queued} · by browser {self.browser} · blocked {self.blocked} · "
            f"refused {self.refused} · failed {self.failed} · items {self.items}" + (f" · {hosts}" if hosts else "")
        )
