"""The operator's settings: environment variables, read and judged once at start. All have defaults that work."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from jeton.kernel.tree import Strictness
from jeton.storage.sql.postgresql import Unreachable, connection_parts

PREFIX: Final = "JETON_"
CLIENT_NAMES: Final = frozenset({"JETON_URL", "JETON_CLIENT_ID", "JETON_CLIENT_SECRET", "JETON_SCOPES", "JETON_TOKEN"})
"""What the client and `.env` files name: known here, and of no effect."""

MOST_WORKERS: Final = 64


class BadSetting(ValueError):
    """A setting that cannot be used; the text says which and why."""


class Setting(NamedTuple):
    """One setting, as the README's table tells it."""

    name: str
    default: str
    meaning: str


SETTINGS: Final = (
    Setting("JETON_DATA", "./var", "the data folder: database and files"),
    Setting(
        "JETON_DATABASE_URL", "SQLite in the data folder", "`postgresql://...`: a PostgreSQL database, 15 or later"
    ),
    Setting(
        "JETON_PUBLIC_URL", "what `serve` is bound to", "the address people and clients use: issuer, links, cookies"
    ),
    Setting("JETON_NAMES", "strict", "names of files and folders: `strict` (the vendor's rule) or `relaxed`"),
    Setting("JETON_PASSWORD_LOGIN", "off", "`on` serves `POST /api/auth`, by which old clients log in with a password"),
    Setting(
        "JETON_WORKERS",
        "1",
        "processes beside each other; more than one needs PostgreSQL",
    ),
    Setting("JETON_TRUSTED_PROXIES", "none", "addresses, separated by commas, whose `X-Forwarded-For` is believed"),
    Setting("JETON_KEYS", "in the data folder", "the folder of the key files that seal what must be read again"),
    Setting("JETON_INSECURE", "no", "`yes` accepts a public address in plain http that is not this machine's own"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings, judged. `public_url` is None until the server knows what it is bound to."""

    data: Path
    public_url: str | None
    names: Strictness
    trusted_proxies: frozenset[str]
    database_url: str | None = field(default=None, repr=False)  # it may hold a password
    """A PostgreSQL database; None is SQLite in the data folder."""
    keys: Path | None = None
    """The folder of key files, where it is not in the data folder."""
    password_login: bool = False
    """Whether old clients may log in by a password."""
    workers: int = 1
    """Processes that serve beside each other; several with PostgreSQL only."""

    @property
    def key_folder(self) -> Path:
        """Where the key files lie."""
        return self.keys or self.data / "keys"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Judge the environment. Raises BadSetting naming what is wrong, an unknown name included."""
    known = {setting.name for setting in SETTINGS}
    for name in environment:
        if name.startswith(PREFIX) and name not in known and name not in CLIENT_NAMES:
            raise BadSetting(f"{name} is not a setting of jeton; see the table in README.md")
    values = {name: environment[name].strip() for name in known if environment.get(name, "").strip()}
    database_url = _database_url(values.get("JETON_DATABASE_URL"))
    public_url = values.get("JETON_PUBLIC_URL")
    return Settings(
        data=Path(values.get("JETON_DATA", "var")),
        public_url=None if public_url is None else _public_url(public_url, _yes(values, "JETON_INSECURE")),
        names=_strictness(values.get("JETON_NAMES", "strict")),
        trusted_proxies=frozenset(_addresses(values.get("JETON_TRUSTED_PROXIES", ""))),
        database_url=database_url,
        keys=Path(values["JETON_KEYS"]) if "JETON_KEYS" in values else None,
        password_login=_on(values, "JETON_PASSWORD_LOGIN"),
        workers=_workers(values.get("JETON_WORKERS", "1"), database_url),
    )


def _workers(value: str, database_url: str | None) -> int:
    # Read as it is typed: "1_0", " 2" and digits of other scripts are no numbers here.
    number = int(value) if value.isascii() and value.isdigit() and len(value) < 4 else 0
    if not 1 <= number <= MOST_WORKERS:
        raise BadSetting(f"JETON_WORKERS is a number of processes, 1 to {MOST_WORKERS}")
    if number > 1 and database_url is None:
        raise BadSetting(
            "JETON_WORKERS must be 1 with the embedded database: one process writes to it; "
            "JETON_DATABASE_URL chooses PostgreSQL, which takes several"
        )
    return number


def _database_url(value: str | None) -> str | None:
    if value is None:
        return None
    # What was given is not repeated: it may hold a password.
    refusal = (
        "JETON_DATABASE_URL is an address such as postgresql://jeton@db.example.org/jeton; leave it out for SQLite"
    )
    if not value.startswith("postgresql://"):
        raise BadSetting(refusal)
    try:
        connection_parts(value)
    except Unreachable:
        raise BadSetting(refusal) from None
    return value


def _yes(values: Mapping[str, str], name: str) -> bool:
    value = values.get(name, "no")
    if value not in {"yes", "no"}:
        raise BadSetting(f"{name} is yes or no")
    return value == "yes"


def _on(values: Mapping[str, str], name: str) -> bool:
    value = values.get(name, "off")
    if value not in {"on", "off"}:
        raise BadSetting(f"{name} is on or off")
    return value == "on"


def _strictness(value: str) -> Strictness:
    try:
        return Strictness(value)
    except ValueError:
        raise BadSetting("JETON_NAMES is strict or relaxed") from None


def _addresses(value: str) -> list[str]:
    try:
        return [str(ipaddress.ip_address(part.strip())) for part in value.split(",") if part.strip()]
    except ValueError:
        raise BadSetting("JETON_TRUSTED_PROXIES lists addresses, separated by commas") from None


def _public_url(value: str, insecure: bool) -> str:  # noqa: FBT001 - one of two
    parts = urlsplit(value)
    try:
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if parts.scheme not in {"http", "https"} or not host or parts.username is not None:
        raise BadSetting("JETON_PUBLIC_URL is an address such as https://documents.example.org")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise BadSetting("JETON_PUBLIC_URL is scheme and host only: no path, no query")
    if parts.scheme == "http" and not is_loopback(host) and not insecure:
        raise BadSetting(
            "JETON_PUBLIC_URL would carry secrets in plain http: use https, or set JETON_INSECURE=yes if you know why"
        )
    return f"{parts.scheme}://{parts.netloc}"


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
