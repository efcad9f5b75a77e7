"""What a URL names as browsers read it, and whether that may be asked at all. Pure: no name is looked up here.

URLs are read as the WHATWG URL standard does (https://url.spec.whatwg.org/, by `ada_url`). Programs differ in how they
read odd spellings of a host, so one that another reader could take for another host is refused whatever it names: what
was checked must be what is connected to.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import ada_url

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

PORTS = {"http": 80, "https": 443}
REFUSED = "address not allowed"

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_AUTHORITY = re.compile(r"//([^/\\?#]*)")
_PORT = re.compile(r"(?P<host>\[[^\]]*\]|[^:\[\]]*)(?::(?P<port>.*))?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

# RFC 6761, 6762, 8375 and ICANN's list of names that are never delegated: private networks use them.
_PRIVATE_SUFFIXES = frozenset({
    "localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan", "home.arpa",
})  # fmt: skip
# Where clouds tell a machine its own secrets. Most other such names end in one of the suffixes above.
_METADATA_NAMES = frozenset({
    "metadata.tencentyun.com", "metadata.cloud.tencent.com", "metadata.goog", "metadata.azure.com",
    "metadata.packet.net", "metadata.platformequinix.com",
})  # fmt: skip

# https://www.iana.org/assignments/iana-ipv4-special-registry and …-ipv6-special-registry, beyond what every supported
# Python's `ipaddress` knows; and 168.63.129.16, where Azure answers its machines.
_SPECIAL = tuple(
    ipaddress.ip_network(text)
    for text in ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "2001::/23", "2001:db8::/32", "3fff::/20")
)
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class AddressRefused(ValueError):
    """The URL must not be asked; the message is the sentence that says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whom a URL asks: `host` as browsers write it, without brackets and final dot; `address` when it is a number."""

    scheme: str
    host: str
    port: int
    address: Address | None


class Allowed:
    """The entries of `allow_addresses`: `host`, address, or `host:port`, which pass although they are not public."""

    def __init__(self, entries: Iterable[str] = ()) -> None:
        self.entries = frozenset(_entry(entry) for entry in entries)

    def covers(self, host: str, port: int) -> bool:
        return (host, None) in self.entries or (host, port) in self.entries


NOTHING = Allowed()


def public(address: str) -> bool:
    """Whether an address is on the public internet: not private, loopback, link-local, CGNAT, reserved, multicast.

    An IPv6 address that carries an IPv4 one (mapped, NAT64, 6to4) is as public as that.
    """
    try:
        parsed = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        carried = parsed.ipv4_mapped or parsed.sixtofour
        if parsed in _NAT64:
            carried = ipaddress.IPv4Address(parsed.packed[-4:])
        if carried is not None:
            return public(str(carried))
        if parsed not in _GLOBAL_UNICAST:
            return False
    special = any(parsed.version == network.version and parsed in network for network in _SPECIAL)
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved and not special


def refusal(url: str, allowed: Allowed = NOTHING) -> str | None:
    """Why this URL must not be asked, as far as can be told without looking up its name; None when nothing is wrong."""
    try:
        found = target(url)
        return None if allowed.covers(found.host, found.port) else _host_refusal(found)
    except AddressRefused as refused:
        return str(refused)


@lru_cache(maxsize=4096)
def target(url: str) -> Target:
    """Whom a URL asks. Raises `AddressRefused` for one that is not http(s), names no host or is not read alike by all.

    >>> target("http://例子.测试:8080/a@b").host
    'xn--fsqu00a.xn--0zwm56d'
    """
    scheme, said, port = _authority(url)
    try:
        read = ada_url.URL(url)
    except ValueError:
        raise _refused(f"{said!r} is no host") from None
    host = read.hostname.strip("[]").removesuffix(".")
    if not _read_alike(said, host):
        raise _refused(f"ambiguous spelling {said!r}, browsers read it as {host}")
    if not host or ".." in host or host.startswith("."):
        raise _refused("no host")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        address = None
    if address is not None and said.endswith("."):
        raise _refused(f"ambiguous spelling {said!r}, browsers read it as {host}")
    return Target(scheme=scheme, host=host, port=PORTS[scheme] if port is None else port, address=address)


def has_host(reference: str) -> bool:
    """Whether a reference names a scheme or a host of its own, in any reader's view; else it points into its page."""
    return bool(_SCHEME.match(reference) or re.match(r"[/\\]{2}", reference))


def host_key(host: str) -> str:
    """One spelling of a host that a program handed over, Unicode or not: `例子.测试.` → `xn--fsqu00a.xn--0zwm56d`."""
    host = host.strip("[]").removesuffix(".").lower()
    try:
        return host if host.isascii() else ada_url.idna_to_ascii(host).decode("ascii") or host
    except ValueError:
        return host


def _authority(url: str) -> tuple[str, str, int | None]:
    """Scheme, host as written, port; only `scheme://host`, though browsers also take fewer, more or other slashes."""
    if _CONTROL.search(url):
        raise _refused("control character in the URL")
    matched = _SCHEME.match(url)
    scheme = matched[1].lower() if matched else ""
    if matched is None or scheme not in PORTS:
        raise _refused(f"scheme {scheme or '(none)'}")
    rest = url[matched.end() :]
    found = _AUTHORITY.match(rest)
    if "\\" in rest[:2] or (found and rest[found.end() : found.end() + 1] == "\\"):
        raise _refused("backslash in the host")
    if found is None or (not found[1] and rest[2:3] == "/"):
        raise _refused("ambiguous spelling, not two slashes before the host")
    if "@" in found[1]:
        raise _refused("user name in the URL")
    parts = _PORT.fullmatch(found[1])
    if parts is None or not parts["host"]:
        raise _refused("no host" if parts else f"{found[1]!r} is no host")
    return scheme, parts["host"], _port(parts["port"])


def _port(said: str | None) -> int | None:
    if not said:
        return None
    if not re.fullmatch(r"[0-9]{1,5}", said) or not 0 < int(said) < 65536:
        raise _refused(f"port out of range: {said!r}")
    return int(said)


def _read_alike(said: str, host: str) -> bool:
    """Whether a host as written can only be read as `host`.

    Numbers have one spelling. Names in other scripts must come out the same by IDNA 2003 (Python's, Twisted's) and by
    UTS 46 (browsers'), and must not turn into a plain name: `ｓｈｏｐ。example` would.
    """
    if said.startswith("["):
        return True
    said = said.lower().removesuffix(".")
    if said.isascii():
        return said == host
    labels, spelled = host.split("."), said.split(".")
    if len(labels) != len(spelled):
        return False
    for label, text in zip(labels, spelled, strict=True):
        if label != text if text.isascii() else not label.startswith("xn--"):
            return False
    try:
        return said.encode("idna").decode("ascii") == host
    except UnicodeError:
        return True


def _host_refusal(found: Target) -> str | None:
    host = found.host
    if found.address is not None:
        return None if public(host) else f"{REFUSED}: {host} is not a public address"
    suffixes = {host, host.rpartition(".")[2], ".".join(host.split(".")[-2:])}
    if suffixes & _PRIVATE_SUFFIXES:
        return f"{REFUSED}: {host} is a name of this machine or of a private network, not a public address"
    if host in _METADATA_NAMES:
        return f"{REFUSED}: {host} answers clouds' own machines, not a public address"
    if "." not in host:
        return f"{REFUSED}: {host} is a name without a domain, not a public address"
    return None


def _entry(entry: str) -> tuple[str, int | None]:
    """`[::1]:80` → `("::1", 80)`. An entry that no URL can match stays as it is."""
    entry = entry.strip().lower()
    try:
        return str(ipaddress.ip_address(entry)), None
    except ValueError:
        pass
    try:
        found = target(f"http://{entry}")
    except AddressRefused:
        return entry, None
    return found.host, found.port if re.search(r":\d+$", entry) else None


def _refused(why: str) -> AddressRefused:
    return AddressRefused(f"{REFUSED}: {why}")
