"""The use cases on tokens that open a file without a bearer. Source: wire/files.md section 7; decision 0022."""

from hmac import compare_digest

from jeton.families.documents.model import READ
from jeton.families.documents.model.files import OpenFile
from jeton.families.documents.model.previews import PREVIEW_SIDE, SeeFile
from jeton.families.documents.model.tokens import AskFileToken, IssuedFileToken, UseFileToken
from jeton.families.documents.service.files import download
from jeton.families.documents.service.previews import preview
from jeton.kernel.caller import Caller
from jeton.kernel.file_tokens import UNUSED_LIVES, USED_LIVES, FileToken, FileTokenOver, FileUse, holder
from jeton.kernel.ports import Download, Work
from jeton.kernel.previews import NoPreview, Unmade
from jeton.kernel.problems import Problem
from jeton.kit.clock import SECOND
from jeton.kit.mint import FILE_TOKEN, digest, new_token, parse_token


def ask(work: Work, caller: Caller, command: AskFileToken) -> IssuedFileToken:
    """Make a token that opens one file without a bearer, for one use. Raises NoSuchFile, RightMissing."""
    file = work.doors.file(caller, command.file, command.use.right)
    assert caller.token_id is not None  # noqa: S101 - the API is called with a token
    number = work.mint.number(work.now)
    token = new_token(FILE_TOKEN, work.mint, number)
    work.file_tokens.add(
        FileToken(
            number=number,
            digest=digest(token),
            use=command.use,
            file=command.file,
            bearer=caller.token_id,
            acts_as=caller.principal if caller.behalf_of_by is not None else None,
            expires_at=work.now + UNUSED_LIVES,
        )
    )
    work.audit.record(caller, "file.token_made", str(command.file), name=file.name, use=command.use.value)
    return IssuedFileToken(token, UNUSED_LIVES // SECOND)


def open_by_token(work: Work, caller: Caller, command: UseFileToken) -> Download | Unmade:
    """Open the file that a token is for, its bytes or its preview. Raises FileTokenOver, NoPreview.

    The first use claims the token for its address.
    """
    token = _known(work, command.token)
    address = work.origin.address if work.origin is not None else ""
    behind = holder(work, token, READ, address)
    try:
        value = _opened(work, behind, token)
    except NoPreview:
        raise
    except Problem:
        raise FileTokenOver from None
    if work.file_tokens.claim(token.number, address, work.now + USED_LIVES):
        work.audit.record(behind, "file.token_used", str(token.file), use=token.use.value)
    elif token.claimed_by != address:
        raise FileTokenOver
    return value


def _opened(work: Work, caller: Caller, token: FileToken) -> Download | Unmade:
    if token.use is FileUse.DOWNLOAD:
        return download(work, caller, OpenFile(file=token.file))
    return preview(work, caller, SeeFile(file=token.file, side=PREVIEW_SIDE))


def _known(work: Work, text: str) -> FileToken:
    parsed = parse_token(text)
    if parsed is None or parsed.prefix != FILE_TOKEN or parsed.number is None:
        raise FileTokenOver
    token = work.file_tokens.find(parsed.number)
    if token is None or not compare_digest(token.digest, digest(text)) or work.now >= token.expires_at:
        raise FileTokenOver
    return token
