"""A visit, step by step; and each way in which it may not go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.modules import campaign, visits

from yingjie.clinic import actions, queries, refusals
from yingjie.clinic.models import Consent, Override, Reaction, Screening, Visit
from yingjie.clinic.questionnaire import Answer
from yingjie.clinic.workflow import CHECKS
from yingjie.doses import actions as doses
from yingjie.doses import queries as dose_queries
from yingjie.doses.models import Dose
from yingjie.foundation import clock
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import NotAllowed, NotFound, Refusal
from yingjie.people.models import HealthCondition, Person
from yingjie.people.refusals import NumberUnreadable
from yingjie.sites import actions as sites
from yingjie.sites.models import Site
from yingjie.staff.refusals import MayNotAct
from yingjie.stock import actions as stock
from yingjie.stock.models import Balance, Lot, Movement
from yingjie.stock.refusals import Expired, Held, LotSuspended, UnknownCode, UnreadableTraceCode, VialEmpty

DESK = campaign.actor("registrar")
DOCTOR = campaign.actor("screening_doctor")
NEEDLE = campaign.actor("vaccinator")
BENCH = campaign.actor("observer")
LEAD = campaign.actor("site_lead")
VIAL = campaign.trace_code(1)


@pytest.fixture(autouse=True)
def _staff(site: Site) -> None:
    campaign.certified("screening_doctor")


def register(site: Site, person: Person, **more: Any) -> Visit:
    return visits.registered(site.pk, person.pk, by=DESK, **more)


def ready(site: Site, person: Person) -> Visit:
    return visits.ready(site.pk, person.pk, by=DESK)


def verify(visit: Visit, vial: str = VIAL, **more: Any) -> Visit:
    return visits.verified(visit, vial, **{"by": NEEDLE} | more)


def vaccinate(visit: Visit, vial: str = VIAL) -> Visit:
    return visits.given(visit, vial, by=NEEDLE)


def everything() -> dict[str, list[Any]]:
    """All rows that a step of a visit could change; look-ups are journalled even when they lead to nothing."""
    tables = (Visit, Consent, Screening, Override, Reaction, Dose, Balance, Movement, HealthCondition)
    found = {
        model.__name__: list(model.objects.unscoped(campaign.ALL).order_by("pk").values()) for model in tables
    }
    return found | {
        "journal": list(Entry.objects.exclude(verb="people.look_up").order_by("pk").values("verb"))
    }


def refused(kind: type[Refusal], verb: Callable[..., Any], /, *args: Any, **arguments: Any) -> Refusal:
    """The refusal; nothing changed."""
    before = everything()
    with pytest.raises(kind) as caught:
        verb(*args, **arguments)
    assert type(caught.value) is kind
    assert everything() == before
    said = caught.value.as_dict()
    whole = "".join(said[language][part] for language in ("zh", "en") for part in ("reason", "next_step"))
    assert "{" not in whole and all(said["zh"].values())
    return caught.value


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


class TestTheEntrance:
    @pytest.fixture
    def visit(self, site: Site, person: Person) -> Visit:
        return actions.take_number(by=DESK, site_id=site.pk, person_id=person.pk)

    @pytest.mark.parametrize(
        ("temperature", "health", "kind"),
        [
            (None, "green", refusals.NoTemperature),
            ("37.3", "green", refusals.HasFever),
            ("39.1", "red", refusals.HasFever),
            ("365", "green", refusals.TemperatureMisread),
            ("33.9", "green", refusals.TemperatureMisread),
            ("36.5", "", refusals.NoHealthStatus),
            ("36.5", "yellow", refusals.HealthStatusStops),
            ("36.5", "red", refusals.HealthStatusStops),
        ],
    )
    def test_who_does_not_come_in(
        self, visit: Visit, temperature: str | None, health: str, kind: type[Refusal]
    ) -> None:
        measured = Decimal(temperature) if temperature else None
        refused(
            kind, actions.check_in, by=DESK, visit_id=visit.pk, temperature=measured, health_status=health
        )

    def test_fever_goes_home_and_the_temperature_stays_on_record(self, visit: Visit) -> None:
        gone = actions.turn_away(by=DESK, visit_id=visit.pk, reason="fever", temperature=Decimal("38.2"))
        assert (gone.state, gone.temperature) == ("turned_away", Decimal("38.2"))

    def test_just_below_comes_in(self, visit: Visit) -> None:
        assert actions.check_in(by=DESK, visit_id=visit.pk, temperature=Decimal("37.2")).state == "checked_in"


class TestRegistrationDesk:
    def test_a_number_that_cannot_be_right(self, site: Site) -> None:
        refused(NumberUnreadable, actions.admit, by=DESK, site_id=site.pk, number="99999919500101001")

    def test_nobody_has_this_number(self, site: Site) -> None:
        number = campaign.identity_number(date(1950, 1, 1), 77)
        refused(refusals.NotInLedger, actions.admit, by=DESK, site_id=site.pk, number=number)
        assert Entry.objects.filter(verb="people.look_up").count() == 1

    def test_twice_a_day(self, site: Site, person: Person) -> None:
        register(site, person)
        refusal = refused(refusals.AlreadyHereToday, register, site, person)
        assert "已登记" in refusal.as_dict()["zh"]["next_step"]

    def test_at_two_sites_on_a_day(self, site: Site, person: Person) -> None:
        register(site, person)
        refusal = refused(refusals.AlreadyElsewhereToday, register, campaign.site("S2"), person)
        assert refusal.facts["site"] == "接种点S1"

    def test_again_after_being_turned_away(self, site: Site, person: Person) -> None:
        actions.turn_away(by=DESK, visit_id=register(site, person).pk, reason="documents")
        assert register(site, person).number == 2

    def test_the_next_dose_is_not_due(self, site: Site, lot: Lot, person: Person) -> None:
        with clock.at(campaign.NOON - timedelta(days=20)):
            vaccinate(ready(site, person))
        refusal = refused(refusals.NotDue, register, site, person)
        assert refusal.facts["earliest_on"] == date(2021, 5, 20)
        said = refusal.as_dict()
        assert "《新冠病毒疫苗接种技术指南（第一版）》 2021-03-29" in said["zh"]["reason"]
        assert "Technical guide for COVID-19 vaccination (first edition) 2021-03-29" in said["en"]["reason"]
        with clock.at(campaign.NOON + timedelta(days=1)):
            assert register(site, person).state == "registered"

    def test_the_course_is_complete(self, site: Site, lot: Lot, person: Person) -> None:
        with clock.at(campaign.NOON - timedelta(days=42)):
            vaccinate(ready(site, person))
        with clock.at(campaign.NOON - timedelta(days=21)):
            vaccinate(ready(site, person), campaign.trace_code(2))
        refused(refusals.CourseComplete, register, site, person)

    def test_too_young(self, site: Site) -> None:
        refused(refusals.NotDue, register, site, campaign.person(2, birth_on=date(2019, 6, 1)))

    def test_a_dose_of_today_from_elsewhere_and_where(self, site: Site, person: Person) -> None:
        dose_elsewhere(person)
        refusal = refused(refusals.VaccinatedToday, register, site, person)
        assert refusal.facts["at"] == "10:00 · 接种点S9"

    def test_a_card_that_contradicts_the_ledger(self, site: Site, person: Person) -> None:
        Person.objects.unscoped("a fault of an old import").filter(pk=person.pk).update(
            birth_on=date(1951, 1, 1)
        )
        number = campaign.identity_number(date(1950, 1, 1), 1)
        refused(refusals.ContradictsLedger, actions.admit, by=DESK, site_id=site.pk, number=number)

    def test_a_closed_site_and_a_store(self, site: Site, person: Person) -> None:
        sites.change(by=campaign.maker, site_id=site.pk, closed_on=campaign.TODAY)
        refused(refusals.SiteClosed, register, site, person)
        refused(refusals.SiteClosed, register, campaign.site("W", kind="store"), person)

    def test_a_site_of_others_is_not_found(self, site: Site, person: Person) -> None:
        stranger = campaign.actor("registrar", "110117002")
        refused(NotFound, actions.admit, by=stranger, site_id=site.pk, person_id=person.pk)
        bound = campaign.actor("registrar", campaign.TOWN, campaign.site("S2").pk)
        refused(NotFound, actions.admit, by=bound, site_id=site.pk, person_id=person.pk)

    def test_yesterdays_number_is_worth_nothing_today(self, site: Site, person: Person) -> None:
        visit = actions.take_number(by=DESK, site_id=site.pk, person_id=person.pk)
        with clock.at(campaign.NOON + timedelta(days=1)):
            actions.check_in(by=DESK, visit_id=visit.pk, temperature=visits.FINE)
            refused(refusals.AnotherDay, actions.register, by=DESK, visit_id=visit.pk)


def dose_elsewhere(person: Person, days_ago: int = 0) -> Dose:
    at = campaign.site("S9")
    given_at = campaign.NOON - timedelta(days=days_ago, hours=2)
    return doses.record(
        by=campaign.maker, person_id=person.pk, product_code=campaign.BIBP, number=1, given_at=given_at, site_id=at.pk,
        lot_number="X", expires_on=campaign.EXPIRY, vial_code="", given_by="another nurse",
    )  # fmt: skip


class TestConsent:
    @pytest.fixture
    def visit(self, site: Site, person: Person) -> Visit:
        return register(site, person)

    def test_the_signature_is_kept_encrypted_and_comes_back(self, visit: Visit) -> None:
        visits.consented(visit, by=DESK, signed=actions.Signed(strokes=visits.STROKES))
        (kept,) = Consent.objects.unscoped(campaign.ALL)
        assert (kept.signed_on, kept.signer, kept.text, kept.by) == (
            "screen",
            "self",
            "inactivated-2021-1",
            "registrar",
        )
        assert kept.strokes == visits.STROKES
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT strokes FROM clinic_consent")
            assert visits.STROKES not in cursor.fetchone()[0]

    @pytest.mark.parametrize("strokes", ["", "[]", "[[1,1]]"])
    def test_nothing_signed(self, visit: Visit, strokes: str) -> None:
        refused(refusals.NotSigned, visits.consented, visit, by=DESK, signed=actions.Signed(strokes=strokes))

    @pytest.mark.parametrize(
        "strokes", ["{", "[[1,2,3]]", "[[1,2000]]", '["x"]', "[" * 50_000, "[[1,1]]" * 9_000]
    )
    def test_strokes_that_are_none(self, visit: Visit, strokes: str) -> None:
        signed = actions.Signed(strokes=strokes)
        refused(refusals.SignatureUnreadable, visits.consented, visit, by=DESK, signed=signed)

    def test_a_text_of_another_version(self, visit: Visit) -> None:
        refused(refusals.OtherText, visits.consented, visit, by=DESK, text="inactivated-2020-1")

    def test_a_product_that_is_not_offered(self, visit: Visit) -> None:
        refused(refusals.WrongProduct, visits.consented, visit, by=DESK, product="LIVZON-V01")

    def test_a_guardian_signs_for_a_minor(self, site: Site) -> None:
        with clock.at(campaign.NOON + timedelta(days=365)):
            visit = register(site, campaign.person(4, birth_on=date(2008, 1, 1)))
            refused(refusals.GuardianNeeded, visits.consented, visit, by=DESK)
            unnamed = actions.Signed(paper=True, signer="guardian")
            refused(refusals.GuardianUnnamed, visits.consented, visit, by=DESK, signed=unnamed)
            named = actions.Signed(
                paper=True, signer="guardian", guardian_name="甲母", guardian_relation="parent"
            )
            assert visits.consented(visit, by=DESK, signed=named).state == "consented"
        (kept,) = Consent.objects.unscoped(campaign.ALL)
        assert (kept.signer, kept.guardian_name, kept.guardian_relation) == ("guardian", "甲母", "parent")

    def test_withdrawn_before_the_needle(self, site: Site, lot: Lot, visit: Visit, person: Person) -> None:
        visits.screened(visits.consented(visit, by=DESK), by=DOCTOR)
        verify(visit)
        refused(refusals.WhyMissing, actions.withdraw, by=DESK, visit_id=visit.pk, reason=" ")
        gone = actions.withdraw(by=DESK, visit_id=visit.pk, reason="changed her mind")
        assert (gone.state, gone.turned_away_reason) == ("turned_away", "withdrawn")
        (kept,) = Consent.objects.unscoped(campaign.ALL)
        assert (kept.withdrawn_at, kept.withdrawn_reason) == (campaign.NOON, "changed her mind")
        refused(refusals.AlreadyTurnedAway, actions.vaccinate, by=NEEDLE, visit_id=visit.pk)
        assert register(site, person).number == 2


class TestScreening:
    @pytest.fixture
    def visit(self, site: Site, person: Person) -> Visit:
        return visits.consented(register(site, person), by=DESK)

    def test_everything_is_asked(self, visit: Visit) -> None:
        asked = visits.answers(visit)
        del asked["allergy"]
        told = refused(refusals.Unanswered, actions.screen, by=DOCTOR, visit_id=visit.pk, answers=asked)
        assert "过敏" in told.as_dict()["zh"]["reason"]

    def test_a_day_is_asked_for(self, visit: Visit) -> None:
        refused(refusals.Unanswered, visits.screened, visit, by=DOCTOR, other_vaccine="yes")
        tomorrow = Answer("yes", campaign.TODAY + timedelta(days=1))
        refused(refusals.Unanswered, visits.screened, visit, by=DOCTOR, other_vaccine=tomorrow)

    def test_fever_is_deferred_and_the_ledger_knows_until_when(
        self, visit: Visit, site: Site, person: Person
    ) -> None:
        done = visits.screened(visit, by=DOCTOR, fever="yes")
        assert (done.state, done.deferred_until) == ("deferred", date(2021, 5, 22))
        standing = dose_queries.standing_of(person.pk, campaign.TODAY)
        assert (standing.status, standing.deferred_until) == ("deferred", date(2021, 5, 22))
        refused(refusals.IsDeferred, register, site, person)
        with clock.at(campaign.NOON + timedelta(days=3)):
            assert register(site, person).state == "registered"
        assert "fever" not in str(list(Entry.objects.values_list("facts", flat=True)))

    def test_another_vaccine_defers_from_its_day(self, visit: Visit, site: Site, person: Person) -> None:
        done = visits.screened(visit, by=DOCTOR, other_vaccine=Answer("yes", date(2021, 5, 10)))
        assert (done.state, done.deferred_until) == ("deferred", date(2021, 5, 25))
        refused(refusals.IsDeferred, register, site, person)

    def test_another_vaccine_long_ago_is_none(self, visit: Visit) -> None:
        done = visits.screened(visit, by=DOCTOR, other_vaccine=Answer("yes", date(2021, 5, 4)))
        assert done.state == "screened"

    def test_a_contraindication_bars_for_good(self, visit: Visit, site: Site, person: Person) -> None:
        assert visits.screened(visit, by=DOCTOR, fever="yes", allergy="yes").state == "contraindicated"
        refused(refusals.IsContraindicated, register, site, person)

    def test_the_doctor_decides_with_a_reason(self, visit: Visit) -> None:
        assert visits.screened(visit, by=DOCTOR, bleeding="unsure").state == "with_doctor"
        said = {"by": DOCTOR, "visit_id": visit.pk}
        refused(refusals.DecisionWithoutReason, actions.decide, decision="fit", reason="", **said)
        refused(refusals.DeferralWithoutDay, actions.decide, decision="defer", reason="x", **said)
        fit = actions.decide(decision="fit", reason="INR in range", **said)
        assert fit.state == "screened"
        (kept,) = Screening.objects.unscoped(campaign.ALL)
        assert (kept.outcome, kept.decision, kept.decision_reason, kept.decided_by) == (
            "doctor",
            "fit",
            "INR in range",
            "screening_doctor",
        )
        refused(refusals.WrongOrder, actions.decide, decision="fit", reason="again", **said)

    def test_the_doctor_defers_what_she_found(self, visit: Visit, person: Person) -> None:
        visits.screened(visit, by=DOCTOR, chronic="yes")
        actions.decide(
            by=DOCTOR, visit_id=visit.pk, decision="defer", reason="190/110", until=date(2021, 6, 2),
            condition="chronic-disease-acute-phase",
        )  # fmt: skip
        standing = dose_queries.standing_of(person.pk, campaign.TODAY)
        assert (standing.status, standing.deferred_until) == ("deferred", date(2021, 6, 2))

    def test_without_a_certificate_nobody_screens(self, visit: Visit) -> None:
        uncertified = campaign.actor("screening_doctor", campaign.TOWN)
        nobody = type(uncertified)(name="somebody", held=uncertified.held)
        with pytest.raises(MayNotAct):
            visits.screened(visit, by=nobody)
        with pytest.raises(NotFound):
            visits.screened(visit, by=DESK)
        assert not Screening.objects.unscoped(campaign.ALL).exists()


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


class TestObservation:
    @pytest.fixture
    def visit(self, site: Site, lot: Lot, person: Person) -> Visit:
        return vaccinate(ready(site, person))

    def test_not_before_the_time(self, visit: Visit) -> None:
        with clock.at(campaign.NOON + timedelta(minutes=29, seconds=59)):
            refusal = refused(refusals.TooEarlyToLeave, actions.leave, by=BENCH, visit_id=visit.pk)
        assert refusal.facts["until"] == "12:30"

    def test_early_with_a_reason_that_stays(self, visit: Visit) -> None:
        with clock.at(campaign.NOON + timedelta(minutes=10)):
            visit = actions.leave(by=BENCH, visit_id=visit.pk, early_reason=" bus leaves ")
        assert visit.left_early_reason == "bus leaves"

    def test_a_reason_given_after_the_time_is_not_an_early_leaving(self, visit: Visit) -> None:
        with clock.at(campaign.NOON + timedelta(minutes=31)):
            assert actions.leave(by=BENCH, visit_id=visit.pk, early_reason="x").left_early_reason == ""

    def test_twice(self, visit: Visit) -> None:
        actions.leave(by=BENCH, visit_id=visit.pk, early_reason="x")
        refused(refusals.AlreadyLeft, actions.leave, by=BENCH, visit_id=visit.pk, early_reason="x")

    def test_minutes_left_and_who_may_go(self, visit: Visit) -> None:
        (row,) = queries.observed(BENCH, visit.site_id)
        minutes = [
            row.minutes_left(campaign.NOON + timedelta(seconds=seconds))
            for seconds in (0, 1, 1740, 1799, 1800)
        ]
        assert minutes == [30, 30, 1, 1, 0]
        assert queries.may_leave_now(BENCH) == {}
        with clock.at(campaign.NOON + timedelta(minutes=30)):
            assert queries.may_leave_now(BENCH) == {visit.site_id: 1}

    def test_a_reaction_keeps_them_and_recovery_keeps_them_longer(self, visit: Visit) -> None:
        refused(refusals.WhyMissing, actions.react, by=BENCH, visit_id=visit.pk, kind="sneeze")
        with clock.at(campaign.NOON + timedelta(minutes=12)):
            assert actions.react(by=BENCH, visit_id=visit.pk, kind="faint", note="pale").state == "reacting"
            refused(refusals.WrongOrder, actions.leave, by=BENCH, visit_id=visit.pk, early_reason="x")
        with clock.at(campaign.NOON + timedelta(minutes=20)):
            refused(refusals.WhyMissing, actions.recover, by=BENCH, visit_id=visit.pk, treatment="")
            well = actions.recover(by=BENCH, visit_id=visit.pk, treatment="lay down, water")
        assert (well.state, well.observe_until) == ("observed", campaign.NOON + timedelta(minutes=50))
        (kept,) = Reaction.objects.unscoped(campaign.ALL)
        assert (kept.kind, kept.note, kept.treatment, kept.ended_by) == (
            "faint", "pale", "lay down, water", "observer",
        )  # fmt: skip
        assert "faint" not in str(list(Entry.objects.values_list("facts", flat=True)))

    def test_to_hospital_ends_the_visit(self, visit: Visit) -> None:
        actions.react(by=BENCH, visit_id=visit.pk, kind="breathing")
        gone = actions.send_to_hospital(by=BENCH, visit_id=visit.pk, treatment="adrenaline 12:08")
        assert (gone.state, gone.left_at) == ("to_hospital", campaign.NOON)
        refused(refusals.AlreadyLeft, actions.leave, by=BENCH, visit_id=visit.pk)


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


class TestTakingBack:
    """Somebody was vaccinated under another's name."""

    @pytest.fixture
    def visit(self, site: Site, lot: Lot, person: Person) -> Visit:
        return ready(site, person)

    def test_the_person_named_can_be_registered_again_the_same_day(
        self, visit: Visit, site: Site, person: Person
    ) -> None:
        done = vaccinate(visit)
        refused(refusals.AlreadyHereToday, register, site, person)
        actions.take_back(by=NEEDLE, person_id=person.pk, dose_id=done.dose_id, reason="it was her sister")
        assert queries.given_of_registered(NEEDLE) == (0, 0)
        again = register(site, person)
        assert (again.state, queries.given_of_registered(NEEDLE)) == ("registered", (0, 1))
        assert [row.is_taken_back for row in queries.observed(NEEDLE, site.pk)] == [True]

    def test_the_dose_goes_on_record_under_the_right_name_and_stock_moves_once(
        self, visit: Visit, site: Site, person: Person
    ) -> None:
        sister = campaign.person(2, name="乙某")
        done = vaccinate(visit)
        hers = actions.take_number(by=DESK, site_id=site.pk, person_id=sister.pk)
        said = {"by": NEEDLE, "visit_id": hers.pk, "from_visit_id": done.pk}
        refused(refusals.NotTakenBack, actions.receive_record, reason="the sisters changed cards", **said)
        actions.take_back(by=NEEDLE, person_id=person.pk, dose_id=done.dose_id, reason="it was her sister")
        refused(refusals.WhyMissing, actions.receive_record, reason=" ", **said)
        hers = actions.receive_record(reason="the sisters changed cards", **said)
        assert (hers.state, hers.observe_until, hers.received_from) == (
            "observed",
            done.observe_until,
            done.pk,
        )
        live = Dose.objects.unscoped(campaign.ALL).get(voided_at__isnull=True)
        assert (live.person_id, live.vial_code, live.given_at, live.given_by) == (
            sister.pk, VIAL, campaign.NOON, "the vaccinator",
        )  # fmt: skip
        assert Balance.objects.unscoped(campaign.ALL).get(state="usable").doses == 4
        third = actions.take_number(by=DESK, site_id=site.pk, person_id=campaign.person(3).pk)
        refused(refusals.AlreadyGivenOn, actions.receive_record, reason="x", **said | {"visit_id": third.pk})
        assert vaccinate(ready(site, person), campaign.trace_code(2)).state == "observed"

    def test_only_once_and_by_whoever_may(self, visit: Visit, person: Person) -> None:
        done = vaccinate(visit)
        asked = {"person_id": person.pk, "dose_id": done.dose_id, "reason": "wrong"}
        stranger = campaign.actor("vaccinator", "110117002")
        refused(NotFound, actions.take_back, by=stranger, **asked)
        actions.take_back(by=NEEDLE, **asked)
        refused(doses.AlreadyCorrected, actions.take_back, by=NEEDLE, **asked)

    def test_an_amended_record_stands_on_the_slip(self, visit: Visit, person: Person) -> None:
        done = vaccinate(visit)
        lead = campaign.actor("town_lead")
        doses.amend(by=lead, person_id=person.pk, dose_id=done.dose_id, reason="misread", lot_number="L9")
        assert queries.slip(NEEDLE, done.pk).dose.lot_number == "L9"
