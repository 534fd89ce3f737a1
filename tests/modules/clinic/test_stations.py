"""The stations as their users meet them: forms in, verdicts out."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from tests.modules import campaign, visits

from yingjie.clinic import queries
from yingjie.clinic.models import Consent, Override, Visit
from yingjie.clinic.workflow import CHECKS
from yingjie.doses.models import Dose
from yingjie.foundation import clock, files
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
    client = signed_in("site_lead", site_id=site.pk)
    campaign.certified(f"site_lead-{campaign.TOWN}")
    return client


def page(client: Client, name: str, *args: Any, query: str = "", status: int = 200, **post: Any) -> str:
    address = reverse(name, args=args) + query
    answer = client.post(address, post) if post else client.get(address)
    assert answer.status_code == status, answer.content.decode()[:2_000]
    return answer.content.decode()


def number_of(person: Person) -> str:
    return campaign.identity_number(person.birth_on, 1)


@pytest.fixture
def visit(site: Site, lot: Lot, person: Person) -> Visit:
    """Fit, waiting for the needle."""
    return visits.ready(site.pk, person.pk)


def only() -> Visit:
    return Visit.objects.unscoped(campaign.ALL).get()


class TestRegistration:
    def test_number_verdict_temperature_enter(self, staff: Client, person: Person) -> None:
        shown = page(staff, "station_registration", number=number_of(person))
        assert "Dose 1 is due today" in shown
        assert 'data-sound="go"' in shown
        assert number_of(person) not in shown
        assert not Visit.objects.unscoped(campaign.ALL).exists()
        said = {
            "person": str(person.pk),
            "temperature": "36,4",
            "health_status": "green",
            "document": "reader",
        }
        answer = staff.post(reverse("station_registration"), said)
        visit = only()
        assert answer["Location"] == f"/clinic/consent/{visit.pk}/"
        assert (str(visit.temperature), visit.document, visit.state) == ("36.4", "reader", "registered")
        assert "甲某 is registered" in page(staff, "station_registration", query=f"?done={visit.pk}")
        assert "Registered, not signed yet" in page(staff, "station_registration")

    def test_a_fever_keeps_the_person_on_the_screen_and_goes_home_with_a_record(
        self, staff: Client, person: Person
    ) -> None:
        said = {"person": str(person.pk), "temperature": "382", "health_status": "green"}
        shown = page(staff, "station_registration", status=409, **said)
        assert "The temperature is 38.2" in shown and "甲某" in shown and 'value="382"' in shown
        page(staff, "station_keep_out", status=302, person=str(person.pk), temperature="382", reason="fever")
        assert (only().state, str(only().temperature)) == ("turned_away", "38.2")

    def test_the_next_card_scanned_into_the_temperature_is_a_card(
        self, staff: Client, person: Person
    ) -> None:
        said = {"person": str(person.pk), "temperature": number_of(person)}
        assert "Dose 1 is due today" in page(staff, "station_registration", **said)

    def test_the_entrance_gives_a_number_and_the_desk_goes_on_with_it(
        self, staff: Client, person: Person
    ) -> None:
        said = {"person": str(person.pk), "temperature": "36.5", "health_status": "green"}
        page(staff, "station_entrance", status=302, **said)
        assert only().state == "checked_in"
        assert "甲某 is checked in" in page(staff, "station_entrance", query=f"?done={only().pk}")
        assert "A001" not in page(staff, "clinic_ticket", only().pk)
        page(staff, "station_registration", status=302, **said)
        assert (only().state, only().number) == ("registered", 1)
        assert "A001" in page(staff, "clinic_ticket", only().pk)

    def test_a_stop_says_why_and_offers_no_form(self, staff: Client, visit: Visit, person: Person) -> None:
        shown = page(staff, "station_registration", number=number_of(person))
        assert "already has number 1 here today" in shown
        assert 'data-sound="stop"' in shown
        assert 'name="temperature"' not in shown

    def test_a_wrong_number(self, staff: Client) -> None:
        shown = page(staff, "station_registration", number="123", status=400)
        assert 'data-sound="stop"' in shown

    def test_registering_twice_is_a_verdict_too(self, staff: Client, visit: Visit, person: Person) -> None:
        said = {"person": str(person.pk), "temperature": "36.5", "health_status": "green"}
        assert "already has number 1" in page(staff, "station_registration", status=409, **said)


class TestConsent:
    @pytest.fixture
    def unsigned(self, site: Site, lot: Lot, person: Person) -> Visit:
        return visits.registered(site.pk, person.pk)

    def test_text_signature_enter(self, staff: Client, unsigned: Visit) -> None:
        shown = page(staff, "station_consent", unsigned.pk)
        assert "Informed consent: BIBP" in shown and "inactivated-2021-1" in shown
        said = {"product": campaign.BIBP, "text": "inactivated-2021-1", "signer": "self"}
        assert "Nothing was signed yet" in page(staff, "station_consent", unsigned.pk, status=400, **said)
        page(staff, "station_consent", unsigned.pk, status=302, strokes=visits.STROKES, **said)
        assert Consent.objects.unscoped(campaign.ALL).get().signed_on == "screen"
        assert "no longer waiting for the consent" in page(staff, "station_consent", unsigned.pk)
        assert "甲某 has signed" in page(staff, "station_registration", query=f"?done={unsigned.pk}")

    def test_paper_with_a_photo(self, staff: Client, unsigned: Visit) -> None:
        photo = BytesIO()
        Image.new("RGB", (8, 8), "white").save(photo, "PNG")
        said = {"product": campaign.BIBP, "text": "inactivated-2021-1", "signer": "self", "paper": "1"}
        file = SimpleUploadedFile("sheet.png", photo.getvalue(), "image/png")
        answer = staff.post(reverse("station_consent", args=[unsigned.pk]), said | {"scan": file})
        assert answer.status_code == 302
        kept = Consent.objects.unscoped(campaign.ALL).get()
        assert queries.kept_files() == [kept.scan_sha256] and files.has(kept.scan_sha256)

    def test_another_product_has_its_own_text(self, staff: Client, unsigned: Visit) -> None:
        assert "vector-2021-1" in page(staff, "station_consent", unsigned.pk, query="?product=CANSINO-AD5")

    def test_taken_back(self, staff: Client, visit: Visit) -> None:
        page(staff, "clinic_withdraw", visit.pk, status=302, reason="afraid after all")
        assert only().turned_away_reason == "withdrawn"


class TestScreening:
    @pytest.fixture
    def signed(self, site: Site, lot: Lot, person: Person) -> Visit:
        return visits.consented(visits.registered(site.pk, person.pk))

    def test_queue_questions_enter(self, staff: Client, signed: Visit) -> None:
        assert "甲某" in page(staff, "station_screening")
        found = staff.get("/clinic/screening/?number=1")
        assert found["Location"] == f"/clinic/screening/{signed.pk}/"
        asked = re.findall(r'name="q_(\w+)" value="no"', page(staff, "station_screen", signed.pk))
        assert "pregnant" not in asked and len(asked) == 11
        said = {f"q_{code}": "no" for code in asked}
        del said["q_fever"]
        shown = page(staff, "station_screen", signed.pk, status=400, **said)
        assert "Not yet answered" in shown and shown.count(" checked>") == 10
        page(staff, "station_screen", signed.pk, status=302, q_fever="no", **said)
        assert "fit to be vaccinated" in page(staff, "station_screening", query=f"?done={signed.pk}")

    def test_the_doctor_decides(self, staff: Client, signed: Visit) -> None:
        asked = re.findall(r'name="q_(\w+)" value="no"', page(staff, "station_screen", signed.pk))
        said = {f"q_{code}": "no" for code in asked} | {"q_bleeding": "yes"}
        answer = staff.post(reverse("station_screen", args=[signed.pk]), said)
        assert answer["Location"] == f"/clinic/screening/{signed.pk}/"
        assert "The doctor decides" in page(staff, "station_screen", signed.pk)
        assert "no reason yet" in page(
            staff, "station_decide", signed.pk, status=400, decision="fit", reason=""
        )
        until = "2021-06-01"
        said = {"decision": "defer", "reason": "INR too high", "until": until, "condition": "acute-illness"}
        page(staff, "station_decide", signed.pk, status=302, **said)
        assert "deferred until 2021-06-01" in page(staff, "station_screening", query=f"?done={signed.pk}")

    def test_calling_shows_on_the_board_without_names(self, staff: Client, site: Site, signed: Visit) -> None:
        page(staff, "station_screening", status=302, place="2")
        shown = page(staff, "clinic_board_queue", site.pk)
        assert "A001" in shown and "甲*" in shown and "甲某" not in shown and "Screening 2" in shown

    def test_without_a_certificate(self, site: Site, signed: Visit) -> None:
        client = signed_in("screening_doctor", site_id=site.pk)
        asked = re.findall(r'name="q_(\w+)" value="no"', page(client, "station_screen", signed.pk))
        said = {f"q_{code}": "no" for code in asked}
        answer = client.post(reverse("station_screen", args=[signed.pk]), said)
        assert answer.status_code in (403, 409) and only().state == "consented"


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
        assert "vaccinators ask a second person" in page(doctor, "today")
        override = Override.objects.unscoped(campaign.ALL).get()
        page(doctor, "clinic_answer_override", override.pk, status=302, grant="1", reason="told her")
        self.gives(staff, visit, code)

    def test_put_aside_and_verified_again(self, staff: Client, visit: Visit) -> None:
        said = {"vial_code": VIAL, "checks": list(CHECKS), "body_side": "left"}
        page(staff, "station_vaccinate", visit.pk, status=302, **said)
        page(staff, "station_set_aside", visit.pk, status=302, reason="vial dropped")
        self.gives(staff, visit, campaign.trace_code(2))

    def test_a_number_is_called(self, staff: Client, visit: Visit) -> None:
        assert staff.get("/clinic/vaccination/?number=1")["Location"] == f"/clinic/vaccination/{visit.pk}/"
        assert "Nobody with the number 9" in page(staff, "station_vaccination", query="?number=9")

    def test_not_today(self, staff: Client, visit: Visit) -> None:
        page(staff, "clinic_turn_away", visit.pk, status=302, reason="fever", note="37.9")
        assert only().turned_away_note == "37.9"


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
        assert "The reason is missing" in page(staff, "station_reaction", visit.pk, status=409, kind="")
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
            assert "people may leave the observation area now" in page(staff, "today")


def test_a_jam_is_told(staff: Client, site: Site) -> None:
    for serial in (1, 2, 3):
        visits.registered(site.pk, campaign.person(serial).pk)
    assert "Flows" in page(staff, "clinic_flow", site.pk)
    with clock.at(campaign.NOON + timedelta(minutes=25)):
        assert "Getting long" in page(staff, "clinic_flow", site.pk)
    with clock.at(campaign.NOON + timedelta(minutes=45)):
        assert "Too long: open another station" in page(staff, "clinic_flow", site.pk)
        assert "stations where people wait too long" in page(staff, "today")


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
    visits.given(visit, VIAL)
    assert "data-free" not in page(staff, "station_observation")
    with clock.at(campaign.NOON + timedelta(minutes=30)):
        assert f'data-free="{visit.pk}"' in page(staff, "station_observation_list")
