"""Witnesses outside: asked when told to, checked by verify, never needed."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from tsa import Authority, services

from crawler.cli import main

CLAIM = "c1,主播,other,2026-11-11 20:00,口红,云雀,,,199.00,CNY,最低,https://shop.example/p/1,https://shop.example/p/2,"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def server(authority: Authority) -> Iterator[str]:
    with services(authority) as address:
        yield address


def daihuo(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture
def dataset(tmp_path: Path, authority: Authority) -> Path:
    folder = tmp_path / "d"
    folder.mkdir()
    (folder / "dataset.toml").write_text('title = "t"\nlicence = "CC0-1.0"\n', "utf-8")
    header = "id,streamer,platform,broadcast_at,product,brand,spec,gtin,claimed_price,currency,claim,promo_url"
    (folder / "watchlist.csv").write_text(f"{header},official_urls,note\n{CLAIM}\n", "utf-8")
    (folder / "roots.pem").write_bytes(authority.pem)
    (tmp_path / "saved.html").write_text("<h1>云雀</h1>", "utf-8")
    daihuo("ingest", str(folder), str(tmp_path / "saved.html"))
    return folder


def stamps(dataset: Path) -> Path:
    return dataset / "build" / "archive" / "timestamps"


def test_an_authority_is_asked_and_its_answer_checked(dataset: Path, server: str) -> None:
    daihuo("timestamp", str(dataset), "--rfc3161", f"{server}/tsa")
    assert sorted(path.name for path in stamps(dataset).iterdir()) == [
        "seals-0001.json",
        "seals-0001.json.tsq",
        "seals-0001.json.tsr",
    ]
    assert "by whom was not checked" in daihuo("verify", str(dataset))
    trust(dataset)
    assert "line 0001 of seals.jsonl: timestamped at 20" in (said := daihuo("verify", str(dataset)))
    assert "by an authority of roots.pem" in said


def trust(dataset: Path, more: str = "") -> None:
    with (dataset / "dataset.toml").open("a", encoding="utf-8") as file:
        file.write(f'[evidence]\nrfc3161_roots = "roots.pem"\n{more}')


def test_others_can_check_it(dataset: Path, server: str) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("OPENSSL ABSENT: no other tool to check with")
    daihuo("timestamp", str(dataset), "--rfc3161", f"{server}/tsa")
    line = stamps(dataset) / "seals-0001.json"
    read = subprocess.run(
        ["openssl", "ts", "-reply", "-in", f"{line}.tsr", "-text"], capture_output=True, text=True, check=True
    )
    assert "Status: Granted" in read.stdout


def test_a_stamp_by_somebody_else_does_not_count(dataset: Path, server: str) -> None:
    daihuo("timestamp", str(dataset), "--rfc3161", f"{server}/tsa")
    (dataset / "roots.pem").write_bytes(Authority().pem)
    trust(dataset)
    said = daihuo("verify", str(dataset), code=7)
    assert "seals-0001.json.tsr: the time stamp is not signed by an authority of roots.pem" in said


@pytest.mark.parametrize("suffix", ["tsr", "ots"])
def test_a_changed_stamp_or_line_is_named(dataset: Path, server: str, suffix: str) -> None:
    trust(dataset)
    daihuo("timestamp", str(dataset), "--rfc3161", f"{server}/tsa", "--opentimestamps", f"{server}/calendar")
    stamp = stamps(dataset) / f"seals-0001.json.{suffix}"
    good = stamp.read_bytes()
    for bad in (b"", b"rubbish", good[:40], good[: len(good) // 2] + b"\x00" * 9):
        stamp.write_bytes(bad)
        assert f"{stamp.name}: " in daihuo("verify", str(dataset), code=7)
    stamp.write_bytes(good)
    daihuo("verify", str(dataset))
    line = stamps(dataset) / "seals-0001.json"
    line.write_bytes(line.read_bytes().replace(b'"entries": ', b'"entries": 1'))
    said = daihuo("verify", str(dataset), code=7)
    assert "the line that was timestamped is not line 0001 of seals.jsonl" in said
    assert "is about something else than this line" in said


def test_a_calendar_is_asked(dataset: Path, server: str) -> None:
    daihuo("timestamp", str(dataset), "--opentimestamps", f"{server}/calendar")
    assert "promised by https://calendar.example" in daihuo("verify", str(dataset))


def test_the_dataset_may_name_the_services(dataset: Path, server: str) -> None:
    with (dataset / "dataset.toml").open("a", encoding="utf-8") as file:
        file.write(f'[crawl]\nallow_addresses = ["{server.removeprefix("http://")}"]\n')
    trust(dataset, f'rfc3161 = "{server}/tsa"\nopentimestamps = ["{server}/calendar"]\n')
    daihuo("timestamp", str(dataset))
    said = daihuo("verify", str(dataset))
    assert "by an authority of roots.pem" in said and "promised by" in said


def test_without_a_service_nobody_is_asked(dataset: Path) -> None:
    assert "which service?" in daihuo("timestamp", str(dataset), code=2)
    assert not stamps(dataset).exists()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/rubbish", "expected a time stamp (RFC 3161)"),
        ("/refused", "refused: status 2"),
        ("/gone", "found status 404"),
        ("/other", "not about what was asked"),
    ],
)
def test_an_authority_that_does_not_answer_right_leaves_nothing(
    dataset: Path, server: str, path: str, expected: str
) -> None:
    assert expected in daihuo("timestamp", str(dataset), "--rfc3161", server + path, code=2)
    assert [path.suffix for path in stamps(dataset).iterdir()] == [".json"]
    daihuo("verify", str(dataset))


def test_a_service_that_is_not_there(dataset: Path) -> None:
    assert "did not answer" in daihuo("timestamp", str(dataset), "--rfc3161", "http://127.0.0.1:1/", code=2)
    assert "expected the http or https" in daihuo("timestamp", str(dataset), "--rfc3161", "file:///etc/hosts", code=2)
    said = daihuo("timestamp", str(dataset), "--opentimestamps", "http://127.0.0.1:1/", code=2)
    assert "did not answer" in said


def test_nothing_to_stamp_yet(dataset: Path) -> None:
    (dataset / "build" / "archive" / "seals.jsonl").unlink()
    assert "has no line yet" in daihuo("timestamp", str(dataset), "--rfc3161", "http://127.0.0.1:1/", code=2)


def test_mistakes_in_the_settings_are_named(dataset: Path) -> None:
    with (dataset / "dataset.toml").open("a", encoding="utf-8") as file:
        file.write('[evidence]\nrfc3161 = "file:///x"\nopentimestamp = []\n')
    said = daihuo("check", str(dataset), code=3)
    assert all(name in said for name in ("evidence.rfc3161", "opentimestamp"))


def test_missing_roots_are_named(dataset: Path, server: str) -> None:
    trust(dataset)
    (dataset / "roots.pem").unlink()
    daihuo("timestamp", str(dataset), "--rfc3161", f"{server}/tsa")
    assert "roots.pem: expected a file with certificates" in daihuo("verify", str(dataset), code=2)


def test_json_names_the_notes(dataset: Path, server: str) -> None:
    daihuo("timestamp", str(dataset), "--rfc3161", f"{server}/tsa")
    assert len(json.loads(daihuo("verify", str(dataset), "--json"))["notes"]) == 1
