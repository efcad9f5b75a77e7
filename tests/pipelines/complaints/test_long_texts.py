"""Texts without end or punctuation: the work grows with their length, not with its square."""

from __future__ import annotations

import pytest

from pipelines.complaints import topics_of
from pipelines.complaints.find import Hit, Match, _hits, _met
from pipelines.complaints.lexicon import lexicon

TEXTS = ("质量%s差", "破损、", "捡漏了", "terrible quality ", "没有任何的", "如果破损")


@pytest.mark.parametrize("text", TEXTS)
def test_a_long_text_is_read(text: str) -> None:
    many = "质量" * 4000 + "差" * 4000 if "%s" in text else text * 8000
    for places in topics_of(many).values():
        assert len(places) <= 8000


def test_pairs_are_sought_nearby_only() -> None:
    """As many halves as there are, each is paired with what stands within reach."""
    assert hits_of("质量" * 500 + "。" * 20 + "差" * 500) == []
    assert 0 < len(hits_of("质量" * 500 + "差" * 500)) < 100


def hits_of(text: str) -> list[Hit]:
    known = lexicon()
    matches: list[Match] = known.automaton.find_matches_as_indexes(text, overlapping=True)
    ((_, met, own),) = _met(known, matches, [len(text) + 1])
    return _hits(known, own, met, text)
