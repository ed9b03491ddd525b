"""A client's own keys: assertions and proofs made with joserfc, as clients make them."""

import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any

from joserfc import jwk, jws

from jeton.kit.clock import SECOND, Instant


def encoded(content: bytes) -> bytes:
    """Base64url without padding."""
    return urlsafe_b64encode(content).rstrip(b"=")


class Keys:
    """A key pair, and what is signed with it."""

    def __init__(self, kind: str = "EC") -> None:
        make: Any = {
            "EC": lambda: jwk.ECKey.generate_key("P-256", private=True),
            "P-384": lambda: jwk.ECKey.generate_key("P-384", private=True),
            "RSA": lambda: jwk.RSAKey.generate_key(2048, private=True),
            "OKP": lambda: jwk.OKPKey.generate_key("Ed25519", private=True),
        }[kind]
        made: Any = make()
        self.key = made
        self.alg = {"EC": "ES256", "P-384": "ES384", "RSA": "PS256", "OKP": "Ed25519"}[kind]
        self.public: dict[str, Any] = made.as_dict(private=False)  # a JWK
        self.private: dict[str, Any] = made.as_dict(private=True)

    @property
    def jwks(self) -> str:
        """The public half as a client registers it."""
        return json.dumps({"keys": [{**self.public, "kid": "one"}]})

    @property
    def jkt(self) -> str:
        """The thumbprint."""
        return str(self.key.thumbprint())

    def sign(self, header: dict[str, Any], claims: object) -> str:  # JSON
        """A signed text."""
        whole = {"alg": self.alg, **header}
        signed = b".".join(encoded(json.dumps(part).encode()) for part in (whole, claims))
        signature = jws.JWSRegistry.algorithms[str(whole["alg"])].sign(signed, self.key)
        return b".".join((signed, encoded(signature))).decode()

    def assertion(
        self, client_id: str, issuer: str, now: Instant, **changed: Any
    ) -> str:  # claims; None leaves one out
        """A client assertion of RFC 7523."""
        good: dict[str, Any] = {
            "iss": client_id, "sub": client_id, "aud": issuer, "jti": f"jti-{now}", "exp": now // SECOND + 60,
        }  # fmt: skip
        claims = {name: value for name, value in {**good, **changed}.items() if value is not None}
        return self.sign({"kid": "one"}, claims)

    def proof(self, url: str, now: Instant, **changed: Any) -> str:
        """A DPoP proof of RFC 9449, with claims changed or (None) left out; `token` gives the claim ath."""
        token = changed.pop("token", None)
        header = changed.pop("header", {})
        good: dict[str, Any] = {
            "htm": "POST", "htu": url, "jti": f"proof-{now}", "iat": now // SECOND, "nonce": f"at-{now}",
        }  # fmt: skip
        if token is not None:
            good["ath"] = encoded(sha256(token.encode()).digest()).decode()
        claims = {name: value for name, value in {**good, **changed}.items() if value is not None}
        return self.sign({"typ": "dpop+jwt", "jwk": self.public, **header}, claims)
