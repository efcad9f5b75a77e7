"""The labelled sample that ships: places, hashes and topics, and no text."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

from pipelines.complaints import TOPICS

LABELS = Path(__file__).parents[3] / "benchmarks" / "labels" / "complaints.tsv"


def test_every_row_is_a_place_a_hash_and_known_topics() -> None:
    with LABELS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert len(rows) >= 600
    assert len({row["sha256"] for row in rows}) == len({(row["file"], row["row"]) for row in rows}) == len(rows)
    for row in rows:
        assert list(row) == ["file", "row", "sha256", "stratum", "half", "topics"]
        assert re.fullmatch(r"[0-9a-f]{16}", row["sha256"])
        assert row["half"] == ("dev" if int(row["sha256"][:8], 16) % 2 else "test")
        assert row["topics"].split() == [topic for topic in TOPICS if topic in row["topics"].split()]
        assert row["topics"].isascii()
    halves = Counter(row["half"] for row in rows)
    assert abs(halves["dev"] - halves["test"]) < len(rows) / 10
    assert len({row["file"] for row in rows}) >= 4
