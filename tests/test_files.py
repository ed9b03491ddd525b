"""Files at a real browser: brought by script, in pieces that survive cuts and reloads, walked by keys; and without any
script, in French.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from jeton.testing.served import ADMIN_LOGIN, ADMIN_PASSWORD, Served, free_port, init
from tests.interop.cuts import CuttingDoor
from tests.test_accessibility import violations

pytestmark = pytest.mark.browser
PIECE = 8 << 20
HERE = "/files/1"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data = tmp_path_factory.mktemp("files") / "data"
    init(data)
    with Served(data) as made:
        yield made


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(locale="en-GB")
    yield made
    made.close()


@pytest.fixture
def desk(context: BrowserContext, served: Served, request: pytest.FixtureRequest) -> Page:
    """A page of an empty folder of this test's own."""
    page = context.new_page()
    enter(page, served.url)
    make_folder(page, served.url, request.node.name[:60])
    return page


def enter(page: Page, url: str) -> None:
    page.goto(f"{url}/login")
    page.fill("#login", ADMIN_LOGIN)
    page.fill("#password", ADMIN_PASSWORD)
    page.click("main button.primary")
    page.wait_for_url("**/admin/applications**")


def make_folder(page: Page, url: str, name: str) -> None:
    page.goto(url + HERE)
    page.click("summary:has-text('New folder')")
    page.fill("#name", name)
    page.click("button:text('Make it')")
    page.click(f"[data-name='{name}'] a")
    expect(page.locator("h1")).to_have_text(name)
    ready(page)


def ready(page: Page) -> None:
    expect(page.locator("[data-choose]")).to_be_visible()


def choose(page: Page, *files: tuple[str, bytes]) -> None:
    page.set_input_files(
        "#targetFile",
        [{"name": name, "mimeType": "application/octet-stream", "buffer": content} for name, content in files],
    )


def names(page: Page, *expected: str) -> None:
    """The list comes to hold these, in this order."""
    expect(page.locator("[data-row] .named a")).to_have_text(list(expected))


def content(page: Page, name: str) -> bytes:
    number = (page.locator(f"[data-name='{name}']").get_attribute("data-row") or "").removeprefix("file-")
    answer = page.request.get(f"{page.url.partition('/files')[0]}/session/file/{number}/download")
    assert answer.ok
    return answer.body()


def upload(page: Page, name: str) -> Locator:
    """The row of a file on its way."""
    return page.locator("[data-uploads] li", has_text=name)


class Gate:
    """Lets the pieces of uploads through until it is told to hold them."""

    def __init__(self, page: Page, *, let: int) -> None:
        self.page = page
        self.left = let
        self.offsets: list[int] = []
        self.held: list[Route] = []
        page.route("**/session/tus/*", self._judge)

    def _judge(self, route: Route) -> None:
        if route.request.method == "PATCH":
            self.offsets.append(int(route.request.headers["upload-offset"]))
            if self.left <= 0:
                self.held.append(route)
                return
            self.left -= 1
        route.continue_()

    def holds_one(self) -> None:
        """Wait until a piece is held."""
        for _ in range(600):
            if self.held:
                return
            self.page.wait_for_timeout(50)  # lets what was sent arrive here
        raise AssertionError("no piece came")

    def open(self) -> None:
        self.left = 1000


def test_files_come_several_at_once_with_their_progress_and_the_list_is_shown_anew(desk: Page) -> None:
    gate = Gate(desk, let=1)
    long = bytes(range(256)) * (PIECE // 256) + b"the end"
    choose(desk, ("long.bin", long))
    row = upload(desk, "long.bin")
    expect(row.locator("[data-told]")).to_contain_text("100%")
    expect(desk.locator("#status")).to_have_text("Upload: 50 %")
    assert float(row.locator("progress").evaluate("bar => bar.value")) > 0.99
    assert violations(desk) == []
    choose(desk, ("note.txt", b"hello"), ("empty.txt", b""))
    names(desk)  # while anything is under way, the list stays
    expect(upload(desk, "note.txt")).to_be_visible()
    gate.open()
    for route in gate.held:
        route.continue_()
    names(desk, "empty.txt", "long.bin", "note.txt")
    expect(desk.locator("#status")).to_have_text("Upload: 100 %. Everything is there.")
    expect(desk.locator("[data-uploads]")).to_be_hidden()
    expect(desk.locator("[data-fresh=heading] p")).to_contain_text("3 files")
    assert (content(desk, "long.bin"), content(desk, "empty.txt")) == (long, b"")


def test_what_the_server_refuses_is_told_in_its_words_and_keeps_nothing_else_back(desk: Page) -> None:
    choose(desk, ("a:b.txt", b"1"), ("good.txt", b"2"))
    expect(upload(desk, "a:b.txt")).to_contain_text("This name cannot be given.")
    names(desk, "good.txt")
    upload(desk, "a:b.txt").locator("[data-cancel]").click()
    expect(desk.locator("[data-uploads]")).to_be_hidden()
    expect(desk.locator("[data-choose]")).to_be_focused()


def test_a_name_that_is_taken_is_asked_about_and_each_answer_is_kept_to(desk: Page) -> None:
    choose(desk, ("a.txt", b"first"), ("b.txt", b"first"))
    names(desk, "a.txt", "b.txt")
    dialog = desk.locator("#clash")
    for answer, listed, text in (
        ("Skip", ("a.txt", "b.txt"), b"first"),
        ("Keep both", ("a (1).txt", "a.txt", "b.txt"), b"first"),
        ("New version", ("a (1).txt", "a.txt", "b.txt"), b"second"),
    ):
        before = desk.locator("[data-name='a.txt']").get_attribute("data-row") or ""
        choose(desk, ("a.txt", b"second"))
        expect(dialog).to_contain_text("“a.txt” is there already.")
        assert violations(desk) == []
        dialog.get_by_role("button", name=answer).click()
        expect(dialog).to_be_hidden()
        expect(desk.locator("[data-uploads]")).to_be_hidden()
        names(desk, *listed)
        if answer == "New version":  # the list names the newer one, once it is shown anew
            expect(desk.locator("[data-name='a.txt']")).not_to_have_attribute("data-row", before)
        assert content(desk, "a.txt") == text
    choose(desk, ("a.txt", b"third"))
    expect(dialog).to_be_visible()
    desk.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    choose(desk, ("a.txt", b"third"), ("b.txt", b"third"), ("c.txt", b"third"))
    dialog.get_by_label("The same for all").check()
    dialog.get_by_role("button", name="Keep both").click()
    names(desk, "a (1).txt", "a (2).txt", "a.txt", "b (1).txt", "b.txt", "c.txt")
    assert (content(desk, "a.txt"), content(desk, "a (2).txt")) == (b"second", b"third")


def test_a_whole_folder_comes_with_the_folders_in_it_and_again_into_the_same(desk: Page, tmp_path: Path) -> None:
    inner = tmp_path / "Trip" / "Photos"
    inner.mkdir(parents=True)
    (tmp_path / "Trip" / "plan.txt").write_text("north")
    (inner / "sea.txt").write_text("blue")
    desk.set_input_files("input[webkitdirectory]", tmp_path / "Trip")
    names(desk, "Trip")
    (inner / "hill.txt").write_text("green")
    desk.set_input_files("input[webkitdirectory]", tmp_path / "Trip")
    dialog = desk.locator("#clash")
    dialog.get_by_label("The same for all").check()
    dialog.get_by_role("button", name="Skip").click()
    expect(desk.locator("[data-fresh=heading] p")).to_contain_text("3 files")
    names(desk, "Trip")
    desk.click("[data-name=Trip] a")
    names(desk, "Photos", "plan.txt")
    desk.click("[data-name=Photos] a")
    names(desk, "hill.txt", "sea.txt")


def test_files_and_folders_dropped_by_the_mouse_come_as_if_they_were_chosen(desk: Page, tmp_path: Path) -> None:
    (tmp_path / "Trip").mkdir()
    (tmp_path / "Trip" / "plan.txt").write_text("north")
    (tmp_path / "note.txt").write_text("hello")
    where = desk.locator("[data-lively]").bounding_box()
    assert where is not None
    drag: dict[str, Any] = {
        "x": where["x"] + 20,
        "y": where["y"] + 20,
        "data": {"items": [], "files": [str(tmp_path / "Trip"), str(tmp_path / "note.txt")], "dragOperationsMask": 1},
    }
    mouse = desk.context.new_cdp_session(desk)
    for act in ("dragEnter", "dragOver"):
        mouse.send("Input.dispatchDragEvent", {"type": act, **drag})
    expect(desk.locator(".drop.over")).to_be_visible()
    mouse.send("Input.dispatchDragEvent", {"type": "drop", **drag})
    expect(desk.locator(".drop.over")).to_have_count(0)
    names(desk, "Trip", "note.txt")
    assert content(desk, "note.txt") == b"hello"
    desk.click("[data-name=Trip] a")
    names(desk, "plan.txt")


def test_pictures_are_shown_small_and_what_only_claims_to_be_one_keeps_its_icon(desk: Page) -> None:
    out = BytesIO()
    Image.new("RGB", (300, 200), "red").save(out, "PNG")
    choose(desk, ("claims.png", b"\x00\x01"), ("note.txt", b"hello"), ("red.png", out.getvalue()))
    names(desk, "claims.png", "note.txt", "red.png")
    width = "image => image.decode().catch(() => 0).then(() => image.naturalWidth)"
    assert desk.locator("[data-name='red.png'] .tile img").evaluate(width) == 64
    assert desk.locator("[data-name='claims.png'] .tile img").evaluate(width) == 0
    expect(desk.locator("[data-name='note.txt'] .tile img")).to_have_count(0)
    assert violations(desk) == []
    desk.click("[data-name='red.png'] a")
    assert desk.locator("img.seen").evaluate(width) == 300


def test_what_is_paused_waits_and_what_goes_on_sends_nothing_twice(desk: Page) -> None:
    gate = Gate(desk, let=1)
    long = b"0123456789abcdef" * (3 * PIECE // 16)
    choose(desk, ("long.bin", long))
    gate.holds_one()
    row = upload(desk, "long.bin")
    row.get_by_role("button", name="Pause").click()
    expect(row.locator("[data-told]")).to_have_text("33% · paused")
    gate.open()
    row.get_by_role("button", name="Go on").click()
    names(desk, "long.bin")
    assert content(desk, "long.bin") == long
    assert gate.offsets == [0, PIECE, PIECE, 2 * PIECE]


def test_what_is_cancelled_leaves_nothing(desk: Page) -> None:
    gate = Gate(desk, let=0)
    choose(desk, ("gone.bin", b"x" * 1000))
    expect(upload(desk, "gone.bin")).to_be_visible()
    with desk.expect_response(lambda answer: answer.request.method == "DELETE") as ended:
        upload(desk, "gone.bin").get_by_role("button", name="Cancel").click()
    assert ended.value.status == 204
    expect(desk.locator("[data-uploads]")).to_be_hidden()
    gate.open()
    desk.reload()
    ready(desk)
    expect(desk.locator("[data-uploads]")).to_be_hidden()
    names(desk)


def test_a_connection_that_is_cut_in_the_middle_is_taken_up_again(browser: Browser, tmp_path: Path) -> None:
    long = bytes(range(251)) * (2 * PIECE // 251)
    port = free_port()
    with CuttingDoor(port, every_bytes=5_000_000, most_cuts=2) as door:
        settings = {"JETON_PUBLIC_URL": door.url}
        init(tmp_path / "data", settings)
        with Served(tmp_path / "data", port=port, settings=settings):
            context = browser.new_context(locale="en-GB")
            page = context.new_page()
            enter(page, door.url)
            make_folder(page, door.url, "over a bad line")
            choose(page, ("long.bin", long))
            expect(upload(page, "long.bin")).to_be_visible()
            expect(page.locator("[data-row] .named a")).to_have_text(["long.bin"], timeout=30_000)
            assert (door.cuts, door.sent_bytes < 2 * len(long)) == (2, True)
            assert content(page, "long.bin") == long
            context.close()


def test_the_same_file_chosen_again_after_a_reload_goes_on_where_it_stood(desk: Page, tmp_path: Path) -> None:
    file = tmp_path / "long.bin"
    file.write_bytes(b"0123456789abcdef" * (3 * PIECE // 16))
    gate = Gate(desk, let=1)
    desk.set_input_files("#targetFile", file)
    gate.holds_one()
    desk.reload()
    ready(desk)
    row = upload(desk, "long.bin")
    expect(row.locator("[data-told]")).to_have_text("33% · Choose the same file again, and it goes on from here.")
    gate.open()
    gate.offsets.clear()
    desk.set_input_files("#targetFile", file)
    names(desk, "long.bin")
    assert gate.offsets == [PIECE, 2 * PIECE]
    assert content(desk, "long.bin") == file.read_bytes()
    desk.reload()
    ready(desk)
    expect(desk.locator("[data-uploads]")).to_be_hidden()


def test_the_list_is_walked_selected_renamed_and_deleted_by_keys_alone(desk: Page) -> None:
    choose(desk, ("a.txt", b"1"), ("b.txt", b"2"), ("c.txt", b"3"))
    names(desk, "a.txt", "b.txt", "c.txt")
    count, delete = desk.locator("[data-count]"), desk.get_by_role("button", name="Delete")
    link = desk.locator("[data-row] .named a")
    expect(count).to_have_text("0")
    expect(delete).to_be_disabled()
    link.nth(0).focus()
    for key, at in (("ArrowDown", 1), ("End", 2), ("ArrowDown", 2), ("Home", 0), ("ArrowUp", 0), ("ArrowDown", 1)):
        desk.keyboard.press(key)
        expect(link.nth(at)).to_be_focused()
    assert desk.locator("tbody [tabindex='0']").count() == 2  # one row is in the way of Tab: its box and its link
    desk.keyboard.press("Space")
    expect(count).to_have_text("1")
    desk.keyboard.press("ControlOrMeta+a")
    expect(count).to_have_text("3")
    expect(desk.locator("[data-every]")).to_be_checked()
    desk.locator("[data-every]").uncheck()
    expect(count).to_have_text("0")
    link.nth(1).focus()
    desk.keyboard.press("F2")
    expect(desk.locator("#other-name")).to_be_focused()
    assert violations(desk) == []
    desk.keyboard.type("c")  # the ending stays
    desk.keyboard.press("Enter")
    expect(desk.locator("#other-name-error")).to_be_visible()  # this name is taken: it is asked for again
    expect(desk.locator("#other-name")).to_have_value("c.txt")
    assert violations(desk) == []
    desk.locator("#other-name").fill("better.txt")
    desk.keyboard.press("Enter")
    names(desk, "a.txt", "better.txt", "c.txt")
    ready(desk)
    link.nth(1).focus()
    desk.keyboard.press("Delete")
    names(desk, "a.txt", "c.txt")
    expect(desk.get_by_role("button", name="Undo the deletion")).to_be_focused()
    desk.keyboard.press("Enter")
    names(desk, "a.txt", "better.txt", "c.txt")
    ready(desk)
    link.nth(1).focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("h1")).to_have_text("better.txt")


def test_all_of_it_goes_without_a_script_and_in_french(browser: Browser, served: Served) -> None:
    context = browser.new_context(locale="fr-FR", java_script_enabled=False)
    page = context.new_page()
    enter(page, served.url)
    page.goto(f"{served.url}/files")
    page.click("main a:text('Company')")
    page.click("summary:has-text('Nouveau dossier')")
    page.fill("#name", "Sans script")
    page.click("button:text('Créer')")
    page.click("a:text('Sans script')")
    choose(page, ("janvier.txt", b"Janvier"))
    page.click("main button.primary:has-text('Déposer')")
    names(page, "janvier.txt")
    assert content(page, "janvier.txt") == b"Janvier"
    choose(page, ("janvier.txt", b"Janvier, encore"))
    page.click("main button.primary:has-text('Déposer')")
    page.click("a:text('janvier.txt')")
    expect(page.locator("main table tbody tr")).to_have_count(2)
    page.fill("#name", "mars.txt")
    page.click("main button:has-text('Renommer')")
    expect(page.locator("h1")).to_have_text("mars.txt")
    page.click("nav a:text('Sans script')")
    names(page, "mars.txt")
    page.check("[data-row] input")
    page.click("button:has-text('Supprimer')")
    expect(page.locator(".empty")).to_be_visible()
    page.click("button:has-text('Annuler la suppression')")
    names(page, "mars.txt")
    with page.expect_download() as got:
        page.check("[data-row] input")
        page.click("button[value=download]")
    assert re.search(r"\.zip$", got.value.suggested_filename)
    context.close()
