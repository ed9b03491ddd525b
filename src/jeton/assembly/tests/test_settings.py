"""The operator's settings: every default works, and what cannot be used is refused with its reason."""

from pathlib import Path

import pytest

from jeton.assembly.catalogue import NoCard, find_catalogue
from jeton.assembly.settings import BadSetting, is_loopback, read_settings
from jeton.kernel.tree import Strictness


def test_with_nothing_set_everything_has_a_default() -> None:
    settings = read_settings({})
    assert (settings.data, settings.public_url, settings.names) == (Path("var"), None, Strictness.STRICT)
    assert settings.trusted_proxies == frozenset()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JETON_PUBLIC_URL", "http://documents.example.org"),
        ("JETON_PUBLIC_URL", "documents.example.org"),
        ("JETON_PUBLIC_URL", "ftp://documents.example.org"),
        ("JETON_PUBLIC_URL", "https://documents.example.org/path"),
        ("JETON_PUBLIC_URL", "https://user@documents.example.org"),
        ("JETON_PUBLIC_URL", "https://documents.example.org:x"),
        ("JETON_NAMES", "loose"),
        ("JETON_WORKERS", "2"),
        ("JETON_WORKERS", "0"),
        ("JETON_WORKERS", "several"),
        ("JETON_TRUSTED_PROXIES", "proxy"),
        ("JETON_INSECURE", "maybe"),
        ("JETON_UNKNOWN", "x"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name):
        read_settings({name: value, "JETON_PUBLIC_URL": value if name == "JETON_PUBLIC_URL" else "http://127.0.0.1"})


def test_what_can_be_used_is_read() -> None:
    settings = read_settings(
        {
            "JETON_DATA": "/srv/jeton",
            "JETON_PUBLIC_URL": "http://documents.lan/",
            "JETON_INSECURE": "yes",
            "JETON_NAMES": "relaxed",
            "JETON_TRUSTED_PROXIES": "127.0.0.1, ::1",
            "JETON_TOKEN": "a client's",
            "HOME": "/",
        }
    )
    assert settings.public_url == "http://documents.lan"
    assert settings.names is Strictness.RELAXED
    assert settings.trusted_proxies == {"127.0.0.1", "::1"}


def test_several_workers_need_postgresql() -> None:
    several = {"JETON_WORKERS": "3", "JETON_DATABASE_URL": "postgresql://jeton@db.example.org/jeton"}
    assert read_settings(several).workers == 3
    for number in ("0", "-1", "1_0", "²", "65", "1000"):
        with pytest.raises(BadSetting, match="1 to 64"):
            read_settings({**several, "JETON_WORKERS": number})


def test_this_machine_s_own_names_are_known() -> None:
    assert all(is_loopback(host) for host in ("localhost", "127.0.0.1", "::1", "127.9.9.9"))
    assert not any(is_loopback(host) for host in ("example.org", "10.0.0.1"))


def test_a_folder_without_a_card_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import jeton.families

    (tmp_path / "nocard").mkdir()
    (tmp_path / "nocard" / "__init__.py").write_text("", encoding="utf-8")
    monkeypatch.setattr(jeton.families, "__path__", [*jeton.families.__path__, str(tmp_path)])
    find_catalogue.cache_clear()
    try:
        with pytest.raises(NoCard, match="nocard"):
            find_catalogue()
    finally:
        find_catalogue.cache_clear()
