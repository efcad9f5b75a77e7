"""What verification finds: problems, which break the evidence, and notes, which do not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is not as it was sealed; `what` is a sentence, the other fields say where.

    part   archive, page, table, run, chain, seals_file or timestamp
    """

    part: str
    what: str
    file: str | None = None
    offset: int | None = None
    url: str | None = None
    page_id: str | None = None
    table: str | None = None

    def __str__(self) -> str:
        place = [f"page {self.page_id}"] if self.page_id else []
        if self.url:
            place.append(self.url)
        if self.file:
            place.append(self.file if self.offset is None else f"{self.file} at {self.offset}")
        if self.table:
            place.append(f"table {self.table}")
        return ": ".join([", ".join(place) or self.part.replace("_", " "), self.what])
