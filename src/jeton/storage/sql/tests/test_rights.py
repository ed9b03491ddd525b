"""Rights through the doors and the store, against a model of forty lines that looks the other way round."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from jeton.kernel.caller import Caller, CallerKind
from jeton.kernel.doors import Doors, NoSuchFolder, RightMissing
from jeton.kernel.ids import BlobId, FolderId, PrincipalId
from jeton.kernel.roots import company_roots
from jeton.kernel.scopes import ALL_SCOPES
from jeton.kernel.tree import COMPANY_ROOT, Right
from jeton.kernel.treeport import Content
from jeton.kit.mint import SystemMint
from jeton.storage.sql.people import ADD_PRINCIPAL
from jeton.storage.sql.rights import SqlEntries
from jeton.storage.sql.schema.groups import groups, memberships
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql
from jeton.storage.sql.tree import SqlTree
from jeton.testing.contracts.values import NOW
from jeton.testing.rights_model import FLAGS, Model
from jeton.testing.sessions import ENGINES, Transaction, on

ADD_GROUP = Sql(insert(groups))
ADD_MEMBER = Sql(insert(memberships))
PEOPLE = (101, 102, 103)
GROUPS = (201, 202, 203)
MARKS = {"owner": PrincipalId(0), "created_at": NOW, "modified_at": NOW, "now": NOW}


@dataclass(frozen=True)
class Case:
    """Folder n (from 1) hangs below `parents[n - 1]`, or folder 0, the top; entries name folders by these numbers."""

    parents: list[int]
    members: list[frozenset[int]]
    entries: Mapping[tuple[int, int], frozenset[str]]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    count = draw(st.integers(1, 9))
    parents = [draw(st.integers(0, number)) for number in range(count)]
    members = [draw(st.frozensets(st.sampled_from(PEOPLE))) for _ in GROUPS]
    places = st.tuples(st.integers(0, count), st.sampled_from(PEOPLE[:2] + GROUPS))
    # Few flags and none at all are what cuts off: drawn as often as many.
    flags: st.SearchStrategy[frozenset[str]] = st.one_of(
        st.just(frozenset()), st.just(frozenset({"browse"})), st.frozensets(st.sampled_from(FLAGS))
    )
    return Case(parents, members, draw(st.dictionaries(places, flags, max_size=10)))


@pytest.fixture(scope="module", params=ENGINES)
def transaction(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Transaction]:
    """Without references: memberships need no accounts here, since who may log in is not asked."""
    with on(request.param, tmp_path_factory.mktemp("rights"), with_references=False) as begin:
        yield begin


def right_of(flags: frozenset[str]) -> Right:
    found = Right.NONE
    for flag in flags:
        found |= Right[flag.upper()]
    return found


def planted(session: Session, case: Case) -> tuple[Model, SqlTree]:
    """The case in the database, and the model of it by the database's numbers."""
    tree, entries = SqlTree(session, SystemMint()), SqlEntries(session)
    tree.plant_company("Company", NOW)
    folders = [COMPANY_ROOT]
    for number, parent in enumerate(case.parents):
        folders.append(tree.add_folder(tree.reread_folder(folders[parent]), f"f{number}", **MARKS))  # type: ignore[arg-type]
    for number, folder in enumerate(folders):
        content = Content(blob=BlobId(number + 1), size_bytes=1000, md5="", sha256="")
        tree.add_file(tree.reread_folder(folder), "file", content, **MARKS)  # type: ignore[arg-type]
    for principal in (*PEOPLE, *GROUPS):
        session.run(ADD_PRINCIPAL, id=principal, kind="user" if principal in PEOPLE else "group", name=str(principal))
    for group, members in zip(GROUPS, case.members, strict=True):
        session.run(ADD_GROUP, id=group, name=str(group), name_key=str(group), created_at=NOW)
        for member in members:
            session.run(ADD_MEMBER, group_id=group, user_id=member)
    for (at, target), flags in case.entries.items():
        entries.put(folders[at], PrincipalId(target), right_of(flags), by=PrincipalId(0), now=NOW)
    above: dict[int, int | None] = {folders[0]: None}
    above.update((folder, folders[parent]) for folder, parent in zip(folders[1:], case.parents, strict=True))
    said = {(int(folders[at]), target): flags for (at, target), flags in case.entries.items()}
    return Model(above, dict(zip(GROUPS, case.members, strict=True)), said), tree


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=cases())
def test_az_17_az_18_the_doors_show_each_person_what_the_model_shows(transaction: Transaction, case: Case) -> None:
    with transaction() as session:
        model, tree = planted(session, case)
        company = company_roots(SqlEntries(session), [PrincipalId(person) for person in PEOPLE])
        for person in PEOPLE:
            assert set(company.get(PrincipalId(person), ())) == model.roots(person)
            who = Caller(CallerKind.PERSON, PrincipalId(person), "someone", False, ALL_SCOPES)
            doors = Doors(tree, SqlEntries(session))
            assert {root.folder.id for root in doors.tops(who)} == model.roots(person)
            for number in model.parents:
                compare(doors, tree, model, who, FolderId(number))


def compare(doors: Doors, tree: SqlTree, model: Model, who: Caller, number: FolderId) -> None:
    rights = model.rights(who.principal, number)
    if not model.sees(who.principal, number):
        with pytest.raises(NoSuchFolder):
            doors.folder(who, number, Right.NONE)
        return
    folder, place = doors.folder_and_place(who, number, Right.NONE)
    sight = doors.sight(who, folder, place)
    assert sight.rights == right_of(rights)
    assert [ancestor.id for ancestor in sight.above] == model.path(who.principal, number)
    assert sight.is_top == (number in model.roots(who.principal))
    children = doors.children(who, place, {number: sight.rights}, tree.children([folder])[0])
    assert set(children) == model.content(who.principal, number)
    assert all(held == right_of(model.rights(who.principal, child)) for child, held in children.items())
    if "read" in rights:  # otherwise no count is shown
        (counted,) = doors.counted(who, place, [folder])
        files, folders = model.counts(who.principal, number)
        shown = counted.totals
        assert (shown.files, shown.folders, shown.size_bytes) == (files, folders, files * 1000)
        assert (shown.direct_files, shown.direct_folders) == (1, len(model.content(who.principal, number)))
    for flag in FLAGS:
        assert permitted(doors, who, number, flag) == (flag in rights)
    for flag in FLAGS[1:]:  # to pass through is for a folder alone
        assert throughout(doors, who, number, flag) == model.throughout(who.principal, number, flag)


def permitted(doors: Doors, who: Caller, number: FolderId, flag: str) -> bool:
    try:
        doors.folder(who, number, Right[flag.upper()])
    except RightMissing:
        return False
    return True


def throughout(doors: Doors, who: Caller, number: FolderId, flag: str) -> bool:
    folder, place = doors.folder_and_place(who, number, Right.NONE)
    try:
        doors.throughout(who, folder, place, Right[flag.upper()])
    except RightMissing:
        return False
    return True
