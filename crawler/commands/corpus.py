"""`daihuo corpus`: the review signals, what the corpus holds for each product, and which version of it this is."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from crawler import VERSION
from crawler.collector import collect_seldom
from pipelines import corpus
from pipelines.corpus import ProductSummary, Version
from pipelines.dataset import load


def run_corpus(name: str, console: Console) -> int:
    """Compute, store and print; 0 when done. Raises `DatasetInvalid` (exit 3) and `InputMissing` (exit 2)."""
    collect_seldom()
    summary = corpus.run(load(name), daihuo=VERSION)
    for product in summary.products:
        head = Text.assemble((product.product, "bold"), f"  {product.name}" if product.name else "")
        console.print(head, soft_wrap=True)
        console.print(Text(f"    {_counts(product)}"), soft_wrap=True)
    console.print(
        Text(
            f"{summary.reviews} reviews of {len(summary.products)} products · "
            f"{summary.clusters} groups of alike texts · {summary.signals} signals"
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
