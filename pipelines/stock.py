"""Availability as shops say it → one of six states, and which of several statements counts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.facts import Availability
from pipelines.items import Issue, Said

_STATES: tuple[tuple[Availability, re.Pattern[str]], ...] = (
    ("discontinued", re.compile(r"discontinued|停产|廃番|no longer (?:available|made)|out of print", re.I)),
    ("preorder", re.compile(r"pre-?(?:order|sale)\b|预售|予約|vorbestell|précommande|预订|預購|预购"
        r"|예약\s?(?:구매|판매|주문)"
        r"|preordin|preventa|pré-venda|forudbestil|förbeställ|przedsprzeda|předobjedn", re.I)),
    ("backorder", re.compile(r"back-?order|more on the way|补货中|nachbestell|取り寄せ"
        r"|expected availability|on order\b", re.I)),
    ("out_of_stock", re.compile(
        r"out[\s_-]?of[\s_-]?stock|sold[\s_-]?out|unavailable|not available|not in stock|no stock|ausverkauft"
        r"|nicht (?:auf lager|verfügbar|vorrätig"
        r"|lieferbar)|épuisé|rupture|agotado|sin stock|no disponible|esaurito|non disponibile|uitverkocht"
        r"|niet (?:op voorraad|leverbaar)"
        r"|esgotado|售罄|缺货|缺貨|无货|無貨|下架|已售完|卖光|抢光|暂无库存|库存不足|品切|在庫なし|売り切れ|품절"
        r"|notify me|email me when"
        r"|out-?stock|slutsåld|udsolgt|нет в наличии|zapytaj o dostępność|niedostępn|vyprodáno|hết hàng|일시품절"
        r"|^0$|^false$", re.I)),
    ("in_stock", re.compile(
        r"in[\s_-]?stock|instore|in_?store_?only|online_?only|limited_?availability|^available\b|auf lager|lieferbar"
        r"|vorrätig|verfügbar|en stock|disponib(?:le|ile)"
        r"|disponible|op voorraad|leverbaar|em estoque|有货|现货|有貨|現貨|在庫(?:あり|有)|재고|add to (?:cart|bag"
        r"|basket|trolley)|buy (?:it )?now"
        r"|加入购物车|立即购买|加入購物車|カートに入れる|warenkorb|ajouter au panier|carrito|carrello|left\b"
        r"|바로\s?구매|구매하기|장바구니|mua ngay|giỏ hàng|買い物かご|acheter maintenant|comprar ahora"
        r"|comprar agora|jetzt kaufen"
        r"|winkelwagen|varukorg|kundvagn|indkøbskurv|handlekurv|do koszyka|do košíku|beli sekarang|acquista ora"
        r"|in magazzino|på lager|i lager|skladem|na sklad|^dostępny|w magazynie|an lager|còn hàng"
        r"|sofort versandfertig"
        r"|в наличии|库存\D{0,3}[1-9]|ready to ship|ships (?:in|within)|^true$|^limited", re.I)),
)  # fmt: skip


def read_availability(text: str) -> Availability:
    """One statement: schema.org URL, field value or visible words; `unknown` when it says nothing known."""
    said = text.strip().rsplit("/", 1)[-1] if text.lower().startswith(("http", "schema.org")) else text.strip()
    for state, pattern in _STATES:
        if pattern.search(said):
            return state
    return "unknown"


def decide_availability(said: Sequence[Said], issues: list[Issue]) -> Availability:
    """Visible words beside the offer count first, then data (in stock when any part of the offer is), then the buy
    button.
    """
    words = [
        read_availability(one.text) for one in said if one.found_in == "visible" and not one.path.startswith("button")
    ]
    data = [read_availability(one.text) for one in said if one.found_in not in ("visible", "embedded")]
    state = [read_availability(one.text) for one in said if one.found_in == "embedded"]
    button = [read_availability(one.text) for one in said if one.path.startswith("button")]
    known = [value for value in dict.fromkeys(words) if value != "unknown"]
    stated = _best(data) or _best(state)
    if known == ["out_of_stock"] and _best(data) == _best(button) == "in_stock":
        # Themes keep a "sold out" badge in every page and let a style sheet show it.
        issues.append(
            Issue(
                field="availability",
                value="out_of_stock / in_stock",
                why="data and buy button say both that it is there",
            )
        )
        return "in_stock"
    if len(known) == 1 or (known and not stated):
        if stated and stated != known[0]:
            issues.append(
                Issue(
                    field="availability",
                    value=f"{known[0]} / {stated}",
                    why="the page shows the first, its data says the second",
                )
            )
        return known[0]
    return stated or (known[0] if known else None) or _best(button) or "unknown"


def _best(values: list[Availability]) -> Availability | None:
    for state in ("in_stock", "preorder", "backorder", "out_of_stock", "discontinued"):
        if state in values:
            return state
    return None
