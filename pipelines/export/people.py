"""What a dataset knows of people, for those who write files to be published: names to mask, files to keep away."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import LeakFound
from pipelines.export.known_names import KnownNames
from pipelines.export.leaks import refuse_leaks
from pipelines.export.scrub import Scrubber
from pipelines.store.author_names import read_names
from pipelines.store.read import open_read

if TYPE_CHECKING:
    from pipelines.dataset import Dataset

# The value of a lookup of field `name` that says: this is nobody's name.
_PUBLIC = "public"


def known_names(dataset: Dataset) -> KnownNames:
    """The authors' names, without those that are also what the dataset is about: streamers, shops, brands, products.

    A line of `lookups.toml` with `field = "name"` and `means = "public"` takes out one more.
    """
    public = [said for claim in dataset.claims for said in (claim.streamer, claim.product, claim.brand) if said]
    public += [shop.name for shop in dataset.shops] + [name for brand in dataset.brands for name in brand.names]
    names = read_names(dataset.names_file) or []
    return KnownNames((name for name in names if dataset.lookup("name", name) != _PUBLIC), public)


def names_are_missing(dataset: Dataset) -> bool:
    """Whether there are reviews of named authors and no file of their names: names in texts stay."""
    if dataset.names_file.exists():
        return False
    db = open_read(dataset.database)
    try:
        return bool(db.execute("SELECT 1 FROM reviews WHERE author_key IS NOT NULL LIMIT 1").fetchone())
    finally:
        db.close()


def scrubber(dataset: Dataset) -> Scrubber:
    """What masks this dataset's texts."""
    return Scrubber(known_names(dataset))


def refuse_personal_data(dataset: Dataset, folder: Path) -> None:
    """Look at every file of a folder, or at one file, before it is published. Raises `LeakFound` (exit code 8)."""
    refuse_leaks(folder, dataset.secret, known_names(dataset))


def refuse_place(dataset: Dataset, to: Path) -> None:
    """Raise `LeakFound` when the dataset's private files lie in the folder `to`, or others may read them."""
    target = to.resolve()
    for path in (dataset.secret_file, dataset.names_file):
        if not path.exists():
            continue
        if path.resolve().is_relative_to(target):
            raise LeakFound(f"{target} holds {path.name}, which must not be published: export into another folder")
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise LeakFound(f"{path} may be read by others, expected mode 600: say chmod 600, and see docs/ethics.md")
