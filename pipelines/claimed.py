"""What becomes of the words of a claim: supported, contradicted or not testable, by the findings of its rules.

"contradicted" accuses, so it needs every rule that can tell to agree, and a look near the broadcast (`claim_window`);
the rules themselves need the same variant, one window, one currency, both in stock and a price for anyone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pipelines.grounds import Confidence, scale
from pipelines.normalize.claim_words import ClaimKind, Statement
from pipelines.rules import Case, Finding

ClaimWord = Literal["supported", "contradicted", "not_testable"]

CLAIM_WORDS: dict[ClaimWord, str] = {
    "supported": "What was seen supports the claim.",
    "contradicted": "What was seen contradicts the claim.",
    "not_testable": "The claim cannot be tested with what was seen.",
}
# The first rule must tell; the others must not disagree.
TESTED_BY: dict[ClaimKind, tuple[str, ...]] = {
    "lowest_anywhere": ("lowest_seen",),
    "lowest_ever": ("lowest_before",),
    "lowest_of_year": ("lowest_before",),
    "cheaper_than_official": ("against_official",),
    "same_price": ("against_official",),
    "official_discount": ("against_official",),
    "discount": ("discount_lowest", "discount_usual"),
    "former_price": ("original_price",),
    "usual_price": ("usual_price",),
    "same_product": ("same_item",),
    "festival_price": (),
    "genuine": (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """One statement of a claim with its answer, the sentence for it and the findings that it rests on."""

    statement: Statement
    word: ClaimWord
    why: str
    rules: tuple[str, ...] = ()
    page_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimAnswer:
    """The answer for the words of one claim: contradicted when one statement is, supported when all are."""

    word: ClaimWord
    text: str
    tested: tuple[Tested, ...] = ()
    confidence: Confidence | None = None


def answer_claim(
    statements: tuple[Statement, ...], case: Case | None, findings: tuple[Finding, ...], missing: list[str]
) -> ClaimAnswer:
    """The answer for a claim. `case` is None when no promoted offer was seen; `missing` then says why."""
    if not statements:
        return _whole("not_testable", "It says nothing that a rule tests.")
    if case is None:
        return _whole("not_testable", missing[0] if missing else "No promoted offer was seen.")
    by_rule = {finding.rule: finding for finding in findings}
    tested = tuple(
        _test(statement, by_rule if _looked_at(statement, case, by_rule) else {}) for statement in statements
    )
    word: ClaimWord = "supported" if all(each.word == "supported" for each in tested) else "not_testable"
    if any(each.word == "contradicted" for each in tested):
        word = "contradicted"
    deciding = next(each for each in tested if each.word == word)
    confidence = None if word == "not_testable" else scale(_weak(case, tested, word))
    return ClaimAnswer(word=word, text=f"{CLAIM_WORDS[word]} {deciding.why}", tested=tested, confidence=confidence)


def _looked_at(statement: Statement, case: Case, findings: Mapping[str, Finding]) -> bool:
    """Rules look at the first statement of a kind; the one about official prices at one of three, which it names."""
    official = findings.get("against_official")
    if official is not None and "against_official" in TESTED_BY[statement.kind]:
        return f"({statement.words})" in official.text
    return case.said(statement.kind) is statement


def _whole(word: ClaimWord, why: str) -> ClaimAnswer:
    return ClaimAnswer(word=word, text=f"{CLAIM_WORDS[word]} {why}")


def _test(statement: Statement, findings: Mapping[str, Finding]) -> Tested:
    rules = TESTED_BY[statement.kind]
    found = [findings[name] for name in rules if name in findings]
    told = [finding for finding in found if finding.answer != "cannot_tell"]
    pages = tuple(dict.fromkeys(page for finding in found for page in finding.page_ids))
    words = f"“{statement.words}”"

    def tested(word: ClaimWord, why: str) -> Tested:
        names = tuple(finding.rule for finding in found)
        return Tested(statement=statement, word=word, why=why, rules=names, page_ids=pages)

    if not rules:
        return tested("not_testable", f"No page can show whether {words} is true.")
    if not found:
        return tested("not_testable", f"Nothing was seen that tests {words}.")
    if not told or told[0].rule != rules[0]:
        return tested("not_testable", found[0].text)
    if len({finding.answer for finding in told}) > 1:
        return tested("not_testable", f"Two ways of testing {words} disagree. {told[0].text}")
    if told[0].answer == "consistent":
        return tested("supported", told[0].text)
    window = findings.get("claim_window")
    if window is None or window.answer != "consistent":
        return tested("not_testable", window.text if window else found[0].text)
    return tested("contradicted", told[0].text)


def _weak(case: Case, tested: tuple[Tested, ...], word: ClaimWord) -> int:
    """How many weak points the answer has, as docs/verdicts.md counts them."""
    by_stores = {"lowest_seen", "against_official", "lowest_before"}
    stores = [store for store in case.stores if store.told]
    titles = any(by_stores & set(each.rules) for each in tested) and not any(store.number for store in stores)
    unclear = any(each.word != word for each in tested)
    return sum((titles, unclear, case.promise.said_at is None, case.promoted.availability == "unknown"))
