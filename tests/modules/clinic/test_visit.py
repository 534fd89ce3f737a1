"""A visit, step by step; and each way in which it may not go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from tests.modules import campaign

from yingjie.clinic import actions, queries, refusals
from yingjie.clinic.models import Visit
from yingjie.clinic.workflow import CHECKS
from yingjie.doses import actions as doses
from yingjie.doses import queries as dose_queries
from yingjie.doses.models import Dose
from yingjie.foundation import clock
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import NotAllowed, NotFound, Refusal
from yingjie.people.models import Person
from yingjie.people.refusals import NumberUnreadable
from yingjie.sites import actions as sites
from yingjie.sites.models import Site
from yingjie.stock.models import Balance, Lot, Movement
from yingjie.stock.refusals import UnknownCode, UnreadableTraceCode, VialEmpty

DESK = campaign.actor("registrar")
NEEDLE = campaign.actor("vaccinator")
BENCH = campaign.actor("observer")
ALL_TICKED = dict.fromkeys(CHECKS, True)
VIAL = campaign.trace_code(1)


def register(site: Site, person: Person) -> Visit:
    return actions.register(by=DESK, site_id=site.pk, person_id=person.pk)


def vaccinate(visit: Visit, vial: str = VIAL, **more: Any) -> Visit:
    return actions.vaccinate(by=NEEDLE, visit_id=visit.pk, **{"vial_code": vial, "checks": ALL_TICKED} | more)


def everything() -> dict[str, list[Any]]:
    """All rows that a step of a visit could change; look-ups are journalled even when they lead to nothing."""
    return {
        "visits": list(Visit.objects.unscoped(campaign.ALL).order_by("pk").values()),
        "doses": list(Dose.objects.unscoped(campaign.ALL).order_by("pk").values()),
        "balances": list(Balance.objects.unscoped(campaign.ALL).order_by("pk").values()),
        "movements": list(Movement.objects.unscoped(campaign.ALL).order_by("pk").values()),
        "journal": list(Entry.objects.exclude(verb="people.look_up").order_by("pk").values("verb")),
    }


def refused(kind: type[Refusal], verb: Callable[..., Any], *args: Any, **arguments: Any) -> Refusal:
    """The refusal; nothing changed."""
    before = everything()
    with pytest.raises(kind) as caught:
        verb(*args, **arguments)
    assert type(caught.value) is kind
    assert everything() == before
    said = caught.value.as_dict()
    assert (
        "{"
        not in said["zh"]["reason"] + said["zh"]["next_step"] + said["en"]["reason"] + said["en"]["next_step"]
    )
    return caught.value


def test_the_whole_way(site: Site, lot: Lot, person: Person) -> None:
    number = campaign.identity_number(person.birth_on, 1)
    visit = actions.register(by=DESK, site_id=site.pk, number=number)
    assert (visit.number, visit.state, visit.on) == (1, "registered", campaign.TODAY)
    assert [row.name for row in queries.queue(NEEDLE, site.pk)] == ["甲某"]

    visit = vaccinate(visit)
    assert visit.state == "observed"
    assert visit.observe_until == campaign.NOON + timedelta(minutes=30)
    (dose,) = Dose.objects.unscoped(campaign.ALL)
    assert (dose.pk, dose.number, dose.product_id, dose.lot_number, dose.vial_code, dose.given_by) == (
        visit.dose_id, 1, campaign.BIBP, "L1", VIAL, "the vaccinator",
    )  # fmt: skip
    assert dose.expires_on == campaign.EXPIRY
    taken = Movement.objects.unscoped(campaign.ALL).get(kind="given")
    assert (taken.doses, taken.subject_id, taken.by) == (-1, dose.pk, "the vaccinator")
    assert Balance.objects.unscoped(campaign.ALL).get(state="usable").doses == 4

    with clock.at(campaign.NOON + timedelta(minutes=30)):
        visit = actions.leave(by=BENCH, visit_id=visit.pk)
    assert (visit.state, visit.left_early_reason) == ("left", "")
    written = Entry.objects.filter(actor__in=("registrar", "vaccinator", "observer"))
    assert sorted(entry.verb for entry in written) == [
        "clinic.leave", "clinic.register", "clinic.vaccinate", "doses.record", "people.look_up",
    ]  # fmt: skip


def test_numbers_count_up_in_a_day_at_a_site(site: Site) -> None:
    other = campaign.site("S2")
    first, second, third = (campaign.person(serial) for serial in (1, 2, 3))
    assert [register(site, first).number, register(site, second).number, register(other, third).number] == [
        1,
        2,
        1,
    ]


class TestRegistrationDesk:
    def test_a_number_that_cannot_be_right(self, site: Site) -> None:
        refused(NumberUnreadable, actions.register, by=DESK, site_id=site.pk, number="99999919500101001")

    def test_nobody_has_this_number(self, site: Site) -> None:
        number = campaign.identity_number(date(1950, 1, 1), 77)
        refused(refusals.NotInLedger, actions.register, by=DESK, site_id=site.pk, number=number)
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
            vaccinate(register(site, person))
        refusal = refused(refusals.NotDue, register, site, person)
        assert refusal.facts["earliest_on"] == date(2021, 5, 20)
        said = refusal.as_dict()
        assert "《新冠病毒疫苗接种技术指南（第一版）》 2021-03-29" in said["zh"]["reason"]
        assert "Technical guide for COVID-19 vaccination (first edition) 2021-03-29" in said["en"]["reason"]
        with clock.at(campaign.NOON + timedelta(days=1)):
            assert register(site, person).state == "registered"

    def test_the_course_is_complete(self, site: Site, lot: Lot, person: Person) -> None:
        with clock.at(campaign.NOON - timedelta(days=42)):
            vaccinate(register(site, person))
        with clock.at(campaign.NOON - timedelta(days=21)):
            vaccinate(register(site, person), campaign.trace_code(2))
        refused(refusals.CourseComplete, register, site, person)

    def test_too_young(self, site: Site) -> None:
        child = campaign.person(2, birth_on=date(2019, 6, 1))
        refused(refusals.NotDue, register, site, child)

    def test_a_dose_of_today_from_elsewhere(self, site: Site, person: Person) -> None:
        dose_elsewhere(person)
        refused(refusals.VaccinatedToday, register, site, person)

    def test_a_card_that_contradicts_the_ledger(self, site: Site, person: Person) -> None:
        Person.objects.unscoped("a fault of an old import").filter(pk=person.pk).update(
            birth_on=date(1951, 1, 1)
        )
        number = campaign.identity_number(date(1950, 1, 1), 1)
        refused(refusals.ContradictsLedger, actions.register, by=DESK, site_id=site.pk, number=number)

    def test_a_closed_site_and_a_store(self, site: Site, person: Person) -> None:
        sites.change(by=campaign.maker, site_id=site.pk, closed_on=campaign.TODAY)
        refused(refusals.SiteClosed, register, site, person)
        refused(refusals.SiteClosed, register, campaign.site("W", kind="store"), person)

    def test_a_site_of_others_is_not_found(self, site: Site, person: Person) -> None:
        stranger = campaign.actor("registrar", "110117002")
        refused(NotFound, actions.register, by=stranger, site_id=site.pk, person_id=person.pk)
        bound = campaign.actor("registrar", campaign.TOWN, campaign.site("S2").pk)
        refused(NotFound, actions.register, by=bound, site_id=site.pk, person_id=person.pk)


def dose_elsewhere(person: Person, days_ago: int = 0) -> Dose:
    at = campaign.site("S9")
    given_at = campaign.NOON - timedelta(days=days_ago, hours=2)
    return doses.record(
        by=campaign.maker, person_id=person.pk, product_code=campaign.BIBP, number=1, given_at=given_at, site_id=at.pk,
        lot_number="X", expires_on=campaign.EXPIRY, vial_code="", given_by="another nurse",
    )  # fmt: skip


class TestVaccinationStation:
    @pytest.fixture
    def visit(self, site: Site, lot: Lot, person: Person) -> Visit:
        return register(site, person)

    @pytest.mark.parametrize("missing", CHECKS)
    def test_each_check_must_be_ticked(self, visit: Visit, missing: str) -> None:
        refused(refusals.ChecksMissing, vaccinate, visit, checks=ALL_TICKED | {missing: False})

    def test_what_is_missing_is_named(self, visit: Visit) -> None:
        some = {check: check not in ("age", "route") for check in CHECKS}
        refusal = refused(refusals.ChecksMissing, vaccinate, visit, checks=some)
        assert refusal.as_dict()["zh"]["reason"] == "尚未核对：年龄、接种途径。"
        assert refusal.as_dict()["en"]["reason"] == "Not yet verified: Age, Route."

    def test_a_vial_that_was_never_received(self, visit: Visit) -> None:
        refused(UnknownCode, vaccinate, visit, campaign.trace_code(99))

    def test_something_that_is_no_trace_code(self, visit: Visit) -> None:
        refused(UnreadableTraceCode, vaccinate, visit, "??")
        refused(refusals.NoVial, vaccinate, visit, " ")

    def test_a_vial_that_was_used(self, visit: Visit, site: Site) -> None:
        vaccinate(register(site, campaign.person(2)))
        refused(VialEmpty, vaccinate, visit)

    def test_a_product_that_the_course_does_not_offer(self, visit: Visit, site: Site) -> None:
        campaign.lot(site, doses=1, number="K1", product="LIVZON-V01", first=50)
        refusal = refused(refusals.WrongProduct, vaccinate, visit, campaign.trace_code(50))
        assert (
            refusal.as_dict()["en"]["next_step"]
            == "Scan a vial of: BIBP, WIBP, CoronaVac, KCONVAC, CanSino Ad5, Zifivax."
        )

    def test_twice(self, visit: Visit) -> None:
        vaccinate(visit)
        refused(refusals.AlreadyVaccinated, vaccinate, visit, campaign.trace_code(2))

    def test_after_leaving(self, visit: Visit) -> None:
        actions.leave(by=BENCH, visit_id=vaccinate(visit).pk, early_reason="insists")
        refused(refusals.AlreadyVaccinated, vaccinate, visit, campaign.trace_code(2))

    def test_after_being_turned_away(self, visit: Visit) -> None:
        actions.turn_away(by=NEEDLE, visit_id=visit.pk, reason="fever", note="37.9")
        refused(refusals.AlreadyTurnedAway, vaccinate, visit)

    def test_vaccinated_elsewhere_between_desk_and_station(self, visit: Visit, person: Person) -> None:
        dose_elsewhere(person)
        refused(refusals.VaccinatedToday, vaccinate, visit)

    def test_a_dose_came_on_record_between_desk_and_station(self, visit: Visit, person: Person) -> None:
        dose_elsewhere(person, days_ago=7)
        refused(refusals.NotDue, vaccinate, visit)

    def test_the_registration_of_yesterday(self, visit: Visit) -> None:
        with clock.at(campaign.NOON + timedelta(days=1)):
            refused(refusals.AnotherDay, vaccinate, visit)

    def test_whoever_may_not_vaccinate_here_does_not_even_find_the_visit(self, visit: Visit) -> None:
        for role in ("registrar", "observer", "town_lead"):
            by = campaign.actor(role)
            refused(NotFound, actions.vaccinate, by=by, visit_id=visit.pk, vial_code=VIAL, checks=ALL_TICKED)

    def test_another_makers_vaccine_needs_a_reason(self, site: Site, lot: Lot) -> None:
        person = campaign.person(2)
        with clock.at(campaign.NOON - timedelta(days=21)):
            vaccinate(register(site, person))
        campaign.lot(site, doses=1, number="V1", product=campaign.SINOVAC, first=60)
        visit = register(site, person)
        refused(refusals.OtherProduct, vaccinate, visit, campaign.trace_code(60))
        visit = vaccinate(visit, campaign.trace_code(60), other_product_reason="no BIBP delivered this week")
        assert visit.checks["other_product_reason"] == "no BIBP delivered this week"
        standing = dose_queries.standing_of(person.pk, campaign.TODAY)
        assert standing.status == "complete"

    def test_a_repeat_after_a_dose_too_early_gets_the_next_free_number(
        self, site: Site, lot: Lot, person: Person
    ) -> None:
        for number, days in ((1, 60), (2, 50)):
            doses.record(
                by=campaign.maker, person_id=person.pk, product_code=campaign.BIBP, number=number, lot_number="X",
                given_at=campaign.NOON - timedelta(days=days), site_id=site.pk, expires_on=campaign.EXPIRY,
                vial_code="", given_by="somebody",
            )  # fmt: skip
        visit = vaccinate(register(site, person))
        dose = Dose.objects.unscoped(campaign.ALL).get(pk=visit.dose_id)
        assert (dose.number, dose.counts_as) == (3, 2)


class TestObservation:
    @pytest.fixture
    def visit(self, site: Site, lot: Lot, person: Person) -> Visit:
        return vaccinate(register(site, person))

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
        refused(refusals.AlreadyLeft, actions.leave, by=BENCH, visit_id=visit.pk)

    def test_nobody_vaccinated_is_turned_away(self, visit: Visit) -> None:
        refused(refusals.AlreadyVaccinated, actions.turn_away, by=DESK, visit_id=visit.pk, reason="other")

    def test_a_vaccinator_does_not_end_the_observation(self, visit: Visit) -> None:
        refused(NotFound, actions.leave, by=NEEDLE, visit_id=visit.pk)

    def test_minutes_left_are_rounded_up(self, visit: Visit) -> None:
        (row,) = queries.observed(BENCH, visit.site_id)
        minutes = [
            row.minutes_left(campaign.NOON + timedelta(seconds=seconds))
            for seconds in (0, 1, 1740, 1799, 1800)
        ]
        assert minutes == [30, 30, 1, 1, 0]
        assert queries.may_leave_now(BENCH) == {}
        with clock.at(campaign.NOON + timedelta(minutes=30)):
            assert queries.may_leave_now(BENCH) == {visit.site_id: 1}


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
        actions.register(by=campaign.actor("grid_worker"), site_id=site.pk, person_id=person.pk)


class TestTakingBack:
    """Somebody was vaccinated under another's name."""

    @pytest.fixture
    def visit(self, site: Site, lot: Lot, person: Person) -> Visit:
        return register(site, person)

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
