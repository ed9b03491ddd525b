"""What every `kernel.browsers.Browsers` does. Fixtures: `browsers` and `people`, empty."""

import pytest

from jeton.kernel.browsers import MOST_MISSES, Browsers
from jeton.kernel.ids import PrincipalId
from jeton.kernel.ports import People
from jeton.kit.clock import DAY
from jeton.testing.contracts.values import NOW, a_user

ANA = PrincipalId(7)
BOB = PrincipalId(8)


class BrowsersContract:
    """See the module."""

    @pytest.fixture(autouse=True)
    def two_browsers(self, people: People, browsers: Browsers) -> None:
        for user, login in ((ANA, "ana"), (BOB, "bob")):
            people.add(a_user(user, login))
            browsers.add(login.encode() * 10, user, expires_at=NOW + DAY)

    def test_it_is_found_by_its_digest_until_its_time_is_over(self, browsers: Browsers) -> None:
        assert browsers.owner(b"ana" * 10, NOW) == ANA
        assert browsers.owner(b"ana" * 10, NOW + DAY) is None
        assert browsers.owner(b"eve" * 10, NOW) is None

    def test_ten_misses_end_it_unless_the_right_one_comes_between(self, browsers: Browsers) -> None:
        told = [browsers.missed(b"ana" * 10, NOW) for _ in range(MOST_MISSES - 1)]
        assert browsers.owner(b"ana" * 10, NOW) == ANA
        browsers.forgive(b"ana" * 10)
        told += [browsers.missed(b"ana" * 10, NOW) for _ in range(MOST_MISSES)]
        assert all(told)
        assert browsers.owner(b"ana" * 10, NOW) is None
        assert browsers.missed(b"ana" * 10, NOW) is False
        assert browsers.owner(b"bob" * 10, NOW) == BOB

    def test_it_is_forgotten_alone_or_with_its_person_s_others_or_with_its_person(
        self, browsers: Browsers, people: People
    ) -> None:
        browsers.add(b"a" * 32, ANA, expires_at=NOW + DAY)
        browsers.remove(b"a" * 32)
        assert [browsers.owner(shown, NOW) for shown in (b"a" * 32, b"ana" * 10)] == [None, ANA]
        browsers.end_of_user(ANA)
        assert [browsers.owner(shown * 10, NOW) for shown in (b"ana", b"bob")] == [None, BOB]
        people.remove(BOB)
        assert browsers.owner(b"bob" * 10, NOW) is None
