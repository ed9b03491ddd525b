"""Passkeys verified: what a browser answers is a stranger's text until its signature holds.

Source: Web Authentication level 3, sections 7.1 and 7.2. No attestation is asked: which make a device is, is not our
business.
"""

from base64 import urlsafe_b64decode
from urllib.parse import urlsplit

from webauthn import verify_authentication_response, verify_registration_response

from jeton.kernel.factors import WRONG_PASSKEY, BadFactor, NewPasskey, Passkey


class Passkeys:
    """For the pages under one public address."""

    __slots__ = ("_host", "_origin")

    def __init__(self, public_url: str) -> None:
        self._origin = public_url
        self._host = urlsplit(public_url).hostname or ""

    def made(self, response: str, challenge: str) -> NewPasskey:
        """A new passkey. Raises BadFactor."""
        try:
            verified = verify_registration_response(
                credential=response,
                expected_challenge=_read(challenge),
                expected_rp_id=self._host,
                expected_origin=self._origin,
            )
        except Exception:  # whatever a stranger's bytes do to their readers
            raise BadFactor(WRONG_PASSKEY) from None
        return NewPasskey(verified.credential_id, verified.credential_public_key, verified.sign_count)

    def count(self, passkey: Passkey, response: str, challenge: str, *, is_alone: bool) -> int:
        """What a shown passkey counts. Raises BadFactor."""
        try:
            verified = verify_authentication_response(
                credential=response,
                expected_challenge=_read(challenge),
                expected_rp_id=self._host,
                expected_origin=self._origin,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=is_alone,
            )
        except Exception:  # whatever a stranger's bytes do to their readers
            raise BadFactor(WRONG_PASSKEY) from None
        return verified.new_sign_count


def _read(challenge: str) -> bytes:
    return urlsafe_b64decode(challenge + "=" * (-len(challenge) % 4))
