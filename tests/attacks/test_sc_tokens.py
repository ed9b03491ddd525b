"""SC: tokens on the API that are not whole, or not where tokens are shown. The rest of SC is `tests/test_matrix.py`."""

import pytest

from jeton.kit.mint import ACCESS_TOKEN
from jeton.testing.world import World

PATH = "/api/folder/1"


@pytest.fixture(scope="module")
def token(world: World) -> str:
    return world.token("files.read")


def test_sc_08_a_token_of_another_installation_opens_nothing(
    world: World, token: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with World(tmp_path_factory.mktemp("other") / "data") as other:
        assert other.send("GET", PATH, token=other.token("files.read")).status_code == 200
        refused = other.send("GET", PATH, token=token)
    assert (refused.status_code, refused.json()["code"]) == (401, "invalid_token")


def swapped(text: str) -> str:
    return text.removeprefix(ACCESS_TOKEN).swapcase()


@pytest.mark.parametrize("kind", ["cut", "cut by ten", "longer", "a tail", "lower", "upper", "swapped", "no prefix"])
def test_sc_09_a_token_that_is_cut_lengthened_or_in_another_case_is_refused(
    world: World, token: str, kind: str
) -> None:
    changed = {
        "cut": token[:-1],
        "cut by ten": token[:-10],
        "longer": token + "A",
        "a tail": token + ".x",
        "lower": token.lower(),
        "upper": token.upper(),
        "swapped": ACCESS_TOKEN + swapped(token),
        "no prefix": token.removeprefix(ACCESS_TOKEN),
    }[kind]
    refused = world.send("GET", PATH, token=changed)
    assert (refused.status_code, refused.json()["code"]) == (401, "invalid_token")


@pytest.mark.parametrize("name", ["access_token", "token", "jeton", "Authorization"])
def test_sc_10_a_token_in_a_cookie_or_in_a_form_opens_nothing(world: World, token: str, name: str) -> None:
    cookie = world.send("GET", PATH, headers={"Cookie": f"{name}={token}"})
    assert cookie.status_code == 401
    body = world.send("POST", "/api/folder", data={name: token, "parent_id": "1", "name": "n"})
    assert body.status_code == 401
    query = world.send("GET", f"{PATH}?{name}={token}")
    assert query.status_code == 401
    upload = world.send(
        "POST", "/api/file/upload", data={name: token, "folderId": "1"}, files={"targetFile": ("f", b"x")}
    )
    assert upload.status_code == 401
    assert token not in world.log.getvalue()
