"""What every `kernel.ports.Tickets` does. Fixture: `tickets`, empty."""

import pytest

from jeton.kernel.ports import Tickets
from jeton.kernel.problems import Conflict
from jeton.kit.clock import MINUTE
from jeton.testing.contracts.values import NOW

DIGEST = b"t" * 32
OTHER = b"o" * 32


class TicketsContract:
    """See the module."""

    def test_a_ticket_is_claimed_once(self, tickets: Tickets) -> None:
        tickets.issue("password", DIGEST, subject="7", expires_at=NOW + MINUTE)
        assert tickets.peek("password", DIGEST, NOW) == "7"
        assert tickets.claim("password", DIGEST, NOW) == "7"
        assert tickets.claim("password", DIGEST, NOW) is None
        assert tickets.peek("password", DIGEST, NOW) is None

    def test_looking_at_a_ticket_does_not_spend_it(self, tickets: Tickets) -> None:
        tickets.issue("password", DIGEST, subject="7", expires_at=NOW + MINUTE)
        assert [tickets.peek("password", DIGEST, NOW) for _ in range(3)] == ["7"] * 3

    def test_a_ticket_is_over_at_its_end(self, tickets: Tickets) -> None:
        tickets.issue("password", DIGEST, subject="7", expires_at=NOW + MINUTE)
        assert tickets.peek("password", DIGEST, NOW + MINUTE) is None
        assert tickets.claim("password", DIGEST, NOW + MINUTE) is None
        assert tickets.claim("password", DIGEST, NOW + MINUTE - 1) == "7"

    def test_an_unknown_ticket_gives_nothing(self, tickets: Tickets) -> None:
        tickets.issue("password", DIGEST, subject="7", expires_at=NOW + MINUTE)
        assert tickets.claim("password", OTHER, NOW) is None
        assert tickets.claim("setup", DIGEST, NOW) is None

    def test_the_same_ticket_is_not_issued_twice(self, tickets: Tickets) -> None:
        tickets.issue("password", DIGEST, subject="7", expires_at=NOW + MINUTE)
        with pytest.raises(Conflict):
            tickets.issue("password", DIGEST, subject="8", expires_at=NOW + MINUTE)

    def test_those_that_could_be_claimed_are_counted(self, tickets: Tickets) -> None:
        tickets.issue("password", DIGEST, subject="7", expires_at=NOW + MINUTE)
        tickets.issue("password", OTHER, subject="7", expires_at=NOW + 2 * MINUTE)
        tickets.issue("setup", OTHER, subject="7", expires_at=NOW + MINUTE)
        assert tickets.live("password", subject="7", now=NOW) == 2
        assert tickets.live("password", subject="7", now=NOW + MINUTE) == 1
        tickets.claim("password", OTHER, NOW)
        assert tickets.live("password", subject="7", now=NOW + MINUTE) == 0
        assert tickets.live("password", subject="8", now=NOW) == 0

    def test_a_withdrawn_kind_is_void(self, tickets: Tickets) -> None:
        tickets.issue("setup", DIGEST, subject="", expires_at=NOW + MINUTE)
        tickets.issue("password", DIGEST, subject="7", expires_at=NOW + MINUTE)
        tickets.withdraw("setup")
        assert tickets.claim("setup", DIGEST, NOW) is None
        assert tickets.claim("password", DIGEST, NOW) == "7"

    def test_one_subjects_tickets_are_withdrawn_alone(self, tickets: Tickets) -> None:
        tickets.issue("password", DIGEST, subject="7", expires_at=NOW + MINUTE)
        tickets.issue("password", OTHER, subject="8", expires_at=NOW + MINUTE)
        tickets.withdraw("password", subject="7")
        assert tickets.claim("password", DIGEST, NOW) is None
        assert tickets.claim("password", OTHER, NOW) == "8"

    def test_a_spent_ticket_stays_spent_when_its_kind_is_withdrawn(self, tickets: Tickets) -> None:
        tickets.issue("setup", DIGEST, subject="", expires_at=NOW + MINUTE)
        tickets.claim("setup", DIGEST, NOW)
        tickets.withdraw("setup")
        with pytest.raises(Conflict):
            tickets.issue("setup", DIGEST, subject="", expires_at=NOW + MINUTE)
