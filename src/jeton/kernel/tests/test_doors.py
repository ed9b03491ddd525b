"""The doors: what a caller may not see is not there, and everything else is said in the caller's words."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from jeton.kernel.caller import NOBODY, OPERATOR, Caller, CallerKind
from jeton.kernel.doors import Doors, NoSuchFile, NoSuchFolder, OldVersion, RightMissing, _admit, rights_in
from jeton.kernel.ids import BlobId, FileId, FolderId, NodeId, PrincipalId
from jeton.kernel.rights import OnFile, OnFolder
from jeton.kernel.scopes import ALL_SCOPES
from jeton.kernel.tree import File, Folder, Lineage, Right, Space, Totals

ANA, BEN = PrincipalId(11), PrincipalId(12)
COMPANY, ANAS, FILE, OLD = FolderId(1), FolderId(2), FileId(31), FileId(30)


def caller(kind: CallerKind, principal: PrincipalId, *, is_administrator: bool = False) -> Caller:
    return Caller(kind, principal, "someone", is_administrator, ALL_SCOPES)


PERSON = caller(CallerKind.PERSON, BEN)
OWNER = caller(CallerKind.PERSON, ANA)
ADMINISTRATOR = caller(CallerKind.PERSON, BEN, is_administrator=True)
SERVER = caller(CallerKind.SERVER, PrincipalId(13))
SERVER_WITH_HER_NUMBER = caller(CallerKind.SERVER, ANA)


def folder_of(number: FolderId) -> Folder:
    return Folder(number, None, "Top", ANA, "Ana", 0, 0, 0, 0, Totals(0, 0, 0, 0, 0))


def file_of(number: FileId, parent: FolderId) -> File:
    return File(number, NodeId(40), "g", parent, "a.txt", ANA, "Ana", 0, 0, 0, "", "", BlobId(1), 2)


PLACES = {
    COMPANY: Lineage(Space.COMPANY, PrincipalId(0), ()),
    ANAS: Lineage(Space.PRIVATE, ANA, ()),
}


@dataclass
class Tree:
    """One company folder, one private one, and a file with two versions in one of them."""

    file_in: FolderId = COMPANY
    asked: list[int] = field(default_factory=list)

    def folder(self, folder: FolderId) -> tuple[Folder, Lineage] | None:
        self.asked.append(folder)
        place = PLACES.get(folder)
        return None if place is None else (folder_of(folder), place)

    def file(self, version: FileId) -> tuple[File, Lineage, FileId] | None:
        self.asked.append(version)
        if version not in {FILE, OLD}:
            return None
        return file_of(version, self.file_in), PLACES[self.file_in], FILE

    def tops(self, owner: int) -> Sequence[Folder]:
        tops = [folder_of(COMPANY), folder_of(FolderId(99))]  # one that was deleted meanwhile
        return [*tops, folder_of(ANAS)] if owner == ANA else tops


@pytest.mark.parametrize(
    ("who", "company", "private"),
    [
        pytest.param(NOBODY, Right.NONE, Right.NONE, id="nobody"),
        pytest.param(PERSON, Right.NONE, Right.NONE, id="another person"),
        pytest.param(OWNER, Right.NONE, Right.ALL, id="whose private space it is"),
        pytest.param(ADMINISTRATOR, Right.ALL, Right.NONE, id="administrator"),
        pytest.param(SERVER, Right.ALL, Right.NONE, id="server"),
        pytest.param(SERVER_WITH_HER_NUMBER, Right.ALL, Right.NONE, id="server under her number"),
        pytest.param(OPERATOR, Right.ALL, Right.NONE, id="operator"),
    ],
)
def test_who_may_what_where(who: Caller, company: Right, private: Right) -> None:
    assert rights_in(who, PLACES[COMPANY]) == company
    assert rights_in(who, PLACES[ANAS]) == private


def test_a_folder_out_of_sight_and_none_at_all_are_told_apart_for_nobody() -> None:
    doors = Doors(Tree())
    for number in (ANAS, FolderId(77)):
        with pytest.raises(NoSuchFolder):
            doors.folder(ADMINISTRATOR, number, Right.NONE)
    with pytest.raises(NoSuchFolder):
        doors.folder(PERSON, COMPANY, Right.READ)


def test_a_file_out_of_sight_and_none_at_all_are_told_apart_for_nobody() -> None:
    for tree, number in ((Tree(ANAS), FILE), (Tree(), FileId(77))):
        with pytest.raises(NoSuchFile):
            Doors(tree).file(SERVER, number, Right.NONE)


def test_every_right_opens_where_all_are_held() -> None:
    doors = Doors(Tree())
    for right in (*Right, Right.ALL, Right.NONE):
        assert doors.folder(SERVER, COMPANY, right).id == COMPANY
        assert doors.file(SERVER, OLD, right).id == OLD
    assert doors.folder_and_place(OWNER, ANAS, Right.ALL)[1].space is Space.PRIVATE


def test_a_right_that_is_missing_is_named_to_who_sees_the_place() -> None:
    _admit(Right.READ | Right.EDIT, Right.EDIT, NoSuchFolder)
    with pytest.raises(RightMissing) as raised:
        _admit(Right.READ, Right.READ | Right.DELETE, NoSuchFolder)
    assert raised.value.facts == {"right": "DELETE"}
    with pytest.raises(NoSuchFile):
        _admit(Right.NONE, Right.NONE, NoSuchFile)


def test_only_the_current_version_can_be_changed_and_the_refusal_names_it() -> None:
    doors = Doors(Tree())
    assert doors.current_file(SERVER, FILE, Right.EDIT)[0].id == FILE
    with pytest.raises(OldVersion) as raised:
        doors.current_file(SERVER, OLD, Right.EDIT)
    assert raised.value.facts == {"current": FILE}
    with pytest.raises(NoSuchFile):  # whoever may not see it does not learn that it has versions
        doors.current_file(PERSON, OLD, Right.EDIT)


def test_a_node_is_looked_up_once_in_a_work() -> None:
    tree = Tree()
    doors = Doors(tree)
    for _ in range(3):
        doors.folder(SERVER, COMPANY, Right.READ)
        doors.current_file(SERVER, FILE, Right.EDIT)
        with pytest.raises(NoSuchFolder):
            doors.folder(SERVER, FolderId(77), Right.READ)
    assert tree.asked == [COMPANY, FILE, FolderId(77)]


def test_tops_are_those_in_sight() -> None:
    seen = {who: [folder.id for folder, _ in Doors(Tree()).tops(who)] for who in (PERSON, OWNER, ADMINISTRATOR, SERVER)}
    assert seen == {PERSON: [], OWNER: [ANAS], ADMINISTRATOR: [COMPANY], SERVER: [COMPANY]}
    assert Doors(Tree()).tops(SERVER_WITH_HER_NUMBER)[0][1] is Space.COMPANY


@dataclass(frozen=True)
class Command:
    folder: FolderId | None
    file: FileId


def test_claims_go_through_the_doors() -> None:
    doors = Doors(Tree())
    OnFolder(Right.WRITE, "folder").check(SERVER, Command(COMPANY, FILE), doors)
    OnFolder(Right.WRITE, "folder").check(PERSON, Command(None, FILE), doors)
    OnFile(Right.READ, "file").check(SERVER, Command(None, FILE), doors)
    with pytest.raises(NoSuchFolder):
        OnFolder(Right.WRITE, "folder").check(PERSON, Command(COMPANY, FILE), doors)
    with pytest.raises(NoSuchFile):
        OnFile(Right.READ, "file").check(PERSON, Command(None, FILE), doors)
