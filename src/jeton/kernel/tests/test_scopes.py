"""Sets of scopes are a lattice, and words are only how they are read and printed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jeton.kernel.scopes import ALL_SCOPES, FAMILIES, NO_SCOPES, Access, Scope, Scopes, ScopeWords, UnknownScope

# What the vendor's article prints for an application that holds everything: archives.read is missing there.
ARTICLE = (
    "account.readwrite account.read accountsec.readwrite accountsec.read annotations.readwrite annotations.read "
    "archives.readwrite alerts.readwrite alerts.read files.readwrite files.read groups.readwrite groups.read "
    "sharelinks.readwrite sharelinks.read uploadlinks.readwrite uploadlinks.read users.readwrite users.read "
    "workflow.readwrite workflow.read trashes.readwrite trashes.read admin.readwrite admin.read "
    "templates.readwrite templates.read tags.readwrite tags.read"
)
SETS = st.integers(0, ALL_SCOPES.bits).map(Scopes)


@given(SETS, SETS, SETS)
def test_union_and_intersection_make_a_lattice(a: Scopes, b: Scopes, c: Scopes) -> None:
    assert a | b == b | a
    assert a & b == b & a
    assert (a | b) | c == a | (b | c)
    assert (a & b) & c == a & (b & c)
    assert a | (a & b) == a == a & (a | b)
    assert a & (b | c) == (a & b) | (a & c)
    assert a | NO_SCOPES == a == a & ALL_SCOPES


@given(SETS, SETS)
def test_within_is_the_order_of_the_lattice(a: Scopes, b: Scopes) -> None:
    assert a.within(b) == (a | b == b) == (a & b == a) == (not a - b)
    assert (a & b).within(a)
    assert a.within(a | b)
    assert (a == b) == (a.within(b) and b.within(a))


@given(SETS)
def test_what_is_printed_reads_back_as_the_same_and_prints_the_same(held: Scopes) -> None:
    assert Scopes.parse(str(held)) == held
    assert ScopeWords().read(str(held), NO_SCOPES) == held if held else str(held) == ""
    assert tuple(held) == held.words()
    assert bool(held) == bool(held.words())


@given(st.permutations(ALL_SCOPES.words()), st.integers(0, 30))
def test_order_and_repetition_of_words_do_not_matter(words: list[str], count: int) -> None:
    some = words[:count]
    assert Scopes.of(some) == Scopes.of([*reversed(some), *some])
    assert str(Scopes.of(some)) == str(Scopes.of(sorted(some)))


@given(SETS, st.sampled_from(FAMILIES), st.sampled_from(Access))
def test_a_call_is_open_exactly_when_one_of_its_accepted_words_is_held(
    held: Scopes, family: object, access: Access
) -> None:
    scope = Scope(family.name, access)  # type: ignore[attr-defined] # hypothesis gives ScopeFamily
    assert bool(held.bits & scope.bits) == any(Scopes.of([word]).within(held) for word in scope.accepted)
    assert scope.accepted[0] == scope.word


@pytest.mark.parametrize(
    ("boxes", "printed"),
    [
        (["files.read"], "files.read"),
        (["files.write"], "files.write"),
        (["files.write", "files.read"], "files.readwrite files.read"),
        (["files.readwrite"], "files.readwrite files.read"),
        (["tags.read", "account.write"], "account.write tags.read"),
        (["all"], str(ALL_SCOPES)),
        ([], ""),
    ],
)
def test_boxes_are_printed_as_the_vendor_prints_them(boxes: list[str], printed: str) -> None:
    assert str(Scopes.of(boxes)) == printed


def test_everything_is_thirty_words_and_the_articles_twenty_nine_are_among_them_in_its_order() -> None:
    printed = str(ALL_SCOPES).split(" ")
    article = ARTICLE.split(" ")
    assert len(printed) == 30
    assert len(article) == 29
    assert [word for word in printed if word in article] == article
    assert set(printed) - set(article) == {"archives.read"}
    assert Scopes.parse(ARTICLE) == ALL_SCOPES


@pytest.mark.parametrize(
    "text", ["files", "files.", ".read", "files.read.write", "FILES.read", "file.read", " ", "all.read"]
)
def test_other_words_are_unknown(text: str) -> None:
    with pytest.raises(UnknownScope) as raised:
        Scopes.parse(text)
    assert raised.value.word in text
    assert ScopeWords().read(text, ALL_SCOPES) is None


def test_all_is_what_is_held_and_no_more() -> None:
    held = Scopes.parse("files.read tags.write")
    assert ScopeWords().read("all", held) == held
    assert ScopeWords().read("all users.read", held) == held | Scopes.parse("users.read")


def test_an_operation_cannot_ask_for_a_family_that_is_none() -> None:
    with pytest.raises(UnknownScope):
        Scope("filez", Access.READ)
