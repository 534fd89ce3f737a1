"""The demo campaign: facts in order, stock that is there when it is used, doses that keep the rules."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from yingjie.areas.divisions import Division
from yingjie.demo.history import ZONE, Campaign, Fact, Vaccinated, campaign
from yingjie.demo.population import County, Person, generate
from yingjie.demo.supply import PRODUCTS, Received, codes_of, vial_code
from yingjie.demo.visits import FIRST_VISIT_DAY, OUTCOMES, REASONS, Attempted
from yingjie.outreach import models as outreach


@pytest.fixture(scope="module")
def facts(told: Campaign) -> list[Fact]:
    return list(told.facts())


@pytest.fixture(scope="module")
def doses(facts: list[Fact]) -> list[Vaccinated]:
    return [fact for fact in facts if isinstance(fact, Vaccinated)]


def test_facts_are_told_in_the_order_of_time_and_up_to_now(told: Campaign, facts: list[Fact]) -> None:
    assert all(one.at <= other.at for one, other in pairwise(facts))
    assert facts[-1].at <= told.now
    assert facts[0].at.date() == told.began_on
    assert told.now == datetime(2026, 11, 21, 10, 40, tzinfo=ZONE)


@pytest.fixture(scope="module")
def township(pinggu: list[Division], county: County) -> County:
    return generate("small", 1, county.today, pinggu)


def test_the_same_is_told_again(township: County) -> None:
    told = campaign(township)
    facts = list(told.facts())
    assert list(told.facts()) == facts
    assert list(campaign(township).facts()) == facts


def test_another_seed_tells_another_story(pinggu: list[Division], township: County) -> None:
    other = generate("small", 2, township.today, pinggu)
    assert list(campaign(township).facts()) != list(campaign(other).facts())


def test_now_only_cuts(township: County) -> None:
    facts = list(campaign(township).facts())
    earlier = datetime(2026, 11, 10, 9, 0, tzinfo=ZONE)
    assert list(campaign(township, earlier).facts()) == [fact for fact in facts if fact.at <= earlier]
    dawn = list(campaign(township, datetime(2026, 11, 21, 6, 0, tzinfo=ZONE)).facts())
    assert dawn == facts[: len(dawn)]
    assert dawn[-1].at.date() < township.today


@pytest.mark.parametrize("now", [datetime(2026, 11, 22, tzinfo=ZONE), datetime(2026, 9, 1, tzinfo=ZONE)])
def test_a_now_outside_the_campaign_is_refused(county: County, now: datetime) -> None:
    with pytest.raises(ValueError, match="outside"):
        campaign(county, now)
    with pytest.raises(ValueError, match="aware"):
        campaign(county, now.replace(tzinfo=None))


# --- stock ----------------------------------------------------------------------------------------


def test_every_vial_was_received_there_before_is_used_once_and_in_date(facts: list[Fact]) -> None:
    shelves: dict[str, dict[str, Received]] = defaultdict(dict)
    seen: set[str] = set()
    for fact in facts:
        if isinstance(fact, Received):
            codes = list(codes_of(fact))
            assert len(codes) == len(set(codes)) == fact.vials
            assert not seen & set(codes)
            seen.update(codes)
            shelves[fact.site_code].update(dict.fromkeys(codes, fact))
        elif isinstance(fact, Vaccinated):
            delivery = shelves[fact.site_code].pop(fact.code)
            assert (fact.product_code, fact.lot_number) == (delivery.product_code, delivery.lot_number)
            assert fact.expires_on == delivery.expires_on >= fact.at.date()
    assert all(shelves.values())  # every site still holds vaccine


def test_stock_is_never_negative_and_something_is_near_its_date(told: Campaign, facts: list[Fact]) -> None:
    held: Counter[tuple[str, str]] = Counter()
    for fact in facts:
        if isinstance(fact, Received):
            held[fact.site_code, fact.lot_number] += fact.vials
        elif isinstance(fact, Vaccinated):
            held[fact.site_code, fact.lot_number] -= 1
            assert held[fact.site_code, fact.lot_number] >= 0
    near = {
        fact.lot_number
        for fact in facts
        if isinstance(fact, Received) and fact.expires_on <= told.now.date() + timedelta(days=30)
    }
    assert len(near) == 1
    assert sum(vials for (_, lot), vials in held.items() if lot in near) > 0


def test_a_lot_has_one_product_and_one_date(facts: list[Fact]) -> None:
    lots = {
        (fact.lot_number, fact.product_code, fact.expires_on) for fact in facts if isinstance(fact, Received)
    }
    assert len({number for number, _, _ in lots}) == len(lots) == 12


def test_vial_codes_have_twenty_digits_and_start_with_8() -> None:
    for product in PRODUCTS:
        code = vial_code(product.code, 7_000_123)
        assert len(code) == 20
        assert code.isdigit()
        assert code.startswith(product.code_prefix)
        assert code[0] == "8"


# --- doses ----------------------------------------------------------------------------------------


def test_dose_two_follows_dose_one_with_the_same_product(doses: list[Vaccinated]) -> None:
    first: dict[int, Vaccinated] = {}
    complete: set[int] = set()
    intervals: Counter[int] = Counter()
    for dose in doses:
        if dose.dose_number == 1:
            assert dose.person not in first
            first[dose.person] = dose
        else:
            assert dose.person not in complete
            complete.add(dose.person)
            assert dose.product_code == first[dose.person].product_code
            intervals[(dose.at.date() - first[dose.person].at.date()).days] += 1
    assert min(intervals) >= 14
    assert max(intervals) <= 48
    usual = sum(count for days, count in intervals.items() if 21 <= days <= 35)
    early = sum(count for days, count in intervals.items() if days < 21)
    assert usual / intervals.total() > 0.85
    assert 0.01 < early / intervals.total() < 0.08
    assert intervals.total() > usual + early  # and some came late


def test_coverage_is_that_of_a_campaign_seven_weeks_old(doses: list[Vaccinated]) -> None:
    assert 0.45 <= sum(dose.dose_number == 1 for dose in doses) / 46_000 <= 0.60
    assert 0.25 <= sum(dose.dose_number == 2 for dose in doses) / 46_000 <= 0.35


def test_uptake_differs_by_age(doses: list[Vaccinated], people: list[Person], told: Campaign) -> None:
    came = {dose.person for dose in doses}

    def share(low: int, high: int) -> float:
        group = [person for person in people if low <= person.age(told.began_on) <= high]
        return sum(person.ordinal in came for person in group) / len(group)

    assert share(0, 2) == 0
    assert share(3, 11) < 0.2
    assert share(18, 59) > 0.6
    assert share(80, 120) < 0.3


def test_some_villages_lag(doses: list[Vaccinated], county: County, told: Campaign) -> None:
    came = {dose.person for dose in doses}
    coverage = {
        village.code: sum(
            n in came for n in range(village.first_ordinal, village.first_ordinal + village.people)
        )
        / village.people
        for village in county.villages
    }
    lagging = [coverage[code] for code in told.laggards]
    others = [share for code, share in coverage.items() if code not in told.laggards]
    assert len(lagging) == 22
    assert sum(lagging) / len(lagging) < sum(others) / len(others) - 0.15
    assert max(others) - min(others) > 0.2


def test_days_have_a_shape(doses: list[Vaccinated], told: Campaign) -> None:
    by_day = Counter(dose.at.date() for dose in doses)
    assert len(by_day) == 50
    sundays = [count for day, count in by_day.items() if day.weekday() == 6]
    mondays = [count for day, count in by_day.items() if day.weekday() == 0]
    assert sum(sundays) < sum(mondays) / 2
    yesterday, today = told.now.date() - timedelta(days=1), told.now.date()
    assert 0 < by_day[today] < by_day[yesterday]
    assert all(8 <= dose.at.hour < 20 for dose in doses)


def test_sites_and_vaccinators_are_named(told: Campaign, doses: list[Vaccinated], county: County) -> None:
    staff = {vaccinator.code for site in told.sites for vaccinator in site.vaccinators}
    assert {dose.vaccinator_code for dose in doses} <= staff
    assert {dose.site_code for dose in doses} == {site.code for site in told.sites}
    assert [site.kind for site in told.sites] == ["temporary"] + ["clinic"] * 18
    codes = {division.code for division in county.divisions}
    assert all(site.area_code in codes for site in told.sites)
    assert told.sites[0].name == "平谷体育中心大型临时接种点"
    busiest = Counter((dose.vaccinator_code, dose.at.date()) for dose in doses)
    assert max(busiest.values()) < 160


# --- visits ---------------------------------------------------------------------------------------


def test_visits_end_before_the_first_dose_and_use_the_fields_words(
    facts: list[Fact], told: Campaign, people: list[Person]
) -> None:
    visits = [fact for fact in facts if isinstance(fact, Attempted)]
    officers = {officer.code: officer for village in told.officers.values() for officer in village}
    came: set[int] = set()
    for fact in facts:
        if isinstance(fact, Vaccinated):
            came.add(fact.person)
        elif isinstance(fact, Attempted):
            assert fact.person not in came
    for visit in visits:
        assert officers[visit.officer_code].village_code == people[visit.person].village_code
        assert (visit.at.date() - told.began_on).days >= FIRST_VISIT_DAY
        assert not (visit.outcome == "agreed" and visit.reason)
    # What a doctor clears is heard at a desk, not at a door.
    assert {visit.outcome for visit in visits} == set(OUTCOMES) == set(outreach.OUTCOMES) - {"cleared"}
    assert {visit.reason for visit in visits} == set(REASONS)
    assert set(REASONS) == {"", *outreach.REASONS}
    persuaded = {visit.person for visit in visits if visit.outcome == "agreed"} & came
    assert len(persuaded) > 500


def test_those_away_say_so_and_the_old_speak_of_illness(facts: list[Fact], people: list[Person]) -> None:
    visits = [fact for fact in facts if isinstance(fact, Attempted) and fact.reason]
    for visit in visits:
        if visit.reason == "away_for_work":
            assert people[visit.person].whereabouts == "away"
    old = Counter(v.reason for v in visits if people[v.person].birth_on.year < 1955)
    young = Counter(v.reason for v in visits if 1985 < people[v.person].birth_on.year < 2005)
    assert old.most_common(1)[0][0] == "chronic_illness"
    assert young["chronic_illness"] < young["sees_no_need"]
