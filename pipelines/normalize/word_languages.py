"""The language whose words a text uses, by how common each word is in each language.

The sum over the words of log(frequency / floor), as naive Bayes over words: a text of one word is told by one word,
where statistics over letters fail. Frequencies are those of the package wordfreq (Speer 2022), of the words that occur
at least about once in a million.
"""

from __future__ import annotations

import re
from functools import lru_cache
from math import exp, log

import wordfreq

# How likely each language is before a word is read, as in `language.PRIORS`. Languages that wordfreq lists under
# another code, and those that few shops here write, are left to langdetect.
PRIORS = {
    "en": 0.25, "de": 0.21, "fr": 0.21, "es": 0.21, "it": 0.025, "pt": 0.025, "nl": 0.02, "pl": 0.01, "sv": 0.01,
    "cs": 0.005, "tr": 0.005, "id": 0.005, "ro": 0.005, "hu": 0.005, "fi": 0.005,
}  # fmt: skip
LANGUAGES = tuple(PRIORS)
_FLOOR = log(5e-8)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_MOST_WORDS = 60
# From so many nats ahead on, further words change no answer.
_SURE = 14.0


def vote(text: str) -> tuple[str, float] | None:
    """The language, and how sure it is from 0 to 1; None when no language knows at least half of the words."""
    table = _table()
    scores, known = [log(prior) for prior in PRIORS.values()], [0] * len(LANGUAGES)
    read = 0
    for match in _WORD.finditer(text):
        word = match.group().lower()
        found = table.get(word) or _parts(word, table)
        for at, weight in found:
            scores[at] += weight
            known[at] += 1
        read += 1
        if read >= _MOST_WORDS or (read % 8 == 0 and _lead(scores) > _SURE):
            break
    if not read:
        return None
    best = max(range(len(scores)), key=scores.__getitem__)
    if 2 * known[best] < read:
        return None
    total = sum(exp(score - scores[best]) for score in scores)
    return LANGUAGES[best], round(1 / total, 3)


def _lead(scores: list[float]) -> float:
    first, second = sorted(scores)[:-3:-1]
    return first - second


def _parts(word: str, table: dict[str, tuple[tuple[int, float], ...]]) -> tuple[tuple[int, float], ...]:
    """What is known of l'eau and d’accord is known of their parts."""
    if "'" not in word and "’" not in word:
        return ()
    plain = word.replace("’", "'")
    return table.get(plain) or table.get(plain.rpartition("'")[2]) or ()


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[tuple[int, float], ...]]:
    """Word → (position in LANGUAGES, log of its frequency above the floor)."""
    found: dict[str, tuple[tuple[int, float], ...]] = {}
    for at, language in enumerate(LANGUAGES):
        for word, frequency in wordfreq.get_frequency_dict(language, wordlist="small").items():
            if not word.isdigit():
                found[word] = (*found.get(word, ()), (at, log(frequency) - _FLOOR))
    return found
