"""The verbs of a dataset that is looked at again and again: changes, schedule."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import click

from crawler.options import console, dataset_argument


@click.command()
@dataset_argument()
@click.option("--since", metavar="WHEN", default="last", show_default=True, help=(
    "`last` (before the newest crawl), a time as in the watchlist, or 12h, 7d, 2w before the newest look."
))  # fmt: skip
@click.option("--until", metavar="TIME", help="Up to then; default: the newest look.")
@click.option(
    "--html", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="Write a page for readers."
)
@click.option(
    "--json", "as_json", metavar="[FILE]", is_flag=False, flag_value="-", help="Write JSON; alone, print it instead."
)
@click.option(
    "--atom", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="Write a feed for subscribers."
)
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Of page and feed.")
def changes(
    dataset: str,
    since: str,
    until: str | None,
    html: Path | None,
    as_json: str | None,
    atom: Path | None,
    lang: Literal["zh", "en"],
) -> None:
    """What is new: answers, prices, prices raised before a broadcast, vanished reviews, walls, pages gone."""
    from crawler.commands.changes import run_changes

    sys.exit(run_changes(dataset, console(), since=since, until=until, html=html, json=as_json, atom=atom, lang=lang))


@click.command()
@dataset_argument()
@click.option("--cron", "kind", flag_value="cron", default=None, help="A line for crontab -e.")
@click.option("--systemd", "kind", flag_value="systemd", help="A service and a timer.")
@click.option("--every", type=click.Choice(["day", "week"]), default="day", show_default=True)
@click.option("--at", metavar="HH:MM", default="06:30", show_default=True, help="Of this machine's clock.")
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), help="Write the unit files here.")
def schedule(
    dataset: str, kind: Literal["cron", "systemd"] | None, every: Literal["day", "week"], at: str, to: Path | None
) -> None:
    """What cron or systemd needs to run a dataset regularly and write its bulletin; installs nothing."""
    from crawler.commands.schedule import run_schedule

    if kind is None:
        raise click.UsageError("say which: --cron or --systemd")
    if to is not None and kind == "cron":
        raise click.UsageError("--to is for --systemd; the line for cron is printed")
    sys.exit(run_schedule(dataset, console(), kind=kind, every=every, at=at, to=to))


VERBS = (changes, schedule)
