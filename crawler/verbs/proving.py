"""The verbs of the evidence: verify, timestamp."""

from __future__ import annotations

import sys

import click

from crawler.options import console, dataset_argument, json_option


@click.command()
@dataset_argument()
@click.option("--all", "everything", is_flag=True, help="Show all that is broken, not the first 20.")
@json_option()
def verify(dataset: str, everything: bool, as_json: bool) -> None:
    """Is every archive record, page, price and verdict still as it was sealed?"""
    from crawler.commands.verify import run_verify

    sys.exit(run_verify(dataset, console(), everything=everything, as_json=as_json))


@click.command()
@dataset_argument()
@click.option("--rfc3161", "authority", metavar="URL", help="Ask this time stamping authority.")
@click.option("--opentimestamps", "calendars", metavar="URL", multiple=True, help="Ask this calendar.")
def timestamp(dataset: str, authority: str | None, calendars: tuple[str, ...]) -> None:
    """Let a service outside say when the evidence was there; asks the network."""
    from crawler.commands.timestamp import run_timestamp

    sys.exit(run_timestamp(dataset, authority, calendars, console()))


VERBS = (verify, timestamp)
