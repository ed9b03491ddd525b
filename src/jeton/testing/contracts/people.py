"""What every `kernel.ports.People` does. Fixture: `people`, empty."""

import pytest

from jeton.kernel.ids import PrincipalId
from jeton.kernel.ports import People
from jeton.kernel.problems import Conflict
from jeton.testing.contracts.values import a_user


class PeopleContract:
    """See the module."""

    def test_an_account_is_kept_as_it_was_given(self, people: People) -> None:
        ana = a_user(
            7,
            "ana",
            firstname="Ana",
            lastname="López",
            phone="+33 1",
            organization="Mairie",
            language="fr",
            is_active=False,
            is_administrator=True,
            password_hash="$argon2id$x",
            expires_at=1_800_000_000_000_000,
        )
        people.add(ana)
        found = people.find(PrincipalId(7))
        assert found == ana
        assert found is not None
        assert (found.is_active, found.is_administrator) == (False, True)
        assert people.find(PrincipalId(8)) is None

    def test_an_account_is_found_by_login_in_any_case(self, people: People) -> None:
        people.add(a_user(7, "Ana"))
        for identifier in ("ana", "ANA", " ana ", "\uff41na"):
            found = people.find_by_identifier(identifier)
            assert found is not None
            assert found.id == 7
        assert people.find_by_identifier("an") is None
        assert people.find_by_identifier("") is None

    def test_an_account_is_found_by_an_address_that_it_alone_has(self, people: People) -> None:
        people.add(a_user(7, "ana", email="Office@Example.org"))
        people.add(a_user(8, "bob", email=""))
        found = people.find_by_identifier("office@example.ORG")
        assert found is not None
        assert found.login == "ana"
        people.add(a_user(9, "eve", email="office@example.org"))
        assert people.find_by_identifier("office@example.org") is None

    def test_a_login_goes_before_another_ones_address(self, people: People) -> None:
        people.add(a_user(7, "ana", email="shared@example.org"))
        people.add(a_user(8, "shared@example.org", email=""))
        found = people.find_by_identifier("shared@example.org")
        assert found is not None
        assert found.id == 8

    @pytest.mark.parametrize("login", ["alice", "Alice", "alice ", "\uff41lice"])
    def test_two_spellings_of_a_login_are_one(self, people: People, login: str) -> None:
        people.add(a_user(7, "alice"))
        assert people.taken_login(login)
        assert not people.taken_login(login, besides=PrincipalId(7))
        with pytest.raises(Conflict):
            people.add(a_user(8, login))

    def test_a_login_may_not_be_changed_to_one_that_is_taken(self, people: People) -> None:
        people.add(a_user(7, "alice"))
        people.add(a_user(8, "bob"))
        with pytest.raises(Conflict):
            people.change(a_user(8, "ALICE"))

    def test_changes_are_kept_but_for_the_password(self, people: People) -> None:
        people.add(a_user(7, "ana", password_hash="old"))
        people.change(a_user(7, "anita", firstname="Anita", is_administrator=True, password_hash="new"))
        found = people.find(PrincipalId(7))
        assert found == a_user(7, "anita", firstname="Anita", is_administrator=True, password_hash="old")
        assert not people.taken_login("ana")
        people.set_password(PrincipalId(7), "newer")
        again = people.find(PrincipalId(7))
        assert again is not None
        assert again.password_hash == "newer"

    def test_people_are_listed_by_login_a_page_at_a_time(self, people: People) -> None:
        for number, login in enumerate(("Zoe", "ana", "Bob", "carl"), start=7):
            people.add(a_user(number, login))
        assert [user.login for user in people.page(search="", offset=0, limit=3)] == ["ana", "Bob", "carl"]
        assert [user.login for user in people.page(search="", offset=3, limit=3)] == ["Zoe"]
        assert people.count() == 4

    @pytest.mark.parametrize("search", ["lopez", "LÓPEZ", "ana lóp", "lopez ana", "ANA", "mairie.ex", "7_%"])
    def test_a_search_looks_in_login_names_and_address_without_case_and_accents(
        self, people: People, search: str
    ) -> None:
        people.add(a_user(7, "al7_%\\", firstname="Ana", lastname="López", email="ana@mairie.example"))
        people.add(a_user(8, "bob", firstname="Bob", lastname="Martin", email="bob@example.org"))
        assert [user.id for user in people.page(search=search, offset=0, limit=10)] == [7]
        assert people.count(search=search) == 1

    @pytest.mark.parametrize("search", ["%", "_", "\\"])
    def test_wildcards_in_a_search_stand_for_themselves(self, people: People, search: str) -> None:
        people.add(a_user(7, "ana"))
        assert people.count(search=search) == 0

    def test_only_active_administrators_count(self, people: People) -> None:
        people.add(a_user(7, "ana", is_administrator=True))
        people.add(a_user(8, "bob", is_administrator=True, is_active=False))
        people.add(a_user(9, "eve"))
        assert people.count_active_administrators() == 1

    def test_a_removed_account_is_gone_and_its_number_with_it(self, people: People) -> None:
        number = people.new_id()
        people.add(a_user(number, "ana"))
        people.remove(number)
        assert people.find(number) is None
        assert people.find_by_identifier("ana") is None
        assert not people.taken_login("ana")
        assert people.new_id() > number
        with pytest.raises(Conflict):
            people.add(a_user(number, "bob"))

    def test_numbers_are_never_given_twice(self, people: People) -> None:
        numbers = [people.new_id() for _ in range(5)]
        assert numbers == sorted(set(numbers))

    def test_a_picture_is_kept_replaced_and_forgotten(self, people: People) -> None:
        people.add(a_user(7, "ana"))
        assert people.picture(PrincipalId(7)) is None
        for png in (b"\x89PNG one", b"\x89PNG two", None):
            people.set_picture(PrincipalId(7), png)
            assert people.picture(PrincipalId(7)) == png

    def test_an_account_that_ends_is_no_lasting_administrator(self, people: People) -> None:
        people.add(a_user(7, "ana", is_administrator=True, expires_at=1_800_000_000_000_000))
        assert people.count_active_administrators() == 0
        people.add(a_user(8, "bob", is_administrator=True))
        assert people.count_active_administrators() == 1
