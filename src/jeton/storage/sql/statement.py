"""A statement as a value: an SQLAlchemy Core expression and what its rows become.

Expressions are compiled once per dialect, when the store opens, and never looked at again; what runs is text on the
raw driver (architecture.md part 0; recipes.md, "SQL compiled once").
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final, Generic, TypeVar, overload

from sqlalchemy import BindParameter, Boolean, ColumnElement, Integer, LargeBinary, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement
from sqlalchemy.types import TypeEngine

R = TypeVar("R")


class Sql(Generic[R]):
    """A statement. `row` is called with the columns of each row, by position; without it there is nothing to give.

    Parameters are explicit `bindparam`s; `insert(table)` alone takes one for each column.
    """

    __slots__ = ("expression", "row")

    @overload
    def __init__(self: "Sql[None]", expression: ClauseElement) -> None: ...

    @overload
    def __init__(self, expression: ClauseElement, row: Callable[..., R]) -> None: ...

    def __init__(self, expression: ClauseElement, row: Callable[..., R] | None = None) -> None:
        self.expression = expression
        self.row: Callable[..., R] = row or _no_row


def _no_row(*columns: object) -> Any:
    return columns


@dataclass(frozen=True, slots=True)
class Compiled:
    """Text for one dialect, the names of its parameters in order, the constants among them, and what each one is."""

    text: str
    names: tuple[str, ...]
    constants: dict[str, Any]  # whole numbers, text and bytes
    kinds: dict[str, type | None]  # `int`, `str` or `bytes`; None where the expression does not say


_KINDS: Final[tuple[tuple[type[TypeEngine[Any]], type], ...]] = ((Integer, int), (String, str), (LargeBinary, bytes))


class Uncompilable(Exception):
    """A statement that could not run as text on the raw driver."""


def compile_statement(sql: Sql[Any], dialect: Dialect) -> Compiled:
    """Compile for a dialect. Raises Uncompilable for what would need SQLAlchemy at run time."""
    compiled = sql.expression.compile(dialect=dialect)
    assert isinstance(compiled, SQLCompiler)  # noqa: S101 - what an expression always compiles to
    if compiled.post_compile_params or compiled.literal_execute_params:
        raise Uncompilable(f"parameters that expand at run time: {compiled}")
    for parameter in compiled.binds.values():
        type_ = parameter.type.dialect_impl(dialect)  # what converts is often the engine's own form of a type
        if not isinstance(type_, LargeBinary) and type_.bind_processor(dialect) is not None:
            raise Uncompilable(f"{parameter.key} would need to be converted: {compiled}")
    names = tuple(compiled.positiontup) if compiled.positiontup is not None else tuple(compiled.binds)
    constants = {name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required}
    kinds = {name: _kind(bind.type) for name, bind in compiled.binds.items()}
    return Compiled(str(compiled), names, constants, kinds)


def _kind(type_: TypeEngine[Any]) -> type | None:
    return next((kind for known, kind in _KINDS if isinstance(type_, known)), None)


class InList(ColumnElement[bool]):
    """`column IN (list)` with the whole list as one parameter, so that the text does not depend on its length."""

    inherit_cache = False
    type = Boolean()
    _is_implicitly_boolean = True

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        self.column = column
        self.name = name
        self.parameter: BindParameter[Any] = BindParameter(name, required=True)


def in_list(column: ColumnElement[Any], name: str) -> InList:
    """One bound list: JSON text on SQLite, an array on PostgreSQL."""
    return InList(column, name)


@compiles(InList, "sqlite")
def _in_list_sqlite(element: InList, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.column, **options)
    values = compiler.process(element.parameter, **options)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - a column and a parameter


@compiles(InList, "postgresql")
def _in_list_postgresql(element: InList, compiler: SQLCompiler, **options: Any) -> str:
    return f"{compiler.process(element.column, **options)} = ANY({compiler.process(element.parameter, **options)})"


class Joined(ColumnElement[str]):
    """The numbers of a column over all rows, as text with a blank between two."""

    inherit_cache = False
    type = Text()

    def __init__(self, column: ColumnElement[Any]) -> None:
        self.column = column


@compiles(Joined, "sqlite")
def _joined_sqlite(element: Joined, compiler: SQLCompiler, **options: Any) -> str:
    return f"group_concat({compiler.process(element.column, **options)}, ' ')"


@compiles(Joined, "postgresql")
def _joined_postgresql(element: Joined, compiler: SQLCompiler, **options: Any) -> str:
    return f"string_agg({compiler.process(element.column, **options)}::text, ' ')"


def find_statements(*stores: ModuleType) -> Iterator[tuple[str, Sql[Any]]]:
    """Every statement that stands in a module of this folder, or in one of the given stores, with where it stands."""
    package = importlib.import_module("jeton.storage.sql")
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if not found.ispkg:
            yield from _statements_in(importlib.import_module(found.name))
    for store in stores:
        yield from _statements_in(store)


def _statements_in(module: ModuleType) -> Iterator[tuple[str, Sql[Any]]]:
    for name, value in vars(module).items():
        if isinstance(value, Sql):
            yield f"{module.__name__}.{name}", value
