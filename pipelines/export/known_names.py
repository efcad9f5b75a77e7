"""The names of a dataset's authors, found in any text at once (Aho-Corasick)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ahocorasick_rs import AhoCorasick, MatchKind

from pipelines.export.found import Found
from pipelines.export.plain import encodable, folded, matches
from pipelines.normalize.nicknames import nickname, tells_apart

MARK = "[name]"
_NARROW = re.compile(r"[^\W_\u3040-\u30ff\u3400-\u9fff\U00020000-\U000323af]")
_HANGUL = re.compile(r"[\uac00-\ud7af]")
_SPACED = re.compile(r"[^\W\d_]+(?:\W+[^\W\d_]+)+")


class KnownNames:
    """Names to find. One that is also an ordinary word counts only after an @; `public` are words that are nobody's.

    Names of Latin letters and digits are found as whole words, in any case; several words ("John Smith") as written.
    """

    def __init__(self, names: Iterable[str] = (), public: Iterable[str] = ()) -> None:
        known = {name for said in names if (name := nickname(said)) is not None}
        nobody = [folded(word) for word in public]
        known = {name for name in known if not any(folded(name) in word for word in nobody)}
        self._names = sorted(known)
        self._apart = [tells_apart(name) for name in self._names]
        self._finder = AhoCorasick(
            [encodable(folded(name)) for name in self._names], matchkind=MatchKind.LeftmostLongest
        )

    def __bool__(self) -> bool:
        return bool(self._names)

    def find(self, text: str) -> Iterator[Found]:
        """Every place of a name in a text; the places are those of the text as written."""
        if not self._names:
            return
        small = folded(text)
        for at, start, end in matches(self._finder, small):
            if self._counts(text, small, at, start, end):
                yield Found(start, end, MARK)

    def _counts(self, text: str, small: str, at: int, start: int, end: int) -> bool:
        before, after = small[start - 1 : start], small[end : end + 1]
        if before == "@" and not (_joins(small[end - 1], after)):
            return True
        if not self._apart[at] or _joins(before, small[start]) or _joins(small[end - 1], after):
            return False
        if _HANGUL.match(small, start) and _HANGUL.match(before):
            return False
        name = self._names[at]
        return text[start:end] == name if _SPACED.fullmatch(name) and name.isascii() else True


def _joins(left: str, right: str) -> bool:
    """Whether two characters are of one word: letters and digits of scripts that put spaces between words."""
    return bool(left and right and _NARROW.match(left) and _NARROW.match(right))
