"""The shape of a quantity: parts bought, parts given, shade."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Unit = Literal["ml", "g", "pcs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """`count` units of `size` `unit` each: 50ml*2 is Part(size=50, unit="ml", count=2)."""

    size: Decimal
    unit: Unit
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """What is bought (`parts`), what comes free (`gifts`) and the shade code."""

    parts: tuple[Part, ...] = ()
    gifts: tuple[Part, ...] = ()
    shade: str | None = None
