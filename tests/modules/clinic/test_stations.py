"""The stations as their users meet them: forms in, verdicts out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from tests.modules import campaign

from yingjie.clinic import actions
from yingjie.clinic.models import Visit
from yingjie.clinic.workflow import CHECKS
from yingjie.doses.models import Dose
from yingjie.foundation import clock
from yingjie.foundation.access.actions import create_user, grant_role
from yingjie.people.models import Person
from yingjie.sites.models import Site
from yingjie.stock.models import Lot

VIAL = campaign.trace_code(1)


def signed_in(
    role: str, area_code: str = campaign.TOWN, language: str = "en", site_id: UUID | None = None
) -> Client:
    user = create_user(
        by=campaign.maker, username=f"{role}-{area_code}", display_name=role.title(), password="river-stone-42",
        must_change_password=False,
    )  # fmt: skip
    grant_role(
        by=campaign.maker,
        user_id=user.pk,
        role=role,
        area_code=area_code,
        site_id=site_id,
        from_on=campaign.TODAY,
    )
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["yingjie_language"] = language
    return client


@pytest.fixture
def staff(site: Site) -> Client:
    """Whoever leads the site works at every station."""
    return signed_in("site_lead", site_id=site.pk)


def page(client: Client, name: str, *args: Any, query: str = "", status: int = 200, **post: Any) -> str:
    address = reverse(name, args=args) + query
    answer = client.post(address, post) if post else client.get(address)
    assert answer.status_code == status, answer.content.decode()[:2_000]
    return answer.content.decode()


def number_of(person: Person) -> str:
    return campaign.identity_number(person.birth_on, 1)


@pytest.fixture
def visit(site: Site, lot: Lot, person: Person) -> Visit:
    return actions.register(by=campaign.maker, site_id=site.pk, person_id=person.pk)


class TestRegistration:
    def test_number_verdict_enter(self, staff: Client, person: Person) -> None:
        shown = page(staff, "station_registration", number=number_of(person))
        assert "Dose 1 is due today" in shown
        assert 'data-sound="go"' in shown
        assert "**************1" not in shown.replace(number_of(person), "")
        assert number_of(person) not in shown
        assert not Visit.objects.unscoped(campaign.ALL).exists()
        answer = staff.post(reverse("station_registration"), {"person": str(person.pk)})
        visit = Visit.objects.unscoped(campaign.ALL).get()
        assert answer["Location"] == f"/clinic/registration/?done={visit.pk}"
        assert "甲某 is registered" in page(staff, "station_registration", query=f"?done={visit.pk}")

    def test_a_stop_says_why_and_offers_no_button(self, staff: Client, visit: Visit, person: Person) -> None:
        shown = page(staff, "station_registration", number=number_of(person))
        assert "already has number 1 here today" in shown
        assert 'data-sound="stop"' in shown
        assert "data-enter" not in shown

    def test_a_wrong_number(self, staff: Client) -> None:
        shown = page(staff, "station_registration", number="123", status=400)
        assert 'data-sound="stop"' in shown

    def test_registering_twice_is_a_verdict_too(self, staff: Client, visit: Visit, person: Person) -> None:
        assert "already has number 1" in page(
            staff, "station_registration", person=str(person.pk), status=409
        )


class TestVaccination:
    def test_queue_person_vial_record(self, staff: Client, visit: Visit) -> None:
        assert "1 person waits" in page(staff, "station_vaccination")
        shown = page(staff, "station_vaccinate", visit.pk)
        assert shown.count('name="checks"') == len(CHECKS) == 11
        vial = page(staff, "station_vial", visit.pk, query=f"?code={VIAL}")
        assert "1 dose left in this vial" in vial
        assert f'name="vial_code" value="{VIAL}"' in vial
        answer = staff.post(
            reverse("station_vaccinate", args=[visit.pk]), {"vial_code": VIAL, "checks": list(CHECKS)}
        )
        assert answer["Location"] == f"/clinic/vaccination/?done={visit.pk}"
        after = page(staff, "station_vaccination", query=f"?done={visit.pk}")
        assert "甲某: dose 1, BIBP, is recorded" in after
        assert "Under observation until 12:30" in after

    def test_a_refusal_keeps_ticks_and_vial(self, staff: Client, visit: Visit) -> None:
        shown = page(staff, "station_vaccinate", visit.pk, vial_code=VIAL, checks=["name", "age"], status=409)
        assert "Not yet verified:" in shown
        assert shown.count(" checked>") == 2
        assert f'value="{VIAL}"' in shown
        assert not Dose.objects.unscoped(campaign.ALL).exists()

    def test_an_unknown_vial_is_told_at_once(self, staff: Client, visit: Visit) -> None:
        shown = page(staff, "station_vial", visit.pk, query=f"?code={campaign.trace_code(99)}")
        assert "is not in this site&#x27;s stock" in shown
        assert "vial_code" not in shown

    def test_the_same_vial_stays_in_hand_while_it_holds_a_dose(self, staff: Client, site: Site) -> None:
        campaign.lot(site, doses=2, number="L2", first=30, per_vial=2)
        code = campaign.trace_code(30)
        first, second, third = (
            actions.register(by=campaign.maker, site_id=site.pk, person_id=campaign.person(serial).pk)
            for serial in (1, 2, 3)
        )
        for visit in (first, second):
            staff.post(
                reverse("station_vaccinate", args=[visit.pk]), {"vial_code": code, "checks": list(CHECKS)}
            )
            following = page(staff, "station_vaccinate", (second if visit is first else third).pk)
            assert (f'value="{code}"' in following) == (visit is first)

    def test_another_makers_vial_asks_for_the_reason(
        self, staff: Client, site: Site, lot: Lot, person: Person
    ) -> None:
        with clock.at(campaign.NOON - timedelta(days=21)):
            before = actions.register(by=campaign.maker, site_id=site.pk, person_id=person.pk)
            actions.vaccinate(
                by=campaign.maker, visit_id=before.pk, vial_code=VIAL, checks=dict.fromkeys(CHECKS, True)
            )
        campaign.lot(site, doses=1, number="V1", product=campaign.SINOVAC, first=60)
        visit = actions.register(by=campaign.maker, site_id=site.pk, person_id=person.pk)
        code = campaign.trace_code(60)
        assert "other_product_reason" in page(staff, "station_vial", visit.pk, query=f"?code={code}")
        said = {"vial_code": code, "checks": list(CHECKS)}
        page(staff, "station_vaccinate", visit.pk, status=409, **said)
        page(staff, "station_vaccinate", visit.pk, status=302, other_product_reason="no delivery", **said)

    def test_a_number_is_called(self, staff: Client, visit: Visit) -> None:
        assert staff.get("/clinic/vaccination/?number=1")["Location"] == f"/clinic/vaccination/{visit.pk}/"
        assert "Nobody with the number 9" in page(staff, "station_vaccination", query="?number=9")

    def test_not_today(self, staff: Client, visit: Visit) -> None:
        page(staff, "clinic_turn_away", visit.pk, status=302, reason="fever", note="37.9")
        assert Visit.objects.unscoped(campaign.ALL).get().turned_away_note == "37.9"


class TestObservation:
    @pytest.fixture(autouse=True)
    def _vaccinated(self, visit: Visit) -> None:
        actions.vaccinate(
            by=campaign.maker, visit_id=visit.pk, vial_code=VIAL, checks=dict.fromkeys(CHECKS, True)
        )

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
        assert Visit.objects.unscoped(campaign.ALL).get().left_early_reason == "insists"

    def test_a_number_that_nobody_has(self, staff: Client) -> None:
        assert "Nobody with the number 7" in page(staff, "station_observation", number="7", status=404)

    def test_the_slip(self, staff: Client, visit: Visit) -> None:
        shown = page(staff, "clinic_slip", visit.pk)
        assert "12:30" in shown
        assert "Dose 2: come from 2021-06-09 (Wed)" in shown

    def test_today_shows_the_doses_and_who_may_leave(self, staff: Client) -> None:
        assert "of those registered" in page(staff, "today")
        with clock.at(campaign.NOON + timedelta(minutes=31)):
            assert "people may leave the observation area now" in page(staff, "today")


def test_a_site_is_chosen_once(site: Site) -> None:
    campaign.site("S2")
    client = signed_in("site_lead", campaign.TOWN)
    assert "Choose the site at which you work today" in page(client, "clinic")
    assert client.get(reverse("station_registration"))["Location"] == "/clinic/"
    page(client, "clinic_choose", site=str(site.pk), status=302)
    assert "接种点S1" in page(client, "station_registration")


def test_pages_of_site_stock_and_day(staff: Client, site: Site, visit: Visit, lot: Lot) -> None:
    assert "接种点S1" in page(staff, "sites")
    assert "L1" in page(staff, "site", site.pk)
    assert "Received" in page(staff, "stock_site", site.pk)
    shown = page(staff, "clinic_day", site.pk)
    assert "甲某" in shown
    assert "滨河街道 · 甲村" in shown
    said = {"product_code": campaign.BIBP, "lot_number": "L9", "expires_on": "2022-05-01", "doses": "2"}
    said |= {"lowest": "3.2", "highest": "5.1", "release_number": "SP1"}
    codes = {"codes": f"{campaign.trace_code(71)}\n{campaign.trace_code(72)}\n"}
    page(staff, "stock_receive", site.pk, status=302, **said, **codes)
    again = page(staff, "stock_receive", site.pk, **said, **codes)
    assert "was received before" in again
    assert campaign.trace_code(71) in again
    page(staff, "stock_lot", site.pk, lot.pk, status=302, what="waste", doses="1", cause="broken")
    assert "has 4 doses left here; 9 are needed" in page(
        staff, "stock_lot", site.pk, lot.pk, what="waste", doses="9", cause="broken"
    )


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_in_both_languages(site: Site, visit: Visit, lot: Lot, language: str) -> None:
    client = signed_in("site_lead", language=language)
    for name, *args in (
        ("clinic",), ("station_registration",), ("station_vaccination",), ("station_vaccinate", visit.pk),
        ("station_observation",), ("clinic_day", site.pk), ("sites",), ("site", site.pk), ("site_open",),
        ("site_change", site.pk), ("stock",), ("stock_site", site.pk), ("stock_receive", site.pk),
        ("stock_lot", site.pk, lot.pk),
    ):  # fmt: skip
        answer = client.get(reverse(name, args=args), follow=True)
        assert answer.status_code == 200
        assert answer["Content-Language"] == language


def test_a_wrong_record_is_taken_back_from_the_persons_page(visit: Visit, person: Person) -> None:
    done = actions.vaccinate(
        by=campaign.maker, visit_id=visit.pk, vial_code=VIAL, checks=dict.fromkeys(CHECKS, True)
    )
    client = signed_in("village_officer", campaign.VILLAGE)
    assert "BIBP" in page(client, "clinic_correct", person.pk, done.dose_id)
    page(client, "clinic_correct", person.pk, done.dose_id, status=302, reason="the wrong person")
    assert Dose.objects.unscoped(campaign.ALL).get().void_reason == "the wrong person"
    page(client, "clinic_correct", person.pk, done.dose_id, status=404)


class TestARecordTakenBackAtTheSite:
    """Whoever vaccinates at the site corrects what the site recorded, without the person's page."""

    @pytest.fixture
    def given(self, visit: Visit) -> Visit:
        return actions.vaccinate(
            by=campaign.maker, visit_id=visit.pk, vial_code=VIAL, checks=dict.fromkeys(CHECKS, True)
        )

    @pytest.mark.parametrize("role", ["site_lead", "vaccinator"])
    def test_from_the_days_list_and_back_to_it(self, site: Site, given: Visit, role: str) -> None:
        client = signed_in(role, site_id=site.pk)
        address = reverse("clinic_correct_at_site", args=[given.person_id, given.dose_id])
        assert address in page(client, "clinic_day", site.pk)
        assert address in page(client, "station_vaccination", query=f"?done={given.pk}")
        assert address in page(client, "station_vaccinate", given.pk)
        asked = page(client, "clinic_correct_at_site", given.person_id, given.dose_id)
        assert "BIBP" in asked and "甲某" in asked
        assert reverse("person", args=[given.person_id]) not in asked
        assert client.post(address, {"reason": ""}).status_code == 200
        answer = client.post(address, {"reason": "the wrong person"})
        assert answer["Location"] == f"/clinic/day/{site.pk}/?on=2021-05-19"
        dose = Dose.objects.unscoped(campaign.ALL).get()
        assert (dose.void_reason, dose.voided_at) == ("the wrong person", campaign.NOON)
        after = page(client, "clinic_day", site.pk)
        assert "record taken back" in after
        assert reverse("clinic_slip", args=[given.pk]) not in after
        assert client.get(address).status_code == client.post(address, {"reason": "again"}).status_code == 404

    @pytest.mark.parametrize("role", ["registrar", "observer"])
    def test_whoever_does_not_vaccinate_here_may_not(self, site: Site, given: Visit, role: str) -> None:
        client = signed_in(role)
        address = reverse("clinic_correct_at_site", args=[given.person_id, given.dose_id])
        assert address not in page(client, "clinic_day", site.pk)
        assert client.post(address, {"reason": "x"}).status_code == 403
        assert Dose.objects.unscoped(campaign.ALL).get().voided_at is None

    @pytest.mark.parametrize("area_code", [campaign.TOWN, campaign.OTHER_VILLAGE])
    def test_another_sites_record_does_not_exist_here(self, site: Site, given: Visit, area_code: str) -> None:
        other = campaign.site("S2", area_code=area_code)
        client = signed_in("site_lead", area_code, site_id=other.pk)
        address = reverse("clinic_correct_at_site", args=[given.person_id, given.dose_id])
        assert client.get(address).status_code == client.post(address, {"reason": "x"}).status_code == 404
        assert Dose.objects.unscoped(campaign.ALL).get().voided_at is None

    @pytest.mark.parametrize(
        ("role", "status"),
        [("vaccinator", 403), ("grid_worker", 403), ("auditor", 403), ("village_officer", 200)],
    )
    def test_the_way_over_the_ledger_is_for_who_keeps_it(self, given: Visit, role: str, status: int) -> None:
        page(signed_in(role), "clinic_correct", given.person_id, given.dose_id, status=status)


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


def test_only_who_may_leave_is_marked_for_the_sound(staff: Client, visit: Visit) -> None:
    actions.vaccinate(
        by=campaign.maker, visit_id=visit.pk, vial_code=VIAL, checks=dict.fromkeys(CHECKS, True)
    )
    assert "data-free" not in page(staff, "station_observation")
    with clock.at(campaign.NOON + timedelta(minutes=30)):
        assert f'data-free="{visit.pk}"' in page(staff, "station_observation_list")
