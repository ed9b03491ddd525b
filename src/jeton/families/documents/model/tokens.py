"""What one asks to open a file without a bearer. Source: wire/files.md section 7."""

from dataclasses import dataclass
from typing import NamedTuple

from jeton.kernel.file_tokens import FileUse
from jeton.kernel.ids import FileId


@dataclass(frozen=True, slots=True, kw_only=True)
class AskFileToken:
    """A token that opens one version of a file, for one use."""

    file: FileId
    use: FileUse


class IssuedFileToken(NamedTuple):
    """A new token, shown this once, and how long it may wait for its first use."""

    token: str
    lives_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UseFileToken:
    """Open what a token opens."""

    token: str
