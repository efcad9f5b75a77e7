"""An article prepared once, so that pairing it many times costs little."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipelines.match.edition import Edition, read_editions
from pipelines.match.text import core, fold, scripts, without_gifts, words
from pipelines.normalize import identity
from pipelines.normalize.kinds import read_kinds
from pipelines.observation import Article

_LONGEST_TITLE = 4_000
_BRAND_PARTS = re.compile(r"[/|·()（）]+")
_BRAND_NOISE = re.compile(r"[^\w㐀-鿿]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The article and what its texts state. `brands` are folded names; `core` is the title without brand and shop
    talk.
    """

    article: Article
    title: str
    core: str
    words: tuple[str, ...]
    scripts: frozenset[str]
    brands: frozenset[str]
    gtin: str | None
    models: frozenset[str]
    registrations: frozenset[str]
    kinds: tuple[str, ...]
    editions: tuple[Edition, ...]


def brand_names(text: str, aliases: Mapping[str, str]) -> frozenset[str]:
    """Every name in a brand field such as "兰芷 / Lanzhi", folded, aliases replaced by the name they stand for."""
    names = set()
    for part in _BRAND_PARTS.split(fold(text)):
        name = _BRAND_NOISE.sub(" ", part).strip()
        if name:
            names.add(aliases.get(name, name))
    return frozenset(names)


def prepare(article: Article, aliases: Mapping[str, str] | None = None, brands_said: Iterable[str] = ()) -> Record:
    """Read an article's texts once.

    aliases      folded brand name to the folded name it stands for
    brands_said  brands that the watchlist or the other page name: in a title they do not tell two products apart
    """
    # What is longer is no name of a product; half of it would be another name.
    name = article.title if len(article.title) <= _LONGEST_TITLE else ""
    title = fold(name)
    numbers = tuple(fold(number) for number in identity.registration_numbers(name))
    kept = without_gifts(title)
    for number in numbers:
        kept = kept.replace(number, " ")
    brands = brand_names(article.brand or "", aliases or {})
    said = brands.union(*(brand_names(brand, aliases or {}) for brand in brands_said))
    known = said | {name for name, meant in (aliases or {}).items() if meant in said}
    editions = read_editions(kept)
    named = core(kept, (*known, *(edition.seen for edition in editions)))
    texts = " ".join((name, article.quantity_text, *article.promotions))
    models = frozenset(_plain(token) for token in identity.model_tokens(kept))
    return Record(
        article=article,
        title=title,
        core=named,
        words=words(named),
        scripts=scripts(named),
        brands=brands,
        gtin=identity.gtin14(article.gtin) if article.gtin else None,
        models=models | ({_plain(article.mpn)} if article.mpn else set()),
        registrations=frozenset(identity.registration_numbers(texts)),
        kinds=read_kinds(kept),
        editions=editions,
    )


def _plain(token: str) -> str:
    return re.sub(r"[^0-9a-z]+", "", fold(token))
