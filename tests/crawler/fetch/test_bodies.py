"""Content codings removed: right, cut, damaged, lying, nested, and far larger than they look."""

from __future__ import annotations

import gzip
import random
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest

from crawler.fetch import bodies
from crawler.fetch.bodies import BodyTooLarge, Payload, Unpacked, codings_of, payload_of, unpack

ROOT = Path(__file__).resolve().parents[3]
PAGE = ("<!doctype html><p>云雀口红 3g</p>" + "".join(f"<i>{n * 7919 % 10007}</i>" for n in range(4000))).encode()
LIMIT = 1024 * 1024


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def zstandard(data: bytes) -> bytes:
    options = {bodies.zstd.CompressionParameter.checksum_flag: 1}
    return bytes(bodies.zstd.compress(data, options=options))


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard,
}


@pytest.mark.parametrize("coding", PACKERS)
def test_a_whole_body_comes_back_without_fault(coding: str) -> None:
    assert unpack(PACKERS[coding](PAGE), [coding]) == Unpacked(PAGE)


@pytest.mark.parametrize("coding", PACKERS)
def test_a_cut_stream_gives_what_it_held_and_its_code(coding: str) -> None:
    whole = PACKERS[coding](PAGE)
    for cut in (len(whole) - 1, len(whole) * 2 // 3):
        found = unpack(whole[:cut], [coding])
        assert PAGE.startswith(found.body) and found.faults == (f"truncated_{coding}",), cut
    # br and zstd give whole blocks only; a page may be one.
    assert len(found.body) > 1000 or coding in ("br", "zstd")


@pytest.mark.parametrize("coding", PACKERS)
def test_bytes_after_the_stream_are_left_out_and_said(coding: str) -> None:
    found = unpack(PACKERS[coding](PAGE) + b"and some more", [coding])
    assert found == Unpacked(PAGE, ("trailing_data",))
    assert unpack(gzip.compress(PAGE) + bytes(512), ["gzip"]) == Unpacked(PAGE)


@pytest.mark.parametrize(("coding", "place"), [("gzip", -6), ("gzip", -2), ("deflate", -2), ("zstd", -2)])
def test_a_wrong_checksum_keeps_the_text(coding: str, place: int) -> None:
    packed = bytearray(PACKERS[coding](PAGE))
    packed[place] ^= 0x55
    assert unpack(bytes(packed), [coding]) == Unpacked(PAGE, ("bad_checksum",))


@pytest.mark.parametrize("coding", PACKERS)
def test_damage_in_the_middle_is_never_silent(coding: str) -> None:
    whole = PACKERS[coding](PAGE)
    picked = random.Random(7)
    for _ in range(60):
        packed = bytearray(whole)
        place = picked.randrange(20, len(packed))
        packed[place] ^= 1 << picked.randrange(8)
        found = unpack(bytes(packed), [coding], LIMIT)
        # br carries no checksum: damage that still is a stream cannot be seen by anyone.
        assert found.faults or found.body == PAGE or coding == "br", place


@pytest.mark.parametrize("coding", PACKERS)
def test_a_header_that_lies_about_packing(coding: str) -> None:
    for plain in (PAGE, b'{"price": "19.90"}', "价格：¥199".encode("gb18030"), b"199.00"):
        assert unpack(plain, [coding]) == Unpacked(plain, ("coding_mismatch",)), plain[:20]


def test_gzip_that_nobody_mentioned() -> None:
    assert unpack(gzip.compress(PAGE), []) == Unpacked(PAGE, ("coding_mismatch",))
    assert unpack(gzip.compress(gzip.compress(PAGE)), ["gzip"]) == Unpacked(PAGE, ("coding_mismatch",))
    assert unpack(b"\x1f\x8b\x08 not really", []) == Unpacked(b"\x1f\x8b\x08 not really")


def test_nested_and_several_and_unknown_codings() -> None:
    nested = brotli.compress(zlib.compress(gzip.compress(PAGE)))
    assert unpack(nested, ["gzip", "deflate", "br"]) == Unpacked(PAGE)
    assert unpack(gzip.compress(PAGE[:900]) + gzip.compress(PAGE[900:]), ["gzip"]) == Unpacked(PAGE)
    assert unpack(raw_deflate(PAGE), ["deflate"]) == Unpacked(PAGE)
    assert unpack(PAGE, ["rot13"]) == Unpacked(PAGE, ("coding_unknown",))
    assert unpack(b"", ["gzip"]) == Unpacked(b"")
    for _ in range(5):
        nested = gzip.compress(nested)
    assert "coding_unknown" in unpack(nested, ["gzip"] * 5).faults


def test_many_small_members_take_no_time_and_lose_no_text_silently() -> None:
    found = unpack(gzip.compress(b"a") * 50_000, ["gzip"])
    assert found.faults == ("trailing_data",) and set(found.body) == {ord("a")}


def test_codings_as_headers_name_them() -> None:
    said = [("Content-Encoding", "gzip, BR"), ("content-encoding", "identity"), ("Content-Type", "text/html")]
    assert codings_of(said) == ("gzip", "br")
    assert payload_of(gzip.compress(PAGE), [("Content-Encoding", "x-gzip")]) == Payload(body=PAGE)


@pytest.mark.parametrize("coding", PACKERS)
def test_too_large_unpacked_says_so(coding: str) -> None:
    with pytest.raises(BodyTooLarge) as caught:
        unpack(PACKERS[coding](bytes(LIMIT + 1)), [coding], LIMIT)
    assert str(caught.value) == f"the body is larger than 1 MiB ({coding}, unpacked)"
    assert unpack(PACKERS[coding](b" " * LIMIT), [coding], LIMIT) == Unpacked(b" " * LIMIT)
    with pytest.raises(BodyTooLarge, match=r"^the body is larger than 1 MiB$"):
        unpack(bytes(LIMIT + 1), [], LIMIT)


def test_bombs_take_bounded_memory() -> None:
    # 300 MiB each, packed piece by piece; in a process of its own, so that only unpacking is measured.
    code = """
import gzip, re, sys, zlib
from pathlib import Path
import brotli
from crawler.fetch import bodies
piece, count = bytes(1024 * 1024), 300
gz, de, br = zlib.compressobj(9, wbits=31), zlib.compressobj(9), brotli.Compressor(quality=5)
zs = bodies.zstd.ZstdCompressor()
made = {"gzip": b"", "deflate": b"", "br": b"", "zstd": b""}
for _ in range(count):
    made["gzip"] += gz.compress(piece)
    made["deflate"] += de.compress(piece)
    made["br"] += br.process(piece)
    made["zstd"] += zs.compress(piece)
made["gzip"] += gz.flush()
made["deflate"] += de.flush()
made["br"] += br.finish()
made["zstd"] += zs.flush()
def peak():
    # That of getrusage is inherited from whoever started this process.
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text()).group(1))
before = peak()
cases = [(made[name], [name]) for name in made]
twice, in_gzip = gzip.compress(made["gzip"]), gzip.compress(made["br"])
cases += [(twice, ["gzip", "gzip"]), (made["gzip"], []), (in_gzip, ["br", "gzip"])]
for body, codings in cases:
    try:
        bodies.unpack(body, codings, 16 * 1024 * 1024)
    except bodies.BodyTooLarge as error:
        print(error)
print(peak() - before, file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=120)
    said = [f"the body is larger than 16 MiB ({coding}, unpacked)" for coding in (*PACKERS, "gzip", "gzip", "br")]
    assert done.stdout.splitlines() == said, done.stderr
    assert int(done.stderr) < 60_000


def test_a_body_between_the_usual_and_the_largest_size_is_whole() -> None:
    size = 3 * bodies.USUAL // 2
    picked = random.Random(3).randbytes(1024)
    whole = (picked * (size // len(picked) + 1))[:size]
    assert unpack(gzip.compress(whole, 1), ["gzip"]) == Unpacked(whole)
    assert unpack(gzip.compress(gzip.compress(whole, 0), 1), ["gzip", "gzip"]) == Unpacked(whole)
    cut = unpack(gzip.compress(whole, 1)[:-9], ["gzip"])
    assert cut.faults == ("truncated_gzip",) and whole.startswith(cut.body)
    spoiled = bytearray(gzip.compress(whole, 1))
    spoiled[-6] ^= 1
    assert unpack(bytes(spoiled), ["gzip"]) == Unpacked(whole, ("bad_checksum",))
