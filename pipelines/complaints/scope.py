"""What takes the words of a complaint back: a denial right before them, a question, a condition, a fear, other goods.

没有破损, "not fake", 是不是假货, 如果质量不好就退, 担心过敏, 别家的质量差. The words that do so are lists of the
lexicon (`[scope]`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_NEVER = re.compile(r"(?!)")
_REACH = 60
# 破损都没有, 没有破损、漏液: the denial stands behind, or holds for the next of a list as well.
_DENIED_BEHIND = re.compile(
    r"(?:的|过|现象|情况|问题)*(?:(?:都|也|一个|通通|全都)+没有?(?:发现|出现|发生|过|的|了)*|(?:其实)?没有了|其实没有)$"
)
LIST = re.compile(r"\s*(?:[、,，/和或及与跟]|以及|\bor\b|\band\b|\bnor\b)*\s*")


@dataclass(frozen=True, slots=True)
class Scope:
    """The word lists of one language as patterns; `spaced` where words stand between spaces."""

    spaced: bool
    denied: re.Pattern[str]
    not_denied: re.Pattern[str]
    asked: re.Pattern[str]
    asked_after: re.Pattern[str]
    supposed: re.Pattern[str]
    supposed_after: re.Pattern[str]
    feared: re.Pattern[str]
    of_others: re.Pattern[str]

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Scope:
        """From the table `[scope]` of a file of the lexicon. Raises `KeyError` for a list that is missing."""
        spaced = bool(said["spaced"])
        gap = r"\s+" if spaced else r"\s?"
        # Possessive: fillers that begin alike are not tried in all ways.
        tail = rf"(?:{gap}{_any(said['fillers'], spaced)})*+\s*$"
        no_fear = f"(?!{_any(said['no_fear'], spaced)})" if said["no_fear"] else ""
        feared = _any(said["fears"], spaced)
        # 恐怕 holds 怕: what is no fear is looked for from its first character on.
        skipped = f"(?:{_any(said['no_fear'], spaced)}|(?P<fear>{feared}))" if no_fear else f"(?P<fear>{feared})"
        return cls(
            spaced=spaced,
            denied=re.compile(_any(said["denies"], spaced) + tail),
            not_denied=re.compile(_any(said["no_denial"], spaced) + tail),
            asked=_pattern(said["asks_before"], spaced),
            asked_after=_pattern(said["asks_after"], spaced),
            supposed=_pattern(said["supposes"], spaced),
            supposed_after=_pattern(said["supposes_after"], spaced),
            feared=re.compile(skipped),
            of_others=re.compile(rf"(?<![比跟和如])(?<!than ){_any(said['others'], spaced)}"),
        )

    def denies(self, before: str, behind: str) -> bool:
        """Whether the words between `before` and `behind`, the rest of their clause, are denied."""
        near = before[-_REACH:]
        if self.denied.search(near) and not self.not_denied.search(near):
            return True
        return not self.spaced and _DENIED_BEHIND.match(behind) is not None

    def asks_or_supposes(self, earlier: str, before: str, behind: str) -> bool:
        """Whether the clause asks, supposes or fears; `earlier` is the clause before it in the sentence."""
        return bool(
            self.asked.search(before)
            or self.asked_after.search(behind)
            or self.supposed.search(before)
            or (earlier and self.supposed.search(earlier))
            or self.supposed_after.search(before + behind)
            or any(match["fear"] for match in self.feared.finditer(before))
        )

    def about_others(self, before: str) -> bool:
        """Whether the clause speaks of other goods or another shop."""
        return self.of_others.search(before) is not None


def _any(words: Iterable[str], spaced: bool) -> str:
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    choice = "|".join(map(re.escape, longest_first))
    return rf"\b(?:{choice})\b" if spaced else f"(?:{choice})"


def _pattern(words: Iterable[str], spaced: bool) -> re.Pattern[str]:
    return re.compile(_any(words, spaced)) if words else _NEVER
