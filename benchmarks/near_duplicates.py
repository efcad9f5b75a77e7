"""Are near-duplicate texts found, all and no others, and how fast, beside datasketch?

`--data FILE` is a tab-separated file whose last column is the text (`id`, `id of the text it was edited from`, `edit`,
text). The truth is every pair of rows whose normalized texts have a character-bigram Jaccard of at least 0.7, found by
an exact join: with bigrams from rare to frequent, two such texts share one of their first |x| - ceil(0.7|x|) + 1
bigrams (Chaudhuri, Ganti, Kaushik 2006). Each method runs in a process of its own, from raw text to pairs; pairs of
equal texts count like any other. `--copies N` puts N numbered copies of the file together, for growth.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from math import ceil
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from crawler.memory import prepare_for_many
from pipelines.signals.alike import alike_pairs
from pipelines.signals.forms import plain

JACCARD = 0.7
Pairs = set[tuple[int, int]]


def bigrams(text: str) -> frozenset[str]:
    """Overlapping pairs of characters; the text itself when it has one."""
    return frozenset(map(str.__add__, text, text[1:])) or frozenset((text,))


def texts_of(path: Path, copies: int) -> list[str]:
    """The texts; of further copies each has a word of its own, which makes its bigrams different from all others."""
    try:
        said = [line.rpartition("\t")[2] for line in path.read_text("utf-8").split("\n") if line]
    except OSError as error:
        sys.exit(f"{path}: {error.strerror}; --data wants a file whose last column is the text")
    return said + [_shifted(text, n) for n in range(1, copies) for text in said]


def _shifted(text: str, n: int) -> str:
    """The text with every Han character moved by n places: other words of the same length and repetition."""
    return "".join(chr(0x4E00 + (ord(c) - 0x4E00 + 97 * n) % 20_000) if "\u4e00" <= c <= "\u9c00" else c for c in text)


def ours(texts: list[str]) -> Iterable[tuple[int, int]]:
    """Pairs of different normalized texts, by position in the sorted list of them."""
    return alike_pairs(sorted({said for said in map(plain, texts) if said}), JACCARD)


def exact(texts: list[str]) -> Iterable[tuple[int, int]]:
    """The same by the exact join."""
    grams = [bigrams(text) for text in sorted({said for said in map(plain, texts) if said})]
    frequency = Counter(gram for found in grams for gram in found)
    rank = {gram: at for at, gram in enumerate(sorted(frequency, key=lambda gram: (frequency[gram], gram)))}
    ranked = [sorted(rank[gram] for gram in found) for found in grams]
    index: dict[int, list[int]] = defaultdict(list)
    for at in sorted(range(len(grams)), key=lambda position: (len(ranked[position]), position)):
        size = len(ranked[at])
        near: set[int] = set()
        for gram in ranked[at][: size - ceil(JACCARD * size) + 1]:
            near.update(other for other in index[gram] if len(ranked[other]) >= JACCARD * size)
            index[gram].append(at)
        for other in near:
            shared = len(grams[at] & grams[other])
            if 10 * shared >= 7 * (size + len(grams[other]) - shared):
                yield min(at, other), max(at, other)


def datasketch(texts: list[str]) -> Iterable[tuple[int, int]]:
    """Its usual recipe: MinHash of 128 permutations, LSH at 0.7, what the index answers."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=JACCARD, num_perm=128)
    for at, text in enumerate(sorted({said for said in map(plain, texts) if said})):
        sketch = MinHash(num_perm=128)
        sketch.update_batch([gram.encode() for gram in bigrams(text)])
        for other in index.query(sketch):
            yield int(other), at
        index.insert(at, sketch)


METHODS: dict[str, Callable[[list[str]], Iterable[tuple[int, int]]]] = {
    "daihuo": ours, "datasketch": datasketch, "exact join": exact,
}  # fmt: skip


def measured(name: str, path: Path, copies: int) -> dict[str, Any]:
    """Pairs, seconds and peak memory of a method, in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_work, (name, path, copies))


def _work(name: str, path: Path, copies: int) -> dict[str, Any]:
    texts = texts_of(path, copies)
    # As in the verb that looks for alike texts; each method has the good of it.
    prepare_for_many()
    start = time.perf_counter()
    pairs = set(METHODS[name](texts))
    took = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return {"pairs": pairs, "texts": len(texts), "seconds": took, "mb": peak / 1e6}


def of_rows(pairs: Pairs, texts: list[str]) -> tuple[int, int]:
    """How many pairs of rows these pairs of texts are: (by different texts, by equal texts)."""
    counts = Counter(said for said in map(plain, texts) if said)
    size = [counts[text] for text in sorted(counts)]
    return sum(size[low] * size[high] for low, high in pairs), sum(n * (n - 1) // 2 for n in size)


def main() -> None:
    """Print the table and, last, one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="file whose last tab-separated column is the text")
    parser.add_argument("--copies", type=int, default=1, help="so many differently worded copies of the file")
    parser.add_argument("--only", choices=list(METHODS), help="one method, without the truth")
    arguments = parser.parse_args()
    names = [arguments.only] if arguments.only else list(METHODS)
    found = {name: measured(name, arguments.data, arguments.copies) for name in names}
    truth = found["exact join"]["pairs"] if "exact join" in found else None
    texts = texts_of(arguments.data, arguments.copies)
    count = found[names[0]]["texts"]
    table = Table("method", "pairs of rows", "precision", "recall", "texts/s", "peak MB", title=f"{count:,} texts")
    result: dict[str, Any] = {}
    for name, one in found.items():
        different, equal = of_rows(one["pairs"], texts)
        row: dict[str, Any] = {"pairs": different + equal, "seconds": round(one["seconds"], 2), "mb": round(one["mb"])}
        row["texts/s"] = round(count / one["seconds"])
        if truth is not None:
            right = of_rows(one["pairs"] & truth, texts)[0] + equal
            row |= {"precision": right / (different + equal), "recall": right / sum(of_rows(truth, texts))}
        shares = [f"{row[key]:.4f}" if key in row else "–" for key in ("precision", "recall")]
        table.add_row(name, f"{row['pairs']:,}", *shares, f"{row['texts/s']:,}", f"{row['mb']:,}")
        result[name] = row
    Console().print(table)
    print(json.dumps({"texts": count, "methods": result}))


if __name__ == "__main__":
    main()
