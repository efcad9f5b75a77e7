"""Walls are named, and pages that only mention one are not walls."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crawler.fetch.walls import wall_of
from crawler.pages.decode import decode

ITEM = "https://shop.example.com/p/1"
PAD = "<script>" + "x" * 5000 + "</script>"


def html(title: str, body: str = "", head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


# (url, status, headers, text, outcome, wall)
WALLS = [
    (
        ITEM,
        200,
        {},
        html("Access to this page has been denied.", '<div id="px-captcha"></div>'),
        "blocked",
        "perimeterx",
    ),
    (ITEM, 403, {}, html("Shop", PAD + '<div id="px-captcha"></div>'), "blocked", "perimeterx"),
    (ITEM, 200, {}, html("Queue-it", head='<meta id="queue-it_log">'), "blocked", "queue-it waiting room"),
    ("https://brand.queue-it.net/?c=brand&t=x", 200, {}, html("Please wait"), "blocked", "queue-it waiting room"),
    (ITEM, 403, {}, html("Just a moment..."), "captcha", "cloudflare"),
    (ITEM, 403, {"CF-Mitigated": "challenge"}, html("x"), "captcha", "cloudflare"),
    (ITEM, 200, {}, html("Attention Required! | Cloudflare"), "captcha", "cloudflare"),
    (ITEM, 403, {"Server": "AkamaiGHost"}, html("x", "Reference #18"), "blocked", "akamai"),
    (ITEM, 403, {"X-DataDome": "protected"}, html("x"), "captcha", "datadome"),
    (
        ITEM,
        200,
        {},
        html("shop", '<script src="https://geo.captcha-delivery.com/c.js"></script>'),
        "captcha",
        "datadome",
    ),
    (ITEM, 200, {}, html("", "Request unsuccessful. Incapsula incident ID: 1-2"), "blocked", "imperva"),
    ("https://www.amazon.com/dp/B0EXAMPLE1", 200, {}, html("Robot Check"), "captcha", "amazon robot check"),
    (
        "https://www.amazon.de/dp/B0EXAMPLE1",
        503,
        {},
        html("Amazon.de", '<form action="/errors/validateCaptcha">Geben Sie die Zeichen ein</form>'),
        "captcha",
        "amazon robot check",
    ),
    ("https://www.amazon.com/ap/signin?openid=1", 200, {}, html("Amazon Sign-In"), "login_wall", "amazon sign-in"),
    (ITEM, 200, {}, '{"rgv587_flag":"sm","url":"https://x.example/"}', "blocked", "taobao anti-spider (rgv587)"),
    (
        ITEM,
        200,
        {},
        'mtopjsonp1({"ret":["FAIL_SYS_USER_VALIDATE","RGV587_ERROR::SM"],"data":{}})',
        "blocked",
        "taobao anti-spider (rgv587)",
    ),
    (ITEM, 200, {}, '{"ret":["FAIL_SYS_USER_VALIDATE::x"],"data":{}}', "captcha", "taobao verification"),
    (ITEM, 200, {}, '{"ret":["FAIL_SYS_SESSION_EXPIRED::x"],"data":{}}', "login_wall", "taobao session"),
    (ITEM, 200, {}, html("", "哎哟喂,被挤爆啦,请稍后重试"), "captcha", "taobao punish page"),
    ("https://login.taobao.com/member/login.jhtml", 200, {}, html("淘宝网"), "login_wall", "taobao login"),
    ("https://item.taobao.com/_____tmd_____/punish?x5secdata=1", 200, {}, html(""), "captcha", "taobao punish page"),
    (
        "https://error.item.taobao.com/error/noitem?itemid=1",
        200,
        {},
        html("淘宝网"),
        "not_found",
        "taobao: no such item",
    ),
    ("https://passport.jd.com/new/login.aspx?ReturnUrl=x", 200, {}, html("京东-欢迎登录"), "login_wall", "jd passport"),
    (
        "https://cfe.m.jd.com/privatedomain/risk_handler/03101900/",
        200,
        {},
        html("京东验证"),
        "blocked",
        "jd risk handler",
    ),
    ("https://club.jd.com/comment/x", 200, {"X-RP-Content": "1"}, "", "blocked", "jd disposal"),
    (ITEM, 200, {}, "  \n", "blocked", "empty body"),
    ("https://mobile.yangkeduo.com/login.html?from=goods", 200, {}, html("登录"), "login_wall", "pinduoduo login"),
    (ITEM, 200, {}, '{"error_code":54001,"error_msg":"x"}', "blocked", "pinduoduo error 54001"),
    (ITEM, 200, {}, html("安全验证", "请完成安全验证"), "captcha", "verification page"),
    (ITEM, 200, {}, html("用户登录", '<form><input type="password"></form>'), "login_wall", "login form"),
    (ITEM, 404, {}, html("gone"), "not_found", "status 404"),
    (ITEM, 410, {}, "", "not_found", "status 410"),
    (ITEM, 200, {}, html("404 Not Found – Norrland"), "not_found", "title says not found"),
    (ITEM, 200, {}, html("商品不存在"), "not_found", "title says not found"),
    (
        ITEM,
        200,
        {},
        html("淘宝", "很抱歉，您查看的宝贝不存在，可能已下架"),
        "not_found",
        "the shop says there is no such item",
    ),
    (ITEM, 401, {}, html("x"), "login_wall", "status 401"),
    (ITEM, 403, {}, html("x"), "blocked", "status 403"),
    (ITEM, 429, {"CF-RAY": "1"}, html("x"), "blocked", "cloudflare status 429"),
    (ITEM, 903, {}, html("x"), "blocked", "status 903"),
]


@pytest.mark.parametrize(("url", "status", "headers", "text", "outcome", "wall"), WALLS)
def test_a_wall_is_named(url: str, status: int, headers: dict[str, str], text: str, outcome: str, wall: str) -> None:
    assert wall_of(url, status, headers, text) == (outcome, wall)


PRODUCT = '<script type="application/ld+json">{"@type": "Product", "name": "x"}</script>'
NOT_WALLS = [
    html("Wool throw", PRODUCT + '<script>window._pxAppId="PX1"</script><div id="px-captcha"></div>'),
    html("Captcha, a novel", "<h1>Captcha</h1><p class=price>$12.00</p><p>Prove you are human.</p>"),
    html("安全验证器 U盾", "<h1>安全验证器</h1><span>￥59.00</span> 请完成安全验证 加入购物车"),
    html("Chair", "<p>" + "A long review that says: unusual traffic from your street. " * 60 + "</p>"),
    html(
        "Wool throw",
        PRODUCT + '<form action="/login"><input type="password"></form><script src="//x/_Incapsula_Resource?SWCNGEEC">',
    ),
    html("Page not found: a mystery game for two", PRODUCT),
    html("Blocked drains kit", "<h1>Blocked drains kit</h1><b>£9.00</b>"),
    html("Small page", "<h1>Hello</h1>"),
    '{"data":{"rateList":[{"feedback":"页面写着 captcha, 哎哟喂,被挤爆啦"}]}}',
    '[{"id":"J_1","p":"1.00"}]',
]


@pytest.mark.parametrize("text", NOT_WALLS)
def test_a_page_that_mentions_a_wall_is_none(text: str) -> None:
    assert wall_of(ITEM, 200, {}, text) is None
    assert wall_of(ITEM, None, {}, text) is None


def test_a_login_address_in_the_query_is_no_login_page() -> None:
    assert wall_of(ITEM + "?next=https://login.taobao.com/login", 200, {}, html("Small page", "<h1>Hello</h1>")) is None


@pytest.mark.shared
def test_real_pages_are_walls_exactly_where_they_should_be(shared: Path) -> None:
    wrong = []
    for line in (shared / "realpages" / "manifest.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        decoded = decode((shared / "realpages" / row["file"]).read_bytes())
        assert decoded is not None
        wall = wall_of(row["page_url"] or "", 200, {}, decoded.text)
        if (wall is not None) != (row["kind"] == "blocked"):
            wrong.append((row["id"], wall))
    assert wrong == []
