"""What comes in and goes out about places. Source: wire/files.md sections 8.3 and 8.5; the queries are ours."""

from typing import Final

from msgspec import UNSET, UnsetType

from jeton.families.documents.model.paths import AskQuotas, AskWithin, Filling, FindPath, Quotas, TellPath
from jeton.kernel.ids import FolderId
from jeton.kernel.problems import FieldError, Invalid
from jeton.kernel.tree import NodeKind
from jeton.kit.text import sentence
from jeton.wire.shapes import Query, Shape
from jeton.wire.types import WireId

_KINDS: Final = {"file": NodeKind.FILE, "folder": NodeKind.FOLDER}


class FindPathIn(Query, frozen=True):
    """A path: names with a slash before each. A slash at its end is of no effect, nor is a doubled one."""

    path: str

    def command(self) -> FindPath:
        return FindPath(names=tuple(name for name in self.path.split("/") if name))


class TellPathIn(Query, frozen=True):
    """An object; `type`, `file` or `folder`, need not be said."""

    id: WireId
    type: str = ""

    def command(self) -> TellPath:
        return TellPath(object=int(self.id), kind=_kind(self.type))


class AskWithinIn(Query, frozen=True):
    """An object, and the folder that it may lie in."""

    id: WireId
    parent: WireId
    type: str = ""

    def command(self) -> AskWithin:
        return AskWithin(object=int(self.id), parent=FolderId(int(self.parent)), kind=_kind(self.type))


class QuotasIn(Query, frozen=True):
    """Of which folder; by default the top of one's own space, for an application that of the company."""

    folder: WireId | UnsetType = UNSET

    def command(self) -> AskQuotas:
        return AskQuotas(folder=None if self.folder is UNSET else FolderId(int(self.folder)))


class PathOut(Shape, frozen=True):
    """`{"object": "/…"}`."""

    object: str

    @classmethod
    def of(cls, path: str) -> "PathOut":
        return cls(object=path)


class FolderFillingOut(Shape, frozen=True):
    """How full the nearest folder with a quota is; `quota` is null when there is none."""

    folder: int
    quota: int | None
    used: int


class FillingOut(Shape, frozen=True):
    """How full something is; `quota` is null when there is none."""

    quota: int | None
    used: int

    @classmethod
    def of(cls, filling: Filling) -> "FillingOut":
        return cls(quota=filling.quota, used=filling.used)


class QuotasOut(Shape, frozen=True):
    """A folder, the platform, and the calling person's own space."""

    folder: FolderFillingOut
    platform: FillingOut
    user: FillingOut

    @classmethod
    def of(cls, quotas: Quotas) -> "QuotasOut":
        here = quotas.in_folder
        return cls(
            folder=FolderFillingOut(folder=quotas.folder, quota=here.quota, used=here.used),
            platform=FillingOut.of(quotas.on_platform),
            user=FillingOut.of(quotas.of_user),
        )


def _kind(word: str) -> NodeKind | None:
    if word and word not in _KINDS:
        text = sentence("One of these is needed here: {choices}.")
        raise Invalid(FieldError("type", "not_a_choice", text, {"choices": ", ".join(_KINDS)}))
    return _KINDS.get(word)
