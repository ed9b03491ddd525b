"""Numbers that come once, and tokens that know when they were mistyped."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from jeton.kit.clock import SECOND
from jeton.kit.mint import (
    ACCESS_TOKEN,
    CLIENT_SECRET,
    ParsedToken,
    SystemMint,
    digest,
    new_identifier,
    new_token,
    parse_token,
)

NOW = 1_750_000_000_000_000


def test_a_number_tells_its_millisecond() -> None:
    assert SystemMint().number(NOW) >> 20 == NOW // 1000


def test_numbers_grow_within_one_millisecond() -> None:
    mint = SystemMint()
    numbers = [mint.number(NOW) for _ in range(5000)]
    assert all(before < after for before, after in pairwise(numbers))


def test_numbers_grow_when_the_clock_goes_back() -> None:
    mint = SystemMint()
    before = mint.number(NOW + SECOND)
    assert mint.number(NOW) == before + 1
    assert mint.number(NOW + 2 * SECOND) >> 20 == (NOW + 2 * SECOND) // 1000


def test_threads_never_draw_the_same_number() -> None:
    mint = SystemMint()
    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(lambda _: [mint.number(NOW) for _ in range(500)], range(8)))
    assert len({number for numbers in drawn for number in numbers}) == 4000
    assert all(numbers == sorted(numbers) for numbers in drawn)


def test_numbers_fit_a_column_for_two_centuries() -> None:
    assert SystemMint().number(NOW + 200 * 365 * 86_400 * SECOND) < 2**63


@pytest.mark.parametrize(("prefix", "number"), [(ACCESS_TOKEN, 2**63 - 1), (ACCESS_TOKEN, 1), (CLIENT_SECRET, None)])
def test_a_token_is_read_back(prefix: str, number: int | None) -> None:
    assert parse_token(new_token(prefix, SystemMint(), number)) == ParsedToken(prefix, number)


def test_a_mistyped_token_is_none() -> None:
    token = new_token(ACCESS_TOKEN, SystemMint(), 12)
    for place in range(len(token)):
        other = "x" if token[place] != "x" else "y"
        assert parse_token(token[:place] + other + token[place + 1 :]) is None
    for text in ("", token[:-1], token + "a", token * 3, token.replace("_12.", "_012."), token.upper(), "é" + token):
        assert parse_token(text) is None


def test_a_number_beyond_the_largest_is_none() -> None:
    assert parse_token(new_token(ACCESS_TOKEN, SystemMint(), 2**63)) is None


def test_tokens_and_identifiers_are_never_alike() -> None:
    mint = SystemMint()
    assert len({digest(new_token(CLIENT_SECRET, mint)) for _ in range(100)}) == 100
    assert len({new_identifier(mint) for _ in range(100)}) == 100
    assert {len(new_identifier(mint)) for _ in range(100)} == {24}
