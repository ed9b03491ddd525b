"""WP-12: one parameter in several places. Each is read where it is declared, and nowhere else."""

import pytest

from jeton.testing.world import World


@pytest.fixture(scope="module")
def token(world: World) -> str:
    return world.token("all")


def new_folder(world: World, token: str, name: str) -> int:
    made = world.send("POST", "/api/folder", token=token, json={"parent_id": 1, "name": name})
    number: int = made.json()["id"]
    return number


def test_wp_12_the_path_decides_whatever_query_and_body_say(world: World, token: str) -> None:
    one, other = (new_folder(world, token, f"place {name}") for name in ("one", "other"))
    told = world.send("GET", f"/api/folder/{one}?folder_id={other}&id={other}", token=token)
    assert told.json()["id"] == one
    for member in ("folder_id", "folderId"):
        both = world.send("PUT", f"/api/folder/{one}", token=token, json={member: other, "name": "renamed"})
        assert both.status_code in {400, 422}, both.text
    same_query = world.send("PUT", f"/api/folder/{one}?name=by-query", token=token, json={"name": "by-body"})
    assert (same_query.status_code, same_query.json()["name"]) == (200, "by-body")
    assert world.send("GET", f"/api/folder/{other}", token=token).json()["name"] == "place other"
    assert world.send("DELETE", f"/api/folder/{one}?folder_id={other}", token=token).status_code == 200
    assert world.send("GET", f"/api/folder/{other}", token=token).status_code == 200


def test_wp_12_a_query_field_that_stands_twice_is_never_chosen_between(world: World, token: str) -> None:
    answer = world.send("GET", "/api/users?limit=1&limit=2", token=token)
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable_query")
