"""Pages made to break a parser, and pages whose end is missing: what is whole is read, what is half is not."""

from __future__ import annotations

import asyncio
import json
import time

import pytest

from crawler.pages import readers as module
from crawler.pages.lenient import CUT, TOO_DEEP, read_json
from crawler.pages.markup import complete_part, ends_in_its_middle, flattened, without_attribute_floods
from crawler.pages.read import read_page
from crawler.pages.readers import Asked, Readers, Reading
from pipelines.facts import PageFacts, to_json
from pipelines.faults import CUT as CUT_FAULTS
from pipelines.faults import UNSURE
from pipelines.understand import understand

HEAD = '<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>云雀口红 3g</title></head><body>'
NAME, PRICE = "云雀口红 3g", '<p class="price">¥199.00</p>'
PRODUCT = f'<div class="product"><h1>{NAME}</h1>{PRICE}<button>加入购物车</button></div>'
END = "</body></html>"
URL = "https://shop.example/item/1"


def facts_of(text: str, faults: tuple[str, ...] = ()) -> PageFacts:
    return understand(read_page(URL, text.encode(), faults=faults))


def price_of(facts: PageFacts) -> str | None:
    return None if facts.offer is None or facts.offer.price is None else str(facts.offer.price)


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (HEAD + "<div>" * 60_000 + PRODUCT + END, ("deep_dom",)),
        (HEAD + "<div>" * 60_000 + PRODUCT + "</div>" * 60_000 + END, ("deep_dom",)),
        (HEAD + PRODUCT + "<div>" * 60_000 + END, ("deep_dom",)),
        (HEAD + "<b><i>" * 30_000 + PRODUCT + END, ("deep_dom",)),
        (HEAD + "<table><tr><td>" * 20_000 + PRODUCT + END, ("deep_dom",)),
        (HEAD + "<div>" * 1_500 + PRODUCT + "</div>" * 1_500 + END, ()),
        (HEAD + "<p>" * 60_000 + PRODUCT + END, ()),
        (HEAD + "</div>" * 60_000 + PRODUCT + END, ()),
        (HEAD + f"<div {' '.join(f'a{n}={n}' for n in range(100_000))}>{PRODUCT}</div>{END}", ("many_attributes",)),
        (HEAD + f"<div data-all='{'x' * 300_000}'>{PRODUCT}</div>{END}", ()),
        (HEAD + PRODUCT + f"<p>{'文字' * 2_000_000}</p>" + END, ()),
        (HEAD + "<p>" + "a" * 11_000_000 + "</p>" + PRODUCT + END, ()),
        ((HEAD + PRODUCT + END).replace("199", "1\x0099"), ("nul_characters",)),
        (HEAD + PRODUCT + "<!-- without an end" + END, ("cut_html",)),
        (HEAD + PRODUCT + "<script>var price = 9.90;", ("cut_html",)),
    ],
    ids=lambda value: value if isinstance(value, tuple) else f"{len(value)} bytes",
)
def test_text_and_price_are_read_whatever_stands_around_them(text: str, faults: tuple[str, ...]) -> None:
    if "-->" not in text and "<!-- " in text:
        text = text.removesuffix(END)
    facts = facts_of(text)
    assert price_of(facts) == "199.00" and facts.offer is not None and facts.offer.name == NAME
    assert facts.faults == faults


@pytest.mark.slow
def test_a_million_elements_are_read_in_the_time_a_reader_has() -> None:
    for text in (HEAD + "<i>x</i>" * 1_000_000 + PRODUCT + END, HEAD + PRODUCT + "<i>x</i>" * 1_000_000 + END):
        assert price_of(facts_of(text)) == "199.00"


def test_every_cut_of_a_page_gives_its_price_or_none() -> None:
    # The second of two prices makes "¥1" of "¥199.00", and "299.00" of a sale, a wrong one.
    pieces = '<p class="price">¥<span>199</span><span class="cents">.00</span></p>'
    for product in (
        PRODUCT,
        PRODUCT.replace(PRICE, pieces),
        PRODUCT.replace('<p class="price">¥199.00</p>', "¥199.00"),
    ):
        page = HEAD + product + f"<div>{'说明。' * 60}</div>" + END
        for end in range(len(HEAD), len(page)):
            facts = facts_of(page[:end], ("truncated_body",))
            assert price_of(facts) in ("199.00", None), page[:end]
            assert facts.faults == ("truncated_body",)
        assert price_of(facts_of(page, ("truncated_body",))) == price_of(facts_of(page))


def test_every_cut_of_machine_readable_prices_gives_them_or_none() -> None:
    data = {"@type": "Product", "name": NAME, "offers": {"price": "199.00", "priceCurrency": "CNY"}}
    scripts = (
        f'<script type="application/ld+json">{json.dumps(data)}</script>',
        f"<script>window.__STATE__ = {json.dumps({'product': data})};</script>",
        f"<div itemscope itemtype='https://schema.org/Product'><b itemprop=name>{NAME}</b>"
        "<i itemprop=offers itemscope itemtype='https://schema.org/Offer'>"
        "<meta itemprop=price content='199.00'><meta itemprop=priceCurrency content=CNY></i></div>",
    )
    for script in scripts:
        page = HEAD + f"<h1>{NAME}</h1>" + script + END
        for end in range(len(HEAD), len(page), 3):
            assert price_of(facts_of(page[:end], ("truncated_body",))) in ("199.00", None), page[:end]


def test_every_cut_of_a_json_body_gives_nothing_but_its_fault() -> None:
    body = json.dumps({"item": {"title": NAME, "price": "199.00", "skus": [{"price": "189.00"}]}})
    for end in range(1, len(body)):
        facts = facts_of(body[:end], ("truncated_body",))
        assert facts.offer is None or price_of(facts) is None
        assert facts.faults == ("truncated_body", "cut_json"), body[:end]


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        (HEAD + PRODUCT + END, False),
        (HEAD + PRODUCT, False),
        (f"<meta charset=utf-8><h1>{NAME}</h1>{PRICE}", False),
        (f"<ul><li>{NAME}<li>{NAME}<p>{NAME}", False),
        (HEAD + "<p>a<p>b<table><tr><td>c", True),
        (HEAD + "<div><p>text", True),
        (HEAD + PRODUCT + "<p clas", True),
        (HEAD + PRODUCT + "<p title='a > b", True),
        ("<p>fragment <!-- open", True),
        ("<p>fragment</p><script>var a", True),
        (HEAD + "<script>'<div>' + \"</body>\"</script>" + PRODUCT, False),
        ("<p>1 < 2", False),
        (HEAD + "<p title=it's>text</p>" + PRODUCT, False),
        (HEAD + "<p title='it\"s <b>'>text</p>" + PRODUCT, False),
    ],
)
def test_markup_that_ends_in_its_middle(text: str, cut: bool) -> None:
    assert ends_in_its_middle(text) is cut


def test_a_cut_leaves_what_is_whole() -> None:
    long = f"<div>{'whole text, ' * 20}</div>"
    assert complete_part(f"<body>{PRODUCT}{long}<div><p>half").endswith(long)
    assert complete_part(f'<body><div><h1>{NAME}</h1><p class="price">¥19') == f"<body><div><h1>{NAME}</h1>"
    assert complete_part("<body><div><h1>a</h1><span>19</span><span>.9") == "<body><div><h1>a</h1>"
    assert complete_part("") == ""


def test_flattening_keeps_every_text_in_order() -> None:
    text = "<div>a" * 3000 + "<p class=price>¥<b>199</b></p>" + "b</div>" * 3000
    flat = flattened(text)
    assert flat.count("<div>") < 300 and "<p class=price>¥<b>199</b></p>" in flat
    assert flat.replace("<div>", "").replace("</div>", "") == text.replace("<div>", "").replace("</div>", "")
    shallow = HEAD + "<div>" * 20 + PRODUCT + END
    assert flattened(shallow) == shallow


def test_attribute_floods_are_cut_and_large_attributes_are_not() -> None:
    flood = f"<div {' '.join(f'a{n}={n}' for n in range(20_000))}><p>b</p>"
    kept = without_attribute_floods(flood)
    assert kept.startswith("<div a0=0 a1=1") and kept.endswith("a999=999><p>b</p>")
    large = f'<div data-json="{"x" * 50_000}">'
    assert without_attribute_floods(large) == large


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"price": 19', CUT),
        ('{"price": "19.90", "name": "a', CUT),
        ('[{"price": 19.90},', CUT),
        ("[" * 500, CUT),
        ("[" * 100_000, TOO_DEEP),
        ("[" * 100_000 + "]" * 100_000, TOO_DEEP),
        ('{"price": 19.90,}', None),
        ('{"price": 19.90};', None),
    ],
)
def test_json_that_is_cut_or_too_deep_is_no_json(text: str, problem: str | None) -> None:
    value, said = read_json(text)
    assert (value is None and said == problem) if problem else value is not None


def test_a_page_that_holds_a_reader_costs_that_page_only(monkeypatch: pytest.MonkeyPatch) -> None:
    real = module.read_and_understand

    def slow(asked: Asked) -> Reading:
        if asked.url.endswith("/slow"):
            time.sleep(60)
        return real(asked)

    monkeypatch.setattr(module, "read_and_understand", slow)
    monkeypatch.setattr(module, "MOST_SECONDS", 1.0)

    async def go() -> list[Reading]:
        readers = Readers(1)
        try:
            urls = ("a", "slow", "b")
            return await asyncio.gather(*(readers.read(asked(f"https://shop.example/{name}")) for name in urls))
        finally:
            readers.close()

    def asked(url: str) -> Asked:
        return Asked(url=url, body=(HEAD + PRODUCT + END).encode(), status=200, headers={}, faults=("trailing_data",))

    before = time.monotonic()
    found = asyncio.run(go())
    assert time.monotonic() - before < 30
    assert [reading.page.outcome for reading in found] == ["ok", "unreadable", "ok"]
    assert found[1].page.issues[0].why == "the reader took too long"
    assert all(reading.page.faults == ("trailing_data",) for reading in found)


def test_faults_are_issues_of_the_page_and_change_no_key() -> None:
    sound, cut = to_json(facts_of(HEAD + PRODUCT + END)), to_json(facts_of(HEAD + PRODUCT + "<p>a</p><b", ()))
    assert set(sound) == set(cut) and sound["issues"] == []
    assert [(issue["field"], issue["value"]) for issue in cut["issues"]] == [("page", "cut_html")]
    assert "left out" in cut["issues"][0]["why"]


def test_no_price_is_taken_from_a_damaged_body() -> None:
    for code in sorted(UNSURE):
        facts = facts_of(HEAD + PRODUCT + END, (code,))
        assert price_of(facts) is None and facts.offer is not None and facts.offer.name == NAME
        assert "no price of this page is sure" in facts.issues[-1].why
    assert not UNSURE & CUT_FAULTS
