"""How well and how fast does the title scorer tell the same product from another one?

`--data DIR` is a folder of sets of labelled pairs (`DIR/abt-buy/train.csv.gz` …, see pairs/sets.py); without it the
pairs are made up. For each set the scorer is trained on `train`, its threshold chosen on `valid`, F1 told of `test`
(of `valid` where there is no test): mean and standard deviation over seeds, beside rapidfuzz token_set and the TF-IDF
cosine of letter groups under the same protocol. `permuted` is the scorer trained on shuffled labels, `all same` what
calling every pair the same gives: the first should not be far above the second, and its area under the ROC curve
(`permuted auc`) near 50. Blocking is recall of the positive pairs among the 10 closest right records of each left one.
Speed is pairs per second of processor time, best of three, from raw text to score.

--shipped  scores every set with the model that comes with the package, and with one that never saw the set; `sure` is
           what the latter's scores of 0.98 and more, each pair by itself, are worth
--train    writes that model from the training pairs of all sets
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

# One core: sums over threads may be added in another order, and speeds would say how many cores there are.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.pairs import peers, tables
from benchmarks.pairs.protocol import judged, ordered, precision_recall
from benchmarks.pairs.sets import Pairs, read_sets
from pipelines.match.blocking import candidates
from pipelines.match.learned import scorer as scoring
from pipelines.match.learned.scorer import FORMAT, MODEL, Scorer, chances
from pipelines.match.learned.trees import Trees

_K = 10
_SURE = 0.98
Splits = dict[str, Pairs]
Figures = dict[str, object]


def peer_figures(splits: Splits) -> dict[str, float]:
    """F1 of the two similarities."""
    everything = [wording for pairs in splits.values() for wording in (*pairs.left, *pairs.right)]
    judge = splits.get("test", splits["valid"])
    methods: dict[str, Callable[[Pairs], np.ndarray]] = {
        "token_set": lambda pairs: peers.token_set(pairs.left, pairs.right),
        "tfidf": lambda pairs: peers.char_cosine(everything, pairs.left, pairs.right),
    }
    return {
        name: round(judged(*((method(pairs), pairs.labels) for pairs in (splits["valid"], judge))), 1)
        for name, method in methods.items()
    }


def f1_of(model: Trees, found: tables.Set) -> float:
    scores = {split: model.logits(found.rows[split]) for split in {"valid": 0, found.judge: 0}}
    return judged(*((scores[split], found.labels[split]) for split in ("valid", found.judge)))


def blocking(splits: Splits) -> Figures:
    """Recall of the positive pairs; a record is its number where the set has numbers, else its text."""
    sides: tuple[dict[object, int], dict[object, int]] = ({}, {})
    titles: tuple[list[str], list[str]] = ([], [])
    same: set[tuple[int, int]] = set()
    for pairs in splits.values():
        for at, wordings in enumerate(zip(pairs.left, pairs.right, strict=True)):
            keys = wordings if pairs.ids is None else pairs.ids[at]
            for side in (0, 1):
                if sides[side].setdefault(keys[side], len(sides[side])) == len(titles[side]):
                    titles[side].append(wordings[side].title)
            if pairs.labels[at]:
                same.add((sides[0][keys[0]], sides[1][keys[1]]))
    close = candidates(*titles, k=_K)
    found = sum(right in close[left] for left, right in sorted(same))
    return {"left": len(titles[0]), "right": len(titles[1]), "recall": round(100 * found / max(1, len(same)), 2)}


def own(name: str, splits: Splits, seeds: int) -> Figures:
    """Everything about one set, with models trained on it alone."""
    found = tables.of_set(splits, known=True)
    scores = [f1_of(tables.own_model(found, seed), found) for seed in range(seeds)]
    labels = found.labels[found.judge]
    shuffled = tables.own_model(found, 0, permuted=True)
    return {
        "set": name,
        "split": found.judge,
        "f1": round(float(np.mean(scores)), 1),
        "sd": round(float(np.std(scores, ddof=1)), 1) if seeds > 1 else 0.0,
        **peer_figures(splits),
        "permuted": round(f1_of(shuffled, found), 1),
        "permuted_auc": round(ordered(shuffled.logits(found.rows[found.judge]), labels), 1),
        "all_same": round(200 * float(labels.sum()) / (len(labels) + float(labels.sum())), 1),
        "blocking": blocking(splits),
    }


def shipped(sets: dict[str, Splits]) -> list[Figures]:
    """The shipped model on every set, and for each set one that was trained on the others."""
    results: list[Figures] = [{"set": name, **peer_figures(splits)} for name, splits in sets.items()]
    model = scoring.shipped()
    for known in (True, False):
        found = {name: tables.of_set(splits, known=known) for name, splits in sets.items()}
        for result, (name, mine) in zip(results, found.items(), strict=True):
            way = "known" if known else "alone"
            whole = scoring.Table(known, mine.names, mine.names, mine.rows["train"])
            result[f"shipped_{way}"] = round(f1_of(model.judge(whole), mine), 1)
            others = {other: table for other, table in found.items() if other != name}
            if not others:
                continue
            apart = tables.joint_model(others, 0)
            result[f"apart_{way}"] = round(f1_of(apart, mine), 1)
            if not known:
                rows, labels = mine.rows[mine.judge], mine.labels[mine.judge]
                sure = precision_recall(chances(apart.logits(rows)), labels, _SURE)
                result["sure"] = dict(zip(("precision", "recall", "pairs"), (round(n, 1) for n in sure), strict=True))
    return results


def speed(splits: Splits) -> Figures:
    """Pairs a second from raw text to score, of the judged split and of all pairs together."""
    model = tables.own_model(tables.of_set(splits, known=True), 0)
    lone = tables.own_model(tables.of_set(splits, known=False), 0)
    ours = Scorer(alone=lone, known=model)
    judge = splits.get("test", splits["valid"])
    every = [*splits.values()]
    texts = {
        "test": (judge.left, judge.right),
        "all": ([w for pairs in every for w in pairs.left], [w for pairs in every for w in pairs.right]),
    }
    methods: dict[str, Callable[..., object]] = {
        "scorer": lambda left, right: ours.score(left, right, known=True),
        "scorer_alone": lambda left, right: ours.score(left, right),
        "plain_loop": lambda left, right: peers.plain_loop(left, right),
        "token_set": lambda left, right: peers.token_set(left, right),
        "tfidf": lambda left, right: peers.char_cosine([*left, *right], left, right),
    }
    figures: dict[str, dict[str, int]] = {}
    for name, method in methods.items():
        figures[name] = {}
        for which, (left, right) in texts.items():
            took = []
            for _ in range(3):
                began = time.process_time()
                method(left, right)
                took.append(time.process_time() - began)
            figures[name][which] = round(len(left) / max(1e-9, min(took)))
    return figures


def train(sets: dict[str, Splits]) -> Path:
    """Write the model that comes with the package."""
    said: Figures = {"format": FORMAT, "trained_on": list(sets)}
    for name, known in (("alone", False), ("known", True)):
        found = {set_name: tables.of_set(splits, known=known) for set_name, splits in sets.items()}
        said[name] = tables.joint_model(found, 0).plain()
    path = Path(scoring.__file__).with_name(MODEL)
    path.write_text(json.dumps(said, separators=(",", ":")) + "\n", encoding="utf-8")
    return path


def show(console: Console, title: str, rows: list[Figures]) -> None:
    table = Table(title=title)
    for column in rows[0]:
        table.add_column(column.replace("_", " "), justify="left" if column == "set" else "right")
    for row in rows:
        table.add_row(*(_cell(row.get(column, "")) for column in rows[0]))
    console.print(table)


def _cell(value: object) -> str:
    return " ".join(f"{name} {number}" for name, number in value.items()) if isinstance(value, dict) else str(value)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, help="folder of sets of labelled pairs")
    parser.add_argument("--sets", default="", help="only these, with commas between")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--shipped", action="store_true", help="judge the model that comes with the package")
    parser.add_argument("--train", action="store_true", help="write the model that comes with the package")
    given = parser.parse_args()
    console = Console(width=150)
    sets = read_sets(given.data, [name for name in given.sets.split(",") if name])
    if given.train:
        path = train(sets)
        print(json.dumps({"model": path.name, "bytes": path.stat().st_size, "sets": list(sets)}))
        return 0
    if given.shipped:
        results = shipped(sets)
        show(console, "F1; apart: trained on the other sets; alone: without the other records", results)
        print(json.dumps({"shipped": results}, ensure_ascii=False))
        return 0
    results = [own(name, splits, given.seeds) for name, splits in sets.items()]
    show(console, f"F1 of models trained on each set, {given.seeds} seeds; blocking: recall at {_K}", results)
    timed = "abt-buy" if "abt-buy" in sets else next(iter(sets))
    rates = speed(sets[timed])
    show(console, f"pairs a second, {timed}", [{"set": name, **rate} for name, rate in rates.items()])
    print(json.dumps({"sets": results, "speed": {"set": timed, **rates}}, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
