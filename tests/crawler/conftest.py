"""Hosts on loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from loopback import Starts, hosts


@pytest.fixture
def host() -> Iterator[Starts]:
    """`host(answer)` starts a server on a port of its own; see `loopback.Host`."""
    yield from hosts()
