"""Links to files of the repository lead somewhere on a code host and nowhere on the site: there they become text.

That those files exist is tested in tests/test_docs.py.
"""

from __future__ import annotations

import re

OUTSIDE = re.compile(r"(?<!!)\[([^\]\n]*)\]\(\.\./[^)\n]*\)")


def on_page_markdown(markdown: str, **_: object) -> str:
    """The text of a page without links out of docs/."""
    return OUTSIDE.sub(r"\1", markdown)
