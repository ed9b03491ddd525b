"""What every `kernel.ports.Applications` does. Fixture: `applications`, empty."""

import pytest

from jeton.kernel.applications import ApplicationType
from jeton.kernel.ids import ClientId
from jeton.kernel.ports import Applications
from jeton.kernel.problems import Conflict
from jeton.kernel.scopes import NO_SCOPES, Scopes
from jeton.kit.clock import DAY, SECOND
from jeton.testing.contracts.values import NOW, a_secret, an_application


class ApplicationsContract:
    """See the module."""

    def test_an_application_is_kept_as_it_was_given(self, applications: Applications) -> None:
        portal = an_application(
            7,
            "Portail",
            principal=None,
            description="Ce qu'il fait",
            editor="Mairie",
            editor_url="https://mairie.example",
            type=ApplicationType.CLIENT,
            is_public=True,
            callback_urls=("https://a.example/é", 'org.example.app:/"'),
            scopes=Scopes.parse("files.read users.write"),
            lifetime_s=3600,
            is_suspended=True,
        )
        applications.add(portal)
        found = applications.find(ClientId("client7"))
        assert found == portal
        assert found is not None
        assert (found.is_public, found.is_suspended, found.has_logo) == (True, True, False)
        assert found.type is ApplicationType.CLIENT
        assert applications.find(ClientId("client8")) is None

    def test_applications_are_listed_by_name_without_case_and_accents(self, applications: Applications) -> None:
        for number, name in enumerate(("Zèbre", "archivage", "Élan"), start=7):
            applications.add(an_application(number, name))
        assert [application.name for application in applications.all()] == ["archivage", "Élan", "Zèbre"]

    @pytest.mark.parametrize("name", ["Élan", "elan", "ÉLAN ", "e\u0301lan"])
    def test_names_that_people_would_confuse_are_one(self, applications: Applications, name: str) -> None:
        applications.add(an_application(7, "Elan"))
        assert applications.taken_name(name)
        assert not applications.taken_name(name, besides=ClientId("client7"))
        with pytest.raises(Conflict):
            applications.add(an_application(8, name))

    def test_a_name_may_not_be_changed_to_one_that_is_taken(self, applications: Applications) -> None:
        applications.add(an_application(7, "Elan"))
        applications.add(an_application(8, "Cerf"))
        with pytest.raises(Conflict):
            applications.change(an_application(8, "élan"))

    def test_changes_are_kept_but_for_what_is_settled_for_good(self, applications: Applications) -> None:
        applications.add(an_application(7, "Elan"))
        changed = an_application(7, "Cerf", description="d", scopes=NO_SCOPES, is_suspended=True, lifetime_s=300)
        applications.change(changed._replace(type=ApplicationType.CLIENT, created_at=0, created_by="eve"))
        assert applications.find(ClientId("client7")) == changed
        assert not applications.taken_name("Elan")

    def test_a_removed_application_leaves_nothing(self, applications: Applications) -> None:
        elan = an_application(7, "Elan")
        applications.add(elan)
        applications.add_secret(elan, a_secret(1), b"d" * 32)
        applications.set_logo(elan, b"png")
        applications.remove(elan)
        assert applications.find(elan.client_id) is None
        assert applications.logo(elan.client_id) is None
        assert applications.secrets(elan) == []
        assert applications.all() == []
        assert not applications.taken_name("Elan")

    def test_a_logo_is_kept_replaced_and_forgotten(self, applications: Applications) -> None:
        elan = an_application(7, "Elan")
        applications.add(elan)
        assert applications.logo(elan.client_id) is None
        for png in (b"first", b"second"):
            applications.set_logo(elan, png)
            assert applications.logo(elan.client_id) == png
        found = applications.find(elan.client_id)
        assert found is not None
        assert found.has_logo is True
        applications.change(elan)
        assert applications.logo(elan.client_id) == b"second"
        applications.set_logo(elan, None)
        assert applications.logo(elan.client_id) is None
        assert applications.find(elan.client_id) == elan

    def test_secrets_are_listed_the_newest_first_each_under_its_application(self, applications: Applications) -> None:
        elan, cerf = an_application(7, "Elan"), an_application(8, "Cerf")
        applications.add(elan)
        applications.add(cerf)
        old, new = a_secret(1, expires_at=NOW + DAY), a_secret(2, name="second", created_at=NOW + 1)
        applications.add_secret(elan, old, b"1" * 32)
        applications.add_secret(elan, new, b"2" * 32)
        applications.add_secret(cerf, a_secret(3), b"3" * 32)
        assert applications.secrets(elan) == [new, old]

    def test_a_secret_ends_once_and_only_under_its_application(self, applications: Applications) -> None:
        elan, cerf = an_application(7, "Elan"), an_application(8, "Cerf")
        applications.add(elan)
        applications.add(cerf)
        applications.add_secret(elan, a_secret(1), b"1" * 32)
        assert not applications.end_secret(cerf, 1, NOW)
        assert not applications.end_secret(elan, 2, NOW)
        assert applications.end_secret(elan, 1, NOW)
        assert not applications.end_secret(elan, 1, NOW)
        assert applications.secrets(elan) == [a_secret(1, ended_at=NOW)]

    def test_a_secret_may_end_later_and_then_earlier_but_never_later_again(self, applications: Applications) -> None:
        elan = an_application(7, "Elan")
        applications.add(elan)
        applications.add_secret(elan, a_secret(1), b"1" * 32)
        assert applications.end_secret(elan, 1, NOW + 7 * DAY)
        assert applications.end_secret(elan, 1, NOW + DAY)
        assert not applications.end_secret(elan, 1, NOW + 2 * DAY)
        assert applications.secrets(elan)[0].ended_at == NOW + DAY

    def test_last_use_only_goes_forward(self, applications: Applications) -> None:
        elan = an_application(7, "Elan")
        applications.add(elan)
        applications.add_secret(elan, a_secret(1), b"1" * 32)
        for at in (NOW + SECOND, NOW):
            applications.used(elan.client_id, 1, at)
        found = applications.find(elan.client_id)
        assert found is not None
        assert found.last_used_at == NOW + SECOND
        assert applications.secrets(elan)[0].last_used_at == NOW + SECOND
