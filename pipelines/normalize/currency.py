"""Which currency a page means: ISO 4217, decided from mark, site and language, or None with the reason."""

from __future__ import annotations

import re
from functools import lru_cache

from pipelines.normalize.marks import DOLLARS, ISO_CODES, MARK_ANYWHERE, YEN_YUAN, YUAN_WORDS, codes_of

# Country code domains of shops and the currency of the country.
_BY_DOMAIN: dict[str, str] = {
    "cn": "CNY", "jp": "JPY", "tw": "TWD", "hk": "HKD", "sg": "SGD", "my": "MYR", "us": "USD", "ca": "CAD",
    "au": "AUD", "nz": "NZD", "cl": "CLP", "mx": "MXN", "ar": "ARS", "uy": "UYU", "se": "SEK", "no": "NOK",
    "dk": "DKK", "is": "ISK", "cz": "CZK", "in": "INR", "pk": "PKR", "lk": "LKR", "np": "NPR", "mu": "MUR",
    "uk": "GBP", "de": "EUR", "fr": "EUR", "it": "EUR", "es": "EUR", "at": "EUR", "nl": "EUR", "be": "EUR",
    "ie": "EUR", "ch": "CHF", "pl": "PLN", "ro": "RON", "md": "MDL", "kr": "KRW", "th": "THB", "id": "IDR",
    "vn": "VND", "ph": "PHP", "br": "BRL", "za": "ZAR", "tr": "TRY", "ru": "RUB", "ua": "UAH", "kz": "KZT",
    "ae": "AED", "sa": "SAR", "qa": "QAR", "om": "OMR", "kw": "KWD", "bh": "BHD", "il": "ILS", "eg": "EGP",
    "hu": "HUF", "bg": "BGN", "rs": "RSD", "mk": "MKD", "ma": "MAD", "tn": "TND", "dz": "DZD", "ir": "IRR",
}  # fmt: skip
# `.co` is used as a second `.com`; Colombian shops stand under `.com.co`.
_BY_DOMAIN_END: dict[str, str] = {"com.co": "COP"}

# Marketplaces of mainland China under domains that do not say so.
_SITES = """
    taobao.com tmall.com jd.com jinritemai.com douyin.com yangkeduo.com pinduoduo.com suning.com vip.com
    kwaixiaodian.com kuaishou.com xiaohongshu.com 1688.com dangdang.com gome.com.cn kaola.com weidian.com
    youzan.com yiyaojd.com
"""
_CHINESE_SITES = frozenset(_SITES.split())
# Sites that sell to the mainland from Hong Kong and state prices in yuan.
_CHINESE_HOSTS = frozenset({"detail.tmall.hk", "tmall.hk", "jd.hk", "npcitem.jd.hk"})

_BY_LANGUAGE: dict[str, str] = {
    "zh-cn": "CNY", "zh-hans": "CNY", "zh-hans-cn": "CNY", "zh": "CNY", "zh-tw": "TWD", "zh-hant-tw": "TWD",
    "zh-hk": "HKD", "zh-hant-hk": "HKD", "ja": "JPY", "ja-jp": "JPY", "en-us": "USD", "en-ca": "CAD", "fr-ca": "CAD",
    "en-au": "AUD", "en-nz": "NZD", "en-sg": "SGD", "es-mx": "MXN", "es-cl": "CLP", "es-ar": "ARS", "es-co": "COP",
    "es-uy": "UYU", "sv": "SEK", "sv-se": "SEK", "nb": "NOK", "no": "NOK", "nn": "NOK", "nb-no": "NOK", "da": "DKK",
    "da-dk": "DKK", "is": "ISK", "cs": "CZK", "cs-cz": "CZK", "hi": "INR", "en-in": "INR", "hi-in": "INR",
    "ta": "INR", "ur": "PKR", "en-pk": "PKR", "si": "LKR", "ne": "NPR", "ro": "RON", "ro-ro": "RON", "ro-md": "MDL",
    "en-gb": "GBP", "de-ch": "CHF", "fr-ch": "CHF", "it-ch": "CHF",
}  # fmt: skip
# Two-letter domains that shops anywhere use as they use `.com`.
_WORLD_DOMAINS = frozenset({"co", "io", "me", "ai", "tv", "cc"})

_YEN_WORDS = re.compile(r"税込|税抜|円|[\u3040-\u30ff]")


def _of_host(host: str) -> str | None:
    host = host.strip().lower().rstrip(".").split(":")[0]
    if host in _CHINESE_HOSTS or any(host == site or host.endswith("." + site) for site in _CHINESE_SITES):
        return "CNY"
    for end, code in _BY_DOMAIN_END.items():
        if host.endswith("." + end):
            return code
    return _BY_DOMAIN.get(host.rpartition(".")[2])


def _decide(codes: tuple[str, ...], said: str, host: str | None, language: str | None) -> tuple[str | None, str]:
    tongue = (language or "").strip().lower().replace("_", "-")
    if host:
        local = _of_host(host)
        if local in codes:
            return local, f"{said} on {host}"
        if local is not None:
            return None, f"ambiguous currency: {said} on {host} may be {', '.join(codes)}"
    if tongue:
        local = _BY_LANGUAGE.get(tongue)
        if local in codes:
            return local, f"{said} in a page in {language}"
    if codes is DOLLARS and host and tongue in ("en", "en-us"):
        ending = host.strip().lower().split(":")[0].rpartition(".")[2]
        if len(ending) != 2 or ending in _WORLD_DOMAINS:
            return "USD", f"{said} on {host} in a page in {language}"
    return None, f"ambiguous currency: {said} may be {', '.join(codes)}"


@lru_cache(maxsize=4096)
def currency_of(said: str | None, *, host: str | None = None, language: str | None = None) -> tuple[str | None, str]:
    """ISO 4217 code of what a page says about currency, and why.

    `said` is a code ("CNY"), a mark ("¥", "NT$", "元") or a short text holding one ("Price in £"). A mark that several
    currencies share is decided by the host's country domain, by known Chinese marketplaces, by words in `said` such as
    税込, then by the page's language; if none decides, the answer is None and the reason starts "ambiguous currency".
    """
    if not said or not said.strip():
        return None, "nothing said"
    text = said.strip()[:200]
    if text.upper() in ISO_CODES:
        return text.upper(), "ISO 4217 code"
    codes = codes_of(text)
    mark = text
    if not codes:
        found = MARK_ANYWHERE.search(text.replace("￥", "¥"))
        if found is None:
            return None, f"no currency mark in {text[:40]!r}"
        mark = found.group().strip()
        codes = codes_of(mark)
    if len(codes) == 1:
        return codes[0], f"mark {mark}"
    if codes is YEN_YUAN and _YEN_WORDS.search(text):
        return "JPY", f"{mark} beside Japanese words"
    if codes is YEN_YUAN and re.search("元|人民币|[\u4e00-\u9fff]", text):
        return "CNY", f"{mark} beside Chinese words"
    if codes is YUAN_WORDS and not host and not language:
        return "CNY", f"mark {mark}"
    return _decide(codes, mark, host, language)
