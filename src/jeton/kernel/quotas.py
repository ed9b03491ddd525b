"""What quotas refuse, whoever sets them."""

from jeton.kernel.problems import Conflict
from jeton.kit.text import sentence


class QuotaBelowUse(Conflict):
    """What is there already takes more."""

    code = "quota_below_use"
    sentence = sentence("The folder holds {used} bytes already: a quota of {quota} bytes is less than that.")
