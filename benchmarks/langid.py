"""How often is the language of a text told right, and how fast, beside langdetect alone?

`--data FILE` is a tab-separated file of text, language and source. zh, zh-cn and zh-tw count as one language; a second
column counts the script of Chinese apart. langdetect runs with seed 0 and all its languages; an `und` of the file is
right when it raises or answers nothing. `--chinese FILE` is a CSV with a column `content` or `review`: its texts are
read for speed alone. Rates are texts a second of the median round, after one text was read.
"""

from __future__ import annotations

import argparse
import csv
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import langdetect
from langdetect import DetectorFactory
from langdetect.lang_detect_exception import LangDetectException
from rich.console import Console
from rich.table import Table

from pipelines.normalize.language import detect

LATIN = frozenset({"en", "de", "fr", "es"})
LENGTHS = ((0, 10), (10, 30), (30, 100), (100, 10**9))
SCRIPTS = {"zh-cn": "zh-Hans", "zh-tw": "zh-Hant"}


def read(path: Path) -> list[tuple[str, str]]:
    """Text and language of every line."""
    try:
        lines = path.read_text("utf-8").split("\n")
    except OSError as error:
        sys.exit(f"{path}: {error.strerror}; --data wants a file of text, language and source, tab-separated")
    rows = [line.split("\t") for line in lines if line]
    bad = next((n for n, row in enumerate(rows, 1) if len(row) < 2), None)
    if bad is not None:
        sys.exit(f"{path}, line {bad}: expected text, tab, language; found {rows[bad - 1][0][:60]!r}")
    return [(row[0], row[1]) for row in rows]


def ours(text: str) -> str:
    return detect(text).language


def peer(text: str) -> str:
    try:
        return str(langdetect.detect(text))
    except LangDetectException:
        return "und"


def base(language: str) -> str:
    return language.lower().split("-")[0]


def shares(rows: list[tuple[str, str]], answers: list[str]) -> dict[str, float]:
    """Percent right: all, each language, Latin texts by length, the script of Chinese; and Han texts called Korean."""
    told = [
        (label, len(text), base(answer) == base(label), answer)
        for (text, label), answer in zip(rows, answers, strict=True)
    ]
    found = {"all": _percent([right for _, _, right, _ in told])}
    for language in sorted({base(label) for label, *_ in told}):
        found[language] = _percent([right for label, _, right, _ in told if base(label) == language])
    for low, high in LENGTHS:
        name = f"Latin {low}-{high - 1}" if high < 10**9 else f"Latin {low}-"
        found[name] = _percent([right for label, size, right, _ in told if label in LATIN and low <= size < high])
    found["script of Chinese"] = _percent(
        [answer == SCRIPTS[label] for label, _, _, answer in told if label in SCRIPTS]
    )
    found["Chinese called Korean"] = sum(base(answer) == "ko" for label, _, _, answer in told if base(label) == "zh")
    return found


def _percent(right: list[bool]) -> float:
    return round(100 * sum(right) / len(right), 2) if right else 0.0


def rate(work: Callable[[str], str], texts: list[str], rounds: int) -> int:
    took = []
    for _ in range(rounds):
        start = time.perf_counter()
        for text in texts:
            work(text)
        took.append(time.perf_counter() - start)
    return round(len(texts) / statistics.median(took))


def chinese(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return [row.get("content") or row.get("review") or "" for row in csv.DictReader(lines)][:20_000]


def main() -> None:
    """Print the tables and, last, one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="text, language, source; tab-separated")
    parser.add_argument("--chinese", type=Path, help="CSV of Chinese reviews, read for speed")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--wrong", action="store_true", help="list what was told wrong")
    arguments = parser.parse_args()
    DetectorFactory.seed = 0
    rows = read(arguments.data)
    for warm in ("words of a language", "Слова одного языка", "两种语言", "كلمات"):
        ours(warm), peer(warm)
    answers = [ours(text) for text, _ in rows]
    told = {"daihuo": shares(rows, answers), "langdetect": shares(rows, [peer(text) for text, _ in rows])}
    console = Console()
    table = Table("% right", "daihuo", "langdetect", title=f"{len(rows)} texts of {arguments.data.name}")
    for name, share in told["daihuo"].items():
        table.add_row(name, f"{share:g}", f"{told['langdetect'][name]:g}")
    console.print(table)
    texts = [text for text, _ in rows]
    rates = {"mixed": {"daihuo": rate(ours, texts, arguments.rounds), "langdetect": rate(peer, texts, 1)}}
    if arguments.chinese:
        some = chinese(arguments.chinese)
        rates["Chinese"] = {"daihuo": rate(ours, some, arguments.rounds), "langdetect": rate(peer, some[:1_000], 1)}
    table = Table("texts", "daihuo /s", "langdetect /s", "ratio", title="Speed")
    for name, pair in rates.items():
        table.add_row(name, *(f"{each:,}" for each in pair.values()), f"{pair['daihuo'] / pair['langdetect']:.0f}")
    console.print(table)
    if arguments.wrong:
        for (text, label), answer in zip(rows, answers, strict=True):
            if base(answer) != base(label):
                console.print(f"{label} told as {answer}: {text[:100]!r}", markup=False, soft_wrap=True)
    again = Counter(map(ours, reversed(texts))) == Counter(answers)
    console.print(f"the same answers in the other order: {'yes' if again else 'NO'}")
    print(json.dumps({"right": told, "per second": rates, "same in other order": again}))


if __name__ == "__main__":
    main()
