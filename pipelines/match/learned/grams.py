"""Character n-grams of many texts at once: three letters, or two Han characters, coded as whole numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipelines.match.learned.bags import Bags

_BITS = 21
_HAN = (0x3040, 0x9FFF)


def grams(texts: Sequence[str]) -> tuple[Bags, int]:
    """The n-grams of each text, a space around it, as a bag; and how many different ones there are."""
    joined = "".join(f" {text} \0\0" for text in texts)
    codes = np.frombuffer(joined.encode("utf-32-le", "replace"), np.uint32).astype(np.int64)
    if not len(texts):
        return Bags(np.zeros(1, np.int64), np.zeros(0, np.int64)), 0
    owner = np.repeat(np.arange(len(texts)), [len(text) + 4 for text in texts])
    first, second, third = codes[:-2], codes[1:-1], codes[2:]
    han = (first >= _HAN[0]) & (first <= _HAN[1]) & (second >= _HAN[0]) & (second <= _HAN[1])
    code = (first << (2 * _BITS)) | (second << _BITS) | np.where(han, 0, third)
    kept = (first != 0) & (second != 0) & (han | (third != 0))
    different, numbers = np.unique(code[kept], return_inverse=True)
    return Bags.once(owner[:-2][kept], numbers.astype(np.int64), len(texts)), max(1, len(different))
