"""The console through its door, without a script: who gets in, what forms must prove, what is shown once."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jeton.families.documents.tests.samples import on_file, on_trash
from jeton.families.logs.tests.samples import one as on_log
from jeton.kernel.accounts import new_setup_link
from jeton.testing.browsing import Visitor
from jeton.testing.tokens import altered
from jeton.testing.world import World

NEW_APPLICATION = {"name": "Robot", "type": "1", "scopes": ["files.read", "users.write"]}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


@pytest.fixture
def ada(world: World) -> Iterator[Visitor]:
    visitor = Visitor(world)
    assert visitor.log_in().status_code == 303
    yield visitor
    visitor.close()


@pytest.fixture
def stranger(world: World) -> Iterator[Visitor]:
    visitor = Visitor(world)
    yield visitor
    visitor.close()


def every_page(world: World, prefix: str = "") -> list[str]:
    """Each declared page's path, filled with what exists."""
    user = world.person("bob") if not prefix else world.admin
    facts = {
        "client_id": world.application().application.client_id,
        "user_id": user.id,
        "group_id": world.group("Legal", members=[user], delegates=[user]).id,
        "target_id": user.id,
        "folder_id": 1,
        "file_id": world.write(on_file).path["file_id"],
        "trash_id": world.write(on_trash).path["trash_id"],
        "log_id": world.write(on_log).path["log_id"],
    }
    return [
        page.path.format_map(facts) for page in world.catalogue.pages if page.template and page.path.startswith(prefix)
    ]


def test_every_page_is_shown_to_an_administrator_in_both_languages(world: World, ada: Visitor) -> None:
    for path in every_page(world):
        for language in ("en", "fr"):
            shown = ada.get(path, **{"Accept-Language": language})
            assert shown.status_code == 200, path
            assert f'lang="{language}"' in shown.text
            policy = shown.headers["content-security-policy"]
            assert "script-src 'self';" in policy
            assert "unsafe" not in policy
            assert shown.headers["cache-control"] == "no-store"
            assert shown.headers["referrer-policy"] == "no-referrer"
            assert "style=" not in shown.text
            assert not re.search(r"<script(?![^>]*src=)|\son\w+=", shown.text)


def test_no_page_is_shown_to_a_stranger(world: World, stranger: Visitor) -> None:
    for path in every_page(world):
        sent = stranger.get(path)
        assert sent.status_code == 303
        assert sent.headers["location"] == f"/login?next={path}"


def test_co_11_administration_is_not_for_everybody(world: World, stranger: Visitor) -> None:
    world.person("bob")
    stranger.log_in("bob", "bob has a long password")
    for path in every_page(world, "/admin"):
        assert stranger.get(path).status_code == 403
    assert stranger.get("/account").status_code == 200


def test_au_03_login_says_the_same_for_a_wrong_password_an_unknown_and_a_disabled_person(
    world: World, stranger: Visitor
) -> None:
    world.person("off", is_active=False)
    pages = set()
    for login, password in (("ada", "wrong"), ("nobody", "wrong"), ("off", "off has a long password")):
        refused = stranger.log_in(login, password)
        assert refused.status_code == 422
        assert "Wrong identifier or password." in refused.text
        pages.add(re.sub(r'value="[^"]*"|req_\w+', "", refused.text))
    assert len(pages) == 1


def test_au_01_guessing_is_slowed_per_account_and_the_wait_is_told(world: World, stranger: Visitor) -> None:
    statuses = [stranger.log_in("ada", f"guess {number}").status_code for number in range(12)]
    assert 429 in statuses
    slowed = stranger.log_in("ada@example.org", "another spelling of the same account")
    assert slowed.status_code == 429
    assert int(slowed.headers["retry-after"]) >= 1
    world.pass_time(700)
    assert stranger.log_in().status_code == 303


def test_au_06_the_session_changes_at_login_and_ends_at_logout_at_the_server(world: World, stranger: Visitor) -> None:
    stranger.log_in()
    cookie = stranger.http.cookies["jeton"]
    stranger.get("/admin/applications")
    assert stranger.page.status_code == 200
    token = re.search(r'name="csrf" value="(\w+)"', stranger.page.text)
    assert token is not None
    assert stranger.post("/logout", {"csrf": token[1]}).status_code == 303
    stranger.http.cookies.set("jeton", cookie)
    assert stranger.get("/admin/applications").status_code == 303


def test_sessions_end_when_idle_for_an_hour_and_after_a_day(world: World, ada: Visitor) -> None:
    world.pass_time(59 * 60)
    assert ada.get("/account").status_code == 200
    world.pass_time(61 * 60)
    assert ada.get("/account").status_code == 303


def test_cookies_are_kept_from_scripts_and_other_sites(world: World, stranger: Visitor) -> None:
    stranger.log_in()
    cookie = next(value for value in stranger.page.headers.get_list("set-cookie") if value.startswith("jeton="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.test"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_co_07_a_form_posted_by_another_site_is_refused(world: World, ada: Visitor, headers: dict[str, str]) -> None:
    ada.get("/admin/applications/new")
    assert ada.post("/admin/applications/new", NEW_APPLICATION, headers=headers).status_code == 403
    assert world.read(lambda work: len(work.applications.all())) == 0


def test_co_07_a_form_without_its_token_is_refused_and_nothing_is_done_by_get(world: World, ada: Visitor) -> None:
    ada.get("/admin/applications/new")
    assert ada.post("/admin/applications/new", {**NEW_APPLICATION, "csrf": "0" * 36}).status_code == 403
    ada.get("/admin/applications/new?name=Robot&type=1&scopes=all&act=create")
    assert world.read(lambda work: len(work.applications.all())) == 0


def test_the_secret_is_shown_once_and_a_repeat_creates_nothing(world: World, ada: Visitor) -> None:
    ada.get("/admin/applications/new")
    hidden = ada.hidden()
    shown = ada.post("/admin/applications/new", NEW_APPLICATION)
    assert shown.status_code == 200
    secret = re.search(r"jt_cs_[\w-]{49}", shown.text)
    assert secret is not None
    again = ada.post("/admin/applications/new", {**hidden, **NEW_APPLICATION})
    assert again.status_code == 409
    assert "jt_cs_" not in again.text
    assert world.read(lambda work: len(work.applications.all())) == 1
    assert secret[0] not in world.log.getvalue()
    everything = b"".join(file.read_bytes() for file in world.folder.rglob("*") if file.is_file())
    assert secret[0].encode() not in everything


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "ab"}, "Give a name of 3 to 60 characters."),
        ({"type": ""}, "Choose who will use the application."),
        ({"scopes": []}, "Choose at least one permission."),
        ({"description": "x" * 301}, "Keep it under 280 characters (now 301)."),
        ({"editor_url": "javascript:alert(1)"}, "Start with https://"),
        ({"type": "0"}, "Say who publishes this application: users will see it."),
        (
            {"callback_urls": ["http://example.org/x"]},
            "http is accepted only on your own machine (127.0.0.1). Use https.",
        ),
        ({"callback_urls": ["https://example.org/x#y"]}, "Remove “#…”: a callback cannot contain a fragment."),
        ({"callback_urls": ["https://*.example.org/x"]}, "Write each URL in full: * is not accepted."),
        ({"callback_urls": ["https://a:b@example.org/x"]}, "Remove the name and password from the URL."),
    ],
)
def test_a_bad_form_says_what_is_wrong_and_keeps_what_was_typed(
    ada: Visitor, fields: dict[str, Any], sentence: str
) -> None:
    ada.get("/admin/applications/new")
    refused = ada.post("/admin/applications/new", {**NEW_APPLICATION, "editor_url": "", **fields})
    assert refused.status_code == 422
    assert "<title>Error:" in refused.text
    assert sentence in refused.text.replace("&#34;", '"')
    if "name" not in fields:
        assert 'value="Robot"' in refused.text


def test_everything_wrong_with_an_application_is_told_at_once(ada: Visitor) -> None:
    ada.get("/admin/applications/new")
    told = ada.post("/admin/applications/new", {"name": "ab", "editor_url": "http://example.org"}).text
    for field in ("type", "name", "editor_url", "scopes"):
        assert f'<a href="#{field}">' in told


def test_a_taken_name_is_told(world: World, ada: Visitor) -> None:
    world.application(name="Robôt")
    ada.get("/admin/applications/new")
    refused = ada.post("/admin/applications/new", NEW_APPLICATION)
    assert refused.status_code == 422
    assert "already exists" in refused.text


def test_co_01_an_attacker_s_text_is_shown_as_text(world: World, ada: Visitor) -> None:
    world.application(name="<img src=x onerror=alert(1)>")
    shown = ada.get("/admin/applications").text
    assert "<img src=x" not in shown
    assert "&lt;img src=x" in shown


def test_secrets_and_deletion_ask_for_the_password_again_after_a_quarter_of_an_hour(world: World, ada: Visitor) -> None:
    base = f"/admin/applications/{world.application(name='Robot').application.client_id}"
    assert ada.get(f"{base}/secrets").status_code == 200
    world.pass_time(16 * 60)
    assert ada.get(f"{base}/secrets").headers["location"] == f"/prove?next={base}/secrets"
    ada.get(f"/prove?next={base}/secrets")
    assert ada.post("/prove", {"password": "wrong"}).status_code == 422
    assert ada.post("/prove", {"password": "correct horse battery"}).headers["location"] == f"{base}/secrets"
    assert ada.get(f"{base}/secrets").status_code == 200


def test_an_application_is_rotated_suspended_and_deleted(world: World, ada: Visitor) -> None:
    made = world.application(name="Robot")
    base = f"/admin/applications/{made.application.client_id}"
    ada.get(f"{base}/secrets")
    rotated = ada.post(f"{base}/secrets", {"act": "rotate", "grace": "now", "secret_lifetime": "365"})
    assert rotated.status_code == 200
    assert "jt_cs_" in rotated.text
    ada.get(f"{base}/suspend")
    assert ada.post(f"{base}/suspend", {"act": "suspend"}).status_code == 303
    assert "suspended" in ada.get(f"{base}?done=application.suspend.suspend").text
    ada.get(f"{base}/delete")
    assert ada.post(f"{base}/delete", {"name": "another"}).status_code == 422
    assert ada.post(f"{base}/delete", {"name": "Robot"}).status_code == 303
    assert ada.get(base).status_code == 404


def test_permissions_and_settings_are_changed(world: World, ada: Visitor) -> None:
    made = world.application(name="Robot")
    base = f"/admin/applications/{made.application.client_id}"
    ada.get(f"{base}/permissions")
    assert ada.post(f"{base}/permissions", {"scopes": ["files.read"]}).status_code == 303
    ada.get(f"{base}/edit")
    changed = {"name": "Robot two", "description": "Nightly", "editor": "", "editor_url": "", "token_lifetime": "600"}
    assert ada.post(f"{base}/edit", changed).status_code == 303
    now = world.read(lambda work: work.applications.find(made.application.client_id))
    assert now is not None
    assert (str(now.scopes), now.name, now.lifetime_s) == ("files.read", "Robot two", 600)


def test_tokens_are_revoked_one_by_one_and_all_together(world: World, ada: Visitor) -> None:
    made = world.application(name="Robot")
    credentials = {"client_id": made.application.client_id, "client_secret": made.client_secret}
    tokens = [
        world.send("POST", "/oauth2/token", json={**credentials, "grant_type": "client_credentials"}).json()[
            "access_token"
        ]
        for _ in range(3)
    ]
    base = f"/admin/applications/{made.application.client_id}/tokens"
    ada.get(base)
    number = tokens[0].removeprefix("jt_at_").partition(".")[0]
    assert ada.post(base, {"act": "revoke", "token": number}).status_code == 303
    assert [world.send("GET", "/api/users", token=token).status_code for token in tokens] == [401, 200, 200]
    ada.get(base)
    assert ada.post(base, {"act": "revoke_all"}).status_code == 303
    assert [world.send("GET", "/api/users", token=token).status_code for token in tokens] == [401, 401, 401]


def test_a_user_is_made_and_chooses_a_password_by_the_link_once(world: World, ada: Visitor, stranger: Visitor) -> None:
    ada.get("/admin/users/new")
    shown = ada.post("/admin/users/new", {"login": "julie", "email": "julie@example.org", "language": "auto"})
    assert shown.status_code == 200
    link = re.search(r"/password/jt_pw_[\w-]{49}", shown.text)
    assert link is not None
    stranger.get(link[0])
    assert stranger.post(link[0], {"password": "short", "repeated": "short"}).status_code == 422
    chosen = {"password": "seven lazy otters", "repeated": "seven lazy otters"}
    assert stranger.post(link[0], chosen).headers["location"] == "/login?chosen=1"
    assert stranger.get(link[0]).status_code == 410
    assert stranger.log_in("julie", "seven lazy otters").status_code == 303


def test_au_07_a_disabled_person_is_out_at_once(world: World, ada: Visitor, stranger: Visitor) -> None:
    bob = world.person("bob")
    stranger.log_in("bob", "bob has a long password")
    ada.get(f"/admin/users/{bob.id}")
    assert ada.post(f"/admin/users/{bob.id}", {"act": "disable"}).status_code == 303
    assert stranger.get("/account").status_code == 303


def test_the_last_administrator_cannot_go(world: World, ada: Visitor) -> None:
    ada.get(f"/admin/users/{world.admin.id}")
    assert ada.post(f"/admin/users/{world.admin.id}", {"act": "delete"}).status_code == 409
    assert ada.get("/admin/users").status_code == 200


def test_a_password_is_changed_with_the_present_one_and_other_sessions_end(
    world: World, ada: Visitor, stranger: Visitor
) -> None:
    stranger.log_in()
    ada.get("/account")
    new = {"act": "password", "password": "seven lazy otters", "repeated": "seven lazy otters"}
    assert ada.post("/account", {**new, "current_password": "wrong"}).status_code == 422
    ada.get("/account")
    assert ada.post("/account", {**new, "current_password": "correct horse battery"}).status_code == 303
    assert ada.get("/account").status_code == 200
    assert stranger.get("/account").status_code == 303


@pytest.mark.parametrize(
    "onward", ["//evil.test", "/\\evil.test", "https:evil.test", "/%09/evil.test", "https://evil.test"]
)
def test_co_09_login_never_leads_to_another_site(world: World, stranger: Visitor, onward: str) -> None:
    stranger.get("/login")
    sent = stranger.post("/login", {"login": "ada", "password": "correct horse battery", "next": onward})
    assert sent.headers["location"] == "/"


def test_another_name_of_this_machine_leads_to_the_public_address(stranger: Visitor) -> None:
    sent = stranger.get("/login", Host="elsewhere.test")
    assert sent.status_code == 303
    assert sent.headers["location"] == "http://127.0.0.1:8080/login"


def test_preferences_are_kept_in_cookies(world: World, stranger: Visitor) -> None:
    stranger.get("/login")
    stranger.post("/preferences", {"theme": "dark", "lang": "fr", "back": "/login"})
    shown = stranger.get("/login")
    assert 'data-theme="dark"' in shown.text
    assert 'lang="fr"' in shown.text


def test_au_14_set_up_happens_once_by_the_printed_link(tmp_path: Path) -> None:
    with World(tmp_path / "data", is_set_up=False) as world:
        visitor = Visitor(world, language="fr")
        assert visitor.get("/").status_code == 503
        token = world.write(new_setup_link)
        assert token is not None
        link = f"/setup/{token}"
        assert visitor.get(link).status_code == 200
        assert visitor.get(f"/setup/{altered(token)}").status_code == 410
        visitor.get(link)
        fields = {"name": "Mairie", "language": "fr", "login": "ada", "email": "ada@example.org"}
        weak = visitor.post(link, {**fields, "password": "password", "repeated": "password"})
        assert weak.status_code == 422
        done = visitor.post(link, {**fields, "password": "seven lazy otters", "repeated": "seven lazy otters"})
        assert done.headers["location"] == "/welcome"
        assert visitor.get("/welcome").status_code == 200
        assert visitor.get(link).status_code == 410
        assert world.write(new_setup_link) is None
        assert token not in world.log.getvalue()
        visitor.close()


def test_an_older_set_up_link_is_void(tmp_path: Path) -> None:
    with World(tmp_path / "data", is_set_up=False) as world:
        visitor = Visitor(world)
        first, second = world.write(new_setup_link), world.write(new_setup_link)
        assert visitor.get(f"/setup/{first}").status_code == 410
        assert visitor.get(f"/setup/{second}").status_code == 200
        world.pass_time(25 * 3600)
        assert visitor.get(f"/setup/{second}").status_code == 410
        visitor.close()


def test_what_does_not_exist_is_a_page_that_says_so(ada: Visitor) -> None:
    assert ada.get("/nowhere").status_code == 404
    assert ada.get("/admin/applications/unknown").status_code == 404
    assert ada.get("/admin/users/abc").status_code == 404
    assert ada.post("/welcome").status_code == 405
    assert ada.get("/assets/none.css").status_code == 404


def test_every_act_leaves_a_line_in_the_audit(world: World, ada: Visitor) -> None:
    ada.get("/admin/applications/new")
    before = len(world.audit())
    ada.post("/admin/applications/new", NEW_APPLICATION)
    assert world.audit()[before:] == ["application.created", "secret.created"]
