"""The guard at the door: which token is shown and how, in whose name, and what a refusal tells."""

from collections.abc import Iterator

import pytest

from jeton.kernel.people import User
from jeton.kit.mint import ACCESS_TOKEN, CLIENT_SECRET, REFRESH_TOKEN, SystemMint, checksum, new_token
from jeton.testing.world import World

PATH = "/api/folder/1"
MINT = SystemMint()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("guard") / "data") as world:
        yield world


@pytest.fixture(scope="module")
def token(world: World) -> str:
    return world.token("files.read users.readwrite")


@pytest.fixture(scope="module")
def ana(world: World) -> User:
    return world.person("ana")


@pytest.mark.parametrize(
    "headers",
    [
        [("Authorization", "Bearer {}")],
        [("Authorization", "bearer {}")],
        [("Authorization", "BEARER   {}")],
        [("Token", "{}")],
        [("token", "{}")],
    ],
)
def test_a_token_is_shown_in_either_header(world: World, token: str, headers: list[tuple[str, str]]) -> None:
    sent = [(name, value.format(token)) for name, value in headers]
    assert world.send("GET", PATH, headers=sent).status_code == 200


NOT_TOKENS = {
    "empty": "",
    "a word": "abc",
    "of a refresh token's kind": new_token(REFRESH_TOKEN, MINT, 12),
    "of a secret's kind": new_token(CLIENT_SECRET, MINT),
    "of its kind but without a number": new_token(ACCESS_TOKEN, MINT),
    "never given": new_token(ACCESS_TOKEN, MINT, 12),
    "of a number that is too large": (long := f"jt_at_{2**63}." + "a" * 43) + checksum(long),
    "very long": "a" * 5000,
}


@pytest.mark.parametrize("text", NOT_TOKENS.values(), ids=NOT_TOKENS)
def test_sc_08_what_is_no_live_token_is_refused_the_same_way(world: World, text: str) -> None:
    refused = world.send("GET", PATH, headers={"Token": text})
    assert (refused.status_code, refused.json()["code"]) == (401, "invalid_token")
    assert 'error="invalid_token"' in refused.headers["www-authenticate"]
    assert len(text) < 3 or text not in refused.text


@pytest.mark.parametrize("letter", range(8, 70, 7))
def test_sc_09_a_token_with_one_letter_changed_is_refused(world: World, token: str, letter: int) -> None:
    changed = token[:letter] + ("x" if token[letter] != "x" else "y") + token[letter + 1 :]
    assert world.send("GET", PATH, token=changed).status_code == 401


def test_the_right_number_with_other_characters_is_refused(world: World, token: str) -> None:
    number = int(token.removeprefix(ACCESS_TOKEN).partition(".")[0])
    assert world.send("GET", PATH, token=new_token(ACCESS_TOKEN, MINT, number)).status_code == 401


@pytest.mark.parametrize(
    ("headers", "query", "status", "code"),
    [
        ([], "", 401, "unauthenticated"),
        ([], "?access_token={}", 401, "token_in_query"),
        ([], "?token={}", 401, "unauthenticated"),
        ([("Authorization", "Basic {}")], "", 401, "not_a_bearer"),
        ([("Authorization", "Bearer")], "", 401, "not_a_bearer"),
        ([("Authorization", "Bearer {} {}")], "", 401, "not_a_bearer"),
        ([("Authorization", "{}")], "", 401, "not_a_bearer"),
        ([("Authorization", "Bearer {}"), ("Token", "{}")], "", 400, "two_tokens"),
        ([("Authorization", "Bearer {}"), ("Authorization", "Bearer {}")], "", 400, "repeated_header"),
        ([("Token", "{}"), ("Token", "{}")], "", 400, "repeated_header"),
    ],
)
def test_sc_10_other_ways_to_show_one_are_refused(
    world: World, token: str, headers: list[tuple[str, str]], query: str, status: int, code: str
) -> None:
    sent = [(name, value.replace("{}", token)) for name, value in headers]
    refused = world.send("GET", PATH + query.format(token), headers=sent)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert ("www-authenticate" in refused.headers) == (status == 401)
    assert token not in refused.text + str(refused.headers)
    assert "error=" not in refused.headers.get("www-authenticate", "") or code == "invalid_token"


def test_sc_10_the_token_never_stands_in_the_log(world: World, token: str) -> None:
    world.send("GET", PATH, token=token)
    world.send("GET", f"{PATH}?access_token={token}")
    assert token not in world.log.getvalue()
    assert token.partition(".")[2] not in world.log.getvalue()


def test_a_missing_scope_is_named_in_a_sentence_of_the_callers_language(world: World) -> None:
    token = world.token("users.read")
    told = {
        language: world.send("GET", PATH, token=token, headers={"Accept-Language": language})
        for language in ("fr", "en")
    }
    for refused in told.values():
        body = refused.json()
        assert refused.status_code == 403
        assert body["code"] == "missing_scope"
        assert body["required_scopes"] == ["files.read"]
        assert body["granted_scopes"] == ["users.read"]
        assert "files.read" in body["error"]
        assert refused.headers["accepted-scopes"] == "files.read files.readwrite"
        assert refused.headers["granted-scopes"] == "users.read"
    assert told["fr"].json()["error"] != told["en"].json()["error"]


def test_an_application_without_any_scope_left_is_told_so(world: World) -> None:
    made = world.application("tags.read")
    answer = world.send(
        "POST", "/oauth2/token", json={
            "client_id": made.application.client_id, "client_secret": made.client_secret,
            "grant_type": "client_credentials",
        },
    )  # fmt: skip
    token = answer.json()["access_token"]
    editor = world.token("all")
    path = f"/api/oauth2/app/{made.application.client_id}"
    assert world.send("PUT", path, token=editor, json={"scopes": ["files.write"]}).status_code == 200
    refused = world.send("GET", PATH, token=token)  # what is granted is what both hold: nothing
    assert refused.status_code == 403
    assert refused.json()["granted_scopes"] == []


@pytest.mark.parametrize("name", ["As", "AsId", "as"])
def test_a_server_application_acts_for_a_person(world: World, ana: User, name: str) -> None:
    token = world.token("account.read users.readwrite")
    told = world.send("GET", "/api/account", token=token, headers={name: str(ana.id)})
    assert told.status_code == 200, told.text
    assert told.json()["login"] == "ana"


def test_as_may_stand_twice_when_both_say_the_same(world: World, ana: User) -> None:
    token = world.token("account.read users.readwrite")
    headers = {"As": str(ana.id), "AsId": str(ana.id)}
    assert world.send("GET", "/api/account", token=token, headers=headers).status_code == 200


@pytest.mark.parametrize("value", ["", "0", "-1", "abc", "1.0", "1 2", "0x10", " ", "9" * 19, "9" * 40, "\uff11"])
def test_az_13_as_that_is_no_id_is_refused(world: World, token: str, value: str) -> None:
    refused = world.send("GET", "/api/users", token=token, headers=[(b"as", value.encode())])
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_as")


def test_az_13_two_as_that_differ_are_refused(world: World, token: str, ana: User) -> None:
    two = {"As": str(ana.id), "AsId": str(ana.id + 1)}
    assert world.send("GET", "/api/users", token=token, headers=two).json()["code"] == "bad_as"
    twice = [("As", str(ana.id)), ("As", str(ana.id))]
    assert world.send("GET", "/api/users", token=token, headers=twice).json()["code"] == "repeated_header"


@pytest.mark.parametrize(
    ("scopes", "method", "path"),
    [
        ("account.read users.read", "GET", "/api/account"),
        ("account.read users.write", "GET", "/api/account"),
        ("admin.read users.readwrite", "GET", "/api/oauth2/apps"),
        ("users.readwrite", "DELETE", "/api/user/1"),
    ],
)
def test_az_12_az_15_acting_for_a_person_has_its_limits(
    world: World, ana: User, scopes: str, method: str, path: str
) -> None:
    refused = world.send(method, path, token=world.token(scopes), headers={"As": str(ana.id)})
    assert (refused.status_code, refused.json()["code"]) == (403, "as_not_allowed")


def test_az_13_nobody_acts_for_administrators_disabled_accounts_or_nobody(world: World) -> None:
    token = world.token("account.read users.readwrite")
    gone = world.person("gone", is_active=False)
    for number, status, code in (
        (world.admin.id, 403, "as_not_allowed"),
        (gone.id, 403, "as_not_allowed"),
        (10**15, 404, "no_such_user"),
    ):
        refused = world.send("GET", "/api/account", token=token, headers={"As": str(number)})
        assert (refused.status_code, refused.json()["code"]) == (status, code)


def test_az_12_a_person_acts_for_nobody_else(world: World, ana: User) -> None:
    token = world.token("account.read users.readwrite", person=world.person("ben"))
    refused = world.send("GET", "/api/account", token=token, headers={"As": str(ana.id)})
    assert (refused.status_code, refused.json()["code"]) == (403, "as_not_allowed")


def test_az_14_acting_for_a_person_gives_that_persons_rights_and_no_more(world: World, ana: User) -> None:
    token = world.token("files.readwrite users.readwrite")
    assert world.send("GET", PATH, token=token).status_code == 200
    assert world.send("GET", PATH, token=token, headers={"As": str(ana.id)}).status_code == 404
    assert world.send("GET", "/api/users", token=token, headers={"As": str(ana.id)}).status_code == 403


def test_a_public_call_ignores_what_is_shown(world: World) -> None:
    for headers in ({}, {"Token": "abc"}, {"Authorization": "Basic abc"}):
        assert world.send("GET", "/api/publicconfig", headers=headers).status_code == 200


def test_sc_08_a_token_ends_to_the_second_that_was_announced(world: World) -> None:
    token = world.token("files.read")
    for seconds, status in ((86_399, 200), (86_400, 401)):
        world.pass_time(seconds)
        try:
            assert world.send("GET", PATH, token=token).status_code == status
        finally:
            world.pass_time(-seconds)


def test_a_persons_token_ends_with_their_account(world: World) -> None:
    person = world.person("cleo")
    token = world.token("account.read", person=person)
    assert world.send("GET", "/api/account", token=token).status_code == 200
    editor = world.token("all")
    assert world.send("PUT", f"/api/user/{person.id}", token=editor, json={"active": False}).status_code == 200
    assert world.send("GET", "/api/account", token=token).status_code == 401
    assert world.send("PUT", f"/api/user/{person.id}", token=editor, json={"active": True}).status_code == 200
    assert world.send("GET", "/api/account", token=token).status_code == 401  # what was cut off stays so
