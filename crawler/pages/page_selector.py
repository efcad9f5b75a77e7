"""A parsel selector for whole pages that does not search for what is not there.

A page object asks for dozens of places, most of which a given page does not have, and every search walks the whole
tree. Here ids and class names are collected once: a query that names an absent one is answered at once, and one that
starts at an id is searched below that element only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Self, cast

from cssselect import parse
from cssselect.parser import Class, CombinedSelector, Hash
from lxml import etree
from parsel import Selector
from parsel.csstranslator import HTMLTranslator
from parsel.selector import SelectorList

_TRANSLATOR = HTMLTranslator()
_ALL_CLASSES = etree.XPath("//@class", smart_strings=False)
_ALL_IDS = etree.XPath("//@id", smart_strings=False)
_BY_ID = etree.XPath("id($name)")
_ANY = "descendant-or-self::*"
_SPACED = "concat(' ', normalize-space(%s), ' ')"
_START = re.escape(f"{_ANY}[@")
_OF_CLASS = re.compile(
    rf"^{_START}class and contains\(@class, '([\w-]+)'\) and contains\({re.escape(_SPACED % '@class')}, ' \1 '\)\]"
)
_EQUAL = re.compile(rf"^{_START}([\w-]+) = ('[^']*')\]")
_LIKE = re.compile(rf"^{_START}([\w-]+) and (contains|starts-with)\(@\1, ('[^']*')\)\]")
_INSIDE = frozenset({" ", ">"})


@dataclass(frozen=True, slots=True)
class _Way:
    """One alternative of a query: names that must occur on the page, the id it starts at ("" for none), its XPath."""

    ids: frozenset[str]
    classes: frozenset[str]
    start: str
    xpath: str


@lru_cache(maxsize=2048)
def _ways(query: str) -> tuple[_Way, ...]:
    return tuple(_way(selector) for selector in parse(query))


def _way(selector: Any) -> _Way:
    ids, classes, combinators, start = set(), set(), set(), ""
    for node in _compounds(selector.parsed_tree):
        if isinstance(node, Hash):
            ids.add(node.id)
            start = node.id
        elif isinstance(node, Class):
            classes.add(node.class_name)
        elif isinstance(node, CombinedSelector):
            combinators.add(node.combinator)
            # Nodes come from right to left: what was seen before does not stand in the leftmost part.
            start = ""
    xpath = _by_attribute(_TRANSLATOR.selector_to_xpath(selector, translate_pseudo_elements=True))
    return _Way(frozenset(ids), frozenset(classes), start if combinators <= _INSIDE else "", xpath)


def _by_attribute(xpath: str) -> str:
    """The same nodes, searched along attributes where a path begins with any element that has a certain one: libxml2
    looks at an attribute in a third of the time that a condition of an element takes.
    """
    xpath = _OF_CLASS.sub(rf"{_ANY}/@class[contains(., '\1') and contains({_SPACED % '.'}, ' \1 ')]/..", xpath)
    xpath = _EQUAL.sub(rf"{_ANY}/@\1[. = \2]/..", xpath)
    return _LIKE.sub(rf"{_ANY}/@\1[\2(., \3)]/..", xpath)


def _compounds(node: Any) -> Iterator[Any]:
    """The parts of a parsed selector from right to left; what stands in `:not(…)` and the like is left out."""
    while node is not None:
        if isinstance(node, CombinedSelector):
            yield from _compounds(node.subselector)
        yield node
        node = getattr(node, "selector", None)


class PageSelector(Selector):
    """`css` as parsel has it, on the root of a page; what it finds are selectors of parts, searched as usual."""

    @cached_property
    def _ids(self) -> Counter[str]:
        return Counter(_ALL_IDS(self.root))

    @cached_property
    def _classes(self) -> frozenset[str]:
        return frozenset(" ".join(set(_ALL_CLASSES(self.root))).split())

    def css(self, query: str) -> SelectorList[Self]:
        """The elements of a CSS query in document order."""
        if self._expr is not None or not isinstance(self.root, etree._Element):
            return super().css(query)
        ways = [
            way
            for way in _ways(query)
            if all(name in self._ids for name in way.ids) and (not way.classes or way.classes <= self._classes)
        ]
        if not ways:
            return cast("SelectorList[Self]", self.selectorlist_cls([]))
        xpath, starts = " | ".join(way.xpath for way in ways), {way.start for way in ways}
        name = starts.pop() if len(starts) == 1 else ""
        # libxml2 knows where ids stand; of an id that occurs again it knows one place only.
        start = _BY_ID(self.root, name=name) if name and self._ids[name] == 1 else []
        if len(start) == 1 and start[0].get("id") == name:
            part: Self = self.__class__(root=start[0], type=self.type, _expr="")
            return part.xpath(xpath)
        return self.xpath(xpath)
