"""Which addresses may be fetched at all.

Only `http` and `https` to public addresses. What a host name resolves to decides, not how it is spelled; hosts that
the dataset names in `allow_addresses` pass. Every request, redirect hop and request of the browser is asked for.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

Resolver = Callable[[str], Awaitable[list[str]]]


async def resolve(host: str) -> list[str]:
    """All addresses a host name has, by the system's resolver."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def public(address: str) -> bool:
    """Whether an address is on the public internet: not private, loopback, link-local, CGNAT, reserved, multicast."""
    try:
        parsed = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None) or getattr(parsed, "sixtofour", None)
    if mapped is not None:
        parsed = mapped
    return parsed.is_global and not parsed.is_multicast


@dataclass(slots=True)
class Gate:
    """Answers "why not" for a URL; `allowed` are `host` or `host:port` entries that pass although private."""

    allowed: Iterable[str] = ()
    resolver: Resolver = resolve
    _known: dict[str, str | None] = field(default_factory=dict, init=False)
    _allowed: frozenset[str] = field(default=frozenset(), init=False)

    def __post_init__(self) -> None:
        self._allowed = frozenset(entry.lower() for entry in self.allowed)

    async def refusal(self, url: str) -> str | None:
        """Why this URL must not be fetched, or None."""
        spelled = self.spelling_refusal(url)
        if spelled is not None:
            return spelled
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").lower()
        if self._is_allowed(host, parts.port, parts.scheme):
            return None
        if host not in self._known:
            self._known[host] = await self._host_refusal(host)
        return self._known[host]

    def spelling_refusal(self, url: str) -> str | None:
        """What can be told without resolving: scheme, user names, backslashes, no host."""
        if "\\" in url.split("?", 1)[0] or any(ord(character) < 33 for character in url):
            return "address not allowed: backslash, space or control character in the URL"
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            return f"address not allowed: {error}"
        if parts.scheme not in ("http", "https"):
            return f"address not allowed: scheme {parts.scheme or '(none)'}"
        if parts.username is not None or parts.password is not None:
            return "address not allowed: user name in the URL"
        if not parts.hostname or port == 0:
            return "address not allowed: no host"
        return None

    def _is_allowed(self, host: str, port: int | None, scheme: str) -> bool:
        number = port or (443 if scheme == "https" else 80)
        return host in self._allowed or f"{host}:{number}" in self._allowed

    async def _host_refusal(self, host: str) -> str | None:
        try:
            addresses = await self.resolver(host)
        except OSError as error:
            return f"host not found: {host} ({error.strerror or error})"
        inside = [address for address in addresses if not public(address)]
        if inside or not addresses:
            return f"address not allowed: {host} is {inside[0] if inside else 'no address'}, not a public address"
        return None
