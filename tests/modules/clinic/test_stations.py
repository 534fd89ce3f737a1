"""The desk and the questions as their users meet them: forms in, verdicts out."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from tests.modules import campaign, visits
from tests.modules.clinic.pages import number_of, only, page, signed_in
from yingjie.clinic import queries
from yingjie.clinic.models import Consent, Visit
from yingjie.foundation import files
from yingjie.foundation.journal.models import Entry
from yingjie.people import actions as people
from yingjie.people.models import Person
from yingjie.sites.models import Site
from yingjie.stock.models import Lot


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

    def test_the_desk_sees_how_somebody_gets_about_their_groups_and_health_and_the_look_is_journalled(
        self, staff: Client, person: Person
    ) -> None:
        people.set_mobility(by=campaign.maker, person_id=person.pk, mobility="helped")
        people.add_category(by=campaign.maker, person_id=person.pk, code="medical")
        people.add_condition(by=campaign.maker, person_id=person.pk, code="hypertension")
        shown = page(staff, "station_registration", number=number_of(person))
        assert "Walks with help" in shown and "Hypertension" in shown and 'class="chip"' in shown
        looks = Entry.objects.filter(verb="people.look_at_health", subject_id=str(person.pk))
        assert [entry.actor for entry in looks] == [f"site_lead-{campaign.TOWN}"]

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
