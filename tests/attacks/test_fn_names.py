"""FN: names and the tree. A name is never a path, and whatever happens at once leaves a tree without holes or knots."""

import asyncio
import time
import unicodedata
from typing import Any

import pytest

from jeton.kernel.ids import BlobId, FolderId, PrincipalId
from jeton.kernel.ports import Work
from jeton.kernel.treeport import Content
from jeton.storage.blobs.disk import DiskBlobs
from jeton.testing.housekeeping import check
from jeton.testing.world import World

SEPARATED = ("../x", "..\\x", "/etc/x", "a/b", ".", "..", "", " ", "   ", "a\\b", "\u2028", "a\tb")
UNSHOWN = ("a\0b", "a\rb", "a\nb", "a\tb", "a\x1bb", "a\u2028b", "a\u2029b", "a\u202eb", "a\u2066b", "a\x85b")
LITERAL = ("%2e%2e%2f", "%252e%252e", "..%c0%af", "..%2fetc", "\ue000", "\u0378")
_COUNT = iter(range(10**6))


@pytest.fixture(scope="module")
def token(world: World) -> str:
    return world.token("all")


@pytest.fixture
def here(world: World, token: str) -> int:
    """A folder of the test's own."""
    return made(world, token, 1, f"test {next(_COUNT)}").json()["id"]  # type: ignore[no-any-return]


def made(world: World, token: str, parent: int, name: str) -> Any:
    return world.send("POST", "/api/folder", token=token, json={"parent_id": parent, "name": name})


def put(world: World, token: str, folder: int, name: str) -> Any:
    form = {"data": {"folderId": str(folder)}, "files": {"targetFile": (name, b"x")}}
    return world.send("POST", "/api/file/upload", token=token, **form)


def change(world: World, token: str, folder: int, **members: Any) -> Any:
    return world.send("PUT", f"/api/folder/{folder}", token=token, json=members)


def names(world: World, token: str, folder: int) -> list[str]:
    content = world.send("GET", f"/api/folder/{folder}?depth=1", token=token).json()["content"]
    return [one["name"] for one in (*content["folders"], *content["files"])]


def at_once(world: World, token: str, *calls: tuple[str, str, dict[str, Any]]) -> list[Any]:
    """Calls that meet: none waits for another's answer."""
    headers = {"Authorization": f"Bearer {token}"}

    async def all_of_them() -> list[Any]:
        return list(
            await asyncio.gather(
                *(world.http.request(method, path, headers=headers, **options) for method, path, options in calls)
            )
        )

    return world.run(all_of_them())


@pytest.mark.parametrize("name", [*SEPARATED, *UNSHOWN])
def test_fn_01_fn_03_what_is_no_name_is_refused_however_it_comes(
    world: World, token: str, here: int, name: str
) -> None:
    folder = made(world, token, here, "good").json()["id"]
    file = put(world, token, here, "file").json()["id"]
    before = names(world, token, here)
    tried = [
        made(world, token, here, name),
        change(world, token, folder, name=name),
        world.send("PUT", f"/api/file/{file}", token=token, json={"name": name}),
        world.send("PUT", f"/api/file/{file}/copy", token=token, json={"name": name}),
        world.send("PUT", f"/api/folder/{folder}/copy", token=token, json={"name": name}),
    ]
    assert {answer.status_code for answer in tried} <= {400, 422}
    assert names(world, token, here) == before


@pytest.mark.parametrize(
    "body", [b'{"parent_id": 1, "name": "a\\ud800"}', b'{"parent_id": 1, "name": "a\xed\xa0\x80"}']
)
def test_fn_03_half_a_letter_is_no_letter(world: World, token: str, body: bytes) -> None:
    assert world.send("POST", "/api/folder", token=token, content=body).status_code in {400, 422}


@pytest.mark.parametrize("name", LITERAL)
def test_fn_02_what_looks_encoded_is_a_name_and_leads_nowhere(world: World, token: str, here: int, name: str) -> None:
    assert made(world, token, here, name).json()["name"] == name
    inner = made(world, token, here, "inner").json()["id"]
    assert made(world, token, inner, name).status_code == 201
    assert names(world, token, here) == sorted([name, "inner"], key=lambda one: unicodedata.normalize("NFC", one))
    assert not [path for path in world.folder.rglob("*") if name in path.name]


def test_fn_04_spellings_of_one_letter_are_one_name_and_look_alikes_are_others(
    world: World, token: str, here: int
) -> None:
    for first, second in (("caf\u00e9", "cafe\u0301"), ("\u1100\u1161", "\uac00"), ("\u212b", "\u00c5")):
        assert made(world, token, here, first).json()["name"] == first, "byte for byte"
        refused = made(world, token, here, second)
        assert (refused.status_code, refused.json()["code"]) == (403, "name_taken")
    for look_alike in ("\u017f", "s", "\ufb01", "fi", "\u0130", "i", "I"):
        assert made(world, token, here, look_alike).status_code == 201


def test_fn_05_of_two_who_make_one_folder_at_once_one_does(world: World, token: str, here: int) -> None:
    for first, second, expected in (("same", "same", [201, 403]), ("File.txt", "file.TXT", [201, 201])):
        body = {"parent_id": here}
        calls = [("POST", "/api/folder", {"json": {**body, "name": name}}) for name in (first, second)]
        assert sorted(answer.status_code for answer in at_once(world, token, *calls)) == expected
    assert check(world) == []


def test_fn_06_names_and_depths_have_ends(world: World, token: str, here: int) -> None:
    for name, status in (("a" * 255, 201), ("a" * 256, 422), ("\N{OK HAND SIGN}" * 300, 422), ("\u00e9" * 128, 422)):
        assert made(world, token, here, name).status_code == status
    inner, depth = here, 2
    while (answer := made(world, token, inner, "d" * 200)).status_code == 201:
        inner, depth = answer.json()["id"], depth + 1
    assert (depth, answer.status_code, answer.json()["code"]) == (100, 409, "too_deep")
    listed = world.send("GET", f"/api/objectpath?id={inner}", token=token)
    assert len(listed.json()["object"]) > 10_000


def test_fn_07_names_of_devices_are_names_and_streams_and_blanks_are_not(world: World, token: str, here: int) -> None:
    for name in ("CON", "aux.txt", "nul", "a."):
        assert made(world, token, here, name).json()["name"] == name
    for name in ("name:stream", "a ", " a", "a?", 'a"b', "a<b", "a|b"):
        assert made(world, token, here, name).status_code == 422


def test_fn_08_nothing_moves_into_itself_or_to_what_is_gone(world: World, token: str, here: int) -> None:
    top = made(world, token, here, "top").json()["id"]
    inner = made(world, token, top, "inner").json()["id"]
    gone = made(world, token, here, "gone").json()["id"]
    world.send("DELETE", f"/api/folder/{gone}", token=token)
    for target, status in ((top, 409), (inner, 409), (gone, 404)):
        assert change(world, token, top, parent_id=target).status_code == status
        assert (
            world.send("PUT", f"/api/folder/{top}/copy", token=token, json={"parent_id": target}).status_code == status
        )
    assert check(world) == []


def test_fn_09_two_moves_at_once_make_no_knot(world: World, token: str, here: int) -> None:
    for turn in range(5):
        one, two = (made(world, token, here, f"{side} {turn}").json()["id"] for side in ("one", "two"))
        calls = [
            ("PUT", f"/api/folder/{one}", {"json": {"parent_id": two}}),
            ("PUT", f"/api/folder/{two}", {"json": {"parent_id": one}}),
        ]
        answers = at_once(world, token, *calls)
        assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert check(world) == []


def test_fn_13_a_link_planted_among_the_bytes_is_not_followed(world: World, token: str, here: int) -> None:
    file = put(world, token, here, "a").json()["id"]
    secret = world.folder / "secret"
    secret.write_bytes(b"x")
    blob = DiskBlobs(world.folder / "blobs").path_of(max(DiskBlobs(world.folder / "blobs").every()))
    kept = blob.read_bytes()
    blob.unlink()
    blob.symlink_to(secret)
    answer = world.send("GET", f"/api/file/{file}/download", token=token)
    faults = check(world)
    blob.unlink()
    blob.write_bytes(kept)
    assert (answer.status_code, answer.json()["code"]) == (410, "content_lost")
    assert any("are not there" in fault for fault in faults)
    assert check(world) == []


def test_fn_14_what_meets_a_deletion_is_there_or_gone_and_never_between(world: World, token: str, here: int) -> None:
    for turn in range(6):
        folder = made(world, token, here, f"f {turn}").json()["id"]
        file = put(world, token, folder, "a").json()["id"]
        form = {"data": {"folderId": str(folder)}, "files": {"targetFile": ("b", b"x")}}
        calls = [
            ("POST", "/api/file/upload", form),
            ("DELETE", f"/api/folder/{folder}?trash={turn % 2}", {}),
            ("PUT", f"/api/file/{file}", {"json": {"name": "c"}}),
            ("PUT", f"/api/file/{file}/copy", {"json": {"parent_id": here, "name": f"copy {turn}"}}),
        ]
        answers = at_once(world, token, *(calls if turn % 3 else calls[::-1]))
        assert {answer.status_code for answer in answers} <= {200, 201, 404, 409}
        assert world.send("GET", f"/api/file/{file}", token=token).status_code == 404
    assert check(world) == []


def test_fn_15_names_that_begin_alike_cost_no_more_than_others(world: World, token: str, here: int) -> None:
    def fill(work: Work) -> None:
        folder = work.tree.reread_folder(FolderId(here))
        empty = Content(blob=BlobId(1), size_bytes=0, md5="0" * 32, sha256="0" * 64)
        for number in range(3_000):
            name = "".join(letter.upper() if number >> place & 1 else letter for place, letter in enumerate("a" * 12))
            dates = {"created_at": work.now, "modified_at": work.now, "now": work.now}
            work.tree.add_file(folder, f"{name}.txt", empty, owner=PrincipalId(0), **dates)

    world.write(fill)
    began = time.perf_counter()
    for number in range(100):
        assert made(world, token, here, f"{'A' * 12}.TXT {number}").status_code == 201
    assert time.perf_counter() - began < 5
    world.send("DELETE", f"/api/folder/{here}?trash=0", token=token)
