"""The API's calls on invitations: declarations only. Source: wire/resources.md section 5."""

from jeton.families.invitations import model, service, wire
from jeton.kernel.declare import Body, Operation
from jeton.kernel.doors import NoSuchFolder, RightMissing
from jeton.kernel.invitations import BeyondOwnRights, NoSuchInvitation
from jeton.kernel.rights import OnFolder, OnInvitation
from jeton.kernel.tree import Right

_SOURCE = "vendor: invitations"
_IN_FOLDER = OnFolder(Right.SHARE, "folder")
_OF_ONE = OnInvitation("invitation")

OPERATIONS = (
    Operation(
        name="invitations.create",
        method="POST",
        path="/api/invite",
        scope=model.WRITE,
        right=_IN_FOLDER,
        takes=wire.InviteIn,
        gives=wire.InviteOut,
        body=Body.JSON,
        status=201,
        problems=(NoSuchFolder, RightMissing, BeyondOwnRights, model.BadInvitation, model.TooManyOpen),
        call=service.invite,
        source=_SOURCE,
        gives_secret=True,
    ),
    Operation(
        name="invitations.invitable",
        method="GET",
        path="/api/invite/users/{folder_id}",
        scope=model.READ,
        right=_IN_FOLDER,
        takes=wire.ListInvitableIn,
        gives=wire.InvitablesOut,
        problems=(NoSuchFolder, RightMissing),
        call=service.list_invitable,
        source=_SOURCE,
    ),
    Operation(
        name="invitations.change",
        method="PUT",
        path="/api/invite/{invitation_id}",
        scope=model.WRITE,
        right=_OF_ONE,
        takes=wire.ChangeInvitationIn,
        gives=wire.InviteOut,
        body=Body.JSON,
        problems=(NoSuchInvitation, RightMissing, BeyondOwnRights, model.BadInvitation, model.TakenUp),
        call=service.change,
        source=_SOURCE,
    ),
    Operation(
        name="invitations.withdraw",
        method="DELETE",
        path="/api/invite/{invite_id}",
        scope=model.WRITE,
        right=_OF_ONE,
        takes=wire.OneInvitationIn,
        gives=None,
        problems=(NoSuchInvitation, RightMissing),
        call=service.withdraw,
        source=_SOURCE,
    ),
    Operation(
        name="invitations.list",
        method="GET",
        path="/api/invites/{folder_id}",
        scope=model.READ,
        right=_IN_FOLDER,
        takes=wire.InFolderIn,
        gives=list[wire.InviteOut],
        problems=(NoSuchFolder, RightMissing),
        call=service.list_invitations,
        source=_SOURCE,
    ),
)
