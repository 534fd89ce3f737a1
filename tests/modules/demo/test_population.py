"""The demo county: the same every time, right in its sums, sane in its homes, plainly invented."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaxkit.identity import Phone, check_person_name, check_resident_number, split_phones
from vaxkit.identity.documents import ResidentNumber
from yingjie.areas.divisions import Division, load
from yingjie.demo import documents
from yingjie.demo.population import County, Household, Person, generate, pyramid

TODAY = date(2026, 11, 21)


# --- the plan -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "people", "villages", "towns"),
    [("small", 5_000, 22, 1), ("medium", 46_000, 323, 18), ("large", 460_000, 323, 18)],
)
def test_sizes(pinggu: list[Division], size: str, people: int, villages: int, towns: int) -> None:
    county = generate(size, 1, TODAY, pinggu)  # type: ignore[arg-type]
    assert county.population == people
    assert len(county.villages) == villages
    assert len({village.town_code for village in county.villages}) == towns
    assert (county.code, county.name) == ("110117", "平谷区")


def test_large_villages_are_uneven_and_have_grids_of_about_300(pinggu: list[Division]) -> None:
    villages = generate("large", 1, TODAY, pinggu).villages
    sizes = sorted(village.people for village in villages)
    assert sizes[0] < 400
    assert sizes[-1] > 4_000
    assert all(150 <= village.people / len(village.grids) <= 450 for village in villages)
    first = villages[0]
    assert (first.grids[0].code, first.grids[0].name) == (first.code + "01", "01网格")


def test_towns_are_called_as_people_call_them(county: County) -> None:
    said = {village.town_code: village.town_said for village in county.villages}
    assert said["110117005"] == "马坊镇"
    assert said["110117003"] == "平谷镇"
    assert {v.said for v in county.villages if v.code == "110117101213"} == {"崔家庄村"}


def test_unknown_sizes_and_foreign_divisions_are_refused(pinggu: list[Division]) -> None:
    with pytest.raises(ValueError, match="size"):
        generate("huge", 1, TODAY, pinggu)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="one county"):
        generate("small", 1, TODAY, pinggu[:2])


# --- the same every time --------------------------------------------------------------------------


def test_same_seed_same_county_other_seed_other_county(pinggu: list[Division]) -> None:
    first = list(generate("small", 7, TODAY, pinggu).people())
    assert first == list(generate("small", 7, TODAY, pinggu).people())
    assert first != list(generate("small", 8, TODAY, pinggu).people())


def test_a_village_does_not_depend_on_the_others(county: County, households: list[Household]) -> None:
    village = county.villages[200]
    alone = list(county.households_of(village))
    assert alone == [household for household in households if household.village_code == village.code]


def test_ordinals_count_through_and_villages_hold_what_was_planned(
    county: County, people: list[Person]
) -> None:
    assert [person.ordinal for person in people] == list(range(46_000))
    counted = Counter(person.village_code for person in people)
    assert counted == {village.code: village.people for village in county.villages}
    grids = {grid.code for village in county.villages for grid in village.grids}
    assert {person.grid_code for person in people} == grids
    assert all(person.grid_code.startswith(person.village_code) for person in people)


# --- documents and phones -------------------------------------------------------------------------


def test_identity_numbers_are_valid_unique_and_plainly_invented(people: list[Person]) -> None:
    assert len({person.identity_number for person in people}) == 46_000
    for person in people:
        number = check_resident_number(person.identity_number, on=TODAY)
        assert isinstance(number, ResidentNumber), person
        assert number.born_on == person.birth_on
        assert number.sex == person.sex
        assert person.identity_number.startswith("999999")
        assert documents.is_invented_number(person.identity_number)


def test_phones_are_readable_and_plainly_invented(people: list[Person]) -> None:
    for person in people:
        if person.phone:
            (phone,) = split_phones(person.phone)
            assert isinstance(phone, Phone)
            assert re.fullmatch(r"19900\d{6}", person.phone)
            assert documents.is_invented_phone(person.phone)
    owners = Counter(person.phone for person in people if person.phone)
    assert 0.1 < sum(count - 1 for count in owners.values()) / 46_000 < 0.3  # children and the old share
    assert 0 < sum(not person.phone for person in people) < 500


def test_a_phone_belongs_to_somebody_of_the_household(households: list[Household]) -> None:
    for household in households:
        own = {documents.phone(person.ordinal) for person in household.people}
        assert {person.phone for person in household.people} <= own | {""}


@given(
    st.integers(0, 2_000),
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.booleans(),
)
def test_every_identity_number_has_a_right_check_digit(village: int, born: date, male: bool) -> None:
    number = documents.identity_number(village, born, male=male)
    weights = [pow(2, 17 - place, 11) for place in range(17)]
    remainder = sum(int(digit) * weight for digit, weight in zip(number[:17], weights, strict=True)) % 11
    assert number[17] == "10X98765432"[remainder]
    assert number[6:14] == born.strftime("%Y%m%d")
    assert int(number[16]) % 2 == male


@given(st.integers(0, 2_000), st.integers(0, 2_000), st.booleans(), st.booleans())
def test_two_villages_never_share_a_number(one: int, other: int, male: bool, female: bool) -> None:
    born = date(1970, 1, 1)
    same = documents.identity_number(one, born, male=male) == documents.identity_number(
        other, born, male=female
    )
    assert same == (one == other and male == female)


def test_there_are_phones_for_a_million_people_and_no_more() -> None:
    assert documents.phone(999_999) == "19900999999"
    with pytest.raises(ValueError, match="1000000"):
        documents.phone(1_000_000)


# --- names ----------------------------------------------------------------------------------------


def test_names_can_be_read_back_and_some_are_hard(people: list[Person]) -> None:
    assert all(check_person_name(person.name) == person.name for person in people)
    names = Counter(person.name for person in people)
    assert len(names) > 20_000
    assert names.most_common(1)[0][1] < 60
    text = "".join(names)
    assert "·" in text
    assert any(rare in text for rare in "䶮㛃")
    assert any(ord(sign) > 0xFFFF for sign in text)


def test_names_follow_the_decades(people: list[Person]) -> None:
    old = Counter(p.name[1:] for p in people if p.birth_on.year < 1955 and p.sex == "female")
    young = Counter(p.name[1:] for p in people if p.birth_on.year >= 2010 and p.sex == "female")
    assert old["秀英"] > 5
    assert young["秀英"] == 0
    assert young["梓涵"] > 5
    assert old["梓涵"] == 0


# --- homes and ages -------------------------------------------------------------------------------


def test_age_structure_is_the_tables(people: list[Person]) -> None:
    for low, high, sex, share in pyramid():
        found = sum(low <= person.age(TODAY) <= high for person in people if person.sex == sex)
        assert abs(found / 46_000 - share / 10_000) < 0.004, (low, sex)


def test_the_table_sums_to_ten_thousand() -> None:
    assert sum(share for *_, share in pyramid()) == 10_000


def test_kin_within_a_household(households: list[Household]) -> None:
    for household in households:
        by_ordinal = {person.ordinal: person for person in household.people}
        assert household.people[0].relation == "head"
        assert Counter(person.relation for person in household.people)["head"] == 1
        for person in household.people:
            if person.mother is not None:
                mother = by_ordinal[person.mother]
                assert mother.sex == "female"
                assert person.birth_on - mother.birth_on > timedelta(days=18 * 365.25)
            if person.father is not None:
                father = by_ordinal[person.father]
                assert father.sex == "male"
                assert person.birth_on - father.birth_on > timedelta(days=17 * 365.25)
            if person.spouse is not None:
                spouse = by_ordinal[person.spouse]
                assert spouse.spouse == person.ordinal
                assert spouse.sex != person.sex
                assert abs(spouse.age(TODAY) - person.age(TODAY)) <= 9
            if person.age(TODAY) < 18:
                assert person.guardian is not None
                assert by_ordinal[person.guardian].age(TODAY) >= 18
            else:
                assert person.guardian is None


def test_siblings_are_nine_months_apart(people: list[Person]) -> None:
    families: dict[int, list[date]] = {}
    for person in people:
        if person.mother is not None and person.age(TODAY) < 18:
            families.setdefault(person.mother, []).append(person.birth_on)
    gaps = [later - earlier for born in families.values() for earlier, later in pairwise(sorted(born))]
    assert len(gaps) > 500
    assert min(gaps) > timedelta(days=270)


def test_children_bear_their_fathers_surname(people: list[Person]) -> None:
    by_ordinal = {person.ordinal: person for person in people}
    children = [person for person in people if person.father is not None and "·" not in person.name]
    same = sum(person.name[0] == by_ordinal[person.father or 0].name[0] for person in children)
    assert 0.95 < same / len(children) < 0.995


def test_households_are_of_usual_sizes_and_have_one_address(households: list[Household]) -> None:
    sizes = Counter(len(household.people) for household in households)
    assert 2.5 < 46_000 / len(households) < 3.1
    assert max(sizes) <= 14
    assert sizes[1] / len(households) > 0.12
    addresses = [household.address for household in households]
    assert len(set(addresses)) == len(addresses)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.dates(date(2021, 1, 1), date(2030, 12, 31)))
def test_any_seed_and_day_give_ages_that_hold_on_that_day(
    pinggu: list[Division], seed: int, today: date
) -> None:
    county = generate("small", seed, today, pinggu)
    assert county.population == 5_000
    village = county.villages[seed % 22]
    people = [person for household in county.households_of(village) for person in household.people]
    assert len(people) == village.people
    assert all(0 <= person.age(today) <= 102 for person in people)
    assert all(person.birth_on <= today for person in people)
    assert len({person.identity_number for person in people}) == len(people)


def test_another_county_with_more_villages_than_one_region_prefix_serves() -> None:
    fucheng = generate("medium", 1, TODAY, load("131128"))
    assert len(fucheng.villages) == 610
    people = [
        person
        for village in (fucheng.villages[0], fucheng.villages[499], fucheng.villages[-1])
        for household in fucheng.households_of(village)
        for person in household.people
    ]
    assert len({person.identity_number for person in people}) == len(people)
    assert {person.identity_number[:6] for person in people} == {"999999", "999998"}
    assert all(documents.is_invented_number(person.identity_number) for person in people)
    small = generate("small", 1, TODAY, fucheng.divisions)
    assert len({village.town_code for village in small.villages}) == 1
    assert small.population == 5_000
