"""Coming in: the entrance and the desk, and each way in which somebody does not."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.modules import campaign, visits
from tests.modules.clinic.steps import (
    DESK,
    dose_elsewhere,
    ready,
    refused,
    register,
    vaccinate,
)
from yingjie.clinic import actions, refusals
from yingjie.clinic.forms import temperature
from yingjie.clinic.models import Visit
from yingjie.foundation import clock
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import NotFound, Refusal
from yingjie.people.models import Person
from yingjie.people.refusals import NumberUnreadable
from yingjie.sites import actions as sites
from yingjie.sites.models import Site
from yingjie.stock.models import Lot


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

    def test_how_a_temperature_may_be_typed(self) -> None:
        typed = ("36.5", "36,5", "365", "３６．５", "36，5", "36。5", "36.5℃", " 36.5 °C")
        assert {str(temperature(each)) for each in typed} == {"36.5"}
        assert temperature("abc") == 0 and temperature(" ") is None

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
