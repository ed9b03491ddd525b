"""Which callback URLs can be registered (product.md D7; ux.md 2.2)."""

import pytest

from jeton.kernel.callbacks import callback_reason


@pytest.mark.parametrize(
    "url",
    [
        "https://portal.example.org/oauth/callback",
        "https://portal.example.org",
        "https://portal.example.org:8443/a?b=c",
        "http://127.0.0.1/callback",
        "http://127.0.0.1:53682/",
        "http://localhost:53682/",
        "http://[::1]:5000/x",
    ],
)
def test_callbacks_that_are_taken(url: str) -> None:
    assert callback_reason(url, is_public=False) is None


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://example.org/x", "plain_http"),
        ("http://127.0.0.1.example.org/x", "plain_http"),
        ("http://localhost.example.org/", "plain_http"),
        ("https://example.org/x#y", "fragment"),
        ("https://*.example.org/", "wildcard"),
        ("https://user@example.org/", "userinfo"),
        ("https://example.org\\@evil.test/", "not_a_url"),
        ("https://example.org/a b", "not_a_url"),
        ("https://exämple.org/", "not_a_url"),
        ("https:///x", "not_a_url"),
        ("https:example.org", "not_a_url"),
        ("https://example.org:99999/", "not_a_url"),
        ("https://ex%61mple.org/", "not_a_url"),
        ("https://example.org/a/../b", "dots"),
        ("/callback", "not_a_url"),
        ("javascript:alert(1)", "private_scheme"),
        ("com.example.app:/callback", "private_scheme"),
        ("", "not_a_url"),
        ("https://example.org/" + "x" * 500, "not_a_url"),
        ("https://[::1/", "not_a_url"),
    ],
)
def test_callbacks_that_are_refused(url: str, reason: str) -> None:
    told = callback_reason(url, is_public=False)
    assert told is not None
    assert told[0] == reason


def test_private_schemes_are_for_public_applications_and_have_a_dot() -> None:
    assert callback_reason("com.example.app:/callback", is_public=True) is None
    told = callback_reason("myapp:/callback", is_public=True)
    assert told is not None
    assert told[0] == "scheme_without_dot"
