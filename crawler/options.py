"""What every verb has: `--quiet`, `--no-color`, examples under its help; and how a mistyped verb is answered."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click
from rich.cells import cell_len
from rich.console import Console

from crawler.commands.completion import datasets
from crawler.examples import EXAMPLES
from crawler.terminal import QUIET, Terminal, quiet

# Of a help page, less click's indent.
WIDTH = 78
Verb = TypeVar("Verb", bound=Callable[..., Any])


class Verbs(click.Group):
    """A group whose verbs all take the shared options and show their examples."""

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        verb = name or cmd.name or ""
        full = verb if self.name in (None, "main") else f"{self.name} {verb}"
        if not isinstance(cmd, click.Group):
            cmd.params += shared_options()
            cmd.epilog = examples(full)
        super().add_command(cmd, name)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            close = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1) if args else []
            hint = f"Did you mean {close[0]!r}?" if close else "`daihuo --help` lists the verbs."
            raise click.UsageError(f"no verb {args[0]!r}. {hint}", ctx) from error


def shared_options() -> list[click.Parameter]:
    """`--quiet` and `--no-color`."""
    return [
        click.Option(["-q", "--quiet"], is_flag=True, expose_value=False, callback=_quiet, help=_QUIET),
        click.Option(["--no-color"], is_flag=True, expose_value=False, callback=_no_color, help=_NO_COLOR),
    ]


_QUIET = "Print errors only (and JSON that was asked for)."
_NO_COLOR = "No colors; NO_COLOR=1 does the same."


def _quiet(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        ctx.find_root().meta[QUIET] = True


def _no_color(_: click.Context, __: click.Parameter, value: bool) -> None:
    if value:
        # Read by every console of this process, https://no-color.org.
        os.environ["NO_COLOR"] = "1"


def examples(verb: str) -> str | None:
    """The examples of a verb as click shows them, never wrapped; each with its purpose beside it, or below."""
    lines = EXAMPLES.get(verb, ())
    if not lines:
        return None
    width = max(len(command) for command, _ in lines)
    shown = [f"  {command.ljust(width)}   {what}".rstrip() for command, what in lines]
    if max(map(cell_len, shown)) > WIDTH:
        shown = [f"  {command}" + (f"\n      {what}" if what else "") for command, what in lines]
    return "\b\nExamples:\n" + "\n".join(shown)


def console() -> Console:
    """Standard output for people; not wrapped where it is a pipe or a file."""
    return Terminal(soft_wrap=not sys.stdout.isatty(), quiet=quiet())


def dataset_argument() -> Callable[[Verb], Verb]:
    return click.argument("dataset", shell_complete=datasets)


def json_option() -> Callable[[Verb], Verb]:
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
