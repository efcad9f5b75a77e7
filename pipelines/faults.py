"""What can be wrong with the bytes of a page that was read all the same: short codes, each with a sentence.

A code says that something of the page may be missing or misread; `docs/faults.md` has the same table, a test compares.
"""

from __future__ import annotations

from collections.abc import Iterable

FAULTS: dict[str, str] = {
    "truncated_body": "the connection ended before the whole body had come",
    "length_mismatch": "more bytes came than the answer said it has; those beyond were left out",
    "bad_chunks": "the body's chunks are malformed; it was read as far as they are right",
    "truncated_gzip": "the gzip stream ends early; what it held until then was read",
    "truncated_deflate": "the deflate stream ends early; what it held until then was read",
    "truncated_br": "the br stream ends early; what it held until then was read",
    "truncated_zstd": "the zstd stream ends early; what it held until then was read",
    "damaged_body": "the compressed body is damaged; what could be unpacked was read, but no price is taken from it",
    "bad_checksum": "the checksum of the compressed body is wrong; it was read, but no price is taken from it",
    "trailing_data": "bytes follow the end of the compressed body; they were left out",
    "coding_mismatch": "the body is not packed the way its headers say",
    "coding_unknown": "the headers name a packing that is unknown; the body was read as it is",
    "charset_mismatch": "the text is in another charset than the page declares",
    "charset_unknown": "no charset is declared and the bytes fit several: the likeliest was taken",
    "replacement_characters": "some characters could not be decoded, or were lost before the page was sent",
    "nul_characters": "the text holds NUL characters; they were left out",
    "deep_dom": "elements are nested deeper than can be parsed; the deepest were flattened, their text kept",
    "many_attributes": "an element has thousands of attributes; those after the first thousand were left out",
    "cut_html": "the markup ends in its middle; what stood incomplete at its end was left out",
    "cut_json": "a block of JSON ends in its middle; it was not used",
    "deep_json": "a block of JSON is nested deeper than can be parsed; it was not used",
    "cut_render": "the page shown in the browser ended early; it was read, but no price is taken from it",
    "not_settled": "the page was still changing when its time in the browser ended",
}

# The body is not all there: what stands incomplete at its end must not be read as if it were whole.
CUT = frozenset(
    {
        "truncated_body",
        "length_mismatch",
        "bad_chunks",
        "truncated_gzip",
        "truncated_deflate",
        "truncated_br",
        "truncated_zstd",
        "cut_html",
    }
)
# Some of it is not what was sent, and nobody knows which part: no number of it is sure.
UNSURE = frozenset({"damaged_body", "bad_checksum", "cut_render"})


def joined(*groups: Iterable[str]) -> tuple[str, ...]:
    """All codes of several sources, each once, in the order of the table above; unknown ones last."""
    order = list(FAULTS)
    found = {code for group in groups for code in group}
    return tuple(sorted(found, key=lambda code: (order.index(code) if code in FAULTS else len(order), code)))
