"""The first characters of a pattern, so that few places of a text and few patterns are tried."""

from __future__ import annotations

import string

# Zero-width pieces a pattern may begin with.
_LOOKS = ("(?=", "(?!", "(?<")


def alternatives(pattern: str) -> list[str]:
    """The branches of a pattern at its `|` outside of groups and classes."""
    found, depth, start, index = [], 0, 0, 0
    while index < len(pattern):
        character = pattern[index]
        if character == "\\":
            index += 1
        elif character == "[":
            index = _class_end(pattern, index)
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character == "|" and not depth:
            found.append(pattern[start:index])
            start = index + 1
        index += 1
    return [*found, pattern[start:]]


def first_characters(pattern: str) -> frozenset[str] | None:
    """Lower-case characters one branch may begin with; None when it may begin with any or the syntax is not known."""
    found: set[str] = set()
    index = 0
    while index < len(pattern):
        step = _piece(pattern, index)
        if step is None:
            return None
        characters, index = step
        if characters is None:
            continue
        found |= characters
        if index < len(pattern) and pattern[index] in "?*":
            index += 1
            continue
        return None if pattern[index : index + 2] == "{0" else frozenset(found)
    return None


def _piece(pattern: str, index: int) -> tuple[set[str] | None, int] | None:
    """The characters of the piece at `index` (None: it has no width) and the place after it; None if not known."""
    character = pattern[index]
    if character == "(":
        end = _group_end(pattern, index)
        if pattern.startswith(_LOOKS, index):
            return None, end
        if not pattern.startswith("(?:", index):
            return None
        inside: set[str] = set()
        for branch in alternatives(pattern[index + 3 : end - 1]):
            firsts = first_characters(branch)
            if firsts is None:
                return None
            inside |= firsts
        return inside, end
    if character == "[":
        end = _class_end(pattern, index) + 1
        members = pattern[index + 1 : end - 1]
        plain = not (set(members) & set("\\^") or "-" in members[1:-1])
        return (set(members.lower()), end) if plain else None
    if character == "\\":
        escape = pattern[index + 1]
        if escape == "b":
            return None, index + 2
        if escape == "d":
            return set(string.digits), index + 2
        return None if escape.isalnum() else ({escape}, index + 2)
    return None if character in ".^$)|" else ({character.lower()}, index + 1)


def _class_end(pattern: str, index: int) -> int:
    return pattern.index("]", index + 1)


def _group_end(pattern: str, index: int) -> int:
    depth = 0
    while index < len(pattern):
        character = pattern[index]
        if character == "\\":
            index += 1
        elif character == "[":
            index = _class_end(pattern, index)
        elif character in "()":
            depth += 1 if character == "(" else -1
            if not depth:
                return index + 1
        index += 1
    raise ValueError(f"a group without end: {pattern}")
