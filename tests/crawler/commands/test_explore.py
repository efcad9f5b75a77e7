"""`daihuo explore`: builds what is not current, says where it is, and why it is not there."""

from __future__ import annotations

import json
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli import main
from pipelines.dataset import load
from pipelines.store.sql import insert, rows_of
from pipelines.store.write import open_store

TOML = 'title = "山雀"\nlicence = "CC0-1.0"\n'
COLUMNS = (
    "id,streamer,platform,broadcast_at,product,brand,spec,gtin,claimed_price,currency,claim,promo_url,official_urls"
)
ROW = "C1,山雀,demo,2026-11-20 20:05,晨雾精华,,,,,,,https://tit.example/1,"


def daihuo(*arguments: str | Path, code: int = 0) -> str:
    result = CliRunner().invoke(main, list(map(str, arguments)))
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "dataset.toml").write_text(TOML, "utf-8")
    (tmp_path / "watchlist.csv").write_text(f"{COLUMNS}\n{ROW}\n", "utf-8")
    dataset = load(str(tmp_path))
    with open_store(dataset.database, dataset.secret) as store:
        store.db.conn.executemany(insert("claims"), rows_of("claims", [{"id": "C1", "product": "晨雾精华"}]))
    return tmp_path


def test_only_built(folder: Path) -> None:
    assert f"1 rows in {folder}/build/explorer.sqlite" in daihuo("explore", folder, "--build-only")
    told = json.loads(daihuo("explore", folder, "--build-only", "--json", "--quiet"))
    assert told["rows"]["claims"] == 1
    assert Path(told["database"]).is_file()
    assert "url" not in told


def test_a_port_that_is_taken_is_said(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = daihuo("explore", folder, "--port", str(port), "--no-browser", code=2)
    assert f"port {port} cannot be had" in said
    assert "--port" in said


def test_without_a_database_it_says_so(folder: Path) -> None:
    (folder / "build" / "daihuo.sqlite").unlink()
    assert "no database" in daihuo("explore", folder, "--no-browser", code=2)


def test_personal_data_stops_it(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "build" / "daihuo.sqlite")) as connection, connection:
        connection.execute("UPDATE claims SET note = 'call 13800000000'")
    assert "table claims, row C1: note: phone number" in daihuo("explore", folder, "--no-browser", code=8)
    assert not (folder / "build" / "explorer.sqlite").exists()


def test_without_datasette_it_says_how_to_get_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "datasette.app", None)
    said = daihuo("explore", folder, "--no-browser", code=2)
    assert 'pip install "daihuo[explore]"' in said
