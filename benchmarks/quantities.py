"""How often is the quantity of a title right, wrong or missing, and how many titles a second beside quantulum3?

`cases` are titles with the parts, gifts and shade they state; right is all three. `sephora` are the texts of a shop
that state a size, against the shop's own column of sizes (bare numbers of it are ounces). `names` are product names
without truth: a reading above 50 kg, 50 l or 10,000 pieces, and any exception, is listed. Rates are titles per second
of the median of `--rounds` turns, our memories emptied before each; quantulum3 reads numbers with units and knows no
packs, gifts or totals, so it does less.

`--data DIR` is the folder of the samples (`prices/`, `matching/`, `reviews/`) or a folder with `quantity_cases.tsv`
alone; a missing file is named and its row left out. `--wrong` prints what disagrees, `--sample N` N readings of names.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import html
import json
import logging
import random
import re
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

from rich.console import Console
from rich.table import Table

from pipelines.normalize.quantity import Part, Quantity, kept_quantities, read_quantity

_OUNCE, _FLUID_OUNCE = Decimal("28.349523125"), Decimal("29.5735295625")
_BOUND = {"ml": 50_000, "g": 50_000, "pcs": 10_000}
_MADE_UP = ("露岚 精华液 {0}ml*2瓶 赠5ml*3", "Serum {0} ml (Pack of 3)", "面膜 {0}片*4盒", "洗面奶{0}g 买2送1")
_LINE = re.compile(r"(?P<size>[\d.]+)(?P<unit>ml|g|pcs) x(?P<count>\d+)")

Tally = dict[str, int]
Case = tuple[str, str]


def said(quantity: Quantity) -> str:
    """`50ml x2 + 5g x1 | gift 7ml x3 | shade 316`: the form of quantity_cases.tsv."""

    def line(parts: tuple[Part, ...]) -> str:
        return " + ".join(f"{part.size.normalize():f}{part.unit} x{part.count}" for part in parts)

    gifts = f" | gift {line(quantity.gifts)}" if quantity.gifts else ""
    return line(quantity.parts) + gifts + (f" | shade {quantity.shade}" if quantity.shade else "")


def _cases(path: Path) -> list[Case]:
    lines = path.read_text("utf-8").splitlines()
    return [(one, two) for one, _, two in (ln.partition("\t") for ln in lines if ln and not ln.startswith("#"))]


def _tally(cases: list[Case], right: Callable[[str, Quantity], bool], name: str, show: list[str]) -> Tally:
    found = {"right": 0, "wrong": 0, "null": 0}
    for title, truth in cases:
        quantity = read_quantity(title)
        verdict = "right" if right(truth, quantity) else "wrong" if quantity.parts else "null"
        found[verdict] += 1
        if verdict != "right":
            show.append(f"{name} {verdict}: {title!r} wants {truth!r}, read {said(quantity)!r}")
    return found


# In the shop's own column; a bare number is ounces: `1.7`, `3 x 0.7`, `0.95 oz x 4`, `25 Wipes`.
_COLUMN = re.compile(
    r"(?:(?P<n>\d+) ?x ?)?(?P<size>\d*\.?\d+) ?(?P<unit>oz\.?|[A-Za-z][A-Za-z-]*)?(?: ?x ?(?P<m>\d+))?\b", re.IGNORECASE
)
_STATES = re.compile(
    r"\d ?-?(?:oz|ounces?|fl|ml|g|kg|lbs?|wipes|pads|sheets|capsules|softgels|tablets|caplets|towelettes|cloths|masks|"
    r"strips|packettes|count|ct|pack|pieces|pcs|treatments)\b",
    re.IGNORECASE,
)


def _of_sephora(path: Path) -> tuple[list[Case], list[str]]:
    """Texts that state a size with the column's size, and all names."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [{key.split(".")[1].partition(":")[0]: v for key, v in row.items()} for row in csv.DictReader(lines)]
    cases = []
    for row in rows:
        for text in (html.unescape(row["variation_value"]), html.unescape(row["display_name"])):
            if _STATES.search(text) and _COLUMN.match(row["sku_size"].strip()):
                cases.append((text, row["sku_size"].strip()))
    return cases, [html.unescape(row["display_name"]) for row in rows]


def _agrees(column: str, quantity: Quantity) -> bool:
    match = _COLUMN.match(column)
    if match is None or len(quantity.parts) != 1:
        return False
    part, size, count = quantity.parts[0], Decimal(match["size"]), int(match["n"] or match["m"] or 1)
    ounces = match["unit"] is None or match["unit"].lower().startswith("oz")
    if part.unit == "pcs":
        return part.size * part.count == size * count and not (ounces and match["unit"])
    wanted = size * (_OUNCE if part.unit == "g" else _FLUID_OUNCE)
    # The column has two decimals, so a small size is rounded by up to half of the last one.
    rounding = wanted * Decimal("0.01") + Decimal("0.15")
    return ounces and part.count == count and abs(part.size - wanted) <= rounding


def _names(root: Path, missing: list[str]) -> Iterator[str]:
    """Product names of the reviews and of the pairs of offers."""
    csv.field_size_limit(2**31 - 1)
    for name in ("jd_aircon_comments.jsonl", "jd_shoes_reviews.csv"):
        path = root / "reviews" / name
        if not path.exists():
            missing.append(str(path))
        elif path.suffix == ".jsonl":
            yield from (json.loads(ln).get("referenceName") or "" for ln in path.open(encoding="utf-8") if ln.strip())
        else:
            with path.open(encoding="utf-8-sig", newline="") as lines:
                yield from (row["referenceName"] or "" for row in csv.DictReader(lines))
    for split in ("train", "valid", "test"):
        path = root / "matching" / "ember-ali-all" / f"{split}.csv.gz"
        if not path.exists():
            missing.append(str(path))
            continue
        with gzip.open(path, "rt", encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                yield from (row["l_title"], row["r_title"])


def read_names(names: list[str], show: list[str]) -> Tally:
    """How many names state a quantity; exceptions and readings above the bound."""
    found = {"names": len(names), "read": 0, "exceptions": 0, "above bound": 0}
    for name in names:
        try:
            quantity = read_quantity(name)
        except Exception as error:
            found["exceptions"] += 1
            show.append(f"exception: {name!r}: {error!r}")
            continue
        found["read"] += bool(quantity.parts)
        if any(part.size * part.count > _BOUND[part.unit] for part in (*quantity.parts, *quantity.gifts)):
            found["above bound"] += 1
            show.append(f"above bound: {name!r} read {said(quantity)!r}")
    return found


def _quantulum() -> Callable[[str], object] | None:
    logging.disable(logging.WARNING)
    try:
        from quantulum3 import parser
    except ImportError:
        return None

    def read(text: str) -> object:
        try:
            return parser.parse(text)
        except Exception:
            # It raises on some titles (a number word beside a sign); the time it took counts.
            return None

    return read


def rates(titles: list[str], rounds: int) -> dict[str, int | None]:
    """Titles per second at first sight: ours over all titles, quantulum3's over the first 200."""
    peer = _quantulum()
    few = titles[:200]
    ours: list[float] = []
    theirs: list[float] = []
    # A few titles are read many times over, the memories emptied each time: a clock measures no 20 titles.
    passes = max(1, 4_000 // len(titles))
    if peer is not None:
        peer(few[0])
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(passes):
            kept_quantities.cache_clear()
            for title in titles:
                read_quantity(title)
        ours.append((time.perf_counter() - start) / len(titles) / passes)
        if peer is not None:
            start = time.perf_counter()
            for title in few:
                peer(title)
            theirs.append((time.perf_counter() - start) / len(few))
    peer_rate = round(1 / statistics.median(theirs)) if theirs else None
    return {"daihuo": round(1 / statistics.median(ours)), "quantulum3": peer_rate}


def _gather(folder: Path, missing: list[str], show: list[str]) -> tuple[dict[str, Tally], list[str], list[str]]:
    """The tallies of each file that is there, the titles to time, and the product names."""
    alone = folder / "quantity_cases.tsv"
    cases = alone if alone.exists() else folder / "prices" / alone.name
    tallies: dict[str, Tally] = {}
    titles: list[str] = []
    if cases.exists():
        rows = _cases(cases)
        tallies[cases.name] = _tally(rows, lambda truth, read: said(read) == truth, "cases", show)
        titles += [title for title, _ in rows]
    else:
        missing.append(str(cases))
    sephora, names = folder / "matching" / "sephora_skus.csv", []
    if sephora.exists():
        rows, names = _of_sephora(sephora)
        tallies[sephora.name] = _tally(rows, _agrees, "sephora", show)
        titles += [title for title, _ in rows]
    else:
        missing.append(str(sephora))
    names = list(dict.fromkeys([*names, *_names(folder, missing)]))
    if names:
        tallies["names"] = read_names(names, show)
    return tallies, list(dict.fromkeys([*titles, *names])), names


def main() -> None:
    """Print the table and, last, one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="folder of the samples, or of quantity_cases.tsv alone")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--wrong", action="store_true", help="print each title that disagrees")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="print N random readings of the names")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    if arguments.data is not None and not arguments.data.is_dir():
        sys.exit(f"{arguments.data}: no such folder; --data wants the folder of the samples")
    missing: list[str] = []
    show: list[str] = []
    tallies, titles, names = _gather(arguments.data, missing, show) if arguments.data else ({}, [], [])
    if arguments.data and not titles:
        sys.exit("nothing to read: " + "; ".join(f"{path} is missing" for path in missing))
    dice = random.Random(20261123)
    if not titles:
        titles = [pattern.format(number) for number in range(10, 510) for pattern in _MADE_UP]
    dice.shuffle(titles)
    speed = rates(titles, arguments.rounds)
    console = Console(width=120)
    table = Table("file", "figures", title="Reading quantities")
    for name, tally in tallies.items():
        table.add_row(name, ", ".join(f"{count:,} {word}" for word, count in tally.items()))
    table.add_row(f"{len(titles):,} titles/s", ", ".join(f"{who} {rate or 'not here'}" for who, rate in speed.items()))
    console.print(table)
    always = [line for line in show if line.startswith(("exception", "above"))]
    for line in [*(show if arguments.wrong else always), *(f"not there: {path}" for path in missing)]:
        console.print(line, markup=False, highlight=False)
    with_reading = [name for name in names if read_quantity(name).parts] if arguments.sample else []
    for title in dice.sample(with_reading, min(arguments.sample, len(with_reading))):
        console.print(f"{said(read_quantity(title))}  <-  {title}", markup=False, highlight=False)
    print(json.dumps({"files": tallies, "titles": len(titles), "titles per second": speed, "missing": missing}))


if __name__ == "__main__":
    main()
