"""Names of files and folders: what is refused in each manner, and under what they are unique."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jeton.kernel.tree import LONGEST_NAME_BYTES, NameFault, Strictness, name_fault, sibling_key

STRICT, RELAXED = Strictness.STRICT, Strictness.RELAXED
ANYTHING = st.text(st.characters(), max_size=300)  # lone surrogates too


@pytest.mark.parametrize("letter", [*'/\\:*?"<>|', "\0", "\t", "\x7f", "\x85", "\u2028", "\u2029", "\u202e", "\u2066"])
def test_letters_that_some_system_takes_for_more_than_letters_are_refused(letter: str) -> None:
    assert name_fault(f"a{letter}b", STRICT) is NameFault.CHARACTER


@pytest.mark.parametrize("name", [" a", "a ", "\u00a0a", "a\u3000"])
def test_blanks_at_either_end_are_refused_not_taken_off(name: str) -> None:
    assert name_fault(name, STRICT) is NameFault.BLANKS
    assert name_fault(name, RELAXED) is None


@pytest.mark.parametrize(
    "name",
    ["a", ".a", "a.", "...", "a b", "CON", "e\u0301t\u00e9", "\u4e2d\u6587", "\U0001f468\u200d\U0001f469", "%2e%2e"],
)
def test_ordinary_names_of_all_languages_are_taken(name: str) -> None:
    assert name_fault(name, STRICT) is None


@pytest.mark.parametrize("strictness", list(Strictness))
@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", NameFault.EMPTY),
        (".", NameFault.DOTS),
        ("..", NameFault.DOTS),
        ("a/b", NameFault.CHARACTER),
        ("a\0", NameFault.CHARACTER),
        ("a\ud800", NameFault.CHARACTER),
        ("a" * 256, NameFault.LENGTH),
        ("\u00e9" * 128, NameFault.LENGTH),
    ],
)
def test_what_no_file_system_takes_is_refused_in_both_manners(
    strictness: Strictness, name: str, fault: NameFault
) -> None:
    assert name_fault(name, strictness) is fault


@settings(derandomize=True, deadline=None)
@given(ANYTHING)
def test_what_is_taken_can_be_kept_and_shown(name: str) -> None:
    if name_fault(name, RELAXED) is None:
        assert 0 < len(name.encode()) <= LONGEST_NAME_BYTES
        assert not {"/", "\0"} & set(name)
        assert name not in {".", ".."}


@settings(derandomize=True, deadline=None)
@given(ANYTHING)
def test_what_is_taken_strictly_is_taken_relaxed_too(name: str) -> None:
    if name_fault(name, STRICT) is None:
        assert name_fault(name, RELAXED) is None


@settings(derandomize=True, deadline=None)
@given(ANYTHING)
def test_two_spellings_of_one_name_are_one_and_two_cases_are_two(name: str) -> None:
    assert sibling_key(unicodedata.normalize("NFD", name)) == sibling_key(name)
    assert sibling_key(sibling_key(name)) == sibling_key(name)
    assert (sibling_key(f"{name}a") == sibling_key(f"{name}A")) is False
