"""The pages of reported doses: through a browser's eyes, and closed to neighbours."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.modules import campaign
from tests.modules.doses.test_claims import BEFORE, PDF, claimed, photo

from yingjie.doses import actions
from yingjie.doses.models import Dose, DoseClaim, Proof
from yingjie.foundation.journal.models import Entry
from yingjie.people.models import Person
from yingjie.sites.models import Site

TOLD = {"product_code": campaign.BIBP, "number": "1", "given_on": BEFORE.isoformat(), "given_in": "杭州市"}


def upload(content: bytes, name: str = "card.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_from_the_persons_page_to_the_decision(client: Client, person: Person) -> None:
    campaign.sign_in(client, "town_lead")
    assert "登记外地接种" in client.get(f"/people/{person.pk}/").content.decode()
    answer = client.post(
        f"/doses/elsewhere/people/{person.pk}/", TOLD | {"proofs": [upload(photo()), upload(PDF, "card.pdf")]}
    )
    claim = DoseClaim.objects.unscoped(campaign.ALL).get()
    assert (answer.status_code, answer["Location"]) == (302, f"/doses/elsewhere/{claim.pk}/")
    shown = client.get(answer["Location"]).content.decode()
    assert "待核实" in shown and "card.pdf" in shown
    assert "甲某" in client.get("/doses/elsewhere/?state=claimed").content.decode()
    refused = client.post(f"/doses/elsewhere/{claim.pk}/accept/", {})
    assert (refused.status_code, "请说明核实方式" in refused.content.decode()) == (400, True)
    assert client.post(f"/doses/elsewhere/{claim.pk}/accept/", {"verified_by": "proof"}).status_code == 302
    assert Dose.objects.unscoped(campaign.ALL).get().source == "elsewhere"
    assert "杭州市" in client.get(f"/people/{person.pk}/").content.decode()
    assert "有效，计为第1剂" in client.get(f"/doses/people/{person.pk}/why/").content.decode()
    assert client.post(f"/doses/elsewhere/{claim.pk}/reopen/", {"reason": "again"}).status_code == 302
    assert client.post(f"/doses/elsewhere/{claim.pk}/refuse/", {"reason": "not hers"}).status_code == 302
    assert DoseClaim.objects.unscoped(campaign.ALL).get().state == "refused"


def test_a_proof_is_shown_as_what_it_is_and_the_look_is_journalled(client: Client, person: Person) -> None:
    claimed(person, photo(), PDF)
    campaign.sign_in(client, "town_lead")
    for row in Proof.objects.unscoped(campaign.ALL):
        answer = client.get(f"/doses/elsewhere/proofs/{row.pk}/")
        assert answer["Content-Type"] == row.kind
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"].startswith("default-src 'none'")
        assert "no-store" in answer["Cache-Control"]
        assert len(answer.content) == row.size_bytes
    assert Entry.objects.filter(verb="doses.see_proof").count() == 2


def test_neighbours_find_nothing(client: Client, person: Person) -> None:
    claim = claimed(person, photo())
    proof = Proof.objects.unscoped(campaign.ALL).get()
    campaign.sign_in(client, "town_lead", "110117002")
    for address in (f"{claim.pk}/", f"proofs/{proof.pk}/", f"people/{person.pk}/"):
        assert client.get(f"/doses/elsewhere/{address}").status_code == 404
    for step in ("accept", "refuse", "reopen", "proofs"):
        assert client.post(f"/doses/elsewhere/{claim.pk}/{step}/", {"reason": "x"}).status_code == 404
    assert "甲某" not in client.get("/doses/elsewhere/").content.decode()
    assert not Entry.objects.filter(verb="doses.see_proof").exists()


def test_at_the_desk_and_no_further(client: Client, site: Site, person: Person) -> None:
    campaign.sign_in(client, "registrar", campaign.TOWN, site.pk)
    number = campaign.identity_number(person.birth_on, 1)
    answer = client.post("/doses/elsewhere/station/", TOLD | {"number_of_card": number})
    assert (answer.status_code, answer["Location"]) == (302, "/doses/elsewhere/station/")
    claim = DoseClaim.objects.unscoped(campaign.ALL).get()
    assert client.get(f"/doses/elsewhere/{claim.pk}/").status_code == 403
    assert client.get(f"/doses/elsewhere/people/{person.pk}/").status_code == 404


def test_a_bad_file_is_said_above_what_was_entered(client: Client, person: Person) -> None:
    campaign.sign_in(client, "village_officer", campaign.VILLAGE)
    answer = client.post(f"/doses/elsewhere/people/{person.pk}/", TOLD | {"proofs": [upload(b"MZ program")]})
    assert (answer.status_code, "不是可读的照片" in answer.content.decode()) == (400, True)
    assert not DoseClaim.objects.unscoped(campaign.ALL).exists()


def test_a_record_is_amended_from_its_page(client: Client, person: Person) -> None:
    made = actions.accept(
        by=campaign.actor("town_lead"), claim_id=claimed(person, photo()).pk, verified_by="proof"
    )
    campaign.sign_in(client, "village_officer", campaign.VILLAGE)
    address = f"/doses/people/{person.pk}/{made.pk}/amend/"
    assert address in client.get(f"/people/{person.pk}/").content.decode()
    said = {"product_code": campaign.BIBP, "given_in": "杭州市", "lot_number": "", "reason": "misread"}
    answer = client.post(address, said | {"given_on": (BEFORE + timedelta(days=1)).isoformat()})
    assert (answer.status_code, Dose.objects.unscoped(campaign.ALL).count()) == (302, 2)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_health_is_told_to_those_who_may_know(client: Client, person: Person, language: str) -> None:
    from yingjie.people import circumstances

    circumstances.add_condition(by=campaign.maker, person_id=person.pk, code="fever", from_on=campaign.TODAY)
    campaign.sign_in(client, "village_officer", campaign.VILLAGE)
    client.cookies["yingjie_language"] = language
    for address in (f"/people/{person.pk}/", f"/doses/people/{person.pk}/why/"):
        shown = client.get(address).content.decode()
        assert "2021-05-26" in shown
        assert "发热" not in shown and "ever or acute" not in shown


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_another_vaccine_given_lately_is_told_like_any_fact_of_health(
    client: Client, person: Person, language: str
) -> None:
    from yingjie.people import circumstances

    circumstances.add_condition(
        by=campaign.maker, person_id=person.pk, code="influenza-vaccine", from_on=campaign.TODAY
    )
    campaign.sign_in(client, "village_officer", campaign.VILLAGE)
    client.cookies["yingjie_language"] = language
    for address in (f"/people/{person.pk}/", f"/doses/people/{person.pk}/why/"):
        shown = client.get(address).content.decode()
        assert "2021-06-03" in shown  # more than fourteen days later
        assert "流感" not in shown and "nfluenza" not in shown and "14天" not in shown
