"""The console's pages on the journal: declarations only."""

from jeton.families.logs import forms, service
from jeton.kernel.declare import Page
from jeton.kernel.rights import ADMINISTRATION

PAGES = (
    Page(
        name="logs",
        path="/admin/logs",
        right=ADMINISTRATION,
        template="logs/list.html",
        reads=forms.view,
        show=service.view,
    ),
    Page(
        name="log_export",
        path="/admin/logs/export",
        right=ADMINISTRATION,
        template="",
        reads=forms.view,
        show=service.export,
        is_long=True,
    ),
    Page(
        name="log",
        path="/admin/logs/{log_id}",
        right=ADMINISTRATION,
        template="logs/one.html",
        reads=forms.one,
        show=service.read,
    ),
)
