"""The authorization endpoint at a browser: asked, refused, allowed, remembered, and never sent where it should not."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest

from jeton.families.applications.model import WithSecret
from jeton.kernel.applications import ApplicationType
from jeton.testing.browsing import Visitor
from jeton.testing.consenting import BEN, CALLBACK, address, decide, exchange, portal_of, refresh
from jeton.testing.world import PUBLIC_URL, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        made.person("ben")
        yield made


@pytest.fixture
def portal(world: World) -> WithSecret:
    return portal_of(world)


@pytest.fixture
def ben(world: World) -> Iterator[Visitor]:
    visitor = Visitor(world)
    assert visitor.log_in(*BEN).status_code == 303
    yield visitor
    visitor.close()


def test_a_person_allows_an_application_and_it_acts_with_their_profile(
    world: World, portal: WithSecret, ben: Visitor
) -> None:
    page = ben.get(address(portal))
    assert page.status_code == 200
    assert page.text.index("Administration") < page.text.index("Files and folders")  # the most sensitive first
    assert "portal.example.org" in page.text
    answer = decide(ben, "allow")
    assert (answer["state"], answer["iss"]) == ("a state", PUBLIC_URL)
    tokens = exchange(world, portal, answer["code"]).json()
    assert tokens["scope"] == "account.readwrite account.read files.read admin.read"
    me = world.send("GET", "/api/account", token=tokens["access_token"]).json()
    assert me["login"] == "ben"
    assert world.send("GET", "/api/folder/1", token=tokens["access_token"]).status_code == 404
    assert world.send("GET", "/api/config", token=tokens["access_token"]).status_code == 403
    again = refresh(world, portal, tokens["refresh_token"]).json()
    assert again["refresh_token"] == tokens["refresh_token"]
    assert world.send("GET", "/api/account", token=again["access_token"]).status_code == 200
    assert {"consent.given", "token.issued"} <= set(world.audit())


def test_refusing_is_told_to_the_application_and_gives_nothing(world: World, portal: WithSecret, ben: Visitor) -> None:
    ben.get(address(portal))
    answer = decide(ben, "deny")
    assert (answer["error"], answer["state"], answer["iss"]) == ("access_denied", "a state", PUBLIC_URL)
    assert "code" not in answer
    ben.get(address(portal))
    assert "error" in decide(ben, "nonsense")
    assert "consent.given" not in world.audit()


def test_who_is_not_signed_in_signs_in_on_the_way(world: World, portal: WithSecret) -> None:
    visitor = Visitor(world)
    sent_on = visitor.get(address(portal))
    assert sent_on.status_code == 303
    assert sent_on.headers["location"] == f"/login?next={quote(address(portal), safe='')}"
    visitor.get(sent_on.headers["location"])
    page = visitor.post("/login", {"login": BEN[0], "password": BEN[1]})
    assert page.status_code == 200  # a redirect would be held against form-action
    found = re.search(r"0;url='([^']*)'", page.text)
    assert found is not None
    assert unescape(found[1]) == address(portal)
    assert "wants to reach your account" in visitor.get(address(portal)).text
    visitor.close()


def test_what_was_allowed_is_not_asked_again_and_more_is(world: World, portal: WithSecret, ben: Visitor) -> None:
    ben.get(address(portal, scope="files.read"))
    decide(ben, "allow")
    at_once = ben.get(address(portal, scope="files.read"))
    assert at_once.status_code == 302
    code = parse_qs(urlsplit(at_once.headers["location"]).query)["code"][0]
    assert exchange(world, portal, code).json()["scope"] == "files.read"
    more = ben.get(address(portal, scope="files.read account.read"))
    assert more.status_code == 200
    assert "In addition" in more.text
    assert "Files and folders" not in more.text
    assert ben.get(address(portal, scope="files.read", prompt="consent")).status_code == 200


def test_a_public_application_is_asked_about_each_time(world: World, ben: Visitor) -> None:
    made = world.send(
        "POST",
        "/api/oauth2/app",
        token=world.token(),
        json={
            "name": "Phone",
            "editor": "Example",
            "type": 0,
            "public": True,
            "callback_urls": [CALLBACK],
            "scopes": "files.read",
        },
    ).json()
    challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    asked = {
        "response_type": "code",
        "client_id": made["client_id"],
        "redirect_uri": CALLBACK,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    path = f"/oauth2/authorize?{urlencode(asked)}"
    ben.get(path)
    code = decide(ben, "allow")["code"]
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "client_id": made["client_id"],
        "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    }
    tokens = world.send("POST", "/oauth2/token", data=form).json()
    rotated = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], "client_id": made["client_id"]}
    second = world.send("POST", "/oauth2/token", data=rotated).json()
    assert second["refresh_token"] != tokens["refresh_token"]
    assert world.send("POST", "/oauth2/token", data=rotated).json()["refresh_token"] == second["refresh_token"]
    world.pass_time(31)
    assert world.send("POST", "/oauth2/token", data=rotated).json()["error"] == "invalid_grant"
    assert world.send("GET", "/api/folders", token=second["access_token"]).status_code == 401
    assert "token.reused" in world.audit()
    assert ben.get(path).status_code == 200


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"client_id": "nobody"}, "Unknown application"),
        ({"redirect_uri": "https://evil.example/"}, "not configured correctly"),
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_the_applications(
    portal: WithSecret, ben: Visitor, asked: dict[str, str], says: str
) -> None:
    page = ben.get(address(portal, **asked))
    assert page.status_code == 400
    assert says in page.text
    assert "location" not in page.headers
    assert "refresh" not in page.text
    assert CALLBACK not in page.text  # what is registered is for administrators


def test_an_administrator_sees_what_is_registered_where_it_differs_and_may_add_it(
    world: World, portal: WithSecret, ben: Visitor
) -> None:
    asked = CALLBACK.replace("callback", "callbacks")
    path = address(portal, redirect_uri=asked)
    assert "<mark>" not in ben.get(path).text
    ada = Visitor(world)
    ada.log_in()
    page = ada.get(path).text
    assert f"{CALLBACK}<mark>∅</mark>" in page
    assert f"{CALLBACK[:-4]}<mark>back</mark>" in ada.get(address(portal, redirect_uri=f"{CALLBACK[:-4]}out")).text
    (edit,) = re.findall(r'href="(/admin/applications/[^"]+callback=[^"]+)"', page)
    assert f'value="{asked}"' in ada.get(unescape(edit)).text
    ada.close()


def test_who_is_somebody_else_signs_in_as_themselves_and_is_asked_there(
    world: World, portal: WithSecret, ben: Visitor
) -> None:
    world.person("eve")
    page = ben.get(address(portal)).text
    assert "ben" in page.partition("You are signed in as")[2][:200]
    left = ben.post("/logout", {"next": unescape(re.findall(r'name="next" value="([^"]+)"', page)[0])})
    assert left.headers["location"].startswith("/login?next=%2Foauth2%2Fauthorize%3F")
    login = ben.get(left.headers["location"])
    assert "to go on to Portal" in login.text
    wrong = ben.post("/login", {"login": "eve", "password": "not hers"})
    assert (wrong.status_code, "to go on to Portal" in wrong.text) == (422, True)
    ben.post("/login", {"login": "eve", "password": "eve has a long password"})
    assert "eve" in ben.get(address(portal)).text.partition("You are signed in as")[2][:200]


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "/oauth2/authorize/../..//evil"])
def test_co_09_signing_out_leads_to_our_own_login_only(ben: Visitor, portal: WithSecret, onward: str) -> None:
    ben.get(address(portal))
    assert ben.post("/logout", {"next": onward}).headers["location"] == "/login"


@pytest.mark.parametrize(
    ("scope", "can", "cannot"),
    [
        ("account.read", ["name, addresses"], ["Change, add or delete anything.", "your files", "Manage people"]),
        ("files.read", ["download them"], ["Change, add or delete anything."]),
        ("files.readwrite", ["download them", "(changes)"], ["Manage people", "Change your password"]),
        ("admin.write", ["Change the configuration"], ["your files", "Change your password"]),
    ],
)
def test_the_page_says_what_it_could_and_what_it_could_not(
    world: World, ben: Visitor, scope: str, can: list[str], cannot: list[str]
) -> None:
    other = world.application("all", name="Any portal", type=ApplicationType.CLIENT)
    page = unescape(ben.get(address(other, scope=scope)).text)
    could, _, could_not = page.partition("It could not:")
    assert [text for text in can if text not in could] == []
    assert [text for text in (*cannot, "See your password.") if text not in could_not] == []
    assert ("Change, add or delete" in could_not) is scope.endswith(".read")
    assert "for 90 days at most" in page


def test_the_page_warns_of_an_application_that_nobody_checked(world: World, portal: WithSecret, ben: Visitor) -> None:
    page = ben.get(address(portal)).text
    assert "Not checked" in page
    assert "Allow it only if you know who gave it to you." in page
    path = f"/api/oauth2/app/{portal.application.client_id}"
    assert world.send("PUT", path, token=world.token(), json={"verified": True}).json()["verified"] is True
    page = ben.get(address(portal)).text
    assert "Checked by your administrator" in page
    assert "Allow it only if" not in page
    for members in ({"editor": "Another"}, {"callback_urls": [CALLBACK, "https://portal.example.org/two"]}):
        assert world.send("PUT", path, token=world.token(), json={"verified": True}).json()["verified"] is True
        assert world.send("PUT", path, token=world.token(), json=members).json()["verified"] is False
    assert "Not checked" in ben.get(address(portal)).text


def test_a_fault_of_the_application_goes_back_to_it(portal: WithSecret, ben: Visitor) -> None:
    sent_back = ben.get(address(portal, scope="users.readwrite"))
    assert sent_back.status_code == 302
    assert sent_back.headers["referrer-policy"] == "no-referrer"
    query = parse_qs(urlsplit(sent_back.headers["location"]).query)
    assert (query["error"], query["state"]) == (["invalid_scope"], ["a state"])


def test_co_06_consent_is_given_on_our_own_page_only(world: World, portal: WithSecret, ben: Visitor) -> None:
    ben.get(address(portal))
    hidden = ben.hidden()
    for changed in ({"csrf": "x" * 36}, {"csrf": ""}):
        assert ben.post("/oauth2/authorize", {**hidden, **changed, "decision": "allow"}).status_code == 403
    forged = ben.post("/oauth2/authorize", {**hidden, "decision": "allow"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert forged.status_code == 403
    other = hidden["request"].replace(quote(CALLBACK, safe=""), quote("https://evil.example/", safe=""))
    refused = ben.post("/oauth2/authorize", {**hidden, "request": other, "decision": "allow"})
    assert refused.status_code == 400
    assert "consent.given" not in world.audit()


def test_what_ends_between_asking_and_allowing_is_noticed(world: World, portal: WithSecret, ben: Visitor) -> None:
    ben.get(address(portal))
    token = world.token()
    app = f"/api/oauth2/app/{portal.application.client_id}"
    assert world.send("PUT", app, token=token, json={"suspended": True}).status_code == 200
    assert ben.post("/oauth2/authorize", {"decision": "allow"}).status_code == 400
    world.send("PUT", app, token=token, json={"suspended": False})
    ben.get(address(portal))
    code = decide(ben, "allow")["code"]
    number = world.read(lambda work: work.people.find_by_identifier("ben"))
    assert number is not None
    world.send("PUT", f"/api/user/{number.id}", token=token, json={"active": False})
    assert exchange(world, portal, code).json()["error"] == "invalid_grant"
    assert ben.get(address(portal)).status_code == 303


def test_a_request_that_cannot_be_read_is_refused(ben: Visitor) -> None:
    assert ben.get("/oauth2/authorize").status_code == 400
    assert ben.get("/oauth2/authorize?client_id=%ff%zz").status_code == 400
    assert ben.get("/oauth2/authorize?" + "a" * 9000).status_code in {400, 414}


@pytest.mark.parametrize(
    "onward",
    [
        "//evil.example/oauth2/authorize?x",
        "https://evil.example/oauth2/authorize?x",
        "/oauth2/authorize/../../x?y",
        "/oauth2/authorize?x\nLocation: y",
        '/oauth2/authorize?x"><script>',
        "/oauth2/authorize",
    ],
)
def test_co_09_login_leads_to_our_own_pages_only(world: World, onward: str) -> None:
    visitor = Visitor(world)
    visitor.get(f"/login?next={quote(onward, safe='')}")
    answer = visitor.post("/login", {"login": BEN[0], "password": BEN[1]})
    assert (answer.status_code, answer.headers["location"]) in {(303, "/"), (303, "/oauth2/authorize")}
    visitor.close()


def test_access_is_seen_and_taken_back_and_nothing_of_it_holds(world: World, portal: WithSecret, ben: Visitor) -> None:
    assert "No connected application" in ben.get("/account/applications").text
    ben.get(address(portal))
    tokens = exchange(world, portal, decide(ben, "allow")["code"]).json()
    page = ben.get("/account/applications")
    assert "Portal" in page.text
    ben.get(address(portal))
    pending = parse_qs(urlsplit(ben.page.headers["location"]).query)["code"][0]
    ben.get("/account/applications")
    form = {"act": "disconnect", "client_id": portal.application.client_id}
    assert ben.post("/account/applications", form).status_code == 303
    assert world.send("GET", "/api/account", token=tokens["access_token"]).status_code == 401
    assert refresh(world, portal, tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert exchange(world, portal, pending).json()["error"] == "invalid_grant"
    assert ben.get(address(portal)).status_code == 200
    ben.get("/account")
    assert ben.post("/account/applications", {**form, "csrf": ben.hidden()["csrf"]}).status_code == 404


def test_a_token_ends_by_its_id_with_all_of_its_authorization(world: World, portal: WithSecret, ben: Visitor) -> None:
    scopes = "accountsec.readwrite"
    world.send("PUT", f"/api/oauth2/app/{portal.application.client_id}", token=world.token(), json={"scopes": scopes})
    ben.get(address(portal))
    tokens = exchange(world, portal, decide(ben, "allow")["code"]).json()
    mine = tokens["access_token"]
    [listed] = world.send("GET", "/api/oauth2/user/tokens", token=mine).json()
    assert (listed["name"], listed["scope"]) == ("Portal", "accountsec.readwrite accountsec.read")
    eve = world.person("eve")
    other = world.token("accountsec.readwrite", person=eve)
    path = f"/api/oauth2/user/{listed['token']}/revoke"
    assert world.send("DELETE", path, token=other).status_code == 404
    leaked = world.send("DELETE", f"/api/oauth2/user/{tokens['refresh_token']}/revoke", token=other)
    assert (leaked.status_code, leaked.json()["code"]) == (422, "token_in_path")
    assert world.send("GET", "/api/oauth2/user/tokens", token=mine).status_code == 401
    assert refresh(world, portal, tokens["refresh_token"]).json()["error"] == "invalid_grant"
    ben.get(address(portal))
    code = parse_qs(urlsplit(ben.page.headers["location"]).query)["code"][0]
    tokens = exchange(world, portal, code).json()
    [listed] = world.send("GET", "/api/oauth2/user/tokens", token=tokens["access_token"]).json()
    path = f"/api/oauth2/user/{listed['token']}/revoke"
    assert world.send("DELETE", path, token=tokens["access_token"]).status_code == 204
    assert world.send("GET", "/api/oauth2/user/tokens", token=tokens["access_token"]).status_code == 401
    assert refresh(world, portal, tokens["refresh_token"]).json()["error"] == "invalid_grant"
