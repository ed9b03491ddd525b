"""What every `kernel.groups.Groups` does. Fixtures: `people` and `groups`, empty, of one store."""

import pytest

from jeton.kernel.groups import Delegate, Group, Groups, Member
from jeton.kernel.ids import PrincipalId
from jeton.kernel.ports import People
from jeton.kernel.problems import Conflict
from jeton.testing.contracts.values import NOW, a_user

ANA, BOB, EVE = PrincipalId(7), PrincipalId(8), PrincipalId(9)


def a_group(number: int, name: str) -> Group:
    """A group of nobody yet."""
    return Group(PrincipalId(number), name, NOW)


class GroupsContract:
    """See the module."""

    @pytest.fixture
    def three(self, people: People) -> None:
        """Ana, Bob who administers the platform, and Eve who is disabled."""
        people.add(a_user(ANA, "ana", firstname="Ana", lastname="López"))
        people.add(a_user(BOB, "Bob", is_administrator=True))
        people.add(a_user(EVE, "eve", is_active=False))

    def test_a_group_is_kept_as_it_was_given(self, groups: Groups) -> None:
        groups.add(a_group(20, "Légal"))
        assert groups.find(PrincipalId(20)) == a_group(20, "Légal")
        assert groups.find(PrincipalId(21)) is None

    @pytest.mark.parametrize("name", ["Légal", "LEGAL", "legal", "le\u0301gal", "\uff4cegal"])
    def test_two_spellings_of_a_name_are_one(self, groups: Groups, name: str) -> None:
        groups.add(a_group(20, "Légal"))
        assert groups.taken_name(name)
        assert not groups.taken_name(name, besides=PrincipalId(20))
        assert not groups.taken_name("Legals")
        with pytest.raises(Conflict):
            groups.add(a_group(21, name))

    def test_a_name_may_not_be_changed_to_one_that_is_taken(self, groups: Groups) -> None:
        groups.add(a_group(20, "Legal"))
        groups.add(a_group(21, "Ventes"))
        with pytest.raises(Conflict):
            groups.rename(PrincipalId(21), "légal")

    def test_a_new_name_is_kept_and_the_old_one_is_free(self, groups: Groups) -> None:
        groups.add(a_group(20, "Legal"))
        groups.rename(PrincipalId(20), "Contrats")
        assert groups.find(PrincipalId(20)) == a_group(20, "Contrats")
        assert not groups.taken_name("Legal")

    def test_groups_are_listed_by_name_a_page_at_a_time(self, groups: Groups) -> None:
        for number, name in enumerate(("Zinc", "argon", "Écluse"), start=20):
            groups.add(a_group(number, name))
        assert [group.name for group in groups.page(search="", offset=0, limit=2)] == ["argon", "Écluse"]
        assert [group.name for group in groups.page(search="", offset=2, limit=2)] == ["Zinc"]
        assert groups.count() == 3

    @pytest.mark.parametrize(("search", "found"), [("ECL", 1), ("écluse", 1), ("%", 0), ("_", 0), ("\\", 0), ("", 2)])
    def test_a_search_looks_in_names_without_case_and_accents(self, groups: Groups, search: str, found: int) -> None:
        groups.add(a_group(20, "Écluse"))
        groups.add(a_group(21, "Quai"))
        assert groups.count(search=search) == len(groups.page(search=search, offset=0, limit=10)) == found

    @pytest.mark.usefixtures("three")
    def test_members_are_told_by_login_with_what_matters(self, groups: Groups) -> None:
        groups.add(a_group(20, "All"))
        groups.admit(PrincipalId(20), [EVE, BOB, ANA])
        assert groups.members(PrincipalId(20)) == [
            Member(ANA, "ana", "Ana López", True, False),
            Member(BOB, "Bob", "Bob", True, True),
            Member(EVE, "eve", "eve", False, False),
        ]
        groups.dismiss(PrincipalId(20), [BOB, EVE])
        groups.dismiss(PrincipalId(20), [])
        assert [member.login for member in groups.members(PrincipalId(20))] == ["ana"]
        assert groups.has_member(PrincipalId(20), ANA)
        assert not groups.has_member(PrincipalId(20), BOB)

    @pytest.mark.usefixtures("three")
    def test_groups_are_counted_at_once(self, groups: Groups) -> None:
        for number in (20, 21, 22):
            groups.add(a_group(number, f"Group {number}"))
        groups.admit(PrincipalId(20), [ANA, BOB])
        groups.admit(PrincipalId(22), [ANA])
        asked = [PrincipalId(number) for number in (20, 21, 404)]
        assert dict(groups.sizes(asked)) == {20: 2}

    @pytest.mark.usefixtures("three")
    def test_only_people_are_people(self, groups: Groups) -> None:
        groups.add(a_group(20, "All"))
        asked = [PrincipalId(number) for number in (20, BOB, 404)]
        assert [person.id for person in groups.people(asked)] == [BOB]

    @pytest.mark.usefixtures("three")
    def test_a_person_sees_the_groups_they_are_in_or_administer(self, groups: Groups) -> None:
        for number, name in ((20, "In"), (21, "Led"), (22, "Both"), (23, "Neither")):
            groups.add(a_group(number, name))
        groups.admit(PrincipalId(20), [ANA])
        groups.admit(PrincipalId(22), [ANA])
        groups.admit(PrincipalId(23), [BOB])
        groups.add_delegate(PrincipalId(21), ANA)
        groups.add_delegate(PrincipalId(22), ANA)
        seen = groups.page(search="", offset=0, limit=10, seen_by=ANA)
        assert [group.name for group in seen] == ["Both", "In", "Led"]
        assert groups.count(seen_by=ANA) == 3
        assert groups.count(search="bo", seen_by=ANA) == 1
        assert groups.count(seen_by=EVE) == 0

    @pytest.mark.usefixtures("three")
    def test_a_person_is_a_delegate_of_a_group_once(self, groups: Groups) -> None:
        groups.add(a_group(20, "Legal"))
        groups.add_delegate(PrincipalId(20), ANA)
        with pytest.raises(Conflict):
            groups.add_delegate(PrincipalId(20), ANA)

    @pytest.mark.usefixtures("three")
    def test_a_delegate_is_told_with_the_group_and_the_person(self, groups: Groups) -> None:
        groups.add(a_group(20, "Legal"))
        groups.add(a_group(21, "Ventes"))
        number = groups.add_delegate(PrincipalId(20), ANA)
        told = Delegate(number, PrincipalId(20), "Legal", ANA, "ana", "Ana López")
        assert groups.find_delegate(number) == told
        assert groups.delegates(PrincipalId(20)) == [told]
        assert groups.is_delegate(PrincipalId(20), ANA)
        assert not groups.is_delegate(PrincipalId(21), ANA)
        assert (groups.led_by(ANA), groups.led_by(BOB)) == ([20], [])
        groups.change_delegate(number, group=PrincipalId(21), user=EVE)
        assert groups.find_delegate(number) == Delegate(number, PrincipalId(21), "Ventes", EVE, "eve", "eve")
        groups.remove_delegate(number)
        assert groups.find_delegate(number) is None
        assert groups.add_delegate(PrincipalId(20), ANA) > number

    @pytest.mark.usefixtures("three")
    def test_who_is_removed_is_in_no_group_and_administers_none(self, groups: Groups, people: People) -> None:
        groups.add(a_group(20, "Legal"))
        groups.admit(PrincipalId(20), [ANA, BOB])
        number = groups.add_delegate(PrincipalId(20), ANA)
        people.remove(ANA)
        assert [member.id for member in groups.members(PrincipalId(20))] == [BOB]
        assert groups.find_delegate(number) is None

    @pytest.mark.usefixtures("three")
    def test_a_removed_group_is_gone_and_its_number_with_it(self, groups: Groups) -> None:
        groups.add(a_group(20, "Legal"))
        groups.admit(PrincipalId(20), [ANA])
        number = groups.add_delegate(PrincipalId(20), ANA)
        groups.remove(PrincipalId(20))
        assert groups.find(PrincipalId(20)) is None
        assert groups.find_delegate(number) is None
        assert not groups.has_member(PrincipalId(20), ANA)
        assert not groups.taken_name("Legal")
        with pytest.raises(Conflict):
            groups.add(a_group(20, "Legal"))
