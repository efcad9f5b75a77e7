"""The addresses that plain fetches connect to: those the gate checked, and no others.

Twisted's endpoints ask the reactor's name resolver at the moment of connecting, for names and numbers alike. This one
asks the gate of the running spider, so that what was checked is what is connected to. It is installed on the reactor
by Scrapy (`TWISTED_DNS_RESOLVER`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution
from zope.interface import implementer

from crawler.fetch.gate import Gate
from pipelines.normalize.addresses import AddressRefused


@implementer(IHostResolution)
class Resolution:
    """One name being looked up."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.task: asyncio.Task[None] | None = None

    def cancel(self) -> None:
        if self.task is not None:
            self.task.cancel()


@implementer(IHostnameResolver)
class GateResolver:
    """Twisted name resolver (`IHostnameResolver`). A refused name has no addresses here; `hops.Hops` says why.

    `process` is Scrapy's process: the gates are those of its running spiders, and all of them must agree. Without a
    spider that has one, only public addresses pass.
    """

    def __init__(self, process: Any, reactor: Any) -> None:
        self.process = process
        self.reactor = reactor
        self.strict = Gate()

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> GateResolver:
        return cls(crawler, reactor)

    def install_on_reactor(self) -> None:
        self.reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: Literal["TCP", "UDP"] = "TCP",  # noqa: N803
    ) -> Resolution:
        resolution = Resolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)

        async def answer() -> None:
            for address in await self._addresses(hostName, portNumber):
                kind = IPv6Address if ":" in address else IPv4Address
                if addressTypes is None or kind in addressTypes:
                    resolutionReceiver.addressResolved(kind(transportSemantics, address, portNumber))
            resolutionReceiver.resolutionComplete()

        resolution.task = asyncio.ensure_future(answer())
        return resolution

    async def _addresses(self, host: str, port: int) -> list[str]:
        agreed: list[str] | None = None
        try:
            for gate in self._gates():
                found = await gate.addresses(host, port)
                agreed = [address for address in found if agreed is None or address in agreed]
        except AddressRefused:
            return []
        return agreed or []

    def _gates(self) -> Iterator[Gate]:
        gates = [gate for crawler in self.process.crawlers if (gate := getattr(crawler.spider, "gate", None))]
        yield from gates or (self.strict,)
