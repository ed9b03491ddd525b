"""The vendor's shape of an option. Source: wire/resources.md section 6."""

from typing import ClassVar

from msgspec import UNSET, UnsetType

from jeton.families.options.model import ChangeOption, Ips, OneOption, Option
from jeton.kernel.ids import PrincipalId
from jeton.wire.shapes import Body, Query, Shape
from jeton.wire.types import WireId, WireInt


class OneOptionIn(Query, frozen=True):
    """Whose: a user's id, or a group's."""

    user_id: WireId

    def command(self) -> OneOption:
        return OneOption(target=PrincipalId(int(self.user_id)))


class ChangeOptionIn(Body, frozen=True):
    """What to change; what is absent stays. `ips` null: from anywhere; an empty array: from nowhere."""

    ignored: ClassVar[frozenset[str]] = frozenset({"target_id", "target", "target_isgroup"})

    user_id: WireId
    days: WireInt | UnsetType = UNSET
    ips: list[str] | UnsetType | None = UNSET

    def command(self) -> ChangeOption:
        return ChangeOption(
            target=PrincipalId(int(self.user_id)),
            days=None if self.days is UNSET else int(self.days),
            ips=None if isinstance(self.ips, UnsetType) else Ips(None if self.ips is None else tuple(self.ips)),
        )


class OptionOut(Shape, frozen=True):
    """`days` is a mask, Sunday 1 to Saturday 64."""

    target_id: str
    target: str
    target_isgroup: bool
    days: int
    ips: list[str] | None

    @classmethod
    def of(cls, option: Option) -> "OptionOut":
        ips = option.policy.ips
        return cls(
            target_id=str(option.target),
            target=option.name,
            target_isgroup=option.is_group,
            days=option.policy.days,
            ips=None if ips is None else list(ips),
        )
