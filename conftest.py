"""What every test of the suite shares: two strict readers of answers about files and folders, the engine, and which of
them may run beside each other."""

from pathlib import Path

import pytest

from jeton.testing import postgres
from jeton.testing.answers import READERS
from tests.clients import read_answer

READERS.append(read_answer)

ROOT = Path(__file__).parent
BESIDE = tuple(
    ROOT / name for name in ("src", "tests/attacks", "tests/fuzz", "tests/test_matrix.py", "tests/test_roles.py")
)
"""Where tests need no machine of their own: what is served there is served within the test."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine", choices=("sqlite", "postgresql"), default="sqlite", help="the database that worlds stand on"
    )


def pytest_configure(config: pytest.Config) -> None:
    postgres.choose(config.getoption("--engine"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what may run beside others, so that two runs take all between them: `-m beside` and `-m "not beside"`."""
    for item in items:
        alone = item.get_closest_marker("browser") or item.get_closest_marker("crash")
        if not alone and any(item.path.is_relative_to(folder) for folder in BESIDE):
            item.add_marker("beside")
