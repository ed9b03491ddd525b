"""Each act that any code writes down has its sentence, and no sentence waits for an act that nobody writes."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from jeton.kernel.logs import ACTIONS

ACT = re.compile(r"(application|file|folder|right|user)\.[a-z_]+")
PACKAGE = Path(__file__).parents[2]


def written() -> Iterator[str]:
    """The second argument of every call of `audit.record` and `audit.refused`; `{kind}` stands for a file or folder."""
    for file in PACKAGE.rglob("*.py"):
        if "tests" not in file.parts and "testing" not in file.parts:
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    of = node.func.value
                    owner = of.attr if isinstance(of, ast.Attribute) else ""
                    if owner in {"audit", "_audit"} and node.func.attr in {"record", "refused"}:
                        yield from names(node.args[1], file)


def names(argument: ast.expr, file: Path) -> Iterator[str]:
    if isinstance(argument, ast.Constant):
        yield str(argument.value)
    elif isinstance(argument, ast.IfExp):
        yield from names(argument.body, file)
        yield from names(argument.orelse, file)
    elif isinstance(argument, ast.JoinedStr):
        end = argument.values[-1]
        assert isinstance(end, ast.Constant)
        yield from (kind + str(end.value) for kind in ("file", "folder"))
    else:  # worked out elsewhere in the file: whatever reads like an act there
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and ACT.fullmatch(node.value):
                yield node.value


def test_every_act_that_is_written_has_a_sentence_and_the_other_way_round() -> None:
    assert set(written()) == set(ACTIONS)
