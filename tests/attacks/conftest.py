"""A platform for each file of attacks, with people, and applications of each kind."""

from collections.abc import Iterator
from typing import Final

import pytest

from jeton.testing.browsing import Visitor
from jeton.testing.world import World
from tests.attacks.cast import App, register

ALICE: Final = ("alice", "alice has a long password")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Jobs do not run: some attacks let years pass."""
    with World(tmp_path_factory.mktemp("attacked") / "data", does_jobs=False) as made:
        made.person("alice")
        yield made


@pytest.fixture
def alice(world: World) -> Iterator[Visitor]:
    """At her browser, logged in."""
    visitor = Visitor(world)
    assert visitor.log_in(*ALICE).status_code == 303
    yield visitor
    visitor.close()


@pytest.fixture(scope="module")
def web(world: World) -> App:
    """A confidential application with one callback."""
    return register(world)


@pytest.fixture(scope="module")
def spa(world: World) -> App:
    """A public application."""
    return register(world, is_public=True)


@pytest.fixture(scope="module")
def native(world: World) -> App:
    """A public application that listens on loopback."""
    return register(world, "http://127.0.0.1/cb", is_public=True)


@pytest.fixture(scope="module")
def evil(world: World) -> App:
    """The attacker's own, properly registered."""
    return register(world, "https://evil.test/cb")


@pytest.fixture(scope="module")
def script(world: World) -> App:
    """A Server application with every scope."""
    return register(world, scopes="all", is_server=True)
