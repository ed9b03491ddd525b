"""From a method and a path to what was declared for it: a tree of segments, a literal before a parameter.

Source: decisions.md, "Matching"; wire/files.md section 1.5 (words and ids share a level).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar
from urllib.parse import unquote_to_bytes

T = TypeVar("T")


class Found(NamedTuple, Generic[T]):
    """What stands at a path for a method, and the path's parameters."""

    target: T
    parameters: dict[str, str]


class WrongMethod(NamedTuple):
    """Something stands at the path, for other methods."""

    allowed: tuple[str, ...]


@dataclass(slots=True)
class _Branch(Generic[T]):
    literals: dict[bytes, "_Branch[T]"] = field(default_factory=dict)
    parameter: "_Branch[T] | None" = None
    methods: dict[str, tuple[T, tuple[str, ...]]] = field(default_factory=dict)


class Matcher(Generic[T]):
    """Compiled once from (method, path, target); paths read `/api/folder/{folder_id}`."""

    __slots__ = ("_root",)

    def __init__(self, routes: Iterable[tuple[str, str, T]]) -> None:
        self._root: _Branch[T] = _Branch()
        for method, path, target in routes:
            self._plant(method, path, target)

    def _plant(self, method: str, path: str, target: T) -> None:
        branch, names = self._root, []
        for segment in path.strip("/").split("/"):
            if segment.startswith("{"):
                names.append(segment.strip("{}"))
                branch.parameter = branch.parameter or _Branch()
                branch = branch.parameter
            else:
                branch = branch.literals.setdefault(segment.encode(), _Branch())
        if method in branch.methods:
            raise ValueError(f"{method} {path} is declared twice")
        branch.methods[method] = (target, tuple(names))

    def match(self, method: str, path: bytes) -> Found[T] | WrongMethod | None:
        """What is declared for this method and path; None when nothing stands at the path for any method."""
        segments = path.strip(b"/").split(b"/")
        ends: list[tuple[_Branch[T], tuple[bytes, ...]]] = []
        _walk(self._root, segments, 0, (), ends)
        allowed: list[str] = []
        for branch, values in ends:
            if method in branch.methods:
                target, names = branch.methods[method]
                parameters = _parameters(names, values)
                return None if parameters is None else Found(target, parameters)
            allowed += branch.methods
        return WrongMethod(tuple(sorted(set(allowed)))) if allowed else None


def _walk(
    branch: _Branch[T],
    segments: list[bytes],
    position: int,
    values: tuple[bytes, ...],
    ends: list[tuple[_Branch[T], tuple[bytes, ...]]],
) -> None:
    if position == len(segments):
        if branch.methods:
            ends.append((branch, values))
        return
    segment = segments[position]
    literal = branch.literals.get(segment)
    if literal is not None:
        _walk(literal, segments, position + 1, values, ends)
    if branch.parameter is not None and segment:
        _walk(branch.parameter, segments, position + 1, (*values, segment), ends)


def _parameters(names: tuple[str, ...], values: tuple[bytes, ...]) -> dict[str, str] | None:
    parameters = {}
    for name, raw in zip(names, values, strict=True):
        try:
            text = (unquote_to_bytes(raw) if b"%" in raw else raw).decode()
        except UnicodeDecodeError:
            return None
        if "\0" in text or len(text) > 512:
            return None
        parameters[name] = text
    return parameters
