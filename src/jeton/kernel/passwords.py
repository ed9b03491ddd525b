"""What a password that somebody chooses must be. Hashing, and the list of common ones, are the workshop's."""

from collections.abc import Callable, Iterable
from typing import Final

from jeton.kernel.problems import FieldError
from jeton.kit.text import caseless, sentence

SHORTEST_PASSWORD: Final = 8
LONGEST_PASSWORD_BYTES: Final = 1024
_PRODUCT_WORDS: Final = ("jeton", "netexplorer")


def password_bytes(password: str) -> bytes:
    """A password exactly as typed: no trimming, no normalisation (ASVS 6.2.8). Lone surrogates have bytes too."""
    return password.encode("utf-8", "surrogatepass")


def password_fault(
    password: str,
    *,
    about: Iterable[str] = (),
    is_common: Callable[[str], bool],
    field: str = "password",
) -> FieldError | None:
    """Why this may not be somebody's password; None when it may.

    Source: security.md, ASVS 6.2.1, 6.2.4, 6.2.5 (no rule of composition), 6.2.9, 6.2.11.
    Takes: `about`, words that a guesser tries first: the person's login, address and names, the platform's name;
    `is_common`, the workshop's answer.
    """
    if len(password) < SHORTEST_PASSWORD:
        return FieldError(
            field,
            "password_too_short",
            sentence("Use at least {shortest} characters."),
            {"shortest": SHORTEST_PASSWORD},
        )
    if len(password_bytes(password)) > LONGEST_PASSWORD_BYTES:
        return FieldError(
            field, "password_too_long", sentence("Use at most {longest} bytes."), {"longest": LONGEST_PASSWORD_BYTES}
        )
    if is_common(password):
        return FieldError(
            field, "password_common", sentence("This password is among the first that are tried. Choose another one.")
        )
    if _says_little_beyond(password, about):
        return FieldError(
            field,
            "password_personal",
            sentence("A password made of a login, an address, a name or the product's name is easily guessed."),
        )
    return None


def _says_little_beyond(password: str, about: Iterable[str]) -> bool:
    """Whether, without such a word, too little is left: `alice2024` says no more than `2024`."""
    folded = caseless(password)
    for text in (*_PRODUCT_WORDS, *about):
        whole = caseless(text)
        for word in (whole, *whole.split("@")):
            if len(word) > 2 and word in folded and len(folded.replace(word, "")) < SHORTEST_PASSWORD - 2:
                return True
    return False
