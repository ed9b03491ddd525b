"""The bases that every shape on the wire stands on, and the shapes that belong to no single family."""

from typing import Any, ClassVar

import msgspec


class Body(msgspec.Struct, kw_only=True, frozen=True):
    """What comes in as one JSON object. A member that is not declared is refused, unless `ignored` names it.

    `ignored`: members that the vendor documents or a known client sends, accepted and without effect (product.md D18),
    so that what was read can be changed and sent back whole.
    """

    ignored: ClassVar[frozenset[str]] = frozenset()

    def command(self) -> Any:
        """The command; a shape that is its own command gives itself."""
        return self


class Query(msgspec.Struct, kw_only=True, frozen=True):
    """What comes in by the path and the query. Fields that are not declared are ignored."""

    def command(self) -> Any:
        """The command; a shape that is its own command gives itself."""
        return self


class Nothing(Query, frozen=True):
    """For calls that take nothing."""


class Shape(msgspec.Struct, kw_only=True, frozen=True):
    """What goes out. A subclass has `of(value)`; members that may be absent default to `msgspec.UNSET`."""


class Heads(Shape, frozen=True):
    """What goes out as headers alone: each member is one, with dashes in its name. Nothing is said in the body."""


class FieldFault(Shape, frozen=True):
    """One thing wrong with one member."""

    field: str
    code: str
    detail: str


class ErrorOut(Shape, frozen=True, omit_defaults=True):
    """The vendor's error object, `{"error": "<sentence>"}`, enriched beside it (product.md D10)."""

    error: str
    code: str = ""
    status: int = 0
    required_scopes: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    granted_scopes: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    errors: tuple[FieldFault, ...] | msgspec.UnsetType = msgspec.UNSET
    current_id: int | msgspec.UnsetType = msgspec.UNSET
    request_id: str = ""


class ProblemOut(Shape, frozen=True, omit_defaults=True):
    """The same as `application/problem+json`, for who asks for it. Source: RFC 9457 section 3.1."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    required_scopes: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    granted_scopes: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    errors: tuple[FieldFault, ...] | msgspec.UnsetType = msgspec.UNSET
    current_id: int | msgspec.UnsetType = msgspec.UNSET
    request_id: str = ""
