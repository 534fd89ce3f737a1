"""三查七对一验证: everything that stops a dose before and at the needle, and what a second person may allow."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.modules import campaign, visits
from tests.modules.clinic.steps import (
    BENCH,
    DESK,
    LEAD,
    NEEDLE,
    VIAL,
    dose_elsewhere,
    everything,
    ready,
    refused,
    vaccinate,
    verify,
)
from yingjie.clinic import actions, desk, refusals
from yingjie.clinic.models import Override, Visit
from yingjie.clinic.workflow import CHECKS
from yingjie.doses import actions as doses
from yingjie.doses import queries as dose_queries
from yingjie.doses.models import Dose
from yingjie.foundation import clock
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import BadInput, NotFound
from yingjie.people.models import Person
from yingjie.sites.models import Site
from yingjie.staff.refusals import MayNotAct
from yingjie.stock import actions as stock
from yingjie.stock import day_close
from yingjie.stock.models import Lot
from yingjie.stock.refusals import (
    ContradictsStock,
    DayClosed,
    Expired,
    Held,
    LotSuspended,
    UnknownCode,
    UnreadableTraceCode,
    VialEmpty,
)
from yingjie.stock.transfers import Counted


def test_a_delivery_without_codes_is_used_at_the_needle(site: Site, person: Person) -> None:
    """A GS1 code says its own lot; of a 20-digit code the vaccinator says which lot stands on the label."""
    lot_id = stock.receive(
        by=campaign.maker, site_id=site.pk, product_code=campaign.BIBP, lot_number="N1", expires_on=campaign.EXPIRY, doses=2,
        transport=campaign.COLD,
    ).lot.pk  # fmt: skip
    visit, unknown = ready(site, person), campaign.trace_code(77)
    gs1 = "]d2010690123456789217220331{}\x1d21S{}"
    refused(UnknownCode, verify, visit, vial=unknown)
    refused(UnknownCode, verify, visit, vial=gs1.format("10NOWHERE", 1))
    checked = desk.check_vial(NEEDLE, visit.pk, unknown)
    assert checked.refusal is not None and [each.lot_number for each in checked.lots] == ["N1"]
    assert desk.check_vial(NEEDLE, visit.pk, unknown, lot_id).refusal is None
    refused(
        refusals.NotConfirmed,
        verify,
        visit,
        vial=unknown,
        lot_id=lot_id,
        checks=visits.ALL_TICKED | {"confirmed": False},
    )
    verify(visit, unknown, lot_id=lot_id)
    actions.vaccinate(by=NEEDLE, visit_id=visit.pk)
    second = ready(site, campaign.person(2))
    verify(second, gs1.format("10N1", 2))
    actions.vaccinate(by=NEEDLE, visit_id=second.pk)
    third = ready(site, campaign.person(3))
    refused(VialEmpty, verify, third, vial=gs1.format("10N1", 2))
    refused(ContradictsStock, verify, third, vial=gs1.format("10OTHER", 2))
    refused(UnknownCode, verify, third, vial=campaign.trace_code(78), lot_id=lot_id)
    assert set(Dose.objects.unscoped(campaign.ALL).values_list("lot_number", flat=True)) == {"N1"}


def test_no_day_is_closed_over_a_needle_and_no_needle_after_it(site: Site, lot: Lot, person: Person) -> None:
    visit, late = ready(site, person), ready(site, campaign.person(2))
    verify(visit)
    counted = {lot.pk: Counted(5)}
    refused(refusals.NeedleInHand, day_close.close, by=campaign.maker, site_id=site.pk, counted=counted)
    actions.vaccinate(by=NEEDLE, visit_id=visit.pk)
    day_close.close(by=campaign.maker, site_id=site.pk, counted={lot.pk: Counted(4)})
    refused(DayClosed, verify, late, vial=campaign.trace_code(2))


def test_what_the_browser_never_sends(site: Site, person: Person) -> None:
    at = {"by": DESK, "site_id": site.pk, "person_id": person.pk, "temperature": visits.FINE}
    refused(BadInput, actions.admit, **at, document="<x>")
    visit = actions.admit(**at)
    for said in (
        {"signer": "dog"},
        {"signer": "guardian", "guardian_name": "甲母", "guardian_relation": "<b>"},
    ):
        refused(BadInput, visits.consented, visit, by=DESK, signed=actions.Signed(paper=True, **said))


class TestTheGate:
    @pytest.fixture
    def visit(self, site: Site, lot: Lot, person: Person) -> Visit:
        return ready(site, person)

    @pytest.mark.parametrize("missing", CHECKS[:-1])
    def test_each_check_must_be_ticked(self, visit: Visit, missing: str) -> None:
        refused(refusals.ChecksMissing, verify, visit, checks=visits.ALL_TICKED | {missing: False})

    def test_the_recipient_confirms(self, visit: Visit) -> None:
        refused(refusals.NotConfirmed, verify, visit, checks=visits.ALL_TICKED | {"confirmed": False})

    def test_what_is_missing_is_named(self, visit: Visit) -> None:
        some = {check: check not in ("age", "route") for check in CHECKS}
        refusal = refused(refusals.ChecksMissing, verify, visit, checks=some)
        assert refusal.as_dict()["zh"]["reason"] == "尚未核对：年龄、接种途径。"
        assert refusal.as_dict()["en"]["reason"] == "Not yet verified: Age, Route."

    def test_the_arm_is_chosen(self, visit: Visit) -> None:
        refused(refusals.SideMissing, verify, visit, body_side="")
        assert verify(visit, body_side="right").body_side == "right"

    def test_a_vial_that_was_never_received(self, visit: Visit) -> None:
        refused(UnknownCode, verify, visit, campaign.trace_code(99))

    def test_something_that_is_no_trace_code(self, visit: Visit) -> None:
        refused(UnreadableTraceCode, verify, visit, "??")
        refused(refusals.NoVial, verify, visit, " ")

    def test_a_vial_that_was_used(self, visit: Visit, site: Site) -> None:
        vaccinate(ready(site, campaign.person(2)))
        refused(VialEmpty, verify, visit)

    def test_a_vial_used_by_another_station_after_it_was_verified(self, visit: Visit, site: Site) -> None:
        verify(visit)
        campaign.certified("nurse2")
        other = type(NEEDLE)(name="nurse2", title="nurse2", held=NEEDLE.held)
        visits.given(ready(site, campaign.person(2)), VIAL, by=other)
        refused(VialEmpty, actions.vaccinate, by=NEEDLE, visit_id=visit.pk)

    def test_a_suspended_lot_stops_at_the_gate_and_at_the_needle(self, visit: Visit, lot: Lot) -> None:
        verify(visit)
        stock.suspend_lot(by=campaign.maker, lot_id=lot.pk, reason="recall")
        refused(LotSuspended, actions.vaccinate, by=NEEDLE, visit_id=visit.pk)
        actions.set_aside(by=NEEDLE, visit_id=visit.pk, reason="lot stopped")
        refused(LotSuspended, verify, visit)

    def test_a_lot_that_is_held_back_stops_before_the_needle(
        self, visit: Visit, site: Site, lot: Lot
    ) -> None:
        stock.hold(by=campaign.maker, site_id=site.pk, lot_id=lot.pk, doses=5, reason="fridge alarm")
        refused(Held, verify, visit)
        stock.release(by=campaign.maker, site_id=site.pk, lot_id=lot.pk, doses=5, reason="short")
        verify(visit)
        stock.hold(by=campaign.maker, site_id=site.pk, lot_id=lot.pk, doses=5, reason="fridge alarm")
        refused(Held, actions.vaccinate, by=NEEDLE, visit_id=visit.pk)

    def test_an_expired_lot(self, site: Site, lot: Lot, person: Person) -> None:
        with clock.at(campaign.NOON + timedelta(days=400)):
            refused(Expired, verify, ready(site, person))

    def test_a_product_that_the_course_does_not_offer(self, visit: Visit, site: Site) -> None:
        campaign.lot(site, doses=1, number="K1", product="LIVZON-V01", first=50)
        refusal = refused(refusals.WrongProduct, verify, visit, campaign.trace_code(50))
        assert (
            refusal.as_dict()["en"]["next_step"]
            == "Scan a vial of: BIBP, WIBP, CoronaVac, KCONVAC, CanSino Ad5, Zifivax."
        )

    def test_a_product_that_was_not_consented_to(self, visit: Visit, site: Site) -> None:
        campaign.lot(site, doses=1, number="V1", product=campaign.SINOVAC, first=60)
        refused(refusals.ConsentForOther, verify, visit, campaign.trace_code(60))

    def test_a_station_of_another_site(self, visit: Visit) -> None:
        refusal = refused(refusals.WrongStation, verify, visit, here=campaign.site("S2").pk)
        assert (refusal.facts["site"], refusal.facts["here"]) == ("接种点S1", "接种点S2")

    def test_vaccinated_elsewhere_between_desk_and_station(self, visit: Visit, person: Person) -> None:
        dose_elsewhere(person)
        refused(refusals.VaccinatedToday, verify, visit)

    def test_vaccinated_elsewhere_between_gate_and_needle(self, visit: Visit, person: Person) -> None:
        verify(visit)
        dose_elsewhere(person)
        refused(refusals.VaccinatedToday, actions.vaccinate, by=NEEDLE, visit_id=visit.pk)

    def test_a_dose_came_on_record_between_desk_and_station(self, visit: Visit, person: Person) -> None:
        dose_elsewhere(person, days_ago=7)
        refused(refusals.NotDue, verify, visit)

    def test_the_registration_of_yesterday(self, visit: Visit) -> None:
        with clock.at(campaign.NOON + timedelta(days=1)):
            refused(refusals.AnotherDay, verify, visit)

    def test_whoever_may_not_vaccinate_here_does_not_even_find_the_visit(self, visit: Visit) -> None:
        for role in ("registrar", "observer", "town_lead", "screening_doctor"):
            refused(NotFound, verify, visit, by=campaign.actor(role))

    def test_without_a_valid_certificate(self, visit: Visit) -> None:
        nobody = type(NEEDLE)(name="somebody", held=NEEDLE.held)
        before = everything()
        with pytest.raises(MayNotAct):
            verify(visit, by=nobody)
        assert everything() == before
        with clock.at(campaign.NOON + timedelta(days=365 * 20)), pytest.raises(MayNotAct):
            verify(visit)

    def test_another_vial_is_given_than_was_verified(self, visit: Visit) -> None:
        verify(visit)
        said = {"by": NEEDLE, "visit_id": visit.pk}
        refused(refusals.OtherVial, actions.vaccinate, vial_code=campaign.trace_code(2), **said)
        assert actions.vaccinate(vial_code=VIAL, **said).state == "observed"

    def test_whoever_verified_gives_it(self, visit: Visit) -> None:
        verify(visit)
        campaign.certified("nurse2")
        other = type(NEEDLE)(name="nurse2", title="nurse2", held=NEEDLE.held)
        refused(refusals.VerifiedByOther, verify, visit, by=other)
        refused(refusals.VerifiedByOther, actions.vaccinate, by=other, visit_id=visit.pk)
        actions.set_aside(by=other, visit_id=visit.pk, reason="she went to lunch")
        assert visits.given(visit, VIAL, by=other).vaccinated_by == "nurse2"

    def test_a_verification_does_not_hold_for_ever(self, visit: Visit) -> None:
        verify(visit)
        with clock.at(campaign.NOON + timedelta(minutes=30)):
            refused(refusals.VerifiedTooLongAgo, actions.vaccinate, by=NEEDLE, visit_id=visit.pk)

    def test_twice(self, visit: Visit) -> None:
        vaccinate(visit)
        refused(refusals.AlreadyVaccinated, verify, visit, campaign.trace_code(2))
        refused(refusals.AlreadyVaccinated, actions.vaccinate, by=NEEDLE, visit_id=visit.pk)

    def test_after_leaving(self, visit: Visit) -> None:
        actions.leave(by=BENCH, visit_id=vaccinate(visit).pk, early_reason="insists")
        refused(refusals.AlreadyVaccinated, verify, visit, campaign.trace_code(2))

    def test_after_being_turned_away(self, visit: Visit) -> None:
        actions.turn_away(by=NEEDLE, visit_id=visit.pk, reason="fever", note="37.9")
        refused(refusals.AlreadyTurnedAway, verify, visit)

    def test_a_repeat_after_a_dose_too_early_gets_the_next_free_number(
        self, site: Site, lot: Lot, person: Person
    ) -> None:
        for number, days in ((1, 60), (2, 50)):
            doses.record(
                by=campaign.maker, person_id=person.pk, product_code=campaign.BIBP, number=number, lot_number="X",
                given_at=campaign.NOON - timedelta(days=days), site_id=site.pk, expires_on=campaign.EXPIRY,
                vial_code="", given_by="somebody",
            )  # fmt: skip
        visit = vaccinate(ready(site, person))
        dose = Dose.objects.unscoped(campaign.ALL).get(pk=visit.dose_id)
        assert (dose.number, dose.counts_as) == (3, 2)


class TestOverride:
    """Another maker's vaccine than before: only a second person, by their own name and with a reason, may allow it."""

    CODE, OTHER_VIAL = "clinic.other_product", campaign.trace_code(60)

    @pytest.fixture
    def visit(self, site: Site, lot: Lot, person: Person) -> Visit:
        with clock.at(campaign.NOON - timedelta(days=21)):
            vaccinate(ready(site, person))
        campaign.lot(site, doses=1, number="V1", product=campaign.SINOVAC, first=60)
        return visits.ready(site.pk, person.pk, by=DESK, product=campaign.SINOVAC)

    def ask(self, visit: Visit, **more: Any) -> Override:
        asked = {"by": NEEDLE, "visit_id": visit.pk, "code": self.CODE, "vial_code": self.OTHER_VIAL}
        return actions.ask_override(**asked | {"reason": "no BIBP this week"} | more)

    def test_refused_without(self, visit: Visit) -> None:
        refused(refusals.OtherProduct, verify, visit, self.OTHER_VIAL)

    def test_granted_by_the_site_lead(self, visit: Visit, person: Person) -> None:
        asked = self.ask(visit)
        refused(refusals.OtherProduct, verify, visit, self.OTHER_VIAL)
        actions.answer_override(by=LEAD, override_id=asked.pk, grant=True, reason="delivery late, told her")
        done = vaccinate(visit, self.OTHER_VIAL)
        assert done.checks[f"override:{self.CODE}"] is True
        assert dose_queries.standing_of(person.pk, campaign.TODAY).status == "complete"
        entry = Entry.objects.get(verb="clinic.answer_override")
        assert (entry.actor, entry.facts["asked_by"]) == ("site_lead", "vaccinator")

    def test_refused_by_the_site_lead(self, visit: Visit) -> None:
        asked = self.ask(visit)
        actions.answer_override(by=LEAD, override_id=asked.pk, grant=False, reason="wait for BIBP")
        refused(refusals.OtherProduct, verify, visit, self.OTHER_VIAL)
        refused(
            refusals.AlreadyAnswered,
            actions.answer_override,
            by=LEAD,
            override_id=asked.pk,
            grant=True,
            reason="x",
        )

    def test_nobody_answers_themselves(self, visit: Visit) -> None:
        asked = self.ask(visit, by=LEAD)
        refused(
            refusals.OwnOverride,
            actions.answer_override,
            by=LEAD,
            override_id=asked.pk,
            grant=True,
            reason="x",
        )
        refused(NotFound, actions.answer_override, by=NEEDLE, override_id=asked.pk, grant=True, reason="x")

    def test_only_what_may_be_overridden(self, visit: Visit) -> None:
        for code in ("stock.expired", "clinic.not_due", "clinic.vaccinated_today", "clinic.checks_missing"):
            refused(refusals.NotOverridable, self.ask, visit, code=code)
        refused(refusals.WhyMissing, self.ask, visit, reason="")
        self.ask(visit)
        refused(refusals.AlreadyAsked, self.ask, visit)

    def test_it_holds_for_that_vial_only(self, visit: Visit, site: Site) -> None:
        asked = self.ask(visit)
        actions.answer_override(by=LEAD, override_id=asked.pk, grant=True, reason="ok")
        campaign.lot(site, doses=1, number="V2", product=campaign.SINOVAC, first=70)
        refused(refusals.OtherProduct, verify, visit, campaign.trace_code(70))
