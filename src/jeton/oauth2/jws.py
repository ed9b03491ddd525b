"""Signed texts (JWS), by joserfc: the algorithm is pinned, and the key is always given, never taken from a header.

The one exception is named: a DPoP proof carries its own public key. Source: RFC 7515; RFC 7517; RFC 7638; RFC 8725.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from joserfc import jwk, jws
from joserfc.errors import JoseError

ALGORITHMS: Final = ("ES256", "PS256", "Ed25519", "EdDSA")
SIGNED_WITH: Final = "ES256"
LONGEST: Final = 4096
MOST_KEYS: Final = 10
_SMALLEST_RSA_BITS: Final = 2048
_CURVES: Final = frozenset({"P-256", "Ed25519"})
_PRIVATE: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "k", "oth"})


_KNOWN: Final = {name: jws.JWSRegistry.algorithms[name] for name in ALGORITHMS}
"""There are no others here: asking for one is a KeyError."""


class _Registry(jws.JWSRegistry):
    max_header_length = LONGEST
    """The header of a proof holds a whole key, and an RSA key is long."""
    max_payload_length = LONGEST

    def get_alg(self, name: str) -> Any:  # joserfc does not export the type
        # EdDSA is what clients wrote for Ed25519 before RFC 9864, and still do: nothing to warn of.
        return _KNOWN[name]


# joserfc refuses headers that it does not know: `jwk` is known, and what a client adds beside is its own affair.
_REGISTRY: Final = _Registry(algorithms=list(ALGORITHMS), strict_check_header=False)

Claims = dict[str, Any]  # a JSON object


class Unsound(Exception):
    """A text is not signed, or not by this key, or cannot be read. The message says which, in ASCII."""


class Signed(NamedTuple):
    """What a verified text says."""

    header: Claims
    claims: Claims


def headers_of(text: str) -> Claims:
    """The header, which nothing vouches for yet. Raises Unsound."""
    if len(text) > LONGEST or text.count(".") != 2:
        raise Unsound("it is not a signed text of three parts")
    try:
        return dict(jws.extract_compact(text.encode("ascii"), registry=_REGISTRY).headers())
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        raise Unsound("its header cannot be read") from None


def claims_of(text: str) -> Claims:
    """What a text says, which nothing vouches for yet. Raises Unsound."""
    headers_of(text)
    payload = text.split(".")[1]
    try:
        claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, RecursionError):
        raise Unsound("what it says cannot be read") from None
    if not isinstance(claims, dict):
        raise Unsound("what it says is not a JSON object")
    return claims


def verified(text: str, key: Mapping[str, Any]) -> Signed:
    """What a text says once this public key (a JWK) has verified it. Raises Unsound."""
    header = headers_of(text)
    if header.get("alg") not in ALGORITHMS:
        raise Unsound(f"its alg is not one of {' '.join(ALGORITHMS)}")
    if "crit" in header:
        raise Unsound("its header has crit, and nothing of that is known here")
    try:
        jws.deserialize_compact(text, _public(key), list(ALGORITHMS), _REGISTRY)
    except (JoseError, ValueError, TypeError, KeyError):
        raise Unsound("its signature is not that of the key") from None
    return Signed(header, claims_of(text))


def thumbprint(key: Mapping[str, Any]) -> str:
    """The thumbprint of a public key. Source: RFC 7638. Raises Unsound."""
    return str(_public(key).thumbprint())


def read_keys(text: str) -> tuple[Claims, ...]:
    """The public keys of a JWK Set. Raises Unsound: unreadable, none, too many, private or weak ones."""
    try:
        told = json.loads(text)
        keys = told["keys"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Unsound('it is not a JSON object with the member "keys"') from None
    if not isinstance(keys, list) or not 1 <= len(keys) <= MOST_KEYS or not all(isinstance(key, dict) for key in keys):
        raise Unsound(f"it does not hold 1 to {MOST_KEYS} keys")
    for key in keys:
        _public(key)
    return tuple(keys)


def sign(claims: Claims, *, typ: str, kid: str, private: str) -> str:
    """A signed text; `private` is the key as a JWK in JSON."""
    header = {"alg": SIGNED_WITH, "typ": typ, "kid": kid}
    key = jwk.import_key(json.loads(private))
    return jws.serialize_compact(header, json.dumps(claims), key, [SIGNED_WITH], _REGISTRY)


def new_key() -> tuple[Claims, str]:
    """A fresh key for `sign`: its public half with `kid`, `use` and `alg`, and the whole of it in JSON."""
    key = jwk.ECKey.generate_key("P-256", private=True)
    kid = key.thumbprint()
    public = {**key.as_dict(private=False), "kid": kid, "use": "sig", "alg": SIGNED_WITH}
    return public, json.dumps(key.as_dict(private=True))


def _public(key: Mapping[str, Any]) -> jwk.Key:
    """Raises Unsound."""
    if _PRIVATE & set(key):
        raise Unsound("a key is private, or one that both sides would share: send the public half only")
    if key.get("kty") == "RSA" and len(str(key.get("n"))) * 6 < _SMALLEST_RSA_BITS:  # base64url: 6 bits a character
        raise Unsound(f"an RSA key has fewer than {_SMALLEST_RSA_BITS} bits")
    if key.get("kty") != "RSA" and key.get("crv") not in _CURVES:
        raise Unsound("a key is neither RSA nor on one of the curves P-256 and Ed25519")
    try:
        return jwk.import_key({name: value for name, value in key.items() if name in _MEMBERS})
    except (JoseError, ValueError, TypeError, KeyError):
        raise Unsound("a key cannot be read") from None


_MEMBERS: Final = frozenset({"kty", "crv", "x", "y", "n", "e", "kid"})
