"""The learned title score: its file, its sums, its fallback. Goods are invented."""

from __future__ import annotations

import json
import random
from importlib import resources

import numpy as np
import pytest

from pipelines.errors import ScorerInvalid
from pipelines.match import match, prepare
from pipelines.match.learned import Scorer, Wording, shipped
from pipelines.match.learned.book import Book
from pipelines.match.learned.scorer import Table, pair_table, read_model
from pipelines.match.learned.train import Plan, fit
from pipelines.match.learned.trees import Trees, read_trees
from pipelines.match.learned.wording import read
from pipelines.observation import Article

PAIRS = [
    (Wording(title="Orvel KX-450 kettle black 1.7 l"), Wording(title="orvel kettle KX450 1.7l", brand="Orvel")),
    (Wording(title="Orvel KX-450 kettle black"), Wording(title="Orvel KX-460 kettle white")),
    (
        Wording(title="兰芷 修护精华液 30ml 官方正品", attributes=(("货号", "LZ3302"), ("市场价", "199"))),
        Wording(title="兰芷修护精华 30ml", model="LZ3302", attributes=(("货号", "LZ3302"),)),
    ),
    (Wording(title="兰芷 修护精华液 30ml"), Wording(title="云朵洗发水 500ml")),
    (Wording(title=""), Wording(title="Kanto speaker")),
    (Wording(title="\ud800 \0 broken"), Wording(title="ａｂｃ" * 2_000)),
]
# Few wordings do not stand for a market.
PAIRS += [
    (Wording(title=f"Miroa camera MC-{number}"), Wording(title=f"miroa MC{number}")) for number in range(100, 150)
]
LEFT, RIGHT = [left for left, _ in PAIRS], [right for _, right in PAIRS]
MODEL = resources.files("pipelines.match.learned").joinpath("model.json").read_text("utf-8")
BOTH = pytest.mark.parametrize("known", [True, False], ids=["among others", "alone"])


def test_the_model_file_is_plain_numbers() -> None:
    said = json.loads(MODEL, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert said["format"] == 1
    for name in ("alone", "known"):
        trees = read_trees(said[name])
        assert trees.plain() == {key: pytest.approx(value, rel=1e-6) for key, value in said[name].items()}
        assert not [feature for feature in trees.names if "price" in feature]
    assert len(MODEL) < 1_000_000


@BOTH
def test_scores_are_chances_and_repeat(known: bool) -> None:
    once, again = (shipped().score(LEFT, RIGHT, known=known) for _ in range(2))
    assert once.tolist() == again.tolist()
    assert ((once > 0) & (once < 1)).all()


def test_alike_goods_score_higher_than_others() -> None:
    scores = shipped().score(LEFT, RIGHT)
    assert scores[0] > 0.5 > scores[1]
    assert scores[2] > scores[3]


@BOTH
@pytest.mark.parametrize("scorer", [shipped(), Scorer()], ids=["model", "rules"])
def test_an_explanation_adds_up_to_the_score(scorer: Scorer, known: bool) -> None:
    scores = scorer.score(LEFT, RIGHT, known=known)
    for score, found in zip(scores, scorer.explain(LEFT, RIGHT, known=known), strict=True):
        assert found.base + sum(push.logit for push in found.pushes) == pytest.approx(found.logit, abs=1e-9)
        assert 1 / (1 + np.exp(-found.logit)) == pytest.approx(score, abs=1e-12)
        assert found.score == pytest.approx(score, abs=1e-12)


def test_an_explanation_is_in_words() -> None:
    (found,) = shipped().explain(LEFT[:1], RIGHT[:1])
    assert all(push.says for push in found.pushes)
    assert found.says(2).count(" it, ") == 2
    assert "model number" in found.says(20)


def test_a_batch_scores_like_its_pairs_one_by_one() -> None:
    one_by_one = [float(shipped().score([left], [right])[0]) for left, right in PAIRS]
    assert shipped().score(LEFT, RIGHT).tolist() == pytest.approx(one_by_one, abs=1e-12)


@BOTH
def test_the_sides_can_be_exchanged(known: bool) -> None:
    there, back = shipped().score(LEFT, RIGHT, known=known), shipped().score(RIGHT, LEFT, known=known)
    assert there.tolist() == pytest.approx(back.tolist(), abs=1e-12)


def test_prices_take_no_part() -> None:
    cheap, dear = (
        Wording(title="兰芷 面霜", attributes=(("市场价", price), ("List price", price))) for price in ("1", "999")
    )
    assert read(cheap) == read(dear)


def test_a_few_records_are_no_market() -> None:
    assert not Book(LEFT[:20], known=True).known
    assert Book([*LEFT, *RIGHT], known=True).known


def test_without_a_model_rules_score() -> None:
    scores = Scorer().score(LEFT, RIGHT)
    assert scores[0] > 0.5 > scores[3]
    assert scores[0] > scores[1]


def test_no_pairs_have_no_scores() -> None:
    assert shipped().score([], []).tolist() == []
    assert shipped().explain([], []) == ()
    with pytest.raises(ValueError, match="two sides"):
        shipped().score(LEFT, [])


TREES = json.loads(MODEL)["alone"]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"format": 2}',
        '{"format": 1, "alone": {}}',
        json.dumps({"format": 1, "alone": {**TREES, "child": [0] * len(TREES["child"])}}),
        json.dumps({"format": 1, "alone": {**TREES, "roots": [-1]}}),
        json.dumps({"format": 1, "alone": {**TREES, "value": [*TREES["value"][1:], float("nan")]}}),
        json.dumps({"format": 1, "alone": {**TREES, "value": TREES["value"][1:]}}),
    ],
)
def test_a_damaged_model_is_refused(text: str) -> None:
    with pytest.raises(ScorerInvalid):
        read_model(text)


def test_a_model_for_other_features_is_refused() -> None:
    other = read_model(json.dumps({"format": 1, "alone": {**TREES, "names": TREES["names"][::-1]}}))
    with pytest.raises(ScorerInvalid, match="other features"):
        other.score(LEFT, RIGHT)


def learned() -> tuple[Table, Trees]:
    dice = random.Random(1)
    numbers = [(dice.randint(100, 199), dice.randint(0, 1)) for _ in range(120)]
    left = [Wording(title=f"Orvel KX-{number} kettle") for number, _ in numbers]
    right = [Wording(title=f"kettle orvel KX{number + 1 - same}") for number, same in numbers]
    found = pair_table(left, right, known=False)
    labels = np.array([same for _, same in numbers])
    plan = Plan(rounds=12, leaves=6)
    return found, fit(found.names, found.rows, labels, seed=3, plan=plan)


def test_the_same_seed_learns_the_same_trees() -> None:
    (found, once), (_, again) = learned(), learned()
    assert once.plain() == again.plain()
    kept = read_trees(json.loads(json.dumps(once.plain())))
    assert kept.logits(found.rows).tolist() == once.logits(found.rows).tolist()


def article(title: str) -> Article:
    return Article(page_id="p", url="https://shop.example/1", seen_at="2026-11-01T00:00:00Z", title=title)


def test_the_score_is_told_and_decides_nothing() -> None:
    found = match(prepare(article("Orvel kettle for the office")), prepare(article("Orvel kettle, brushed, cordless")))
    (told,) = [item for item in found.evidence if item.field == "likeness"]
    assert found.answer == "unsure"
    assert told.points_to == "nothing"
    assert "learned score" in told.says
    assert "likeness" not in found.decided_by


def test_what_hard_evidence_decides_has_no_score() -> None:
    found = match(prepare(article("Orvel kettle KX-45012")), prepare(article("Orvel kettle KX-45012 steel")))
    assert "likeness" not in {item.field for item in found.evidence}
