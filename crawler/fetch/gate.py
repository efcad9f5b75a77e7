"""Which addresses may be fetched at all.

Only `http` and `https` to public addresses. A URL must have one reading (`pipelines.normalize.addresses`), and every
address that its host name has must be public; hosts that the dataset names in `allow_addresses` pass.

Every request, redirect hop and connection of the browser is asked for. What connects (`resolver.py` for plain fetches,
`proxy.py` for the browser) takes the very addresses that were checked, so a name cannot answer the gate with one
address and the connection with another.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from pipelines.normalize import addresses
from pipelines.normalize.addresses import REFUSED, AddressRefused, Allowed, public

Resolver = Callable[[str], Awaitable[list[str]]]

# Names are asked again after this time; a name that could not be found sooner, it may have been a hiccup.
ANSWER_SECONDS = 60.0
NOT_FOUND_SECONDS = 5.0
LOOKUP_SECONDS = 20.0
KNOWN_NAMES = 10_000


async def resolve(host: str) -> list[str]:
    """All addresses a host name has, by the system's resolver. Raises OSError, also when it takes too long."""
    loop = asyncio.get_running_loop()
    found = await asyncio.wait_for(loop.getaddrinfo(host, None, type=socket.SOCK_STREAM), LOOKUP_SECONDS)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a name had at one moment: its addresses, or why it must not be connected to."""

    addresses: tuple[str, ...]
    refusal: str | None
    until: float


@dataclass(slots=True)
class Gate:
    """Answers "why not" for a URL; `allowed` are `host`, address or `host:port` entries that pass although private."""

    allowed: Iterable[str] = ()
    resolver: Resolver = resolve
    _allowed: Allowed = field(init=False)
    _answers: OrderedDict[str, Answer] = field(default_factory=OrderedDict, init=False)
    _asking: dict[str, asyncio.Task[Answer]] = field(default_factory=dict, init=False)
    _troubles: OrderedDict[tuple[str, int], Exception] = field(default_factory=OrderedDict, init=False)

    def __post_init__(self) -> None:
        self._allowed = Allowed(self.allowed)

    async def refusal(self, url: str) -> str | None:
        """Why this URL must not be fetched, or None."""
        spelled = self.spelling_refusal(url)
        if spelled is not None:
            return spelled
        found = addresses.target(url)
        try:
            await self.addresses(found.host, found.port)
        except AddressRefused as refused:
            return str(refused)
        return None

    def spelling_refusal(self, url: str) -> str | None:
        """What can be told without looking up a name."""
        return addresses.refusal(url, self._allowed)

    def known_refusal(self, url: str) -> str | None:
        """Why this URL was refused when it was asked for last; no name is looked up."""
        spelled = self.spelling_refusal(url)
        if spelled is not None:
            return spelled
        found = addresses.target(url)
        answer = self._answers.get(found.host)
        if answer is None or (answer.addresses and self._allowed.covers(found.host, found.port)):
            return None
        return answer.refusal

    def note_trouble(self, host: str, port: int, trouble: Exception | None) -> None:
        """Keep why the last connection to a place broke; None when it did not."""
        place = (addresses.host_key(host), port)
        self._troubles.pop(place, None)
        if trouble is not None:
            self._troubles[place] = trouble
        if len(self._troubles) > KNOWN_NAMES:
            self._troubles.popitem(last=False)

    def trouble(self, url: str) -> Exception | None:
        """Why the last connection to the place of this URL broke, as far as the browser's proxy saw it."""
        try:
            found = addresses.target(url)
        except AddressRefused:
            return None
        return self._troubles.get((found.host, found.port))

    async def addresses(self, host: str, port: int) -> tuple[str, ...]:
        """The addresses that may be connected to for a host. Raises `AddressRefused` with the reason."""
        host = addresses.host_key(host)
        answer = await self._answer(host)
        if answer.addresses and self._allowed.covers(host, port):
            return answer.addresses
        if answer.refusal is not None:
            raise AddressRefused(answer.refusal)
        return answer.addresses

    async def _answer(self, host: str) -> Answer:
        known = self._answers.get(host)
        if known is not None and time.monotonic() < known.until:
            return known
        task = self._asking.get(host)
        if task is None:
            task = self._asking[host] = asyncio.ensure_future(self._ask(host))
            task.add_done_callback(lambda _: self._asking.pop(host, None))
        # Who waits may be canceled; the others still want the answer.
        return await asyncio.shield(task)

    async def _ask(self, host: str) -> Answer:
        found: tuple[str, ...] = ()
        keep = ANSWER_SECONDS
        try:
            found = tuple(await self.resolver(host))
            inside = next((address for address in found if not public(address)), None)
            reason = f"{REFUSED}: {host} is {inside}, not a public address" if inside else None
            if not found:
                reason = f"host not found: {host} (no address)"
        except (OSError, UnicodeError) as error:
            keep = NOT_FOUND_SECONDS
            said = "no answer in time" if isinstance(error, TimeoutError) else getattr(error, "strerror", None) or error
            reason = f"host not found: {host} ({said})"
        answer = Answer(found, reason, time.monotonic() + keep)
        self._answers[host] = answer
        self._answers.move_to_end(host)
        if len(self._answers) > KNOWN_NAMES:
            self._answers.popitem(last=False)
        return answer
