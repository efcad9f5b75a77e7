"""How many price texts are read right, wrong or not at all, and how many a second, beside price-parser?

`--data DIR` is a folder with `price_parser_examples.jsonl` (price-parser's own examples: amount and currency outside
of its expected failures, the amount alone in them) and `price_cases.tsv` (amount, upper end, currency and count);
without it the texts are made up and only the rates are printed. A reading without the expected amount is null, any
other that differs is wrong.

`first` empties the readers' memories before each round, so that every text is read for the first time; `again` keeps
them, as a crawl does, where pages repeat each other's prices. price-parser reads one number and a mark and has neither
labels, promotions nor counts, so the row of texts with words compares unlike work. All run in turns, `--rounds` times;
rates are texts per second of the median round.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from price_parser import Price
from rich.console import Console
from rich.table import Table

from pipelines.normalize import choose, currency, labels, plain_price, price_currency
from pipelines.normalize.marks import codes_of
from pipelines.normalize.money import PriceReading, kept_readings, read_price

_FIELDS = ("¥{}", "￥{}.00", "${}.99", "{},90 €", "{} kr", "Rs.{}", "{}", "£{}.50", "HK${}", "{}円")
_WORDY = (
    "专柜价¥1{0} 直播价¥{0}", "券后价¥{0}", "满300减50 ¥{0}", "定金50 尾款{0}", "{0}元3件", "was $9{0} now ${0}",
    "通常価格 1{0}円 セール価格 {0}円", "statt 9{0} € jetzt {0} €", "月销2万+ ¥{0}", "第二件半价 ¥{0}",
)  # fmt: skip


def made_up(patterns: tuple[str, ...], count: int) -> list[str]:
    """`count` different texts after the patterns."""
    dice = random.Random(20261123)
    numbers = dice.sample(range(10, 10 + count), count)
    return [patterns[n % len(patterns)].format(number) for n, number in enumerate(numbers)]


def _grade(found: Decimal | None, expected: Decimal | None, rest_right: bool) -> str:
    same = (found is None) == (expected is None) and (
        found is None or expected is None or abs(found - expected) < Decimal("1e-9")
    )
    if same and rest_right:
        return "right"
    return "null" if found is None and not same else "wrong"


def _right_currency(reading: PriceReading, mark: str | None) -> bool:
    codes = codes_of(mark) if mark else ()
    doubted = any(issue.why.startswith("ambiguous currency") for issue in reading.issues)
    if reading.currency is None:
        return not codes or (len(codes) > 1 and doubted)
    return reading.currency in codes


def grade_examples(lines: list[str]) -> dict[str, Counter[str]]:
    """price-parser's examples → right, wrong and null, its expected failures apart."""
    grades: dict[str, Counter[str]] = {"examples": Counter(), "examples (xfail)": Counter()}
    for line in lines:
        case = json.loads(line)
        failing = case["group"].startswith("xfail")
        reading = read_price(
            case["text"] or "", currency_hint=case["currency_hint"], decimal_separator=case["decimal_separator"]
        )
        expected = None if case["amount"] is None else Decimal(case["amount"])
        currency_right = failing or _right_currency(reading, case["currency_symbol"])
        grades["examples (xfail)" if failing else "examples"][_grade(reading.amount, expected, currency_right)] += 1
    return grades


def grade_cases(rows: list[list[str]]) -> Counter[str]:
    """Rows of text, amount, upper end, currency and count → right, wrong and null."""
    grades: Counter[str] = Counter()
    for text, amount, top, code, count in rows:
        reading = read_price(text)
        expected = (Decimal(top) if top else None, code or None, int(count or 1))
        rest = (reading.amount_max, reading.currency, reading.count) == expected
        grades[_grade(reading.amount, Decimal(amount) if amount else None, rest)] += 1
    return grades


def load(folder: Path) -> tuple[list[str], list[list[str]]]:
    """The lines of the examples and the rows of the cases."""
    try:
        lines = (folder / "price_parser_examples.jsonl").read_text("utf-8").splitlines()
        rows = [
            (line.split("\t") + [""] * 5)[:5]
            for line in (folder / "price_cases.tsv").read_text("utf-8").splitlines()
            if line and not line.startswith("#")
        ]
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}; --data wants the folder of the price samples")
    return lines, rows


def forget() -> None:
    """Empty every memory that a reading fills."""
    kept_readings.cache_clear()
    price_currency.currency_of_mark.cache_clear()
    plain_price.prefix_of.cache_clear()
    choose.payable_with.cache_clear()
    currency.currency_of.cache_clear()
    labels.kind_of_label.cache_clear()


def _seconds(read: Callable[[str], object], texts: list[str]) -> float:
    start = time.perf_counter()
    for text in texts:
        read(text)
    return time.perf_counter() - start


def rates(texts: list[str], rounds: int) -> dict[str, int]:
    """Texts per second: ours at first sight and again, and price-parser's."""
    took: dict[str, list[float]] = {"first": [], "again": [], "price-parser": []}
    _seconds(read_price, texts)
    for _ in range(rounds):
        forget()
        took["first"].append(_seconds(read_price, texts))
        took["again"].append(_seconds(read_price, texts))
        took["price-parser"].append(_seconds(Price.fromstring, texts))
    return {name: round(len(texts) / statistics.median(times)) for name, times in took.items()}


def main() -> None:
    """Print the tables and, last, one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="folder with the price samples")
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    corpora = {"fields": made_up(_FIELDS, 2_000), "wordy": made_up(_WORDY, 2_000)}
    grades: dict[str, Counter[str]] = {}
    if arguments.data is not None:
        lines, rows = load(arguments.data)
        grades = {**grade_examples(lines), "cases": grade_cases(rows)}
        corpora = {
            "examples": [text for line in lines if (text := json.loads(line)["text"])],
            "cases": [row[0] for row in rows],
        }
        table = Table("file", "right", "wrong", "null", title="Reading prices")
        for name, grade in grades.items():
            table.add_row(name, *(f"{grade[key]:,}" for key in ("right", "wrong", "null")))
        Console().print(table)
    found = {name: {"texts": len(texts), **rates(texts, arguments.rounds)} for name, texts in corpora.items()}
    table = Table("texts", "count", "first /s", "again /s", "price-parser /s", "first : price-parser")
    for name, row in found.items():
        cells = (row["texts"], row["first"], row["again"], row["price-parser"])
        table.add_row(name, *(f"{cell:,}" for cell in cells), f"{row['first'] / row['price-parser']:.2f}")
    Console().print(table)
    graded = {name: {key: grade[key] for key in ("right", "wrong", "null")} for name, grade in grades.items()}
    print(json.dumps({"grades": graded, "rows": found, "rounds": arguments.rounds, "unit": "texts per second"}))


if __name__ == "__main__":
    main()
