"""Pictures of people over the API: one's own and, for who administers, anybody's; sent as a body or as a form."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from PIL import Image

from jeton.testing.pictures import png
from jeton.testing.world import World


class Pictured(NamedTuple):
    """Where a picture is, and the token that may change it."""

    world: World
    path: str
    token: str

    def send(self, method: str, **options: Any) -> Any:
        return self.world.send(method, self.path, token=self.token, **options)

    def seen(self) -> tuple[int, int] | None:
        answer = self.send("GET")
        if answer.status_code == 404:
            return None
        assert answer.headers["content-type"] == "image/png"
        return Image.open(io.BytesIO(answer.content)).size


@pytest.fixture(params=["own", "anybody's"])
def pictured(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Pictured]:
    with World(tmp_path / "data") as world:
        ben = world.person("ben")
        if request.param == "own":
            yield Pictured(world, "/api/account/picture", world.token(person=ben))
        else:
            yield Pictured(world, f"/api/user/{ben.id}/picture", world.token())


def form(*contents: bytes) -> dict[str, Any]:
    return {"files": [("picture", (f"{number}.png", content)) for number, content in enumerate(contents)]}


@pytest.mark.parametrize("way", [lambda content: {"content": content}, form])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_taken_drawn_anew_and_removed(pictured: Pictured, way: Any, kind: str) -> None:
    made = io.BytesIO()
    Image.new("RGB", (300, 200), "#336699").save(made, kind)
    assert pictured.seen() is None
    assert pictured.send("POST", **way(made.getvalue())).status_code == 204
    first = pictured.send("GET").content
    size = pictured.seen()
    assert size is not None
    assert size[0] == size[1]
    assert first != made.getvalue()
    assert pictured.send("POST", **way(png(color="#ff0000"))).status_code == 204
    assert pictured.send("GET").content != first
    assert pictured.send("DELETE").status_code == 204
    assert pictured.seen() is None


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"content": b""}, 422),
        ({"content": b"GIF89a but not really"}, 422),
        ({"content": b"<svg xmlns='http://www.w3.org/2000/svg'/>"}, 422),
        ({"content": png()[:60]}, 422),
        ({"content": png(side=1)}, 422),
        (form(), 422),
        (form(b"not an image"), 422),
        (form(png(), png()), 400),
        ({"content": b"x" * (2 << 20)}, 413),
        ({"content": b"no boundary", "headers": {"Content-Type": "multipart/form-data"}}, 400),
    ],
)
def test_what_is_no_picture_is_refused_and_the_one_before_stays(
    pictured: Pictured, sent: dict[str, Any], status: int
) -> None:
    assert pictured.send("POST", content=png()).status_code == 204
    before = pictured.send("GET").content
    refused = pictured.send("POST", **sent)
    assert refused.status_code == status, refused.text
    assert pictured.send("GET").content == before


def test_a_picture_of_nobody_is_refused(tmp_path: Path) -> None:
    with World(tmp_path / "data") as world:
        for method in ("GET", "POST", "DELETE"):
            content = {"content": png()} if method == "POST" else {}
            assert world.send(method, "/api/user/99999/picture", token=world.token(), **content).status_code == 404
