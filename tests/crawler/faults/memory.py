"""How much memory a process and its children take, while they run (Linux)."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

_FIELD = re.compile(r"^(VmHWM|PPid|Pss):\s+(\d+)", re.MULTILINE)


@dataclass(slots=True)
class Watch:
    """Samples until `stop`: `peaks` the highest resident size of each process in kB, `together` of all at once.

    Shared pages count once in `together` (proportional set size).
    """

    pid: int
    peaks: dict[int, int] = field(default_factory=dict)
    together: int = 0
    _ended: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> Watch:
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._ended.is_set():
            total = 0
            for pid in self._tree():
                with contextlib.suppress(OSError):
                    status = dict(_FIELD.findall(Path(f"/proc/{pid}/status").read_text()))
                    self.peaks[pid] = max(self.peaks.get(pid, 0), int(status.get("VmHWM", 0)))
                    rollup = dict(_FIELD.findall(Path(f"/proc/{pid}/smaps_rollup").read_text()))
                    total += int(rollup.get("Pss", 0))
            self.together = max(self.together, total)
            time.sleep(0.05)

    def _tree(self) -> list[int]:
        parents: dict[int, int] = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    status = dict(_FIELD.findall((entry / "status").read_text()))
                    parents[int(entry.name)] = int(status.get("PPid", 0))
        found = [self.pid]
        for pid in found:
            found += [child for child, parent in parents.items() if parent == pid]
        return found
