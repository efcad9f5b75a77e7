"""Examples of every verb, shown by its `--help`. A test parses each one, and runs those that need no network."""

from __future__ import annotations

# Verb → (command, what it does).
EXAMPLES: dict[str, tuple[tuple[str, str], ...]] = {
    "check": (
        ("daihuo check lipsticks", "the dataset datasets/lipsticks"),
        ("daihuo check ./elsewhere/mine --json", "a folder; problems as JSON"),
    ),
    "crawl": (
        ("daihuo crawl lipsticks", "goes on where it was stopped"),
        ("daihuo crawl lipsticks --spider offers", "no reviews this time"),
        ("daihuo crawl lipsticks --replay", "read the archive again, no network"),
    ),
    "status": (
        ("daihuo status lipsticks", "also while a crawl is running"),
        ("daihuo status lipsticks --json", ""),
    ),
    "ingest": (
        ("daihuo ingest lipsticks saved.mhtml", "a page that a browser saved"),
        ("daihuo ingest lipsticks saved/", "a folder of them"),
        ("daihuo ingest lipsticks page.html --url https://shop.example/item/1", "a file without its address"),
    ),
    "compare": (
        ("daihuo compare lipsticks", ""),
        ("daihuo compare lipsticks --as-of '2026-11-21 09:00'", "with what was known then"),
        ("daihuo compare lipsticks --json", ""),
    ),
    "match": (
        ("daihuo match lipsticks --review pairs.csv", "the pairs that are in doubt, with what was seen of them"),
        ("daihuo match lipsticks --read pairs.csv", "after decision, decided_by and note were filled in"),
    ),
    "explain": (
        ("daihuo explain lipsticks L01", ""),
        ("daihuo explain lipsticks L01 --json", ""),
    ),
    "corpus": (
        ("daihuo corpus lipsticks", ""),
        ("daihuo corpus lipsticks --json", ""),
    ),
    "export": (
        ("daihuo export lipsticks --format csv", "tables for a spreadsheet"),
        ("daihuo export lipsticks --evidence", "the archive as one WACZ file"),
    ),
    "explore": (
        ("daihuo explore lipsticks", "claims, products, reviews, each down to its evidence"),
        ("daihuo explore lipsticks --build-only", "the database alone: build/explorer.sqlite"),
    ),
    "publish": (
        ("daihuo publish lipsticks --to published", "tables, explorer, report, checksums"),
        ("daihuo publish lipsticks --to published --evidence", "with the archive as WACZ"),
    ),
    "report": (("daihuo report lipsticks --lang en --to report.html", ""),),
    "run": (
        ("daihuo run lipsticks", "check, crawl, compare, corpus, report"),
        ("daihuo run lipsticks --quiet", "for cron: speaks only when something is wrong"),
    ),
    "changes": (
        ("daihuo changes lipsticks", "what the newest crawl found changed"),
        ("daihuo changes lipsticks --since 7d --html changes.html --atom changes.atom", "the week's bulletin"),
        ("daihuo changes lipsticks --since '2026-11-20 20:00' --json", "since the broadcast, for a program"),
    ),
    "schedule": (
        ("daihuo schedule lipsticks --cron --at 06:30", "a line for crontab -e"),
        ("daihuo schedule lipsticks --systemd --to units", "a service and a timer"),
    ),
    "verify": (
        ("daihuo verify lipsticks", ""),
        ("daihuo verify lipsticks --json", ""),
    ),
    "timestamp": (("daihuo timestamp lipsticks --rfc3161 https://tsa.example/tsr", ""),),
    "doctor": (
        ("daihuo doctor", ""),
        ("daihuo doctor --json", ""),
    ),
    "new-dataset": (
        ("daihuo new-dataset lipsticks", "a folder to fill in by hand"),
        (
            "daihuo new-dataset scarf --saved page.html --official https://rosy.example/1",
            "from one official page and one page saved in a browser",
        ),
    ),
    "new-shop": (("daihuo new-shop rosycheeks.example --from saved.html", ""),),
    "completion": (
        ('eval "$(daihuo completion bash)"', "in ~/.bashrc"),
        ('eval "$(daihuo completion zsh)"', "in ~/.zshrc"),
        ("daihuo completion fish > ~/.config/fish/completions/daihuo.fish", ""),
    ),
    "demo": (
        ("daihuo demo", ""),
        ("daihuo demo --later", "the same shops a week later, and what changed"),
        ("daihuo demo --serve", "only the shops"),
    ),
    "read page": (("daihuo read page saved.html --url https://stream-shop.example/item/1", ""),),
    "read price": (("echo '3件装 ¥199' | daihuo read price", ""),),
    "read quantity": (("echo '50ml*2 赠7ml*3' | daihuo read quantity", ""),),
    "read language": (("echo '很好用' | daihuo read language", ""),),
}
