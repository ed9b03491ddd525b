"""The console's pages on one's own second factors: declarations only."""

from jeton.families.security import forms, service
from jeton.kernel.declare import Act, Page
from jeton.kernel.proving import SECURITY_PATH
from jeton.kernel.rights import PERSON
from jeton.kit.text import sentence

_DONE = f"{SECURITY_PATH}?done={{done}}"
_CODES = "security/codes.html"

PAGES = (
    Page(
        name="account.security",
        path=SECURITY_PATH,
        right=PERSON,
        template="security/show.html",
        reads=forms.own,
        show=service.read,
        acts={
            "start": Act(reads=forms.own, call=service.start_totp, then=f"{SECURITY_PATH}/totp", fresh=True),
            "remove_totp": Act(
                reads=forms.own,
                call=service.remove_totp,
                then=_DONE,
                notice=sentence("Codes by an application are off."),
                fresh=True,
            ),
            "codes": Act(reads=forms.own, call=service.renew_codes, shows=_CODES, fresh=True),
            "passkey": Act(reads=forms.name, call=service.begin_passkey, shows="security/passkey.html", fresh=True),
            "add_passkey": Act(
                reads=forms.made, prepare=service.prepare_passkey, call=service.add_passkey, shows=_CODES, fresh=True
            ),
            "remove_passkey": Act(
                reads=forms.passkey,
                call=service.remove_passkey,
                then=_DONE,
                notice=sentence("The passkey is removed."),
                fresh=True,
            ),
        },
    ),
    Page(
        name="account.security.totp",
        path=f"{SECURITY_PATH}/totp",
        right=PERSON,
        template="security/totp.html",
        reads=forms.own,
        show=service.begun_totp,
        fresh=True,
        acts={
            "confirm": Act(
                reads=forms.code,
                admit=service.admit_confirm,
                prepare=service.prepare_confirm,
                call=service.confirm_totp,
                shows=_CODES,
            ),
        },
    ),
)
