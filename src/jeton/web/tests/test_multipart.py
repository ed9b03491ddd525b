"""A form is the same form however its bytes are cut."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jeton.web.multipart import BrokenMultipart, Field, FileBegin, FileChunk, FileEnd, FormEvent, FormReader
from jeton.web.requests import Headers

HEADERS = Headers([(b"content-type", b"multipart/form-data; boundary=XX")])
PIECES = st.one_of(
    st.binary(max_size=20),
    st.sampled_from([b"\r", b"\n", b"\r\n", b"--XX", b"\r\n--X", b"\r\n--", b"--", b"XX--", b"\0"]),
)
CONTENTS = st.lists(PIECES, max_size=8).map(b"".join).filter(lambda content: b"\r\n--XX" not in b"\r\n" + content)


def events_of(body: bytes, cuts: list[int]) -> list[FormEvent]:
    """The events, with neighbouring chunks made one."""
    reader = FormReader(HEADERS)
    places = [0, *sorted({cut % (len(body) + 1) for cut in cuts}), len(body)]
    events: list[FormEvent] = []
    for begin, end in pairwise(places):
        for event in reader.feed(body[begin:end]):
            if isinstance(event, FileChunk) and events and isinstance(events[-1], FileChunk):
                events[-1] = FileChunk(events[-1].content + event.content)
            elif not (isinstance(event, FileChunk) and not event.content):
                events.append(event)
    reader.finish()
    return events


def form(value: bytes, content: bytes) -> bytes:
    return (
        b'--XX\r\nContent-Disposition: form-data; name="folderId"\r\n\r\n' + value + b"\r\n"
        b'--XX\r\nContent-Disposition: form-data; name="targetFile"; filename="a\\"\xc3\xa9"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n" + content + b"\r\n--XX--\r\n"
    )


@given(CONTENTS, st.lists(st.integers(0, 10**6), max_size=12))
def test_cuts_do_not_matter_and_bytes_come_out_as_they_went_in(content: bytes, cuts: list[int]) -> None:
    expected: list[FormEvent] = [Field("folderId", "42"), FileBegin("targetFile", 'a"é')]
    expected += [FileChunk(content)] if content else []
    body = form(b"42", content)
    assert events_of(body, cuts) == [*expected, FileEnd()]
    assert events_of(body, list(range(len(body)))) == [*expected, FileEnd()]


@given(st.integers(0, 10**6))
def test_a_form_that_breaks_off_anywhere_is_refused(cut: int) -> None:
    body = form(b"42", b"some content").removesuffix(b"\r\n")
    with pytest.raises(BrokenMultipart):
        events_of(body[: cut % (len(body) - 1)], [])


@given(st.binary(max_size=300))
def test_whatever_comes_is_read_or_refused(body: bytes) -> None:
    for sent in (body, b"--XX\r\n" + body):
        with pytest.raises(BrokenMultipart):
            events_of(sent + b"\r\n", [])
