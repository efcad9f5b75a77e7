"""Order of the tests: those that need a browser or take long come last, one after another on one worker."""

from __future__ import annotations

import pytest

LAST = ("browser", "slow")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _is_last(item):
            # With `--dist loadgroup` a group is one piece of work: two Chromiums would take each other's time.
            item.add_marker(pytest.mark.xdist_group("last"))
    items.sort(key=_is_last)


def _is_last(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in LAST)
