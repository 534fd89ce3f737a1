"""Later doses: a day kept for everybody who was given one, or what lacks, weeks ahead, on a page and on Today."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.modules import campaign, visits
from tests.modules.plans.conftest import COUNTY, LEAD, MORNING, TOWN, slots_of
from yingjie.bookings import actions as bookings
from yingjie.bookings import refusals, session_actions, supply
from yingjie.bookings.models import Session
from yingjie.bookings.proposals import proposals
from yingjie.bookings.queries import HeldBack
from yingjie.foundation import clock
from yingjie.foundation.access.actor import system
from yingjie.foundation.refusals import BadInput, NotAllowed, NotFound
from yingjie.plans import later_doses
from yingjie.plans.later_facts import HELD_DAYS
from yingjie.plans.models import LaterDoses
from yingjie.plans.web_entries import later_doses_short
from yingjie.sites.models import Site
from yingjie.stock import actions as stock
from yingjie.stock.models import Lot


def test_the_wave_of_later_doses_turns_red_weeks_before_it_comes(client: Client, site: Site) -> None:
    for serial in (1, 2):
        visits.vaccinated(site.pk, campaign.person(serial).pk, campaign.trace_code(serial))
    later_doses.reckon(by=COUNTY, county="110117")
    told = later_doses.found(COUNTY, "110117")
    assert told is not None and (told.people, told.short, told.overdue) == (2, (), 0)
    wave = clock.today() + timedelta(days=21)
    (week,) = [row for row in told.weeks if row.kept]
    assert (week.kept, week.monday) == (2, wave - timedelta(days=wave.weekday()))
    assert later_doses_short(TOWN) == []

    # The site closes before the wave: nobody can be served there, and everybody who plans is told today.
    Site.objects.unscoped(campaign.ALL).filter(pk=site.pk).update(closed_on=clock.today() + timedelta(days=5))
    later_doses.every_county()
    told = later_doses.found(TOWN, "110117")
    assert told is not None and [(row.people, row.lacks, row.site) for row in told.short] == [
        (2, "seats", site.name)
    ]
    (line,) = later_doses_short(TOWN)
    assert (line.count, line.tone) == (2, "red") and site.name in str(line.what)
    assert later_doses_short(system("plans")) == []

    campaign.sign_in(client, "town_lead")
    page = client.get(reverse("plans_later"))
    assert (
        page.status_code == 200
        and page.context["later"].lacking == 2
        and "style=" not in page.content.decode()
    )
    assert client.post(reverse("plans_later_again"), {"county": "110117"}).status_code == 302
    assert client.get(reverse("plans_later"), {"county": "110118"}).status_code == 404
    assert client.post(reverse("plans_later_again"), {"county": "x"}).status_code == 404


def test_whoever_may_not_see_plans_reckons_nothing(site: Site) -> None:
    with pytest.raises(NotFound):
        later_doses.reckon(by=campaign.actor("registrar"), county="110117")
    with pytest.raises(NotFound):
        later_doses.reckon(by=COUNTY, county="110117001")
    with pytest.raises(NotFound):
        later_doses.found(TOWN, "110118")
    assert (
        later_doses.found(TOWN, "110117") is None and LaterDoses.objects.unscoped(campaign.ALL).count() == 0
    )


def test_first_doses_cannot_take_what_is_kept_for_later_ones(client: Client, site: Site) -> None:
    """Two people were given a first dose; three weeks later a morning has four places."""
    given = [campaign.person(serial) for serial in (1, 2)]
    for serial, person in enumerate(given, 1):
        visits.vaccinated(site.pk, person.pk, campaign.trace_code(serial))
    begins = MORNING + timedelta(days=20)
    wave = session_actions.open_session(
        by=LEAD, site_id=site.pk, from_at=begins, until_at=begins + timedelta(hours=1), products=[campaign.BIBP], minutes=30,
        seats=2, offline_percent=0,
    )  # fmt: skip
    later_doses.reckon(by=COUNTY, county="110117")
    told = later_doses.found(COUNTY, "110117")
    assert told is not None and told.held == {site.name: HeldBack(places=2, doses=2)}

    # Whoever comes for a first dose finds two places, and hears why there are no more.
    new = [campaign.person(serial) for serial in (3, 4, 5, 6, 7)]
    early, late = slots_of(wave)
    assert {time.free for time in proposals(new[0].pk, online=False, days=30).times} == {2}
    for person in new[:2]:
        bookings.book(by=LEAD, person_id=person.pk, slot_id=early.pk)
    with pytest.raises(refusals.KeptForLater):
        bookings.book(by=LEAD, person_id=new[2].pk, slot_id=late.pk)
    found = proposals(new[2].pk, online=False, days=30)
    assert (found.times, found.verdict.word) == ((), "kept")

    # Whoever it is kept for gets it; what is left is kept still, after a count anew and after the next reckoning.
    bookings.book(by=LEAD, person_id=given[0].pk, slot_id=late.pk)
    for count_anew in (
        lambda: supply.recount(site.pk),
        lambda: later_doses.reckon(by=COUNTY, county="110117"),
    ):
        count_anew()
        wave.refresh_from_db()
        assert (wave.taken, wave.places, wave.kept) == (3, 4, 1)
    with pytest.raises(refusals.KeptForLater):
        bookings.book(by=LEAD, person_id=new[2].pk, slot_id=late.pk)

    # The task force decides otherwise: nothing is kept.
    campaign.sign_in(client, "county_lead", "110117")
    share = reverse("plans_later_share")
    for wrong in ("101", "-1", "x", ""):
        assert client.post(share, {"county": "110117", "percent": wrong}).status_code == 400
    assert client.post(share, {"county": "110118", "percent": "0"}).status_code == 404
    wave.refresh_from_db()
    assert wave.kept == 1
    assert client.post(share, {"county": "110117", "percent": "0"}).status_code == 302
    bookings.book(by=LEAD, person_id=new[2].pk, slot_id=late.pk)
    wave.refresh_from_db()
    assert (wave.taken, wave.kept) == (4, 0)


def test_doses_are_kept_for_a_wave_whose_sessions_are_not_open_yet_until_its_day(
    site: Site, session: Session
) -> None:
    for serial in range(1, 5):
        visits.vaccinated(site.pk, campaign.person(serial).pk, campaign.trace_code(serial))
    lot = Lot.objects.get()
    stock.hold(by=LEAD, site_id=site.pk, lot_id=lot.pk, doses=41, reason="fridge")
    later_doses.hold_at_most(by=COUNTY, county="110117", percent=60)
    # Five doses are left, the rule keeps three of them: two people may come tomorrow, or three whose next dose that is.
    session.refresh_from_db()
    assert (session.places, session.kept) == (5, 3)
    new = [campaign.person(serial) for serial in range(11, 15)]
    for person in new[:2]:
        bookings.book(by=LEAD, person_id=person.pk, slot_id=slots_of(session)[0].pk)
    with pytest.raises(refusals.KeptForLater):
        bookings.book(by=LEAD, person_id=new[2].pk, slot_id=slots_of(session)[1].pk)
    told = later_doses.found(COUNTY, "110117")
    assert told is not None and told.held[site.name].doses == 3

    # Two weeks after the day recommended nobody's dose is kept any more.
    with clock.at(campaign.NOON + timedelta(days=21 + HELD_DAYS + 1)):
        later_doses.every_county()
        told = later_doses.found(COUNTY, "110117")
        assert told is not None and (told.people, told.held[site.name].doses) == (4, 0)


def test_how_much_is_kept_is_decided_by_those_who_share_out_doses(site: Site) -> None:
    with pytest.raises(NotAllowed):
        later_doses.hold_at_most(by=TOWN, county="110117", percent=10)
    with pytest.raises(BadInput):
        later_doses.hold_at_most(by=COUNTY, county="110117", percent=101)
    assert LaterDoses.objects.unscoped(campaign.ALL).count() == 0
