"""Faults of bodies: packed wrongly, cut, lying about it, or far larger than they look."""

from __future__ import annotations

import gzip
import random
import zlib
from functools import cache

import brotli
from server import PRICE, Connection, case, page

from crawler.fetch.bodies import zstd

MEBIBYTE = 1024 * 1024
BOMB = 300 * MEBIBYTE
# Numbers that do not repeat, so that a part of the packed stream holds a part of the page.
LONG = page("".join(f"<i>{n * 7919 % 100_003}</i>" for n in range(60_000))).encode()
LARGER = r"^the body is larger than 16 MiB"


async def packed(client: Connection, body: bytes, coding: str, *more: str) -> None:
    await client.answer(body, f"Content-Encoding: {coding}", *more)


@case("done", price=PRICE)
async def gzip_whole(client: Connection) -> None:
    await packed(client, gzip.compress(LONG), "gzip")


@case("done", price=PRICE)
async def deflate_without_its_wrapper(client: Connection) -> None:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    await packed(client, packer.compress(LONG) + packer.flush(), "deflate")


@case("done", price=PRICE)
async def br_in_gzip(client: Connection) -> None:
    await packed(client, gzip.compress(brotli.compress(LONG, quality=5)), "br, gzip")


@case("done", price=PRICE)
async def zstd_whole(client: Connection) -> None:
    await packed(client, zstd.compress(LONG), "zstd")


@case("done", "", "truncated_gzip", price=PRICE)
async def gzip_cut(client: Connection) -> None:
    whole = gzip.compress(LONG)
    await packed(client, whole[: len(whole) // 2], "gzip")


@case("done", "", "truncated_gzip")
async def gzip_cut_after_60_bytes(client: Connection) -> None:
    await packed(client, gzip.compress(page().encode())[:60], "gzip")


@case("done", "", "truncated_deflate", price=PRICE)
async def deflate_cut(client: Connection) -> None:
    whole = zlib.compress(LONG)
    await packed(client, whole[: len(whole) // 2], "deflate")


@case("done", "", "truncated_br", price=PRICE)
async def br_cut(client: Connection) -> None:
    whole = brotli.compress(LONG, quality=5)
    await packed(client, whole[: len(whole) * 3 // 4], "br")


@case("done", "", "truncated_zstd", price=PRICE)
async def zstd_cut(client: Connection) -> None:
    whole = zstd.compress(LONG)
    await packed(client, whole[: len(whole) * 3 // 4], "zstd")


@case("done", "", "bad_checksum")
async def gzip_with_a_wrong_checksum(client: Connection) -> None:
    whole = bytearray(gzip.compress(page().encode()))
    whole[-6] ^= 0xFF
    await packed(client, bytes(whole), "gzip")


@case("done", "", "damaged_body")
async def gzip_damaged_in_its_middle(client: Connection) -> None:
    whole = gzip.compress(LONG)
    middle = len(whole) // 2
    for seed in range(100):
        damaged = whole[:middle] + random.Random(seed).randbytes(400) + whole[middle + 400 :]
        try:
            gzip.decompress(damaged)
        except zlib.error:
            # No stream any more, while others come out whole with a wrong checksum.
            await packed(client, damaged, "gzip")
            return
        except gzip.BadGzipFile:
            continue


@case("done", "", "trailing_data", price=PRICE)
async def garbage_after_gzip(client: Connection) -> None:
    await packed(client, gzip.compress(page().encode()) + b"<p class=price>9.90</p>", "gzip")


@case("done", "", "coding_mismatch", price=PRICE)
async def plain_called_gzip(client: Connection) -> None:
    await packed(client, page().encode(), "gzip")


@case("done", "", "coding_mismatch", price=PRICE)
async def plain_called_br(client: Connection) -> None:
    await packed(client, page().encode(), "br")


@case("done", "", "coding_mismatch", price=PRICE)
async def gzip_called_plain(client: Connection) -> None:
    await client.answer(gzip.compress(page().encode()))


@case("done", "", "coding_unknown", price=PRICE)
async def unknown_coding(client: Connection) -> None:
    await packed(client, page().encode(), "rot13")


@cache
def bomb(coding: str) -> bytes:
    """300 MiB of zeros, packed."""
    if coding == "br":
        packer = brotli.Compressor(quality=5)
        return b"".join(packer.process(bytes(MEBIBYTE)) for _ in range(BOMB // MEBIBYTE)) + packer.finish()
    maker = {"gzip": zlib.compressobj(9, wbits=31), "deflate": zlib.compressobj(9), "zstd": zstd.ZstdCompressor()}
    other = maker[coding]
    return b"".join(other.compress(bytes(MEBIBYTE)) for _ in range(BOMB // MEBIBYTE)) + other.flush()


@case("refused", LARGER + r" \(gzip, unpacked\)$")
async def gzip_bomb(client: Connection) -> None:
    await packed(client, bomb("gzip"), "gzip")


@case("refused", LARGER + r" \(deflate, unpacked\)$")
async def deflate_bomb(client: Connection) -> None:
    await packed(client, bomb("deflate"), "deflate")


@case("refused", LARGER + r" \(br, unpacked\)$")
async def br_bomb(client: Connection) -> None:
    await packed(client, bomb("br"), "br")


@case("refused", LARGER + r" \(zstd, unpacked\)$")
async def zstd_bomb(client: Connection) -> None:
    await packed(client, bomb("zstd"), "zstd")


@case("refused", LARGER + r" \(gzip, unpacked\)$")
async def gzip_bomb_in_gzip(client: Connection) -> None:
    await packed(client, gzip.compress(bomb("gzip")), "gzip, gzip")


@case("refused", LARGER + r" \(gzip, unpacked\)$")
async def gzip_bomb_that_nobody_mentions(client: Connection) -> None:
    await client.answer(bomb("gzip"))


@case("refused", LARGER + r" \(gzip, unpacked\)$")
async def gzip_bomb_with_an_error_status(client: Connection) -> None:
    await client.answer(bomb("gzip"), "Content-Encoding: gzip", status="404 Not Found")


async def pour(client: Connection, size: int) -> None:
    piece = bytes(MEBIBYTE)
    for _ in range(size // len(piece)):
        await client.send(piece)


@case("refused", LARGER + "$")
async def content_length_of_400_mb(client: Connection) -> None:
    await client.head("Content-Type: text/html", "Content-Length: 400000000")
    await pour(client, 400_000_000)


@case("refused", LARGER + "$")
async def stream_of_400_mb(client: Connection) -> None:
    await client.head("Content-Type: text/html", "Connection: close")
    await pour(client, 400_000_000)


@case("refused", LARGER + "$")
async def chunks_of_400_mb(client: Connection) -> None:
    await client.head("Content-Type: text/html", "Transfer-Encoding: chunked")
    for _ in range(400):
        await client.send(b"100000\r\n", bytes(MEBIBYTE), b"\r\n")


@case("refused", LARGER + "$")
async def body_without_end(client: Connection) -> None:
    await client.head("Content-Type: text/html", "Connection: close")
    while True:
        await client.send(page().encode() * 50)
