"""Words: the mark for translatable sentences, and the canonical forms under which names are compared."""

import re
import unicodedata


def sentence(text: str) -> str:
    """Mark an English sentence for the catalogues; it is translated where it is shown, not here."""
    return text


def nfc(text: str) -> str:
    """Canonical composition: two spellings of one accent become one. Source: Unicode annex 15."""
    return unicodedata.normalize("NFC", text)


def caseless(text: str) -> str:
    """The key under which logins, groups' and applications' names are unique: compatibility and case folded."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text.strip()).casefold())


def accentless(text: str) -> str:
    """`caseless`, without accents, blanks in a row as one: for names that people would take for one another."""
    spread = unicodedata.normalize("NFKD", _BLANKS.sub(" ", caseless(text)))
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


def has_controls(text: str) -> bool:
    """Whether a text holds control, format (bidi, zero-width), separator or surrogate characters."""
    return any(unicodedata.category(letter) in _CONTROLS for letter in text)


_BLANKS = re.compile(r"[^\S\n]+")  # a page shows several as one
_CONTROLS = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
