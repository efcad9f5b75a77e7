"""Every error daihuo raises on purpose.

DaihuoError                 base; `exit_code` is what the command line ends with
├── DatasetInvalid      3   the dataset folder has problems; `.problems` lists all of them
├── ExpectationsNotMet  5   fewer or more rows than `[expect]` of dataset.toml states
├── DiskFull            6   the disk is full; every committed page is kept
├── EvidenceBroken      7   an archive record is missing, or its hash differs from the stored one
├── LeakFound           8   an export would contain personal data
├── RunOverlaps         9   another `daihuo run` of this dataset is at work; the message says which
├── BrowserMissing      2   no Chromium was found; the message says how to get one
├── DatabaseBusy        2   another process holds the database; the message says which
├── DatabaseUnusable    2   the database was written by a newer daihuo, or is no database at all
├── InputMissing        2   a file or dataset named on the command line does not exist
├── PackageMissing      2   an optional package is not installed; the message says how to get it
├── ScorerInvalid       2   the file of the title scorer holds something else than its numbers
├── ServiceFailed       2   a service that the user named did not answer as it should
└── PageUnreadable      –   a body cannot be decoded or parsed at all; becomes `outcome: unreadable`
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong in a dataset file. Rows are counted as a spreadsheet does: the header is row 1."""

    file: str
    row: int | None = None
    column: str | None = None
    what: str
    expected: str
    found: str
    hint: str = ""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.row, self.column) if part is not None)
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}: {self.what}, expected {self.expected}, found {self.found}{hint}"


class DaihuoError(Exception):
    """Base of all errors of this project; the message is one sentence a user can act on."""

    exit_code: ClassVar[int] = 1


class DatasetInvalid(DaihuoError):
    """The dataset folder cannot be used; `problems` holds all that is wrong, not just the first."""

    exit_code = 3

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class ExpectationsNotMet(DaihuoError):
    """The counts that `[expect]` states were not reached or were exceeded."""

    exit_code = 5


class DiskFull(DaihuoError):
    """No space is left; what was committed before stays."""

    exit_code = 6


class EvidenceBroken(DaihuoError):
    """A page row points to an archive record that is missing or whose hash differs."""

    exit_code = 7


class LeakFound(DaihuoError):
    """An export would carry personal data."""

    exit_code = 8


class RunOverlaps(DaihuoError):
    """Another run of the same dataset has not ended."""

    exit_code = 9


class BrowserMissing(DaihuoError):
    """No Chromium can be started on this machine."""

    exit_code = 2


class InputMissing(DaihuoError):
    """A file or dataset named by the user does not exist."""

    exit_code = 2


class DatabaseBusy(DaihuoError):
    """Another process is writing and did not let go."""

    exit_code = 2


class PackageMissing(DaihuoError):
    """What was asked for needs an optional package that is not installed."""

    exit_code = 2


class ScorerInvalid(DaihuoError):
    """The model file of the title scorer is damaged or was made for other features."""

    exit_code = 2


class ServiceFailed(DaihuoError):
    """A service that keeps time did not answer, or with something else than a time stamp."""

    exit_code = 2


class DatabaseUnusable(DaihuoError):
    """The database was written by a newer version, or the file is not a database."""

    exit_code = 2


class PageUnreadable(DaihuoError):
    """A body that no reader can open: not text, not a known container."""
