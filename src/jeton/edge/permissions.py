"""The permission table, made from the declarations: who may call what, as a page that a reviewer reads."""

from collections.abc import Sequence

from jeton.kernel.declare import Operation
from jeton.kernel.scopes import Public


def permission_table(operations: Sequence[Operation]) -> str:
    """Markdown: one line per operation."""
    lines = [
        "# Who may call what",
        "",
        "Made from the declarations by `jeton openapi`; a test holds that it is up to date.",
        "",
        "| call | operation | scope | right |",
        "| --- | --- | --- | --- |",
    ]
    for operation in sorted(operations, key=lambda operation: (operation.path, operation.method)):
        scope = operation.scope
        word = f"none: {scope.why}" if isinstance(scope, Public) else " or ".join(f"`{w}`" for w in scope.accepted)
        call = f"`{operation.method} {operation.path}`"
        lines.append(f"| {call} | {operation.name} | {word} | {operation.right.words} |")
    return "\n".join(lines) + "\n"
