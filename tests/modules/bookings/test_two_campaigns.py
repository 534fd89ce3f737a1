"""A second campaign beside the first: influenza has its session, its places, its visit and its standing; neither stands in the
other's way."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from tests.modules import campaign, visits
from tests.modules.bookings.conftest import DESK, MORNING, open_session, slots_of
from yingjie.bookings import actions, refusals
from yingjie.bookings.proposals import proposals
from yingjie.bookings.queries import live_of
from yingjie.clinic.desk import standing_at_station
from yingjie.clinic.queries import slip
from yingjie.doses import actions as doses
from yingjie.doses.beside import standing_due
from yingjie.doses.models import Dose, Standing
from yingjie.doses.queries import standing_of
from yingjie.foundation import clock
from yingjie.foundation.refusals import BadInput
from yingjie.sites.models import Site
from yingjie.vaccines import actions as vaccines

POLICY = """
code: county-influenza
version: "1"
title: {zh: 某县流感接种方案, en: A county's influenza plan}
effective_on: "2021-05-01"
source: {document: {zh: 接种方案, en: Plan}, mark: M}
antigens: [{code: Influenza, title: {zh: 流感, en: Influenza}}]
vaccines: [{code: FLU-TEST, title: {zh: 流感疫苗, en: Influenza vaccine}, technology: inactivated}]
series:
  - code: influenza
    title: {zh: 流感, en: Influenza}
    default: true
    doses:
      - number: 1
        ages: [{minimum: 60 years}]
        preferable: [{products: [FLU-TEST]}]
"""
FLU = "FLU-TEST"


@pytest.fixture
def county(site: Site) -> Site:
    """Influenza is in force, and the site has its vaccine beside that of the campaign."""
    made = vaccines.add_version(by=campaign.maker, file_name="influenza.yaml", content=POLICY)
    vaccines.activate(by=campaign.maker, version_id=made.pk, from_on=campaign.TODAY)
    campaign.lot(site, doses=5, number="F1", product=FLU, first=900)
    return site


def full_course(serial: int) -> object:
    """Somebody of 71 whose course of the campaign is complete."""
    found = campaign.person(serial)
    for number, days in ((1, 60), (2, 30)):
        given_at = campaign.NOON - timedelta(days=days)
        doses.record(
            by=campaign.maker, person_id=found.pk, product_code=campaign.BIBP, number=number, given_at=given_at,
            site_id=Site.objects.unscoped(campaign.ALL).get().pk, lot_number="X", expires_on=campaign.EXPIRY, vial_code="",
            given_by="a nurse",
        )  # fmt: skip
    return found


def test_influenza_goes_the_whole_way_beside_the_campaign(county: Site) -> None:
    old = full_course(1)
    assert (standing_of(old.pk, campaign.TODAY).status, standing_due(old.pk, campaign.TODAY).group) == (
        "complete",
        "Influenza",
    )
    with pytest.raises(BadInput):
        open_session(county, products=[campaign.BIBP, FLU])
    usual, flu = (
        open_session(county),
        open_session(county, products=[FLU], kind="special", area_code=campaign.TOWN),
    )
    assert (usual.group, flu.group, flu.places) == ("COVID-19", "Influenza", 5)
    with pytest.raises(refusals.CourseComplete):
        actions.book(by=DESK, person_id=old.pk, slot_id=slots_of(usual)[0].pk)
    told = proposals(old.pk, online=False)
    assert {row.slot.session_id for row in told.times} == {flu.pk}
    actions.book(by=DESK, person_id=old.pk, slot_id=slots_of(flu)[0].pk)
    held = live_of(old.pk, 1, "Influenza")
    assert held is not None and live_of(old.pk, 1, "COVID-19") is None

    with clock.at(MORNING):
        visit = visits.ready(county.pk, old.pk, product=FLU)
        assert standing_at_station(visit).group == "Influenza"
        given = visits.given(visit, campaign.trace_code(900))
        dose = Dose.objects.unscoped(campaign.ALL).get(pk=given.dose_id)
        assert (dose.group, dose.number, dose.counts_as) == ("Influenza", 1, 1)
        assert slip(campaign.maker, given.pk).standing.group == "Influenza"
    kept = Standing.objects.unscoped(campaign.ALL).filter(person=old.pk).order_by("group")
    assert [(row.group, row.doses_counted, row.completed_on) for row in kept] == [
        ("COVID-19", 2, campaign.TODAY - timedelta(days=30)),
        ("Influenza", 1, date(2021, 5, 20)),
    ]


def test_whoever_is_due_in_both_has_a_place_in_each(county: Site) -> None:
    person = campaign.person(2)
    usual = open_session(county)
    flu = open_session(county, products=[FLU], kind="special", area_code=campaign.TOWN)
    actions.book(by=DESK, person_id=person.pk, slot_id=slots_of(usual)[0].pk)
    actions.book(by=DESK, person_id=person.pk, slot_id=slots_of(flu)[2].pk)
    with pytest.raises(refusals.AlreadyBooked):
        actions.book(by=DESK, person_id=person.pk, slot_id=slots_of(flu)[3].pk)
    with clock.at(MORNING):
        came = actions.arrive(by=campaign.maker, site_id=county.pk, person_id=person.pk)
    assert came.kind == "as_booked"
    assert live_of(person.pk, 1, "Influenza") is not None


def test_ordinary_sessions_of_two_campaigns_share_a_room_only_one_after_the_other(county: Site) -> None:
    open_session(county)
    with pytest.raises(refusals.SessionOverlaps):
        open_session(county, products=[FLU])
    later = MORNING + timedelta(hours=3)
    assert (
        open_session(county, products=[FLU], from_at=later, until_at=later + timedelta(hours=1)).group
        == "Influenza"
    )


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_persons_page_tells_of_both(county: Site, client: Client, language: str) -> None:
    old = full_course(1)
    campaign.sign_in(client, "town_lead")
    client.cookies["yingjie_language"] = language
    title = {"zh-hans": "流感", "en": "Influenza"}[language]
    panel = client.get(f"/people/{old.pk}/").content.decode()
    assert f"<strong>{title}</strong>" in panel
    usual, why = (client.get(f"/doses/people/{old.pk}/why/{asked}") for asked in ("", "?group=Influenza"))
    assert title not in usual.content.decode()
    assert f"{title} · " in why.content.decode()
    assert client.get(f"/doses/people/{old.pk}/why/?group=nothing").status_code == 200
