"""What every `kernel.ports.LoginSessions` does. Fixtures: `login_sessions` and `people`, empty."""

from dataclasses import replace

import pytest

from jeton.kernel.ids import PrincipalId
from jeton.kernel.ports import LoginSessions, People
from jeton.kit.clock import SECOND
from jeton.testing.contracts.values import NOW, a_login_session, a_user

ANA = PrincipalId(7)
BOB = PrincipalId(8)


class LoginSessionsContract:
    """See the module."""

    @pytest.fixture(autouse=True)
    def two_people(self, people: People) -> None:
        people.add(a_user(ANA, "ana"))
        people.add(a_user(BOB, "bob"))

    def test_a_person_s_sessions_are_listed_the_last_used_first(self, login_sessions: LoginSessions) -> None:
        login_sessions.add(a_login_session(1, ANA))
        login_sessions.add(a_login_session(2, ANA))
        login_sessions.add(a_login_session(3, BOB))
        login_sessions.seen(2, NOW + 1_000_000)
        assert [session.id for session in login_sessions.of_user(ANA)] == [2, 1]

    def test_a_session_is_kept_as_it_was_given(self, login_sessions: LoginSessions) -> None:
        login_sessions.add(a_login_session(1, ANA))
        assert login_sessions.find(1) == a_login_session(1, ANA)
        assert login_sessions.find(2) is None

    def test_last_use_only_goes_forward(self, login_sessions: LoginSessions) -> None:
        login_sessions.add(a_login_session(1, ANA))
        for at in (NOW + SECOND, NOW):
            login_sessions.seen(1, at)
        assert login_sessions.find(1) == replace(a_login_session(1, ANA), seen_at=NOW + SECOND)

    def test_showing_the_password_again_is_kept(self, login_sessions: LoginSessions) -> None:
        login_sessions.add(a_login_session(1, ANA))
        login_sessions.proved(1, NOW + SECOND)
        assert login_sessions.find(1) == replace(a_login_session(1, ANA), proved_at=NOW + SECOND)

    def test_an_ended_session_is_gone(self, login_sessions: LoginSessions) -> None:
        login_sessions.add(a_login_session(1, ANA))
        login_sessions.end(1)
        login_sessions.end(1)
        assert login_sessions.find(1) is None

    def test_all_of_a_person_end_but_the_one_that_is_kept(self, login_sessions: LoginSessions) -> None:
        for number, user in ((1, ANA), (2, ANA), (3, ANA), (4, BOB)):
            login_sessions.add(a_login_session(number, user))
        assert login_sessions.end_of_user(ANA, besides=2) == 2
        assert [login_sessions.find(number) is None for number in (1, 2, 3, 4)] == [True, False, True, False]
        assert login_sessions.end_of_user(ANA) == 1

    def test_a_removed_persons_sessions_end(self, login_sessions: LoginSessions, people: People) -> None:
        login_sessions.add(a_login_session(1, ANA))
        people.remove(ANA)
        assert login_sessions.find(1) is None
