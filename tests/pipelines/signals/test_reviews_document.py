"""`docs/reviews.md` tells of every signal and topic what it means, and each of its examples gives what is said."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines.complaints import TOPICS, topics_of
from pipelines.complaints.rates import wilson
from pipelines.signals import SIGNALS, Goods, ReviewText, Signal
from pipelines.signals.signal import Parameters

TEXT = (Path(__file__).parents[3] / "docs" / "reviews.md").read_text(encoding="utf-8")
SIGNAL_PART, COMPLAINT_PART = re.split(r"^# Complaints$", TEXT.partition("\n# Signals\n")[2], flags=re.MULTILINE)
SCOPES = ("one review", "its product", "the corpus")


def sections(part: str) -> dict[str, str]:
    """Name → what stands under its heading."""
    pieces = re.split(r"^## `(\w+)`$", part, flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def said(section: str, label: str) -> str:
    """The paragraph that begins with this label."""
    found = re.search(rf"^\*\*{label}\.\*\*(?P<words>.*?)(?:\n\n|\Z)", section, re.MULTILINE | re.DOTALL)
    assert found, f"no paragraph on {label}"
    return found["words"].strip()


def test_every_signal_and_topic_has_a_section_and_nothing_else_has() -> None:
    assert list(sections(SIGNAL_PART)) == list(SIGNALS)
    assert list(sections(COMPLAINT_PART)) == list(TOPICS)


@pytest.mark.parametrize("name", SIGNALS)
def test_a_signal_has_meaning_formula_source_limits_scope_and_parameters(name: str) -> None:
    section = sections(SIGNAL_PART)[name]
    for label in ("Meaning", "Formula", "Source", "Limits"):
        assert len(said(section, label)) > 20
    assert said(section, "Scope") in SCOPES
    defaults = ", ".join(f"`{key}` = {value}" for key, value in SIGNALS[name].DEFAULTS.items())
    assert said(section, "Parameters") == (defaults or "none")


@pytest.mark.parametrize("name", TOPICS)
def test_a_topic_has_meaning_limits_and_both_kinds_of_examples(name: str) -> None:
    section = sections(COMPLAINT_PART)[name]
    assert said(section, "Meaning")
    assert said(section, "Limits")
    words = [words for _, words in examples_of(section)]
    assert any(words)
    assert not all(words)


def test_complaints_have_formula_source_limits_and_rates() -> None:
    head = COMPLAINT_PART.partition("\n## ")[0]
    assert all(said(head, label) for label in ("Formula", "Source", "Limits", "Rates"))


def reviews_of(example: str) -> list[tuple[ReviewText, dict[str, Any]]]:
    """The reviews of an example, each with the entry it comes from."""
    made: list[tuple[ReviewText, dict[str, Any]]] = []
    for entry in tomllib.loads(example)["reviews"]:
        for n in range(1, entry.get("times", 1) + 1):
            given = {name: entry[name].format(n=n) for name in ("text", "product", "date") if name in entry}
            given |= {
                name: entry[name] for name in ("follow_up_text", "follow_up_date", "bought_date") if name in entry
            }
            if "rating" in entry:
                given["rating"] = Decimal(entry["rating"])
            if "goods" in entry:
                given["goods"] = Goods(**entry["goods"])
            given.setdefault("product", "one.example/1")
            made.append((ReviewText(id=f"r{len(made)}", author_key=entry.get("author_key"), **given), entry))
    return made


def computed(name: str, reviews: list[ReviewText]) -> list[Signal]:
    module = SIGNALS[name]
    parameters: Parameters = module.DEFAULTS
    return list(module.observe(reviews, parameters))


@pytest.mark.parametrize("name", SIGNALS)
def test_the_example_of_a_signal_is_what_the_code_computes(name: str) -> None:
    example = re.search(r"```toml\n(.*?)```", sections(SIGNAL_PART)[name], re.DOTALL)
    assert example
    reviews = reviews_of(example[1])
    found = computed(name, [review for review, _ in reviews])
    told = 0
    for signal, (_, entry) in zip(found, reviews, strict=True):
        if "value" in entry:
            assert signal.value == entry["value"]
        if "because" in entry:
            assert (signal.value, signal.evidence["because"]) == (None, entry["because"])
        for key, value in entry.get("evidence", {}).items():
            assert signal.evidence[key] == value
        told += "value" in entry or "because" in entry
    assert told


@pytest.mark.parametrize("name", SIGNALS)
def test_the_scope_is_as_said(name: str) -> None:
    """What a signal says of a review needs no more than its scope: batches of that size give the same."""
    scope = said(sections(SIGNAL_PART)[name], "Scope")
    reviews = [review for other in SIGNALS for review, _ in reviews_of(example_of(other))]
    reviews = [ReviewText(**{**fields(review), "id": f"r{n}"}) for n, review in enumerate(reviews)]
    whole = computed(name, reviews)
    if scope == "the corpus":
        assert hasattr(SIGNALS[name], "gather") or name == "near_duplicate"
        return
    keys = {n: str(n) if scope == "one review" else review.product for n, review in enumerate(reviews)}
    for key in set(keys.values()):
        batch = [n for n in keys if keys[n] == key]
        assert computed(name, [reviews[n] for n in batch]) == [whole[n] for n in batch]


def example_of(name: str) -> str:
    found = re.search(r"```toml\n(.*?)```", sections(SIGNAL_PART)[name], re.DOTALL)
    assert found
    return found[1]


def fields(review: ReviewText) -> dict[str, Any]:
    return {name: getattr(review, name) for name in review.__struct_fields__}


def examples_of(section: str) -> list[tuple[str, str]]:
    """(text, words) of the table of a topic; no words stand for no complaint of this topic."""
    rows = re.findall(r"^\| (.*?) \| ?(.*?) ?\|$", section, re.MULTILINE)
    return [(text, words.strip()) for text, words in rows if text != "text" and set(text) != {"-"}]


@pytest.mark.parametrize("name", TOPICS)
def test_the_examples_of_a_topic_are_what_the_code_finds(name: str) -> None:
    for text, words in examples_of(sections(COMPLAINT_PART)[name]):
        assert " · ".join(topics_of(text).get(name, ())) == words, text


def test_the_intervals_are_wilsons() -> None:
    rows = re.findall(r"^\| (\d+) \| (\d+) \| ([\d.]+) \| ([\d.]+) to ([\d.]+) \|$", COMPLAINT_PART, re.MULTILINE)
    assert len(rows) == 2
    for hits, of, rate, low, high in rows:
        interval = wilson(int(hits), int(of))
        assert (f"{1000 * int(hits) / int(of):.1f}", *(f"{1000 * share:.1f}" for share in interval)) == (
            rate,
            low,
            high,
        )
