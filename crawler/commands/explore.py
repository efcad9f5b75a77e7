"""`daihuo explore`: ask a dataset questions in the browser, on this machine only."""

from __future__ import annotations

import asyncio
import socket
import webbrowser
from collections.abc import Awaitable, Callable
from typing import Any

from rich.console import Console

from crawler.explorer.serving import make_explorer
from crawler.terminal import print_json
from pipelines.dataset import Dataset, load
from pipelines.errors import InputMissing, PackageMissing
from pipelines.export.explore.build import Explorer, build_explorer, is_current, read_explorer

HOST = "127.0.0.1"


def run_explore(
    name: str, port: int, console: Console, *, browser: bool = True, build_only: bool = False, as_json: bool = False
) -> int:
    """Build the database where it is not current, and serve it until interrupted; 0 then.

    Raises `InputMissing` (2) without a database or with a port that is taken, `PackageMissing` (2), `LeakFound` (8).
    """
    dataset = load(name)
    built = _built(dataset, anew=build_only)
    told: dict[str, Any] = {"dataset": dataset.name, "database": str(built.database), "rows": built.rows}
    if build_only:
        _tell(console, told, f"{dataset.name}: {sum(built.rows.values())} rows in {built.database}", as_json)
        return 0
    app = make_explorer(built.database, built.metadata).app()
    with _listening(port) as listener:
        told["url"] = f"http://{HOST}:{listener.getsockname()[1]}/"
        _tell(console, told, f"{dataset.name}: {told['url']} (Ctrl-C ends it)", as_json)
        if browser and console.is_terminal:
            webbrowser.open(told["url"])
        _serve(app, listener)
    return 0


def _built(dataset: Dataset, *, anew: bool) -> Explorer:
    return read_explorer(dataset) if is_current(dataset) and not anew else build_explorer(dataset)


def _tell(console: Console, told: dict[str, Any], sentence: str, as_json: bool) -> None:
    if as_json:
        print_json(told, indent=None)
        return
    console.print(sentence, highlight=False, soft_wrap=True)
    console.file.flush()


def _listening(port: int) -> socket.socket:
    """A socket on loopback; port 0 is any that is free."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        # Who is told the address may come before the server is up: then he waits.
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise InputMissing(
            f"port {port} cannot be had ({error.strerror}): name another with --port, or 0 for any"
        ) from error
    return listener


def _serve(app: Callable[..., Awaitable[None]], listener: socket.socket) -> None:
    try:
        import uvicorn
    except ImportError as error:
        raise PackageMissing('the explorer needs the package datasette: pip install "daihuo[explore]"') from error
    config = uvicorn.Config(app, log_level="warning", server_header=False, date_header=False, proxy_headers=False)
    server = uvicorn.Server(config)
    try:
        asyncio.run(server.serve(sockets=[listener]))
    except KeyboardInterrupt:
        return
