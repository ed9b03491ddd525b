"""What a tree of documents must look like, told a second time and otherwise: whole objects and no database.

It knows names, sizes, versions, quotas, locks, the trash, and what one reader sees; it knows nothing of the product.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Self

Flags = frozenset[str]


@dataclass(eq=False)
class Node:
    """A folder (`versions` is empty) or a file: ids and sizes of its versions, the newest last."""

    id: int
    name: str
    up: "Node | None" = None
    versions: list[tuple[int, int]] = field(default_factory=list)
    children: list["Node"] = field(default_factory=list)
    quota: int = 0
    is_locked: bool = False
    entry: tuple[int, Flags] | None = None
    """What is said of the reader here: the entry's id, and the flags."""

    @property
    def is_file(self) -> bool:
        return bool(self.versions)

    @property
    def size(self) -> int:
        return self.versions[-1][1] if self.versions else sum(child.size for child in self.children)

    def walk(self) -> Iterator["Node"]:
        yield self
        for child in self.children:
            yield from child.walk()

    def above(self) -> list["Node"]:
        """Itself and all that hold it."""
        return [self, *(self.up.above() if self.up else ())]

    def child(self, name: str) -> "Node | None":
        return next((child for child in self.children if child.name == name), None)

    def hang(self, into: "Node", name: str) -> None:
        self.leave()
        self.up, self.name = into, name
        into.children.append(self)

    def leave(self) -> None:
        if self.up is not None:
            self.up.children.remove(self)

    def is_barred(self) -> bool:
        """Whether somebody else's lock is in it."""
        return any(node.is_locked for node in self.walk())

    def copied(self) -> Self:
        """Current versions alone; without rights, quotas and locks. The ids are not known yet."""
        made = type(self)(0, self.name, versions=[(0, self.size)] if self.is_file else [])
        for child in self.children:
            child.copied().hang(made, child.name)
        return made

    def learn(self, told: dict[str, Any]) -> None:
        """Take ids from an answer."""
        self.id = told["id"]
        if self.is_file:
            self.versions[-1] = (told["id"], self.size)
        content = told.get("content", {})
        for inner in (*content.get("files", ()), *content.get("folders", ())):
            child = self.child(inner["name"])
            assert child is not None, f"{inner['name']} is there, and should not be"
            child.learn(inner)

    def holds(self) -> Flags:
        """What the reader holds here: the nearest word counts, and `browse` stays where it was said."""
        for distance, node in enumerate(self.above()):
            if node.entry is not None:
                return node.entry[1] - ({"browse"} if distance else frozenset())
        return frozenset()

    def shown(self, *, all_of_it: bool) -> tuple[list["Node"], list["Node"]]:
        """The folders and the files in it: all, or those that the reader sees."""
        folders = [child for child in self.children if not child.is_file and (all_of_it or child.holds())]
        files = [child for child in self.children if child.is_file and (all_of_it or "read" in self.holds())]
        return folders, files

    def counts(self, *, all_of_it: bool) -> tuple[int, int, int]:
        """Files, folders and bytes below it."""
        folders, files = self.shown(all_of_it=all_of_it)
        below = [folder.counts(all_of_it=all_of_it) for folder in folders]
        return (
            len(files) + sum(one[0] for one in below),
            len(folders) + sum(one[1] for one in below),
            sum(file.size for file in files) + sum(one[2] for one in below),
        )

    def seen(self, *, all_of_it: bool) -> Any:
        """Names, counts and sizes of all of it, or of what the reader sees: who does not read it is told no counts."""
        folders, files = self.shown(all_of_it=all_of_it)
        is_told = all_of_it or "read" in self.holds()
        told = sorted((file.name, file.id, file.size, len(file.versions)) for file in files)
        below = sorted(folder.seen(all_of_it=all_of_it) for folder in folders)
        return self.name, self.id, self.counts(all_of_it=all_of_it) if is_told else (0, 0, 0), told, below


def seen_in(told: dict[str, Any]) -> Any:
    """The same of an answer."""
    content = told.get("content", {})
    files = [(one["name"], one["id"], one["size"], one.get("nb_versions", 1)) for one in content.get("files", ())]
    folders = sorted(seen_in(one) for one in content.get("folders", ()))
    return told["name"], told["id"], (told["nb_files"], told["nb_folders"], told["size"]), sorted(files), folders


def room_for(into: Node, more: int, *, held_by: list[Node] | None = None) -> bool:
    """Whether quotas let so many bytes more in; those that `held_by` held already weigh nothing."""
    over = (node for node in into.above() if node.quota and node.size + more > node.quota)
    return more <= 0 or all(node in (held_by or ()) for node in over)
