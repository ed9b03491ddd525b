"""The strict JSON reader: what it reads, what it refuses, and that refusing is quick."""

import contextlib
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jeton.wire.decode import MOST_FAULTS, InvalidBody, MalformedJson, read_body, read_json_object
from jeton.wire.shapes import Body

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(10**30), 10**30), st.floats(allow_nan=False, width=16), TEXTS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(TEXTS, VALUES, max_size=6).filter(lambda value: "Infinity" not in json.dumps(value)))
def test_what_json_writes_is_read_back(value: dict[str, Any]) -> None:
    for ascii_only in (True, False):
        assert read_json_object(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@given(st.binary(max_size=200))
def test_whatever_comes_is_read_or_refused(body: bytes) -> None:
    with contextlib.suppress(MalformedJson):
        assert isinstance(read_json_object(body), dict)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b'{"a": 1,}', "not JSON"),
        (b"{'a': 1}", "not JSON"),
        (b'{"a": 1} {"a": 1}', "not JSON"),
        (b'{"a": 1}\0', "not JSON"),
        (b'\xef\xbb\xbf{"a": 1}', "not JSON"),
        (b"[]", "not an object"),
        (b'"a"', "not an object"),
        (b"null", "not an object"),
        (b'{"a": 1, "a": 1}', "twice"),
        (b'{"x": {"a": 1, "\\u0061": 2}}', "twice"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": -Infinity}', "Infinity"),
        (b'{"a": 1e999}', "too long"),
        (b'{"a": ' + b"1" * 5000 + b"}", "too long"),
        (b'{"a": 0.' + b"1" * 5000 + b"}", "too long"),
        (b'{"a": "\\u0000"}', "NUL"),
        (b'{"\\u0000": 1}', "NUL"),
        (b'{"a": ["\\u0000"]}', "NUL"),
        (b'{"a": "\\ud800"}', "half a character"),
        (b'{"a": [["\\udfff"]]}', "half a character"),
        (b'{"a": "\xff"}', "not UTF-8"),
        (b'{"a": "\xed\xa0\x80"}', "not UTF-8"),
        (b'{"a":' * 33 + b"1" + b"}" * 33, "too deep"),
        (b'{"a":' + b"[" * 5000, "too deep"),
    ],
)
def test_everything_else_is_refused_and_says_why(body: bytes, why: str) -> None:
    with pytest.raises(MalformedJson) as raised:
        read_json_object(body)
    assert why in str(raised.value.facts["why"])


def test_thirty_two_levels_are_read_and_brackets_in_texts_do_not_count() -> None:
    deep = b'{"a":' * 32 + b"1" + b"}" * 32
    assert read_json_object(deep)
    assert read_json_object(b'{"a": "' + b"[{" * 500 + b'\\"[[["}')


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":' + b"[" * 33 + b'"' + b'\\"' * 500_000,
        b"[" * 33 + b'"' * 1_000_000,
        b'{"a": "' + b"\\" * 1_000_000,
        b"[" * 1_000_000,
        b'[{"' * 300_000,
    ],
    ids=["a text that never ends", "quotes", "backslashes", "brackets", "begun and never ended"],
)
def test_a_hostile_megabyte_costs_no_more_than_an_ordinary_one(body: bytes) -> None:
    began = time.process_time()
    with pytest.raises(MalformedJson):
        read_json_object(body)
    assert time.process_time() - began < 1


def test_faults_beyond_a_bound_are_not_looked_into() -> None:
    class Few(Body, frozen=True):
        name: str

    members = {f"nmae{number}": 1 for number in range(60_000)}
    began = time.process_time()
    with pytest.raises(InvalidBody) as raised:
        read_body(Few, members, {})
    assert len(raised.value.errors) == MOST_FAULTS
    assert raised.value.errors[0].facts == {"member": "nmae0", "near": "name"}
    assert time.process_time() - began < 0.2
