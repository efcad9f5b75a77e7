"""The language of a text by its letters: langdetect's profiles and its walk over n-grams, number for number the same.

langdetect keeps a buffer a character and looks each n-gram up again a draw; here the n-grams of a text are cut in one
pass and looked up once. Shuyo Nakatani: Language Detection Library for Java (2010) describes the walk.
"""

from __future__ import annotations

import re

from langdetect.detector import Detector
from langdetect.lang_detect_exception import ErrorCode, LangDetectException
from langdetect.utils.ngram import NGram

_SPACES = re.compile(" {2,}")
_LATIN_ENDS = "\u0300"


class _Normalized(dict[int, str]):
    """Characters as the profiles have them, by code point; filled as texts bring them."""

    def __missing__(self, code: int) -> str:
        self[code] = text = str(NGram.normalize(chr(code)))
        return text


_NORMALIZED = _Normalized()


class TextDetector(Detector):  # type: ignore[misc]
    """A detector of langdetect for one text."""

    def append(self, text: str) -> None:
        text = self.MAIL_RE.sub(" ", self.URL_RE.sub(" ", text))
        self.text += _SPACES.sub(" ", NGram.normalize_vi(text)[: self.max_text_length])

    def cleaning_text(self) -> None:
        if not self.text.isascii() and max(self.text) >= _LATIN_ENDS:
            super().cleaning_text()

    def _extract_ngrams(self) -> list[list[float]]:
        """What the profiles say of each n-gram, in the order in which a reader of the text meets them."""
        known: dict[str, list[float]] = self.word_lang_prob_map
        text = f"  {self.text.translate(_NORMALIZED)}"
        found: list[str] = []
        for before, last, now in zip(text, text[1:], text[2:], strict=False):
            if now == " ":
                if last == " ":
                    continue
            elif now.isupper() and last.isupper():
                continue
            else:
                found.append(now)
            found.append(last + now)
            if last != " ":
                found.append(before + last + now)
        return [known[gram] for gram in found if gram in known]

    def _detect_block(self) -> None:
        self.cleaning_text()
        grams = self._extract_ngrams()
        if not grams:
            raise LangDetectException(ErrorCode.CantDetectError, "No features in text.")
        self.random.seed(self.seed)
        self.langprob = [0.0] * len(self.langlist)
        for _ in range(self.n_trial):
            shares = self._walk(grams)
            self.langprob = [known + share / self.n_trial for known, share in zip(self.langprob, shares, strict=True)]

    def _walk(self, grams: list[list[float]]) -> list[float]:
        """One walk over n-grams drawn at random, until one language is sure."""
        shares: list[float] = self._init_probability()
        weight = (self.alpha + self.random.gauss(0.0, 1.0) * self.ALPHA_WIDTH) / self.BASE_FREQ
        draw = self.random.choice
        for step in range(self.ITERATION_LIMIT + 1):
            shares = [share * (weight + likely) for share, likely in zip(shares, draw(grams), strict=True)]
            if step % 5 == 0:
                whole = sum(shares)
                shares = [share / whole for share in shares]
                if max(shares) > self.CONV_THRESHOLD:
                    break
        return shares
