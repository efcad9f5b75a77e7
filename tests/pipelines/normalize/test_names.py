from __future__ import annotations

import pytest

from pipelines.normalize.names import file_name, sql_name, sql_names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("口红 3g", "口红 3g"),
        ("💋.html", "💋.html"),
        ("../../evil", "_.._evil"),
        ("..\\..\\evil", "_.._evil"),
        ("/etc/passwd", "_etc_passwd"),
        ("C:evil", "C_evil"),
        ("a\x00b\nc", "a_b_c"),
        ("..", "_"),
        ("", "_"),
        (" . ", "_"),
        ("CON", "_CON"),
        ("nul.tar.gz", "_nul.tar.gz"),
        ("COM¹", "_COM¹"),
        ("console", "console"),
        ("a\ud800", "a_"),
        ("cod\u202eexe.txt", "cod_exe.txt"),
        ('a*?"<>|b', "a______b"),
        ("name. ", "name"),
    ],
)
def test_file_names(text: str, name: str) -> None:
    assert file_name(text) == name


@pytest.mark.parametrize("letter", ["a", "é", "口", "💋"])
def test_long_names_are_cut_between_characters(letter: str) -> None:
    for ending in ("", ".html", ".warc.gz"):
        name = file_name(letter * 300, ending)
        assert 250 <= len(name.encode()) <= 255 and name.endswith(letter + ending)
        assert set(name.removesuffix(ending)) == {letter}


def test_sql_names() -> None:
    assert sql_name("pages") == '"pages"'
    assert sql_names(["a", "b"], of="t") == '"t"."a", "t"."b"'
    for bad in ("", "a b", 'a"', "a;--", "a\x00", "1a", "é", "a\n"):
        with pytest.raises(ValueError, match="not the name"):
            sql_name(bad)
