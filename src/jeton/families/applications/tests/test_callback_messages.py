"""What is said of a callback that cannot be registered, or could be better, on the console and in both languages.

Source: ux.md section 2.2.
"""

from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from jeton.kernel.applications import ApplicationType
from jeton.testing.browsing import Visitor
from jeton.testing.world import World

NEW = "/admin/applications/new"
GOOD = "https://portal.example.org/callback"
FIELDS = {"type": "0", "public": "1", "name": "Portal", "editor": "Example", "scopes": "files.read"}
MESSAGES = {
    "": ("Add at least one callback URL.", "Ajoutez au moins une URL de rappel."),
    "http://portal.example.org/callback": (
        "http is accepted only on your own machine (127.0.0.1). Use https.",
        "http n\u2019est accepté que sur votre poste (127.0.0.1). Utilisez https.",
    ),
    f"{GOOD}#part": (
        "Remove \u201c#\u2026\u201d: a callback cannot contain a fragment.",
        "Retirez « #\u2026 » : une URL de rappel ne peut pas contenir de fragment.",
    ),
    "https://*.example.org/callback": (
        "Write each URL in full: * is not accepted.",
        "Écrivez chaque URL en entier : * n\u2019est pas accepté.",
    ),
    "https://ada:secret@portal.example.org/": (
        "Remove the name and password from the URL.",
        "Retirez l\u2019identifiant et le mot de passe de l\u2019URL.",
    ),
    "myapp:/callback": (
        "Use a reversed domain, such as com.example.app:/callback",
        "Utilisez un domaine inversé, comme fr.exemple.app:/retour",
    ),
}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


def read(text: str) -> str:
    """As a person reads it: a space is a space, whether a line may break there or not."""
    return unescape(text).replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_message_is_said_beside_its_field_and_nothing_is_lost(world: World, language: str) -> None:
    ada = Visitor(world, language=language)
    ada.log_in()
    for url, (english, french) in MESSAGES.items():
        ada.get(NEW)
        page = ada.post(NEW, {**FIELDS, "callback_urls": [GOOD, url] if url else [""]})
        assert page.status_code == 422, url
        text = read(page.text)
        assert text.partition("<title>")[2].startswith("Error:" if language == "en" else "Erreur :")
        assert (english if language == "en" else french) in text.partition('id="callback_urls-error"')[2][:400], url
        assert 'href="#callback_urls"' in text
        assert 'value="Portal"' in text
        assert not url or f'value="{url}"' in text
    assert world.read(lambda work: work.applications.all()) == []
    ada.close()


@pytest.mark.parametrize(
    ("language", "safer", "administrators"),
    [
        ("en", "127.0.0.1 is safer than localhost", "only for users who are administrators"),
        ("fr", "127.0.0.1 est plus sûr que localhost", "que pour les administrateurs"),
    ],
)
def test_what_is_taken_and_could_be_better_is_said_on_its_page(
    world: World, language: str, safer: str, administrators: str
) -> None:
    ada = Visitor(world, language=language)
    ada.log_in()
    ada.get(NEW)
    fields = {
        **FIELDS,
        "public": "0",
        "scopes": "admin.read",
        "callback_urls": ["http://localhost/", "http://localhost/"],
    }
    assert ada.post(NEW, fields).status_code == 200
    (made,) = world.read(lambda work: work.applications.all())
    assert made.callback_urls == ("http://localhost/",)  # the same one twice is kept once
    page = read(ada.get(f"/admin/applications/{made.client_id}").text)
    assert safer in page
    assert administrators in page
    usual = world.application("files.read", type=ApplicationType.CLIENT).application
    page = read(ada.get(f"/admin/applications/{usual.client_id}").text)
    assert safer not in page
    assert administrators not in page
    ada.close()
