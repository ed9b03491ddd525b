"""Tables as CSV that a spreadsheet opens without running anything that somebody else typed."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

# What spreadsheets take for the beginning of a formula, also behind a tab or a line's end.
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_of(names: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Rows below their names, in UTF-8 with a mark, as RFC 4180 has it; formulas get an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(names)
    writer.writerows([_harmless(str(value)) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig", "replace")


def _harmless(text: str) -> str:
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULAS) else text
