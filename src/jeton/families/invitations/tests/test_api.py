"""Invitations: who may invite, to what, and how the invited come in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jeton.kernel.entries import READING
from jeton.kernel.ids import FolderId, PrincipalId
from jeton.kernel.people import User
from jeton.kernel.ports import Work
from jeton.kernel.tree import Right
from jeton.testing.browsing import Visitor
from jeton.testing.smtp import MailCatcher, send_to
from jeton.testing.tokens import altered
from jeton.testing.world import World

PASSWORD = "a quite different phrase"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


@pytest.fixture
def token(world: World) -> str:
    return world.token()


@pytest.fixture
def folder(world: World, token: str) -> int:
    made: int = world.send("POST", "/api/folder", token=token, json={"parent_id": 1, "name": "Plans"}).json()["id"]
    return made


@pytest.fixture
def inviter(world: World, folder: int) -> User:
    """Somebody who may read and invite in the folder, and no more."""
    ben = world.person("ben")
    give(world, folder, ben, READING | Right.SHARE)
    return ben


def give(world: World, folder: int, person: User, rights: Right) -> None:
    world.write(lambda work: work.entries.put(FolderId(folder), person.id, rights, by=PrincipalId(1), now=work.now))


def held(world: World, folder: int, person: PrincipalId) -> Right:
    def look(work: Work) -> Right:
        entry = work.entries.on(FolderId(folder), person)
        return Right.NONE if entry is None else entry.rights

    return world.read(look)


def invite(world: World, token: str, folder: int, **more: Any) -> Any:
    return world.send("POST", "/api/invite", token=token, json={"folder": folder, "rights": 1, **more})


def come(world: World, key: str, **typed: str) -> tuple[Visitor, int]:
    visitor = Visitor(world)
    visitor.get(f"/invitation/{key}")
    form = {"login": "zoe", "firstname": "Zoé", "password": PASSWORD, "repeated": PASSWORD, **typed}
    return visitor, visitor.post(f"/invitation/{key}", form).status_code


def test_a_stranger_makes_an_account_by_the_link_once_and_sees_the_folder(
    world: World, token: str, folder: int
) -> None:
    made = invite(world, token, folder, email="zoe@example.net", rights=3)
    assert made.status_code == 201, made.text
    told = made.json()
    assert (told["folder"], told["rights"], told["target"], told["email"]) == (folder, 3, None, "zoe@example.net")
    assert told["expiration"] == "2026-02-05T02:40:00Z"
    visitor, status = come(world, told["key"])
    assert status == 303
    assert visitor.get("/account").status_code == 200
    zoe = world.read(lambda work: work.people.find_by_identifier("zoe"))
    assert zoe is not None
    assert (zoe.email, zoe.is_administrator) == ("zoe@example.net", False)
    assert held(world, folder, zoe.id) == READING | Right.WRITE | Right.EDIT | Right.DELETE
    [listed] = world.send("GET", f"/api/invites/{folder}", token=token).json()
    assert (listed["target"], listed["key"]) == (zoe.id, "")
    again = Visitor(world)
    assert again.get(f"/invitation/{told['key']}").status_code == 410
    assert {"invitation.created", "invitation.taken_up", "user.created"} <= set(world.audit())
    visitor.close()
    again.close()


def test_asvs_6_4_1_a_link_is_over_after_72_hours_after_withdrawal_and_for_a_guesser(
    world: World, token: str, folder: int
) -> None:
    old = invite(world, token, folder, email="zoe@example.net").json()
    gone = invite(world, token, folder, email="yan@example.net").json()
    assert world.send("DELETE", f"/api/invite/{gone['id']}", token=token).status_code == 204
    visitor = Visitor(world)
    assert visitor.get(f"/invitation/{gone['key']}").status_code == 410
    assert visitor.get(f"/invitation/{altered(old['key'])}").status_code == 410
    assert visitor.get("/invitation/x").status_code == 410
    world.pass_time(72 * 3600)
    assert visitor.get(f"/invitation/{old['key']}").status_code == 410
    later = {"expiration": "2026-02-06T00:00:00Z", "rights": 7}
    changed = world.send("PUT", f"/api/invite/{old['id']}", token=world.token(), json=later)
    assert (changed.status_code, changed.json()["rights"]) == (200, 7)
    assert visitor.get(f"/invitation/{old['key']}").status_code == 200
    visitor.close()


def test_nobody_gives_more_than_they_hold(world: World, folder: int, inviter: User) -> None:
    own = world.token(person=inviter)
    assert invite(world, own, folder, email="zoe@example.net", rights=5).status_code == 201
    refused = invite(world, own, folder, email="zoe@example.net", rights=2)
    assert (refused.status_code, refused.json()["code"]) == (403, "beyond_own_rights")
    made = invite(world, own, folder, email="yan@example.net").json()
    assert world.send("PUT", f"/api/invite/{made['id']}", token=own, json={"rights": 3}).status_code == 403
    eve = world.person("eve")
    strange = world.token(person=eve)
    assert invite(world, strange, folder, email="a@example.net").status_code == 404
    assert world.send("DELETE", f"/api/invite/{made['id']}", token=strange).status_code == 404
    give(world, folder, eve, READING)
    assert invite(world, strange, folder, email="a@example.net").status_code == 403


@pytest.mark.parametrize("end", ["right", "account", "folder"])
def test_what_was_promised_is_judged_again_when_the_invited_come(
    world: World, token: str, folder: int, inviter: User, end: str
) -> None:
    key = invite(world, world.token(person=inviter), folder, email="zoe@example.net").json()["key"]
    if end == "right":
        give(world, folder, inviter, READING)
    elif end == "account":
        world.send("PUT", f"/api/user/{inviter.id}", token=token, json={"active": False})
    else:
        world.send("DELETE", f"/api/folder/{folder}", token=token)
    visitor, status = come(world, key)
    assert status in {403, 410}
    assert visitor.get(f"/invitation/{key}").status_code == 410
    assert world.read(lambda work: work.people.find_by_identifier("zoe")) is None
    visitor.close()


def test_who_has_an_account_is_let_in_at_once_and_loses_nothing(
    world: World, token: str, folder: int, inviter: User
) -> None:
    eve, fay = world.person("eve"), world.person("fay")
    give(world, 1, fay, READING | Right.WRITE)
    own = world.token(person=inviter)
    made = invite(world, own, folder, email="eve@example.org")
    assert (made.json()["target"], made.json()["key"], made.json()["expiration"]) == (eve.id, "", None)
    assert held(world, folder, eve.id) == READING
    assert invite(world, own, folder, target=str(fay.id)).status_code == 201
    assert held(world, folder, fay.id) == READING | Right.WRITE  # what was inherited stays
    assert invite(world, own, folder, target=str(fay.id), rights=5).status_code == 201
    assert Right.WRITE in held(world, folder, fay.id)
    changed = world.send("PUT", f"/api/invite/{made.json()['id']}", token=token, json={"rights": 7})
    assert (changed.status_code, changed.json()["code"]) == (409, "invitation_taken_up")


def test_who_gets_an_account_meanwhile_signs_in_to_accept(world: World, token: str, folder: int) -> None:
    key = invite(world, token, folder, email="eve@example.org").json()["key"]
    eve = world.person("eve")
    visitor, _ = come(world, key)
    assert "Sign in with it" in visitor.get(f"/invitation/{key}").text
    visitor.get("/login")
    assert visitor.log_in("eve", "eve has a long password").status_code == 303
    visitor.get(f"/invitation/{key}")
    assert visitor.post(f"/invitation/{key}").status_code == 303
    assert held(world, folder, eve.id) == READING
    visitor.close()


def test_who_could_be_invited_is_listed_within_what_one_may_know(
    world: World, token: str, folder: int, inviter: User
) -> None:
    eve, fay = world.person("eve"), world.person("fay")
    world.person("off", is_active=False)
    world.group("Legal", members=[inviter, fay])
    everybody = world.send("GET", f"/api/invite/users/{folder}", token=token).json()
    assert [one["name"] for one in everybody["objects"]] == ["Ada Martin", "eve", "fay"]
    assert everybody["nb_total_objects"] == 3
    page = world.send("GET", f"/api/invite/users/{folder}?offset=1&limit=1&search=E", token=token).json()
    assert page["objects"] == [{"id": eve.id, "name": "eve", "emails": "eve@example.org"}]
    known = world.send("GET", f"/api/invite/users/{folder}", token=world.token(person=inviter)).json()
    assert [one["name"] for one in known["objects"]] == ["fay"]
    assert world.send("GET", f"/api/invite/users/{folder}?limit=0", token=token).status_code == 422


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"rights": 0}, "rights"),
        ({"rights": 8}, "rights"),
        ({"email": "nobody"}, "email"),
        ({"email": ""}, "email"),
        ({"target": 99999}, "target"),
        ({"email": "a@b.fr", "expiration": "2020-01-01T00:00:00Z"}, "expiration"),
        ({"email": "a@b.fr", "expiration": "2036-01-01T00:00:00Z"}, "expiration"),
        ({"email": "a@b.fr", "name": "x\ny"}, "name"),
        ({"email": "a@b.fr", "language": "tlh"}, "language"),
    ],
)
def test_what_cannot_be_kept_is_told(world: World, token: str, folder: int, body: dict[str, Any], field: str) -> None:
    refused = invite(world, token, folder, **body)
    assert refused.status_code == 422, refused.text
    assert [fault["field"] for fault in refused.json()["errors"]] == [field]
    assert world.send("GET", f"/api/invites/{folder}", token=token).json() == []


def test_nobody_sends_invitations_without_end(
    world: World, token: str, folder: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jeton.families.invitations.service.MOST_OPEN", 2)
    assert [invite(world, token, folder, email=f"p{n}@b.fr").status_code for n in range(3)] == [201, 201, 409]


def test_the_link_goes_by_mail_in_one_line_subjects(world: World, token: str, folder: int) -> None:
    world.person("eve")
    with MailCatcher() as catcher:
        world.write(lambda work: send_to(catcher, work))
        made = invite(world, token, folder, email="zoe@example.net", language="fr").json()
        invite(world, token, folder, email="eve@example.org")
        world.deliver()
    mails = {mail["To"]: mail for mail in catcher.mails}
    assert f"/invitation/{made['key']}" in mails["zoe@example.net"].get_content()
    assert "vous invite" in mails["zoe@example.net"]["Subject"]
    assert "Plans" in mails["eve@example.org"]["Subject"]


def test_the_page_invites_shows_the_link_once_and_withdraws(world: World, folder: int, inviter: User) -> None:
    ben = Visitor(world)
    ben.log_in("ben", "ben has a long password")
    path = f"/folders/{folder}/invitations"
    assert 'name="modify"' not in ben.get(path).text
    assert ben.post(path, {"act": "invite", "email": "nobody"}).status_code == 422
    assert 'id="email-error"' in ben.page.text
    ben.get(path)
    assert "/invitation/jt_in_" in ben.post(path, {"act": "invite", "email": "zoe@example.net"}).text
    assert "zoe@example.net" in ben.get(path).text
    number = world.read(lambda work: work.invitations.of_folder(FolderId(folder))[0].id)
    assert ben.post(path, {"act": "withdraw", "invitation_id": str(number)}).status_code == 303
    assert world.read(lambda work: work.invitations.find(number)) is None
    ben.close()


def test_the_form_of_one_folder_withdraws_no_invitation_to_another(
    world: World, token: str, folder: int, inviter: User
) -> None:
    other = world.send("POST", "/api/folder", token=token, json={"parent_id": 1, "name": "Other"}).json()["id"]
    number = int(invite(world, token, other, email="zoe@example.net").json()["id"])
    ben = Visitor(world)
    ben.log_in("ben", "ben has a long password")
    ben.get(f"/folders/{folder}/invitations")
    refused = ben.post(f"/folders/{folder}/invitations", {"act": "withdraw", "invitation_id": str(number)})
    assert refused.status_code == 404
    assert world.read(lambda work: work.invitations.find(number)) is not None
    ben.close()
