"""Review signals. ONE FILE A SIGNAL: `observe(reviews, parameters)` gives one `Signal` a review, in order.

They describe texts, never a person or a shop. A value that cannot be computed is None, with the reason as evidence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
from pipelines.signals.forms import read_ahead
from pipelines.signals.signal import Gathering, Goods, ReviewText, Signal, SignalModule

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


def parameters(name: str, given: Mapping[str, Mapping[str, object]]) -> dict[str, object]:
    """The parameters of a signal: its defaults, or what the dataset sets."""
    own = given.get(name, {})
    return {key: own.get(key, value) for key, value in SIGNALS[name].DEFAULTS.items()}


class Observer:
    """Every signal of reviews that come batch by batch, no product in two of them: `add` all, `settle`, then `observe`
    each batch. `given` maps a signal to the parameters that the dataset sets.
    """

    def __init__(self, given: Mapping[str, Mapping[str, object]]) -> None:
        self.parameters = {name: parameters(name, given) for name in SIGNALS}
        self.clusters = near_duplicate.gather(self.parameters["near_duplicate"])
        self._gathered: dict[str, Gathering] = {"near_duplicate": self.clusters}
        for name, module in SIGNALS.items():
            if name not in self._gathered and (gather := getattr(module, "gather", None)) is not None:
                self._gathered[name] = gather(self.parameters[name])

    def add(self, reviews: Sequence[ReviewText]) -> None:
        read_ahead((), (review.text for review in reviews))
        for gathered in self._gathered.values():
            gathered.add(reviews)

    def settle(self) -> None:
        for gathered in self._gathered.values():
            gathered.settle()

    def observe(self, reviews: Sequence[ReviewText]) -> dict[str, list[Signal]]:
        """The answers of each signal, in the order of the reviews."""
        texts = [review.text for review in reviews]
        read_ahead([*texts, *(review.said for review in reviews if review.title)], texts)
        return {
            name: list(
                self._gathered[name].observe(reviews)
                if name in self._gathered
                else module.observe(reviews, self.parameters[name])
            )
            for name, module in SIGNALS.items()
        }


__all__ = ["SIGNALS", "Goods", "Observer", "ReviewText", "Signal"]
