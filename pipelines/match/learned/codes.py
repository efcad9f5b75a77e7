"""Model tokens of one record looked up in the other: whole, as beginnings, and as two numbers of one pattern."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from pipelines.match.learned.bags import Floats, Ints
from pipelines.match.learned.wording import Words

NAMES = (
    ("codes_found_least", "share of model numbers found on the other page, the side that finds fewer"),
    ("codes_found_most", "share of model numbers found on the other page, the side that finds more"),
    ("codes_in_title_most", "share of model numbers found in the other title"),
    ("code_found_longest", "length of the longest model number that both pages have"),
    ("code_missed_longest", "length of the longest model number that only one page has"),
    ("code_missed_both", "length of the model number that each page has and the other lacks"),
    ("code_beginning", "how much of their beginning two differing model numbers share"),
    ("codes_clash", "model numbers of one pattern that differ"),
    ("codes_stated", "on how many of the two pages a model number stands"),
    ("model_field", "the model fields: 1 equal, 0.5 one in the other, 0 differing"),
    ("model_field_found", "the model field of one page is on the other page"),
)


def compare(records: Sequence[Words], i: Ints, j: Ints) -> Floats:
    """One row a pair, columns as in `NAMES`; NaN where a page states nothing to compare."""
    rows = [_pair(records[left], records[right]) for left, right in zip(i.tolist(), j.tolist(), strict=True)]
    return np.array(rows, np.float64).reshape(len(rows), len(NAMES))


_NAN = float("nan")


def _pair(left: Words, right: Words) -> tuple[float, ...]:
    found_l = [token for token in left.models if token in right.compact]
    found_r = [token for token in right.models if token in left.compact]
    missed_l = [token for token in left.models if token not in right.compact]
    missed_r = [token for token in right.models if token not in left.compact]
    shares = [len(found) / len(side.models) for found, side in ((found_l, left), (found_r, right)) if side.models]
    titles = [
        sum(token in other.compact_title for token in side.models) / len(side.models)
        for side, other in ((left, right), (right, left))
        if side.models
    ]
    lengths = [max((len(token) for token in missed), default=0) for missed in (missed_l, missed_r)]
    beginning, clash = _near(missed_l, missed_r)
    return (
        min(shares, default=_NAN),
        max(shares, default=_NAN),
        max(titles, default=_NAN),
        max((len(token) for token in (*found_l, *found_r)), default=0),
        max(lengths),
        min(lengths),
        beginning,
        clash,
        len(shares),
        *_fields(left, right),
    )


def _near(left: list[str], right: list[str]) -> tuple[float, float]:
    if not left or not right:
        return _NAN, 0.0
    beginning, clash = 0.0, 0
    for one in left:
        for other in right:
            same = 0
            for a, b in zip(one, other, strict=False):
                if a != b:
                    break
                same += 1
            beginning = max(beginning, same / max(len(one), len(other)))
            clash += len(one) == len(other) and _pattern(one) == _pattern(other)
    return beginning, float(min(clash, 3))


def _fields(left: Words, right: Words) -> tuple[float, float]:
    found = [
        float(side.model in other.compact) for side, other in ((left, right), (right, left)) if len(side.model) >= 3
    ]
    if not left.model or not right.model:
        return _NAN, max(found, default=_NAN)
    if left.model == right.model:
        return 1.0, max(found, default=_NAN)
    inside = min(len(left.model), len(right.model)) >= 3 and (left.model in right.model or right.model in left.model)
    return 0.5 if inside else 0.0, max(found, default=_NAN)


_DIGIT, _LETTER = re.compile(r"\d"), re.compile(r"[a-z]")


def _pattern(token: str) -> str:
    return _LETTER.sub("a", _DIGIT.sub("0", token))
