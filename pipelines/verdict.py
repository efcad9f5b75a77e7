"""From the findings of all official offers to the answer for one claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Literal

from pipelines.grounds import Confidence, price_confidence, product_confidence
from pipelines.match import Match
from pipelines.rules import Finding, Pair, Prices
from pipelines.rules.case import StoreAnswer
from pipelines.rules.finding import comparable, decimal_of
from pipelines.rules.time_gap import hours_between

VerdictWord = Literal["consistent", "cheaper_at_streamer", "dearer_at_streamer", "different_product", "cannot_tell"]
PairAnswer = StoreAnswer

VERDICTS: dict[VerdictWord, str] = {
    "consistent": "The promoted price is consistent with the official price.",
    "cheaper_at_streamer": "The promoted offer is cheaper than the official one.",
    "dearer_at_streamer": "The promoted offer is dearer than the official one.",
    "different_product": "The promoted offer is not the same product as the official one.",
    "cannot_tell": "It cannot be told from the stored pages.",
}
_WORD: dict[PairAnswer, VerdictWord] = {
    "consistent": "consistent",
    "cheaper": "cheaper_at_streamer",
    "dearer": "dearer_at_streamer",
    "different": "different_product",
}
_PROMISED = "The page asks more than the official offer, the price promised in the broadcast is not on it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One official offer beside the promoted one. `prices` are the two that were compared, if they could be."""

    pair: Pair
    match: Match
    findings: tuple[Finding, ...]
    prices: Prices | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer for one claim. Prices are for `per` ("offer", "100 ml" …), rounded to cents for reading only.

    page_ids     the pages it rests on
    compared_at  time of the newest of them; None when no page was seen
    confidence   how sure an answer is; None for cannot_tell
    coverage     official offers `named`, `seen` and `compared`, and `hours_apart`, the widest gap of two compared looks
    chosen       the official offer that decided a price verdict
    """

    word: VerdictWord
    text: str
    reasons: tuple[str, ...]
    promoted_price: Decimal | None = None
    official_price: Decimal | None = None
    currency: str | None = None
    per: str | None = None
    page_ids: tuple[str, ...] = ()
    compared_at: str | None = None
    confidence: Confidence | None = None
    coverage: Mapping[str, Any] = field(default_factory=dict)
    chosen: Compared | None = None


def decide(compared: list[Compared], missing: list[str], page_times: dict[str, str]) -> Verdict:
    """The verdict for one claim.

    compared    every official offer that was set beside the promoted one
    missing     a sentence for every page that was needed and is not there
    page_times  page id to UTC time, for every page looked at
    """
    answers = [(answer_of(each), each) for each in compared]
    usable = [(answer, each) for answer, each in answers if answer in ("consistent", "cheaper", "dearer")]
    open_condition = [each for answer, each in answers if answer == "conditional"]
    # Another size says nothing beside an offer of the very same thing, even when a coupon decides about that one.
    if any(each.match.answer == "same_variant" for each in (*(each for _, each in usable), *open_condition)):
        usable = [pair for pair in usable if pair[1].match.answer == "same_variant"]
    coverage = _coverage(answers, len(missing))
    word: VerdictWord
    if usable:
        # The dearest ratio is the lowest official price: a claim of a good price is tested against the best official
        # offer.
        answer, chosen = max(usable, key=lambda pair: _gap(pair[1]))
        if answer == "dearer" and _promise_changes(chosen):
            reasons = [_PROMISED, *_reasons("dearer", chosen), *_texts(chosen, "claimed_price"), *missing]
            return replace(_plain("cannot_tell", reasons, page_times), coverage=coverage)
        if answer == "dearer" or not open_condition:
            found = _priced(_WORD[answer], chosen, answers, missing, page_times)
            disagree = len({other for other, _ in usable}) > 1
            priced = price_confidence(chosen.pair, chosen.match, chosen.prices, disagree)
            return replace(found, confidence=priced, coverage=coverage, chosen=chosen)
        word = "cannot_tell"
    else:
        only_different = bool(answers) and not missing and all(answer == "different" for answer, _ in answers)
        word = "different_product" if only_different else "cannot_tell"
    reasons = [*missing, *(reason for answer, each in answers for reason in _reasons(answer, each))]
    sure = product_confidence(each.match for each in compared) if word == "different_product" else None
    return replace(_plain(word, reasons, page_times), confidence=sure, coverage=coverage)


def _promise_changes(compared: Compared) -> bool:
    """Whether the price promised in the broadcast, which viewers may have had, is not dearer than the official one."""
    pair, promise = compared.pair, compared.pair.promise
    if not promise.price or promise.currency not in (None, pair.promoted.currency) or not pair.official.price:
        return False
    prices = comparable(pair, promise.price, pair.official.price)
    used = next(finding.parameters for finding in compared.findings if finding.role == "price")
    return prices is not None and prices.answer(decimal_of(used, "tolerance")) != "dearer"


def _texts(compared: Compared, rule: str) -> list[str]:
    return [finding.text for finding in compared.findings if finding.rule == rule]


def _coverage(answers: list[tuple[PairAnswer, Compared]], missing: int) -> dict[str, Any]:
    told = [each for answer, each in answers if answer in ("consistent", "cheaper", "dearer", "conditional")]
    apart = [hours_between(each.pair.promoted.seen_at, each.pair.official.seen_at) for each in told]
    return {
        "named": len(answers) + missing,
        "seen": len(answers),
        "compared": len(told),
        "hours_apart": str(max(apart)) if apart else None,
    }


def answer_of(compared: Compared) -> PairAnswer:
    """What one official offer says; "conditional" when a coupon, membership or promotion would change the answer."""
    if compared.match.answer == "different":
        return "different"
    if compared.match.answer == "unsure" or any(finding.role == "stop" for finding in compared.findings):
        return "cannot_tell"
    base = next((finding.answer for finding in compared.findings if finding.role == "price"), None)
    if base not in ("consistent", "cheaper", "dearer"):
        return "cannot_tell"
    if any(finding.role == "condition" and finding.answer != base for finding in compared.findings):
        return "conditional"
    return base


def _gap(compared: Compared) -> Decimal:
    prices = compared.prices
    return prices.promoted / prices.official if prices else Decimal(0)


def _priced(
    word: VerdictWord,
    chosen: Compared,
    answers: list[tuple[PairAnswer, Compared]],
    missing: list[str],
    page_times: dict[str, str],
) -> Verdict:
    notes = [finding.text for finding in chosen.findings if finding.role in ("price", "condition")]
    notes += [
        finding.text for finding in chosen.findings if finding.rule in ("content_known", "gifts", "broadcast_gap")
    ]
    reasons = [notes[0], chosen.match.why, *notes[1:]]
    if len(answers) + len(missing) > 1:
        priced = sum(answer in ("consistent", "cheaper", "dearer") for answer, _ in answers)
        reasons.append(
            f"{priced} of {len(answers) + len(missing)} official offers could be compared; the lowest decides."
        )
    reasons += missing
    prices = chosen.prices
    pages = (chosen.pair.promoted.page_id, chosen.pair.official.page_id)
    return Verdict(
        word=word,
        text=f"{VERDICTS[word]} {notes[0]}",
        reasons=tuple(reasons),
        promoted_price=_cents(prices.promoted) if prices else None,
        official_price=_cents(prices.official) if prices else None,
        currency=chosen.pair.promoted.currency,
        per=prices.per if prices else None,
        page_ids=pages,
        compared_at=max(page_times[page] for page in pages),
    )


def _plain(word: VerdictWord, reasons: list[str], page_times: dict[str, str]) -> Verdict:
    kept = tuple(dict.fromkeys(reasons)) or ("Nothing was found to compare.",)
    return Verdict(
        word=word,
        text=f"{VERDICTS[word]} {kept[0]}",
        reasons=kept,
        page_ids=tuple(page_times),
        compared_at=max(page_times.values(), default=None),
    )


def _reasons(answer: PairAnswer, compared: Compared) -> list[str]:
    if answer == "different":
        return [compared.match.why]
    stops = [finding.text for finding in compared.findings if finding.role == "stop"]
    if answer == "conditional":
        base = next(finding.text for finding in compared.findings if finding.role == "price")
        return [
            f"The answer depends on a condition. For anyone: {base}",
            *(finding.text for finding in compared.findings if finding.role == "condition"),
        ]
    if compared.match.answer == "unsure":
        return [compared.match.why, *stops]
    return stops or [finding.text for finding in compared.findings if finding.role == "price"]


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_EVEN)
