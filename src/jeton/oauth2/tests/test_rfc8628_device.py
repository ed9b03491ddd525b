"""RFC 8628: a device without a browser shows a code, and a person allows it on another one."""

import re

import pytest

from jeton.kit.clock import SECOND
from jeton.kit.mint import DEVICE_CODE, SystemMint, new_token
from jeton.oauth2.clients import Terms
from jeton.oauth2.device import LETTERS, DeviceAnswer
from jeton.oauth2.endpoints.token import TokenAnswer
from jeton.oauth2.refusals import Refusal
from jeton.oauth2.tests.memory import ISSUER, OTHER, PORTAL, ROBOT, SECRET, Core, client, portal

GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@pytest.fixture
def core() -> Core:
    return Core(portal(), client(), portal(is_public=True, secrets=())._replace(client_id=OTHER))


def begin(core: Core, **changed: object) -> DeviceAnswer | Refusal:
    good = {"client_id": PORTAL, "client_secret": SECRET}
    asked = {name: value for name, value in {**good, **changed}.items() if value is not None}
    return core.server.device(asked, None, core.store, core.now)


def begun(core: Core, **changed: object) -> DeviceAnswer:
    answer = begin(core, **changed)
    assert isinstance(answer, DeviceAnswer), answer
    return answer


def poll(core: Core, code: object, **changed: object) -> TokenAnswer | Refusal:
    good = {"grant_type": GRANT, "device_code": code, "client_id": PORTAL, "client_secret": SECRET}
    return core.ask({name: value for name, value in {**good, **changed}.items() if value is not None})


def decide(core: Core, answer: DeviceAnswer, subject: str | None = "7", scopes: str | None = None) -> bool:
    record = core.server.device_asking(answer.user_code, core.store, core.now)
    assert record is not None
    allowed = record.scopes if scopes is None else record.scopes.parse(scopes)
    return core.store.decide_device(record.id, subject, allowed, core.now)


def allowed_device(core: Core) -> TokenAnswer | Refusal:
    """What a device is told that a person allowed."""
    answer = begun(core)
    decide(core, answer)
    return poll(core, answer.device_code)


def error(answer: object) -> str:
    assert isinstance(answer, Refusal), answer
    return answer.error


def test_a_device_is_told_both_codes_and_where_to_go(core: Core) -> None:
    answer = begun(core)
    assert answer.device_code.startswith(DEVICE_CODE)
    assert re.fullmatch(rf"[{LETTERS}]{{4}}-[{LETTERS}]{{4}}", answer.user_code)
    assert answer.verification_uri == f"{ISSUER}/device"
    assert answer.verification_uri_complete == f"{ISSUER}/device?user_code={answer.user_code}"
    assert (answer.expires_in, answer.interval) == (600, 5)
    assert not set("AEIOUY0123456789") & set(LETTERS)


def test_what_is_kept_tells_neither_code(core: Core) -> None:
    answer = begun(core)
    kept = repr(core.store.devices) + repr(core.store.user_codes)
    assert answer.device_code not in kept
    assert answer.user_code not in kept


def test_the_person_may_type_it_as_they_like(core: Core) -> None:
    answer = begun(core)
    for typed in (answer.user_code.lower(), answer.user_code.replace("-", ""), f" {answer.user_code} "):
        assert core.server.device_asking(typed, core.store, core.now) is not None
    assert core.server.device_asking("BBBB-BBBB", core.store, core.now) is None


def test_a_device_waits_until_the_person_decided(core: Core) -> None:
    answer = begun(core, scope="files.read")
    assert error(poll(core, answer.device_code)) == "authorization_pending"
    core.now += 5 * SECOND
    assert error(poll(core, answer.device_code)) == "authorization_pending"
    assert decide(core, answer)
    core.now += 5 * SECOND
    told = poll(core, answer.device_code)
    assert isinstance(told, TokenAnswer)
    assert told.scope == "files.read"
    assert told.refresh_token is not None
    assert isinstance(core.refresh(told.refresh_token), TokenAnswer)
    assert error(poll(core, answer.device_code)) == "invalid_grant"


def test_one_that_asks_too_often_waits_longer(core: Core) -> None:
    answer = begun(core)
    assert error(poll(core, answer.device_code)) == "authorization_pending"
    core.now += 4 * SECOND
    assert error(poll(core, answer.device_code)) == "slow_down"
    core.now += 9 * SECOND
    assert error(poll(core, answer.device_code)) == "slow_down"
    core.now += 15 * SECOND
    assert error(poll(core, answer.device_code)) == "authorization_pending"


def test_a_refusal_is_told(core: Core) -> None:
    answer = begun(core)
    assert decide(core, answer, subject=None)
    assert error(poll(core, answer.device_code)) == "access_denied"
    assert core.server.device_asking(answer.user_code, core.store, core.now) is None


def test_a_code_ends_after_ten_minutes(core: Core) -> None:
    answer = begun(core)
    core.now += 600 * SECOND
    assert error(poll(core, answer.device_code)) == "expired_token"
    assert core.server.device_asking(answer.user_code, core.store, core.now) is None


def test_a_person_decides_once(core: Core) -> None:
    answer = begun(core)
    record = core.server.device_asking(answer.user_code, core.store, core.now)
    assert record is not None
    assert core.store.decide_device(record.id, "7", record.scopes, core.now)
    assert not core.store.decide_device(record.id, "8", record.scopes, core.now)


def test_the_person_may_allow_less(core: Core) -> None:
    answer = begun(core, scope="files.read users.read")
    decide(core, answer, scopes="users.read")
    told = poll(core, answer.device_code)
    assert isinstance(told, TokenAnswer)
    assert told.scope == "users.read"


def test_what_the_application_lost_meanwhile_is_not_given(core: Core) -> None:
    answer = begun(core, scope="users.read")
    decide(core, answer)
    core.store.clients[PORTAL] = portal(scopes="files.read")
    assert error(poll(core, answer.device_code)) == "invalid_scope"


def test_a_public_application_needs_no_secret(core: Core) -> None:
    answer = begun(core, client_id=OTHER, client_secret=None)
    decide(core, answer)
    assert isinstance(poll(core, answer.device_code, client_id=OTHER, client_secret=None), TokenAnswer)


@pytest.mark.parametrize("code", ["nothing", new_token(DEVICE_CODE, SystemMint(), 12345)], ids=["words", "unknown"])
def test_an_unknown_code_and_another_applications_are_told_alike(core: Core, code: str) -> None:
    assert error(poll(core, code)) == "invalid_grant"
    foreign = begun(core, client_id=OTHER, client_secret=None)
    assert error(poll(core, foreign.device_code)) == "invalid_grant"


def test_a_code_of_a_person_who_may_not_act_gives_nothing(core: Core) -> None:
    answer = begun(core)
    decide(core, answer)
    (number,) = core.store.devices
    core.store.devices[number] = core.store.devices[number]._replace(is_usable=False)
    assert error(poll(core, answer.device_code)) == "invalid_grant"


def test_of_two_that_poll_at_once_one_wins(core: Core) -> None:
    answer = begun(core)
    decide(core, answer)
    core.store.hurried = 2
    assert error(poll(core, answer.device_code)) == "invalid_grant"


def test_it_is_for_applications_of_the_type_client(core: Core) -> None:
    robot = {"client_id": ROBOT}
    assert error(begin(core, **robot)) == "unauthorized_client"
    assert error(poll(core, "x", **robot)) == "unauthorized_client"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": None, "client_secret": None}, "invalid_client"),
        ({"scope": "no.such"}, "invalid_scope"),
        ({"scope": 3}, "invalid_request"),
        ({"resource": "https://elsewhere.example"}, "invalid_target"),
    ],
)
def test_a_bad_beginning_is_told(core: Core, changed: dict[str, object], code: str) -> None:
    assert error(begin(core, **changed)) == code


def test_a_poll_without_a_code_or_for_another_resource_is_told(core: Core) -> None:
    assert error(poll(core, None)) == "invalid_request"
    answer = begun(core)
    decide(core, answer)
    assert error(poll(core, answer.device_code, resource="https://elsewhere.example")) == "invalid_target"
    core.store.clients[PORTAL] = portal(terms=Terms(resources=("https://elsewhere.example",)))
    assert error(poll(core, answer.device_code, resource="https://elsewhere.example")) == "invalid_target"
