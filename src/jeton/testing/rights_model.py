"""Who sees what, told a second time and otherwise: the doors are held against it. It knows nothing of the doors' code.

A place is the list of folders from the top down to the one that is meant; a word is what an entry says to a person.
Source: decisions.md, "Rights, going down from the top".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FLAGS = ("browse", "read", "download", "write", "edit", "delete", "share")


@dataclass(frozen=True)
class Model:
    """Folders by their parents, groups by their people, entries as (folder, target) -> set of flags."""

    parents: Mapping[int, int | None]
    groups: Mapping[int, frozenset[int]]
    entries: Mapping[tuple[int, int], frozenset[str]]

    def rights(self, person: int, folder: int) -> frozenset[str]:
        """Look upwards for the first folder that says something: what the doors do downwards."""
        at: int | None = folder
        while at is not None:
            said = self._said(person, at)
            if said is not None:
                return said if at == folder else said - {"browse"}
            at = self.parents[at]
        return frozenset()

    def sees(self, person: int, folder: int) -> bool:
        return len(self.rights(person, folder)) > 0

    def roots(self, person: int) -> set[int]:
        return {
            f for f, up in self.parents.items() if self.sees(person, f) and (up is None or not self.sees(person, up))
        }

    def content(self, person: int, folder: int) -> set[int]:
        return {f for f, up in self.parents.items() if up == folder and self.sees(person, f)}

    def throughout(self, person: int, folder: int, flag: str) -> bool:
        return flag in self.rights(person, folder) and all(
            self.throughout(person, f, flag) for f, up in self.parents.items() if up == folder
        )

    def path(self, person: int, folder: int) -> Sequence[int]:
        up = self.parents[folder]
        return [*self.path(person, up), up] if up is not None and self.sees(person, up) else []

    def counts(self, person: int, folder: int) -> tuple[int, int]:
        """Files and folders below one, when each folder holds one file."""
        files, folders = int("read" in self.rights(person, folder)), 0
        for inner in self.content(person, folder):
            more_files, more_folders = self.counts(person, inner)
            files, folders = files + more_files, folders + more_folders + 1
        return files, folders

    def _said(self, person: int, folder: int) -> frozenset[str] | None:
        if (folder, person) in self.entries:
            return self.entries[folder, person]
        said = [
            flags
            for (at, group), flags in self.entries.items()
            if at == folder and person in self.groups.get(group, ())
        ]
        return frozenset().union(*said) if said else None
