"""The command line. Verbs are loaded when called: `daihuo compare` does not import Twisted."""

from __future__ import annotations

import errno
import sys
from typing import Any

import click

from crawler import VERSION
from crawler.options import Verbs, shared_options
from crawler.verbs import beginning, collecting, handing_on, judging, proving, reading, watching
from pipelines.errors import DaihuoError, DiskFull

EXAMPLES = """\b
Examples:
  daihuo new-dataset mine             a folder to fill in, and what comes next
  daihuo run demo                     check, crawl, compare, corpus and report in one go
  daihuo check datasets/mine          all problems of a dataset at once
  daihuo ingest mine saved.mhtml      read a page somebody saved
  daihuo read page page.html          one page as JSON
  echo '3件装 ¥199' | daihuo read price

\b
Exit codes: 0 done · 2 usage · 3 dataset invalid · 4 finished with pages refused or failed ·
5 expectations not met · 6 disk full · 7 evidence does not verify · 8 leak check failed ·
9 another run is at work · 130 interrupted
"""


class Main(Verbs):
    """Turns the project's errors into one line and their exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except DaihuoError as error:
            click.echo(f"daihuo: {error}", err=True)
            ctx.exit(error.exit_code)
        except BrokenPipeError:
            raise
        except OSError as error:
            full = error.errno == errno.ENOSPC
            click.echo(f"daihuo: {_what_to_do(error)}", err=True)
            ctx.exit(DiskFull.exit_code if full else 2)


def _what_to_do(error: OSError) -> str:
    place = f"{error.filename}: " if error.filename else ""
    return place + (error.strerror or str(error)) + _ADVICE.get(error.errno or 0, "")


_ADVICE = {
    errno.ENOENT: "; name a file or folder that is there",
    errno.EACCES: "; change its permissions, or take a folder that you may write to",
    errno.EROFS: "; take a folder on a disk that can be written to",
    errno.EISDIR: "; name a file, not a folder",
    errno.ENOTDIR: "; name a folder, not a file",
    errno.ENOSPC: "; free some space and run it again: every page stored before is kept",
    errno.EMFILE: "; raise the limit of open files: ulimit -n 4096",
}


@click.group(cls=Main, epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="daihuo")
def main() -> None:
    """Check what live-stream sellers claim: crawl, archive, compare and publish, with evidence behind every number.

    DATASET is a folder, or the name of one under datasets/.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


main.params += shared_options()
for subject in (beginning, collecting, judging, watching, handing_on, proving, reading):
    for verb in subject.VERBS:
        main.add_command(verb)
