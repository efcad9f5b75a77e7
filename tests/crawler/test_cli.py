"""The command line itself: examples that work, plain output in a pipe, colors, completion, and what errors say."""

from __future__ import annotations

import errno
import json
import os
import pty
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len
from rich.console import Console

from crawler.cli import main
from crawler.commands.status import run_status
from crawler.examples import EXAMPLES
from tests.crawler.test_crawl import product
from tests.test_docs import verbs

ROOT = Path(__file__).resolve().parents[2]
PROMOTED, OFFICIAL = "https://stream-shop.example/item/1", "https://rosycheeks.example/products/velvet"
ESCAPE = "\x1b["
# What `daihuo` itself runs of an example: the words after it, before a pipe or a redirection.
CALL = re.compile(r"(?:^|[|(]\s*)daihuo\s+([^|>)]*)")
# Examples that ask the network, start servers, or need a service.
OUTWARD = ("crawl", "run", "timestamp", "demo", "doctor", "new-shop")


def examples() -> Iterator[tuple[str, str]]:
    for verb, lines in EXAMPLES.items():
        for command, _ in lines:
            yield verb, command


def words_of(command: str) -> list[str]:
    found = CALL.search(command)
    assert found, command
    return shlex.split(found[1])


def call(*words: str, **given: str) -> Result:
    return CliRunner().invoke(main, list(words), input=given.get("input"))


def test_every_verb_has_examples_and_no_other_has() -> None:
    assert sorted(EXAMPLES) == sorted(verb for verb, _ in verbs())


@pytest.mark.parametrize(("verb", "command"), list(examples()), ids=lambda text: text)
def test_every_example_parses_and_is_shown(
    verb: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("page.html").touch()
    words = words_of(command)
    assert " ".join(words).startswith(verb)
    context, group = click.Context(main, info_name="daihuo", help_option_names=["-h", "--help"]), main
    for name in verb.split():
        found = group.get_command(context, name)
        assert found is not None
        words.pop(0)
        if isinstance(found, click.Group):
            group = found
    found.make_context(verb, words, parent=context)
    assert command in call(*verb.split(), "--help").output


@pytest.mark.parametrize("verb", [verb for verb, _ in verbs()])
def test_help_fits_80_columns(verb: str) -> None:
    shown = CliRunner().invoke(main, [*verb.split(), "-h"], terminal_width=80).output
    assert [line for line in shown.splitlines() if cell_len(line) > 80] == []
    for option in ("--quiet", "--no-color"):
        assert option in shown


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the dataset of the examples, its two pages ingested and compared; and the files they name."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "datasets" / "lipsticks"
    (tmp_path / "saved").mkdir()
    for name, url, price in (("saved", PROMOTED, "118.00"), ("official", OFFICIAL, "128.00")):
        mark = f"<!-- saved from url=({len(url):04}){url} -->"
        text = product("云雀 唇泥 3g", price).replace("<html", f"{mark}<html", 1)
        (tmp_path / "saved" / f"{name}.html").write_text(text, encoding="utf-8")
    shutil.copy(tmp_path / "saved" / "saved.html", tmp_path / "saved.html")
    shutil.copy(tmp_path / "saved" / "saved.html", tmp_path / "page.html")
    shutil.copy(tmp_path / "saved" / "saved.html", tmp_path / "saved.mhtml")
    folder.parent.mkdir()
    made = call("new-dataset", "lipsticks", "--saved", "saved.html", "--official", OFFICIAL, "--claimed-price", "118")
    assert made.exit_code == 0, made.output
    shutil.copytree(folder, tmp_path / "elsewhere" / "mine")
    assert call("ingest", "lipsticks", "saved").exit_code == 0
    assert call("compare", "lipsticks").exit_code == 0
    return tmp_path


def test_examples_that_need_no_network_work(house: Path) -> None:
    done = {}
    for verb, command in examples():
        if verb in OUTWARD or "--since last" in command:
            continue
        # Without this it serves until somebody stops it.
        if verb == "explore" and "--build-only" not in command:
            continue
        words = words_of(command)
        if words[:2] == ["new-dataset", "lipsticks"]:
            words[1] = "another"
        done[command] = call(*words, input="3件装 ¥199\n")
    # No crawl was made here, and the pages were all saved at one time.
    unhappy = {command: result.output for command, result in done.items() if result.exit_code != 0}
    assert {words_of(command)[0] for command in unhappy} <= {"changes"}, unhappy
    assert all("--since" in output for output in unhappy.values())
    assert len(done) > 25


JSON = ("check", "status", "compare", "corpus", "verify")


@pytest.mark.parametrize("verb", JSON)
def test_json_is_one_object_also_when_quiet(house: Path, verb: str) -> None:
    plain, quiet = call(verb, "lipsticks", "--json"), call(verb, "lipsticks", "--json", "--quiet")
    assert plain.exit_code == quiet.exit_code == 0, plain.output
    assert isinstance(json.loads(plain.stdout), dict)
    assert json.loads(plain.stdout) == json.loads(quiet.stdout)


def test_json_of_compare_has_decimal_strings(house: Path) -> None:
    (claim,) = json.loads(call("compare", "lipsticks", "--json").stdout)["claims"]
    assert (claim["id"], claim["verdict"]) == ("L01", "cheaper_at_streamer")
    assert (claim["promoted_price"], claim["official_price"]) == ("118.00", "128.00")


def test_check_says_problems_as_json(house: Path) -> None:
    (house / "datasets" / "lipsticks" / "dataset.toml").write_text('titel = "x"\n', encoding="utf-8")
    done = call("check", "lipsticks", "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 3 and told["ok"] is False
    assert {"file", "row", "column", "what", "expected", "found", "hint"} == set(told["problems"][0])


def test_changes_of_two_saved_pages(house: Path) -> None:
    page = house / "saved.html"
    page.write_text(page.read_text("utf-8").replace("118.00", "138.00"), encoding="utf-8")
    os.utime(page, (2_000_000_000, 2_000_000_000))
    assert call("ingest", "lipsticks", "saved.html").exit_code == 0
    words = ("changes", "lipsticks", "--since", "1d", "--html", "c.html", "--atom", "c.atom", "--json", "c.json")
    done = call(*words)
    assert done.exit_code == 0 and "118.00 CNY → 138.00 CNY" in done.stdout, done.output
    told = json.loads((house / "c.json").read_text("utf-8"))
    assert told["counts"]["price_changed"] == 1
    assert json.loads(call(*words[:4], "--json", "-").stdout) == told
    assert json.loads(call(*words[:4], "--json").stdout) == told
    assert json.loads(call(*words[:4], "--json", "--quiet").stdout) == told
    assert "138.00 CNY" in (house / "c.html").read_text("utf-8") and "138.00" in (house / "c.atom").read_text("utf-8")
    assert call(*words[:4], "--quiet").output == ""


@pytest.mark.parametrize("verb", ["check", "compare", "corpus", "status", "verify"])
@pytest.mark.parametrize("before", [True, False])
def test_quiet_says_nothing(house: Path, verb: str, before: bool) -> None:
    done = call(*(["-q", verb, "lipsticks"] if before else [verb, "lipsticks", "--quiet"]))
    assert (done.exit_code, done.output) == (0, "")


def test_quiet_leaves_errors(house: Path) -> None:
    done = call("compare", "lipstick", "--quiet")
    assert done.exit_code == 2 and "did you mean lipsticks?" in done.stderr and done.stdout == ""


@pytest.mark.parametrize(("typed", "meant"), [("chekc", "check"), ("new-dataste", "new-dataset"), ("xyzzy", "")])
def test_a_mistyped_verb_is_answered(typed: str, meant: str) -> None:
    done = call(typed)
    assert done.exit_code == 2
    assert (f"Did you mean {meant!r}?" if meant else "lists the verbs") in done.output


@pytest.mark.parametrize("number", [errno.ENOENT, errno.EACCES, errno.EROFS, errno.EISDIR, errno.ENOTDIR, errno.EMFILE])
def test_errors_of_the_system_say_what_to_do(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> int:
        raise OSError(number, os.strerror(number), "build/x")

    monkeypatch.setattr("crawler.commands.status.run_status", broken)
    done = call("status", "demo")
    assert done.exit_code == 2
    assert re.fullmatch(r"daihuo: build/x: [\w -]+; .+\n", done.stderr), done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str, house: Path) -> None:
    script = call("completion", shell).stdout
    assert "_DAIHUO_COMPLETE" in script
    program = shutil.which(shell)
    if program is None:
        return
    checked = subprocess.run([program, "-n"], input=script, text=True, capture_output=True, timeout=30)
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize(
    ("typed", "cword", "wanted"),
    [
        ("daihuo che", "1", "check"),
        ("daihuo compare li", "2", "lipsticks"),
        ("daihuo compare lipsticks --as", "3", "--as-of"),
    ],
)
def test_what_is_completed(house: Path, typed: str, cword: str, wanted: str) -> None:
    asked = {"_DAIHUO_COMPLETE": "bash_complete", "COMP_WORDS": typed, "COMP_CWORD": cword}
    done = subprocess.run(
        [Path(sys.executable).with_name("daihuo")], cwd=house, capture_output=True, text=True, timeout=60,
        env={**os.environ, **asked},
    )  # fmt: skip
    assert f"plain,{wanted}" in done.stdout.splitlines(), done.stdout + done.stderr


def on_a_terminal(house: Path, *words: str, **environment: str) -> str:
    """What a terminal of 80 columns is sent."""
    primary, secondary = pty.openpty()
    env = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80", "TERM": "xterm-256color", **environment}
    env = {name: value for name, value in env.items() if name != "NO_COLOR" or "NO_COLOR" in environment}
    process = subprocess.Popen(
        [sys.executable, "-m", "crawler", *words],
        cwd=house,
        stdin=secondary,
        stdout=secondary,
        stderr=secondary,
        env=env,
    )
    os.close(secondary)
    said = b""
    try:
        while chunk := os.read(primary, 65536):
            said += chunk
    except OSError:
        # Linux answers a read from a terminal that nobody holds any more with an error.
        pass
    finally:
        os.close(primary)
    assert process.wait(timeout=60) == 0, said.decode()
    return said.decode("utf-8", "replace")


COLOR = re.compile(r"\x1b\[[\d;]*3[0-7]\d*(?:;[\d;]*)?m")


def test_colors_on_a_terminal_and_none_on_request(house: Path) -> None:
    assert COLOR.search(on_a_terminal(house, "compare", "lipsticks"))
    assert not COLOR.search(on_a_terminal(house, "compare", "lipsticks", "--no-color"))
    assert not COLOR.search(on_a_terminal(house, "compare", "lipsticks", NO_COLOR="1"))


@pytest.mark.parametrize(
    "words",
    [
        ("compare", "lipsticks"),
        ("export", "lipsticks"),
        ("ingest", "lipsticks", "saved"),
        ("changes", "lipsticks", "--since", "1d"),
    ],
)
def test_long_work_has_a_bar(house: Path, words: tuple[str, ...]) -> None:
    page = house / "saved.html"
    page.write_text(page.read_text("utf-8") + "<p>again</p>", encoding="utf-8")
    os.utime(page, (2_000_000_000, 2_000_000_000))
    assert call("ingest", "lipsticks", "saved.html").exit_code == 0
    shown = on_a_terminal(house, *words)
    assert re.search(rf"{words[0]}: \w+", shown) and "\u2501" in shown, shown


def test_a_bar_on_a_terminal_and_none_in_a_pipe(house: Path) -> None:
    words = ("verify", "lipsticks")
    assert "verify: " in on_a_terminal(house, *words)
    assert "verify: " not in on_a_terminal(house, *words, "--quiet")
    piped = subprocess.run(
        [sys.executable, "-m", "crawler", *words], cwd=house, capture_output=True, text=True, timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert "verify: " not in piped.stderr and ESCAPE not in piped.stdout + piped.stderr


WIDE = "云雀直播间小店的一件名字非常非常长的商品，长得一行放不下，还要再长一点，直到折成好几行为止"


def test_tables_with_wide_characters_fit_80_columns(house: Path) -> None:
    from pipelines.store.write import PageRecord, open_store

    build = house / "datasets" / "lipsticks" / "build"
    with open_store(build / "daihuo.sqlite", b"secret") as store:
        crawl = store.begin_crawl()
        reason = f"{WIDE}：{WIDE}"
        insert = (
            "INSERT INTO ledger (crawl, spider, url, asked, host, state, reason) VALUES (?, 'offers', ?, ?, ?, ?, ?)"
        )
        with store.transaction():
            for n, host in enumerate(("商店.example", f"{'店' * 40}.example")):
                store.connection.execute(insert, (crawl, str(n), str(n), host, "refused", reason))
        store.write_page(PageRecord(url="https://a.example/", fetched_at="2026-03-01T12:00:00Z", outcome="ok"), None)
    console = Console(width=80, record=True, file=open(os.devnull, "w"))  # noqa: SIM115, PTH123
    run_status("lipsticks", console)
    shown = console.export_text()
    console.file.close()
    assert [line for line in shown.splitlines() if cell_len(line) > 80] == []
    # Nothing is cut: every character of the host and of the reason is there.
    assert shown.count("店") >= 41 and "…" not in shown
    widths = {cell_len(line) for line in shown.splitlines() if line[:1] in "┏┃┡│└"}
    assert len(widths) <= 2, shown
