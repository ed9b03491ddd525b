"""What every test of the suite shares: two strict readers of answers about files and folders, the engine, and which of
them may run beside each other."""

from pathlib import Path

import pytest

from jeton.testing import postgres
from jeton.testing.answers import READERS
from tests.clients import read_answer

READERS.append(read_answer)

ROOT = Path(__file__).parent
ALONE = frozenset(
    ROOT / "tests" / f"test_{name}.py"
    for name in (
        "crash", "floods", "processes", "races", "readme", "rolling_restart", "scaling", "serving", "upload_kills",
        "workers",
    )
)  # fmt: skip
"""What needs the machine for itself: its load, the time that it takes, or a port that the README names."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine", choices=("sqlite", "postgresql"), default="sqlite", help="the database that worlds stand on"
    )


def pytest_configure(config: pytest.Config) -> None:
    postgres.choose(config.getoption("--engine"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what may run beside others, so that two runs take all between them: `-m beside` and `-m "not beside"`."""
    for item in items:
        if item.path not in ALONE:
            item.add_marker("beside")


@pytest.fixture(autouse=True)
def _unmeasured(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is killed or restarted again and again runs without coverage, which would be lost or tell nothing new."""
    if request.node.get_closest_marker("crash"):
        monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
