"""Which split a product is in, and how little moves when products are added."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.corpus.splits import DEFAULTS, components, read_shares, split_of

NAMES = st.lists(st.text("abcdef", min_size=1, max_size=4), min_size=1, max_size=12, unique=True)
SHARES = read_shares({})


def test_shares_are_kept_over_many_products() -> None:
    groups = components([f"shop.example/{n}" for n in range(4000)], [])
    counts = Counter(split_of(group, SHARES) for group in groups.values())
    assert {name: round(count / 4000, 1) for name, count in counts.items()} == {
        name: float(str(share)) for name, share in DEFAULTS.items()
    }


def test_a_share_that_is_not_named_is_none() -> None:
    assert read_shares({"train": Decimal(1)}) == {"train": 1, "validation": 0, "test": 0}


@given(NAMES, st.data())
@settings(max_examples=100, deadline=None)
def test_linked_products_are_one_component_in_any_order(products: list[str], data: st.DataObject) -> None:
    links = data.draw(st.lists(st.lists(st.sampled_from(products), min_size=2, max_size=3), max_size=8))
    found = components(products, links)
    assert all(len({found[product] for product in link}) == 1 for link in links)
    assert found == components(sorted(products), list(reversed(links)))


@given(NAMES, st.text("gh", min_size=1, max_size=4))
@settings(max_examples=100, deadline=None)
def test_a_product_without_links_moves_nothing(products: list[str], newcomer: str) -> None:
    links = [products[:2], products[1:4]]
    before = components(products, links)
    after = components([*products, newcomer], links)
    assert all(after[product] == group for product, group in before.items())


def test_a_product_that_joins_two_components_moves_one_of_them() -> None:
    before = components(["a", "b", "c"], [["a", "b"]])
    after = components(["a", "b", "c", "d"], [["a", "b"], ["b", "d"], ["d", "c"]])
    least = min(before.values())
    assert set(after.values()) <= {least, min(components(["d"], []).values())}
