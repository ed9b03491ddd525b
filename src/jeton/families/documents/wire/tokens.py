"""What comes in and goes out about tokens that open a file. Source: wire/files.md section 7."""

from typing import Final

from jeton.families.documents.model.tokens import AskFileToken, IssuedFileToken, UseFileToken
from jeton.kernel.file_tokens import FileUse
from jeton.kernel.ids import FileId
from jeton.kernel.problems import FieldError, Invalid
from jeton.kit.text import sentence
from jeton.wire.shapes import Query, Shape
from jeton.wire.types import WireId

_USES: Final = {use.value: use for use in FileUse}


class AskFileTokenIn(Query, frozen=True):
    """Which file, and what for."""

    file_id: WireId
    type: str

    def command(self) -> AskFileToken:
        use = _USES.get(self.type)
        if use is None:
            text = sentence("The member {member} takes one of: {values}.")
            raise Invalid(FieldError("type", "unknown_value", text, {"member": "type", "values": ", ".join(_USES)}))
        return AskFileToken(file=FileId(int(self.file_id)), use=use)


class FileTokenOut(Shape, frozen=True):
    """The token, and the seconds that it may wait for its first use."""

    token: str
    expires_in: int

    @classmethod
    def of(cls, issued: IssuedFileToken) -> "FileTokenOut":
        return cls(token=issued.token, expires_in=issued.lives_s)


class UseFileTokenIn(Query, frozen=True):
    """A token, in the query: the one place where a link can carry it."""

    token: str

    def command(self) -> UseFileToken:
        return UseFileToken(token=self.token)
