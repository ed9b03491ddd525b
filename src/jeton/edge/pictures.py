"""An image on its way in: the body itself, or the one file of a multipart form (wire/resources.md section 1)."""

from jeton.kernel.problems import FieldError, Invalid
from jeton.kit.text import sentence
from jeton.web.multipart import BrokenMultipart, FileBegin, FileChunk, FormReader
from jeton.web.requests import Headers


def picture_of(headers: Headers, body: bytes) -> bytes:
    """The image's bytes, not looked at yet. Its name in the form and its `Content-Type` are of no importance.

    Raises: Invalid (there is none); BrokenMultipart (no file, or several), FormTooLarge.
    """
    if headers.lenient(b"content-type").partition(";")[0].strip().lower() == "multipart/form-data":
        body = _file_of(headers, body)
    if not body:
        raise Invalid(FieldError("picture", "missing", sentence("Send an image: as the body, or as a file in a form.")))
    return body


def _file_of(headers: Headers, body: bytes) -> bytes:
    reader = FormReader(headers)
    events = reader.feed(body)
    reader.finish()
    if sum(isinstance(event, FileBegin) for event in events) != 1:
        raise BrokenMultipart(why="one file is expected")
    return b"".join(event.content for event in events if isinstance(event, FileChunk))
