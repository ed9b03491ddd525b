"""Any text as a name, for a moment: what the fuzzing of `tests.fuzz.names` does for as long as one likes."""

from collections.abc import Iterator
from itertools import product
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jeton.kernel.tree import Strictness
from jeton.testing.housekeeping import check
from jeton.testing.world import World
from tests.fuzz.names import PIECES, Door, any_name


@pytest.fixture(scope="module", params=list(Strictness), ids=lambda strictness: strictness.value)
def door(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with World(tmp_path_factory.mktemp("fuzz") / "data", names=request.param, does_jobs=False) as world:
        yield Door(world, request.param)
        assert check(world) == []


@settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=st.text(st.characters(), max_size=130))
def test_any_text_is_a_name_byte_for_byte_or_refused(door: Door, name: str) -> None:
    door.try_name(name)


def test_what_trips_programs_up_is_a_name_or_refused(door: Door) -> None:
    for first, second in product(PIECES[::3], PIECES[1::4]):
        door.try_name(first + second)
    chance = Random(0)
    for _ in range(60):
        door.try_name(any_name(chance))
