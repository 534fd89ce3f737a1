"""The pages of a site and its day, in both languages; a wrong record from the list and from the person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.modules import campaign, visits
from tests.modules.clinic.pages import VIAL, page, signed_in
from yingjie.clinic.models import Visit
from yingjie.doses.models import Dose
from yingjie.foundation import clock
from yingjie.people.models import Person
from yingjie.sites.models import Site
from yingjie.stock.models import Lot


def test_a_jam_is_told(staff: Client, site: Site) -> None:
    for serial in (1, 2, 3):
        visits.registered(site.pk, campaign.person(serial).pk)
    assert "Flows" in page(staff, "clinic_flow", site.pk)
    with clock.at(campaign.NOON + timedelta(minutes=25)):
        assert "Getting long" in page(staff, "clinic_flow", site.pk)
    with clock.at(campaign.NOON + timedelta(minutes=45)):
        assert "Too long: open another station" in page(staff, "clinic_flow", site.pk)
        assert "station where people wait too long" in page(staff, "today")


def test_a_site_is_chosen_once_a_day(site: Site) -> None:
    campaign.site("S2")
    client = signed_in("site_lead", campaign.TOWN)
    assert "Choose the site at which you work today" in page(client, "clinic")
    assert client.get(reverse("station_registration"))["Location"] == "/clinic/"
    page(client, "clinic_choose", site=str(site.pk), status=302)
    assert "接种点S1" in page(client, "station_registration")
    kept = client.session
    kept["station_day"] = "2021-05-18"
    kept.save()
    assert client.get(reverse("station_registration"))["Location"] == "/clinic/"


def test_pages_of_site_and_day(staff: Client, site: Site, visit: Visit, lot: Lot) -> None:
    assert "接种点S1" in page(staff, "sites")
    assert "L1" in page(staff, "site", site.pk)
    shown = page(staff, "clinic_day", site.pk)
    assert "甲某" in shown and "Screened: fit" in shown
    assert "滨河街道 · 甲村" in shown


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_in_both_languages(site: Site, visit: Visit, lot: Lot, language: str) -> None:
    client = signed_in("site_lead", language=language)
    for name, *args in (
        ("clinic",), ("station_entrance",), ("station_registration",), ("station_consent", visit.pk),
        ("station_screening",), ("station_screen", visit.pk), ("station_vaccination",), ("station_vaccinate", visit.pk),
        ("station_observation",), ("clinic_day", site.pk), ("clinic_flow", site.pk), ("clinic_board_queue", site.pk),
        ("clinic_board_observation", site.pk), ("clinic_overrides",), ("clinic_ticket", visit.pk),
        ("station_reaction", visit.pk), ("clinic_receive", visit.pk), ("sites",), ("site", site.pk),
    ):  # fmt: skip
        answer = client.get(reverse(name, args=args), follow=True)
        assert answer.status_code == 200
        assert answer["Content-Language"] == language


def test_a_wrong_record_is_taken_back_from_the_persons_page(visit: Visit, person: Person) -> None:
    done = visits.given(visit, VIAL)
    client = signed_in("village_officer", campaign.VILLAGE)
    assert "BIBP" in page(client, "clinic_correct", person.pk, done.dose_id)
    page(client, "clinic_correct", person.pk, done.dose_id, status=302, reason="the wrong person")
    assert Dose.objects.unscoped(campaign.ALL).get().void_reason == "the wrong person"
    page(client, "clinic_correct", person.pk, done.dose_id, status=404)


def test_the_dose_goes_to_who_really_got_it(staff: Client, site: Site, visit: Visit, person: Person) -> None:
    done = visits.given(visit, VIAL)
    campaign.person(3, name="乙某")
    page(staff, "clinic_correct_at_site", person.pk, done.dose_id, status=302, reason="her sister's card")
    assert "Who got it?" in page(staff, "clinic_day", site.pk)
    theirs = campaign.identity_number(person.birth_on, 3)
    said = {"number": theirs, "reason": "the sisters changed cards"}
    page(staff, "clinic_receive", done.pk, status=302, **said)
    live = Dose.objects.unscoped(campaign.ALL).get(voided_at__isnull=True)
    assert live.person.name == "乙某"


class TestARecordTakenBackAtTheSite:
    """Whoever vaccinates at the site corrects what the site recorded, without the person's page."""

    @pytest.fixture
    def given(self, visit: Visit) -> Visit:
        return visits.given(visit, VIAL)

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
        unfilled = client.post(address, {"reason": ""})
        assert (unfilled.status_code, "bad_input" in unfilled.content.decode()) == (400, True)
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
