"""What every test of the suite shares: two strict readers of answers about files and folders, and the engine."""

import pytest

from jeton.testing import postgres
from jeton.testing.answers import READERS
from tests.clients import read_answer

READERS.append(read_answer)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine", choices=("sqlite", "postgresql"), default="sqlite", help="the database that worlds stand on"
    )


def pytest_configure(config: pytest.Config) -> None:
    postgres.choose(config.getoption("--engine"))
