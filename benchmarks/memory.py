"""Does memory stay where it is while a crawl goes on?

A loopback shop of `--pages` products, all in the watchlist, is crawled by one `daihuo crawl` with everything on. The
resident size of the process and of its reader processes is sampled; growth is the largest size after the first 1,000
pages minus the size at that point.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from crash import ROOT, dataset, serve

FIRST = 1000


def resident(pid: int) -> int:
    """Bytes that a process holds in memory; 0 when it is gone. /proc/PID/statm counts pages."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (FileNotFoundError, ProcessLookupError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def readers(pid: int) -> list[int]:
    """The process's children."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def watchlist(place: Path, port: int, pages: int) -> None:
    header = (place / "watchlist.csv").read_text(encoding="utf-8").splitlines()[0]
    rows = [
        f"c{n},Bench,other,2026-11-11 20:00,撞机精华,,,,,CNY,cheap,http://127.0.0.1:{port}/item/{n},,"
        for n in range(pages)
    ]
    (place / "watchlist.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    toml = place / "dataset.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("[crawl]\n", f"[crawl]\nmax_pages = {pages + 10}\n"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder for the generated dataset; default: a temporary one")
    parser.add_argument("--pages", type=int, default=10_000)
    options = parser.parse_args()
    ports: multiprocessing.Queue[int] = multiprocessing.Queue()
    answered = multiprocessing.Value(ctypes.c_int, 0)
    server = multiprocessing.Process(target=serve, args=(ports, answered, options.pages, 0), daemon=True)
    server.start()
    port = ports.get(timeout=60)
    samples: list[tuple[int, int, int]] = []
    with tempfile.TemporaryDirectory(dir=options.data) as name:
        place = dataset(Path(name) / "memory", port)
        watchlist(place, port, options.pages)
        command = [sys.executable, "-m", "crawler", "crawl", str(place), "--spider", "offers"]
        start = time.monotonic()
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as run:
            while run.poll() is None:
                own, others = resident(run.pid), sum(map(resident, readers(run.pid)))
                samples.append((answered.value, own, others))
                time.sleep(0.5)
            said = run.stdout.read().strip() if run.stdout else ""
        seconds = time.monotonic() - start
    server.terminate()
    after = [sample for sample in samples if sample[0] >= FIRST and sample[1]]
    growth = {
        "process": max(own for _, own, _ in after) - after[0][1],
        "readers": max(others for _, _, others in after) - after[0][2],
    }
    print(f"{said}\n{seconds:.0f} s, exit {run.returncode}")
    print(f"{'pages':>8}{'process MB':>12}{'readers MB':>12}")
    for share in range(11):
        pages, own, others = after[min(len(after) - 1, share * len(after) // 10)]
        print(f"{pages:8}{own / 1e6:12.1f}{others / 1e6:12.1f}")
    print(f"growth after {FIRST} pages: process {growth['process'] / 1e6:.1f} MB (bar: 100), ", end="")
    print(f"readers {growth['readers'] / 1e6:.1f} MB")
    print(json.dumps({"pages": options.pages, "seconds": seconds, "growth": growth}))


if __name__ == "__main__":
    main()
