"""The language of a text: script first, words next, langdetect for the rest. BCP 47, `und` for what has no letters.

Chinese is told from Japanese and Korean by script alone, so Han text is never taken for Korean. Simplified and
traditional are told apart by characters that only one of the two character sets in use since the 1980s has
(GB 2312 and Big5); text without any such character is plain `zh`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import langdetect
from langdetect.detector_factory import DetectorFactory
from langdetect.lang_detect_exception import LangDetectException

from pipelines.normalize.ngrams import TextDetector
from pipelines.normalize.word_languages import vote

Method = Literal["script", "words", "langdetect", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageReading:
    """`language` BCP 47; `confidence` 0 to 1; `method`: script, words, langdetect, or none for `und`."""

    language: str
    confidence: float
    method: Method


def _variant_characters() -> tuple[str, str]:
    """Characters that only simplified texts use, and those that only traditional ones use.

    GB 2312 and Big5 both order their characters by how common they are: lead bytes B0–D7 of the first and A4–C6 of
    the second hold the common ones. A common character of one that the other has not at all, or (for simplified) only
    among its rare ones, belongs to one script: 体 is common in GB 2312 and a rare homograph in Big5.
    """
    simplified, traditional = [], []
    for code in range(0x4E00, 0x9FA6):
        character = chr(code)
        mainland = character.encode("gb2312", "ignore")
        taiwan = character.encode("big5", "ignore")
        if mainland and (not taiwan or (mainland[0] <= 0xD7 and taiwan[0] >= 0xC9)):
            simplified.append(character)
        elif taiwan and taiwan[0] <= 0xC6 and not mainland:
            traditional.append(character)
    return "".join(simplified), "".join(traditional)


_SIMPLIFIED_ONLY, _TRADITIONAL_ONLY = _variant_characters()
_HAN = re.compile("[\u4e00-\u9fff\u3400-\u4dbf\uf900-\ufaff\U00020000-\U0003ffff]+")
_KANA_LETTERS = "\u3041-\u3096\u30a1-\u30fa\u31f0-\u31ff\uff66-\uff6f\uff71-\uff9d"
_HANGUL_LETTERS = "\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e"
_KANA = re.compile(f"[{_KANA_LETTERS}]+")
_HANGUL = re.compile(f"[{_HANGUL_LETTERS}]+")
_SIMPLIFIED = re.compile(f"[{_SIMPLIFIED_ONLY}]")
_TRADITIONAL = re.compile(f"[{_TRADITIONAL_ONLY}]")
# Texts in simplified Chinese, most of those of Chinese shops, have none of these.
_ELSEWHERE = re.compile(f"[{_TRADITIONAL_ONLY}{_KANA_LETTERS}{_HANGUL_LETTERS}]")
_LATIN = re.compile("[A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff]+")
_CYRILLIC = re.compile("[\u0400-\u04ff]+")
_ARABIC = re.compile("[\u0620-\u064a\u066e-\u06d3]+")
_ANY_LETTER = re.compile(r"[^\W\d_]")
_ONE_LANGUAGE_SCRIPTS = (
    ("th", re.compile("[\u0e01-\u0e2e\u0e30-\u0e3a\u0e40-\u0e4e]+")),
    ("el", re.compile("[\u0370-\u03ff\u1f00-\u1fff]+")),
    ("he", re.compile("[\u05d0-\u05ea]+")),
    ("hi", re.compile("[\u0904-\u0939\u0958-\u0961]+")),
    ("ta", re.compile("[\u0b85-\u0bb9]+")),
    ("ka", re.compile("[\u10d0-\u10ff]+")),
    ("hy", re.compile("[\u0531-\u0587]+")),
    ("bn", re.compile("[\u0985-\u09b9]+")),
    ("lo", re.compile("[\u0e81-\u0ec4]+")),
    ("km", re.compile("[\u1780-\u17b3]+")),
    ("my", re.compile("[\u1000-\u102a]+")),
)
_ADDRESS = re.compile(r"https?://\S{1,2000}|www\.\S{1,2000}|\S{1,200}@\S{1,200}\.\w{1,20}")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,300}>")
_UND = LanguageReading(language="und", confidence=0.0, method="none")
_HANS = LanguageReading(language="zh-Hans", confidence=1.0, method="script")
_HAN_ALONE = LanguageReading(language="zh", confidence=1.0, method="script")
_LONGEST = 5_000
_FEW_LETTERS = 30


def detect(text: str | None) -> LanguageReading:
    """The language most of a text is written in; the same answer in any order and process.

    Emoji, digits, punctuation, and texts whose letters no detector can place give `und`.
    """
    if not text:
        return _UND
    if len(text) > _LONGEST:
        text = text[:_LONGEST]
    if "<" in text:
        # The letters of a tag that somebody typed are no words of any language.
        text = _TAG.sub(" ", text)
    if text.isascii():
        return _latin(text)
    elsewhere = _ELSEWHERE.search(text) is not None
    if not elsewhere and 4 * _plain_han(text) >= len(text):
        return _HANS if _SIMPLIFIED.search(text) else _HAN_ALONE
    han, kana, hangul = (sum(map(len, script.findall(text))) for script in (_HAN, _KANA, _HANGUL))
    if han or kana or hangul:
        east = han + kana + hangul
        # A Han, kana or Hangul letter says about as much as three or four Latin letters.
        if 4 * east >= len(text) or 3 * east >= sum(map(len, _LATIN.findall(text))):
            return _east_asian(text, han, kana, hangul)
    return _other_script(text)


def _plain_han(text: str) -> int:
    """How many characters from U+5000 to U+9FFF a text has: in UTF-8 they begin with the bytes E5 to E9."""
    utf8 = text.encode("utf-8", "surrogatepass")
    return len(utf8) - len(utf8.translate(None, b"\xe5\xe6\xe7\xe8\xe9"))


def _east_asian(text: str, han: int, kana: int, hangul: int) -> LanguageReading:
    total = han + kana + hangul
    if hangul and hangul >= kana and hangul * 3 >= han:
        return LanguageReading(language="ko", confidence=round(hangul / total, 3), method="script")
    # Chinese brands write a lone の; Japanese runs on kana.
    if (
        kana
        and (kana * 12 >= han)
        and not (kana <= 2 and han >= 3 * kana and set("".join(_KANA.findall(text))) <= {"の"})
    ):
        return LanguageReading(
            language="ja", confidence=round(0.5 + 0.5 * min(1.0, 3 * kana / total), 3), method="script"
        )
    simplified, traditional = len(_SIMPLIFIED.findall(text)), len(_TRADITIONAL.findall(text))
    share = round(han / total, 3)
    if simplified > traditional:
        return LanguageReading(language="zh-Hans", confidence=share, method="script")
    if traditional > simplified:
        return LanguageReading(language="zh-Hant", confidence=share, method="script")
    return LanguageReading(language="zh", confidence=share, method="script")


def _other_script(text: str) -> LanguageReading:
    latin = sum(map(len, _LATIN.findall(text)))
    cyrillic = sum(map(len, _CYRILLIC.findall(text)))
    arabic = sum(map(len, _ARABIC.findall(text)))
    for language, pattern in _ONE_LANGUAGE_SCRIPTS:
        letters = sum(map(len, pattern.findall(text)))
        if letters > max(latin, cyrillic, arabic):
            share = letters / (letters + latin + cyrillic + arabic)
            return LanguageReading(language=language, confidence=round(share, 3), method="script")
    if cyrillic > latin:
        return _statistical(text, "cyrillic")
    if arabic > latin:
        return _statistical(text, "arabic")
    return _latin(text) if latin else _UND


def _latin(text: str) -> LanguageReading:
    if not _ANY_LETTER.search(text):
        return _UND
    text = _ADDRESS.sub(" ", text) if ("://" in text or "@" in text or "www." in text) else text
    words = _LATIN.findall(text)
    letters = sum(map(len, words))
    if letters < 2:
        return _UND
    found = vote(text)
    if found is not None:
        return LanguageReading(language=found[0], confidence=found[1], method="words")
    # A handful of letters says less than which languages are common: in "pizza" Italian is no likelier than English.
    if letters < _FEW_LETTERS:
        return _statistical(" ".join(words).lower(), "short latin", trust=letters / _FEW_LETTERS)
    return _statistical(text.lower() if text.isupper() else text, "latin")


# Languages of the shops and reviews this project reads, with how likely each is before a letter is read. Languages
# left out are not answered; 55 candidates make langdetect guess Afrikaans or Somali for short reviews.
_PRIORS: dict[str, dict[str, float]] = {
    "short latin": {"en": 0.31, "de": 0.23, "fr": 0.23, "es": 0.23},
    "latin": {
        "en": 0.25, "de": 0.21, "fr": 0.21, "es": 0.21, "it": 0.02, "pt": 0.02, "nl": 0.01, "pl": 0.01, "tr": 0.01,
        "id": 0.01, "sv": 0.005, "da": 0.005, "no": 0.005, "cs": 0.005, "vi": 0.005, "ro": 0.005, "hu": 0.005,
        "fi": 0.005,
    },
    "cyrillic": {"ru": 0.7, "uk": 0.15, "bg": 0.1, "mk": 0.05},
    "arabic": {"ar": 0.7, "fa": 0.2, "ur": 0.1},
}  # fmt: skip


@lru_cache(maxsize=4)
def _factory(script: str) -> Any:
    """langdetect with the profiles of one script only, seeded so that every call starts from the same state."""
    folder = Path(langdetect.__file__).with_name("profiles")
    factory = DetectorFactory()
    factory.load_json_profile([(folder / name).read_text("utf-8") for name in _PRIORS[script]])
    factory.set_seed(0)
    return factory


def _statistical(text: str, script: str, *, trust: float = 1.0) -> LanguageReading:
    detector = TextDetector(_factory(script))
    detector.set_prior_map(_PRIORS[script])
    detector.append(text)
    try:
        found = detector.get_probabilities()
    except LangDetectException:
        return _UND
    if not found:
        return _UND
    return LanguageReading(
        language=found[0].lang, confidence=round(float(found[0].prob) * trust, 3), method="langdetect"
    )


def language_json(text: str, reading: LanguageReading) -> dict[str, Any]:
    """`{text, language, confidence, method}`."""
    return {
        "text": text,
        "language": reading.language,
        "confidence": reading.confidence,
        "method": reading.method,
    }
