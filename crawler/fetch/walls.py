"""Pages that stand in front of the page asked for: blocks, captchas, waiting rooms, logins, "not found".

A wall is a result to store, never something to get around. Marks come from public code and saved walls of 2017-2026.
Many shops load a protector's script on every page, and texts mention captchas: a mark counts only on a page that shows
little else. Three kinds of evidence are looked at in this order: where the request ended, what the headers say, the
body.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from crawler.pages.marks import Marks
from pipelines.items import Outcome

# Saved walls are far below 120 kB; product pages with a protector's script are mostly above.
_VIP_REFUSES = 903
_LARGEST_WALL = 120_000
_LARGEST_JSON_WALL = 20_000
_MOST_WORDS = 2_000
_MOST_PANEL_WORDS = 500
_PRICE = re.compile(r"[¥￥$€£]\s?\d|\d\s?(?:元|€|円)")
_CALL = re.compile(r"[\w$.]+\s*\(\s*\{")
_SILENT = re.compile(r"<(script|style|noscript|svg|head)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>", re.DOTALL | re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.DOTALL | re.IGNORECASE)
_GOODS_OFTEN = (
    "priceCurrency",
    'itemprop="price"',
    "og:price:amount",
    "product:price:amount",
    "加入购物车",
    "立即购买",
    "add-to-cart",
    "add_to_cart",
    "addtocart",
    "addToCart",
    "AddToCart",
    "Add to Cart",
    "Add to cart",
)
_GOODS = re.compile(
    r"""["']@type["']\s*:\s*\[?\s*["'](?:Product|ProductGroup|Offer|ItemList)["']|itemprop=["']?price|schema\.org/(?:Product|Offer)|"""
    r"""og:type["']\s+content=["'](?:og:)?product|product:price:amount|add[-_ ]?to[-_ ]?(?:cart|basket|bag)|"""
    r"""加入购物车|立即购买|skuMap|J_StrPrice|class=["'][^"']*\bprice\b""",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Mark:
    outcome: Outcome
    wall: str
    pattern: re.Pattern[str]


def _marks(*rows: tuple[Outcome, str, str]) -> tuple[_Mark, ...]:
    return tuple(_Mark(outcome, wall, re.compile(pattern, re.IGNORECASE)) for outcome, wall, pattern in rows)


_URLS = _marks(
    ("login_wall", "jd passport", r"//(?:passport|plogin\.m)\.jd\.com/"),
    ("blocked", "jd risk handler", r"risk_handler|//cfe\.m\.jd\.com/privatedomain/"),
    ("login_wall", "taobao login", r"//login(?:\.m)?\.(?:taobao|tmall)\.com/"),
    (
        "not_found",
        "taobao: no such item",
        r"error\.item\.taobao\.com|/error/noitem|//detail\.tmall\.com/auction/noitem",
    ),
    ("captcha", "taobao punish page", r"_____tmd_____|//[^/?#]+\.(?:taobao|tmall|alicdn)\.com/(?:[^?#]*/)?punish\b"),
    ("blocked", "taobao anti-spider", r"//sec\.taobao\.com/"),
    ("login_wall", "pinduoduo login", r"//[^/]*(?:yangkeduo|pinduoduo)\.com/login\.html"),
    ("captcha", "pinduoduo verification", r"//[^/]*(?:yangkeduo|pinduoduo)\.com/psnl_verification"),
    ("blocked", "queue-it waiting room", r"//[^/]*\.queue-it\.net/"),
    ("captcha", "amazon robot check", r"//[^/]*amazon\.[a-z.]+/errors/validateCaptcha"),
    ("login_wall", "amazon sign-in", r"//[^/]*amazon\.[a-z.]+/ap/signin"),
    ("captcha", "aliexpress punish page", r"//[^/]*aliexpress\.[a-z.]+/[^?#]*punish"),
    ("captcha", "walmart blocked page", r"//[^/]*walmart\.com/blocked"),
    (
        "login_wall",
        "login page",
        r"^[^?#]*/(?:account/|customer/account/|users?/)?(?:login|signin|sign_in|log-in)/?(?:[?#]|$)",
    ),
)
_HEADERS: tuple[tuple[str, str, Outcome, str], ...] = (
    ("cf-mitigated", "challenge", "captcha", "cloudflare"),
    ("x-amzn-waf-action", "captcha", "captcha", "aws waf"),
    ("x-amzn-waf-action", "challenge", "captcha", "aws waf"),
    ("verifytype", "", "captcha", "xiaohongshu verification"),
)
_JSON = _marks(
    ("blocked", "taobao anti-spider (rgv587)", r"rgv587_(?:flag|error)"),
    ("captcha", "taobao verification", r"FAIL_SYS_USER_VALIDATE"),
    ("login_wall", "taobao session", r"FAIL_SYS_SESSION_EXPIRED|FAIL_SYS_TOKEN_EMPTY|NEED_LOGIN"),
    ("blocked", "taobao refused", r"FAIL_SYS_(?:ILLEGAL_ACCESS|TRAFFIC_LIMIT|FLOWLIMIT)"),
    ("captcha", "taobao punish page", r"""["']url["']\s*:\s*["'][^"']*(?:/punish\b|_____tmd_____)"""),
    ("blocked", "pinduoduo error 54001", r"""["']error_code["']\s*:\s*["']?54001"""),
    ("login_wall", "pinduoduo login", r"""["']error_code["']\s*:\s*["']?(?:40001|43001)\b"""),
    ("blocked", "jd risk handler", r"risk_handler"),
    ("captcha", "datadome", r"captcha-delivery\.com"),
    ("captcha", "perimeterx", r"""["']appId["']\s*:\s*["']PX\w+["']"""),
)
# Each pattern of `_JSON` needs one of these, in any case.
_JSON_HINTS = Marks(
    (
        *("rgv587_", "fail_sys_", "need_login", "/punish", "_____tmd_____", "error_code", "risk_handler"),
        *("captcha-delivery", "appid"),
    )
)
_TITLES = _marks(
    ("captcha", "amazon robot check", r"^(?:robot check|bot check)$"),
    ("captcha", "cloudflare", r"^(?:just a moment|attention required! \| cloudflare|请稍候)"),
    ("blocked", "perimeterx", r"^access to this page has been denied"),
    ("blocked", "queue-it waiting room", r"^queue-it\b"),
    ("captcha", "verification page", r"^(?:验证码(?:拦截|中间页)?|(?:安全|身份|访问|滑动|人机|京东|百度安全)验证)$"),
    (
        "captcha",
        "verification page",
        r"^(?:captcha|security (?:check|verification)|human verification|robot or human\??|pardon our interruption.*|"
        r"are you (?:a )?(?:human|robot)\??|verify (?:you are|that you're|your identity).*)$",
    ),
    (
        "blocked",
        "access denied",
        r"^(?:access denied|403|(?:403 )?forbidden|request rejected|blocked|error 1020|访问被拒绝|禁止访问|"
        r"(?:sorry, )?you have been blocked|(?:429 )?too many requests)\b",
    ),
    ("blocked", "sucuri", r"^sucuri website firewall"),
    ("captcha", "vercel", r"^vercel security checkpoint"),
    ("captcha", "radware", r"^radware (?:bot manager|captcha|page)"),
    ("blocked", "ddos-guard", r"^ddos-guard"),
    (
        "blocked",
        "under maintenance",
        r"^(?:.{0,40}[|–—:-]\s*)?(?:site |we are |(?:is )?currently )?(?:(?:down )?(?:for|under) )?"
        r"(?:scheduled )?maintenance\b|"
        r"^we(?:'|’)ll be (?:right )?back|^(?:系统|网站|店铺)?(?:正在)?(?:升级)?维护(?:中|公告)?$|^wartungsarbeiten",
    ),
    ("login_wall", "jd passport", r"^京东-欢迎登录"),
)
_BODIES = _marks(
    ("blocked", "perimeterx", r"""id=["']px-captcha["']|px-cloud\.net/.{0,80}captcha\.js|why-?was-?i-?blocked"""),
    ("blocked", "queue-it waiting room", r"""id=["']queue-it_log["']|queueit-softblock"""),
    (
        "captcha",
        "cloudflare",
        r"_cf_chl_opt|cf-browser-verification|id=[\"'](?:cf-challenge|challenge-(?:form|error-text))",
    ),
    (
        "captcha",
        "cloudflare",
        r"enable javascript and cookies to continue|checking (?:if the site connection is secure|your browser before)|"
        r"challenges\.cloudflare\.com/turnstile",
    ),
    ("captcha", "radware", r"validate\.perfdrive\.com|shieldsquare|radware_stormcaster"),
    ("captcha", "geetest", r"initGeetest|static\.geetest\.com"),
    ("blocked", "wordfence", r"generated by wordfence|your access to this site has been limited by the site owner"),
    ("login_wall", "shopify password page", r"""class=["'][^"']*\btemplate-password\b|action=["']/password["']"""),
    (
        "blocked",
        "not sold in this country",
        r"(?:is )?not available in your (?:country|region|location)|"
        r"(?:您|你)所在的?(?:国家|地区)(?:暂)?(?:不支持|无法)",
    ),
    ("captcha", "datadome", r"captcha-delivery\.com|var dd\s*=\s*\{['\"]rt['\"]"),
    ("blocked", "imperva", r"incapsula incident id|_Incapsula_Resource\?[^\"']*(?:SWCNGEEC|CWUDNSAI)"),
    (
        "blocked",
        "akamai",
        r"errors(?:\.|&#46;)edgesuite|reference(?:\s|&#32;)(?:#|&#35;)\d+(?:\.|&#46;)[0-9a-f]+(?:\.|&#46;)|sec-if-cpt-container",
    ),
    ("captcha", "amazon robot check", r"/errors/validateCaptcha|api-services-support@amazon\.com"),
    ("captcha", "taobao punish page", r"_____tmd_____|x5secdata|x5sec=|/punish\?|哎[呦哟]喂[,，]?\s*被挤爆啦"),
    (
        "blocked",
        "waiting room",
        r"you are (?:now |currently )?in (?:line|the queue|a queue)\b|number of (?:people|users) ahead of you|"
        r"(?:前面|前方)(?:还有|有)\s*\d+\s*(?:人|位)|排队人数",
    ),
    ("captcha", "taobao slider", r"id=[\"']nocaptcha[\"']"),
    ("blocked", "taobao anti-spider (rgv587)", r"rgv587_(?:flag|error)"),
    ("blocked", "jd risk handler", r"risk_handler|cfe\.m\.jd\.com/privatedomain"),
    ("blocked", "f5", r"the requested url was rejected\. please consult with your administrator"),
    ("captcha", "aws waf", r"awswaf\.com/[^\"']*(?:captcha|challenge)|gokuProps"),
    ("captcha", "kasada", r"ips\.js\?[^\"']*KP_UIDz|kpsdk"),
    ("captcha", "douyin verification", r"captcha_container|TTGCaptcha"),
    (
        "blocked",
        "access denied",
        r"您的访问(?:过于频繁|被拒绝|存在异常)|访问(?:太|过于)频繁|检测到(?:您的)?(?:网络|访问)环境(?:存在)?异常",
    ),
    (
        "blocked",
        "access denied",
        r"your (?:request|access) (?:has been|was) (?:blocked|denied)|unusual traffic from your|"
        r"automated (?:access|requests|queries) to|you don't have permission to access",
    ),
    (
        "captcha",
        "verification page",
        r"(?:拖动|滑动|拖拽)(?:下方|右侧)?滑块|请(?:完成|进行|通过)(?:安全|人机|滑块)?验证",
    ),
    (
        "captcha",
        "verification page",
        r"(?:verify|confirm|prove) (?:that )?you(?:'re| are) (?:a human|human|not a robot)|"
        r"(?:enter|type) the characters you see",
    ),
    (
        "not_found",
        "the shop says there is no such item",
        r"很抱歉[，,]\s*您(?:查看|访问)的(?:宝贝|商品|页面)(?:不存在|可能)|此(?:商品|宝贝)(?:不存在|已被删除)|error/noitem|"
        r"we couldn't find (?:that|this) page|not a functioning page on our site",
    ),
)
# What a page without goods shows and nothing else: a panel to log in, or a question for the visitor's age.
_PANELS = _marks(
    ("login_wall", "login form", r"(?:手机号?|微信|扫码|短信|验证码|密码)登录"),
    (
        "blocked",
        "age gate",
        r"(?:are you|you must be|confirm (?:that )?you are|i am) (?:over|at least|of legal|older than"
        r"|\d\d (?:or over|years))|"
        r"(?:mindestens|über|schon) (?:16|18) jahre|(?:plus de|au moins) 18 ans|mayor de (?:18|edad)|(?:almeno"
        r"|più di) 18 anni|"
        r"(?:年满|已满|滿|未满|未滿)\s?(?:18|20)\s?(?:周岁|周歲|歲|岁)|(?:18|20)歳以上ですか|年齢確認|19세 이상",
    ),
)
# Reasons that no vendor signs.
_UNSIGNED = frozenset({"access denied", "verification page", "under maintenance"})
# A title that says nothing else; shops put recommended goods on such pages.
_MISSING = re.compile(
    r"^(?:(?:error )?404(?: not found| error)?|(?:404 )?(?:page )?not found|seite (?:wurde )?nicht gefunden|"
    r"page non trouvée|página no encontrada|pagina non trovata|pagina niet gevonden|strona nie istnieje"
    r"|nie znaleziono strony|"
    r"stránka nenalezena|sidan hittades inte|página não encontrada|(?:您访问的)?(?:页面|网页|商品|宝贝)(?:不存在"
    r"|找不到|未找到)|"
    r"找不到(?:页面|网页|商品)|ページが見つかりません)"
    r"\W*(?:404\W*)?(?:[|–—\-:·].{0,60})?$",
    re.IGNORECASE,
)
_PRODUCT = re.compile(r"""["']@type["']\s*:\s*["']Product|og:type["']\s+content=["'](?:og:)?product""", re.IGNORECASE)
_LOGIN_TITLE = re.compile(
    r"^(?:.{0,16}[-_|–—\s])?(?:用户登录|会员登录|请登录|欢迎登录|登录|sign[ -]?in|log[ -]?in|anmelden|"
    r"connexion)\b|^amazon sign",
    re.IGNORECASE,
)
_PASSWORD = re.compile(r"type=[\"']?password", re.IGNORECASE)


def wall_of(url: str, status: int | None, headers: Mapping[str, str], text: str) -> tuple[Outcome, str] | None:
    """What stands in front of the page, as (outcome, vendor or reason); None for a page that is really there.

    `url` is where the request ended after redirects, `text` the decoded body. Without a network answer `status` is
    None.
    """
    if status == _VIP_REFUSES and ".vip.com/" in url:
        return "blocked", "vip.com refused the call (status 903)"
    lower = {name.lower(): value for name, value in headers.items()}
    return _by_url(url) or _by_headers(lower, status, text) or _by_body(text) or _by_status(status, lower)


def _by_url(url: str) -> tuple[Outcome, str] | None:
    """Only the address counts: its query often carries the page that was asked for, or the login to come."""
    address = url.partition("?")[0] if "queue-it.net" not in url else url
    return next(((mark.outcome, mark.wall) for mark in _URLS if mark.pattern.search(address)), None)


def _by_headers(headers: Mapping[str, str], status: int | None, text: str) -> tuple[Outcome, str] | None:
    for name, value, outcome, wall in _HEADERS:
        if name in headers and value in headers[name].lower():
            return outcome, wall
    if not text or text.isspace():
        reason = "jd disposal" if "x-rp-content" in headers else "empty body"
        return None if status in (404, 410) else ("blocked", reason)
    if status in (403, 429, 503):
        server = headers.get("server", "").lower()
        if "x-datadome" in headers or "x-dd-b" in headers:
            return "captcha", "datadome"
        if "akamaighost" in server or "akamainetstorage" in server:
            return "blocked", "akamai"
        if "x-iinfo" in headers or "incapsula" in headers.get("x-cdn", "").lower():
            return "blocked", "imperva"
    return None


def _by_body(text: str) -> tuple[Outcome, str] | None:
    head = text[:2000].lstrip("\ufeff \t\r\n")
    if (head[:1] in "{[(" or _CALL.match(head)) and not head.startswith("<"):
        short = text if len(text) <= _LARGEST_JSON_WALL else ""
        # Of the letters beyond ASCII only the Kelvin sign is one of ASCII in lower case.
        if not _JSON_HINTS.held_by(short.replace("\u212a", "k").encode("utf-8", "replace").lower()):
            return None
        return next(((mark.outcome, mark.wall) for mark in _JSON if mark.pattern.search(short)), None)
    match = _TITLE.search(text[:_LARGEST_WALL])
    title = " ".join(match.group(1).split()) if match else ""
    if _MISSING.search(title) and not _PRODUCT.search(text):
        return "not_found", "title says not found"
    if len(text) > _LARGEST_WALL:
        return None
    found = next((mark for mark in _TITLES if mark.pattern.search(title)), None)
    shown = _shown_alone(text)
    if shown is None or (_PRICE.search(shown) and (found is None or found.wall in _UNSIGNED)):
        return None
    if found is None or found.wall in _UNSIGNED:
        # Many vendors' pages bear the same title; who blocks stands in the body.
        found = next((mark for mark in _BODIES if mark.pattern.search(text) and mark.wall not in _UNSIGNED), found)
    found = found or next((mark for mark in _BODIES if mark.pattern.search(text)), None)
    if found is None and _LOGIN_TITLE.search(title) and _PASSWORD.search(text):
        return "login_wall", "login form"
    if found is None and len(shown) <= _MOST_PANEL_WORDS:
        found = next((mark for mark in _PANELS if mark.pattern.search(shown)), None)
    return (found.outcome, found.wall) if found else None


def _shown_alone(text: str) -> str | None:
    """The words of a page without goods and of few words; None for any other page."""
    if any(mark in text for mark in _GOODS_OFTEN) or _GOODS.search(text):
        return None
    shown = " ".join(_SILENT.sub(" ", text).split())
    return shown if len(shown) <= _MOST_WORDS else None


def _by_status(status: int | None, headers: Mapping[str, str]) -> tuple[Outcome, str] | None:
    if status is None or status < 400:
        return None
    if status in (404, 410):
        return "not_found", f"status {status}"
    if status in (401, 407):
        return "login_wall", f"status {status}"
    vendor = "cloudflare" if "cf-ray" in headers and status in (403, 429, 503) else ""
    return "blocked", f"{vendor} status {status}".strip()
