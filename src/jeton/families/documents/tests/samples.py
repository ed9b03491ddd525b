"""A request that succeeds, for each call on folders and files."""

import hashlib
from base64 import b64encode

from jeton.families.documents.model.tokens import AskFileToken
from jeton.families.documents.service import tokens
from jeton.families.documents.service.landing import Landing
from jeton.families.documents.service.opening import new_upload
from jeton.kernel.accounts import NewAccount, add_account
from jeton.kernel.caller import OPERATOR
from jeton.kernel.file_tokens import FileUse
from jeton.kernel.ids import BlobId, FileId, FolderId, PrincipalId, TokenId
from jeton.kernel.locks import LockKind
from jeton.kernel.ports import Work
from jeton.kernel.previews import ContentKind, Facts, Rendition
from jeton.kernel.tree import Right
from jeton.kernel.treeport import Content
from jeton.kernel.uploads import OpenUpload, UploadKind
from jeton.kit.mint import parse_token
from jeton.testing.samples import Sample, Samples, by, home
from jeton.testing.tokens import client_application, tokens_for


def name_of(work: Work) -> str:
    return f"n{work.mint.number(work.now)}"


def folder(work: Work) -> FolderId:
    """A folder in the samples' home."""
    top = work.tree.reread_folder(home.get())
    return work.tree.add_folder(
        top, name_of(work), owner=PrincipalId(0), created_at=work.now, modified_at=work.now, now=work.now
    )


def file(work: Work) -> FileId:
    """An empty file in the samples' home; the world holds an empty blob under the id 1."""
    top = work.tree.reread_folder(home.get())
    empty = Content(blob=BlobId(1), size_bytes=0, md5=hashlib.md5().hexdigest(), sha256=hashlib.sha256().hexdigest())
    return work.tree.add_file(
        top, name_of(work), empty, owner=PrincipalId(0), created_at=work.now, modified_at=work.now, now=work.now
    )


def old_version(work: Work) -> Sample:
    """An old version: a second one came in its place."""
    current = work.tree.reread_file(file(work))
    work.tree.add_version(
        current,
        Content(blob=current.blob, size_bytes=0, md5=current.md5, sha256=current.sha256),
        author=PrincipalId(0),
        created_at=work.now,
        modified_at=work.now,
        now=work.now,
    )
    return Sample(path={"file_id": str(current.id)})


def on_folder(work: Work) -> Sample:
    return Sample(path={"folder_id": str(folder(work))})


def on_file(work: Work) -> Sample:
    return Sample(path={"file_id": str(file(work))})


def on_seen_file(work: Work) -> Sample:
    """A file that somebody looked at before."""
    sample = on_file(work)
    of, nothing = BlobId(1), hashlib.sha256().hexdigest()
    work.previews.keep_facts(of, Facts(ContentKind.IMAGE, 1, {}))
    for side in (256, 1024):
        work.previews.keep_rendition(Rendition(of, side, of, 0, nothing, "image/jpeg"))
    return sample


def file_token(work: Work) -> str:
    """A token that opens a file, asked for by a person in whose private space it lies."""
    account = NewAccount(login=name_of(work), email=f"{name_of(work)}@example.org")
    person = add_account(work, OPERATOR, account)
    answer = tokens_for(work, client_application(work), person)
    parsed = parse_token(answer.access_token)
    assert parsed is not None
    assert parsed.number is not None
    bearer = work.bearers.find(TokenId(parsed.number))
    assert bearer is not None
    before = home.set(person.private_root)
    try:
        return tokens.ask(work, bearer.caller, AskFileToken(file=file(work), use=FileUse.DOWNLOAD)).token
    finally:
        home.reset(before)


def somebody(work: Work) -> PrincipalId:
    name = name_of(work)
    return add_account(work, OPERATOR, NewAccount(login=name, email=f"{name}@example.org")).id


def on_right(work: Work) -> Sample:
    entry = work.entries.put(folder(work), somebody(work), Right.READ, by=PrincipalId(0), now=work.now)
    return Sample(path={"right_id": str(entry)})


def giving(work: Work) -> Sample:
    return Sample(json={"folder_id": folder(work), "target_id": str(somebody(work)), "browse": True, "read": True})


def on_lock(work: Work) -> Sample:
    """A file that somebody else has locked: who holds the space may release it."""
    locked = file(work)
    work.locks.take(work.tree.reread_file(locked), LockKind.WRITE, by=somebody(work), now=work.now)
    return Sample(path={"file_id": str(locked)})


def archived_file(work: Work) -> Sample:
    kept = file(work)
    work.archive.put(work.tree.reread_file(kept), place="home", by=PrincipalId(0), now=work.now)
    return Sample(path={"file_id": str(kept)})


def archived_folder(work: Work) -> Sample:
    kept = folder(work)
    work.archive.put(work.tree.reread_folder(kept), place="home", by=PrincipalId(0), now=work.now)
    return Sample(path={"folder_id": str(kept)})


def on_trash(work: Work) -> Sample:
    """An entry that no role of the matrix made: whoever holds the space reaches it."""
    thrown = work.tree.reread_folder(folder(work))
    entry = work.tree.trash(thrown, by=PrincipalId(0), trash_id=work.mint.number(work.now), now=work.now)
    return Sample(path={"trash_id": str(entry.id)})


def path_of(work: Work) -> Sample:
    """The path of a file: the home's name comes first, since it is the top of a space."""
    held = work.tree.reread_file(file(work))
    return Sample(query={"path": f"/{work.tree.reread_folder(home.get()).name}/{held.name}"})


def copying(sample: Sample, work: Work) -> Sample:
    return sample._replace(json={"parent_id": home.get(), "name": name_of(work)})


def begun(work: Work, kind: UploadKind) -> OpenUpload:
    """An upload of five bytes that whoever calls began."""
    landing = Landing(folder=home.get(), name=name_of(work), announced_size=5)
    theirs = new_upload(work, by.get(), kind, landing, 5)._replace(metadata="" if kind is UploadKind.TUS else None)
    work.uploads.add(theirs)
    return theirs


def creating(work: Work) -> Sample:
    upload = begun(work, UploadKind.TUS)
    metadata = f"token {b64encode(upload.key.encode()).decode()}"
    return Sample(headers={"Tus-Resumable": "1.0.0", "Upload-Length": "5", "Upload-Metadata": metadata})


def on_upload(work: Work) -> Sample:
    return Sample(path={"upload": begun(work, UploadKind.TUS).key}, headers={"Tus-Resumable": "1.0.0"})


def appending(work: Work) -> Sample:
    sample = on_upload(work)
    of_bytes = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    return sample._replace(headers={**sample.headers, **of_bytes}, content=b"bytes")


SAMPLES: Samples = {
    "trash.list": lambda work: Sample(query={"limit": "10"}),
    "trash.open": on_trash,
    "trash.restore": lambda work: on_trash(work)._replace(json={"name": name_of(work)}),
    "trash.destroy": on_trash,
    "trash.empty": lambda work: Sample(),
    "folders.roots": lambda work: Sample(query={"depth": "0"}),
    "roots.list": lambda work: Sample(),
    "roots.portal": lambda work: Sample(path={"filter": "company"}),
    "roots.open": lambda work: Sample(path={"type": "company"}),
    "folders.open": lambda work: Sample(path={"folder_id": str(home.get())}, query={"depth": "1"}),
    "folders.create": lambda work: Sample(json={"parent_id": str(home.get()), "name": name_of(work)}),
    "folders.change": lambda work: on_folder(work)._replace(json={"name": name_of(work)}),
    "folders.delete": on_folder,
    "files.put_stream": lambda work: Sample(query={"sessionKey": begun(work, UploadKind.STREAM).key}, content=b"bytes"),
    "files.promise": lambda work: Sample(json={"parent_id": str(home.get()), "name": name_of(work)}),
    "files.put": lambda work: on_file(work)._replace(content=b"bytes"),
    "files.cancel": lambda work: Sample(query={"sessionKey": begun(work, UploadKind.STREAM).key}),
    "tus.open_or_close": lambda work: Sample(json={"name": name_of(work), "target": str(home.get()), "size": 5}),
    "tus.create": creating,
    "tus.look": on_upload,
    "tus.append": appending,
    "tus.terminate": on_upload,
    "tus.options": lambda work: Sample(),
    "files.upload": lambda work: Sample(form=({"folderId": str(home.get())}, name_of(work), b"bytes")),
    "files.open": on_file,
    "files.change": lambda work: on_file(work)._replace(json={"name": name_of(work)}),
    "files.delete": on_file,
    "files.download": on_file,
    "zips.fetch": lambda work: Sample(query={"folders": str(folder(work)), "name": "chosen"}),
    "files.preview": on_seen_file,
    "files.thumbnail": on_seen_file,
    "files.infos": on_seen_file,
    "files.token": lambda work: Sample(path={"file_id": str(file(work)), "type": "download"}),
    "files.download_by_token": lambda work: Sample(query={"token": file_token(work)}),
    "files.versions": old_version,
    "files.restore_version": old_version,
    "files.delete_version": old_version,
    "locks.open": on_file,
    "locks.list": lambda work: Sample(path={"folder_id": str(home.get())}),
    "locks.take": on_file,
    "locks.release": on_lock,
    "archives.archive_file": on_file,
    "archives.archive_folder": on_folder,
    "archives.add_folder": lambda work: Sample(json={"parent_id": str(home.get()), "name": name_of(work)}),
    "archives.open_file": archived_file,
    "archives.download_file": archived_file,
    "archives.open_folder": archived_folder,
    "archives.change_file": lambda work: archived_file(work)._replace(json={"name": name_of(work)}),
    "archives.change_folder": lambda work: archived_folder(work)._replace(json={"name": name_of(work)}),
    "archives.delete_file": archived_file,
    "archives.delete_folder": archived_folder,
    "archives.unarchive_file": archived_file,
    "archives.unarchive_folder": archived_folder,
    "files.copy": lambda work: copying(on_file(work), work),
    "folders.copy": lambda work: copying(on_folder(work), work),
    "paths.find": path_of,
    "paths.tell": lambda work: Sample(query={"id": str(file(work)), "type": "file"}),
    "paths.within": lambda work: Sample(query={"id": str(file(work)), "parent": str(home.get())}),
    "paths.quotas": lambda work: Sample(query={"folder": str(home.get())}),
    "activity.file": on_file,
    "activity.folder": on_folder,
    "files.timeline": on_file,
    "folders.timeline": on_folder,
    "files.recent": lambda work: Sample(query={"limit": "5"}),
    "rights.list": on_folder,
    "rights.open": on_right,
    "rights.give": giving,
    "rights.change": lambda work: on_right(work)._replace(json={"write": True}),
    "rights.withdraw": on_right,
}
