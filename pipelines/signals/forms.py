"""The normal forms of a text that signals share: `folded` and `plain`.

`read_ahead` makes those of a whole batch in one pass: nearly all characters of reviews have a form of one character or
none, whatever stands beside them. Texts that hold others (accents, jamo, ligatures) are read one by one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

_NOT_LETTER = re.compile(r"[\W_]+")
# Of so many texts the forms are kept.
_KEPT = 1 << 15
_TOGETHER = 1_000
_Array = np.ndarray[Any, Any]
# Nothing of these joins with what stands beside it, and Han characters are their own form.
_HAN = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF))
_ALONE = ((0x01, 0xFF), (0x2000, 0x2064), (0x2190, 0x27BF), (0x3000, 0x30FF), (0xFE0F, 0xFE0F), (0xFF01, 0xFF5E))
_EMOJI = (0x1F300, 0x1FAFF)
_LAST = 0x1FFFF
_ODD = np.uint32(0xFFFFFFFF)


def folded(text: str) -> str:
    """NFKC."""
    return _FOLDED[text]


def plain(text: str) -> str:
    """NFKC, casefold, letters and digits only: what stays the same when punctuation, emoji or width change."""
    return _PLAIN[text]


def read_ahead(to_fold: Iterable[str], to_make_plain: Iterable[str]) -> None:
    """Make ready the forms of texts that will be asked for. Those of the batch before are forgotten."""
    _FOLDED.read_ahead(to_fold)
    _PLAIN.read_ahead(to_make_plain)


def different(texts: Sequence[str]) -> list[int]:
    """How many different characters each text has."""
    sizes = np.fromiter(map(len, texts), np.int64, len(texts))
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    owners = np.repeat(np.arange(len(texts), dtype=np.uint64), sizes)
    keys = np.sort(owners << np.uint64(32) | points)
    first = np.ones(len(keys), bool)
    np.not_equal(keys[1:], keys[:-1], out=first[1:])
    found: list[int] = np.bincount((keys[first] >> np.uint64(32)).astype(np.intp), minlength=len(texts)).tolist()
    return found


class _Forms(dict[str, str]):
    """Text → its form, made when it is first asked for."""

    def __init__(self, form: Callable[[str], str]) -> None:
        super().__init__()
        self._form = form

    def __missing__(self, text: str) -> str:
        if len(self) >= _KEPT:
            self.clear()
        found = self[text] = self._form(text)
        return found

    def read_ahead(self, texts: Iterable[str]) -> None:
        wanted = [text for text in dict.fromkeys(texts) if text][:_KEPT]
        self.clear()
        for start in range(0, len(wanted), _TOGETHER):
            part = wanted[start : start + _TOGETHER]
            self.update(zip(part, self._all(part), strict=True))

    def _all(self, texts: Sequence[str]) -> list[str]:
        points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
        said = self._table[np.minimum(points, _LAST)]
        ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))
        odd = said == _ODD
        said[odd] = 0
        kept = said != 0
        upto = np.cumsum(np.add.reduceat(kept, np.append(0, ends[:-1]), dtype=np.int64)).tolist()
        together = said[kept].tobytes().decode("utf-32-le")
        found = [together[start:end] for start, end in zip([0, *upto], upto, strict=False)]
        for at in np.unique(np.searchsorted(ends, np.nonzero(odd)[0], "right")).tolist():
            found[at] = self._form(texts[at])
        return found

    @cached_property
    def _table(self) -> _Array:
        """Code point → that of its form, 0 for none, `_ODD` where it is not known or more than one."""
        table = np.full(_LAST + 1, _ODD, np.uint32)
        for first, last in _HAN:
            table[first : last + 1] = np.arange(first, last + 1)
        for first, last in (*_ALONE, _EMOJI):
            for point in range(first, last + 1):
                character = chr(point)
                form = self._form(character)
                if len(form) <= 1 and not any(map(unicodedata.combining, _nfkc(character))):
                    table[point] = ord(form) if form else 0
        return table


def _nfkc(text: str) -> str:
    if text.isascii():
        return text
    # Most Chinese texts hold nothing else that NFKC changes, and its quick check is then enough.
    for wide, narrow in _WIDE:
        text = text.replace(wide, narrow)
    return unicodedata.normalize("NFKC", text)


def _letters(text: str) -> str:
    return _NOT_LETTER.sub("", _nfkc(text).casefold())


_WIDE = tuple(zip("，！？：；", ",!?:;", strict=True))
_FOLDED, _PLAIN = _Forms(_nfkc), _Forms(_letters)
