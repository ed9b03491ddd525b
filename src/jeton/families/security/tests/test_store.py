"""The store of second factors on the chosen engine, through its works: each call is a transaction of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from jeton.kernel.factors import Factors
from jeton.kernel.ports import People
from jeton.testing.contracts.factors import FactorsContract
from jeton.testing.world import World


class Through:
    """A port of the work, each of whose calls is written by itself."""

    def __init__(self, world: World, port: str) -> None:
        self.world = world
        self.port = port

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *given: self.world.write(lambda work: getattr(getattr(work, self.port), name)(*given))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


@pytest.fixture
def people(world: World) -> People:
    return cast(People, Through(world, "people"))


@pytest.fixture
def factors(world: World) -> Factors:
    return cast(Factors, Through(world, "factors"))


class TestFactors(FactorsContract):
    pass
