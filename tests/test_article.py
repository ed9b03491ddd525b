"""The vendor's article, from end to end (product.md A1-A15, A17, A18): in a real browser, then over real HTTP.

Once in French with scripts, by the article's own labels; once in English without any script.
"""

import io
import json
import re
from pathlib import Path
from typing import Any

import httpx2
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from jeton.testing.served import ADMIN_PASSWORD, Served

ARTICLE_WORDS = (
    "account.readwrite account.read accountsec.readwrite accountsec.read annotations.readwrite annotations.read "
    "archives.readwrite archives.read alerts.readwrite alerts.read files.readwrite files.read groups.readwrite "
    "groups.read sharelinks.readwrite sharelinks.read uploadlinks.readwrite uploadlinks.read users.readwrite "
    "users.read workflow.readwrite workflow.read trashes.readwrite trashes.read admin.readwrite admin.read "
    "templates.readwrite templates.read tags.readwrite tags.read"
)


def picture() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (256, 256), "#2f5d8a").save(stream, "PNG")
    return stream.getvalue()


def set_up(page: Page, served: Served, *, name: str) -> None:
    """Follow the printed link, and be the first administrator."""
    link = re.search(r"http://\S+/setup/\S+", served.told)
    assert link is not None
    page.goto(link[0])
    page.fill("[name=name]", name)
    page.fill("[name=login]", "ada")
    page.fill("[name=email]", "ada@example.org")
    page.fill("[name=password]", ADMIN_PASSWORD)
    page.fill("[name=repeated]", ADMIN_PASSWORD)
    page.locator("main button.primary").click()
    expect(page).to_have_url(f"{served.url}/welcome")


def article_call(served: Served, client_id: str, client_secret: str) -> dict[str, Any]:
    """The article's call, as Postman sends it: a raw JSON body."""
    body = json.dumps({"client_id": client_id, "grant_type": "client_credentials", "client_secret": client_secret})
    answer = httpx2.post(f"{served.url}/oauth2/token", content=body, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    assert list(told) == ["access_token", "scope", "refresh_token", "token_type", "expires_in"]
    assert (told["refresh_token"], told["token_type"], told["expires_in"]) == (None, "Bearer", 86400)
    return told


def use_everything(served: Served, token: str) -> None:
    """A15: create users, make folders, upload, download and delete files anywhere."""
    with httpx2.Client(base_url=f"{served.url}/api", headers={"Authorization": f"Bearer {token}"}) as api:
        user = api.post("/user", json={"login": "julie", "email": "julie@example.org", "password": "a long passphrase"})
        assert user.status_code == 201, user.text
        folder = api.post("/folder", json={"parent_id": "1", "name": "Factures"})
        assert folder.status_code == 201, folder.text
        uploaded = api.post(
            "/file/upload", data={"folderId": str(folder.json()["id"])}, files={"targetFile": ("é.txt", b"bonjour")}
        )
        assert uploaded.status_code == 201, uploaded.text
        number = uploaded.json()["id"]
        assert api.get(f"/file/{number}/download").content == b"bonjour"
        assert api.delete(f"/file/{number}").status_code == 200
        assert api.get(f"/file/{number}").status_code == 404
        assert api.delete(f"/user/{user.json()['id']}").status_code == 204


@pytest.mark.browser
def test_the_whole_article_in_french(browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("dialog", lambda dialog: dialog.accept())
    with Served(tmp_path / "data") as served:
        set_up(page, served, name="Mairie de Villeneuve")
        # A1, A2
        page.goto(f"{served.url}/admin/applications")
        page.get_by_role("link", name="Créer une application").first.click()
        # A3 to A8, A10
        page.get_by_label("Logo").set_input_files({"name": "logo.png", "mimeType": "image/png", "buffer": picture()})
        page.locator("[name=name]").fill("Archivage mensuel")
        page.locator("[name=description]").fill("Archive les factures chaque mois.")
        page.get_by_label("Nom de l'éditeur").fill("Société Exemple")
        page.get_by_label("Site de l'éditeur").fill("https://exemple.fr")
        page.locator("[name=callback_urls]").first.fill("https://exemple.fr/retour")
        page.locator("[name=type][value='1']").check()
        # A9, A18
        page.get_by_role("button", name="Sélectionnez les scopes").click()
        page.get_by_label("Tout sélectionner").check()
        page.get_by_role("button", name="Retour").click()
        # A11
        page.get_by_role("button", name="Sauvegarder").click()
        # A12
        client_id = page.locator("#client_id").input_value()
        client_secret = page.locator("#client_secret").input_value()
        assert client_secret.startswith("jt_cs_")
        # The secret is shown this once: sending the form again shows nothing and creates nothing.
        page.reload()
        assert client_secret not in page.content()
        complaints.clear()  # Chromium tells of the status 409
        page.goto(f"{served.url}/admin/applications/{client_id}")
        assert client_id in page.content()
        assert client_secret not in page.content()
        page.goto(f"{served.url}/admin/applications")
        expect(page.get_by_role("link", name="Archivage mensuel")).to_have_count(1)
        # A13, A14, A18
        told = article_call(served, client_id, client_secret)
        assert told["scope"] == ARTICLE_WORDS
        use_everything(served, told["access_token"])
        assert httpx2.get(f"{served.url}/api/oauth2/app/{client_id}/icon").content.startswith(b"\x89PNG")
        assert complaints == []
    context.close()


@pytest.mark.browser
def test_the_whole_article_in_english_without_scripts(browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context(locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    with Served(tmp_path / "data") as served:
        set_up(page, served, name="Town hall")
        page.goto(f"{served.url}/admin/applications")
        page.get_by_role("link", name="Create an application").first.click()
        page.locator("[name=name]").fill("Reader")
        page.get_by_label("Publisher's name").fill("Example")
        page.locator("[name=type][value='1']").check()
        # A17: one family to read, one to write, nothing else.
        page.locator("[name=scopes][value='users.read']").check()
        page.locator("[name=scopes][value='files.write']").check()
        page.get_by_role("button", name="Save").click()
        client_id = page.locator("#client_id").input_value()
        client_secret = page.locator("#client_secret").input_value()
        told = article_call(served, client_id, client_secret)
        assert told["scope"] == "files.write users.read"
        check_limits(served, told["access_token"])
        # The administrator cuts it off: the next call is refused.
        page.goto(f"{served.url}/admin/applications/{client_id}/suspend")
        page.locator("main form button").last.click()
        refused = httpx2.get(f"{served.url}/api/users", headers={"Authorization": f"Bearer {told['access_token']}"})
        assert refused.status_code == 401
    context.close()


def check_limits(served: Served, token: str) -> None:
    """A17: read only, write only, or both, on every call; a refusal names the missing scope."""
    with httpx2.Client(base_url=f"{served.url}/api", headers={"Authorization": f"Bearer {token}"}) as api:
        assert api.get("/users").status_code == 200
        assert api.post("/folder", json={"parent_id": 1, "name": "Drop"}).status_code == 201
        refused = api.post("/user", json={"login": "x1"})
        assert refused.status_code == 403
        assert "users.write" in refused.json()["error"]
        assert refused.json()["required_scopes"] == ["users.write"]
        assert 'error="insufficient_scope", scope="users.write"' in refused.headers["www-authenticate"]
        assert refused.headers["accepted-scopes"] == "users.write users.readwrite"
        assert refused.headers["granted-scopes"] == "files.write users.read"
        assert api.get("/folder/1").status_code == 403
        assert api.get("/oauth2/apps").json()["required_scopes"] == ["admin.read"]


@pytest.mark.browser
def test_the_administrator_logs_in_with_the_password_and_not_without(browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    with Served(tmp_path / "data") as served:
        set_up(page, served, name="Mairie")
        context.clear_cookies()
        page.goto(f"{served.url}/admin/applications")
        expect(page).to_have_url(re.compile("/login"))
        page.fill("[name=login]", "ada")
        page.fill("[name=password]", "not the password")
        page.locator("main button.primary").click()
        expect(page.get_by_role("alert")).to_be_visible()
        page.fill("[name=password]", ADMIN_PASSWORD)
        page.locator("main button.primary").click()
        expect(page).to_have_url(f"{served.url}/admin/applications")
    context.close()
