"""The console's form of days and addresses."""

from jeton.families.options.model import ChangeOption, Ips, OneOption
from jeton.kernel.ids import PrincipalId
from jeton.web.forms import Form

_DAYS = {str(1 << day): 1 << day for day in range(7)}


def one(form: Form) -> OneOption:
    """Whose policy the path names."""
    number = form.path["target_id"]
    is_number = number.isascii() and number.isdigit() and len(number) < 19
    return OneOption(target=PrincipalId(int(number) if is_number else 0))


def change(form: Form) -> ChangeOption:
    """The days that are ticked, and the addresses: one a line."""
    days = sum({_DAYS[day] for day in form.all("days") if day in _DAYS})
    listed = tuple(line.strip() for line in form.typed("ips").splitlines() if line.strip())
    return ChangeOption(target=one(form).target, days=days, ips=Ips(listed if form.text("where") == "listed" else None))
