"""The manual is tested: what the program has, the documents name; what they show in two languages is the same."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from crawler import VERSION
from crawler.cli import main
from pipelines import errors
from pipelines.store.schema import TABLES

ROOT = Path(__file__).resolve().parents[1]
DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
PAIR = ("README.md", "README.zh-CN.md")

# Files in crawler/pages that are readers or plumbing, not a platform: those of a platform carry a `platform = "…"`.
PLATFORM = re.compile(r"^    platform(?:: ClassVar\[str(?: \| None)?\])? = \"([^\"]+)\"", re.MULTILINE)
NOT_RULES = ("__init__", "finding")
NOT_SIGNALS = ("__init__", "forms")


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def verbs(group: click.Group = main, before: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from verbs(command, f"{before}{name} ")
        else:
            yield before + name, command


def stems(folder: str, but: tuple[str, ...]) -> list[str]:
    return sorted(path.stem for path in (ROOT / folder).glob("*.py") if path.stem not in but)


def exit_codes() -> set[int]:
    """All codes that errors carry, and the two that are no error."""
    classes = [
        value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, errors.DaihuoError)
    ]
    return {cls.exit_code for cls in classes if cls is not errors.DaihuoError and "exit_code" in vars(cls)} | {
        0,
        4,
        130,
    }


def missing(names: list[str], text: str) -> list[str]:
    """Names that do not stand in the text as `code`."""
    return [name for name in names if not re.search(rf"`{re.escape(name)}`", text)]


@pytest.mark.parametrize("readme", PAIR)
def test_every_verb_is_in_the_readme(readme: str) -> None:
    assert missing(list(main.commands), text_of(readme)) == []


def test_the_readme_names_no_verb_that_is_not_there() -> None:
    for readme in PAIR:
        told = set(re.findall(r"^\| `([a-z-]+)` \|", text_of(readme), re.MULTILINE))
        assert told == set(main.commands), readme


def test_every_verb_and_option_is_in_the_command_reference() -> None:
    text = text_of("docs/commands.md")
    headings = " ".join(re.findall(r"^## (.*)$", text, re.MULTILINE))
    for verb, command in verbs():
        assert re.search(rf"\b{re.escape(verb)}\b", headings), f"docs/commands.md has no section on {verb}"
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.opts[-1] in text, f"docs/commands.md: {verb} {option.opts[-1]} is not documented"


@pytest.mark.parametrize("document", [*PAIR, "docs/commands.md"])
def test_every_exit_code_is_documented(document: str) -> None:
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", text_of(document), re.MULTILINE)}
    assert told == exit_codes()


@pytest.mark.parametrize(
    ("document", "names"),
    [
        ("docs/verdicts.md", stems("pipelines/rules", NOT_RULES)),
        ("docs/reviews.md", stems("pipelines/signals", NOT_SIGNALS)),
        ("docs/tables.md", list(TABLES)),
    ],
)
def test_rules_signals_and_tables_are_documented(document: str, names: list[str]) -> None:
    assert names
    assert missing(names, text_of(document)) == []


def test_every_column_is_documented() -> None:
    text = text_of("docs/tables.md")
    columns = sorted({column for table in TABLES.values() for column in table.columns})
    assert missing(columns, text) == []


def test_every_platform_is_documented() -> None:
    platforms = {
        name for path in (ROOT / "crawler/pages").glob("*.py") for name in PLATFORM.findall(path.read_text("utf-8"))
    }
    assert len(platforms) >= 5
    assert missing(sorted(platforms), text_of("docs/platforms.md")) == []


def test_every_room_is_in_the_architecture() -> None:
    rooms = {
        path.stem
        for wing in ("crawler", "pipelines")
        for path in (ROOT / wing).iterdir()
        if (path.suffix == ".py" or (path / "__init__.py").is_file()) and path.stem != "__init__"
    }
    assert missing(sorted(rooms), text_of("docs/architecture.md")) == []


def test_every_make_target_has_a_line_of_help() -> None:
    makefile = text_of("Makefile")
    phony = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split()
    explained = re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE)
    assert sorted(phony) == sorted(explained)


def shape(text: str) -> list[tuple[str, object]]:
    """Headings' levels, code blocks without comments, and the size of each table, in order."""
    found: list[tuple[str, object]] = []
    for block in re.split(r"(^```.*?^```$)", text, flags=re.MULTILINE | re.DOTALL):
        if block.startswith("```"):
            found.append(("code", re.sub(r"\s*#.*", "", block)))
            continue
        for line in block.splitlines():
            if heading := re.match(r"#+(?= )", line):
                found.append(("heading", len(heading[0])))
            elif line.startswith("|"):
                found.append(("row", line.count("|")))
    return found


def test_the_two_readmes_are_in_step() -> None:
    english, chinese = (shape(text_of(name)) for name in PAIR)
    for ours, theirs in zip(english, chinese, strict=False):
        assert ours == theirs
    assert len(english) == len(chinese)


def test_a_readme_out_of_step_is_seen() -> None:
    english = text_of("README.md")
    assert shape(english) != shape(english.replace("make demo ", "make show "))
    assert shape(english) != shape(english.replace("## Limits", "### Limits"))
    assert shape(english) != shape(english.replace("| 130 |", "130"))


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts and the site make them: lower case, spaces as hyphens."""
    text = re.sub(r"^```.*?^```$", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    }


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    dead = []
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text("utf-8")):
        if "://" in target or target.startswith("mailto:"):
            continue
        name, _, anchor = target.partition("#")
        there = path.parent / name if name else path
        if not there.exists() or (anchor and anchor not in anchors(there)):
            dead.append(target)
    assert dead == []


def commands_shown(text: str) -> list[list[str]]:
    """The arguments of each `daihuo …` line of the shell blocks, up to a pipe, redirection, comment or `&`."""
    blocks = re.findall(r"^ *```(?:sh|shell|console)\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    found = [re.search(r"(?:^|[|;&(] *|\.venv/bin/)daihuo +(.*)$", re.sub(r"\s#.*", "", line)) for line in lines]
    return [_words(re.split(r"[|<>;&]|\$\(", match[1])[0].rstrip(")")) for match in found if match]


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        # The end of what stands in quotes and brackets: eval "$(daihuo completion bash)".
        return shlex.split(line.rstrip(')"'))


def mistakes(arguments: list[str]) -> list[str]:
    """Verbs and options of a shown command that do not exist."""
    command: click.Command = main
    wrong = []
    for argument in arguments:
        if argument.startswith("-"):
            known = {option for param in command.params for option in (*param.opts, *param.secondary_opts)}
            if argument.partition("=")[0] not in {*known, "-h", "--help", "--version"}:
                wrong.append(f"{command.name} {argument}")
        elif isinstance(command, click.Group):
            if argument not in command.commands:
                return [f"{command.name} {argument}"]
            command = command.commands[argument]
    return wrong


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_the_commands_that_are_shown_exist(path: Path) -> None:
    assert [wrong for shown in commands_shown(path.read_text("utf-8")) for wrong in mistakes(shown)] == []


def test_commands_that_do_not_exist_are_seen() -> None:
    text = (
        "```sh\ndaihuo chekc first\necho 1 | daihuo read price --all\n.venv/bin/daihuo verify x --all  # --none\n```\n"
    )
    assert [mistakes(shown) for shown in commands_shown(text)] == [["main chekc"], ["price --all"], []]
    assert sum(len(commands_shown(path.read_text("utf-8"))) for path in DOCS) > 30


def test_the_changelog_has_unreleased_on_top() -> None:
    headings = re.findall(r"^## (.*)$", text_of("CHANGELOG.md"), re.MULTILINE)
    assert headings[0] == "Unreleased"


def test_versions_agree() -> None:
    version = tomllib.loads(text_of("pyproject.toml"))["project"]["version"]
    assert version == VERSION
    # One place says it; a second would be forgotten.
    others = [path for path in (ROOT / "crawler").rglob("*.py") if f'"{version}"' in path.read_text("utf-8")]
    assert others == [ROOT / "crawler" / "__init__.py"]
