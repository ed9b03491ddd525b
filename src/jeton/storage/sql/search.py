"""Searching in folded text, the same way in every store."""

from typing import Final

from sqlalchemy import Column, ColumnElement, bindparam

from jeton.kit.text import accentless

_ESCAPE: Final = "\\"


def holds_pattern(column: Column[str]) -> ColumnElement[bool]:
    """Whether a column of folded text matches the parameter `pattern`, which `pattern_of` makes."""
    return column.like(bindparam("pattern"), escape=_ESCAPE)


def pattern_of(search: str) -> str:
    """A LIKE pattern that finds `search` anywhere, its own wildcards taken as they are."""
    literal = accentless(search)
    for special in (_ESCAPE, "%", "_"):
        literal = literal.replace(special, _ESCAPE + special)
    return f"%{literal}%"
