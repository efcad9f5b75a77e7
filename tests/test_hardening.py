"""Hardened settings as they take effect, and what the code of both wings may not do. Each check is shown to fail."""

from __future__ import annotations

import ast
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings, Settings
from test_house import WINGS, build, dotted, imports, modules, within

from crawler.fetch.chromium import launch_options
from crawler.fetch.gate import Gate
from crawler.spiders.offers import OffersSpider
from crawler.spiders.watch import configure
from pipelines.dataset import load

ROOT = Path(__file__).resolve().parents[1]
MIB = 1024 * 1024


# The settings of a crawler that is about to start.


def effective(folder: Path) -> Settings:
    """What a crawl of a dataset runs with: Scrapy's defaults, the project's, the dataset's."""
    (folder / "dataset.toml").write_text(
        'title = "t"\nlicence = "CC0-1.0"\n[crawl]\ncontact = "desk@paper.example"\n', "utf-8"
    )
    (folder / "watchlist.csv").write_text(
        "id,streamer,platform,broadcast_at,product,claimed_price,currency,promo_url,official_urls\n"
        "c1,a,other,2026-11-11 20:00,b,9.90,CNY,https://shop.example/1,https://brand.example/1\n",
        "utf-8",
    )
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    crawler = Crawler(OffersSpider, settings)
    dataset = load(str(folder))
    configure(crawler, dataset, False, Gate(dataset.crawl.allow_addresses))
    return crawler.settings


def off(name: str) -> Callable[[BaseSettings], bool]:
    return lambda settings: not settings.get(name)


def on(name: str) -> Callable[[BaseSettings], bool]:
    return lambda settings: settings.getbool(name)


def between(name: str, least: float, most: float) -> Callable[[BaseSettings], bool]:
    return lambda settings: least <= settings.getfloat(name) <= most


def only_http(settings: BaseSettings) -> bool:
    handlers = settings.getwithbase("DOWNLOAD_HANDLERS")
    return {scheme for scheme, handler in handlers.items() if handler} == {"http", "https"}


def own_scheduler(settings: BaseSettings) -> bool:
    """Scrapy's own, given a folder for its queues and its state, writes both by pickle."""
    return not settings.get("JOBDIR") and str(settings["SCHEDULER"]).startswith("crawler.")


def agent_says_who(settings: BaseSettings) -> bool:
    agent = str(settings.get("USER_AGENT"))
    return agent.startswith("daihuo/") and "desk@paper.example" in agent


def no_secret_in_the_log(settings: BaseSettings) -> bool:
    return str(settings["LOG_LEVEL"]) != "DEBUG" and not settings.getbool("COOKIES_DEBUG")


# (what must hold, a setting and a value that break it)
SETTINGS: tuple[tuple[str, Callable[[BaseSettings], bool], str, Any], ...] = (
    ("no telnet console", off("TELNETCONSOLE_ENABLED"), "TELNETCONSOLE_ENABLED", True),
    ("no remote control", off("REMOTE_CONTROL_ENABLED"), "REMOTE_CONTROL_ENABLED", True),
    ("only http and https", only_http, "DOWNLOAD_HANDLERS", {"file": "scrapy.core.downloader.handlers.file.F"}),
    ("TLS verified", on("DOWNLOAD_VERIFY_CERTIFICATES"), "DOWNLOAD_VERIFY_CERTIFICATES", False),
    ("body cap", between("DOWNLOAD_MAXSIZE", 1, 16 * MIB), "DOWNLOAD_MAXSIZE", 0),
    ("time cap", between("DOWNLOAD_TIMEOUT", 1, 180), "DOWNLOAD_TIMEOUT", 3600),
    ("name look-up cap", between("DNS_TIMEOUT", 1, 60), "DNS_TIMEOUT", 600),
    ("depth cap", between("DEPTH_LIMIT", 1, 100_001), "DEPTH_LIMIT", 0),
    ("redirect cap", between("REDIRECT_MAX_TIMES", 1, 20), "REDIRECT_MAX_TIMES", 1000),
    ("retry cap", between("RETRY_TIMES", 0, 5), "RETRY_TIMES", 1000),
    ("browser memory cap", between("BROWSER_MIB", 256, 4096), "BROWSER_MIB", 100_000),
    ("pages of one browser", between("BROWSER_PAGES_PER_START", 1, 1000), "BROWSER_PAGES_PER_START", 100_000),
    ("retry cap of the host", between("DAIHUO_TRIES", 1, 10), "DAIHUO_TRIES", 1000),
    ("requests at once", between("CONCURRENT_REQUESTS", 1, 256), "CONCURRENT_REQUESTS", 100_000),
    ("no cookies", off("COOKIES_ENABLED"), "COOKIES_ENABLED", True),
    ("no referrer", lambda settings: settings["REFERRER_POLICY"] == "no-referrer", "REFERRER_POLICY", "unsafe-url"),
    ("robots.txt obeyed", on("ROBOTSTXT_OBEY"), "ROBOTSTXT_OBEY", False),
    ("the agent says who asks", agent_says_who, "USER_AGENT", "Mozilla/5.0"),
    ("no proxy out of the environment", off("HTTPPROXY_ENABLED"), "HTTPPROXY_ENABLED", True),
    ("no meta refresh", off("METAREFRESH_ENABLED"), "METAREFRESH_ENABLED", True),
    ("no cache of pickles", off("HTTPCACHE_ENABLED"), "HTTPCACHE_ENABLED", True),
    ("no queue of pickles", own_scheduler, "JOBDIR", "/somewhere"),
    ("no feeds", off("FEEDS"), "FEEDS", {"out.pickle": {"format": "pickle"}}),
    ("no add-ons", off("ADDONS"), "ADDONS", {"x.Y": 1}),
    ("no credentials", lambda settings: not settings.get("AWS_SECRET_ACCESS_KEY") and not settings.get("MAIL_PASS"),
     "MAIL_PASS", "x"),
    ("no secrets in the log", no_secret_in_the_log, "LOG_LEVEL", "DEBUG"),
)  # fmt: skip


@pytest.mark.parametrize(("what", "holds", "name", "bad"), SETTINGS, ids=[row[0] for row in SETTINGS])
def test_effective_settings(
    what: str, holds: Callable[[BaseSettings], bool], name: str, bad: Any, tmp_path: Path
) -> None:
    settings = effective(tmp_path)
    assert holds(settings), f"{what}: {name} = {settings.get(name)!r}"
    weak = settings.copy()
    weak.frozen = False
    weak.set(name, bad, priority=100)
    assert not holds(weak), f"the check of {name} cannot fail"


def test_pages_and_time_in_the_browser_are_bounded(tmp_path: Path) -> None:
    effective(tmp_path)
    crawl = load(str(tmp_path)).crawl
    assert 0 < crawl.max_pages <= 10_000_000 and 0 < float(crawl.browser_seconds) <= 600


def test_the_secret_is_for_its_owner_only(tmp_path: Path) -> None:
    effective(tmp_path)
    dataset = load(str(tmp_path))
    assert len(dataset.secret) >= 32
    (path,) = dataset.build.glob("secret.key")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


# Chromium.

WEAK_FLAGS = re.compile(
    r"--(?:disable-web-security|allow-running-insecure|ignore-certificate|allow-file-access|remote-debugging"
    r"|disable-site-isolation|disable-features=\S*IsolateOrigins|unsafely-treat|single-process|load-extension"
    r"|disable-popup-blocking|no-zygote|proxy-auto-detect)"
)


def weak_launch(options: dict[str, Any], root: bool) -> Iterator[str]:
    for flag in options.get("args", ()):
        if WEAK_FLAGS.match(flag) or (flag == "--no-sandbox" and not root):
            yield flag
    if not options.get("headless"):
        yield "not headless"


@pytest.mark.browser
def test_chromium_starts_without_a_weak_flag(chromium: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for user, root in ((0, True), (1000, False)):
        monkeypatch.setattr("os.geteuid", lambda user=user: user)
        assert not list(weak_launch(launch_options(), root))


@pytest.mark.parametrize("flag", ["--disable-web-security", "--no-sandbox", "--remote-debugging-port=1"])
def test_a_weak_flag_is_seen(flag: str) -> None:
    assert list(weak_launch({"args": [flag], "headless": True}, False)) == [flag]
    assert list(weak_launch({"args": [], "headless": False}, False)) == ["not headless"]


# The code.

EXECUTES = (
    *("pickle", "_pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "jsonpickle"),
    *("multiprocessing.reduction", "multiprocessing.connection", "multiprocessing.managers", "code", "codeop"),
    *("xml", "xmlrpc", "pty", "telnetlib", "ftplib"),
)
CALLS = re.compile(
    r"(?:builtins\.)?(?:eval|exec|compile|__import__)|yaml\.(?:load|load_all|unsafe_load|full_load)|os\.(?:system|popen)"
    r"|os\.(?:exec|spawn)[lv]p?e?|(?:\w+\.)*create_subprocess_shell|commands\.\w+|subprocess\.get(?:status)?output"
    r"|tempfile\.mktemp|(?:\w+\.)*(?:read_pickle|to_pickle)|pty\.spawn|ssl\._create_unverified_context"
)

# Functions that start a program; others may mean anything by `shell`.
PROGRAMS = re.compile(r"(?:^|\.)(?:run|Popen|call|check_call|check_output)$")


def trees(root: Path) -> Iterator[tuple[str, ast.Module]]:
    for wing in WINGS:
        for name, path in modules(root, wing).items():
            yield name, ast.parse(path.read_text("utf-8"))


def given(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def is_true(node: ast.expr | None) -> bool:
    """Anything but a plain False counts."""
    return node is not None and not (isinstance(node, ast.Constant) and not node.value)


def is_false(node: ast.expr | None) -> bool:
    """A plain False."""
    return isinstance(node, ast.Constant) and node.value is False


def nothing_executes_data(root: Path) -> Iterator[str]:
    for wing in WINGS:
        for name, path in modules(root, wing).items():
            for said in imports(path, name):
                if any(within(said, module) for module in EXECUTES):
                    yield f"{name} imports {said}"
    for name, tree in trees(root):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                if CALLS.fullmatch(dotted(node.func)):
                    yield f"{name}:{node.lineno} calls {dotted(node.func)}"
                if is_true(given(node, "shell")) and PROGRAMS.search(dotted(node.func)):
                    yield f"{name}:{node.lineno} runs a shell"
                if is_true(given(node, "allow_pickle")):
                    yield f"{name}:{node.lineno} allows pickles"


SQL = re.compile(
    r"\s*(?:SELECT|INSERT|UPDATE|DELETE|REPLACE|DROP|CREATE|ALTER|PRAGMA|ATTACH|VACUUM|WITH)\s"
    r"|.*\s(?:FROM|WHERE|ORDER BY|ON CONFLICT|VALUES|SET)\s",
    re.DOTALL,
)
QUOTES = ("sql_name", "sql_names")
# Functions that make whole statements, out of names that they quote themselves.
STATEMENTS = ("insert", "upsert", "select", "delete")
# Methods and functions that hand SQL to the database.
RUNS = ("execute", "executemany", "executescript", "query")


def sql_names_are_quoted(root: Path) -> Iterator[str]:
    """What is put into an f-string of SQL is a name out of the one quoting function, a constant, or question marks."""
    for name, tree in trees(root):
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr) and SQL.match(_literal(node)):
                for part in node.values:
                    if isinstance(part, ast.FormattedValue) and not _harmless(part.value):
                        yield f"{name}:{node.lineno} puts {ast.unparse(part.value)} into SQL"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                if node.func.attr == "format" and _is_sql(node.func.value):
                    yield f"{name}:{node.lineno} formats SQL"
                if node.func.attr in RUNS and node.args and isinstance(node.args[0], ast.BinOp):
                    added = [part for part in _added(node.args[0]) if not _harmless(part) and not _is_sql(part)]
                    yield from (f"{name}:{node.lineno} adds {ast.unparse(part)} to SQL" for part in added)
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and _is_sql(node.left):
                yield f"{name}:{node.lineno} formats SQL"


def _literal(node: ast.JoinedStr) -> str:
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)


def _is_sql(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(SQL.match(node.value))


def _added(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp):
        yield from _added(node.left)
        yield from _added(node.right)
    else:
        yield node


def _harmless(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.Name):
        return node.id.isupper()
    if not isinstance(node, ast.Call):
        return False
    if dotted(node.func).rpartition(".")[2] in (*QUOTES, *STATEMENTS):
        return True
    marks = node.args[0] if node.args else None
    return (
        isinstance(node.func, ast.Attribute)
        and node.func.attr == "join"
        and isinstance(marks, ast.BinOp)
        and isinstance(marks.left, ast.Constant)
        and marks.left.value == "?"
    )


def archives_become_no_paths(root: Path) -> Iterator[str]:
    """Members of an archive are read, never unpacked under the names they bring along."""
    for name, tree in trees(root):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                archive = node.func.attr in ("extractall", "unpack_archive")
                if archive or (node.func.attr == "extract" and (node.args or node.keywords)):
                    yield f"{name}:{node.lineno} calls {node.func.attr}"


def markup_reads_no_files(root: Path) -> Iterator[str]:
    """lxml's HTML parser, which knows no own entities and asks no network, or an XML parser told to be so."""
    parsers = ("XMLParser", "XMLPullParser", "iterparse", "XSLT", "XInclude", "DTD", "XMLSchema", "RelaxNG", "XML")
    for name, tree in trees(root):
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = dotted(node.func)
            if called.startswith(("etree.", "lxml.")):
                last = called.rpartition(".")[2]
                if (
                    last == "XMLParser"
                    and is_false(given(node, "resolve_entities"))
                    and is_true(given(node, "no_network"))
                ):
                    continue
                if last in parsers or (last in ("fromstring", "parse") and given(node, "parser") is None):
                    yield f"{name}:{node.lineno} calls {called}"
            if is_true(given(node, "resolve_entities")) or is_true(given(node, "load_dtd")):
                yield f"{name}:{node.lineno} resolves entities"
            off = given(node, "no_network")
            if off is not None and not is_true(off):
                yield f"{name}:{node.lineno} lets a parser use the network"


def contexts_are_closed(root: Path) -> Iterator[str]:
    """A browser context takes no downloads, no service workers, no permissions, and trusts no broken certificate."""
    for name, tree in trees(root):
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr in ("new_context", "launch_persistent_context"):
                workers, downloads = given(node, "service_workers"), given(node, "accept_downloads")
                if not (isinstance(workers, ast.Constant) and workers.value == "block"):
                    yield f"{name}:{node.lineno} service workers"
                if downloads is None or is_true(downloads):
                    yield f"{name}:{node.lineno} downloads"
                for weak in ("ignore_https_errors", "bypass_csp", "permissions", "http_credentials"):
                    if is_true(given(node, weak)):
                        yield f"{name}:{node.lineno} {weak}"
            if node.func.attr in ("grant_permissions", "add_cookies", "set_extra_http_headers"):
                yield f"{name}:{node.lineno} calls {node.func.attr}"


LAW: tuple[Callable[[Path], Iterator[str]], ...] = (
    nothing_executes_data,
    sql_names_are_quoted,
    archives_become_no_paths,
    markup_reads_no_files,
    contexts_are_closed,
)
SOUND = {
    "crawler/__init__.py": "",
    "crawler/a.py": (
        "import re\nfrom lxml import etree\nPATTERN = re.compile('x')\n"
        "def f(page, text):\n    page.extract()\n    return etree.fromstring(text, parser=etree.HTMLParser())\n"
        "def g(b):\n    return b.new_context(accept_downloads=False, service_workers='block')\n"
    ),
    "pipelines/__init__.py": "",
    "pipelines/a.py": (
        "def f(db, table, names):\n"
        "    db.execute(f\"SELECT {sql_names(names)} FROM {sql_name(table)} WHERE {_AT} IN ({', '.join('?' * 3)})\")\n"
        "    return f'from {table} to {names}', f'{table} where it is'\n"
    ),
}
# (the check that must speak, a line that breaks it)
BROKEN: tuple[tuple[Callable[[Path], Iterator[str]], str], ...] = (
    (nothing_executes_data, "import pickle"),
    (nothing_executes_data, "from multiprocessing.reduction import ForkingPickler"),
    (nothing_executes_data, "import xml.etree.ElementTree as ET"),
    (nothing_executes_data, "def f():\n    from marshal import loads"),
    (nothing_executes_data, "importlib.import_module('shelve')"),
    (nothing_executes_data, "eval(x)"),
    (nothing_executes_data, "builtins.exec(x)"),
    (nothing_executes_data, "compile(x, 'a', 'exec')"),
    (nothing_executes_data, "__import__(x)"),
    (nothing_executes_data, "yaml.load(x)"),
    (nothing_executes_data, "os.system(x)"),
    (nothing_executes_data, "subprocess.run(x, shell=True)"),
    (nothing_executes_data, "subprocess.run(x, shell=how)"),
    (nothing_executes_data, "asyncio.create_subprocess_shell(x)"),
    (nothing_executes_data, "tempfile.mktemp()"),
    (nothing_executes_data, "numpy.load(x, allow_pickle=True)"),
    (nothing_executes_data, "pandas.read_pickle(x)"),
    (sql_names_are_quoted, "db.execute(f'SELECT * FROM {table}')"),
    (sql_names_are_quoted, "q = f'DELETE FROM a WHERE b = {value!r}'"),
    (sql_names_are_quoted, "q = f'{columns} FROM a'"),
    (sql_names_are_quoted, "q = f'PRAGMA {name}'"),
    (sql_names_are_quoted, "q = 'SELECT * FROM {}'.format(table)"),
    (sql_names_are_quoted, "q = 'SELECT * FROM %s' % table"),
    (sql_names_are_quoted, "db.execute('SELECT * FROM ' + table)"),
    (archives_become_no_paths, "tarfile.open(x).extractall(y)"),
    (archives_become_no_paths, "box.extract(entry, folder)"),
    (archives_become_no_paths, "shutil.unpack_archive(x)"),
    (markup_reads_no_files, "etree.fromstring(x)"),
    (markup_reads_no_files, "etree.fromstring(x, parser=etree.XMLParser())"),
    (markup_reads_no_files, "etree.fromstring(x, parser=etree.XMLParser(resolve_entities=False, no_network=False))"),
    (markup_reads_no_files, "etree.fromstring(x, parser=etree.XMLParser(no_network=True))"),
    (markup_reads_no_files, "etree.HTMLParser(no_network=False)"),
    (markup_reads_no_files, "parser(resolve_entities=True)"),
    (contexts_are_closed, "b.new_context()"),
    (contexts_are_closed, "b.new_context(accept_downloads=True, service_workers='block')"),
    (contexts_are_closed, "b.new_context(accept_downloads=False)"),
    (contexts_are_closed, "b.new_context(accept_downloads=False, service_workers='block', bypass_csp=True)"),
    (contexts_are_closed, "c.grant_permissions(['camera'])"),
)


@pytest.mark.parametrize("check", LAW, ids=lambda check: check.__name__)
def test_the_code_is_hardened(check: Callable[[Path], Iterator[str]]) -> None:
    problems = list(check(ROOT))
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("check", LAW, ids=lambda check: check.__name__)
def test_a_sound_tree_passes(check: Callable[[Path], Iterator[str]], tmp_path: Path) -> None:
    assert list(check(build(tmp_path, SOUND))) == []


@pytest.mark.parametrize(("check", "line"), BROKEN, ids=[line for _, line in BROKEN])
def test_a_bad_line_is_seen(check: Callable[[Path], Iterator[str]], line: str, tmp_path: Path) -> None:
    assert list(check(build(tmp_path, SOUND | {"pipelines/bad.py": f"{line}\n"})))


def test_every_check_is_shown_to_fail() -> None:
    assert {check for check, _ in BROKEN} == set(LAW)
