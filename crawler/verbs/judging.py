"""The verbs of answers and reviews: compare, match, explain, corpus."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from crawler.options import console, dataset_argument, json_option


@click.command()
@dataset_argument()
@click.option("--as-of", metavar="TIME", help="Use only pages seen until then; prints the answer and stores nothing.")
@json_option()
def compare(dataset: str, as_of: str | None, as_json: bool) -> None:
    """Compare promoted offers with official ones; print and store the verdicts."""
    from crawler.commands.compare import run_compare

    sys.exit(run_compare(dataset, console(), as_of=as_of, as_json=as_json))


@click.command()
@dataset_argument()
@click.option("--review", type=click.Path(path_type=Path, dir_okay=False), help="Write the doubtful pairs here.")
@click.option("--all", "everything", is_flag=True, help="With --review: all pairs.")
@click.option("--read", "source", type=click.Path(path_type=Path, dir_okay=False), help="Read a filled-in file.")
def match(dataset: str, review: Path | None, everything: bool, source: Path | None) -> None:
    """Let a person decide whether two offers are the same thing; a decision wins over every score."""
    from crawler.commands.match import run_read, run_review

    if (review is None) == (source is None):
        raise click.UsageError("give --review FILE to write the doubtful pairs, or --read FILE to read decisions")
    if source is not None:
        sys.exit(run_read(dataset, source, console()))
    assert review is not None
    sys.exit(run_review(dataset, review, console(), everything=everything))


@click.command()
@dataset_argument()
@click.argument("claim_id")
@json_option()
def explain(dataset: str, claim_id: str, as_json: bool) -> None:
    """What one verdict rests on: findings, prices and where they stood, pages, archive records, hashed again."""
    from crawler.commands.explain import run_explain

    sys.exit(run_explain(dataset, claim_id, console(), as_json=as_json))


@click.command()
@dataset_argument()
@json_option()
def corpus(dataset: str, as_json: bool) -> None:
    """Compute review signals, clusters and splits; print what the corpus holds and what changed."""
    from crawler.commands.corpus import run_corpus

    sys.exit(run_corpus(dataset, console(), as_json=as_json))


VERBS = (compare, match, explain, corpus)
