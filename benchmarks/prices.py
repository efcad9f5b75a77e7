"""How many texts a second do the price and quantity readers read, beside price-parser?

`first` empties the readers' memories before each round, so that every text is read for the first time; `again` keeps
them, as a crawl does, where pages repeat each other's prices. price-parser reads one number and a mark and has neither
labels, promotions nor counts, so the rows of texts with words compare unlike work. All run in turns, `--rounds` times;
rates are texts per second of the median round.

`--data DIR` is a folder with `price_parser_examples.jsonl`, `price_cases.tsv` and `quantity_cases.tsv`; without it the
texts are made up.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from price_parser import Price
from rich.console import Console
from rich.table import Table

from pipelines.normalize.money import kept_readings, read_price
from pipelines.normalize.quantity import kept_quantities, read_quantity

_FIELDS = ("¥{}", "￥{}.00", "${}.99", "{},90 €", "{} kr", "Rs.{}", "{}", "£{}.50", "HK${}", "{}円")
_WORDY = (
    "专柜价¥1{0} 直播价¥{0}", "券后价¥{0}", "满300减50 ¥{0}", "定金50 尾款{0}", "{0}元3件", "was $9{0} now ${0}",
    "通常価格 1{0}円 セール価格 {0}円", "statt 9{0} € jetzt {0} €", "月销2万+ ¥{0}", "第二件半价 ¥{0}",
)  # fmt: skip
_TITLES = (
    "露岚 精华液 {0}ml*2瓶 赠5ml*3", "Serum {0} ml (Pack of 3)", "面膜 {0}片*4盒", "纸巾 {0}抽*24包 整箱",
    "化粧水 {0}mL×2本", "Duschgel 6 x {0} ml", "洗面奶{0}g 买2送1", "连衣裙 {0}码", "Cat food {0}g x 48",
)  # fmt: skip


def made_up(patterns: tuple[str, ...], count: int) -> list[str]:
    """`count` different texts after the patterns."""
    dice = random.Random(20261123)
    numbers = dice.sample(range(10, 10 + count), count)
    return [patterns[n % len(patterns)].format(number) for n, number in enumerate(numbers)]


def corpora(folder: Path | None) -> dict[str, list[str]]:
    """The texts of each row of the table; `titles` are for the quantity reader."""
    if folder is None:
        return {"fields": made_up(_FIELDS, 2_000), "wordy": made_up(_WORDY, 2_000), "titles": made_up(_TITLES, 2_000)}

    def column(name: str) -> list[str]:
        lines = (folder / name).read_text("utf-8").splitlines()
        return [line.split("\t")[0] for line in lines if line and not line.startswith("#")]

    try:
        examples = (folder / "price_parser_examples.jsonl").read_text("utf-8").splitlines()
        fields = [text for line in examples if (text := json.loads(line)["text"])]
        return {"fields": fields, "wordy": column("price_cases.tsv"), "titles": column("quantity_cases.tsv")}
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}; --data wants the folder of the price samples")


def _seconds(read: Callable[[str], object], texts: list[str]) -> float:
    start = time.perf_counter()
    for text in texts:
        read(text)
    return time.perf_counter() - start


def rates(texts: list[str], *, titles: bool, rounds: int) -> dict[str, int]:
    """Texts per second: ours at first sight and again, and the peer's where there is one."""
    read, kept = (read_quantity, kept_quantities) if titles else (read_price, kept_readings)
    took: dict[str, list[float]] = {"first": [], "again": []}
    if not titles:
        took["price-parser"] = []
    _seconds(read, texts)
    for _ in range(rounds):
        kept.cache_clear()
        took["first"].append(_seconds(read, texts))
        took["again"].append(_seconds(read, texts))
        if not titles:
            took["price-parser"].append(_seconds(Price.fromstring, texts))
    return {name: round(len(texts) / statistics.median(times)) for name, times in took.items()}


def main() -> None:
    """Print the table and, last, one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="folder with the price samples")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    found = {
        name: {"texts": len(texts), **rates(texts, titles=name == "titles", rounds=arguments.rounds)}
        for name, texts in corpora(arguments.data).items()
    }
    table = Table("texts", "count", "first /s", "again /s", "price-parser /s", title="Reading prices and quantities")
    for name, row in found.items():
        cells = [row["texts"], row["first"], row["again"], row.get("price-parser")]
        table.add_row(name, *("–" if cell is None else f"{cell:,}" for cell in cells))
    Console().print(table)
    print(json.dumps({"rows": found, "rounds": arguments.rounds, "unit": "texts per second"}))


if __name__ == "__main__":
    main()
