"""`README.md` of an export: a dataset card for Hugging Face that answers a datasheet's questions from the data.

Gebru et al., Datasheets for Datasets (2021), asks them; the front matter is YAML as huggingface_hub reads it.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipelines.export.card_facts import CardFacts
from pipelines.export.package import Resource
from pipelines.export.published import EXPORTED, published
from pipelines.signals import SIGNALS

if TYPE_CHECKING:
    from pipelines.dataset import Dataset

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10**7, "1M<n<10M"))
# Licences by the name that the hub knows, of those that datasets are given.
_LICENCES = re.compile(
    r"(?:cc0-1\.0|cc-by(?:-nc)?(?:-sa|-nd)?-[34]\.0|odc-by|odbl|pddl|apache-2\.0|mit|cdla-\w+-[12]\.0)"
)
_SPLIT = re.compile(r"reviews-(\w+)\.parquet")


def card(dataset: Dataset, resources: list[Resource], facts: CardFacts) -> str:
    """The text of `README.md`; the same database gives the same text."""
    licence = dataset.licence.lower()
    files = [(match[1], one.path) for one in resources if (match := _SPLIT.fullmatch(one.path))]
    near = (
        facts.version.parameters["signals"]["near_duplicate"] if facts.version else SIGNALS["near_duplicate"].DEFAULTS
    )
    return (
        _environment()
        .get_template("card.md")
        .render(
            title=facts.title,
            description=" ".join(dataset.description.split()),
            licence=dataset.licence,
            licence_id=licence if _LICENCES.fullmatch(licence) else "other",
            codes=sorted({language.partition("-")[0] for language in facts.languages} - {"und", ""}),
            size=next((name for most, name in _SIZES if facts.reviews < most), "n>10M"),
            configs=_configs(resources, files),
            facts=facts,
            version=facts.version,
            resources=resources,
            kinds=list(dict.fromkeys(resource.kind for resource in resources)),
            loads=json.dumps(dict(files)) if files else "",
            jaccard=near["jaccard"],
            least_letters=near["least_letters"],
        )
    )


def _configs(resources: list[Resource], files: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """What the hub loads: reviews split by split, every other table as one."""
    there = {one.path for one in resources}
    others = [
        {"name": table, "files": [("train", f"{table}.parquet")]} for table in EXPORTED if f"{table}.parquet" in there
    ]
    return [{"name": "reviews", "files": files}, *others] if files else []


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "none"


def _cell(text: str) -> str:
    """A text of a page or a person as a cell of a Markdown table: one line, no markup."""
    return re.sub(r"([\\`*_{}\[\]<>|#])", r"\\\1", " ".join(text.split()))


@cache
def _environment() -> Environment:
    # Markdown, not HTML: what comes from pages goes through `cell`.
    made = Environment(  # noqa: S701
        loader=PackageLoader("pipelines.export"), undefined=StrictUndefined, keep_trailing_newline=True
    )
    made.globals |= {"share": _share, "cell": _cell, "about": lambda table: published(table).about}
    return made
