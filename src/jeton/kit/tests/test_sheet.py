"""Sheets that spreadsheets open."""

import pytest

from jeton.kit.sheet import csv_of


def test_rows_stand_below_their_names_and_keep_commas_quotes_and_accents() -> None:
    made = csv_of(("id", "name"), [(7, 'Été, "vu"'), (8, "two\nlines")])
    assert made.decode("utf-8-sig") == 'id,name\r\n7,"Été, ""vu"""\r\n8,"two\nlines"\r\n'


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1"])
def test_what_looks_like_a_formula_is_text(text: str) -> None:
    rows = csv_of(("name",), [(text,)]).decode("utf-8-sig").partition("\r\n")[2]
    assert rows.lstrip('"').startswith("'")


def test_half_a_character_is_replaced() -> None:
    assert b"?" in csv_of(("name",), [("\ud800",)])
