"""The doors: what a caller may not see is not there, and everything else is said in the caller's words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from jeton.kernel.caller import NOBODY, OPERATOR, Caller, CallerKind
from jeton.kernel.doors import (
    Doors,
    NoSuchFile,
    NoSuchFolder,
    NoSuchRight,
    OldVersion,
    RightMissing,
    RightsNotYours,
    standing,
)
from jeton.kernel.entries import Entry, Said
from jeton.kernel.groups import Groups
from jeton.kernel.ids import BlobId, FileId, FolderId, NodeId, PrincipalId
from jeton.kernel.invitations import Invitations
from jeton.kernel.locks import FileLocked, FileLockedBelow, Lock, LockKind
from jeton.kernel.rights import OnFile, OnFolder
from jeton.kernel.scopes import ALL_SCOPES
from jeton.kernel.trash import Trash
from jeton.kernel.tree import Ancestor, File, Folder, Lineage, Right, RootType, Space, Totals
from jeton.kernel.uploads import Uploads

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
    lock: Lock | None = None
    asked: list[int] = field(default_factory=list)

    def folder(self, folder: FolderId) -> tuple[Folder, Lineage] | None:
        self.asked.append(folder)
        place = PLACES.get(folder)
        return None if place is None else (folder_of(folder), place)

    def file(self, version: FileId) -> tuple[File, Lineage, FileId] | None:
        self.asked.append(version)
        if version not in {FILE, OLD}:
            return None
        space, owner = PLACES[self.file_in][:2]
        return (
            file_of(version, self.file_in)._replace(lock=self.lock),
            Lineage(space, owner, (Ancestor(self.file_in, "Top"),)),
            FILE,
        )

    def tops(self, owner: int) -> Sequence[Folder]:
        tops = [folder_of(COMPANY), folder_of(FolderId(99))]  # one that was deleted meanwhile
        return [*tops, folder_of(ANAS)] if owner == ANA else tops

    def totals(self, folders: Sequence[FolderId]) -> Mapping[FolderId, Totals]:
        return {folder: folder_of(folder).totals for folder in folders}

    def locks_below(self, folder: FolderId, besides: PrincipalId) -> Sequence[LockKind]:
        return [] if self.lock is None or self.lock.owner == besides else [self.lock.kind]


@dataclass
class Entries:
    """What a few entries say to one person."""

    entries: Sequence[Said] = ()

    def said(self, person: PrincipalId, folders: Sequence[FolderId]) -> Sequence[Said]:
        return [said for said in self.entries if person == BEN and said.folder in folders]

    def said_below(self, person: PrincipalId, folder: FolderId) -> Sequence[Said]:
        return ()

    def given_on(self, folders: Sequence[FolderId]) -> Sequence[FolderId]:
        return [said.folder for said in self.entries if said.rights and said.folder in folders]

    def hides(self, person: PrincipalId) -> bool:
        return any(not said.rights & Right.READ for said in self.entries if person == BEN)

    def find(self, entry: int) -> Entry | None:
        place = {1: COMPANY, 2: ANAS, 3: FolderId(77)}.get(entry)
        return None if place is None else Entry(entry, place, BEN, "Ben", False, Right.READ)

    def places(self, person: PrincipalId) -> Sequence[tuple[FolderId, Lineage]]:
        return [(said.folder, PLACES[said.folder]) for said in self.entries if person == BEN]


def doors_of(tree: Tree | None = None, *entries: Said) -> Doors:
    return Doors(tree or Tree(), Entries(entries))


@pytest.mark.parametrize(
    ("who", "company", "private"),
    [
        pytest.param(NOBODY, Right.NONE, Right.NONE, id="nobody"),
        pytest.param(PERSON, None, None, id="another person"),
        pytest.param(OWNER, None, Right.ALL, id="whose private space it is"),
        pytest.param(ADMINISTRATOR, Right.ALL, None, id="administrator"),
        pytest.param(SERVER, Right.ALL, Right.NONE, id="server"),
        pytest.param(SERVER_WITH_HER_NUMBER, Right.ALL, Right.NONE, id="server under her number"),
        pytest.param(OPERATOR, Right.ALL, Right.NONE, id="operator"),
    ],
)
def test_who_may_what_by_who_they_are(who: Caller, company: Right | None, private: Right | None) -> None:
    assert standing(who, PLACES[COMPANY]) == company
    assert standing(who, PLACES[ANAS]) == private


def test_a_folder_out_of_sight_and_none_at_all_are_told_apart_for_nobody() -> None:
    doors = doors_of()
    for number in (ANAS, FolderId(77)):
        with pytest.raises(NoSuchFolder):
            doors.folder(ADMINISTRATOR, number, Right.NONE)
    with pytest.raises(NoSuchFolder):
        doors.folder(PERSON, COMPANY, Right.READ)


def test_a_file_out_of_sight_and_none_at_all_are_told_apart_for_nobody() -> None:
    for tree, number in ((Tree(ANAS), FILE), (Tree(), FileId(77))):
        with pytest.raises(NoSuchFile):
            doors_of(tree).file(SERVER, number, Right.NONE)


def test_every_right_opens_where_all_are_held() -> None:
    doors = doors_of()
    for right in (*Right, Right.ALL, Right.NONE):
        assert doors.folder(SERVER, COMPANY, right).id == COMPANY
        assert doors.file(SERVER, OLD, right).id == OLD
    assert doors.folder_and_place(OWNER, ANAS, Right.ALL)[1].space is Space.PRIVATE


def test_a_right_that_is_missing_is_named_to_who_sees_the_place() -> None:
    doors = doors_of(None, Said(COMPANY, True, Right.READ | Right.EDIT))
    assert doors.folder(PERSON, COMPANY, Right.EDIT).id == COMPANY
    with pytest.raises(RightMissing) as raised:
        doors.file(PERSON, FILE, Right.READ | Right.DELETE)
    assert raised.value.facts == {"right": "DELETE"}


def test_a_file_is_out_of_sight_where_one_may_not_read() -> None:
    doors = doors_of(None, Said(COMPANY, True, Right.WRITE))
    assert doors.folder(PERSON, COMPANY, Right.WRITE).id == COMPANY
    with pytest.raises(NoSuchFile):
        doors.file(PERSON, FILE, Right.NONE)


def test_whoever_is_let_in_somewhere_gives_no_rights_there() -> None:
    with pytest.raises(RightsNotYours):
        doors_of(None, Said(COMPANY, True, Right.ALL)).folder_to_give(PERSON, COMPANY)
    assert doors_of().folder_to_give(OWNER, ANAS)[0].id == ANAS
    with pytest.raises(NoSuchFolder):
        doors_of().folder_to_give(ADMINISTRATOR, ANAS)


def test_an_entry_is_there_for_those_who_give_rights_where_it_stands() -> None:
    assert doors_of().entry_to_give(ADMINISTRATOR, 1)[1].id == COMPANY
    for who, entry in ((ADMINISTRATOR, 2), (ADMINISTRATOR, 3), (ADMINISTRATOR, 9), (PERSON, 1)):
        with pytest.raises(NoSuchRight):
            doors_of().entry_to_give(who, entry)
    with pytest.raises(RightsNotYours):
        doors_of(None, Said(COMPANY, False, Right.BROWSE)).entry_to_give(PERSON, 1)


def test_only_the_current_version_can_be_changed_and_the_refusal_names_it() -> None:
    doors = doors_of()
    assert doors.current_file(SERVER, FILE, Right.EDIT)[0].id == FILE
    with pytest.raises(OldVersion) as raised:
        doors.current_file(SERVER, OLD, Right.EDIT)
    assert raised.value.facts == {"current": FILE}
    with pytest.raises(NoSuchFile):  # whoever may not see it does not learn that it has versions
        doors.current_file(PERSON, OLD, Right.EDIT)


def test_a_node_is_looked_up_once_in_a_work() -> None:
    tree = Tree()
    doors = doors_of(tree)
    for _ in range(3):
        doors.folder(SERVER, COMPANY, Right.READ)
        doors.current_file(SERVER, FILE, Right.EDIT)
        with pytest.raises(NoSuchFolder):
            doors.folder(SERVER, FolderId(77), Right.READ)
    assert tree.asked == [COMPANY, FILE, FolderId(77)]


def test_tops_are_those_in_sight() -> None:
    seen = {who: [root.folder.id for root in doors_of().tops(who)] for who in (PERSON, OWNER, ADMINISTRATOR, SERVER)}
    assert seen == {PERSON: [], OWNER: [ANAS], ADMINISTRATOR: [COMPANY], SERVER: [COMPANY]}
    assert doors_of().tops(SERVER_WITH_HER_NUMBER)[0].type is RootType.COMPANY
    let_in = doors_of(None, Said(ANAS, False, Right.READ), Said(COMPANY, True, Right.READ)).tops(PERSON)
    assert [root.type for root in let_in] == [RootType.COMPANY, RootType.SHARED]


@dataclass(frozen=True)
class Command:
    folder: FolderId | None
    file: FileId


@dataclass(frozen=True)
class DoorsAlone:
    doors: Doors

    @property
    def groups(self) -> Groups:
        raise AssertionError("a claim on a folder or a file asks the doors")

    @property
    def trash(self) -> Trash:
        raise AssertionError("a claim on a folder or a file asks the doors")

    @property
    def invitations(self) -> Invitations:
        raise AssertionError("a claim on a folder or a file asks the doors")

    @property
    def uploads(self) -> Uploads:
        raise AssertionError("a claim on a folder or a file asks the doors")


def test_claims_go_through_the_doors() -> None:
    reach = DoorsAlone(doors_of())
    OnFolder(Right.WRITE, "folder").check(SERVER, Command(COMPANY, FILE), reach)
    OnFolder(Right.WRITE, "folder").check(PERSON, Command(None, FILE), reach)
    OnFile(Right.READ, "file").check(SERVER, Command(None, FILE), reach)
    with pytest.raises(NoSuchFolder):
        OnFolder(Right.WRITE, "folder").check(PERSON, Command(COMPANY, FILE), reach)
    with pytest.raises(NoSuchFile):
        OnFile(Right.READ, "file").check(PERSON, Command(None, FILE), reach)


MINE = Lock(LockKind.WRITE, BEN, "Ben", 0)
HERS = Lock(LockKind.WRITE, ANA, "Ana", 0)
HERS_ALONE = HERS._replace(kind=LockKind.READ_AND_WRITE)


@pytest.mark.parametrize("who", [ADMINISTRATOR, SERVER])
@pytest.mark.parametrize("right", list(Right))
@pytest.mark.parametrize("lock", [None, MINE, HERS, HERS_ALONE])
def test_a_lock_of_somebody_else_bars_what_changes_a_file_and_the_other_kind_its_bytes(
    lock: Lock | None, right: Right, who: Caller
) -> None:
    doors = doors_of(Tree(lock=lock))
    barred = Right.WRITE | Right.EDIT | Right.DELETE | (Right.DOWNLOAD if lock is HERS_ALONE else Right.NONE)
    if lock is None or lock.owner == who.principal or not barred & right:
        assert doors.file(who, FILE, right).lock == lock
        assert doors.current_file(who, FILE, right)
        doors.throughout(who, folder_of(COMPANY), PLACES[COMPANY], right)
        return
    with pytest.raises(FileLocked) as refused:
        doors.file(who, FILE, right)
    assert refused.value.facts == {"owner": lock.owner_name}
    with pytest.raises(FileLocked):
        doors.current_file(who, FILE, right)
    with pytest.raises(FileLockedBelow):
        doors.throughout(who, folder_of(COMPANY), PLACES[COMPANY], right)


def test_a_lock_is_ended_by_its_holder_and_by_who_holds_the_space() -> None:
    reads = Said(COMPANY, True, (Right.BROWSE | Right.READ).value)
    assert doors_of(Tree(lock=MINE), reads).file_to_release(PERSON, FILE).lock == MINE
    assert doors_of(Tree(lock=HERS)).file_to_release(ADMINISTRATOR, FILE).lock == HERS
    assert doors_of(Tree(), reads).file_to_release(PERSON, FILE).lock is None
    with pytest.raises(FileLocked):
        doors_of(Tree(lock=HERS), reads).file_to_release(PERSON, FILE)
    with pytest.raises(NoSuchFile):
        doors_of(Tree(lock=MINE)).file_to_release(PERSON, FILE)
