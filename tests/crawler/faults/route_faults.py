"""Faults of redirects."""

from __future__ import annotations

from server import PRICE, Connection, case, page


async def redirect(client: Connection, to: str, status: str = "302 Found") -> None:
    await client.answer("moved", f"Location: {to}", status=status)


@case("done", price=PRICE)
async def redirect_over_three_addresses(client: Connection) -> None:
    if client.path == "/item/1":
        await redirect(client, "/a")
    elif client.path == "/a":
        await redirect(client, client.url("/b"), "301 Moved Permanently")
    elif client.path == "/b":
        await redirect(client, "//" + client.url("/end").split("//")[1], "308 Permanent Redirect")
    else:
        await client.answer(page())


@case("done", price=PRICE)
async def redirect_away_and_back(client: Connection) -> None:
    if client.path == "/item/1" and "/check" not in client.server.asked[client.case.name]:
        await redirect(client, "/check")
    elif client.path == "/check":
        await redirect(client, "/item/1")
    else:
        await client.answer(page())


@case("failed", "^redirects to itself$")
async def redirect_to_itself(client: Connection) -> None:
    await redirect(client, client.path)


@case("failed", "^redirects to itself$")
async def redirect_to_itself_with_a_fragment(client: Connection) -> None:
    await redirect(client, client.url(client.path + "#top"), "301 Moved Permanently")


@case("failed", "^redirects in a circle over 2 addresses$")
async def redirect_loop(client: Connection) -> None:
    await redirect(client, "/other" if client.path == "/item/1" else "/item/1")


@case("failed", "^more than 20 redirects$")
async def redirect_chain_of_25(client: Connection) -> None:
    number = int(client.path.rsplit("/", 1)[1])
    if number > 25:
        await client.answer(page())
    else:
        await redirect(client, f"/item/{number + 1}")


@case("failed", r"^redirects \(302\) without saying where to$")
async def redirect_without_location(client: Connection) -> None:
    await client.answer("moved", status="302 Found")


@case("refused", "^address not allowed: control character")
async def redirect_to_garbage(client: Connection) -> None:
    await redirect(client, "http://[half/\x01\xff")


@case("refused", "^address not allowed: ambiguous spelling")
async def redirect_to_no_host(client: Connection) -> None:
    await redirect(client, "https:///item/2")


@case("refused", "^address not allowed.*file")
async def redirect_to_file(client: Connection) -> None:
    await redirect(client, "file:///etc/passwd")


@case("refused", "^address not allowed.*data")
async def redirect_to_data(client: Connection) -> None:
    await redirect(client, "data:text/html,<p class=price>9.90</p>")


@case("refused", "^address not allowed.*javascript")
async def redirect_to_javascript(client: Connection) -> None:
    await redirect(client, "javascript:alert(1)")


@case("refused", "^address not allowed")
async def redirect_to_a_private_address(client: Connection) -> None:
    await redirect(client, "http://127.0.0.2:9/inside")


@case("done", price=PRICE)
async def meta_refresh_to_file(client: Connection) -> None:
    await client.answer(
        page().replace("<head>", '<head><meta http-equiv="refresh" content="0;url=file:///etc/passwd">')
    )


@case("done", price=PRICE)
async def refresh_header_to_data(client: Connection) -> None:
    await client.answer(page(), "Refresh: 0;url=data:text/html,hello")
