"""The law of the house, as checks on a source tree. Each check has a small tree that breaks it, so that it can fail.

Import graphs are read from the syntax tree: imports inside functions and under TYPE_CHECKING count like any other,
and so do `importlib.import_module("…")` and `__import__("…")` with a plain string.
"""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
WINGS = ("crawler", "pipelines")
LONGEST_FILE = 400

NOT_IN_PIPELINES = (
    "crawler", "scrapy", "scrapy_playwright", "scrapy_poet", "playwright", "web_poet", "twisted", "requests", "urllib3",
    "urllib.request", "http.client", "http.server", "socket", "ssl", "ftplib", "aiohttp", "httpx", "websockets",
)  # fmt: skip
DANGEROUS_MODULES = ("pickle", "cPickle", "dill", "marshal", "shelve", "jsonpickle")
DANGEROUS_CALLS = ("eval", "exec", "yaml.load", "yaml.unsafe_load", "os.system", "os.popen")
GOD_NAMES = ("util", "utils", "helper", "helpers", "common", "manager", "managers", "misc")

# A room may import from lower floors and from its own floor, but rooms of a floor in SEPARATE never see each other.
PIPELINES_FLOORS = (
    ("errors", "database", "items", "faults", "normalize"),
    (
        *("facts", "candidates", "decide", "limited", "numbers", "review_facts", "stock"),
        *("dataset", "decisions", "manifest", "brands", "watchlist", "cells", "csvfile", "spreadsheet", "tomlfile"),
        *("observation", "sightings", "history"),
    ),
    ("store", "match", "rules", "signals", "complaints"),
    (
        "compare",
        "compared_rows",
        "claimed",
        "grounds",
        "past",
        *("corpus", "coverage", "review_history", "review_edits", "stated_goods", "complained"),
        "changes",
        "verdict",
        "export",
        "understand",
        "steps",
        "official",
    ),
)
CRAWLER_FLOORS = (
    ("fetch", "pages", "demo"),
    ("settings", "tally", "progress", "terminal", "memory", "evidence", "explorer"),
    ("spiders",),
    ("commands",),
    ("examples", "options"),
    ("verbs",),
    ("cli", "__main__"),
)
SEPARATE = ("store", "match", "rules", "signals", "complaints")
DEMO_USERS = ("commands", "demo")

# Put together so that this file does not hold them itself.
PLACES = tuple(
    re.compile(pattern)
    for pattern in (
        r"/wor" + r"k/(main|shared|steering|\.library)\b",
        r"/tm" + r"p/w\b",
        r"\b(py" + r"pi|python" + r"hosted|npm" + r"js|deb\.deb" + r"ian)\.(org|com|net)\b",
        r"/opt/(whe" + r"els|py" + r"pi)\b",
    )
)


def module_name(root: Path, path: Path) -> str:
    parts = list(path.relative_to(root).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def modules(root: Path, wing: str) -> dict[str, Path]:
    """Dotted name → file, of every module of a wing."""
    return {module_name(root, path): path for path in sorted((root / wing).rglob("*.py"))}


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an attribute chain, "" of anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and dotted(node.value):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def imports(path: Path, name: str) -> Iterator[str]:
    """Every dotted name a file may import. `from a import b` gives `a.b`, which is a module or a name of module a."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text("utf-8"), filename=str(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                start = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*start, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and dotted(node.func).split(".")[-1] in ("import_module", "__import__"):
            yield from (str(argument.value) for argument in node.args[:1] if isinstance(argument, ast.Constant))


def within(name: str, module: str) -> bool:
    return name == module or name.startswith(module + ".")


def graph(root: Path, wing: str) -> dict[str, set[str]]:
    """Module → modules of the same wing that it imports, at the depth really meant."""
    known = modules(root, wing)
    edges: dict[str, set[str]] = {}
    for name, path in known.items():
        targets = {next((t for t in (said, said.rpartition(".")[0]) if t in known), "") for said in imports(path, name)}
        edges[name] = targets - {"", name}
    return edges


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def pipelines_know_no_web(root: Path) -> Iterator[str]:
    for name, path in modules(root, "pipelines").items():
        for said in imports(path, name):
            if any(within(said, module) for module in NOT_IN_PIPELINES):
                yield f"{name} imports {said}: pipelines never import the crawler or anything that talks to a network"


def no_circles(root: Path) -> Iterator[str]:
    for wing in WINGS:
        edges, done = graph(root, wing), set[str]()

        def visit(module: str, trail: tuple[str, ...], edges: dict[str, set[str]], done: set[str]) -> Iterator[str]:
            if module in trail:
                yield "circle: " + " → ".join((*trail[trail.index(module) :], module))
            elif module not in done:
                for target in sorted(edges[module]):
                    yield from visit(target, (*trail, module), edges, done)
                done.add(module)

        for module in edges:
            yield from visit(module, (), edges, done)


def floors_hold(root: Path) -> Iterator[str]:
    for wing, floors in (("pipelines", PIPELINES_FLOORS), ("crawler", CRAWLER_FLOORS)):
        height = {name: number for number, names in enumerate(floors) for name in names}
        for module, targets in graph(root, wing).items():
            here = room(module)
            if here and here not in height:
                yield f"{module}: the room {here!r} has no floor yet, give it one here and in docs/architecture.md"
                continue
            for target in targets:
                there = room(target)
                if not here or not there or there not in height:
                    continue
                if height[there] > height[here]:
                    yield f"{module} imports {target}: {there} stands on a higher floor than {here}"
                if here != there and here in SEPARATE and there in SEPARATE:
                    yield f"{module} imports {target}: {here} and {there} never see each other"


def demo_is_a_leaf(root: Path) -> Iterator[str]:
    for module, targets in graph(root, "crawler").items():
        for target in targets:
            if room(target) == "demo" and room(module) not in DEMO_USERS:
                yield f"{module} imports {target}: only commands use the demo"
            if room(module) == "demo" and room(target) != "demo":
                yield f"{module} imports {target}: the demo shops stand alone"


def datasets_hold_data(root: Path) -> Iterator[str]:
    for path in sorted((root / "datasets").rglob("*.py")):
        yield f"{path.relative_to(root)}: datasets/ holds data, never Python"


def names_say_something(root: Path) -> Iterator[str]:
    for wing in (*WINGS, "benchmarks", "scripts"):
        for path in sorted((root / wing).rglob("*")):
            if path.stem in GOD_NAMES and (path.is_dir() or path.suffix == ".py"):
                yield f"{path.relative_to(root)}: a name that says nothing, name it after what it does"


def rooms_stay_small(root: Path) -> Iterator[str]:
    for wing in (*WINGS, "benchmarks", "scripts"):
        for path in sorted((root / wing).rglob("*.py")):
            length = len(path.read_text("utf-8").splitlines())
            if length > LONGEST_FILE:
                yield f"{path.relative_to(root)}: {length} lines, more than {LONGEST_FILE}"


def packages_are_listed(root: Path) -> Iterator[str]:
    config = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    listed = set(config["tool"]["setuptools"]["packages"])
    there = {".".join(path.parent.relative_to(root).parts) for wing in WINGS for path in (root / wing).rglob("*.py")}
    yield from (f"{name}: not in [tool.setuptools] packages of pyproject.toml" for name in sorted(there - listed))
    yield from (f"{name}: listed in pyproject.toml, but there is no such package" for name in sorted(listed - there))
    for name in sorted(there):
        if not (root / name.replace(".", "/") / "__init__.py").is_file():
            yield f"{name}: no __init__.py"


def nothing_dangerous(root: Path) -> Iterator[str]:
    for wing in (*WINGS, "benchmarks", "scripts"):
        for name, path in modules(root, wing).items():
            for said in imports(path, name):
                if any(within(said, module) for module in DANGEROUS_MODULES):
                    yield f"{name} imports {said}: loading it runs what the file says"
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and dotted(node.func) in DANGEROUS_CALLS:
                    yield f"{name}:{node.lineno} calls {dotted(node.func)}"


def tracked_files(root: Path) -> list[Path]:
    """Files git tracks under root; every file where root is no checkout of its own."""
    if (root / ".git").exists():
        names = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True, text=True).stdout
        return [root / name for name in names.split("\0") if name and (root / name).is_file()]
    return sorted(path for path in root.rglob("*") if path.is_file())


def no_place_of_one_machine(root: Path) -> Iterator[str]:
    for path in tracked_files(root):
        for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").splitlines(), 1):
            for place in PLACES:
                if found := place.search(line):
                    yield f"{path.relative_to(root)}:{number} names {found[0]}, a place of one machine or a registry"


def pandas_stays_out(root: Path) -> Iterator[str]:
    for wing in WINGS:
        for name, path in modules(root, wing).items():
            if name != "pipelines.database" and any(within(said, "sqlite_utils") for said in imports(path, name)):
                yield f"{name} imports sqlite_utils: pipelines.database does, so that pandas is not loaded with it"


LAW: tuple[Callable[[Path], Iterator[str]], ...] = (
    pipelines_know_no_web,
    no_circles,
    floors_hold,
    demo_is_a_leaf,
    datasets_hold_data,
    names_say_something,
    rooms_stay_small,
    packages_are_listed,
    nothing_dangerous,
    pandas_stays_out,
    no_place_of_one_machine,
)


@pytest.mark.parametrize("check", LAW, ids=lambda check: check.__name__)
def test_the_house_keeps_the_law(check: Callable[[Path], Iterator[str]]) -> None:
    problems = list(check(ROOT))
    assert not problems, "\n".join(problems)


def test_there_is_something_to_check() -> None:
    assert len(modules(ROOT, "pipelines")) > 10
    assert len(modules(ROOT, "crawler")) > 10
    assert "pipelines.items" in graph(ROOT, "pipelines")["pipelines.facts"]


PYPROJECT = '[tool.setuptools]\npackages = ["crawler", "pipelines"]\n'
SOUND = {
    "pyproject.toml": PYPROJECT,
    "crawler/__init__.py": "",
    "crawler/cli.py": "from crawler import settings\nfrom pipelines.items import Page\n",
    "crawler/settings.py": "",
    "pipelines/__init__.py": "",
    "pipelines/items.py": "class Page: ...\n",
    "pipelines/facts.py": "from urllib.parse import urlsplit\nfrom .items import Page\n",
    "datasets/lipstick/watchlist.csv": "id\n",
}

# (the check that must speak, the files that break it, words it must say)
BROKEN: tuple[tuple[Callable[[Path], Iterator[str]], dict[str, str], str], ...] = (
    (pipelines_know_no_web, {"pipelines/items.py": "import scrapy\n"}, "imports scrapy"),
    (pipelines_know_no_web, {"pipelines/items.py": "def f():\n    from crawler.pages import base\n"}, "crawler.pages"),
    (pipelines_know_no_web, {"pipelines/items.py": "if TYPE_CHECKING:\n    import web_poet\n"}, "imports web_poet"),
    (pipelines_know_no_web, {"pipelines/items.py": "from urllib import request\n"}, "imports urllib.request"),
    (pipelines_know_no_web, {"pipelines/items.py": "import http.client as h\n"}, "imports http.client"),
    (pipelines_know_no_web, {"pipelines/items.py": 'import_module("twisted.internet")\n'}, "imports twisted"),
    (no_circles, {"pipelines/items.py": "def f():\n    from pipelines import facts\n"}, "circle: "),
    (no_circles, {"crawler/settings.py": "import crawler.cli\n"}, "crawler.cli → crawler.settings → crawler.cli"),
    (floors_hold, {"pipelines/items.py": "from .facts import Page\n"}, "facts stands on a higher floor than items"),
    (floors_hold, {"pipelines/stuff.py": ""}, "has no floor yet"),
    (
        floors_hold,
        {
            "pipelines/store/__init__.py": "from pipelines.rules import RULES\n",
            "pipelines/rules/__init__.py": "RULES = ()\n",
        },
        "store and rules never see each other",
    ),
    (
        floors_hold,
        {
            "crawler/pages/__init__.py": "",
            "crawler/pages/a.py": "from crawler.spiders import b\n",
            "crawler/spiders/b.py": "",
        },
        "spiders stands on a higher floor than pages",
    ),
    (
        demo_is_a_leaf,
        {"crawler/settings.py": "from crawler.demo import shop\n", "crawler/demo/shop.py": ""},
        "only commands",
    ),
    (demo_is_a_leaf, {"crawler/demo/shop.py": "import crawler.settings\n"}, "the demo shops stand alone"),
    (datasets_hold_data, {"datasets/lipstick/__init__.py": ""}, "datasets/lipstick/__init__.py"),
    (datasets_hold_data, {"datasets/lipstick/deep/clean.py": ""}, "never Python"),
    (names_say_something, {"pipelines/utils.py": ""}, "pipelines/utils.py"),
    (names_say_something, {"crawler/helpers/one.py": ""}, "crawler/helpers"),
    (rooms_stay_small, {"pipelines/items.py": "x = 1\n" * 401}, "401 lines"),
    (packages_are_listed, {"pipelines/rules/__init__.py": ""}, "pipelines.rules: not in"),
    (packages_are_listed, {"pipelines/rules/one.py": ""}, "pipelines.rules: no __init__.py"),
    (
        packages_are_listed,
        {"pyproject.toml": PYPROJECT.replace('"pipelines"', '"pipelines", "crawler.gone"')},
        "crawler.gone: listed",
    ),
    (nothing_dangerous, {"pipelines/items.py": "from pickle import loads\n"}, "imports pickle.loads"),
    (nothing_dangerous, {"crawler/cli.py": "def f(text):\n    return eval(text)\n"}, "calls eval"),
    (nothing_dangerous, {"benchmarks/a.py": "import yaml\nyaml.load(x)\n"}, "calls yaml.load"),
    (pandas_stays_out, {"crawler/cli.py": "from sqlite_utils import Database\n"}, "crawler.cli imports sqlite_utils"),
    (no_place_of_one_machine, {"README.md": "see /tm" + "p/w/v\n"}, "README.md:1"),
    (no_place_of_one_machine, {"requirements.lock": "-i https://files.python" + "hosted.org/simple\n"}, "registry"),
)


def build(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


@pytest.mark.parametrize("check", LAW, ids=lambda check: check.__name__)
def test_a_sound_tree_passes(check: Callable[[Path], Iterator[str]], tmp_path: Path) -> None:
    assert list(check(build(tmp_path, SOUND))) == []


@pytest.mark.parametrize(("check", "files", "words"), BROKEN, ids=lambda value: getattr(value, "__name__", ""))
def test_a_broken_tree_fails(
    check: Callable[[Path], Iterator[str]], files: dict[str, str], words: str, tmp_path: Path
) -> None:
    problems = list(check(build(tmp_path, SOUND | files)))
    assert any(words in problem for problem in problems), problems


def test_every_check_is_shown_to_fail() -> None:
    assert {check for check, _, _ in BROKEN} == set(LAW)
