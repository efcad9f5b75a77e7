"""Faults of connections and of HTTP itself."""

from __future__ import annotations

import asyncio

from server import PRICE, Connection, case, page

HTML = "Content-Type: text/html; charset=utf-8"
PAGE = page().encode()
LONG = page("<p>" + "口红说明。" * 4000 + "</p>").encode()
NEVER = 3600
# A host whose robots.txt cannot be had is not asked for pages.
NOT_ASKED = "^robots.txt unreachable: "


@case("done", price=PRICE)
async def whole_page(client: Connection) -> None:
    await client.answer(PAGE)


@case("done", price=PRICE)
async def http_1_0_without_length(client: Connection) -> None:
    await client.send(b"HTTP/1.0 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n", PAGE)


@case("done", price=PRICE)
async def headers_split_over_many_packets(client: Connection) -> None:
    for byte in f"HTTP/1.1 200 OK\r\n{HTML}\r\nContent-Length: {len(PAGE)}\r\n\r\n".encode():
        await client.send(bytes((byte,)))
    await client.send(PAGE)


@case("failed", "^the connection broke")
async def reset_at_once(client: Connection) -> None:
    client.reset()


@case("failed", "^the connection broke")
async def closed_without_a_byte(client: Connection) -> None:
    client.writer.close()


@case("failed", "^the connection broke")
async def reset_inside_headers(client: Connection) -> None:
    await client.send("HTTP/1.1 200 OK\r\nContent-Ty")
    await asyncio.sleep(0.1)
    client.reset()


@case("done", "", "truncated_body", price=PRICE)
async def reset_inside_body(client: Connection) -> None:
    await client.head(HTML, f"Content-Length: {len(LONG)}")
    await client.send(LONG[: len(LONG) // 2])
    await asyncio.sleep(0.1)
    client.reset()


@case("done", "", "truncated_body", price=PRICE)
async def reset_inside_body_without_length(client: Connection) -> None:
    await client.head(HTML, "Connection: close")
    await client.send(LONG[: len(LONG) // 2])
    await asyncio.sleep(0.1)
    client.reset()


@case("done", "", "cut_html", price=PRICE)
async def closed_inside_body_without_length(client: Connection) -> None:
    await client.head(HTML, "Connection: close")
    await client.send(LONG[: len(LONG) // 2])


@case("done", "", "truncated_body", price=PRICE)
async def content_length_too_long(client: Connection) -> None:
    await client.head(HTML, f"Content-Length: {len(PAGE) + 500}")
    await client.send(PAGE)


@case("done", "", "truncated_body")
async def cut_inside_the_price(client: Connection) -> None:
    # "¥19" of "¥199.00": a price that is wrong by ten times and looks like one.
    await client.head(HTML, f"Content-Length: {len(PAGE)}")
    await client.send(PAGE[: PAGE.index(b"9.00")])


@case("done", "", "length_mismatch")
async def content_length_too_short(client: Connection) -> None:
    body = f"<p>{PRICE} yuan for one lipstick of 3 g, now</p>"
    assert len(body) == 47
    await client.head("Content-Type: text/html", "Content-Length: 20")
    await client.send(body)


@case("done", "", "length_mismatch")
async def content_length_too_short_in_the_price(client: Connection) -> None:
    await client.send(f"HTTP/1.1 200 OK\r\n{HTML}\r\nContent-Length: {PAGE.index(b'9.00')}\r\n\r\n".encode() + PAGE)


@case("failed", "^its Content-Length cannot be right: '20, 47'")
async def two_content_lengths(client: Connection) -> None:
    await client.head(HTML, "Content-Length: 20", "Content-Length: 47")
    await client.send(PAGE[:47])


@case("failed", "^its Content-Length cannot be right: '-5'")
async def negative_content_length(client: Connection) -> None:
    await client.head(HTML, "Content-Length: -5")
    await client.send(PAGE)


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


@case("done", price=PRICE)
async def chunked(client: Connection) -> None:
    await client.head(HTML, "Transfer-Encoding: chunked")
    await client.send(chunk(PAGE[:50]), chunk(PAGE[50:]), b"0\r\n\r\n")


@case("done", "", "truncated_body", price=PRICE)
async def chunked_cut(client: Connection) -> None:
    await client.head(HTML, "Transfer-Encoding: chunked")
    await client.send(chunk(LONG[:9000]), b"ffff\r\n", LONG[9000:20000])


@case("done", "", "truncated_body", price=PRICE)
async def chunked_without_last_chunk(client: Connection) -> None:
    await client.head(HTML, "Transfer-Encoding: chunked")
    await client.send(chunk(PAGE))


@case("done", "", "bad_chunks", price=PRICE)
async def chunk_longer_than_it_says(client: Connection) -> None:
    await client.head(HTML, "Transfer-Encoding: chunked")
    await client.send(chunk(LONG[:9000]), b"10\r\n", LONG[9000:9100], b"\r\n0\r\n\r\n")


@case("done", "", "bad_chunks", price=PRICE)
async def chunk_size_that_is_no_number(client: Connection) -> None:
    await client.head(HTML, "Transfer-Encoding: chunked")
    await client.send(chunk(LONG[:9000]), b"ten\r\n", LONG[9000:], b"\r\n0\r\n\r\n")


@case("failed", "^its transfer coding is unknown")
async def unknown_transfer_coding(client: Connection) -> None:
    await client.head(HTML, "Transfer-Encoding: smoke-signals")
    await client.send(PAGE)


@case("failed", "^no answer in time")
async def never_answers(client: Connection) -> None:
    await asyncio.sleep(NEVER)


@case("failed", "^no answer in time")
async def stalls_inside_body(client: Connection) -> None:
    await client.head(HTML, f"Content-Length: {len(LONG)}")
    await client.send(LONG[:3000])
    await asyncio.sleep(NEVER)


@case("failed", r"^too slow: \d+ bytes in")
async def drips_headers(client: Connection) -> None:
    await client.send("HTTP/1.1 200 OK\r\n")
    while True:
        await client.send("X: 1\r\n")
        await asyncio.sleep(0.5)


@case("failed", r"^too slow: \d+ bytes in")
async def drips_body(client: Connection) -> None:
    await client.head(HTML, f"Content-Length: {len(LONG)}")
    for byte in LONG:
        await client.send(bytes((byte,)))
        await asyncio.sleep(0.5)


@case("failed", r"^not an HTTP answer: it begins with 'SSH-2.0-OpenSSH_9.6'")
async def another_protocol(client: Connection) -> None:
    await client.send("SSH-2.0-OpenSSH_9.6\r\n")


@case("failed", "^not an HTTP answer: it begins with 'HTTP/1.1 OK 200'")
async def status_that_is_no_number(client: Connection) -> None:
    await client.send("HTTP/1.1 OK 200\r\nContent-Length: 0\r\n\r\n")


@case("failed", "^not an HTTP answer: it begins with '<!doctype html>")
async def http_0_9(client: Connection) -> None:
    await client.send(PAGE.replace(b"</div>", b"</div>\r\n"))


@case("failed", "^a header line is longer than 16 KiB")
async def header_line_of_100_kb(client: Connection) -> None:
    await client.head(HTML, "X-Long: " + "a" * 100_000, f"Content-Length: {len(PAGE)}")
    await client.send(PAGE)


@case("failed", "^its headers are larger than 128 KiB")
async def ten_thousand_headers(client: Connection) -> None:
    await client.head(HTML, *(f"X-Header-{n}: {n}" for n in range(10_000)), f"Content-Length: {len(PAGE)}")
    await client.send(PAGE)


@case("failed", "^its headers are larger than 128 KiB")
async def headers_without_end(client: Connection) -> None:
    await client.send("HTTP/1.1 200 OK\r\n")
    while True:
        await client.send("X-More: and more\r\n" * 100)
        await asyncio.sleep(0)


@case("failed", "^its headers are larger than 128 KiB")
async def flood_of_1xx(client: Connection) -> None:
    while True:
        await client.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" * 100)
        await asyncio.sleep(0)


@case("done", price=PRICE)
async def continue_before_the_answer(client: Connection) -> None:
    await client.send("HTTP/1.1 100 Continue\r\n\r\n")
    await client.answer(PAGE)


@case("done", price=PRICE)
async def headers_with_control_characters(client: Connection) -> None:
    odd = ("X-Nul: a\0b", "X-Return: a\rWARC-Type: warcinfo\rb", "X-Bell: \x07", "X-High: caf\u00e9", "no colon here")
    await client.head(HTML, *odd, f"Content-Length: {len(PAGE)}")
    await client.send(PAGE)


@case("failed", "^the server answered 204 No Content, which has no page")
async def no_content(client: Connection) -> None:
    await client.head(status="204 No Content")


@case("failed", "^the server answered 205 Reset Content, which has no page")
async def reset_content(client: Connection) -> None:
    await client.head("Content-Length: 0", status="205 Reset Content")


@case("failed", "^the server answered 304 Not Modified, which has no page")
async def not_modified_unasked(client: Connection) -> None:
    await client.head('ETag: "x"', status="304 Not Modified")


@case("done", price=PRICE)
async def busy_at_first(client: Connection) -> None:
    if client.server.asked[client.case.name].count(client.path) == 1:
        await client.answer("slow down", "Retry-After: 1", status="429 Too Many Requests")
    else:
        await client.answer(PAGE)


@case("refused", "^robots.txt disallows it", path="/private/1")
async def forbidden_by_robots(client: Connection) -> None:
    await client.answer(PAGE)


@case("done", price=PRICE, tls=lambda given: given.trusted)
async def tls(client: Connection) -> None:
    await client.answer(PAGE)


@case("refused", NOT_ASKED + "the certificate is not trusted", tls=lambda given: given.self_signed)
async def tls_self_signed(client: Connection) -> None:
    await client.answer(PAGE)


@case("refused", NOT_ASKED + "the certificate is not trusted", tls=lambda given: given.expired)
async def tls_expired(client: Connection) -> None:
    await client.answer(PAGE)


@case("refused", NOT_ASKED + "the certificate is for another host", tls=lambda given: given.other_host)
async def tls_other_host(client: Connection) -> None:
    await client.answer(PAGE)


@case("refused", NOT_ASKED + "the connection broke", raw=True)
async def tls_handshake_cut(client: Connection) -> None:
    await client.reader.read(100)
    await client.send(b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03")


@case("refused", NOT_ASKED + "the host does not speak TLS on this port", raw=True)
async def plain_http_on_the_tls_port(client: Connection) -> None:
    await client.reader.read(100)
    await client.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


@case("refused", "^robots.txt answered 503 Service Unavailable: nothing is fetched from this host")
async def robots_unreachable(client: Connection) -> None:
    await client.answer(PAGE)


@case("refused", NOT_ASKED + "its body came cut or damaged")
async def robots_cut(client: Connection) -> None:
    await client.answer(PAGE)
