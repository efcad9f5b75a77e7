"""The currency of each price of a text: its mark, the text around it, the hint, the site and the language."""

from __future__ import annotations

from functools import cached_property, lru_cache

from pipelines.items import Issue
from pipelines.normalize.amounts import Money
from pipelines.normalize.currency import currency_of
from pipelines.normalize.marks import ALL_MARKS, FIELD_MARKS, ISO_CODES, MARK_ANYWHERE, may_hold_mark
from pipelines.normalize.numerals import fold
from pipelines.normalize.offers import Found

_FALLBACK = {"¥": "CNY", "$": "USD", "Rs": "INR", "Rs.": "INR", "RS": "INR", "₨": "INR", "Re": "INR"}
# Marks of one currency, whatever site, language and hint say.
SURE: dict[str, str] = {
    mark: codes[0]
    for mark, codes in {**FIELD_MARKS, **ALL_MARKS}.items()
    if len(codes) == 1 and FIELD_MARKS.get(mark) != () and mark.upper() not in ISO_CODES - {codes[0]}
}
_JAPANESE = frozenset("込抜円価売")
# Characters of traditional script that stand in price texts of Taiwan and Hong Kong.
_TRADITIONAL = frozenset("價優惠網購買滿贈訂會員專櫃銷買")


class Currencies:
    """Decides the currency of each price of one folded text."""

    def __init__(self, text: str, hint: str | None, language: str | None, host: str | None) -> None:
        self.text = text
        self.language = language
        self.host = host
        self.hint: str | None = None
        self.hint_why: str | None = None
        if hint:
            self.hint, self.hint_why = currency_of(hint, host=host, language=language)

    @cached_property
    def shared(self) -> str | None:
        """The one mark a text has somewhere, for its numbers that have none beside them."""
        if not may_hold_mark(self.text):
            return None
        found = {match.group().strip() for match in MARK_ANYWHERE.finditer(self.text)}
        return found.pop() if len(found) == 1 else None

    def of(self, price: Found) -> tuple[str | None, str | None]:
        """The code, or None and why there is none; a reason beside a code says what was taken for granted."""
        for mark in price.money.marks:
            code, why = self._of_mark(mark)
            if code is not None or why is not None:
                return code, why
        if self.hint is not None:
            return self.hint, None
        if self.shared is not None and not price.money.marks:
            return self._of_mark(self.shared)
        if price.mainland and self._plain_chinese():
            return "CNY", None
        return self.of_hint()

    def of_hint(self) -> tuple[str | None, str | None]:
        """What the hint alone says; a hint without a mark says nothing."""
        if self.hint is None and self.hint_why is not None and not self.hint_why.startswith("ambiguous"):
            return None, None
        return self.hint, None if self.hint is not None else self.hint_why

    def _japanese(self) -> bool:
        return (
            bool(_JAPANESE & set(self.text))
            or "+税" in self.text
            or any("\u3040" <= character <= "\u30ff" for character in self.text)
        )

    def _plain_chinese(self) -> bool:
        language = (self.language or "zh-Hans").lower()
        if self.host is not None:
            return currency_of("元", host=self.host, language=self.language)[0] == "CNY"
        return language in ("zh", "zh-cn", "zh-hans") and not _TRADITIONAL & set(self.text)

    def _of_mark(self, mark: str) -> tuple[str | None, str | None]:
        code = SURE.get(mark)
        if code is not None:
            return code, None
        if FIELD_MARKS.get(mark) == ():
            return self.hint, None if self.hint else f"{mark} names no currency of ISO 4217"
        sure, _ = currency_of(mark)
        if mark in ("元", "圓") and not self.host and not self.language and _TRADITIONAL - {"員"} & set(self.text):
            return self.hint, None if self.hint else f"ambiguous currency: {mark} in traditional Chinese"
        if mark != "元" and sure is not None:
            return sure, None
        code, why = currency_of(mark, host=self.host, language=self.language)
        if code is None and mark == "¥" and self._japanese():
            return "JPY", None
        if code is None and self.hint is not None:
            return self.hint, None
        if mark == "$" and code is None and _TRADITIONAL & set(self.text):
            return None, why
        if code is None and mark in _FALLBACK and not self.host and not self.language:
            code = _FALLBACK[mark]
            if mark == "¥" and any("\u4e00" <= character <= "\u9fff" for character in self.text):
                return code, None
            return code, f"{mark} is used by several currencies and nothing here says which; taken as {code}"
        return (code, None) if code is not None else (None, why)


@lru_cache(maxsize=4096)
def currency_of_mark(
    mark: str | None, hint: str | None, language: str | None, host: str | None
) -> tuple[str | None, tuple[Issue, ...]]:
    """The currency of a number beside nothing but a mark, or beside nothing, and what is unsure about it."""
    marks = () if mark is None else (fold(mark),)
    money = Money(value=None, marks=marks, start=0, end=0, token="")
    code, why = Currencies("".join(marks), hint, language, host).of(Found(money=money))
    return code, (Issue(field="currency", value=marks[0] if marks else hint or "", why=why),) if why else ()
