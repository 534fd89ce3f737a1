"""The pace: what is left, what a day has to give, and what sites, vaccine and people allow."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from tests.modules import campaign as tiny
from vaxkit.targets import Limit
from yingjie.campaigns import actions
from yingjie.campaigns.models import Milestone
from yingjie.doses import reached
from yingjie.doses.actions import rebuild_standings
from yingjie.doses.models import Dose
from yingjie.foundation import clock
from yingjie.foundation.refusals import NotFound
from yingjie.oversight import day_figures, pace
from yingjie.people.group_counts import Group
from yingjie.sites import roster_actions, roster_queries, team_actions
from yingjie.stock import transfers

pytestmark = pytest.mark.django_db

COUNTY = tiny.actor("county_lead", "110117")
VILLAGE = tiny.actor("village_officer", tiny.VILLAGE)
ADULTS = Group(18, 59)
END = date(2021, 5, 28)  # ten days with today


@pytest.fixture
def milestone() -> Iterator[Milestone]:
    """40 adults, 24 in the first village; 90 % of them, 36, by the end. In the first village 10 had a dose, 3 of them today."""
    tiny.tree()
    first = [tiny.person(serial, birth_on=date(1980, 1, 1)) for serial in range(1, 25)]
    for serial in range(101, 117):
        tiny.person(serial, birth_on=date(1980, 1, 1), area=tiny.OTHER_VILLAGE)
    tiny.person(201, birth_on=date(2015, 1, 1))
    for back, someone in zip((0, 0, 0, 1, 2, 3, 4, 8, 9, 30), first, strict=False):
        Dose.objects.unscoped(tiny.ALL).create(
            person=someone, number=1, product_id=tiny.BIBP, given_on=tiny.TODAY - timedelta(back), source="elsewhere",
            recorded_at=tiny.NOON - timedelta(minutes=1),
        )  # fmt: skip
    with clock.at(tiny.NOON):
        rebuild_standings(by=tiny.maker)
        made = actions.plan(
            by=COUNTY, title="夏", area_code="110117", starts_on=date(2021, 5, 1), ends_on=date(2021, 7, 1)
        )
        phase = actions.add_phase(
            by=COUNTY,
            campaign_id=made.pk,
            title="18–59岁",
            dose=1,
            from_on=date(2021, 5, 1),
            age_from=18,
            age_until=59,
        )
        step = actions.set_milestone(by=COUNTY, phase_id=phase.pk, on=END, share=Decimal("0.9"))
        actions.decompose(by=COUNTY, milestone_id=step.pk)
        actions.issue(by=COUNTY, milestone_id=step.pk)
        yield Milestone.objects.unscoped(tiny.ALL).get(pk=step.pk)


def test_a_days_task_is_worked_out_from_the_evening_before(milestone: Milestone) -> None:
    found = pace.page(COUNTY, milestone.pk, "110117")
    total = found.total
    assert (total.people, total.target, total.done, total.today, total.left) == (40, 36, 10, 3, 26)
    assert (total.per_day, found.days_left) == (
        3,
        10,
    )  # 36 less the 7 of yesterday evening over ten days: 2.9
    assert total.recent == 4  # the seven days up to yesterday
    assert total.is_behind and total.finishes_on == tiny.TODAY + timedelta(
        50
    )  # 29 left at 4 in 7 days: 50.75
    assert total.completion.percent() == "27.8%"
    assert found.trend == {
        tiny.TODAY - timedelta(back): {0: 3, 1: 1, 2: 1, 3: 1, 4: 1, 8: 1, 9: 1}.get(back, 0)
        for back in range(13, -1, -1)
    }


def test_each_area_below_has_its_own_row_and_they_add_up(milestone: Milestone) -> None:
    found = pace.page(COUNTY, milestone.pk, tiny.TOWN)
    assert [(row.key, row.target, row.done, row.per_day) for row in found.rows] == [
        (tiny.VILLAGE, 22, 10, 2),
        (tiny.OTHER_VILLAGE, 14, 0, 2),
    ]
    assert sum(row.done for row in found.rows) == found.total.done == 10


def test_what_sites_vaccine_and_people_allow_is_named(milestone: Milestone) -> None:
    assert pace.page(COUNTY, milestone.pk, "110117").projection is None
    site = tiny.site(hours="08:00-12:00", seats_per_hour=2)
    dry = pace.page(COUNTY, milestone.pk, "110117")
    assert dry.projection is not None and dry.projection.binding() is Limit.SUPPLY
    tiny.lot(site, doses=200)
    wet = pace.page(COUNTY, milestone.pk, "110117")
    assert wet.projection is not None
    assert wet.rooms is not None
    assert (wet.rooms.days[0].seats, wet.rooms.on_hand, wet.projection.binding()) == (8, 200, Limit.CAPACITY)
    assert wet.projection.finishes_on == tiny.TODAY + timedelta(3)  # 26 at 8 a day


def test_phases_share_what_sites_give_and_no_dose_is_promised_twice(milestone: Milestone) -> None:
    site = tiny.site(hours="08:00-12:00", seats_per_hour=2)
    tiny.lot(site, doses=200)
    alone = pace.page(COUNTY, milestone.pk, "110117")
    assert alone.shares_with == () and alone.rooms is not None
    campaign_id = milestone.phase.campaign_id
    second = actions.add_phase(
        by=COUNTY, campaign_id=campaign_id, title="第二剂", dose=2, from_on=date(2021, 5, 1), age_from=18
    )
    steps = [
        actions.set_milestone(by=COUNTY, phase_id=second.pk, on=on, share=share)
        for on, share in ((END - timedelta(5), Decimal("0.5")), (END, Decimal("0.8")))
    ]
    for step in steps:
        actions.decompose(by=COUNTY, milestone_id=step.pk)
        actions.issue(by=COUNTY, milestone_id=step.pk)
    pages = [pace.page(COUNTY, key, "110117") for key in (milestone.pk, steps[1].pk)]
    for page in pages:
        assert page.rooms is not None and len(page.shares_with) == 1
    for nth, day in enumerate(alone.rooms.days):
        parts = [page.rooms.days[nth] for page in pages if page.rooms]
        assert (
            sum(part.seats for part in parts) == day.seats
            and sum(part.arriving for part in parts) == day.arriving
        )
    assert sum(page.rooms.on_hand for page in pages if page.rooms) == alone.rooms.on_hand
    assert [page.rooms.on_hand for page in pages if page.rooms] != [alone.rooms.on_hand] * 2
    limits = [page.projection.binding() for page in pages if page.projection]
    assert len(limits) == 2


def test_vaccinators_by_their_rosters_and_doses_on_their_way_count_too(milestone: Milestone) -> None:
    site = tiny.site(hours="08:00-12:00", seats_per_hour=100)
    nurse = tiny.certified("nurse")
    team_actions.join(by=tiny.maker, site_id=site.pk, member_id=nurse, from_on=date(2021, 1, 1))
    team_actions.set_shifts(by=tiny.maker, site_id=site.pk, pattern="daytime")
    given = {(shift.id, "vaccinator"): [1] * 7 for shift in roster_queries.shifts(tiny.maker, site.pk)}
    team_actions.set_needs(by=tiny.maker, site_id=site.pk, given=given)
    roster = roster_actions.build(
        by=tiny.maker, site_id=site.pk, first_on=tiny.TODAY, last_on=tiny.TODAY + timedelta(days=1)
    )
    roster_actions.publish(by=tiny.maker, roster_id=roster.pk)
    store = tiny.site("C1", kind="store", area_code="110117")
    lot = tiny.lot(store, doses=40)
    codes = [tiny.trace_code(nth) for nth in range(1, 31)]
    transfers.send(
        by=tiny.maker, site_id=store.pk, to_site_id=site.pk, doses={lot.pk: 30}, codes=codes, carrier="车"
    )
    found = pace.page(COUNTY, milestone.pk, "110117")
    assert found.rooms is not None and found.projection is not None
    # Four hours at twenty an hour; the store's ten remaining doses are at hand, the thirty sent arrive tomorrow.
    assert [(day.seats, day.staff, day.arriving) for day in found.rooms.days[:3]] == [
        (400, 80, 0), (400, 80, 30), (400, None, 0),
    ]  # fmt: skip
    assert found.rooms.on_hand == 10
    assert [day.limit for day in found.projection.days[:2]] == [Limit.SUPPLY, Limit.TARGET]
    assert found.projection.finishes_on == tiny.TODAY + timedelta(1)
    # A town without the store lives on what is sent to it: three doses a day, as its task asks.
    town = pace.page(COUNTY, milestone.pk, tiny.TOWN).fits[tiny.TOWN]
    assert (town.per_day, town.seats, town.staff, town.supply, town.limit) == (3, 400, 80, 3, None)
    assert pace.page(COUNTY, milestone.pk, tiny.TOWN).fits[tiny.VILLAGE].limit is Limit.SUPPLY


def test_who_may_have_the_next_dose_is_counted_by_day(milestone: Milestone) -> None:
    first = reached.due_by_day(COUNTY, "110117", tiny.TODAY, ADULTS, 1)
    assert first == {tiny.TODAY: 30}
    second = reached.due_by_day(COUNTY, "110117", tiny.TODAY, ADULTS, 2)
    assert sum(second.values()) == 10
    assert second[tiny.TODAY] == 1  # the dose of thirty days ago; the others wait for three weeks to pass
    assert min(day for day in second if day > tiny.TODAY) == tiny.TODAY + timedelta(12)


def test_a_dose_taken_back_is_no_longer_done(milestone: Milestone) -> None:
    Dose.objects.unscoped(tiny.ALL).filter(given_on=tiny.TODAY).update(voided_at=clock.now())
    assert pace.page(COUNTY, milestone.pk, "110117").total.done == 7


def test_villages_see_themselves_and_nobody_else(milestone: Milestone) -> None:
    area, steps = pace.overview(VILLAGE, tiny.VILLAGE)
    assert (area.code, [step.row.target for step in steps]) == (tiny.VILLAGE, [22])
    for code in ("110117", tiny.TOWN, tiny.OTHER_VILLAGE):
        with pytest.raises(NotFound):
            pace.overview(VILLAGE, code)
        with pytest.raises(NotFound):
            pace.page(VILLAGE, milestone.pk, code)


def test_the_pages_say_it_in_words(client: Client, milestone: Milestone) -> None:
    tiny.site(hours="08:00-12:00", seats_per_hour=2)
    tiny.sign_in(client, "county_lead", "110117")
    overview = client.get("/reports/pace/", follow=True).content.decode()
    assert "27.8%" in overview and "进度滞后" in overview
    page = client.get(f"/reports/pace/{milestone.pk}/110117/").content.decode()
    assert "3 / 3" in page and "主要制约：疫苗" in page
    client.cookies["yingjie_language"] = "en"
    assert (
        "What holds it back: vaccine." in client.get(f"/reports/pace/{milestone.pk}/110117/").content.decode()
    )


def test_the_day_in_figures_leads_to_the_lists(client: Client, milestone: Milestone) -> None:
    tiny.site(hours="08:00-12:00", seats_per_hour=2)
    found = day_figures.day_of(COUNTY, "110117")
    assert found is not None and (found.row.today, found.row.per_day, found.limit) == (3, 3, Limit.SUPPLY)
    situation = day_figures.situation(COUNTY, tiny.TOWN)
    assert [site.name for site in situation.sites] == ["接种点S1"]
    assert situation.day is not None and (situation.day.row.left, situation.cards) == (26, 0)
    with pytest.raises(NotFound):
        day_figures.situation(VILLAGE, tiny.TOWN)
    assert day_figures.situation(VILLAGE, tiny.VILLAGE).sites == ()
    tiny.sign_in(client, "county_lead", "110117")
    today = client.get("/").content.decode()
    assert "3 / 3" in today and f"/reports/pace/{milestone.pk}/110117/" in today and "疫苗" in today
    page = client.get("/reports/day/", follow=True).content.decode()
    assert "接种点S1" in page and f"/reports/day/{tiny.TOWN}/" in page and "3 / 3" in page
    assert "145/144" in client.get("/reports/definitions/").content.decode()
    client.cookies["yingjie_language"] = "en"
    assert "What holds it back" in client.get("/").content.decode()


def test_more_than_the_target_is_said_as_it_is(milestone: Milestone) -> None:
    row = pace.page(COUNTY, milestone.pk, "110117").total
    over = replace(row, target=144, done=145)
    assert (over.completion.percent(), over.left, over.is_reached) == ("100.7%", 0, True)
