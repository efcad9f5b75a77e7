"""Worlds with a known truth: no wrong accusation, and nearly all answers right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from stdnum import ean

from crawler.cli import main
from pipelines import compare
from pipelines.compare import VerdictRow
from pipelines.dataset import load
from pipelines.export.sentences import translated
from pipelines.rules import CASE_RULES
from pipelines.store.write import open_store
from tests.pipelines.scenarios.generated import generated
from tests.pipelines.scenarios.hand_made import WORLDS
from tests.pipelines.scenarios.worlds import World, save_world, store_world, write_dataset

ACCUSE = ("dearer_at_streamer", "different_product", "contradicted")
LEAST_RIGHT = 0.95


def _ingested(folder: Path, worlds: list[World]) -> list[VerdictRow]:
    write_dataset(folder / "set", worlds)
    saved = folder / "saved"
    saved.mkdir()
    for world in worlds:
        save_world(saved, world)
    done = CliRunner().invoke(main, ["ingest", str(folder / "set"), str(saved)])
    assert done.exit_code == 0, done.output
    return compare.run(load(str(folder / "set")))


def _observed(folder: Path, worlds: list[World]) -> list[VerdictRow]:
    write_dataset(folder / "set", worlds)
    dataset = load(str(folder / "set"))
    with open_store(dataset.database, dataset.secret) as store, store.transaction():
        for world in worlds:
            store_world(store, world)
    return compare.run(dataset)


def _wrong(worlds: list[World], rows: list[VerdictRow]) -> tuple[list[str], list[str]]:
    """(wrong accusations, all wrong answers), each as a line."""
    accused, wrong = [], []
    for world, row in zip(worlds, rows, strict=True):
        pairs = ((row.verdict.word, world.truth, row.verdict.text), (row.answer.word, world.words, row.answer.text))
        for got, truth, text in pairs:
            if got != truth:
                line = f"{world.id} ({world.why}, {world.claim.get('claim', '')}): {got}, true is {truth}: {text}"
                wrong.append(line)
                accused += [line] if got in ACCUSE else []
    return accused, wrong


RUNS: list[tuple[str, Callable[[Path, list[World]], list[VerdictRow]], list[World]]] = [
    ("saved pages", _ingested, WORLDS),
    ("observations", _observed, WORLDS),
    ("generated", _observed, generated()),
]


@pytest.mark.parametrize(("name", "run", "worlds"), RUNS, ids=[run[0] for run in RUNS])
def test_no_wrong_accusation(
    name: str, run: Callable[[Path, list[World]], list[VerdictRow]], worlds: list[World], tmp_path: Path
) -> None:
    accused, wrong = _wrong(worlds, run(tmp_path, worlds))
    print(f"{name}: {len(worlds)} worlds, {2 * len(worlds) - len(wrong)} of {2 * len(worlds)} answers right")
    assert not accused, "\n".join(accused)
    assert len(wrong) <= (1 - LEAST_RIGHT) * 2 * len(worlds), "\n".join(wrong)


@pytest.mark.parametrize("worlds", [WORLDS, generated()], ids=["hand made", "generated"])
def test_every_sentence_has_a_translation_and_every_number_a_page(worlds: list[World], tmp_path: Path) -> None:
    rows = _observed(tmp_path, worlds)
    said = {finding.text for row in rows for finding in (*row.findings, *(f for c in row.compared for f in c.findings))}
    said |= {row.answer.text for row in rows} | {reason for row in rows for reason in row.verdict.reasons}
    assert sorted(text for text in said if translated(text, "zh") is None) == []
    for row in rows:
        linked = {link["page_id"] for link in row.chain}
        assert set(row.verdict.page_ids) <= linked
        assert all({"url", "seen_at"} <= link.keys() for link in row.chain)
        assert (row.verdict.confidence is None) == (row.verdict.word == "cannot_tell")
        assert (row.answer.confidence is None) == (row.answer.word == "not_testable")
        assert {finding.rule for finding in row.findings} <= CASE_RULES.keys()


def test_there_are_enough_worlds() -> None:
    assert len(WORLDS) >= 40
    assert len(WORLDS) + len(generated()) >= 150
    assert len({world.id for world in (*WORLDS, *generated())}) == len(WORLDS) + len(generated())
    numbers = {seen.gtin for world in WORLDS for seen in world.seen if seen.gtin}
    assert all(ean.is_valid(number) for number in numbers)
