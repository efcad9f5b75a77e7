"""`daihuo corpus`: the review signals, and what the corpus holds for each product."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from pipelines import corpus
from pipelines.corpus import ProductSummary
from pipelines.dataset import load


def run_corpus(name: str, console: Console) -> int:
    """Compute, store and print; 0 when done. Raises `DatasetInvalid` (exit 3) and `InputMissing` (exit 2)."""
    summary = corpus.run(load(name))
    for product in summary.products:
        head = Text.assemble((product.product, "bold"), f"  {product.name}" if product.name else "")
        console.print(head, soft_wrap=True)
        console.print(Text(f"    {_counts(product)}"), soft_wrap=True)
    console.print(
        Text(
            f"{summary.reviews} reviews of {len(summary.products)} products · "
            f"{summary.clusters} groups of alike texts · {summary.signals} signals · "
            f"{summary.complaints} complaints"
        ),
        soft_wrap=True,
    )
    return 0


def _counts(product: ProductSummary) -> str:
    claimed = "not stated" if product.claimed is None else str(product.claimed)
    said = [f"collected {product.collected} (page says {claimed})"]
    if product.collected:
        said.append("stars " + " ".join(f"{star or 'none'}:{count}" for star, count in product.stars.items()))
        said.append("languages " + " ".join(f"{language}:{count}" for language, count in product.languages.items()))
        said.append(f"written by the platform {product.defaults}")
        said.append(f"texts that occur more than once, here or at another product {product.clustered}")
        said.append(f"speak of a reward {product.incentive}")
    return " · ".join(said)
