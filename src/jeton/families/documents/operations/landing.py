"""What may be wrong wherever something lands."""

from jeton.families.documents.model.folders import TooDeep
from jeton.families.documents.model.landing import BadName, NameTaken, OverQuota

LANDING = (BadName, NameTaken, TooDeep, OverQuota)
