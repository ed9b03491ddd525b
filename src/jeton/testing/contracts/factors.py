"""What every `kernel.factors.Factors` does. Fixtures: `factors` and `people`, empty."""

import pytest

from jeton.kernel.factors import Factors, Passkey, Totp
from jeton.kernel.ids import PrincipalId
from jeton.kernel.ports import People
from jeton.kernel.problems import Conflict
from jeton.testing.contracts.values import NOW, a_user

ANA = PrincipalId(7)
BOB = PrincipalId(8)
KEY = Passkey(1, ANA, b"c" * 32, b"public", 3, "Laptop", NOW, None)


class FactorsContract:
    """See the module."""

    @pytest.fixture(autouse=True)
    def two_people(self, people: People) -> None:
        people.add(a_user(ANA, "ana"))
        people.add(a_user(BOB, "bob"))

    def test_a_seed_counts_once_it_is_confirmed(self, factors: Factors) -> None:
        assert factors.totp(ANA) is None
        assert factors.begin_totp(ANA, "sealed", NOW)
        assert factors.totp(ANA) == Totp("sealed", 0, None)
        assert not factors.take_step(ANA, "sealed", 100)
        assert factors.confirm_totp(ANA, "sealed", 100, NOW)
        assert factors.totp(ANA) == Totp("sealed", 100, NOW)
        assert not factors.confirm_totp(ANA, "sealed", 101, NOW)
        assert factors.totp(BOB) is None

    def test_a_seed_that_was_begun_gives_way_to_another_and_a_confirmed_one_does_not(self, factors: Factors) -> None:
        assert factors.begin_totp(ANA, "first", NOW)
        assert factors.begin_totp(ANA, "second", NOW)
        assert not factors.confirm_totp(ANA, "first", 100, NOW)
        assert factors.confirm_totp(ANA, "second", 100, NOW)
        assert not factors.begin_totp(ANA, "third", NOW)
        assert factors.totp(ANA) == Totp("second", 100, NOW)

    def test_a_step_is_taken_once_and_never_after_a_later_one(self, factors: Factors) -> None:
        factors.begin_totp(ANA, "sealed", NOW)
        factors.confirm_totp(ANA, "sealed", 100, NOW)
        assert [factors.take_step(ANA, "sealed", step) for step in (100, 102, 102, 101, 103)] == [
            False, True, False, False, True,
        ]  # fmt: skip
        assert not factors.take_step(ANA, "another seed", 104)
        assert not factors.take_step(BOB, "sealed", 104)

    def test_removed_codes_are_gone_whether_they_counted_or_not(self, factors: Factors) -> None:
        factors.begin_totp(ANA, "sealed", NOW)
        assert not factors.remove_totp(ANA)
        assert factors.totp(ANA) is None
        factors.begin_totp(ANA, "sealed", NOW)
        factors.confirm_totp(ANA, "sealed", 100, NOW)
        assert factors.remove_totp(ANA)
        assert not factors.take_step(ANA, "sealed", 101)

    def test_a_recovery_code_is_spent_once_by_its_person(self, factors: Factors) -> None:
        factors.keep_codes(ANA, [b"a" * 32, b"b" * 32])
        assert factors.codes_left(ANA) == 2
        assert not factors.spend_code(BOB, b"a" * 32, NOW)
        assert not factors.spend_code(ANA, b"x" * 32, NOW)
        assert [factors.spend_code(ANA, b"a" * 32, NOW) for _ in range(3)] == [True, False, False]
        assert factors.codes_left(ANA) == 1

    def test_new_recovery_codes_take_the_place_of_the_old(self, factors: Factors) -> None:
        factors.keep_codes(ANA, [b"a" * 32])
        factors.keep_codes(BOB, [b"a" * 32])
        factors.keep_codes(ANA, [b"b" * 32])
        assert not factors.spend_code(ANA, b"a" * 32, NOW)
        factors.keep_codes(ANA, [])
        assert factors.codes_left(ANA) == 0
        assert factors.codes_left(BOB) == 1

    def test_a_passkey_is_found_by_its_credential_and_listed_with_its_person(self, factors: Factors) -> None:
        factors.add_passkey(KEY)
        factors.add_passkey(KEY._replace(id=2, credential=b"d" * 32))
        factors.add_passkey(KEY._replace(id=3, credential=b"e" * 32, user=BOB))
        assert factors.find_passkey(b"c" * 32) == KEY
        assert factors.find_passkey(b"x") is None
        assert [passkey.id for passkey in factors.passkeys(ANA)] == [1, 2]

    def test_a_credential_is_kept_once(self, factors: Factors) -> None:
        factors.add_passkey(KEY)
        with pytest.raises(Conflict):
            factors.add_passkey(KEY._replace(id=2, user=BOB))

    def test_of_two_uses_of_one_count_one_holds(self, factors: Factors) -> None:
        factors.add_passkey(KEY)
        assert factors.passkey_used(KEY, 4, NOW + 1)
        assert not factors.passkey_used(KEY, 5, NOW + 2)
        assert factors.find_passkey(KEY.credential) == KEY._replace(sign_count=4, used_at=NOW + 1)

    def test_a_passkey_is_removed_by_its_person_alone(self, factors: Factors) -> None:
        factors.add_passkey(KEY)
        assert not factors.remove_passkey(BOB, KEY.id)
        assert factors.remove_passkey(ANA, KEY.id)
        assert not factors.remove_passkey(ANA, KEY.id)

    def test_all_of_it_goes_with_the_person(self, factors: Factors, people: People) -> None:
        factors.begin_totp(ANA, "sealed", NOW)
        factors.keep_codes(ANA, [b"a" * 32])
        factors.add_passkey(KEY)
        people.remove(ANA)
        assert (factors.totp(ANA), factors.codes_left(ANA), factors.find_passkey(KEY.credential)) == (None, 0, None)
