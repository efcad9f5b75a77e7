"""What a complaint is given (`Said`) and what it is: a topic, and the words of the text that speak of it."""

from __future__ import annotations

from typing import Protocol

import msgspec

# In the order in which they are listed everywhere.
TOPICS = (
    "quality",
    "counterfeit",
    "differs",
    "cheaper_elsewhere",
    "service",
    "refund",
    "delivery",
    "packaging",
    "expiry",
    "safety",
    "incentive",
)
FIELDS = ("title", "text", "follow_up_text")


class Said(Protocol):
    """The texts of a stored review; `language` is BCP 47. What the platform wrote in place of a buyer is left out."""

    @property
    def id(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def follow_up_text(self) -> str | None: ...


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Words of a text: `field` of `FIELDS`, characters `start` to `end` of it, and the clause they stand in."""

    field: str
    start: int
    end: int
    words: str
    clause: str


class Complaint(msgspec.Struct, frozen=True, kw_only=True):
    """A review speaks of a topic as a complaint, at these places of its texts, in their order; at least one."""

    review: str
    topic: str
    places: tuple[Place, ...]


def readable(language: str) -> bool:
    """Whether the lexicon knows the language of a text: Chinese, in both scripts, and English."""
    return language.startswith(("zh", "en"))
