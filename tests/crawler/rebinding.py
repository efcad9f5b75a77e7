"""Runs a program where one name changes its address: `python rebinding.py N MODULE ARGUMENT…`.

`changing.example` has a public address in its first N answers and 127.0.0.2 in all later ones, whoever asks this
machine's resolver. The gate asks anew each time.
"""

from __future__ import annotations

import runpy
import socket
import sys
from typing import Any

from crawler.fetch import gate

PUBLIC, INSIDE = "93.184.216.34", "127.0.0.2"


def change(after: int) -> None:
    """Let the name change for everyone in this process."""
    asked = [0]

    def changing(look_up: Any) -> Any:
        def changed(host: Any, *more: Any, **named: Any) -> Any:
            if host in ("changing.example", b"changing.example"):
                asked[0] += 1
                host = PUBLIC if asked[0] <= after else INSIDE
            return look_up(host, *more, **named)

        return changed

    socket.getaddrinfo = changing(socket.getaddrinfo)
    socket.gethostbyname = changing(socket.gethostbyname)
    gate.ANSWER_SECONDS = 0.0


if __name__ == "__main__":
    change(int(sys.argv[1]))
    sys.argv = sys.argv[2:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
