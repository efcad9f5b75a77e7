"""The bulletin as files: JSON that stays, a feed that RFC 4287 allows, a page on which no text acts."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args

import pytest
from lxml import etree

from pipelines.changes.change import KINDS, Bulletin, Change, Kind, Side
from pipelines.export.changes_files import ATOM, as_json, atom_text, json_text, write_text
from pipelines.export.changes_page import html_text
from pipelines.export.changes_words import change_words, headline, lead
from pipelines.export.words import Language

LANGUAGES: tuple[Language, ...] = get_args(Language)
SEEN = ("2026-03-01T12:00:00Z", "2026-03-03T12:00:00Z")
NASTY = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "]]><x/>",
    "a\x00b\x0bc\ud800d\uffff",
    "\u202eevil",
    "{{ 7 * 7 }} {old} %s",
    "javascript:alert(1)",
    "长" * 5000,
)


def change(kind: Kind, **given: Any) -> Change:
    values = {
        "verdict_changed": ("verdict", "consistent", "dearer_at_streamer"),
        "price_changed": ("price", "268.00", "298.00"),
        "review_vanished": ("", "shown", "not_shown"),
        "new_wall": ("", "ok", "captcha"),
        "page_gone": ("", "ok", "not_found"),
        "raised_before_broadcast": ("", None, None),
    }
    part, old, new = values[kind]
    made = Change(
        kind=kind,
        subject="L01",
        part=part,
        name="云朵修护面霜",
        shop="云雀小店",
        currency="CNY",
        old=Side(value=old, page_ids=("aaa",), seen_at=SEEN[0]),
        new=Side(value=new, page_ids=("bbb",), seen_at=SEEN[1]),
        urls=("https://streamer.example/item/1", "https://streamer.example/item/1?page=2"),
        claims=("L01",),
        why="The promoted page asked more.",
    )
    return replace(made, **given)


def bulletin(*changes: Change, **given: Any) -> Bulletin:
    said = {"dataset": "small", "title": "Test", "since": SEEN[0], "until": SEEN[1], **given}
    return Bulletin(changes=changes, looks={"before": 3, "after": 4}, **said)


ALL = bulletin(*(change(kind) for kind in KINDS))


def test_json_is_what_the_manual_says() -> None:
    told = json.loads(json_text(ALL))
    manual = (Path(__file__).parents[3] / "docs" / "watching.md").read_text("utf-8").partition("## JSON")[2]
    names = {*told, *told["changes"][0], *told["changes"][0]["old"], *told["looks"]}
    assert [name for name in sorted(names) if not re.search(rf"\b{name}\b", manual)] == []
    assert list(told["counts"]) == list(KINDS)
    assert told["changes"][2]["new"] == {"value": "298.00", "page_ids": ["bbb"], "seen_at": SEEN[1]}
    assert json_text(ALL) == json_text(ALL)


def schema() -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_feed_is_atom(language: Language) -> None:
    tree = etree.fromstring(atom_text(ALL, language).encode())
    schema().assertValid(tree)
    entries = tree.findall(f"{{{ATOM}}}entry")
    ids = [entry.findtext(f"{{{ATOM}}}id") for entry in entries]
    assert len(set(ids)) == len(entries) == len(KINDS)
    assert atom_text(ALL, language) == atom_text(ALL, language)


@pytest.mark.parametrize(
    ("cut", "put"),
    [("<updated>.*?</updated>", ""), ("<author>.*?</author>", ""), ("<id>.*?</id>", ""), ("T12:00:00Z", "")],
)
def test_a_feed_that_is_none_is_seen(cut: str, put: str) -> None:
    text = re.sub(cut, put, atom_text(ALL, "en"), count=1, flags=re.DOTALL)
    assert not schema().validate(etree.fromstring(text.encode()))


def test_an_entry_keeps_its_id_while_it_is_the_same_change() -> None:
    def ids(found: Bulletin) -> list[str]:
        return re.findall(r"<id>(.*?)</id>", atom_text(found, "en"))

    price = change("price_changed")
    first, later = bulletin(price), bulletin(price, until="2026-03-09T12:00:00Z")
    assert ids(first) == ids(later)
    again = replace(price, new=replace(price.new, value="300.00", page_ids=("ccc",)))
    assert ids(first)[0] == ids(bulletin(again))[0] and ids(first)[1] != ids(bulletin(again))[1]
    assert ids(first)[0] != ids(bulletin(price, dataset="other"))[0]


class Page(HTMLParser):
    """Tags and their attributes; `text` is what stands outside the style sheet."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.inside = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.inside = tag

    def handle_data(self, data: str) -> None:
        if self.inside != "style":
            self.text += data


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("nasty", NASTY)
def test_no_text_acts(nasty: str, language: Language) -> None:
    given = {
        "name": nasty, "shop": nasty, "subject": nasty, "part": f"price {nasty}", "currency": nasty,
        "why": nasty, "urls": (nasty, nasty), "claims": (nasty,),
        "old": Side(value=nasty, page_ids=(nasty,), seen_at=SEEN[0]),
    }  # fmt: skip
    found = bulletin(*(change(kind, **given) for kind in KINDS), title=nasty, dataset=nasty)
    html = html_text(found, language, "Asia/Shanghai")
    page, plain = Page(html), Page(html_text(ALL, language, "Asia/Shanghai"))
    assert {tag for tag, _ in page.tags} <= {tag for tag, _ in plain.tags} | {"br"}
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert not [tag for tag, attributes in page.tags if tag == "a" and "script" in (attributes.get("href") or "")]
    assert "\x00" not in html and "{{" not in html.replace("{{ 7 * 7 }}", "")
    html.encode("utf-8")
    schema().assertValid(etree.fromstring(atom_text(found, language).encode()))
    assert json.loads(json_text(found))["changes"][0]["name"] == nasty


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_asks_nothing_from_outside(language: Language) -> None:
    html = html_text(ALL, language, "Asia/Shanghai")
    assert "default-src 'none'" in html and "<script" not in html
    assert not re.search(r"(?:src|@import|url\()\s*=?\s*[\"']?https?:", html)
    assert "2026-03-03 20:00 +08:00" in html
    for kind in KINDS:
        assert change_words(language)["kind"][kind] in Page(html).text


def test_both_languages_have_the_same_words() -> None:
    def keys(words: dict[str, Any], before: str = "") -> set[str]:
        found = set()
        for name, value in words.items():
            found |= keys(value, f"{before}{name}.") if isinstance(value, dict) else {before + name}
        return found

    assert keys(change_words("en")) == keys(change_words("zh"))
    assert set(change_words("en")["kind"]) == set(KINDS) == set(get_args(Kind))


def test_headlines_and_leads() -> None:
    price = change("price_changed")
    assert headline(price, "en") == "云雀小店: 云朵修护面霜, price: 268.00 CNY → 298.00 CNY"
    assert headline(replace(price, new=price.old), "en").endswith("price: 268.00 CNY, with others in between")
    assert headline(change("verdict_changed", shop=""), "zh") == "云朵修护面霜，结论：一致 → 主播价更高"
    assert lead(bulletin(price), "en") == "1 change: prices 1."
    assert lead(bulletin(), "en") == "Nothing changed."
    assert "nothing can have changed" in lead(bulletin(started=False), "en")


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    target = tmp_path / "new" / "changes.json"
    write_text(target, "a\ud800")
    assert target.read_text("utf-8") == "a?"
    assert [path.name for path in target.parent.iterdir()] == ["changes.json"]
    assert as_json(ALL)["started"] is True
