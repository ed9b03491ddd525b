"""What tests of outside clients share: one served platform for each module, a person, three applications."""

from collections.abc import Iterator

import pytest

from jeton.testing.served import Served, init
from tests.interop.clients import CALLBACK, Registered, register
from tests.interop.person import Person


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("interop") / "data"
    init(folder)
    with Served(folder) as made:
        yield made


@pytest.fixture(scope="module")
def person(served: Served) -> Iterator[Person]:
    made = Person(served)
    yield made
    made.close()


@pytest.fixture(scope="module")
def robot(served: Served) -> Registered:
    """A Server application."""
    return register(served, "--name", "Robot", "--type", "server", "--scope", "users.read")


@pytest.fixture(scope="module")
def portal(served: Served) -> Registered:
    """A Client application that keeps a secret."""
    scopes = ("--scope", "account.read", "--scope", "files.readwrite")
    return register(served, "--name", "Portal", "--type", "client", "--callback", CALLBACK, *scopes)


@pytest.fixture(scope="module")
def pocket(served: Served) -> Registered:
    """A Client application that keeps none."""
    arguments = ("--name", "Pocket", "--type", "client", "--public", "--callback", CALLBACK)
    return register(served, *arguments, "--scope", "account.read")
