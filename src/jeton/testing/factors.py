"""Second factors for tests: codes of the moment, and a device that makes and shows passkeys."""

import hashlib
import json
import re
import struct
from base64 import urlsafe_b64encode
from html import unescape
from typing import Any, Final, NamedTuple

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from pyotp import TOTP

from jeton.kernel.caller import OPERATOR
from jeton.kernel.factors import new_seed, seed_purpose
from jeton.kernel.people import User
from jeton.kernel.ports import Work
from jeton.kernel.proving import set_totp
from jeton.kit.clock import SECOND
from jeton.testing.world import PUBLIC_URL, World

_OPTIONS: Final = re.compile(r'data-options="([^"]*)"')
_PRESENT, _VERIFIED, _ATTESTED = 1, 4, 64


class Protected(NamedTuple):
    """What a person holds besides their password."""

    seed: str
    codes: tuple[str, ...]


def protect(world: World, user: User) -> Protected:
    """Codes by an application, set up long ago, and the recovery codes that came with them."""

    def make(work: Work) -> Protected:
        seed = new_seed(work.mint)
        sealed = work.seals.seal(seed, seed_purpose(user.id))
        work.factors.begin_totp(user.id, sealed, work.now)
        return Protected(seed, set_totp(work, OPERATOR, user, sealed, 1))

    return world.write(make)


def code(world: World, seed: str, *, steps: int = 0) -> str:
    """The code of this moment, or of some steps from it."""
    return TOTP(seed).at(world.now // SECOND + 30 * steps)


def options_in(page: str) -> dict[str, Any]:
    """What a page asks the browser."""
    found = _OPTIONS.search(page)
    assert found is not None, page
    told: dict[str, Any] = json.loads(unescape(found[1]))
    return told


class Device:
    """A device with one passkey on it, for pages under an address."""

    def __init__(self, *, url: str = PUBLIC_URL, knows_its_person: bool = True) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential = hashlib.sha256(repr(self.key.private_numbers().private_value).encode()).digest()
        self.url = url
        self.flags = _PRESENT | (_VERIFIED if knows_its_person else 0)
        self.count = 0

    def make(self, options: dict[str, Any]) -> str:
        """The answer to a page that asks for a passkey."""
        numbers = self.key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        attested = bytes(16) + struct.pack(">H", len(self.credential)) + self.credential + public
        data = self._data(_ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options)
        return self._answer(clientDataJSON=_spelled(client), attestationObject=_spelled(attestation))

    def show(self, options: dict[str, Any]) -> str:
        """The answer to a page that asks to show it."""
        self.count += 1
        data, client = self._data(0), self._client("webauthn.get", options)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            clientDataJSON=_spelled(client), authenticatorData=_spelled(data), signature=_spelled(signature)
        )

    def _data(self, more: int) -> bytes:
        host = self.url.partition("://")[2].partition(":")[0]
        return hashlib.sha256(host.encode()).digest() + struct.pack(">BI", self.flags | more, self.count)

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        told = {"type": kind, "challenge": options["challenge"], "origin": self.url, "crossOrigin": False}
        return json.dumps(told).encode()

    def _answer(self, **response: str) -> str:
        name = _spelled(self.credential)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


def _spelled(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
