"""Review signals. ONE FILE A SIGNAL: `observe(reviews, parameters)` gives one `Signal` a review, in order.

They describe texts, never a person or a shop. A value that cannot be computed is None, with the reason as evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipelines.signals import (
    burst,
    default_text,
    follow_up,
    incentive,
    length_variety,
    near_duplicate,
    other_goods,
    purchase_gap,
    rating_deviation,
    rating_text_gap,
    sold_against_reviews,
    template_phrases,
)
from pipelines.signals.signal import Goods, ReviewText, Signal, SignalModule

SIGNALS: dict[str, SignalModule] = {
    "default_text": default_text,
    "length_variety": length_variety,
    "near_duplicate": near_duplicate,
    "incentive": incentive,
    "rating_text_gap": rating_text_gap,
    "rating_deviation": rating_deviation,
    "follow_up": follow_up,
    "burst": burst,
    "template_phrases": template_phrases,
    "purchase_gap": purchase_gap,
    "other_goods": other_goods,
    "sold_against_reviews": sold_against_reviews,
}


def signals(reviews: Sequence[ReviewText], given: Mapping[str, Mapping[str, object]]) -> Iterator[Signal]:
    """Every signal of every review, signal by signal. `given` maps a signal to the parameters that the dataset sets."""
    for name, module in SIGNALS.items():
        own = given.get(name, {})
        yield from module.observe(reviews, {key: own.get(key, value) for key, value in module.DEFAULTS.items()})


__all__ = ["SIGNALS", "Goods", "ReviewText", "Signal", "signals"]
