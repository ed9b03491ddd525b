"""Catalogues are compiled whole or not at all."""

import gettext
from pathlib import Path

import pytest

from build_catalogues import compile_catalogues

HEAD = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=n > 1;\n"

"""


def catalogue(folder: Path, entries: str) -> Path:
    source = folder / "locale" / "fr" / "LC_MESSAGES" / "jeton.po"
    source.parent.mkdir(parents=True)
    source.write_text(HEAD + entries, encoding="utf-8")
    return source


def test_a_finished_catalogue_is_compiled_beside_its_source(tmp_path: Path) -> None:
    source = catalogue(
        tmp_path,
        'msgid "Save"\nmsgstr "Sauvegarder"\n\n'
        'msgid "%(n)s key"\nmsgid_plural "%(n)s keys"\nmsgstr[0] "%(n)s clé"\nmsgstr[1] "%(n)s clés"\n',
    )
    compile_catalogues(tmp_path)
    with source.with_suffix(".mo").open("rb") as compiled:
        texts = gettext.GNUTranslations(compiled)
    assert texts.gettext("Save") == "Sauvegarder"
    assert texts.ngettext("%(n)s key", "%(n)s keys", 0) == "%(n)s clé"
    assert texts.ngettext("%(n)s key", "%(n)s keys", 2) == "%(n)s clés"


@pytest.mark.parametrize(
    "entry",
    [
        'msgid "Save"\nmsgstr ""\n',
        '#, fuzzy\nmsgid "Save"\nmsgstr "Sauver"\n',
        'msgid "Save"\nmsgid_plural "Saves"\nmsgstr[0] "Sauver"\nmsgstr[1] ""\n',
    ],
    ids=["missing", "fuzzy", "one form missing"],
)
def test_an_unfinished_entry_stops_the_build_and_is_named(tmp_path: Path, entry: str) -> None:
    source = catalogue(tmp_path, entry)
    with pytest.raises(SystemExit, match=r"jeton\.po: not translated: .*Save"):
        compile_catalogues(tmp_path)
    assert not source.with_suffix(".mo").exists()
