"""How guessing is slowed down."""

import pytest

from jeton.kernel.guesses import LONGEST_WAIT_S, account_key, address_key, application_key, wait_after


def test_ten_misses_on_an_account_are_free_then_each_costs_twice_the_last() -> None:
    key = account_key("alice")
    assert [wait_after(key, misses) for misses in (1, 9, 10, 11, 12, 15)] == [0, 0, 1, 2, 4, 32]


def test_no_wait_is_longer_than_a_minute() -> None:
    assert wait_after(account_key("alice"), 10**9) == LONGEST_WAIT_S


def test_a_hundred_misses_from_one_address_are_free() -> None:
    assert [wait_after(address_key("192.0.2.1"), misses) for misses in (99, 100, 101)] == [0, 1, 2]


def test_au_02_one_account_has_one_count_however_it_is_spelled() -> None:
    assert account_key(" ALICE") == account_key("alice") == account_key("\uff41lice")
    assert account_key("alice") != application_key("alice")


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.1", "address:192.0.2.1"),
        ("::ffff:192.0.2.1", "address:192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "address:2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "address:2001:db8:1:2::/64"),
        ("somewhere", "address:somewhere"),
    ],
)
def test_an_address_stands_for_one_place(address: str, key: str) -> None:
    assert address_key(address) == key
