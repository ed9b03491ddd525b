"""The page on security is true and whole: no case without a test that carries its id, no such test without its line."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
CASES: Final = {
    "RU": range(1, 14),
    "AC": range(1, 15),
    "CA": range(1, 13),
    "RT": (1, 2, 3, 5, 6, 7, 8, 9, 10, 12),
    "SC": range(1, 17),
    "RV": range(1, 7),
    "CO": range(1, 16),
    "AU": range(1, 15),
    "WP": range(1, 18),
    "FN": range(1, 16),
    "AR": range(1, 10),
    "DL": range(1, 15),
    "UP": range(1, 19),
    "AZ": range(1, 21),
    "DB": range(1, 9),
    "LG": range(1, 7),
}
"""The cases of the catalogue that are open to everybody, area by area. What it says of unpacking (AR-01 to AR-06) is
proved by there being none, of searches (AZ-04, DB-02, DB-03) by those that there are: of people and groups."""

LINES_OF_V10: Final = {1: 2, 2: 3, 3: 5, 4: 16, 5: 5, 6: 2, 7: 3}
"""How many lines each section of chapter V10 of OWASP ASVS 5.0 has: 36."""

_ID = re.compile(r"\b(?:[A-Z]{2}-\d\d|10\.\d\.\d+)\b")
_IN_A_NAME = re.compile(r"(?<=_)([a-z]{2})_(\d\d)(?=_)")


@cache
def written() -> frozenset[str]:
    """Every test that is written."""
    files = (file for top in ("src", "tests") for file in (ROOT / top).rglob("test_*.py"))
    nodes = (node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    found = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    return frozenset(name for name in found if name.startswith("test_"))


def ids_in(name: str) -> set[str]:
    """The cases whose ids a test carries."""
    return {f"{area.upper()}-{number}" for area, number in _IN_A_NAME.findall(name)}


def lines() -> Iterator[tuple[str, list[str]]]:
    """Each line of the page's tables that has ids: one of them, and the tests that the line names."""
    for line in PAGE.splitlines():
        if line.startswith("| ") and not line.startswith("| id"):
            first, *others = line.strip("|").split(" | ")
            for found in _ID.findall(first):
                yield found, re.findall(r"`(test_\w+)`", others[-1])


def not_yet() -> set[str]:
    """The cases that the page says to be without their test."""
    return set(_ID.findall(PAGE.partition("## Not yet")[2]))


def test_every_test_that_the_page_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert named
    assert named - written() == set()


@pytest.mark.parametrize("area", CASES)
def test_every_case_has_a_line_with_a_test_that_carries_its_id(area: str) -> None:
    expected = {f"{area}-{number:02}" for number in CASES[area]}
    proved = {found for found, named in lines() if any(found in ids_in(name) for name in named)}
    assert expected - proved - not_yet() == set()
    assert not_yet() & proved & expected == set()


def test_every_test_that_carries_an_id_stands_on_its_line() -> None:
    carried = {(found, name) for name in written() for found in ids_in(name) if found[:2] in CASES}
    told = {(found, name) for found, named in lines() for name in named}
    assert carried - told == set()


def test_every_line_of_asvs_v10_is_decided() -> None:
    expected = {f"10.{part}.{line}" for part, count in LINES_OF_V10.items() for line in range(1, count + 1)}
    assert len(expected) == 36
    assert expected - {found for found, named in lines() if named} == set()
