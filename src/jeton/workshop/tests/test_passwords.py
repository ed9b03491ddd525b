"""Passwords in the workshop: slow to hash, equally slow to refuse."""

import pytest
from argon2 import extract_parameters

from jeton.kernel.passwords import LONGEST_PASSWORD_BYTES, password_bytes
from jeton.kit.mint import SystemMint
from jeton.workshop import LocalWorkshop
from jeton.workshop.common import common_passwords
from jeton.workshop.passwords import Argon2


@pytest.fixture(scope="module")
def workshop() -> LocalWorkshop:
    return LocalWorkshop(SystemMint())


def test_a_password_is_hashed_with_argon2id_at_nineteen_mebibytes(workshop: LocalWorkshop) -> None:
    parameters = extract_parameters(workshop.hash_password("correct horse"))
    assert parameters.type.name == "ID"
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (19_456, 2, 1)


def test_the_same_password_twice_gives_two_hashes(workshop: LocalWorkshop) -> None:
    assert workshop.hash_password("correct horse") != workshop.hash_password("correct horse")


@pytest.mark.parametrize("password", ["correct horse ", "🗝 päßwörd", "\ud800 surrogate", "nul \x00 within"])
def test_a_password_is_used_exactly_as_typed(workshop: LocalWorkshop, password: str) -> None:
    hashed = workshop.hash_password(password)
    assert workshop.verify_password(hashed, password)
    assert not workshop.verify_password(hashed, password[:-1])
    assert not workshop.verify_password(hashed, password.upper() + "x")


@pytest.mark.parametrize("hashed", ["", "not a hash", "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA"])
def test_a_hash_that_is_nobodys_matches_nothing(workshop: LocalWorkshop, hashed: str) -> None:
    assert not workshop.verify_password(hashed, "correct horse")
    assert not workshop.verify_password(hashed, "")


def test_au_04_what_is_too_long_to_be_a_password_is_not_hashed(workshop: LocalWorkshop) -> None:
    longest = "x" * LONGEST_PASSWORD_BYTES
    hashed = workshop.hash_password(longest)
    assert workshop.verify_password(hashed, longest)
    assert not workshop.verify_password(hashed, longest + "x")


def test_au_03_an_account_without_a_password_costs_a_guesser_a_full_hash() -> None:
    argon2 = Argon2(SystemMint())
    parameters = extract_parameters(argon2.nobodys)
    assert (parameters.memory_cost, parameters.time_cost) == (19_456, 2)
    assert parameters.hash_len == 32


def test_the_list_of_common_passwords_is_long_and_folded() -> None:
    common = common_passwords()
    assert len(common) >= 3000
    assert all(word == word.casefold() and len(password_bytes(word)) >= 8 for word in common)


@pytest.mark.parametrize(
    "password", ["12345678", "Password1", "AZERTYUIOP", "motdepasse", "P@ssw0rd", "aaaaaaaa", "bienvenue2025"]
)
def test_passwords_that_are_tried_first_are_known_in_any_case(workshop: LocalWorkshop, password: str) -> None:
    assert workshop.is_common_password(password)


def test_an_ordinary_phrase_is_not_common(workshop: LocalWorkshop) -> None:
    assert not workshop.is_common_password("correct horse battery")
