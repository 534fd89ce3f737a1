"""The plan of a morning and what came of it: frozen once, told apart by cause, every row adding up."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from tests.modules import campaign as tiny
from vaxkit.supervision.dayplans import Bound, Cause
from yingjie.bookings.models import Booking
from yingjie.doses.models import Dose
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import BadInput, NotAllowed, NotFound
from yingjie.oversight import day_plan_actions, day_plans
from yingjie.oversight.models import DayPlan
from yingjie.oversight.refusals import DayOver, PlanDiffers, PlanFrozen
from yingjie.people.models import Person
from yingjie.sites.models import Site

pytestmark = pytest.mark.django_db

COUNTY = tiny.actor("county_lead", "110117")
TOWN = tiny.actor("town_lead", tiny.TOWN)
MORNING = tiny.NOON - timedelta(hours=5)
EVENING = tiny.NOON + timedelta(hours=7)


def booked(someone: Person, at: Site, state: str = "booked", **more: object) -> Booking:
    kept = {
        "person": someone, "number": 1, "site": at, "session_id": uuid4(), "slot_id": uuid4(), "on": tiny.TODAY,
        "at": tiny.NOON, "channel": "list", "state": state, "booked_at": MORNING - timedelta(days=1), "booked_by": "test",
    }  # fmt: skip
    return Booking.objects.unscoped(tiny.ALL).create(**(kept | more))


def dose(someone: Person, at: Site, when: datetime = tiny.NOON) -> None:
    Dose.objects.unscoped(tiny.ALL).create(
        person=someone, number=1, counts_as=1, product_id=tiny.BIBP, given_on=tiny.TODAY, given_at=when, source="site",
        site_id=at.pk, lot_number="L1", recorded_at=when,
    )  # fmt: skip


@pytest.fixture
def morning() -> Iterator[tuple[Site, list[Person]]]:
    """A site with vaccine for eight, nine booked of the first village, frozen at seven: the vaccine binds the plan."""
    tiny.tree()
    at = tiny.site()
    tiny.lot(at, doses=8)
    people = [tiny.person(serial) for serial in range(1, 13)]
    others = [tiny.person(serial, area=tiny.OTHER_VILLAGE) for serial in range(101, 103)]
    for someone in people[:9]:
        booked(someone, at)
    with clock.at(MORNING):
        day_plan_actions.freeze(by=COUNTY, area_code="110117", on=tiny.TODAY)
    yield at, [*people, *others]


def come(at: Site, people: list[Person]) -> None:
    """Five of the nine booked are vaccinated, one cancels, three stay away; two come unbooked, one of another village."""
    rows = Booking.objects.unscoped(tiny.ALL)
    for someone in people[:5]:
        rows.filter(person=someone).update(state="attended", arrived_at=tiny.NOON)
        dose(someone, at)
    rows.filter(person=people[5]).update(state="cancelled", ended_at=tiny.NOON)
    rows.filter(person__in=people[6:9]).update(state="missed", ended_at=EVENING)
    for someone in (people[9], people[12]):
        booked(
            someone, at, "attended", channel="walk_in", session_id=None, slot_id=None, booked_at=tiny.NOON,
            arrived_at=tiny.NOON,
        )  # fmt: skip
        dose(someone, at)


def test_the_evening_is_told_apart_by_cause_and_adds_up(morning: tuple[Site, list[Person]]) -> None:
    at, people = morning
    come(at, people)
    with clock.at(EVENING):
        found = day_plans.page(TOWN, tiny.TOWN, tiny.TODAY)
        assert found.frozen_at is None and found.sites
        found = day_plans.page(COUNTY, "110117", tiny.TODAY)
        (row,) = found.sites
        assert (row.row.plan.booked, row.row.plan.doses, row.row.plan.bound, row.given) == (
            9,
            8,
            Bound.VACCINE,
            7,
        )
        assert row.causes == {Cause.NO_SHOW: -3, Cause.CANCELLED: -1, Cause.UNBOOKED: 3}
        assert sum(row.causes.values()) == row.difference == -1
        (area,) = found.areas
        assert (area.row.key, area.row.plan.doses, area.given) == (tiny.TOWN, 9, 7)
        assert sum(area.causes.values()) == area.difference == -2
        assert area.causes == {Cause.NO_SHOW: -3, Cause.CANCELLED: -1, Cause.UNBOOKED: 2}
        planned, given, sums = day_plans.total(found.sites)
        assert given - planned == sum(sums.values())


def test_a_frozen_plan_stays_and_a_stated_cause_explains_no_more_than_is_missing(
    morning: tuple[Site, list[Person]],
) -> None:
    at, _people = morning
    tiny.lot(at, doses=50, number="L2", first=100)  # came in after the plan was frozen, in its books
    with clock.at(EVENING):
        with pytest.raises(PlanFrozen):
            day_plan_actions.freeze(by=COUNTY, area_code="110117", on=tiny.TODAY)
        with pytest.raises(DayOver):
            day_plan_actions.freeze(by=COUNTY, area_code="110117", on=tiny.TODAY - timedelta(days=1))
        with pytest.raises(NotAllowed):
            day_plan_actions.freeze(
                by=tiny.actor("village_officer", "110117"), area_code="110117", on=tiny.TODAY
            )
        state = {"area_code": "110117", "on": tiny.TODAY, "key": at.code, "text": "暴雨"}
        day_plan_actions.state_cause(by=COUNTY, **state, cause="weather", doses=30)
        for wrong in ({"cause": "laziness", "doses": 1}, {"cause": "weather", "doses": 0}):
            with pytest.raises(BadInput):
                day_plan_actions.state_cause(by=COUNTY, **state, **wrong)
        (row,) = day_plans.page(COUNTY, "110117", tiny.TODAY).sites
        assert row.row.plan.doses == 8
        assert row.causes == {Cause.EXPECTED: -9, Cause.UNBOOKED: 1}
    with clock.at(EVENING + timedelta(days=1)):
        (row,) = day_plans.page(COUNTY, "110117", tiny.TODAY).sites
        assert row.causes == {Cause.NO_SHOW: -9, Cause.UNBOOKED: 1}


def test_a_plan_changed_in_the_database_is_found_out_and_foreign_ones_do_not_exist(
    morning: tuple[Site, list[Person]],
) -> None:
    for stranger in (Actor(name="nobody"), tiny.actor("county_lead", "110118"), TOWN):
        with pytest.raises(NotFound):
            day_plans.page(stranger, "110117", tiny.TODAY)
    plan = DayPlan.objects.unscoped(tiny.ALL).get()
    plan.content["rows"][0]["booked"] += 1
    DayPlan.objects.unscoped(tiny.ALL).update(content=plan.content)
    with pytest.raises(PlanDiffers):
        day_plans.page(COUNTY, "110117", tiny.TODAY)


def test_the_product_freezes_what_nobody_froze_from_seven_on() -> None:
    tiny.tree()
    with clock.at(MORNING - timedelta(hours=1)):
        assert day_plan_actions.freeze_what_is_due() == 0
    with clock.at(MORNING + timedelta(minutes=5)):
        assert (day_plan_actions.freeze_what_is_due(), day_plan_actions.freeze_what_is_due()) == (1, 0)


def test_the_pages(client: Client, morning: tuple[Site, list[Person]]) -> None:
    at, people = morning
    come(at, people)
    with clock.at(EVENING):
        tiny.sign_in(client, "county_lead", "110117")
        page = client.get("/reports/plan/", follow=True).content.decode()
        assert "预约未到" in page and "已冻结" in page
        form = client.get(f"/reports/plan/110117/{tiny.TODAY}/cause/").content.decode()
        assert "天气" in form
        sent = {"key": at.code, "cause": "weather", "doses": "2", "text": "暴雨"}
        assert client.post(f"/reports/plan/110117/{tiny.TODAY}/cause/", sent).status_code == 302
        assert "暴雨" in client.get(f"/reports/plan/110117/{tiny.TODAY}/").content.decode()
        tomorrow = date(2021, 5, 20)
        assert client.post(f"/reports/plan/110117/{tomorrow}/freeze/").status_code == 302
        assert DayPlan.objects.unscoped(tiny.ALL).filter(on=tomorrow).exists()
