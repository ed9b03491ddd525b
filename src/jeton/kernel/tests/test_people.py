"""What people may be called, and what they may choose as a password."""

import pytest

from jeton.kernel.passwords import LONGEST_PASSWORD_BYTES, password_fault
from jeton.kernel.people import email_fault, language_fault, login_fault, mixes_scripts, name_fault


@pytest.mark.parametrize(
    "login", ["al", "alice", "Alice Martin", "jean-françois", "алиса", "山田taro", "alice@example.org", "x" * 60]
)
def test_ordinary_logins_are_taken(login: str) -> None:
    assert login_fault(login) is None


@pytest.mark.parametrize(
    ("login", "code"),
    [
        ("", "login_length"),
        ("a", "login_length"),
        ("x" * 61, "login_length"),
        ("alice ", "login_blanks"),
        ("\u00a0alice", "login_blanks"),
        ("ali\x00ce", "login_characters"),
        ("ali\u202ece", "login_characters"),
        ("ali\u200bce", "login_characters"),
        ("\u0430lice", "login_scripts"),
        ("al\u03b9ce", "login_scripts"),
    ],
)
def test_au_12_a_login_that_could_pass_for_another_is_refused(login: str, code: str) -> None:
    fault = login_fault(login)
    assert fault is not None
    assert (fault.field, fault.code) == ("login", code)


def test_scripts_that_one_language_writes_together_may_be_mixed() -> None:
    assert not mixes_scripts("日本ひらがなカタカナー Tokyo 々 2024")
    assert mixes_scripts("日本\u0430")


@pytest.mark.parametrize("email", ["a@b", "ana.lopez+jeton@mail.example.org", "élise@café.example", "root@localhost"])
def test_plausible_addresses_are_taken(email: str) -> None:
    assert email_fault(email) is None


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ana",
        "ana@",
        "@example.org",
        "a b@example.org",
        "a@b@c",
        "a@.org",
        "a@-b.org",
        "a@b\u202e.org",
        "a@b," + "c" * 3,
        "a@" + "b" * 260,
    ],
)
def test_what_cannot_be_an_address_is_refused(email: str) -> None:
    fault = email_fault(email)
    assert fault is not None
    assert fault.code == "email_invalid"


def test_names_are_free_but_for_controls_and_length() -> None:
    assert name_fault("", field="firstname") is None
    assert name_fault("Ана-María d'O", field="firstname") is None
    assert name_fault("a\tb", field="firstname") == (
        "firstname",
        "characters",
        "Control and invisible characters are not accepted here.",
        {},
    )
    too_long = name_fault("x" * 101, field="lastname")
    assert too_long is not None
    assert too_long.facts == {"longest": 100, "length": 101}


def test_languages_are_a_closed_list() -> None:
    assert language_fault("fr") is None
    assert language_fault("de") is not None


def code_of(password: str, *about: str) -> str | None:
    fault = password_fault(password, about=about, is_common={"password1"}.__contains__)
    return fault and fault.code


@pytest.mark.parametrize(
    "password", ["correct horse", "aaaabbbb", "12 34 56 78", "é" * 512, "🗝" * 8 + " ", "\ud800" * 8]
)
def test_passwords_obey_no_rule_of_composition(password: str) -> None:
    assert code_of(password) is None


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("seven77", "password_too_short"),
        ("é" * 513, "password_too_long"),
        ("x" * (LONGEST_PASSWORD_BYTES + 1), "password_too_long"),
        ("password1", "password_common"),
        ("Alice2024", "password_personal"),
        ("alice.martin", "password_personal"),
        ("JETON2025!", "password_personal"),
        ("jeton1234", "password_personal"),
        ("jetonjeton", "password_personal"),
        ("alice and the rabbit", None),
    ],
)
def test_passwords_that_are_tried_first_are_refused(password: str, code: str | None) -> None:
    assert code_of(password, "alice", "alice.martin@example.org", "") == code
