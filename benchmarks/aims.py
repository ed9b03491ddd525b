"""What was aimed at, beside what was reached."""

from collections.abc import Iterable
from typing import NamedTuple


class Aim(NamedTuple):
    """One line."""

    aim: str
    reached: str
    is_met: bool


def print_aims(title: str, aims: Iterable[Aim]) -> None:
    """A table of them."""
    print(f"\n| {title} | reached | |")
    print("|---|--:|---|")
    for aim in aims:
        print(f"| {aim.aim} | {aim.reached} | {'met' if aim.is_met else 'missed'} |")
