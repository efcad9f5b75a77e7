"""Are complaints and signals right, and how many reviews a second do they read, beside a small trained classifier?

`--data DIR` is the folder with the review files that `labels/draw.py` names (texts are not part of this project).

complaints    precision, recall and F1 of each topic on the labelled reviews (`labels/complaints.tsv`): the lexicon was
              tuned on the half `dev` only. Beside it, by five-fold cross-validation over both halves, character TF-IDF
              (1 to 3) with logistic regression, at its own threshold and at the best one in hindsight
default_text  on JD comments, against what several share to the letter and speaks of 评价内容 or of what 用户 thinks
op_spam       crowd-written hotel reviews: what a text classifier reaches over the folds, and how little single signals
              tell them from others. A text classifier does not carry over from praise to complaint, so none is shipped
speed         reviews a second of processor time, signals and complaints, without near-duplicates
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from labels.draw import Row, rows
from rich.console import Console
from rich.table import Table
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline

from pipelines.complained import complaint_rows
from pipelines.complaints import TOPICS, topics_of
from pipelines.signals import SIGNALS, Goods, ReviewText
from pipelines.signals.default_text import platform_sentence
from pipelines.signals.forms import read_ahead

LABELS = Path(__file__).parent / "labels" / "complaints.tsv"
BATCH = 1_000


class Labeled(NamedTuple):
    """A labelled review: its text, half, stratum, and the topics that a reader found in it."""

    text: str
    half: str
    stratum: str
    topics: frozenset[str]


class Score(NamedTuple):
    """Right, wrong and missed."""

    right: int
    wrong: int
    missed: int

    @property
    def numbers(self) -> tuple[float, float, float]:
        """Precision, recall, F1."""
        precision = self.right / max(1, self.right + self.wrong)
        recall = self.right / max(1, self.right + self.missed)
        return precision, recall, 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)


def labeled(data: Path) -> list[Labeled]:
    """The labelled reviews with their texts; exits when a file is missing or is not the one that was labelled."""
    found: list[Labeled] = []
    texts: dict[str, dict[int, Row]] = {}
    with LABELS.open(encoding="utf-8", newline="") as file:
        for label in csv.DictReader(file, delimiter="\t"):
            name = label["file"]
            if name not in texts:
                try:
                    texts[name] = {row.row: row for row in rows(data, name)}
                except OSError as error:
                    sys.exit(f"{data / name}: {error.strerror}; --data wants the folder with the labelled reviews")
            row = texts[name][int(label["row"])]
            if row.digest != label["sha256"]:
                sys.exit(f"{name}, row {row.row}: another text than the one that was labelled")
            found.append(Labeled(row.text, label["half"], label["stratum"], frozenset(label["topics"].split())))
    return found


def scored(found: Sequence[bool], wanted: Sequence[bool]) -> Score:
    counts = Counter(zip(found, wanted, strict=True))
    return Score(counts[True, True], counts[True, False], counts[False, True])


def summed(scores: Iterable[Score]) -> Score:
    return Score(*map(sum, zip(*scores, strict=True)))


def classifier_scores(sample: Sequence[Labeled], topic: str) -> np.ndarray[Any, Any] | None:
    """Out-of-fold probabilities; None where a topic has fewer than ten labels."""
    wanted = np.array([topic in one.topics for one in sample])
    if wanted.sum() < 10:
        return None
    model = make_pipeline(
        TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True),
        LogisticRegression(C=10, class_weight="balanced", max_iter=2000),
    )
    folds = StratifiedKFold(5, shuffle=True, random_state=20261126)
    return np.asarray(cross_val_predict(model, [one.text for one in sample], wanted, cv=folds, method="predict_proba"))[
        :, 1
    ]


def complaints_part(console: Console, data: Path) -> dict[str, Any]:
    sample = labeled(data)
    found = [frozenset(topics_of(one.text)) for one in sample]
    table = Table("topic", "labels", "dev P / R / F1", "test P / R / F1", "classifier, test", "best in hindsight")
    halves: dict[str, list[Score]] = defaultdict(list)
    for topic in TOPICS:
        wanted = [topic in one.topics for one in sample]
        cells: dict[str, Score] = {}
        for half in ("dev", "test"):
            at = [n for n, one in enumerate(sample) if one.half == half]
            cells[half] = scored([topic in found[n] for n in at], [wanted[n] for n in at])
            halves[half].append(cells[half])
        at = [n for n, one in enumerate(sample) if one.half == "test"]
        chances = classifier_scores(sample, topic)
        own, best = (None, None) if chances is None else thresholds(chances[at], [wanted[n] for n in at])
        if own and best:
            halves["classifier"].append(own)
            halves["hindsight"].append(best)
            halves["lexicon, same topics"].append(cells["test"])
        table.add_row(topic, str(sum(wanted)), *map(told, (cells["dev"], cells["test"], own, best)))
    totals = {name: summed(scores) for name, scores in halves.items()}
    table.add_row("all", str(sum(len(one.topics) for one in sample)), *(
        told(totals[name]) for name in ("dev", "test", "classifier", "hindsight")
    ))  # fmt: skip
    console.print(f"complaints: {len(sample)} labelled reviews")
    console.print(table)
    for name, chosen in GROUPS.items():
        at = [n for n, one in enumerate(sample) if one.half == "test" and chosen(one)]
        groups = (scored([t in found[n] for n in at], [t in sample[n].topics for n in at]) for t in TOPICS)
        totals[name] = summed(groups)
        console.print(f"  test half, {name} ({len(at)} reviews): {told(totals[name])}")
    return {name: dict(zip(("P", "R", "F1"), score.numbers, strict=True)) for name, score in totals.items()}


GROUPS: dict[str, Callable[[Labeled], bool]] = {
    "plain random samples": lambda one: one.stratum.startswith("any:"),
    "samples by a word": lambda one: one.stratum.startswith("word:"),
    "English": lambda one: one.text.isascii(),
}


def thresholds(chances: np.ndarray[Any, Any], wanted: Sequence[bool]) -> tuple[Score, Score]:
    """At 0.5, and at the threshold with the best F1."""
    tried = [scored([bool(chance >= cut) for chance in chances], wanted) for cut in sorted({*chances.tolist(), 0.5})]
    return scored([bool(chance >= 0.5) for chance in chances], wanted), max(tried, key=lambda score: score.numbers[2])


def told(score: Score | None) -> str:
    return "too few labels" if score is None else " / ".join(f"{number:.2f}" for number in score.numbers)


def default_part(console: Console, data: Path) -> dict[str, Any]:
    """Both the first text and the follow-up of each distinct JD comment."""
    comments = {}
    with (data / "jd_aircon_comments.jsonl").open(encoding="utf-8") as file:
        for line in file:
            said = json.loads(line)
            comments[said["id"]] = said
    texts = [said for comment in comments.values() for said in (comment["content"], comment["after"]) if said]
    shared = {
        text
        for text, count in Counter(texts).items()
        if count >= 2 and len(text) < 20 and ("评价内容" in text or "用户觉得" in text)
    }
    score = scored([platform_sentence(text) is not None for text in texts], [text in shared for text in texts])
    share = sum(text in shared for text in texts) / len(texts)
    console.print(f"default_text: {len(texts)} JD texts, {share:.1%} written by the platform: {told(score)}")
    return dict(zip(("P", "R", "F1"), score.numbers, strict=True))


def op_spam_part(console: Console, data: Path) -> dict[str, Any]:
    with (data / "op_spam_folds1-4.csv").open(encoding="utf-8-sig", newline="") as file:
        said = list(csv.DictReader(file))
    result: dict[str, Any] = {}
    table = Table("op_spam", "reviews", "classifier accuracy", "AUC of letters", "of variety", "of template_phrases")
    for polarity in ("positive_polarity", "negative_polarity", ""):
        chosen = [row for row in said if row["polarity"].startswith(polarity)]
        fake = np.array([row["label"] == "d" for row in chosen])
        right = folds_right(chosen, fake)
        reviews = [ReviewText(id=str(n), product=row["hotel"], text=row["text"]) for n, row in enumerate(chosen)]
        aucs = [roc_auc_score(fake, values) for values in signal_values(reviews)]
        name = polarity or "all"
        result[name] = {"accuracy": right, "auc": aucs}
        table.add_row(name, str(len(chosen)), f"{right:.3f}", *(f"{max(auc, 1 - auc):.2f}" for auc in aucs))
    console.print(table)
    return result


def folds_right(chosen: Sequence[dict[str, str]], fake: np.ndarray[Any, Any]) -> float:
    """Share of right answers over the folds of the corpus."""
    folds = np.array([row["fold"] for row in chosen])
    texts = np.array([row["text"] for row in chosen], object)
    right = 0
    for fold in sorted(set(folds)):
        model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LogisticRegression(C=10))
        model.fit(texts[folds != fold], fake[folds != fold])
        right += int((model.predict(texts[folds == fold]) == fake[folds == fold]).sum())
    return right / len(chosen)


def signal_values(reviews: Sequence[ReviewText]) -> Iterator[list[float]]:
    lengths = list(SIGNALS["length_variety"].observe(reviews, {}))
    yield [float(one.value or 0) for one in lengths]
    yield [float(str(one.evidence["variety"])) for one in lengths]
    module = SIGNALS["template_phrases"]
    yield [float(one.value or 0) for one in module.observe(reviews, module.DEFAULTS)]


def speed_part(console: Console, data: Path) -> dict[str, Any]:
    result: dict[str, Any] = {}
    table = Table("reviews a second of processor time", "reviews", "letters", "signals", "complaints", "both")
    for name, reviews in {"JD shoes": shoes(data), "ten categories": categories(data)}.items():
        reviews.sort(key=lambda review: review.product)
        batches = [reviews[at : at + BATCH] for at in range(0, len(reviews), BATCH)]
        seconds = min((timed(batches) for _ in range(3)), key=sum)
        letters = sum(len(review.text) for review in reviews) / len(reviews)
        rates = [len(reviews) / part for part in (*seconds, sum(seconds))]
        result[name] = dict(zip(("signals", "complaints", "both"), rates, strict=True))
        table.add_row(name, str(len(reviews)), f"{letters:.0f}", *(f"{rate:,.0f}" for rate in rates))
    console.print(table)
    return result


def timed(batches: Sequence[Sequence[ReviewText]]) -> tuple[float, float]:
    """Seconds of processor time for all signals but near_duplicate, and for complaints."""
    start = time.process_time()
    modules = {name: module for name, module in SIGNALS.items() if name != "near_duplicate"}
    gathered = {name: module.gather(module.DEFAULTS) for name, module in modules.items() if hasattr(module, "gather")}
    texts = [[review.text for review in batch] for batch in batches]
    for said, batch in zip(texts, batches, strict=True):
        read_ahead((), said)
        for one in gathered.values():
            one.add(batch)
    for one in gathered.values():
        one.settle()
    for said, batch in zip(texts, batches, strict=True):
        read_ahead(said, said)
        for name, module in modules.items():
            for _ in gathered[name].observe(batch) if name in gathered else module.observe(batch, module.DEFAULTS):
                pass
    middle = time.process_time()
    for batch in batches:
        for _ in complaint_rows(batch, list(SIGNALS["default_text"].observe(batch, {}))):
            pass
    return middle - start, time.process_time() - middle


def shoes(data: Path) -> list[ReviewText]:
    goods = cache(lambda name: Goods(name=name))
    with (data / "jd_shoes_reviews.csv").open(encoding="utf-8-sig", newline="") as file:
        return [
            ReviewText(
                id=said["id"],
                product=said["referenceName"],
                text=said["content"],
                rating=Decimal(5),
                date=said["creationTime"].replace("/", "-"),
                language="zh-Hans",
                goods=goods(said["referenceName"]),
            )
            for said in csv.DictReader(file)
        ]


def categories(data: Path) -> list[ReviewText]:
    """Half of them complaints, in blocks of 400 for a product."""
    shampoo = Goods(name="洗发水")
    return [
        ReviewText(
            id=str(row.row),
            product=f"product {row.row // 400}",
            text=row.text,
            rating=Decimal(5 if row.group == "1" else 1),
            date=f"2026-01-{row.row % 28 + 1:02d}",
            language="zh-Hans",
            goods=shampoo,
        )
        for row in rows(data, "online_shopping_10_cats.csv")
    ]


def main() -> None:
    """Print the tables and, last, one line of JSON."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, required=True, help="the folder with the review files")
    options.add_argument("--only", choices=("complaints", "default_text", "op_spam", "speed"))
    asked = options.parse_args()
    parts = {"complaints": complaints_part, "default_text": default_part, "op_spam": op_spam_part, "speed": speed_part}
    console = Console(width=130)
    result = {name: part(console, asked.data) for name, part in parts.items() if asked.only in (None, name)}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
