"""The API's calls on the platform itself: declarations only."""

from jeton.families.platform import model, service, wire
from jeton.kernel.configuration import BadConfiguration
from jeton.kernel.declare import Body, Operation
from jeton.kernel.mail import MailFailed, NoMailServer
from jeton.kernel.rights import ADMINISTRATION, ANYONE
from jeton.kernel.scopes import PUBLIC
from jeton.wire.shapes import Nothing

OPERATIONS = (
    Operation(
        name="platform.public_configuration",
        method="GET",
        path="/api/publicconfig",
        scope=PUBLIC("made for use before login"),
        right=ANYONE("made for use before login"),
        takes=Nothing,
        gives=wire.PublicConfigurationOut,
        call=service.public_configuration,
        source="vendor: config",
    ),
    Operation(
        name="platform.configuration",
        method="GET",
        path="/api/config",
        scope=model.READ,
        right=ADMINISTRATION,
        takes=wire.NothingIn,
        gives=wire.ConfigurationOut,
        call=service.configuration,
        source="vendor: config",
    ),
    Operation(
        name="platform.configure",
        method="PUT",
        path="/api/config",
        scope=model.WRITE,
        right=ADMINISTRATION,
        takes=wire.ConfigureIn,
        gives=wire.ConfigurationOut,
        body=Body.JSON,
        problems=(BadConfiguration,),
        call=service.configure,
        source="vendor: config",
    ),
    Operation(
        name="platform.test_mail",
        method="POST",
        path="/api/config/smtp/test",
        scope=model.WRITE,
        right=ADMINISTRATION,
        takes=wire.TestMailIn,
        gives=wire.TestMailOut,
        body=Body.JSON,
        problems=(NoMailServer, MailFailed),
        admit=service.admit_test,
        prepare=service.prepare_test,
        call=service.test_mail,
        source="vendor: config",
    ),
    Operation(
        name="platform.state",
        method="GET",
        path="/api/fzen",
        scope=model.READ,
        right=ADMINISTRATION,
        takes=wire.NothingIn,
        gives=wire.StateOut,
        call=service.storage,
        source="vendor: fzen",
    ),
)
