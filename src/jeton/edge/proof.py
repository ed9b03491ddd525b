"""Proofs of possession on the API: who shows a token that is bound to a key proves the key with each call.

A proof is judged, then its token, and only then is it remembered: a stranger's proof never reaches the writer.
Source: RFC 9449 sections 4.3, 7 and 9.
"""

from collections.abc import Callable
from typing import ClassVar, Final

from jeton.edge.guard import Presented, identify
from jeton.kernel.caller import Origin
from jeton.kernel.ports import Work, Works
from jeton.kernel.problems import Unauthenticated
from jeton.kernel.scopes import Scopes
from jeton.kit.clock import Clock
from jeton.kit.text import sentence
from jeton.oauth2.dpop import REPLAYED, USE_NONCE, Nonces, Target, judge
from jeton.oauth2.jws import ALGORITHMS
from jeton.oauth2.ports import Store
from jeton.oauth2.refusals import Refusal

CHALLENGE: Final = f'DPoP algs="{" ".join(ALGORITHMS)}"'


class BadProof(Unauthenticated):
    """A DPoP proof does not hold."""

    code = "invalid_dpop_proof"
    sentence = sentence("The DPoP proof does not hold: {why}")
    token_error: ClassVar[str] = "invalid_dpop_proof"


class NonceNeeded(Unauthenticated):
    """A DPoP proof needs the nonce that the answer brings."""

    code = "use_dpop_nonce"
    sentence = sentence("Make the DPoP proof with the nonce of the header DPoP-Nonce, and call again.")
    token_error: ClassVar[str] = "use_dpop_nonce"


class Proofs:
    """Judges the proof that comes with a call."""

    __slots__ = ("_clock", "_nonces", "_public_url", "_store_of", "_works")

    def __init__(
        self, nonces: Nonces, works: Works, store_of: Callable[[Work], Store[Scopes]], clock: Clock, public_url: str
    ) -> None:
        self._nonces = nonces
        self._works = works
        self._store_of = store_of
        self._clock = clock
        self._public_url = public_url

    def nonce(self) -> str:
        """What the next proof must carry."""
        return self._nonces.current(self._clock())

    async def proved(self, presented: Presented, method: str, path: bytes, origin: Origin) -> Presented:
        """The same, with the key that was proved. Raises BadProof, NonceNeeded, and what `identify` raises."""
        target = Target(method, f"{self._public_url}{path.decode('latin-1')}")
        proof = judge((presented.proof,), target, self._clock(), self._nonces, token=presented.token)
        if isinstance(proof, Refusal):
            raise _problem(proof)
        proved = presented._replace(jkt=proof.jkt)
        await self._works.read(lambda work: identify(work, proved, origin.address))
        is_new = await self._works.write(lambda work: self._store_of(work).remember(proof.digest, proof.until))
        if not is_new:
            raise _problem(REPLAYED)
        return proved


def _problem(refusal: Refusal) -> Unauthenticated:
    if refusal.error == USE_NONCE.error:
        return NonceNeeded()
    return BadProof(why=refusal.description)
