"""The needle and the bench as their users meet them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.modules import campaign, visits
from tests.modules.clinic.pages import VIAL, only, page, signed_in
from yingjie.clinic.models import Override, Visit
from yingjie.clinic.workflow import CHECKS
from yingjie.doses.models import Dose
from yingjie.foundation import clock
from yingjie.people.models import Person
from yingjie.sites.models import Site
from yingjie.stock.models import Lot


class TestVaccination:
    def test_queue_person_vial_verified_given(self, staff: Client, visit: Visit) -> None:
        assert "1 person waits" in page(staff, "station_vaccination")
        shown = page(staff, "station_vaccinate", visit.pk)
        assert shown.count('name="checks"') == len(CHECKS) == 11
        vial = page(staff, "station_vial", visit.pk, query=f"?code={VIAL}")
        assert "1 dose left in this vial" in vial
        assert f'name="vial_code" value="{VIAL}"' in vial
        verify = {"vial_code": VIAL, "checks": list(CHECKS), "body_side": "left"}
        answer = staff.post(reverse("station_vaccinate", args=[visit.pk]), verify)
        assert answer["Location"] == f"/clinic/vaccination/{visit.pk}/"
        assert "Verified: give the dose now" in page(staff, "station_vaccinate", visit.pk)
        assert not Dose.objects.unscoped(campaign.ALL).exists()
        answer = staff.post(reverse("station_vaccinate", args=[visit.pk]), {"given": "1"})
        assert answer["Location"] == f"/clinic/vaccination/?done={visit.pk}"
        after = page(staff, "station_vaccination", query=f"?done={visit.pk}")
        assert "甲某: dose 1, BIBP, is recorded" in after
        assert "Under observation until 12:30" in after

    def test_a_refusal_keeps_ticks_and_vial(self, staff: Client, visit: Visit) -> None:
        said = {"vial_code": VIAL, "checks": ["name", "age"], "body_side": "right"}
        shown = page(staff, "station_vaccinate", visit.pk, status=409, **said)
        assert "Not yet verified:" in shown
        assert shown.count(" checked>") == 3
        assert f'value="{VIAL}"' in shown
        assert not Dose.objects.unscoped(campaign.ALL).exists()

    def test_an_unknown_vial_is_told_at_once(self, staff: Client, visit: Visit) -> None:
        shown = page(staff, "station_vial", visit.pk, query=f"?code={campaign.trace_code(99)}")
        assert "is not in this site&#x27;s stock" in shown
        assert "vial_code" not in shown

    def test_the_same_vial_stays_in_hand_while_it_holds_a_dose(self, staff: Client, site: Site) -> None:
        campaign.lot(site, doses=2, number="L2", first=30, per_vial=2)
        code = campaign.trace_code(30)
        first, second, third = (visits.ready(site.pk, campaign.person(serial).pk) for serial in (1, 2, 3))
        for visit in (first, second):
            self.gives(staff, visit, code)
            following = page(staff, "station_vaccinate", (second if visit is first else third).pk)
            assert (f'value="{code}"' in following) == (visit is first)

    def gives(self, client: Client, visit: Visit, code: str) -> None:
        said = {"vial_code": code, "checks": list(CHECKS), "body_side": "left"}
        page(client, "station_vaccinate", visit.pk, status=302, **said)
        page(client, "station_vaccinate", visit.pk, status=302, given="1")

    def test_another_makers_vial_asks_a_second_person(
        self, staff: Client, site: Site, lot: Lot, person: Person
    ) -> None:
        with clock.at(campaign.NOON - timedelta(days=21)):
            visits.vaccinated(site.pk, person.pk, VIAL)
        campaign.lot(site, doses=1, number="V1", product=campaign.SINOVAC, first=60)
        visit = visits.ready(site.pk, person.pk, product=campaign.SINOVAC)
        code = campaign.trace_code(60)
        assert "Ask a second person" in page(staff, "station_vial", visit.pk, query=f"?code={code}")
        said = {"vial_code": code, "checks": list(CHECKS), "body_side": "left"}
        page(staff, "station_vaccinate", visit.pk, status=409, **said)
        asked = {"code": "clinic.other_product", "vial_code": code, "reason": "no delivery"}
        page(staff, "station_ask_override", visit.pk, status=302, **asked)
        assert "Asked at 12:00" in page(staff, "station_vial", visit.pk, query=f"?code={code}")
        assert "Nothing waits for you" in page(staff, "clinic_overrides")
        doctor = signed_in("screening_doctor", site_id=site.pk)
        assert "no delivery" in page(doctor, "clinic_overrides")
        assert "vaccinator asks a second person" in page(doctor, "today")
        override = Override.objects.unscoped(campaign.ALL).get()
        page(doctor, "clinic_answer_override", override.pk, status=302, grant="1", reason="told her")
        self.gives(staff, visit, code)

    def test_put_aside_and_verified_again(self, staff: Client, visit: Visit) -> None:
        said = {"vial_code": VIAL, "checks": list(CHECKS), "body_side": "left"}
        page(staff, "station_vaccinate", visit.pk, status=302, **said)
        page(staff, "station_set_aside", visit.pk, status=302, reason="vial dropped")
        self.gives(staff, visit, campaign.trace_code(2))

    def test_twice_sent_and_the_wrong_vial_at_the_needle(self, staff: Client, visit: Visit) -> None:
        """A second Enter verifies anew; another vial that is scanned instead of Enter gives nothing."""
        said = {"vial_code": VIAL, "checks": list(CHECKS), "body_side": "left"}
        for _ in range(2):
            page(staff, "station_vaccinate", visit.pk, status=302, **said)
        other = page(
            staff, "station_vaccinate", visit.pk, status=409, given="1", again=campaign.trace_code(2)
        )
        assert "clinic.other_vial" in other and only().state == "verified"
        page(staff, "station_vaccinate", visit.pk, status=302, given="1", again=VIAL)
        assert [each["step"] for each in only().trail][-4:] == ["verify", "set_aside", "verify", "vaccinate"]
        assert "clinic.nobody_to_call" in page(staff, "station_vaccination", status=404, place="3")

    def test_a_number_is_called(self, staff: Client, visit: Visit) -> None:
        assert staff.get("/clinic/vaccination/?number=1")["Location"] == f"/clinic/vaccination/{visit.pk}/"
        assert "Nobody with the number 9" in page(staff, "station_vaccination", query="?number=9", status=404)

    def test_not_today(self, staff: Client, visit: Visit) -> None:
        page(staff, "clinic_turn_away", visit.pk, status=302, reason="fever", note="37.9")
        assert only().turned_away_note == "37.9"


class TestOneStopAtATime:
    """Pressing Enter with nothing scanned, then scanning something unknown: the second stop replaces the first."""

    STOP = "verdict verdict-stop"

    def test_nothing_scanned_then_an_unknown_vial(self, staff: Client, visit: Visit) -> None:
        ticks = list(CHECKS)
        shown = page(staff, "station_vaccinate", visit.pk, checks=ticks, status=400)
        assert "No vial was scanned yet" in shown
        assert shown.count(self.STOP) == 1
        assert '<div id="stop">' in shown
        vial = page(staff, "station_vial", visit.pk, query=f"?code={campaign.trace_code(99)}")
        assert vial.count(self.STOP) == 1
        assert '<div id="stop" hx-swap-oob="true"></div>' in vial
        whole = page(staff, "station_vaccinate", visit.pk, query=f"?code={campaign.trace_code(99)}")
        assert whole.count(self.STOP) == 1
        assert "hx-swap-oob" not in whole

    def test_an_unknown_vial_that_is_recorded_all_the_same(self, staff: Client, visit: Visit) -> None:
        said = {"vial_code": campaign.trace_code(99), "checks": list(CHECKS)}
        shown = page(staff, "station_vaccinate", visit.pk, status=409, **said)
        assert shown.count(self.STOP) == 1
        assert "is not in this site&#x27;s stock" in shown


class TestObservation:
    @pytest.fixture(autouse=True)
    def _vaccinated(self, visit: Visit) -> None:
        visits.given(visit, VIAL)

    def test_a_countdown_then_the_green_button(self, staff: Client, visit: Visit) -> None:
        assert 'data-seconds="1800"' in page(staff, "station_observation")
        with clock.at(campaign.NOON + timedelta(minutes=30)):
            assert "May leave" in page(staff, "station_observation_list")
            page(staff, "station_observation", number="1", status=302)
        assert "1 甲某 has left" in page(staff, "station_observation", query=f"?done={visit.pk}")

    def test_too_early_asks_for_a_reason(self, staff: Client, visit: Visit) -> None:
        shown = page(staff, "station_observation", visit=str(visit.pk), status=409)
        assert "To be observed until 12:30" in shown
        assert 'name="early_reason"' in shown
        page(staff, "station_observation", visit=str(visit.pk), early_reason="insists", status=302)
        assert only().left_early_reason == "insists"

    def test_a_number_that_nobody_has(self, staff: Client) -> None:
        assert "Nobody with the number 7" in page(staff, "station_observation", number="7", status=404)

    def test_a_reaction(self, staff: Client, visit: Visit) -> None:
        assert "The reason is missing" in page(staff, "station_reaction", visit.pk, status=400, kind="")
        page(staff, "station_reaction", visit.pk, status=302, kind="faint", note="pale")
        assert "Being looked after" in page(staff, "station_observation_list")
        page(staff, "station_reaction", visit.pk, status=302, recovered="1", treatment="lay down")
        assert only().state == "observed"

    def test_the_board_names_nobody(self, staff: Client, site: Site) -> None:
        shown = page(staff, "clinic_board_observation", site.pk)
        assert "001" in shown and "until 12:30" in shown and "甲*" in shown and "甲某" not in shown
        with clock.at(campaign.NOON + timedelta(minutes=30)):
            assert "May leave" in page(staff, "clinic_board_observation", site.pk)

    def test_the_slip(self, staff: Client, visit: Visit) -> None:
        shown = page(staff, "clinic_slip", visit.pk)
        assert "12:30" in shown
        assert "Dose 2: come from 2021-06-09 (Wed)" in shown

    def test_today_shows_the_doses_and_who_may_leave(self, staff: Client) -> None:
        assert "of those registered" in page(staff, "today")
        with clock.at(campaign.NOON + timedelta(minutes=31)):
            assert "may leave the observation area now" in page(staff, "today")


def test_only_who_may_leave_is_marked_for_the_sound(staff: Client, visit: Visit) -> None:
    visits.given(visit, VIAL)
    assert "data-free" not in page(staff, "station_observation")
    with clock.at(campaign.NOON + timedelta(minutes=30)):
        assert f'data-free="{visit.pk}"' in page(staff, "station_observation_list")
