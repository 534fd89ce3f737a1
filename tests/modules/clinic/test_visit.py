"""A visit, step by step: the whole way, nothing skipped, nothing twice; and who is turned away."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.modules import campaign, visits
from tests.modules.clinic.steps import (
    BENCH,
    DESK,
    DOCTOR,
    NEEDLE,
    VIAL,
    refused,
    register,
    verify,
)
from yingjie.clinic import actions, queries, refusals
from yingjie.doses.models import Dose
from yingjie.foundation import clock
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import NotAllowed, NotFound
from yingjie.people.models import Person
from yingjie.sites.models import Site
from yingjie.stock.models import Balance, Lot, Movement


def test_the_whole_way(site: Site, lot: Lot, person: Person) -> None:
    number = campaign.identity_number(person.birth_on, 1)
    visit = actions.take_number(by=DESK, site_id=site.pk, number=number)
    assert (visit.number, visit.state, visit.on) == (1, "ticketed", campaign.TODAY)
    actions.check_in(by=DESK, visit_id=visit.pk, temperature=Decimal("36.4"), document="reader")
    visit = actions.register(by=DESK, visit_id=visit.pk)
    assert (visit.state, visit.zone, visit.batch, visit.temperature) == (
        "registered",
        "A",
        1,
        Decimal("36.4"),
    )
    visits.consented(visit, by=DESK, signed=actions.Signed(strokes=visits.STROKES))
    visits.screened(visit, by=DOCTOR)
    assert [row.name for row in queries.queue(NEEDLE, site.pk)] == ["甲某"]
    assert verify(visit).state == "verified"
    assert Balance.objects.unscoped(campaign.ALL).get(state="usable").doses == 5
    visit = actions.vaccinate(by=NEEDLE, visit_id=visit.pk, vial_code=VIAL, here=site.pk)
    assert visit.state == "observed"
    assert visit.observe_until == campaign.NOON + timedelta(minutes=30)
    (dose,) = Dose.objects.unscoped(campaign.ALL)
    assert (dose.pk, dose.number, dose.product_id, dose.lot_number, dose.vial_code, dose.given_by) == (
        visit.dose_id, 1, campaign.BIBP, "L1", VIAL, "the vaccinator",
    )  # fmt: skip
    taken = Movement.objects.unscoped(campaign.ALL).get(kind="given")
    assert (taken.doses, taken.subject_id, taken.by) == (-1, dose.pk, "the vaccinator")
    assert Balance.objects.unscoped(campaign.ALL).get(state="usable").doses == 4

    with clock.at(campaign.NOON + timedelta(minutes=30)):
        visit = actions.leave(by=BENCH, visit_id=visit.pk)
    assert (visit.state, visit.left_early_reason) == ("left", "")
    assert [(each["step"], each["by"]) for each in visit.trail] == [
        ("ticket", "registrar"), ("check_in", "registrar"), ("register", "registrar"), ("consent", "registrar"),
        ("screen", "screening_doctor"), ("verify", "vaccinator"), ("vaccinate", "vaccinator"), ("leave", "observer"),
    ]  # fmt: skip
    written = Entry.objects.filter(actor__in=("registrar", "screening_doctor", "vaccinator", "observer"))
    assert sorted(entry.verb for entry in written if entry.verb.startswith("clinic.")) == [
        "clinic.check_in", "clinic.consent", "clinic.leave", "clinic.register", "clinic.screen", "clinic.take_number",
        "clinic.vaccinate", "clinic.verify",
    ]  # fmt: skip


def test_no_step_is_skipped_and_none_repeated(site: Site, lot: Lot, person: Person) -> None:
    visit = actions.take_number(by=DESK, site_id=site.pk, person_id=person.pk)
    wrong = refusals.WrongOrder
    refused(wrong, actions.register, by=DESK, visit_id=visit.pk)
    refused(wrong, visits.consented, visit, by=DESK)
    actions.check_in(by=DESK, visit_id=visit.pk, temperature=visits.FINE)
    refused(wrong, actions.check_in, by=DESK, visit_id=visit.pk, temperature=visits.FINE)
    refused(wrong, verify, visit)
    actions.register(by=DESK, visit_id=visit.pk)
    refused(wrong, visits.screened, visit, by=DOCTOR)
    refused(wrong, verify, visit)
    refused(wrong, actions.vaccinate, by=NEEDLE, visit_id=visit.pk)
    visits.consented(visit, by=DESK)
    refused(wrong, visits.consented, visit, by=DESK)
    told = refused(wrong, verify, visit)
    assert "预检" in told.as_dict()["zh"]["next_step"]
    visits.screened(visit, by=DOCTOR)
    refused(wrong, actions.vaccinate, by=NEEDLE, visit_id=visit.pk)
    refused(wrong, actions.leave, by=BENCH, visit_id=visit.pk)


def test_numbers_count_up_in_a_day_at_a_site(site: Site) -> None:
    other = campaign.site("S2")
    first, second, third = (campaign.person(serial) for serial in (1, 2, 3))
    assert [register(site, first).number, register(site, second).number, register(other, third).number] == [
        1,
        2,
        1,
    ]


def test_zones_fill_evenly(site: Site) -> None:
    assert [register(site, campaign.person(serial)).zone for serial in (1, 2, 3)] == ["A", "B", "A"]
    assert register(site, campaign.person(4), zone="C").zone == "C"


class TestTurningAway:
    def test_the_reason_and_the_advice_stay(self, site: Site, person: Person) -> None:
        visit = actions.turn_away(
            by=DESK, visit_id=register(site, person).pk, reason="fever", note="see a doctor"
        )
        assert (visit.state, visit.turned_away_reason, visit.turned_away_note) == (
            "turned_away",
            "fever",
            "see a doctor",
        )
        assert "fever" not in str(Entry.objects.get(verb="clinic.turn_away").facts)

    def test_a_reason_is_needed(self, site: Site, person: Person) -> None:
        visit = register(site, person)
        refused(refusals.ReasonMissing, actions.turn_away, by=DESK, visit_id=visit.pk, reason="")

    def test_leaving_before_the_vaccination_is_the_wrong_order(self, site: Site, person: Person) -> None:
        visit = register(site, person)
        refused(refusals.WrongOrder, actions.leave, by=BENCH, visit_id=visit.pk)
        actions.turn_away(by=DESK, visit_id=visit.pk, reason="declined")
        refused(refusals.AlreadyTurnedAway, actions.leave, by=BENCH, visit_id=visit.pk)


def test_a_permission_is_asked_for(site: Site, person: Person) -> None:
    with pytest.raises((NotAllowed, NotFound)):
        actions.admit(by=campaign.actor("grid_worker"), site_id=site.pk, person_id=person.pk)


def test_two_stations_call_two_people(site: Site) -> None:
    first, second = (register(site, campaign.person(serial)) for serial in (1, 2))
    called = [actions.call(by=DESK, site_id=site.pk, station="consent", place=place) for place in ("1", "2")]
    assert [(visit.pk, visit.called_to) for visit in called] == [
        (first.pk, "consent:1"),
        (second.pk, "consent:2"),
    ]
    refused(refusals.NobodyToCall, actions.call, by=DESK, site_id=site.pk, station="consent")
    assert (
        actions.call_again(by=DESK, visit_id=first.pk, station="consent", place="3").called_to == "consent:3"
    )
    assert visits.consented(first, by=DESK).called_to == ""
