"""What every `kernel.ports.Guesses` does. Fixture: `guesses`, empty."""

from jeton.kernel.guesses import FORGOTTEN_AFTER, account_key, address_key
from jeton.kernel.ports import Guesses
from jeton.kit.clock import SECOND
from jeton.testing.contracts.values import NOW

ANA = account_key("ana")
BOB = account_key("bob")
HERE = address_key("192.0.2.1")


class GuessesContract:
    """See the module."""

    def test_nine_misses_are_free(self, guesses: Guesses) -> None:
        for _ in range(9):
            guesses.missed([ANA], NOW)
        assert guesses.wait_s([ANA], NOW) == 0

    def test_from_the_tenth_on_each_miss_costs_twice_the_last(self, guesses: Guesses) -> None:
        for _ in range(9):
            guesses.missed([ANA], NOW)
        waits = []
        for _ in range(4):
            guesses.missed([ANA], NOW)
            waits.append(guesses.wait_s([ANA], NOW))
        assert waits == [1, 2, 4, 8]

    def test_a_wait_runs_down_and_ends(self, guesses: Guesses) -> None:
        for _ in range(12):
            guesses.missed([ANA], NOW)
        assert guesses.wait_s([ANA], NOW + SECOND // 2) == 4
        assert guesses.wait_s([ANA], NOW + 3 * SECOND) == 1
        assert guesses.wait_s([ANA], NOW + 4 * SECOND - 1) == 1
        assert guesses.wait_s([ANA], NOW + 4 * SECOND) == 0

    def test_a_clock_that_was_set_back_makes_nobody_wait_longer(self, guesses: Guesses) -> None:
        for _ in range(9):
            guesses.missed([ANA], NOW)
        assert guesses.wait_s([ANA], NOW - 90_000 * SECOND) == 0
        guesses.missed([ANA], NOW)
        assert guesses.wait_s([ANA], NOW - 90_000 * SECOND) == 1

    def test_each_key_counts_for_itself_and_the_longest_wait_holds(self, guesses: Guesses) -> None:
        for _ in range(10):
            guesses.missed([ANA, HERE], NOW)
        assert guesses.wait_s([BOB], NOW) == 0
        assert guesses.wait_s([BOB, HERE], NOW) == 0
        assert guesses.wait_s([BOB, HERE, ANA], NOW) == 1
        assert guesses.wait_s([], NOW) == 0

    def test_an_address_is_slowed_after_a_hundred_misses(self, guesses: Guesses) -> None:
        for number in range(100):
            guesses.missed([account_key(str(number)), HERE], NOW)
        assert guesses.wait_s([BOB, HERE], NOW) == 1

    def test_a_right_answer_clears_its_account(self, guesses: Guesses) -> None:
        for _ in range(20):
            guesses.missed([ANA], NOW)
        guesses.forget(ANA)
        assert guesses.wait_s([ANA], NOW) == 0
        guesses.missed([ANA], NOW)
        assert guesses.wait_s([ANA], NOW) == 0

    def test_a_count_begins_anew_after_ten_quiet_minutes(self, guesses: Guesses) -> None:
        for _ in range(20):
            guesses.missed([ANA], NOW)
        later = NOW + FORGOTTEN_AFTER
        guesses.missed([ANA], later)
        assert guesses.wait_s([ANA], later) == 0

    def test_what_was_typed_may_be_anything(self, guesses: Guesses) -> None:
        guesses.missed([account_key("\ud800\x00" * 1000)], NOW)
        assert guesses.wait_s([account_key("\ud800\x00" * 1000)], NOW) == 0
