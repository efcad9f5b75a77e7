"""Sitemaps and robots.txt as pages."""

from __future__ import annotations

import time

import pytest

from crawler.pages.read import read_page

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def test_a_sitemap_names_pages_and_their_pictures_titles() -> None:
    body = (
        f'{HEAD}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="x">'
        "<url><loc>\n https://mist.example/p/1?a=1&amp;b=2 </loc><image:image><image:loc>https://cdn.example/1.jpg</image:loc>"
        "<image:title>晨雾 &amp; 精华</image:title></image:image></url>"
        "<url><loc><![CDATA[https://mist.example/p/2]]></loc></url>"
        "<url><loc>javascript:alert(1)</loc></url><url><loc>/p/3</loc></url></urlset>"
    )
    page = read_page("https://mist.example/sitemap.xml", body.encode())
    assert (page.kind, page.outcome) == ("listing", "ok")
    assert [(item.url, item.name) for item in page.items] == [
        ("https://mist.example/p/1?a=1&b=2", "晨雾 & 精华"),
        ("https://mist.example/p/2", None),
    ]
    assert page.links == ()


def test_an_index_names_sitemaps() -> None:
    body = f"{HEAD}<sitemapindex><sitemap><loc>https://mist.example/a.xml.gz</loc></sitemap></sitemapindex>"
    page = read_page("https://mist.myshopify.com/sitemap.xml", body.encode())
    assert [(link.kind, link.url) for link in page.links] == [("sitemap", "https://mist.example/a.xml.gz")]
    assert page.items == ()


def test_a_cut_sitemap_keeps_what_is_whole() -> None:
    whole = [f"https://mist.example/p/{n}" for n in range(9)]
    body = f"{HEAD}<urlset>{''.join(f'<url><loc>{url}</loc></url>' for url in whole)}<url><loc>https://mist.exa"
    page = read_page("https://mist.example/sitemap.xml", body.encode(), faults=("truncated_body",))
    assert [item.url for item in page.items] == whole


def test_robots_names_sitemaps() -> None:
    body = "User-agent: *\nSitemap: https://mist.example/a.xml\n  sitemap :https://mist.example/b.xml # b\n"
    page = read_page("https://mist.example/robots.txt", body.encode())
    assert page.outcome == "ok"
    assert [link.url for link in page.links] == ["https://mist.example/a.xml", "https://mist.example/b.xml"]
    assert read_page("https://mist.example/robots.txt", b"<!doctype html><title>x</title>").platform is None


@pytest.mark.parametrize(
    "body",
    [
        "<urlset><url><loc>" + " " * 1_000_000,
        "<urlset>" + "<image:title> " * 100_000,
        "<sitemapindex>" + "<loc\n" * 100_000,
    ],
)
def test_hostile_sitemaps_are_read_in_time(body: str) -> None:
    began = time.monotonic()
    assert read_page("https://mist.example/sitemap.xml", body.encode()).items == ()
    assert time.monotonic() - began < 10
