"""A drawing as Vega writes it, made small and fit to stand in a page: the page's fonts and colors, no names, no roles.

Colors are CSS variables of the page (`var(--ink)`), so that one drawing serves light, dark and print. Texts stay text.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree
from markupsafe import Markup

_SVG = "{http://www.w3.org/2000/svg}"
_NAMESPACES = re.compile(r' xmlns(?::\w+)?="[^"]*"')
_LONG_NUMBER = re.compile(r"-?\d+\.\d\d+")
_KEPT = frozenset(
    ("d", "x", "y", "x1", "x2", "y1", "y2", "width", "height", "transform", "fill", "stroke", "stroke-width",
     "stroke-dasharray", "fill-opacity", "stroke-opacity", "opacity", "text-anchor")
)  # fmt: skip
_DEFAULTS = {"opacity": "1", "stroke-width": "1", "transform": "translate(0,0)", "stroke-opacity": "1"}
_PARTS = ("g", "path", "line", "rect", "text", "tspan")


def inline(drawing: str, label: str) -> Markup:
    """The drawing as an `<svg role="img">` with `label` for those who cannot see it.

    Only shapes, groups and texts are kept, and of them only what places and colors them.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(drawing.encode(), parser)
    for node in list(root):
        _slim(node)
    made = etree.Element(f"{_SVG}svg", nsmap={None: _SVG[1:-1]})
    made.set("class", "chart")
    made.set("viewBox", root.get("viewBox", ""))
    made.set("role", "img")
    made.set("aria-label", label)
    made.extend(list(root))
    text = etree.tostring(made, encoding="unicode", method="xml")
    return Markup(_NAMESPACES.sub("", text, count=2))  # noqa: S704 - parsed and written anew, all texts escaped


def _slim(node: Any) -> None:
    name = etree.QName(node).localname if isinstance(node.tag, str) else ""
    parent = node.getparent()
    if name not in _PARTS or _invisible(node, name):
        parent.remove(node)
        return
    _keep_attributes(node, name)
    for child in list(node):
        _slim(child)
    if name == "g" and len(node) == 0:
        parent.remove(node)
    elif name == "g" and not node.attrib:
        for child in list(node):
            node.addprevious(child)
        parent.remove(node)


def _invisible(node: Any, name: str) -> bool:
    """Vega draws an empty frame around every group, and one over it."""
    frame = node.get("class") in ("background", "foreground")
    drawn = node.get("fill") not in (None, "none") or node.get("stroke") not in (None, "none")
    return node.get("display") == "none" or (name == "path" and (not node.get("d") or (frame and not drawn)))


def _keep_attributes(node: Any, name: str) -> None:
    for key in list(node.attrib):
        value = node.attrib[key]
        if key not in _KEPT or _DEFAULTS.get(key) == value or (name == "text" and key == "fill" and value == "#000"):
            del node.attrib[key]
        elif key in ("d", "transform", "x", "y", "x1", "x2", "y1", "y2", "width", "height"):
            node.set(key, _LONG_NUMBER.sub(lambda found: f"{float(found[0]):.1f}".removesuffix(".0"), value))
