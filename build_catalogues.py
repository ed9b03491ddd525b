"""Compiles the message catalogues: by hand (`python build_catalogues.py`), and whenever the wheel is built."""

from pathlib import Path
from typing import Any

from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # compiling by hand needs Babel alone
    BuildHookInterface = object

PACKAGE = Path(__file__).parent / "src" / "jeton"


def compile_catalogues(package: Path = PACKAGE) -> None:
    """Write a `.mo` beside each `.po`; an entry that is missing, in one of its forms too, or fuzzy stops it."""
    for source in sorted(package.rglob("*.po")):
        with source.open("rb") as stream:
            catalogue = read_po(stream, locale=source.parent.parent.name, abort_invalid=True)
        unfinished = [
            message.id for message in catalogue if message.id and (message.fuzzy or not is_translated(message))
        ]
        if unfinished:
            raise SystemExit(f"{source.relative_to(package)}: not translated: {unfinished}")
        with source.with_suffix(".mo").open("wb") as target:
            write_mo(target, catalogue)


def is_translated(message: Message) -> bool:
    """Whether every form of it has words."""
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


class CatalogueHook(BuildHookInterface):
    """Hatchling's hook."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Before a build."""
        compile_catalogues()


if __name__ == "__main__":
    compile_catalogues()
