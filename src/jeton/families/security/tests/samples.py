"""A request that succeeds, for each call on one's own second factors: the person of the matrix makes it."""

from pyotp import TOTP

from jeton.kernel.factors import Passkey, new_seed, seed_purpose
from jeton.kernel.people import User
from jeton.kernel.ports import Work
from jeton.kit.clock import SECOND
from jeton.testing.samples import Sample, Samples

PROVED = {"password": "person has a long password"}


def person(work: Work) -> User:
    """Whose calls these are, without codes by an application."""
    found = work.people.find_by_identifier("person") or work.people.find_by_identifier("ada")
    assert found is not None
    work.factors.remove_totp(found.id)
    return found


def begun(work: Work, user: User) -> tuple[str, str]:
    """A begun seed: sealed, and as it is."""
    seed = new_seed(work.mint)
    sealed = work.seals.seal(seed, seed_purpose(user.id))
    work.factors.begin_totp(user.id, sealed, work.now)
    return sealed, seed


def start(work: Work) -> Sample:
    """Nothing is set up."""
    person(work)
    return Sample(as_person=True, json=PROVED)


def confirm(work: Work) -> Sample:
    """A seed waits for its first code."""
    _, seed = begun(work, person(work))
    return Sample(as_person=True, json={**PROVED, "code": TOTP(seed).at(work.now // SECOND)})


def confirmed(work: Work) -> Sample:
    """Codes by an application count."""
    user = person(work)
    sealed, _ = begun(work, user)
    work.factors.confirm_totp(user.id, sealed, 1, work.now)
    return Sample(as_person=True, json=PROVED)


def with_passkey(work: Work) -> Sample:
    """A passkey to remove."""
    number = work.mint.number(work.now)
    work.factors.add_passkey(
        Passkey(number, person(work).id, str(number).encode(), b"key", 0, "Old telephone", work.now, None)
    )
    return Sample(as_person=True, path={"passkey_id": str(number)}, json=PROVED)


SAMPLES: Samples = {
    "security.read": lambda work: Sample(as_person=True),
    "security.start_totp": start,
    "security.confirm_totp": confirm,
    "security.remove_totp": confirmed,
    "security.renew_codes": confirmed,
    "security.remove_passkey": with_passkey,
}
