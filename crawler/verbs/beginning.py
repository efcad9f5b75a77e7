"""The verbs of somebody who begins: new-dataset, new-shop, demo, doctor, completion."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from crawler.commands.completion import SHELLS, completion_script
from crawler.options import console, json_option


@click.command("new-dataset")
@click.argument("name")
@click.option("--official", metavar="URL", multiple=True, help="The product at an official store; may be given again.")
@click.option("--promoted-url", metavar="URL", default="", help="The page that was promoted.")
@click.option("--saved", type=click.Path(path_type=Path, dir_okay=False, exists=True), help=(
    "That page as a browser saved it: product, brand and address are read from it."
))  # fmt: skip
@click.option("--streamer", metavar="NAME", default="", help="Who promoted it.")
@click.option("--platform", metavar="NAME", default="", help="Where: douyin, taobao, 抖音 …")
@click.option("--broadcast", metavar="TIME", default="", help="When: 2026-11-20 20:05.")
@click.option("--product", metavar="NAME", default="", help="What was promoted.")
@click.option("--brand", metavar="NAME", default="")
@click.option("--spec", metavar="TEXT", default="", help="What was promised: 30ml*2 赠7ml*3.")
@click.option("--claimed-price", metavar="AMOUNT", default="", help="The price that was promised.")
@click.option("--currency", metavar="CODE", default="", help="Of it; default: the saved page's, else CNY.")
@click.option("--claim", metavar="WORDS", default="", help="What was said: 全网最低价.")
@click.option("--contact", metavar="ADDRESS", default="", help="Your e-mail address, for the shops that are asked.")
def new_dataset(
    name: str,
    official: tuple[str, ...],
    promoted_url: str,
    saved: Path | None,
    streamer: str,
    platform: str,
    broadcast: str,
    product: str,
    brand: str,
    spec: str,
    claimed_price: str,
    currency: str,
    claim: str,
    contact: str,
) -> None:
    """Write a folder under datasets/ with its three files, and say what comes next. NAME may be a path."""
    from crawler.commands.new_dataset import Known, run_new_dataset

    known = Known(
        streamer=streamer,
        platform=platform,
        broadcast=broadcast,
        product=product,
        brand=brand,
        spec=spec,
        claimed_price=claimed_price,
        currency=currency,
        claim=claim,
        promoted_url=promoted_url,
        official=official,
    )
    sys.exit(run_new_dataset(name, console(), known, saved=saved, contact=contact))


@click.command("new-shop")
@click.argument("host_or_url")
@click.option("--from", "saved", type=click.Path(path_type=Path), help="A saved page that becomes the first fixture.")
def new_shop(host_or_url: str, saved: Path | None) -> None:
    """Write a page object and a fixture folder for a new shop."""
    from crawler.commands.new_shop import run_new_shop

    sys.exit(run_new_shop(host_or_url, console(), saved=saved))


@click.command()
@click.option("--serve", is_flag=True, help="Only serve the two made-up shops, until interrupted.")
@click.option("--later", is_flag=True, help="The shops a week later: prices, a review and a page are not as they were.")
def demo(serve: bool, later: bool) -> None:
    """Serve two made-up shops on loopback and run the demo dataset against them."""
    from crawler.commands.demo import run_demo

    sys.exit(run_demo(console(), serve=serve, later=later))


@click.command()
@json_option()
def doctor(as_json: bool) -> None:
    """Say what is missing on this machine and how to get it."""
    from crawler.commands.doctor import run_doctor

    sys.exit(run_doctor(console(), as_json=as_json))


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that completes verbs, options and names of datasets in a shell."""
    click.echo(completion_script(ctx.find_root().command, shell))


VERBS = (new_dataset, new_shop, demo, doctor, completion)
