"""Sets of labelled pairs. A folder with train.csv.gz, valid.csv.gz and test.csv.gz is a set; the last may be missing,
and for valid every fifth row of train stands in.

Columns are `l_NAME` and `r_NAME` for the two sides, `label` 1 or 0, and `idl`, `idr` where records have numbers. Title,
brand, model and description are found by name, a column like `品牌#:#李宁#;#货号#:#996` is taken apart, every other one
becomes an attribute. Columns and attributes that hold prices are left out.
"""

from __future__ import annotations

import csv
import gzip
import random
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipelines.match.learned.wording import Wording, price_like

SPLITS = ("train", "valid", "test")
_MEANS = {
    "title": "title", "name": "title", "brand": "brand", "manufacturer": "brand", "model": "model", "modelno": "model",
    "mpn": "model", "desc": "description", "description": "description",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pairs:
    """`left[n]` and `right[n]` are a pair; `ids` number its records; None where they only count rows."""

    left: list[Wording]
    right: list[Wording]
    labels: np.ndarray
    ids: list[tuple[str, str]] | None


def wording(row: dict[str, str], side: str) -> Wording:
    said: dict[str, list[str]] = {"title": [], "brand": [], "model": [], "description": []}
    attributes: list[tuple[str, str]] = []
    for column, value in row.items():
        name = column.removeprefix(side)
        if not column.startswith(side) or not value or price_like(name):
            continue
        if "#:#" in value:
            halves = [part.partition("#:#") for part in value.split("#;#")]
            attributes += [(name, value or name) for name, _, value in halves]
        elif name in _MEANS:
            said[_MEANS[name]].append(value)
        else:
            attributes.append((name, value))
    parts = {name: " ".join(texts) for name, texts in said.items()}
    if not parts["title"] and attributes:
        parts["title"] = attributes.pop(0)[1]
    return Wording(**parts, attributes=tuple(attributes))


def read_set(folder: Path) -> dict[str, Pairs]:
    """The splits that are there."""
    found = {}
    for split in SPLITS:
        path = folder / f"{split}.csv.gz"
        if path.is_file():
            with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
                found[split] = _pairs(list(csv.DictReader(file)))
    if "valid" not in found:
        rest, fifth = (
            [at for at in range(len(found["train"].labels)) if (at % 5 == 0) == held] for held in (False, True)
        )
        found = {"train": _part(found["train"], rest), "valid": _part(found["train"], fifth)} | {
            split: pairs for split, pairs in found.items() if split != "train"
        }
    return found


def _part(pairs: Pairs, rows: list[int]) -> Pairs:
    ids = None if pairs.ids is None else [pairs.ids[at] for at in rows]
    return Pairs([pairs.left[at] for at in rows], [pairs.right[at] for at in rows], pairs.labels[rows], ids)


def _pairs(rows: list[dict[str, str]]) -> Pairs:
    ids = [(row.get("idl", ""), row.get("idr", "")) for row in rows]
    counted = len({left for left, _ in ids}) == len(rows) or not ids[0][0]
    return Pairs(
        [wording(row, "l_") for row in rows],
        [wording(row, "r_") for row in rows],
        np.array([int(row["label"]) for row in rows]),
        None if counted else ids,
    )


def read_sets(data: Path | None, only: list[str]) -> dict[str, dict[str, Pairs]]:
    """Every set below a folder, by name; made-up ones without a folder."""
    if data is None:
        return {"made-up": made_up()}
    folders = sorted(path.parent for path in data.glob("*/train.csv.gz"))
    folders = [folder for folder in folders if not only or folder.name in only]
    if not folders:
        sys.exit(f"{data}: no folders with train.csv.gz; --data wants the folder above them")
    return {folder.name: read_set(folder) for folder in folders}


def made_up() -> dict[str, Pairs]:
    """Invented goods, each written in two ways, beside others of the same series."""
    dice = random.Random(20261123)
    lines = [
        f"{brand} {thing}"
        for brand in ("Lanzhi", "Orvel", "Kanto", "Miroa")
        for thing in ("camera", "kettle", "speaker")
    ]

    def of(count: int) -> Pairs:
        left, right, labels = [], [], []
        for _ in range(count):
            line, number = dice.choice(lines), dice.randint(100, 999)
            other = number if (same := dice.random() < 0.3) else number + dice.randint(1, 9)
            left.append(
                Wording(title=f"{line} KX-{number}{dice.choice('AB')} {dice.choice(('black', 'white', 'new'))}")
            )
            right.append(Wording(title=f"{dice.choice(('', 'New '))}{line.split()[0]} KX{other} {line.split()[1]}"))
            labels.append(int(same))
        return Pairs(left, right, np.array(labels), None)

    return {"train": of(600), "valid": of(200), "test": of(200)}
