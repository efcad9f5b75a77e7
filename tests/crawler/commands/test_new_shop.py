from __future__ import annotations

import ast
import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from web_poet import HttpResponse
from web_poet.testing import Fixture

from crawler.commands.new_shop import ROOT, UNCONFIRMED, HostNameInvalid, ShopFileExists, names_of, run_new_shop
from crawler.pages.captured import Captured
from crawler.pages.generic import GenericPage
from pipelines.errors import InputMissing

NAMES = [
    ("rosycheeks.example.com", "rosycheeks_example", "RosycheeksExamplePage"),
    ("https://www.rosy-cheeks.com/p/1?x=2", "rosy_cheeks", "RosyCheeksPage"),
    ("WWW.ROSY-CHEEKS.COM", "rosy_cheeks", "RosyCheeksPage"),
    ("shop.rosycheeks.co.uk", "rosycheeks", "RosycheeksPage"),
    ("https://rosycheeks.com:8443/", "rosycheeks", "RosycheeksPage"),
    ("1000plums.com", "shop_1000plums", "Shop1000plumsPage"),
    ("https://桃子.com/", "xn_5nqq6l", "Xn5nqq6lPage"),
    ("class.com", "shop_class", "ShopClassPage"),
]


@pytest.mark.parametrize(("said", "module", "page"), NAMES)
def test_names(said: str, module: str, page: str) -> None:
    names = names_of(said)
    assert (names.module.isidentifier(), names.page.isidentifier()) == (True, True)
    if "xn_" not in module:
        assert (names.module, names.page) == (module, page)
    else:
        assert names.module.startswith("xn_")


@pytest.mark.parametrize(
    "said", ["", "localhost", "../../etc", "a b.com", "http://", "shop", "127.0.0.1", "x" * 300 + ".com"]
)
def test_no_host_name_is_refused_by_name(said: str) -> None:
    with pytest.raises(HostNameInvalid, match="expected a shop's host name"):
        names_of(said)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "crawler" / "pages").mkdir(parents=True)
    return tmp_path


SAVED = """<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>桃桃唇泥</title>
<link rel="canonical" href="https://rosycheeks.example/p/1">
<script type="application/ld+json">{"@context": "https://schema.org", "@type": "Product", "name": "桃桃唇泥 3g",
"offers": {"@type": "Offer", "price": "59.00", "priceCurrency": "CNY"}}</script></head>
<body><h1>桃桃唇泥 3g</h1><p class="product-brand">桃桃</p></body></html>"""


def test_the_page_object_is_written_and_compiles(root: Path) -> None:
    out = StringIO()
    assert run_new_shop("rosycheeks.example", Console(file=out), root) == 0
    text = (root / "crawler/pages/rosycheeks.py").read_text("utf-8")
    tree = ast.parse(text)
    assert [node.name for node in tree.body if isinstance(node, ast.ClassDef)] == ["RosycheeksPage"]
    assert '@handle_urls("rosycheeks.example")' in text
    assert "new-shop HOST --from FILE" in out.getvalue()


def test_nothing_is_overwritten(root: Path) -> None:
    path = root / "crawler/pages/rosycheeks.py"
    path.write_text("mine\n", "utf-8")
    with pytest.raises(ShopFileExists, match=r"rosycheeks\.py exists"):
        run_new_shop("rosycheeks.example", Console(file=StringIO()), root)
    assert path.read_text("utf-8") == "mine\n"


def test_a_missing_file_leaves_nothing_behind(root: Path) -> None:
    with pytest.raises(InputMissing, match="no such file"):
        run_new_shop("rosycheeks.example", Console(file=StringIO()), root, root / "gone.html")
    assert list((root / "crawler/pages").iterdir()) == []


def test_a_saved_page_becomes_a_fixture(root: Path) -> None:
    saved = root / "saved.html"
    saved.write_text(SAVED, "utf-8")
    assert run_new_shop("rosycheeks.example", Console(file=StringIO()), root, saved) == 0
    folder = root / "tests/fixtures/crawler.pages.rosycheeks.RosycheeksPage/test-1"
    item = json.loads((folder / "output.json").read_text("utf-8"))
    assert item["url"] == "https://rosycheeks.example/p/1"
    assert item["offer"]["name"] == "桃桃唇泥 3g"
    assert item["offer"]["brand"] == "桃桃"
    assert [price["text"] for price in item["offer"]["prices"]] == ["59.00"]
    assert json.loads((folder / "meta.json").read_text("utf-8"))["frozen_time"]
    assert next(iter(item)) == UNCONFIRMED, "the first line to be seen"
    assert any(path.name.startswith("HttpResponse") for path in (folder / "inputs").iterdir())


# The new page object lies outside the checkout here.
CONFTEST = """
from pathlib import Path

import crawler.pages

crawler.pages.__path__.append(str(Path(__file__).parents[2] / "crawler" / "pages"))
"""


def test_the_new_test_fails_until_a_human_has_deleted_the_line(root: Path) -> None:
    saved = root / "saved.html"
    saved.write_text(SAVED, "utf-8")
    assert run_new_shop("plumcheeks.example", Console(file=StringIO()), root, saved) == 0
    (root / "tests/fixtures/conftest.py").write_text(CONFTEST, "utf-8")
    folder = root / "tests/fixtures/crawler.pages.plumcheeks.PlumcheeksPage"
    before = fixture_test(folder)
    assert before.returncode == 1, before.stdout
    assert UNCONFIRMED in before.stdout
    output = folder / "test-1" / "output.json"
    confirmed = json.loads(output.read_text("utf-8"))
    del confirmed[UNCONFIRMED]
    output.write_text(json.dumps(confirmed), "utf-8")
    after = fixture_test(folder)
    assert after.returncode == 0, after.stdout


def fixture_test(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", str(ROOT / "pyproject.toml")]
    return subprocess.run(
        [*command, f"--rootdir={ROOT}", str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(("name", "code"), [("桃桃唇泥 3g", 0), ("another name", 1)])
def test_a_fixture_fails_when_the_reading_is_another(name: str, code: int, tmp_path: Path) -> None:
    folder = tmp_path / "crawler.pages.generic.GenericPage"
    response = HttpResponse("https://rosycheeks.example/p/1", SAVED.encode(), headers={"Content-Type": "text/html"})
    item = GenericPage(response=response).extract()
    fixture = Fixture.save(folder, inputs=[response, Captured()], item=item)
    output = json.loads(fixture.output_path.read_text("utf-8"))
    output["offer"]["name"] = name
    fixture.output_path.write_text(json.dumps(output), "utf-8")
    done = fixture_test(folder)
    assert done.returncode == code, done.stdout
    assert ("item.offer is not correct" in done.stdout) == bool(code)
