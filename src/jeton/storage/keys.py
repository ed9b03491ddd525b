"""Keys at rest: what must be read again is sealed with AES-256-GCM under key files that lie outside of the database.

A folder holds one file a key, `<id>.key`, 32 bytes in base64, for its owner alone. The newest seals; all of them open.
For signatures (Ed25519), each file gives one key a purpose, by HKDF: there is nothing more to keep.
Source: decisions.md, "Keys at rest"; NIST SP 800-38D (nonces of 96 random bits); RFC 5869; RFC 8032.
"""

import base64
import os
import re
import stat
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from jeton.kernel.configuration import SealBroken
from jeton.kit.clock import Instant, to_datetime
from jeton.kit.mint import Mint

SUFFIX: Final = ".key"
_ID: Final = re.compile(r"k[0-9]{14}-[0-9a-f]{8}")
_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12


class KeysUnsound(Exception):
    """The folder of keys cannot be used; the text says why and what to do, and never what a key is."""


class KeyFolder:
    """Satisfies kernel.configuration.Seals. Keys are read once, and again when one is asked for that is not known."""

    __slots__ = ("_folder", "_keys", "_mint")

    def __init__(self, folder: Path, mint: Mint) -> None:
        """Read the folder; one that is not there holds no keys. Raises KeysUnsound."""
        self._folder = folder
        self._mint = mint
        self._keys = _read(folder)

    @property
    def ids(self) -> tuple[str, ...]:
        """The keys by their ids, the oldest first."""
        return tuple(sorted(self._keys))

    def add(self, now: Instant) -> str:
        """Make a new key, which seals from now on; its id. Raises KeysUnsound."""
        folder = self._folder
        number = f"k{to_datetime(now):%Y%m%d%H%M%S}-{self._mint.bytes(4).hex()}"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_whole(folder / f"{number}{SUFFIX}", base64.b64encode(self._mint.bytes(_KEY_BYTES)) + b"\n")
        except OSError as error:
            raise KeysUnsound(f"no key can be kept in {folder}: {error.strerror}") from error
        self._keys = _read(folder)
        return number

    def seal(self, text: str, purpose: str) -> str:
        """`<key id>.<nonce and ciphertext>`, with the newest key. Raises KeysUnsound when there is none."""
        number = self._newest()
        nonce = self._mint.bytes(_NONCE_BYTES)
        sealed = AESGCM(self._keys[number]).encrypt(nonce, text.encode(), purpose.encode())
        return f"{number}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, purpose: str) -> str:
        """What `seal` was given for this purpose. Raises SealBroken."""
        number, _, rest = sealed.partition(".")
        key = self._key(number)
        try:
            content = base64.urlsafe_b64decode(rest.encode())
            return AESGCM(key).decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], purpose.encode()).decode()
        except (InvalidTag, ValueError):
            raise SealBroken("what was kept is not what was sealed") from None

    def sign(self, content: bytes, purpose: str) -> tuple[str, bytes]:
        """Ed25519, with the newest key. Raises KeysUnsound when there is none."""
        number = self._newest()
        return number, _signer(self._keys[number], purpose).sign(content)

    def is_signed(self, content: bytes, key: str, signature: bytes, purpose: str) -> bool:
        """Whether `sign` gave this signature. Raises SealBroken when the key is not here."""
        try:
            _signer(self._key(key), purpose).public_key().verify(signature, content)
        except InvalidSignature:
            return False
        return True

    def _newest(self) -> str:
        if not self._keys:
            raise KeysUnsound(f"there is no key in {self._folder}: `jeton keys add` makes one")
        return max(self._keys)

    def _key(self, number: str) -> bytes:
        if number not in self._keys:  # another process, or a command, may have added it
            self._keys = _read(self._folder)
        key = self._keys.get(number)
        if key is None:
            raise SealBroken(f"the key {number[:24]} is not here")
        return key

    def check(self, needed: set[str]) -> None:
        """Raises KeysUnsound naming the keys that something is sealed with and that are not here."""
        missing = sorted(needed - set(self._keys))
        if missing:
            raise KeysUnsound(
                f"the database holds what was sealed with {', '.join(missing)}, which is not in {self._folder}: "
                "put the key files back, or name their folder by JETON_KEYS"
            )


class _NoKeys:
    """Where no keys were given: nothing can be sealed, and nothing opened."""

    def seal(self, text: str, purpose: str) -> str:
        """Raises KeysUnsound."""
        raise KeysUnsound("a command has no keys: what must be sealed is changed on a running platform")

    def open(self, sealed: str, purpose: str) -> str:
        """Raises SealBroken."""
        raise SealBroken("there are no keys here")

    def sign(self, content: bytes, purpose: str) -> tuple[str, bytes]:
        """Raises KeysUnsound."""
        raise KeysUnsound("there are no keys here")

    def is_signed(self, content: bytes, key: str, signature: bytes, purpose: str) -> bool:
        """Raises SealBroken."""
        raise SealBroken("there are no keys here")


NO_KEYS: Final = _NoKeys()


def key_id(sealed: str) -> str:
    """The id of the key that sealed something."""
    return sealed.partition(".")[0]


def _signer(key: bytes, purpose: str) -> Ed25519PrivateKey:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"jeton signature " + purpose.encode()).derive(key)
    return Ed25519PrivateKey.from_private_bytes(derived)


def _read(folder: Path) -> dict[str, bytes]:
    try:
        files = [file for file in sorted(folder.iterdir()) if file.suffix == SUFFIX]
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise KeysUnsound(f"the folder of keys {folder} cannot be read: {error.strerror}") from error
    return {file.stem: _key_in(file) for file in files}


def _key_in(file: Path) -> bytes:
    try:
        mode = file.stat().st_mode
        content = file.read_bytes()
    except OSError as error:
        raise KeysUnsound(f"the key {file} cannot be read: {error.strerror}") from error
    if stat.S_IMODE(mode) & 0o077:
        raise KeysUnsound(f"the key {file} can be read by others: chmod 600 {file}")
    try:
        key = base64.b64decode(content.strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES or not _ID.fullmatch(file.stem):
        raise KeysUnsound(f"{file} is not a key of jeton: take it away, or bring back the right file")
    return key


def _write_whole(file: Path, content: bytes) -> None:
    """Under another name first: whoever looks meanwhile finds a whole key or none."""
    draft = file.with_suffix(".draft")
    number = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(number)
    draft.rename(file)
    beside = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(beside)
    finally:
        os.close(beside)
