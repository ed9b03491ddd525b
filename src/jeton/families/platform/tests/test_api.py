"""What the platform tells of itself before anybody is known."""

from pathlib import Path

from jeton.testing.world import World


def test_the_public_configuration_needs_no_token_and_looks_at_none(tmp_path: Path) -> None:
    with World(tmp_path / "data") as world:
        told = world.send("GET", "/api/publicconfig")
        assert told.status_code == 200
        assert told.json()["features"]["oauth2"] is True
        assert told.json()["features"]["name"] == "Documents"
        assert world.send("GET", "/api/publicconfig", token="nonsense").status_code == 200
