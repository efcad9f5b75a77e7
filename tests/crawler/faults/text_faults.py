"""Faults of texts: wrong charsets, markup and JSON that are cut, or nested to break a parser."""

from __future__ import annotations

from server import PRICE, Connection, case, page

DEEP = 60_000


def data(price: str = PRICE, more: str = "") -> str:
    """A JSON-LD block."""
    return (
        '<script type="application/ld+json">{"@context": "https://schema.org", "@type": "Product", '
        f'"name": "云雀口红 3g", "offers": {{"@type": "Offer", "price": "{price}", "priceCurrency": "CNY"}}{more}'
        "</script>"
    )


@case("done", "", "charset_mismatch", price=PRICE)
async def gbk_called_utf_8(client: Connection) -> None:
    await client.answer(page("<p>现货，包邮，七天无理由退换。</p>").replace("¥", "￥").encode("gbk"))


@case("done", price=PRICE)
async def gb18030_called_gb2312(client: Connection) -> None:
    body = page("<p>镕炜㐂䶮𠀀</p>").replace('charset="utf-8"', 'charset="gb2312"').encode("gb18030")
    await client.answer(body, kind="text/html")


@case("done", "", "charset_mismatch", price=PRICE)
async def utf_16_called_utf_8(client: Connection) -> None:
    await client.answer(page().encode("utf-16-le"))


@case("done", "", "replacement_characters", price=PRICE)
async def characters_lost_before_it_was_sent(client: Connection) -> None:
    await client.answer(page("<p>\ufffd\ufffd口红</p>"))


@case("done", "", "nul_characters", price=PRICE)
async def nul_characters(client: Connection) -> None:
    await client.answer(page("<p>a\0b</p>").replace("199", "1\x0099"))


@case("done", "", "deep_dom", price=PRICE)
async def sixty_thousand_divs(client: Connection) -> None:
    before, after = page().split('<div class="product">')
    await client.answer(before + "<div>" * DEEP + '<div class="product">' + after)


@case("done", "", "many_attributes", price=PRICE)
async def hundred_thousand_attributes(client: Connection) -> None:
    flood = " ".join(f'a{n}="{n}"' for n in range(100_000))
    await client.answer(page().replace('<div class="product">', f'<div class="product" {flood}>'))


@case("done", "", "cut_html", price=PRICE)
async def comment_without_end(client: Connection) -> None:
    await client.answer(page("<!-- for the rest of the page").removesuffix("</body></html>"))


@case("done", "", "cut_html", price=PRICE)
async def script_without_end(client: Connection) -> None:
    cut = data("9.90").removesuffix("</script>")
    await client.answer(page(cut).removesuffix("</body></html>"))


@case("done", "", "cut_json", price=PRICE)
async def json_cut_inside_a_page(client: Connection) -> None:
    await client.answer(page(data("9.90", ', "description": "a lip')))


@case("done", "", "deep_json", price=PRICE)
async def json_of_100_000_arrays(client: Connection) -> None:
    await client.answer(page('<script type="application/ld+json">' + "[" * 100_000 + "]" * 100_000 + "</script>"))


@case("done", "", "truncated_body", "cut_json")
async def json_body_cut(client: Connection) -> None:
    body = '{"item": {"title": "云雀口红 3g", "price": "199.00"}}'.encode()
    await client.head("Content-Type: application/json", f"Content-Length: {len(body)}")
    await client.send(body[: body.index(b"9.00")])
