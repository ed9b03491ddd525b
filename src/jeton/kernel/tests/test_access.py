"""Days and addresses, judged."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jeton.kernel.access import EVERY_DAY, Policy, permits, policy_faults, read_address
from jeton.kit.clock import SECOND

SUNDAY = int(dt.datetime(2026, 11, 22, 23, 59, 59, tzinfo=dt.UTC).timestamp()) * SECOND
MONDAY = SUNDAY + SECOND


def test_days_are_counted_from_sunday_by_utc() -> None:
    for day in range(7):
        for shown in range(7):
            moment = MONDAY - SECOND + shown * 86_400 * SECOND
            assert permits([Policy(days=1 << day)], moment, "192.0.2.1") == (day == shown)
    assert permits([Policy(days=1)], SUNDAY, "")
    assert not permits([Policy(days=1)], MONDAY, "")


@pytest.mark.parametrize(
    ("ips", "address", "allowed"),
    [
        (None, "", True),
        ((), "192.0.2.1", False),
        (("192.0.2.1",), "192.0.2.1", True),
        (("192.0.2.1",), "192.0.2.2", False),
        (("192.0.2.0/24",), "::ffff:192.0.2.77", True),
        (("2001:db8::/32",), "2001:db8::1", True),
        (("2001:db8::/32",), "192.0.2.1", False),
        (("198.51.100.1", "192.0.2.0/24"), "192.0.2.9", True),
        (("0.0.0.0/0",), "unknown", False),
    ],
)
def test_addresses_are_matched_one_by_one_and_by_network(
    ips: tuple[str, ...] | None, address: str, allowed: bool
) -> None:
    assert permits([Policy(ips=ips)], MONDAY, address) is allowed


@given(st.lists(st.builds(Policy, st.integers(0, EVERY_DAY), st.sampled_from([None, (), ("192.0.2.1",)])), max_size=4))
def test_each_policy_must_permit(policies: list[Policy]) -> None:
    assert permits(policies, MONDAY, "192.0.2.1") == all(permits([one], MONDAY, "192.0.2.1") for one in policies)


def test_what_is_no_address_is_told() -> None:
    assert [fault.field for fault in policy_faults(Policy(days=128, ips=("nowhere",)))] == ["days", "ips"]
    assert [fault.code for fault in policy_faults(Policy(days=-1, ips=("192.0.2.1",) * 101))] == [
        "out_of_range",
        "too_many",
    ]
    assert policy_faults(Policy(ips=("192.0.2.7/24", "2001:db8::1"))) == []
    assert [read_address(text) for text in ("192.0.2.7/24", " 192.0.2.1 ", "::1", "1.2.3")] == [
        "192.0.2.0/24",
        "192.0.2.1",
        "::1",
        None,
    ]
