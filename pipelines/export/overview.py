"""What the report opens with: what matters most, what was and was not seen, what could not be told, and the indexes."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import floor
from typing import Any

from pipelines.export.claims import VERDICT_ORDER, ClaimView

CLAIM_WORDS = ("contradicted", "supported", "not_testable")
_MOST_POINTS = 8
_NAMED = 25
_BIN = Decimal("0.05")
_FARTHEST = Decimal(1)
# What makes two reasons differ though they say one thing: addresses, times, numbers, quoted words.
_PARTICULAR = re.compile(r"https?://\S+|“[^”]*”|\([^()]*\)|[\d.,:TZ+-]*\d[\d.,:TZ+-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One finding that matters: which claim, what kind of finding (a key of `[matters]` in the words), the sentence."""

    kind: str
    claim: ClaimView
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """Claims that ended without an answer for one reason; `example` is the sentence of the first."""

    example: str
    claims: list[ClaimView]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """`official` counts the official offers named, seen and compared; `streamers` are sorted by number of claims."""

    counts: Counter[str | None]
    words: Counter[str | None]
    points: list[Point]
    points_left: int
    untold: list[Untold]
    official: dict[str, int]
    groups: list[tuple[str, list[ClaimView]]]
    streamers: list[tuple[str, list[ClaimView]]]


def overview(ranked: Sequence[ClaimView]) -> Overview:
    """All of it, from the claims in the order in which they are shown."""
    points = _points(ranked)
    streamers: dict[str, list[ClaimView]] = defaultdict(list)
    groups: dict[str, list[ClaimView]] = defaultdict(list)
    for claim in ranked:
        streamers[claim.row["streamer"] or ""].append(claim)
        groups[claim.verdict or "none"].append(claim)
    return Overview(
        counts=Counter(claim.verdict for claim in ranked),
        words=Counter(claim.row["claim_verdict"] for claim in ranked if claim.row["claim_verdict"]),
        points=points[:_MOST_POINTS],
        points_left=max(0, len(points) - _MOST_POINTS),
        untold=_untold(ranked),
        official={
            name: sum(int(claim.coverage.get(name) or 0) for claim in ranked) for name in ("named", "seen", "compared")
        },
        groups=[(word, groups[word]) for word in (*VERDICT_ORDER, "none") if groups[word]],
        streamers=sorted(streamers.items(), key=lambda pair: (-len(pair[1]), pair[0])),
    )


def _points(ranked: Sequence[ClaimView]) -> list[Point]:
    """What speaks against a claim, the strongest kind first; each claim once."""
    found: list[Point] = []
    for claim in ranked:
        refuted = next((each for each in claim.tested if each["verdict"] == "contradicted"), None)
        if refuted:
            found.append(Point(kind="contradicted", claim=claim, text=refuted["why"]))
    for kind in ("raised_before", "dropped_after"):
        for claim in ranked:
            told = next((each for each in claim.findings if each["rule"] == kind and each["answer"] == "differs"), None)
            if told:
                found.append(Point(kind=kind, claim=claim, text=told["text"]))
    for word in ("dearer_at_streamer", "different_product"):
        found += [
            Point(kind=word, claim=claim, text=claim.reasons[0])
            for claim in ranked
            if claim.verdict == word and claim.reasons
        ]
    once: dict[str, Point] = {}
    for point in found:
        once.setdefault(point.claim.row["id"], point)
    return list(once.values())


def _untold(ranked: Sequence[ClaimView]) -> list[Untold]:
    groups: dict[str, Untold] = {}
    for claim in ranked:
        if claim.verdict == "cannot_tell" and claim.reasons:
            kind = _PARTICULAR.sub("…", claim.reasons[0])
            groups.setdefault(kind, Untold(example=claim.reasons[0], claims=[])).claims.append(claim)
    return sorted(groups.values(), key=lambda group: -len(group.claims))


def gap_rows(ranked: Sequence[ClaimView], name: Any) -> tuple[str, dict[str, list[Any]]] | None:
    """The kind of chart for how far the promoted prices are from the official ones, and its rows.

    Few claims are named, many are counted in steps of 5 %; None without any. `name` makes a label of a claim.
    """
    told = [(claim, claim.gap) for claim in ranked if claim.gap is not None and claim.verdict in VERDICT_ORDER[:4]]
    if not told:
        return None
    zero = [{"gap": 0}]
    if len(told) <= _NAMED:
        told.sort(key=lambda pair: -pair[1])
        rows = [{"name": name(claim), "gap": float(gap), "verdict": claim.verdict} for claim, gap in told]
        return "gaps", {"claims": rows, "zero": zero}
    bins: Counter[tuple[Decimal, str | None]] = Counter()
    for claim, gap in told:
        near = max(-_FARTHEST, min(_FARTHEST - _BIN, gap))
        bins[floor(near / _BIN) * _BIN, claim.verdict] += 1
    return "spread", {
        "bins": [
            {"low": float(low), "high": float(low + _BIN), "count": count, "verdict": verdict}
            for (low, verdict), count in sorted(bins.items(), key=lambda pair: (pair[0][0], str(pair[0][1])))
        ],
        "zero": zero,
    }
