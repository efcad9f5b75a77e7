"""Cells that no spreadsheet program runs as a formula, and the way back.

A cell that starts with `=`, `+`, `-`, `@`, a tab, a carriage return or a line feed is read as a formula (or as the
beginning of one) by Excel, LibreOffice and Google Sheets; Japanese and Chinese Excel also read the full-width forms
(OWASP, "CSV Injection"). Such a cell gets one apostrophe in front. So does a cell that already starts with an
apostrophe, which makes the mark reversible: taking one leading apostrophe away always gives the exact text back.
"""

from __future__ import annotations

MARK = "'"
FORMULA_LEADS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def guard(text: str) -> str:
    """The text as a cell: marked when a spreadsheet could run it."""
    return MARK + text if text.startswith((*FORMULA_LEADS, MARK)) else text


def unguard(cell: str) -> str:
    """The exact text that `guard` was given."""
    return cell.removeprefix(MARK)
