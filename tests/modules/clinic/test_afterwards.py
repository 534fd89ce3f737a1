"""Under observation, and a record that was wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.modules import campaign, visits
from tests.modules.clinic.steps import (
    BENCH,
    DESK,
    NEEDLE,
    VIAL,
    ready,
    refused,
    register,
    vaccinate,
)
from yingjie.clinic import actions, queries, refusals
from yingjie.clinic.models import Reaction, Visit
from yingjie.doses import actions as doses
from yingjie.doses.models import Dose
from yingjie.foundation import clock
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import NotFound
from yingjie.people.models import Person
from yingjie.sites.models import Site
from yingjie.stock.models import Balance, Lot


class TestOverMidnight:
    """A site that works through the night: nobody signs anew at 0:00, nobody is lost on the bench."""

    def test_from_the_desk_to_the_door(self, site: Site, lot: Lot, person: Person) -> None:
        late = campaign.NOON + timedelta(hours=11, minutes=50)
        with clock.at(late):
            waiting, other = register(site, person), register(site, campaign.person(2, name="乙某"))
        with clock.at(late + timedelta(minutes=20)):
            assert [row.id for row in queries.waiting(DESK, site.pk, ("registered",))] == [
                waiting.pk,
                other.pk,
            ]
            given = vaccinate(visits.screened(visits.consented(waiting)))
            assert Dose.objects.unscoped(campaign.ALL).get().given_on == campaign.TODAY + timedelta(days=1)
        with clock.at(late + timedelta(minutes=50)):
            assert [row.id for row in queries.observed(BENCH, site.pk)] == [given.pk]
            assert queries.may_leave_now(BENCH) == {site.pk: 1}
            assert actions.leave(by=BENCH, visit_id=given.pk).state == "left"
        with clock.at(late + timedelta(hours=4)):
            assert queries.waiting(DESK, site.pk, ("registered",)) == []
            refused(refusals.AnotherDay, visits.consented, other)


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
