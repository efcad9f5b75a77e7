"""Which split a product's reviews are in: train, validation or test, so that alike texts never stand in two of them.

Products that share a cluster of alike texts, also by way of other products, are one component and go together. A
component is named by the least SHA-256 of its products' names, and that number decides its split: what is added
elsewhere moves nothing, and a product that joins a component moves at most the side with the greater name. Shares are
therefore shares of components; how many reviews fall into each split is counted afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from hashlib import sha256

from pipelines.errors import DatasetInvalid, Problem

SPLITS = ("train", "validation", "test")
# Parameters `[rules.splits]` of dataset.toml.
DEFAULTS: dict[str, object] = {"train": Decimal("0.8"), "validation": Decimal("0.1"), "test": Decimal("0.1")}


def read_shares(given: Mapping[str, object]) -> dict[str, Decimal]:
    """The shares of the three splits, which add up to 1. Raises `DatasetInvalid` for unknown names and other sums."""
    try:
        shares = {name: Decimal(str(given.get(name, DEFAULTS[name] if not given else 0))) for name in SPLITS}
        sound = set(given) <= set(SPLITS) and min(shares.values()) >= 0 and sum(shares.values()) == 1
    except InvalidOperation:
        sound = False
    if not sound:
        what = ", ".join(f"{name} = {value}" for name, value in given.items())
        expected = "train, validation and test, decimals that add up to 1"
        raise DatasetInvalid(
            [Problem(file="dataset.toml", column="rules.splits", what="bad shares", expected=expected, found=what)]
        )
    return shares


def components(products: Iterable[str], linked: Iterable[Sequence[str]]) -> dict[str, str]:
    """Product → component, 64 hexadecimal digits. `linked` are groups of products that share a cluster."""
    names = {product: sha256(product.encode("utf-8", "surrogatepass")).hexdigest() for product in products}
    above = {name: name for name in names.values()}

    def top(name: str) -> str:
        while above[name] != name:
            above[name] = name = above[above[name]]
        return name

    for group in linked:
        tops = sorted({top(names[product]) for product in group})
        for other in tops[1:]:
            above[other] = tops[0]
    return {product: top(name) for product, name in names.items()}


def split_of(component: str, shares: Mapping[str, Decimal]) -> str:
    """The split of a component: where its first 13 digits, as a share of all such numbers, fall."""
    place, end = Decimal(int(component[:13], 16)) / 16**13, Decimal(0)
    for name in SPLITS:
        end += shares[name]
        if place < end:
            return name
    return SPLITS[-1]
