"""The console's pages on applications: declarations only. Source: product.md A1-A12, A17, A18; ux.md 2.1 to 2.5."""

from jeton.families.applications import forms, service
from jeton.kernel.declare import Act, Page
from jeton.kernel.rights import ADMINISTRATION
from jeton.kit.text import sentence

_LIST = "/admin/applications"
_ONE = "/admin/applications/{client_id}"

PAGES = (
    Page(
        name="applications",
        path=_LIST,
        right=ADMINISTRATION,
        template="applications/list.html",
        reads=forms.nothing,
        show=service.list_rows,
    ),
    Page(
        name="application.new",
        path=f"{_LIST}/new",
        right=ADMINISTRATION,
        template="applications/new.html",
        reads=forms.nothing,
        show=lambda work, caller, command: None,
        acts={
            "create": Act(
                reads=forms.create,
                admit=service.admit_create,
                prepare=service.prepare_logo,
                call=service.create,
                shows="applications/secret.html",
            )
        },
    ),
    Page(
        name="application",
        path=_ONE,
        right=ADMINISTRATION,
        template="applications/show.html",
        reads=forms.one,
        show=service.overview,
    ),
    Page(
        name="application.edit",
        path=f"{_ONE}/edit",
        right=ADMINISTRATION,
        template="applications/edit.html",
        reads=forms.one,
        show=service.overview,
        acts={
            "save": Act(
                reads=forms.edit,
                prepare=service.prepare_changed_logo,
                call=service.change,
                then=f"{_ONE}?done={{done}}",
                notice=sentence("Saved."),
            )
        },
    ),
    Page(
        name="application.permissions",
        path=f"{_ONE}/permissions",
        right=ADMINISTRATION,
        template="applications/permissions.html",
        reads=forms.one,
        show=service.overview,
        acts={
            "save": Act(
                reads=forms.permissions,
                call=service.change,
                then=f"{_ONE}?done={{done}}",
                notice=sentence("Permissions saved. They hold from the next call on."),
            )
        },
    ),
    Page(
        name="application.secrets",
        path=f"{_ONE}/secrets",
        right=ADMINISTRATION,
        fresh=True,
        template="applications/secrets.html",
        reads=forms.one,
        show=service.overview,
        acts={
            "rotate": Act(reads=forms.rotate, call=service.rotate, shows="applications/secret.html"),
            "end": Act(
                reads=forms.end_secret,
                call=service.end_secret,
                then=f"{_ONE}/secrets?done={{done}}",
                notice=sentence("The secret has ended."),
            ),
        },
    ),
    Page(
        name="application.tokens",
        path=f"{_ONE}/tokens",
        right=ADMINISTRATION,
        template="applications/tokens.html",
        reads=forms.one,
        show=service.overview,
        acts={
            "revoke": Act(
                reads=forms.revoke,
                call=service.revoke_token,
                then=f"{_ONE}/tokens?done={{done}}",
                notice=sentence("The token is revoked."),
            ),
            "revoke_before": Act(
                reads=forms.revoke_before,
                call=service.revoke,
                then=f"{_ONE}/tokens?done={{done}}",
                notice=sentence("The tokens that were given before then are revoked."),
            ),
            "revoke_all": Act(
                reads=forms.revoke_all,
                call=service.revoke,
                then=f"{_ONE}/tokens?done={{done}}",
                notice=sentence("All tokens of the application are revoked."),
            ),
        },
    ),
    Page(
        name="application.protocol",
        path=f"{_ONE}/protocol",
        right=ADMINISTRATION,
        template="applications/protocol.html",
        reads=forms.one,
        show=service.protocol,
        acts={
            "save": Act(
                reads=forms.protocol,
                call=service.change,
                then=f"{_ONE}/protocol?done={{done}}",
                notice=sentence("Saved. It holds from the next request on."),
            )
        },
    ),
    Page(
        name="application.users",
        path=f"{_ONE}/users",
        right=ADMINISTRATION,
        template="applications/users.html",
        reads=forms.one,
        show=service.consenters,
        acts={
            "withdraw": Act(
                reads=forms.withdraw,
                call=service.withdraw,
                then=f"{_ONE}/users?done={{done}}",
                notice=sentence("The access is taken back, and its tokens are revoked."),
            )
        },
    ),
    Page(
        name="application.address",
        path=f"{_ONE}/address",
        right=ADMINISTRATION,
        template="applications/address.html",
        reads=forms.address,
        show=service.address,
    ),
    Page(
        name="application.suspend",
        path=f"{_ONE}/suspend",
        right=ADMINISTRATION,
        template="applications/suspend.html",
        reads=forms.one,
        show=service.overview,
        acts={
            "suspend": Act(
                reads=forms.suspend,
                call=service.change,
                then=f"{_ONE}?done={{done}}",
                notice=sentence("The application is suspended: its tokens and calls are refused."),
            ),
            "resume": Act(
                reads=forms.resume,
                call=service.change,
                then=f"{_ONE}?done={{done}}",
                notice=sentence("The application is active again."),
            ),
        },
    ),
    Page(
        name="application.delete",
        path=f"{_ONE}/delete",
        right=ADMINISTRATION,
        fresh=True,
        template="applications/delete.html",
        reads=forms.one,
        show=service.overview,
        acts={
            "delete": Act(
                reads=forms.delete,
                call=service.delete,
                then=f"{_LIST}?done={{done}}",
                notice=sentence("The application is deleted."),
            )
        },
    ),
)
