"""`daihuo completion SHELL`: the script that completes verbs, options and names of datasets."""

from __future__ import annotations

from pathlib import Path

import click
from click.shell_completion import CompletionItem, get_completion_class

from pipelines.errors import InputMissing

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_DAIHUO_COMPLETE"


def completion_script(group: click.Command, shell: str) -> str:
    """The script for one of `SHELLS`. Raises `InputMissing` (2) for a shell that click does not know."""
    found = get_completion_class(shell)
    if found is None:
        raise InputMissing(f"no completion for {shell!r}: expected one of {', '.join(SHELLS)}")
    return found(group, {}, "daihuo", VARIABLE).source()


def datasets(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names under `datasets/`, and folders."""
    names = sorted(file.parent.name for file in (Path.cwd() / "datasets").glob("*/dataset.toml"))
    named = [CompletionItem(name) for name in names if name.startswith(incomplete)]
    return named or [CompletionItem(incomplete, type="dir")]
