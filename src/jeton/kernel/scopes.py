"""What an application may do: fifteen families, each read and written apart. A contract with the vendor's clients.

A set of scopes is two bits per family; words exist only when reading and printing, so that what is printed is always
canonical: `f.readwrite` then `f.read` for both, `f.read`, or `f.write` alone (product.md D1; wire/oauth2.md section 7).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final, NamedTuple

from jeton.kit.text import sentence


class Access(Enum):
    """The two things that one does to a family."""

    READ = 1
    WRITE = 2


class Sensitivity(Enum):
    """How much harm a family allows; decides the order on the consent page."""

    ORDINARY = 0
    SENSITIVE = 1
    VERY_SENSITIVE = 2


class ScopeFamily(NamedTuple):
    """One family: its word, its title, and what reading and writing mean to a person (English msgids)."""

    name: str
    title: str
    reads: str
    writes: str
    sensitivity: Sensitivity = Sensitivity.ORDINARY


class Permission(NamedTuple):
    """The least that can be allowed: reading or writing one family, and what that means to a person (msgids)."""

    word: str
    title: str
    sentence: str
    sensitivity: Sensitivity


FAMILIES: Final[tuple[ScopeFamily, ...]] = (
    ScopeFamily(
        "account",
        sentence("Own profile"),
        sentence("See the person's name, addresses and picture."),
        sentence("Change the person's name, addresses and picture."),
    ),
    ScopeFamily(
        "accountsec",
        sentence("Account security"),
        sentence("See the person's connected applications, login sessions and second factors."),
        sentence("Change passwords and second factors, remove connected applications and end login sessions."),
        Sensitivity.VERY_SENSITIVE,
    ),
    ScopeFamily(
        "annotations",
        sentence("Annotations"),
        sentence("Read the notes on files and folders."),
        sentence("Write, change and delete notes on files and folders."),
    ),
    ScopeFamily(
        "archives",
        sentence("Archives"),
        sentence("See what is archived."),
        sentence("Archive, restore, change and delete archived documents."),
    ),
    ScopeFamily(
        "alerts",
        sentence("Alerts"),
        sentence("See who is alerted of changes."),
        sentence("Create, change and delete alerts."),
    ),
    ScopeFamily(
        "files",
        sentence("Files and folders"),
        sentence("See the list of files and folders and download them."),
        sentence("Add, change, move and delete files and folders."),
    ),
    ScopeFamily(
        "groups",
        sentence("Groups"),
        sentence("See groups and their members."),
        sentence("Create, change and delete groups and their members."),
        Sensitivity.SENSITIVE,
    ),
    ScopeFamily(
        "sharelinks",
        sentence("Share links"),
        sentence("See the links that open documents to outsiders."),
        sentence("Create, change and delete links that open documents to outsiders."),
        Sensitivity.SENSITIVE,
    ),
    ScopeFamily(
        "uploadlinks",
        sentence("Upload links"),
        sentence("See the links by which outsiders send files."),
        sentence("Create, change and delete links by which outsiders send files."),
    ),
    ScopeFamily(
        "users",
        sentence("Users"),
        sentence("See the list of users and their details."),
        sentence("Create, change, disable and delete users."),
        Sensitivity.SENSITIVE,
    ),
    ScopeFamily(
        "workflow",
        sentence("Signatures and workflows"),
        sentence("See signature requests and workflows."),
        sentence("Start, change and cancel signature requests and workflows."),
    ),
    ScopeFamily(
        "trashes",
        sentence("Trash"),
        sentence("See what was deleted."),
        sentence("Restore deleted documents, and delete them for good."),
        Sensitivity.SENSITIVE,
    ),
    ScopeFamily(
        "admin",
        sentence("Administration"),
        sentence("See the configuration, the logs and the applications."),
        sentence("Change the configuration and manage the applications."),
        Sensitivity.VERY_SENSITIVE,
    ),
    ScopeFamily(
        "templates",
        sentence("Templates"),
        sentence("See document templates."),
        sentence("Add, change and delete document templates."),
    ),
    ScopeFamily(
        "tags",
        sentence("Tags"),
        sentence("See tags."),
        sentence("Create, put, change and remove tags."),
    ),
)

_POSITION: Final = {family.name: position for position, family in enumerate(FAMILIES)}
_EVERYTHING: Final = 4 ** len(FAMILIES) - 1
_ALL_WORD: Final = "all"


class UnknownScope(ValueError):
    """A word that is none of ours. `word` is what was found."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


@lru_cache(maxsize=128)  # words that are none of ours are never kept: they raise
def _bits_of(word: str) -> int:
    name, _, level = word.partition(".")
    position = _POSITION.get(name)
    bits = {"read": 1, "write": 2, "readwrite": 3}.get(level)
    if position is None or bits is None:
        raise UnknownScope(word)
    return bits << 2 * position


@dataclass(frozen=True, slots=True)
class Scopes:
    """A set of scopes: for each family in order, bit 0 to read and bit 1 to write."""

    bits: int

    @classmethod
    def of(cls, words: Iterable[str]) -> "Scopes":
        """The set that words name (`all` is everything); UnknownScope for a word that is none of ours."""
        bits = 0
        for word in words:
            bits |= _EVERYTHING if word == _ALL_WORD else _bits_of(word)
        return cls(bits)

    @classmethod
    def known(cls, words: Iterable[str]) -> "Scopes":
        """The set that those words name which are ours: a box with another value is as good as unticked."""
        known = cls(0)
        for word in words:
            try:
                known |= cls.of((word,))
            except UnknownScope:
                continue
        return known

    @classmethod
    def parse(cls, text: str) -> "Scopes":
        """Words separated by one space each. Source: RFC 6749 section 3.3."""
        return cls.of(text.split(" ")) if text else NO_SCOPES

    def __bool__(self) -> bool:
        return self.bits != 0

    def __and__(self, other: "Scopes") -> "Scopes":
        return Scopes(self.bits & other.bits)

    def __or__(self, other: "Scopes") -> "Scopes":
        return Scopes(self.bits | other.bits)

    def __sub__(self, other: "Scopes") -> "Scopes":
        return Scopes(self.bits & ~other.bits)

    def within(self, other: "Scopes") -> bool:
        """Whether nothing here goes beyond `other`."""
        return self.bits & ~other.bits == 0

    def common(self, other: "Scopes") -> "Scopes":
        """What is in both."""
        return Scopes(self.bits & other.bits)

    def words(self) -> tuple[str, ...]:
        """Canonical words, in the vendor's order."""
        return _words(self.bits)

    def permissions(self) -> tuple[Permission, ...]:
        """One by one what it allows, in the vendor's order: the parts in which a person can take it back."""
        return tuple(
            Permission(f"{family.name}.{access.name.lower()}", family.title, said, family.sensitivity)
            for position, family in enumerate(FAMILIES)
            for access, said in ((Access.READ, family.reads), (Access.WRITE, family.writes))
            if self.bits >> 2 * position & access.value
        )

    def __str__(self) -> str:
        return " ".join(_words(self.bits))

    def __iter__(self) -> Iterator[str]:
        return iter(_words(self.bits))


@lru_cache(maxsize=1024)
def _words(bits: int) -> tuple[str, ...]:
    words: list[str] = []
    for position, family in enumerate(FAMILIES):
        match bits >> 2 * position & 3:
            case 1:
                words.append(f"{family.name}.read")
            case 2:
                words.append(f"{family.name}.write")
            case 3:
                words += (f"{family.name}.readwrite", f"{family.name}.read")
    return tuple(words)


NO_SCOPES: Final = Scopes(0)
ALL_SCOPES: Final = Scopes(_EVERYTHING)


class ScopeWords:
    """The vocabulary of the token endpoint: our words, and `all` for everything that the application holds (D1)."""

    __slots__ = ()

    def read(self, text: str, held: Scopes) -> Scopes | None:
        """The set that words name; None when one is unknown. Source: RFC 6749 section 3.3."""
        bits = 0
        for word in text.split(" "):
            if word == _ALL_WORD:
                bits |= held.bits
                continue
            try:
                bits |= _bits_of(word)
            except UnknownScope:
                return None
        return Scopes(bits)


@dataclass(frozen=True, slots=True)
class Scope:
    """What one operation asks of the application: to read, or to write, one family."""

    family: str
    access: Access

    def __post_init__(self) -> None:
        _bits_of(self.word)

    @property
    def word(self) -> str:
        """The least word that opens it."""
        return f"{self.family}.{self.access.name.lower()}"

    @property
    def accepted(self) -> tuple[str, ...]:
        """Every word that opens it, the least first."""
        return (self.word, f"{self.family}.readwrite")

    @property
    def bits(self) -> int:
        """The one bit that must be held."""
        return _bits_of(self.word)


@dataclass(frozen=True, slots=True)
class Public:
    """No token is asked, and why."""

    why: str


def PUBLIC(why: str) -> Public:  # noqa: N802 - reads as a constant in declarations, and is found by grep
    """Declare that an operation needs no token."""
    return Public(why)
