"""From the findings of all official offers to the answer for one claim."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal

from pipelines.match import Match
from pipelines.rules import Finding, Pair, Prices

VerdictWord = Literal["consistent", "cheaper_at_streamer", "dearer_at_streamer", "different_product", "cannot_tell"]
PairAnswer = Literal["consistent", "cheaper", "dearer", "different", "conditional", "cannot_tell"]

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


def decide(compared: list[Compared], missing: list[str], page_times: dict[str, str]) -> Verdict:
    """The verdict for one claim.

    compared    every official offer that was set beside the promoted one
    missing     a sentence for every page that was needed and is not there
    page_times  page id to UTC time, for every page looked at
    """
    answers = [(answer_of(each), each) for each in compared]
    usable = [(answer, each) for answer, each in answers if answer in ("consistent", "cheaper", "dearer")]
    same = [pair for pair in usable if pair[1].match.answer == "same_variant"]
    word: VerdictWord
    if usable:
        # The dearest ratio is the lowest official price: a claim of a good price is tested against the best official
        # offer.
        answer, chosen = max(same or usable, key=lambda pair: _gap(pair[1]))
        open_condition = [each for other, each in answers if other == "conditional"]
        if answer == "dearer" or not open_condition:
            return _priced(_WORD[answer], chosen, answers, missing, page_times)
        word = "cannot_tell"
    else:
        only_different = bool(answers) and not missing and all(answer == "different" for answer, _ in answers)
        word = "different_product" if only_different else "cannot_tell"
    reasons = [*missing, *(reason for answer, each in answers for reason in _reasons(answer, each))]
    return _plain(word, reasons, page_times)


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
