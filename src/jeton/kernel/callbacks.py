"""Which addresses an application may register: where people are sent back to, and what it tells of itself. Pure.

Source: product.md D7; ux.md section 2.2 (messages); RFC 8252 sections 7.1, 7.3; RFC 9700 section 2.1.
"""

import re
from typing import Final
from urllib.parse import urlsplit

from jeton.kit.text import has_controls, sentence

_PRIVATE_SCHEME = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


def is_https(url: str) -> bool:
    """Whether this is a whole https address of at most 300 characters, without a name or password."""
    if len(url) > 300 or not url.isascii() or has_controls(url) or " " in url or not url.startswith("https://"):
        return False
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        return False


def callback_reason(url: str, *, is_public: bool) -> tuple[str, str] | None:
    """A code and a sentence when a callback URL is refused.

    Source: ux.md section 2.2; RFC 8252 sections 7.1, 7.3; RFC 9700 section 2.1.
    """
    if len(url) > 500 or not url.isascii() or has_controls(url) or " " in url or "\\" in url:
        return "not_a_url", sentence("Write a whole URL in ASCII, without blanks or backslashes.")
    if "*" in url:
        return "wildcard", sentence("Write each URL in full: * is not accepted.")
    if "#" in url:
        return "fragment", sentence("Remove “#…”: a callback cannot contain a fragment.")
    scheme, colon, _ = url.partition(":")
    if not colon or not _SCHEME.fullmatch(scheme):
        return "not_a_url", sentence("Write a whole URL, such as https://portal.example.org/oauth/callback")
    if scheme not in {"http", "https"}:
        return _private_scheme_reason(scheme, is_public=is_public)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "not_a_url", sentence("Write a whole URL, such as https://portal.example.org/oauth/callback")
    if "@" in parts.netloc:
        return "userinfo", sentence("Remove the name and password from the URL.")
    if not host or port == 0 or not url.startswith(f"{scheme}://") or "%" in parts.netloc:
        return "not_a_url", sentence("Write a whole URL, such as https://portal.example.org/oauth/callback")
    if scheme == "http" and host not in _LOOPBACK:
        return "plain_http", sentence("http is accepted only on your own machine (127.0.0.1). Use https.")
    if {"..", "."} & set(parts.path.split("/")):
        return "dots", sentence("Write the path without “.” and “..”.")
    return None


def is_of_origin(url: str, origin: str) -> bool:
    """Whether a page of this origin could be called back at a registered URL: the very same, with any port on loopback.

    Source: RFC 6454 section 6.2; RFC 8252 section 7.3.
    """
    scheme, _, rest = url.partition("://")
    if scheme not in {"http", "https"}:
        return False
    registered = f"{scheme}://{re.split('[/?]', rest)[0].lower()}"
    return origin == registered or (scheme == "http" and _without_port(origin) == _without_port(registered))


def _without_port(origin: str) -> str:
    return re.sub(r":[0-9]{1,5}$", "", origin)


def _private_scheme_reason(scheme: str, *, is_public: bool) -> tuple[str, str] | None:
    if not is_public:
        return "private_scheme", sentence("Use https: private schemes are for public applications.")
    if not _PRIVATE_SCHEME.fullmatch(scheme):
        return "scheme_without_dot", sentence("Use a reversed domain, such as com.example.app:/callback")
    return None
