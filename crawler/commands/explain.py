"""`daihuo explain`: one verdict down to the archived bytes, as a tree. Exit code 7 where a record is not as stored."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from crawler.evidence.explanation import explain
from crawler.terminal import print_json
from pipelines.dataset import load
from pipelines.errors import EvidenceBroken
from pipelines.store.read import open_read

Row = dict[str, Any]


def run_explain(name: str, claim_id: str, console: Console, *, as_json: bool = False) -> int:
    """Print it; 0, or 7. Raises InputMissing for an unknown claim and for one that was not compared."""
    dataset = load(name)
    db = open_read(dataset.database)
    try:
        found = explain(db, dataset.archive, claim_id)
    finally:
        db.close()
    if as_json:
        print_json(found)
    else:
        _print(_tree(found), console)
        broken = sum(not record["matches"] for page in found["pages"] for record in page["records"])
        count = sum(len(page["records"]) for page in found["pages"])
        said = "every one is as it was stored" if not broken else f"{broken} not as stored"
        console.print(f"{count} archive records read and hashed again: {said}", highlight=False)
    return 0 if found["unbroken"] else EvidenceBroken.exit_code


def _print(tree: Tree, console: Console, depth: int = 0) -> None:
    """A tree on a terminal; a line a leaf, whole and indented, for a pipe, which has no width."""
    if console.is_terminal:
        console.print(tree)
        return
    console.print(Text("  " * depth).append_text(Text(str(tree.label))), soft_wrap=True)
    for child in tree.children:
        _print(child, console, depth + 1)


def _tree(found: Row) -> Tree:
    claim, verdict = found["claim"], found["verdict"]
    head = f"{claim['id']}  {verdict['verdict']}  {claim['streamer'] or ''} · {claim['product'] or ''}"
    tree = Tree(Text(head, style="bold"), guide_style="dim")
    if claim["claim"]:
        said = f"“{claim['claim']}” {claim['broadcast_at'] or ''}".strip()
        words = (
            f": {verdict['claim_verdict']}. {verdict.get('claim_text') or ''}" if verdict.get("claim_verdict") else ""
        )
        tree.add(Text(f"claim {said}{words}"))
    why = tree.add("verdict")
    if verdict.get("confidence"):
        why.add(Text(f"confidence {verdict['confidence']}"))
    for reason in verdict["reasons"]:
        why.add(Text(reason))
    findings = tree.add("findings")
    for row in found["findings"]:
        given = ", ".join(f"{name} = {value}" for name, value in (row["parameters"] or {}).items())
        findings.add(Text(f"{row['rule']}: {row['answer']}. {row['text']}" + (f" ({given})" if given else "")))
    for row in found["matches"]:
        match = tree.add(Text(f"match: {row['answer']}"))
        for each in row["evidence"]:
            sides = f" ({each['promoted'] or 'not stated'} / {each['official'] or 'not stated'})"
            match.add(Text(f"{each['field']}: {each['says']}{sides if each['field'] != 'title' else ''}"))
    for page in found["pages"]:
        _add_page(tree, page)
    return tree


def _add_page(tree: Tree, page: Row) -> None:
    branch = tree.add(Text(f"{page['side']} page {page['url']}", style="bold"))
    branch.add(Text(f"seen {page['fetched_at']}, outcome {page['outcome']}, sha256 {page['sha256']}"))
    offer = page["offer"]
    if offer:
        name = " · ".join(str(offer[key]) for key in ("shop", "name", "quantity_text", "sku", "gtin") if offer[key])
        facts = branch.add(Text(name))
        for price in page["prices"]:
            chosen = f", taken as {price['chosen']}" if price["chosen"] else ""
            label = f" “{price['label']}”" if price["label"] else ""
            amount = (
                f"{price['amount']}{'–' + price['amount_max'] if price['amount_max'] else ''} {price['currency'] or ''}"
            )
            place = f"{price['found_in']} {price['path'] or ''}".strip()
            facts.add(Text(f"{price['kind'] or 'price'} {amount.strip()}{label} at {place}{chosen}"))
    for record in page["records"]:
        text = Text(f"{record['kind']} record {record['warc_file']} at {record['warc_offset']}: ")
        text.append(
            "hash matches" if record["matches"] else record["why"], "green" if record["matches"] else "bold red"
        )
        leaf = branch.add(text)
        if record["record_id"]:
            leaf.add(Text(f"{record['record_id']} of {record['date']}, sha256 {record['found_sha256']}"))
