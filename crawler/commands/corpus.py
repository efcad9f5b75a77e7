"""`daihuo corpus`: the review signals, what the corpus holds for each product, and which version of it this is."""

from __future__ import annotations

from dataclasses import asdict

from rich.console import Console
from rich.text import Text

from crawler import VERSION
from crawler.memory import prepare_for_many
from crawler.terminal import bars, many, print_json
from pipelines import corpus
from pipelines.corpus import ProductSummary, Version
from pipelines.coverage import ReviewCoverage
from pipelines.dataset import load


def run_corpus(name: str, console: Console, *, as_json: bool = False) -> int:
    """Compute, store and print; 0 when done. Raises `DatasetInvalid` (exit 3) and `InputMissing` (exit 2)."""
    prepare_for_many()
    dataset = load(name)
    with bars("corpus") as said:
        summary = corpus.run(dataset, said, daihuo=VERSION)
    if as_json:
        print_json({"dataset": dataset.name, **asdict(summary)})
        return 0
    covered = {each.product: each for each in summary.coverage}
    for product in summary.products:
        head = Text.assemble((product.product, "bold"), f"  {product.name}" if product.name else "")
        console.print(head, soft_wrap=True)
        console.print(Text(f"    {_counts(product)}"), soft_wrap=True)
        if product.product in covered:
            console.print(Text(f"    {_covered(covered[product.product])}"), soft_wrap=True)
    console.print(
        Text(
            f"{many(summary.reviews, 'review')} of {many(len(summary.products), 'product')} · "
            f"{many(summary.clusters, 'group')} of alike texts · {many(summary.signals, 'signal')} · "
            f"{many(summary.complaints, 'complaint')}"
        ),
        soft_wrap=True,
    )
    if summary.version is not None:
        console.print(Text(_said(summary.version)), soft_wrap=True)
    return 0


def _said(version: Version) -> str:
    splits = " · ".join(f"{name} {count}" for name, count in version.splits.items())
    head = f"corpus version {version.number} ({version.sha256[:12]}): {splits}"
    if not version.new:
        return f"{head} · nothing changed, no new version"
    if version.changes is None:
        return f"{head} · the first one"
    words = {
        "added": "reviews added",
        "removed": "removed",
        "changed": "with other words or numbers",
        "moved": "moved to another split",
        "signals": "with other signals",
    }
    told = " · ".join(f"{count} {words[kind]}" for kind, count in version.changes.items())
    return f"{head}\n    against version {version.number - 1}: {told}"


def _covered(product: ReviewCoverage) -> str:
    said = [f"coverage {covered_share(product)}"]
    if product.lists:
        said.append(
            f"{many(len(product.lists), 'list')}, {product.delivered} delivered, {product.repeats} of them repeats"
        )
    became = {"edited": product.edited, "vanished": product.vanished, "cannot tell what became of": product.cannot_tell}
    said += [f"{what} {count}" for what, count in became.items() if count]
    return " · ".join(said)


def covered_share(product: ReviewCoverage) -> str:
    """`60 of 60 (100.0 %)`, and why not more."""
    if product.share is None:
        return f"{product.collected}, {product.why}"
    return f"{product.collected} of {product.claimed} ({product.share:.1%}): {product.why}"


def _counts(product: ProductSummary) -> str:
    claimed = "not stated" if product.claimed is None else str(product.claimed)
    said = [f"collected {product.collected} (page says {claimed})"]
    if product.collected:
        said.append("stars " + " ".join(f"{star or 'none'}:{count}" for star, count in product.stars.items()))
        said.append("languages " + " ".join(f"{language}:{count}" for language, count in product.languages.items()))
        said.append(f"written by the platform {product.defaults}")
        said.append(f"texts that occur more than once, here or at another product {product.clustered}")
        said.append(f"split {product.split}")
        said.append(f"speak of a reward {product.incentive}")
    return " · ".join(said)
