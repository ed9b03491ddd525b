"""What is seen of a file without downloading it: previews, thumbnails, pages, what it tells (security.md DL)."""

import asyncio
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
import pytest
from PIL import Image

from jeton.kernel.ids import FolderId
from jeton.kernel.people import User
from jeton.kernel.tree import Right
from jeton.testing.housekeeping import check
from jeton.testing.world import World


def image(media: str = "PNG", size: tuple[int, int] = (3000, 2000)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "red").save(out, media)
    return out.getvalue()


def pdf() -> bytes:
    out = BytesIO()
    sheets = [Image.new("RGB", (600, 800), "white") for _ in range(3)]
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:], title="Plan", author="Ada")
    return out.getvalue()


class Shelf:
    """Calls of a Server application, by which files are kept and seen."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.token = world.token("files.readwrite files.read trashes.write")

    def file(self, content: bytes, name: str = "x", folder: int = 1, kind: str = "application/pdf") -> int:
        form = {"targetFile": (name, content, kind)}
        data = {"folderId": str(folder)}
        made = self.world.send("POST", "/api/file/upload", token=self.token, data=data, files=form)
        assert made.status_code == 201, made.text
        number: int = made.json()["id"]
        return number

    def see(self, path: str, token: str | None = None, **options: Any) -> httpx2.Response:
        return self.world.send("GET", f"/api{path}", token=token or self.token, **options)

    def blobs(self) -> int:
        return sum(file.is_file() for file in (self.world.folder / "blobs").rglob("*"))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


@pytest.fixture
def shelf(world: World) -> Shelf:
    return Shelf(world)


def test_a_preview_and_a_thumbnail_are_drawn_once_and_kept(shelf: Shelf) -> None:
    number = shelf.file(image(), "photo.bin")
    preview = shelf.see(f"/preview/{number}")
    assert (preview.status_code, preview.headers["content-type"]) == (200, "image/jpeg")
    assert Image.open(BytesIO(preview.content)).size == (1024, 683)
    assert preview.headers["content-disposition"].startswith('inline; filename="photo.bin.jpg"')
    assert preview.headers["x-content-type-options"] == "nosniff"
    assert preview.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert Image.open(BytesIO(shelf.see(f"/mixer/{number}").content)).size == (256, 171)
    assert shelf.blobs() == 3
    again = shelf.see(f"/preview/{number}", headers={"If-None-Match": preview.headers["etag"]})
    assert again.status_code == 304
    assert shelf.see(f"/preview/{number}").content == preview.content
    assert shelf.blobs() == 3


def test_sizes_are_rounded_up_to_a_few(shelf: Shelf) -> None:
    number = shelf.file(image())
    for asked, side in ((1, 64), (65, 128), (300, 512), (4096, 2048)):
        shown = shelf.see(f"/mixer/{number}", params={"size": str(asked)})
        assert max(Image.open(BytesIO(shown.content)).size) == side
    assert max(Image.open(BytesIO(shelf.see(f"/preview/{number}?width=500").content)).size) == 512
    for wrong in ("0", "4097", "-1", "x"):
        assert shelf.see(f"/mixer/{number}", params={"size": wrong}).status_code == 422


def test_dl_04_a_text_is_seen_as_text_and_never_rendered(shelf: Shelf) -> None:
    for name in ("page.html", "read.md", "drawing.svg", "feed.xml"):
        content = b"<svg><script>alert(1)</script></svg> [x](javascript:alert(1)) ![](https://third.example/p)"
        number = shelf.file(content + name.encode(), name, kind="text/html")
        seen = shelf.see(f"/preview/{number}", headers={"Accept": "text/html"})
        assert (seen.content, seen.headers["content-type"]) == (content + name.encode(), "text/plain; charset=utf-8")
        assert seen.headers["content-disposition"].startswith("attachment; ")
        assert seen.headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert shelf.see(f"/mixer/{number}").headers["content-type"] == "image/jpeg"


def test_dl_03_what_a_file_is_its_bytes_say_not_its_name(shelf: Shelf) -> None:
    assert (
        shelf.see(f"/preview/{shelf.file(image(), 'page.html', kind='text/html')}").headers["content-type"]
        == "image/jpeg"
    )
    text = shelf.file(b"not a picture", "photo.png", kind="image/png")
    assert shelf.see(f"/preview/{text}").headers["content-type"] == "text/plain; charset=utf-8"


def test_what_has_no_preview_says_so_and_is_asked_once(shelf: Shelf) -> None:
    number = shelf.file(b"\x7fELF" + bytes(1000))
    for path in ("preview", "mixer"):
        refused = shelf.see(f"/{path}/{number}")
        assert (refused.status_code, refused.json()["code"]) == (404, "no_preview")
    assert shelf.blobs() == 1
    assert shelf.see(f"/file/{number}/infos").json() == {"length": "0"}
    assert "file_type" not in shelf.see(f"/file/{number}").json()
    empty = shelf.file(b"", "empty")
    assert shelf.see(f"/preview/{empty}").json()["code"] == "no_preview"
    assert shelf.see("/preview/99999").json()["code"] == "no_such_file"


def test_dl_09_hostile_pictures_have_no_preview(shelf: Shelf) -> None:
    broken = shelf.file(image()[:100], "broken.png")
    assert shelf.see(f"/preview/{broken}").json()["code"] == "no_preview"
    assert shelf.see(f"/file/{broken}/download").status_code == 200


def test_pages_are_counted_and_a_document_tells_of_itself(shelf: Shelf) -> None:
    number = shelf.file(pdf(), "plan.pdf")
    assert "meta" not in shelf.see(f"/file/{number}").json()
    assert shelf.see(f"/file/{number}/infos").json() == {"length": "3"}
    told = shelf.see(f"/file/{number}").json()
    assert told["file_type"] == "document"
    assert {name: told["meta"][name] for name in ("pages", "title", "author")} == {
        "pages": 3, "title": "Plan", "author": "Ada",
    }  # fmt: skip
    back = shelf.world.send("PUT", f"/api/file/{number}", token=shelf.token, json={**told, "name": "new.pdf"})
    assert back.status_code == 200


def let(world: World, person: User, rights: Right) -> None:
    world.write(lambda work: work.entries.put(FolderId(1), person.id, rights, by=world.admin.id, now=work.now))


def test_dl_08_a_preview_needs_the_right_to_read(world: World, shelf: Shelf) -> None:
    number = shelf.file(image(size=(30, 20)))
    bob = world.person("bob")
    token = world.token("files.read", person=bob)
    paths = (f"/preview/{number}", f"/mixer/{number}", f"/file/{number}/infos")
    let(world, bob, Right.BROWSE | Right.WRITE)
    assert [shelf.see(path, token).status_code for path in paths] == [404] * 3
    let(world, bob, Right.BROWSE | Right.READ)
    assert [shelf.see(path, token).status_code for path in paths] == [200] * 3
    assert shelf.see(f"/file/{number}/download", token).status_code == 403


def test_a_link_to_a_preview_opens_that_and_no_more(world: World, shelf: Shelf) -> None:
    number = shelf.file(image(size=(30, 20)))
    bob = world.person("bob")
    token = world.token("files.read", person=bob)
    let(world, bob, Right.BROWSE | Right.READ)
    asked = world.send("POST", f"/api/token/file/{number}/preview", token=token)
    query = {"token": asked.json()["token"]}
    assert world.send("POST", f"/api/token/file/{number}/download", token=token).status_code == 403
    seen = world.send("GET", "/api/file/download", params=query)
    assert (seen.status_code, seen.headers["content-type"]) == (200, "image/jpeg")
    let(world, bob, Right.BROWSE)
    assert world.send("GET", "/api/file/download", params=query).status_code == 403


def test_versions_that_share_bytes_share_their_preview_and_it_goes_with_them(world: World, shelf: Shelf) -> None:
    number = shelf.file(image())
    shelf.see(f"/preview/{number}")
    shelf.see(f"/mixer/{number}")
    assert shelf.blobs() == 3
    world.send("DELETE", f"/api/file/{number}?trash=0", token=shelf.token)
    world.do_jobs()
    assert world.until(lambda: shelf.blobs() == 0)
    assert world.until(lambda: world.read(lambda work: work.blobs.doomed(work.now, 10)) == [])


def test_lost_previews_are_told_by_the_doctor_and_whole_ones_are_well(world: World, shelf: Shelf) -> None:
    number = shelf.file(image())
    shelf.see(f"/preview/{number}")
    assert check(world) == []
    newest = max((file for file in (world.folder / "blobs").rglob("*") if file.is_file()), key=lambda file: file.name)
    newest.unlink()
    (found,) = check(world)
    assert "preview" in found


def test_many_who_ask_at_once_get_one_drawing(world: World, shelf: Shelf) -> None:
    number = shelf.file(image(size=(300, 200)))

    async def all_at_once() -> list[int]:
        headers = {"Authorization": f"Bearer {shelf.token}"}
        answers = await asyncio.gather(*(world.http.get(f"/api/mixer/{number}", headers=headers) for _ in range(20)))
        return [answer.status_code for answer in answers]

    assert world.run(all_at_once()) == [200] * 20
    assert shelf.blobs() == 2
