"""A client written for the vendor's platform, on requests alone: form fields, no PKCE, `scope=all`, one fixed callback.

Source: wire/oauth2.md sections 2 to 4, wire/files.md, as rclone's backend sends them.
"""

import hashlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import requests

from jeton.testing.served import Served
from tests.interop.clients import Registered, register
from tests.interop.person import Person, brought

CALLBACK = "http://localhost:53682/"
CONTENT = b"January: 12 euros\n"
WRITTEN = "2026-01-31T17:45:10Z"


@pytest.fixture(scope="module")
def drive(served: Served) -> Registered:
    return register(served, "--name", "Drive", "--type", "client", "--callback", CALLBACK, "--scope", "all")


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.headers["User-Agent"] = "rclone/v1.70.0"
        yield session


def by_form(app: Registered, **fields: str) -> dict[str, Any]:
    """A token request; credentials are fields among the others."""
    shown = {"client_id": app.client_id, "client_secret": app.client_secret}
    answer = requests.post(app.token, data={**fields, **shown}, timeout=30)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/json")
    told: dict[str, Any] = answer.json()
    return told


def test_a_client_of_the_vendor_connects_lists_uploads_and_refreshes(
    http: requests.Session, person: Person, drive: Registered
) -> None:
    asked = {"client_id": drive.client_id, "redirect_uri": CALLBACK, "response_type": "code", "scope": "all"}
    callback = person.allow(f"{drive.authorize}?{urlencode({**asked, 'state': 'oKq0ZyB-5TgzDk2Wc8Jx_A'})}")
    assert callback.startswith(f"{CALLBACK}?")
    assert brought(callback)["state"] == "oKq0ZyB-5TgzDk2Wc8Jx_A"
    code = brought(callback)["code"]
    told = by_form(drive, grant_type="authorization_code", code=code, redirect_uri=CALLBACK)
    assert told["token_type"] == "Bearer"
    assert told["expires_in"] > 0
    http.headers["Authorization"] = f"Bearer {told['access_token']}"

    roots = http.get(f"{drive.issuer}/api/folders", params={"depth": "0", "filter": "1"}).json()
    assert any(root["id"] == 1 and root["type"] != "shared" for root in roots)
    made = http.post(f"{drive.issuer}/api/folder", json={"parent_id": "1", "name": "Factures"})
    assert made.status_code == 201
    folder = made.json()["id"]

    uploaded = upload(http, drive, folder)
    listed = http.get(f"{drive.issuer}/api/folder/{folder}", params={"depth": "1"}).json()["content"]["files"]
    assert [(file["id"], file["name"], file["size"]) for file in listed] == [(uploaded["id"], "été.txt", len(CONTENT))]

    refreshed = by_form(drive, grant_type="refresh_token", refresh_token=told["refresh_token"])
    assert refreshed["access_token"] != told["access_token"]
    assert refreshed["refresh_token"] == told["refresh_token"]
    http.headers["Authorization"] = f"Bearer {refreshed['access_token']}"
    assert http.get(f"{drive.issuer}/api/file/{uploaded['id']}/download").content == CONTENT
    assert http.delete(f"{drive.issuer}/api/folder/{folder}").status_code in {200, 204}


def upload(http: requests.Session, app: Registered, folder: int) -> dict[str, Any]:
    """Dates in the query, the rest as fields of the form."""
    digest = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()
    answer = http.post(
        f"{app.issuer}/api/file/upload",
        params={"modification": WRITTEN, "creation": WRITTEN},
        data={"folderId": str(folder), "fileSize": str(len(CONTENT)), "fileHash": digest},
        files={"targetFile": ("été.txt", CONTENT)},
    )
    assert answer.status_code in {200, 201}, answer.text
    told: dict[str, Any] = answer.json()
    assert (told["hash"], told["creation"]) == (digest, WRITTEN)
    return told


def test_a_code_that_was_used_is_a_final_error_that_such_a_client_knows(person: Person, drive: Registered) -> None:
    asked = {"client_id": drive.client_id, "redirect_uri": CALLBACK, "response_type": "code", "scope": "all"}
    code = brought(person.allow(f"{drive.authorize}?{urlencode(asked)}"))["code"]
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    by_form(drive, **fields)
    shown = {"client_id": drive.client_id, "client_secret": drive.client_secret}
    again = requests.post(drive.token, data={**fields, **shown}, timeout=30)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def test_a_token_that_is_not_one_is_answered_so_that_such_a_client_reconnects(
    http: requests.Session, drive: Registered
) -> None:
    refused = http.get(f"{drive.issuer}/api/folder/1", headers={"Authorization": "Bearer nothing"})
    assert refused.status_code == 401
    assert refused.json()["error"]
