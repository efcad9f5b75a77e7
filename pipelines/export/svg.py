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
_TRANSLATED = re.compile(r"translate\((-?[\d.]+),(-?[\d.]+)\)")
_KEPT = frozenset(
    ("d", "x", "y", "x1", "x2", "y1", "y2", "width", "height", "transform", "fill", "stroke", "stroke-width",
     "stroke-dasharray", "fill-opacity", "stroke-opacity", "opacity", "text-anchor")
)  # fmt: skip
_NUMBERS = ("d", "transform", "x", "y", "x1", "x2", "y1", "y2", "width", "height", "stroke-width")
_DEFAULTS = {"opacity": "1", "stroke-width": "1", "transform": "translate(0,0)", "stroke-opacity": "1"}
_PARTS = ("g", "path", "line", "rect", "text", "tspan")


def inline(drawing: str, label: str) -> Markup:
    """The drawing as an `<svg role="img">` with `label` for those who cannot see it.

    Only shapes, groups and texts are kept, and of them only what places and colors them.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(drawing.encode(), parser=parser)
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
    if name == "text":
        placed = _TRANSLATED.fullmatch(node.get("transform", ""))
        if placed and "x" not in node.attrib and "y" not in node.attrib:
            del node.attrib["transform"]
            node.set("x", placed[1])
            node.set("y", placed[2])
    for child in list(node):
        _slim(child)
    if name == "g":
        _join_lines(node)
        _lift(node)
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
        elif key in _NUMBERS:
            node.set(key, _LONG_NUMBER.sub(lambda found: f"{float(found[0]):.1f}".removesuffix(".0"), value))


def _join_lines(group: Any) -> None:
    """Lines of one look that follow each other, such as a grid, as one path."""
    held: Any = None
    for node in list(group):
        found = _line(node)
        if found is None:
            held = None
            continue
        path, look = found
        if held is not None and held[1] == look:
            held[0].set("d", held[0].get("d") + path)
            group.remove(node)
            continue
        made = etree.Element(f"{_SVG}path", d=path, **look)
        group.replace(node, made)
        held = (made, look)


def _line(node: Any) -> tuple[str, dict[str, str]] | None:
    if node.tag != f"{_SVG}line":
        return None
    placed = _TRANSLATED.fullmatch(node.get("transform", "translate(0,0)"))
    if placed is None or {"x1", "y1", "x", "y"} & set(node.attrib):
        return None
    look = {key: value for key, value in node.attrib.items() if key not in ("transform", "x2", "y2")}
    return f"M{placed[1]},{placed[2]}l{node.get('x2', '0')},{node.get('y2', '0')}", look


def _lift(group: Any) -> None:
    """What all texts of a group share is said once, by the group."""
    texts = [child for child in group if child.tag == f"{_SVG}text"]
    for key in ("text-anchor",):
        values = {text.get(key) for text in texts}
        if len(texts) > 1 and len(values) == 1 and None not in values and key not in group.attrib:
            group.set(key, values.pop())
            for text in texts:
                del text.attrib[key]
