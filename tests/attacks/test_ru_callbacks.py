"""RU: callbacks. Nobody is sent to an address that is not the application's own, character for character."""

from typing import Any

import pytest

from jeton.testing.browsing import Visitor
from jeton.testing.world import World
from tests.attacks.cast import App, allow, ask, is_told_on_a_page, register, went_to

OTHER_CASES = ("https://app.example/CB", "HTTPS://app.example/cb", "https://APP.example/cb", "https://app.example/Cb")


def test_ru_01_a_slash_at_the_end_is_another_address(alice: Visitor, web: App) -> None:
    assert is_told_on_a_page(ask(alice, web, redirect_uri="https://app.example/cb/"))


@pytest.mark.parametrize(
    "near",
    [
        "https://app.example/cb?x=1",
        "https://app.example/cb?",
        "https://app.example/cb#f",
        "https://app.example/cb#",
        "https://app.example/%63b",
        "https://app.example:443/cb",
        "https://app.example./cb",
        "https://app.example//cb",
        "https://app.example/./cb",
        "https://app.example/x/../cb",
        "https://app.example/cb;x",
        "https://app.example/cb%00",
        "https://app.example/cb ",
        " https://app.example/cb",
        "https://app.example/cb\n",
        "https:/app.example/cb",
        "https:app.example/cb",
        "//app.example/cb",
        "http://app.example/cb",
        "app.example/cb",
        "/cb",
        *OTHER_CASES,
    ],
)
def test_ru_02_a_query_a_fragment_another_case_or_a_port_more_is_another_address(
    alice: Visitor, web: App, near: str
) -> None:
    assert is_told_on_a_page(ask(alice, web, redirect_uri=near))


@pytest.mark.parametrize("near", ["https://app.example.evil.test/cb", "https://evil.test/app.example/cb"])
def test_ru_03_the_name_within_another_name_is_another_address(alice: Visitor, web: App, near: str) -> None:
    assert is_told_on_a_page(ask(alice, web, redirect_uri=near))


@pytest.mark.parametrize(
    "near",
    [
        "https://app.example@evil.test/cb",
        "https://app.example%40evil.test/cb",
        "https://app.example\\@evil.test/cb",
        "https://evil.test#@app.example/cb",
        "https://user@app.example/cb",
        "https://app.example:cb@evil.test/",
    ],
)
def test_ru_04_the_name_as_a_user_s_is_another_address(alice: Visitor, web: App, near: str) -> None:
    assert is_told_on_a_page(ask(alice, web, redirect_uri=near))


def test_ru_05_a_subdomain_is_another_address_and_no_box_makes_it_one(world: World, alice: Visitor, web: App) -> None:
    assert is_told_on_a_page(ask(alice, web, redirect_uri="https://x.app.example/cb"))
    chief = Visitor(world)
    chief.log_in()
    assert "subdomain" not in chief.get("/admin/applications/new").text.lower()
    chief.close()


def test_ru_06_on_loopback_the_port_is_free(alice: Visitor, native: App) -> None:
    assert ask(alice, native, redirect_uri="http://127.0.0.1:53127/cb").status_code == 200
    answer = alice.post("/oauth2/authorize", {"decision": "allow"})
    assert went_to(answer).startswith("http://127.0.0.1:53127/cb?code=")


@pytest.mark.parametrize(
    "near",
    [
        "http://127.0.0.1:53127/cb?x=1",
        "http://127.0.0.1:53127/CB",
        "http://127.0.0.1:53127/cb/",
        "https://127.0.0.1:53127/cb",
        "http://localhost:53127/cb",
        "http://[::1]:53127/cb",
        "http://127.0.0.2:53127/cb",
        "http://127.1:53127/cb",
        "http://2130706433/cb",
        "http://127.0.0.1:/cb",
        "http://127.0.0.1:x/cb",
        "http://127.0.0.1:1@evil.test/cb",
        "http://127.0.0.1.evil.test:53127/cb",
        "http://u@127.0.0.1:53127/cb",
    ],
)
def test_ru_07_on_loopback_nothing_but_the_port_is_free(alice: Visitor, native: App, near: str) -> None:
    assert is_told_on_a_page(ask(alice, native, redirect_uri=near))


def test_ru_08_an_unknown_application_borrows_nobody_s_callback(alice: Visitor, web: App) -> None:
    page = ask(alice, web, client_id="nobody")
    assert is_told_on_a_page(page)
    assert web.callback not in page.text
    other = ask(alice, web, redirect_uri="https://evil.test/")
    assert is_told_on_a_page(other)
    assert web.callback not in other.text


def registering(world: World, callback: str, **members: Any) -> Any:
    good = {"name": "Refused", "editor": "Example", "type": 0, "scopes": "files.read", "callback_urls": [callback]}
    return world.send("POST", "/api/oauth2/app", token=world.token(), json={**good, **members})


def blames_the_callback(answer: Any) -> bool:
    """Whether a registration is refused for its callback, and for nothing else."""
    assert answer.status_code == 422, answer.text
    return {fault["field"].partition("[")[0].partition(".")[0] for fault in answer.json()["errors"]} == {
        "callback_urls"
    }


@pytest.mark.parametrize("public", [True, False])
@pytest.mark.parametrize(
    "callback",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:msgbox(1)",
        "file:///etc/passwd",
        "blob:https://app.example/1",
        "about:blank",
        "ftp://app.example/cb",
    ],
)
def test_ru_09_a_scheme_that_runs_or_reads_is_not_registered(world: World, callback: str, *, public: bool) -> None:
    assert blames_the_callback(registering(world, callback, public=public))


@pytest.mark.parametrize(
    "callback", ["https://*.app.example/cb", "https://app.example/*", "https://app.*/cb", "http://127.0.0.1:*/cb"]
)
def test_ru_10_a_wildcard_is_not_registered(world: World, callback: str) -> None:
    assert blames_the_callback(registering(world, callback))


@pytest.mark.parametrize(
    "callback",
    [
        "http://app.example/cb",
        "http://localhost.app.example/cb",
        "http://127.0.0.1.nip.example/cb",
        "http://10.0.0.1/cb",
        "http://0.0.0.0/cb",
        "http://[::]/cb",
    ],
)
def test_ru_11_plain_http_is_not_registered_but_on_loopback(world: World, callback: str) -> None:
    assert blames_the_callback(registering(world, callback))


def test_ru_12_without_a_callback_nothing_is_chosen_among_two(world: World, alice: Visitor, web: App) -> None:
    two = register(world, "https://app.example/cb", "https://app.example/other")
    assert is_told_on_a_page(ask(alice, two, redirect_uri=None))
    assert is_told_on_a_page(ask(alice, two, redirect_uri=""))
    ask(alice, web, redirect_uri=None)
    assert "code" in allow(alice)


@pytest.mark.parametrize(
    "other",
    [
        {"response_type": "token"},
        {"response_type": None},
        {"scope": "nonsense"},
        {"prompt": "none"},
        {"request": "x.y.z"},
        {"response_mode": "fragment"},
        {"state": "s" * 5000},
    ],
)
def test_ru_13_whatever_else_is_wrong_the_callback_is_looked_at_first(
    alice: Visitor, web: App, other: dict[str, str | None]
) -> None:
    assert is_told_on_a_page(ask(alice, web, redirect_uri="https://evil.test/cb", **other))
