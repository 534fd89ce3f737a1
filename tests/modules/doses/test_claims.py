"""Doses given elsewhere: reported with a proof, decided by a named role, opened again with a reason."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from tests.modules import campaign

from vaxkit.vocabulary import Status
from yingjie.doses import actions, claim_queries, proofs, queries, refusals
from yingjie.doses.claims import HandedIn, Told
from yingjie.doses.models import Dose, DoseClaim, Proof, Standing
from yingjie.foundation import files
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import BadInput, NotAllowed, NotFound, Refusal
from yingjie.people import actions as people
from yingjie.people.models import Person
from yingjie.sites.models import Site

LEAD = campaign.actor("town_lead")
OFFICER = campaign.actor("village_officer", campaign.VILLAGE)
STRANGER = campaign.actor("town_lead", "110117002")
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
BEFORE = campaign.TODAY - timedelta(days=60)


def photo(shade: int = 90, size: tuple[int, int] = (60, 40), kind: str = "JPEG", **more: Any) -> bytes:
    made = BytesIO()
    Image.new("RGB", size, (shade, 120, 140)).save(made, kind, **more)
    return made.getvalue()


def told(**more: Any) -> Told:
    asked = {
        "product_code": campaign.BIBP,
        "number": 1,
        "given_on": BEFORE,
        "given_in": "浙江省杭州市西湖区接种点",
    }
    return Told(**asked | more)


def claimed(person: Person, *contents: bytes, by: Actor = OFFICER, **more: Any) -> DoseClaim:
    handed_in = [HandedIn(f"{nth}.jpg", content) for nth, content in enumerate(contents)]
    return actions.claim(by=by, person_id=person.pk, told=told(**more), handed_in=handed_in)


def everything() -> tuple[Any, ...]:
    tables = (Dose, Standing, DoseClaim, Proof)
    rows = [list(table.objects.unscoped(campaign.ALL).order_by("pk").values()) for table in tables]
    return (*rows, Entry.objects.count(), sorted(path.name for path in files.stored()))


def refused(kind: type[Refusal], verb: Callable[..., Any], *args: Any, **arguments: Any) -> Refusal:
    before = everything()
    with pytest.raises(kind) as caught:
        verb(*args, **arguments)
    assert type(caught.value) is kind
    assert everything()[:-1] == before[:-1]
    return caught.value


class TestReporting:
    def test_a_report_changes_no_standing_and_is_seen_at_once(self, person: Person) -> None:
        made = claimed(person, photo())
        assert (made.state, made.claimed_by, made.dose_id) == ("claimed", "village_officer", None)
        assert not Standing.objects.unscoped(campaign.ALL).exists()
        assert queries.statuses({person.pk: person.birth_on}, campaign.TODAY) == {
            person.pk: Status.ELSEWHERE_UNVERIFIED
        }
        assert claim_queries.waiting(LEAD) == 1
        assert (claim_queries.waiting(OFFICER), claim_queries.waiting(STRANGER)) == (0, 0)

    def test_what_cannot_be_is_refused(self, site: Site, person: Person) -> None:
        refused(refusals.DoseBeforeBirth, claimed, person, given_on=date(1949, 12, 31))
        refused(refusals.DoseToCome, claimed, person, given_on=campaign.TODAY + timedelta(days=1))
        refused(BadInput, claimed, person, given_in="  ")
        refused(NotFound, claimed, person, product_code="UNKNOWN")
        refused(NotFound, claimed, person, by=STRANGER)
        refused(NotAllowed, claimed, person, by=campaign.actor("grid_worker"))
        claimed(person)
        refused(refusals.DayTaken, claimed, person, number=2)

    def test_a_day_that_is_on_record_is_not_reported(self, person: Person) -> None:
        first = claimed(person, photo())
        actions.accept(by=LEAD, claim_id=first.pk, verified_by="proof")
        refused(refusals.DayTaken, claimed, person)

    def test_at_the_desk_by_the_card_alone(self, person: Person) -> None:
        registrar = campaign.actor("registrar")
        number = campaign.identity_number(person.birth_on, 1)
        made = actions.claim_at_station(by=registrar, number=number, told=told())
        assert made.person_id == person.pk
        assert Entry.objects.filter(verb="people.look_up").count() == 1
        with pytest.raises(NotFound):
            actions.claim(by=registrar, person_id=person.pk, told=told(given_on=campaign.TODAY))
        with pytest.raises(NotFound):
            claim_queries.claim(registrar, made.pk)


class TestDeciding:
    def test_accepted_it_counts_from_its_day(self, person: Person) -> None:
        made = claimed(person, photo())
        dose = actions.accept(by=LEAD, claim_id=made.pk, verified_by="proof")
        assert (dose.source, dose.given_on, dose.given_in, dose.number) == (
            "elsewhere",
            BEFORE,
            made.given_in,
            1,
        )
        standing = Standing.objects.unscoped(campaign.ALL).get()
        assert (standing.doses_counted, standing.next_number) == (1, 2)
        made.refresh_from_db()
        assert (made.state, made.decided_by, made.verified_by, made.dose_id) == (
            "accepted", "town_lead", "proof", dose.pk,
        )  # fmt: skip
        assert actions.rebuild_standings(by=campaign.maker) == 0

    def test_it_takes_the_next_free_number(self, site: Site, person: Person) -> None:
        """Dose 1 was recorded here before anybody knew of the one before it."""
        actions.record(
            by=campaign.actor("vaccinator"), person_id=person.pk, product_code=campaign.BIBP, number=1,
            given_at=campaign.NOON, site_id=site.pk, lot_number="L1", expires_on=campaign.EXPIRY, vial_code="", given_by="n",
        )  # fmt: skip
        dose = actions.accept(by=LEAD, claim_id=claimed(person, photo()).pk, verified_by="proof")
        assert dose.number == 2
        assert [(row.given_on, row.counts_as) for row in queries.history(LEAD, person.pk)] == [
            (BEFORE, 1), (campaign.TODAY, 2),
        ]  # fmt: skip

    def test_only_by_whoever_may_and_verified(self, person: Person) -> None:
        made = claimed(person)
        refused(NotAllowed, actions.accept, by=OFFICER, claim_id=made.pk, verified_by="platform")
        refused(NotFound, actions.accept, by=STRANGER, claim_id=made.pk, verified_by="platform")
        refused(refusals.NotVerified, actions.accept, by=LEAD, claim_id=made.pk, verified_by="")
        refused(refusals.ProofMissing, actions.accept, by=LEAD, claim_id=made.pk, verified_by="proof")
        refused(refusals.ReasonMissing, actions.refuse, by=LEAD, claim_id=made.pk, reason=" ")
        refused(refusals.ClaimOpen, actions.reopen, by=LEAD, claim_id=made.pk, reason="x")
        actions.accept(by=LEAD, claim_id=made.pk, verified_by="platform")
        said = refused(refusals.ClaimDecided, actions.accept, by=LEAD, claim_id=made.pk, verified_by="site")
        assert said.as_dict()["zh"]["reason"] == "该登记已有结论：已采信（town_lead）。"
        refused(refusals.ClaimDecided, actions.refuse, by=LEAD, claim_id=made.pk, reason="x")
        refused(
            refusals.ClaimDecided,
            actions.add_proof,
            by=OFFICER,
            claim_id=made.pk,
            handed_in=HandedIn("a", PDF),
        )

    def test_refused_it_can_be_reported_again(self, person: Person) -> None:
        made = claimed(person)
        actions.refuse(by=LEAD, claim_id=made.pk, reason="the name on the card is another")
        again = claimed(person, photo())
        refused(refusals.DayTaken, actions.reopen, by=LEAD, claim_id=made.pk, reason="let me see")
        assert (again.state, DoseClaim.objects.unscoped(campaign.ALL).count()) == ("claimed", 2)

    def test_opened_again_the_dose_goes_and_says_why(self, person: Person) -> None:
        made = claimed(person, photo())
        dose = actions.accept(by=LEAD, claim_id=made.pk, verified_by="proof")
        actions.reopen(by=LEAD, claim_id=made.pk, reason="the photo was somebody else's")
        dose.refresh_from_db()
        assert dose.void_reason == "the photo was somebody else's"
        assert not Standing.objects.unscoped(campaign.ALL).exists()
        made.refresh_from_db()
        assert (made.state, made.dose_id, made.decided_by) == ("claimed", None, "")
        actions.accept(by=LEAD, claim_id=made.pk, verified_by="site")
        assert len(queries.history(LEAD, person.pk)) == 2

    def test_opened_again_after_an_amendment_takes_back_what_stands_now(self, person: Person) -> None:
        made = claimed(person, photo())
        dose = actions.accept(by=LEAD, claim_id=made.pk, verified_by="proof")
        amended = actions.amend(
            by=LEAD,
            person_id=person.pk,
            dose_id=dose.pk,
            reason="misread",
            given_on=BEFORE + timedelta(days=1),
        )
        actions.reopen(by=LEAD, claim_id=made.pk, reason="wrong person")
        amended.refresh_from_db()
        assert amended.void_reason == "wrong person"

    def test_a_dose_taken_back_by_hand_does_not_stand_in_the_way(self, person: Person) -> None:
        made = claimed(person, photo())
        dose = actions.accept(by=LEAD, claim_id=made.pk, verified_by="proof")
        actions.correct(by=LEAD, person_id=person.pk, dose_id=dose.pk, reason="wrong")
        actions.reopen(by=LEAD, claim_id=made.pk, reason="again")
        dose.refresh_from_db()
        assert dose.void_reason == "wrong"


class TestProofs:
    def test_a_photo_is_written_anew_without_what_hides_in_it(self, person: Person) -> None:
        exif = Image.Exif()
        exif[0x010F] = "SECRET MAKER"
        came = photo(exif=exif) + b"<script>appended</script>"
        assert b"SECRET MAKER" in came
        claimed(person, came)
        (row,) = Proof.objects.unscoped(campaign.ALL)
        kept = files.get(row.sha256)
        assert (row.kind, row.size_bytes) == ("image/jpeg", len(kept))
        assert b"SECRET" not in kept
        assert b"script" not in kept
        assert row.handed_in_sha256 == hashlib.sha256(came).hexdigest()
        assert row.sha256 == hashlib.sha256(kept).hexdigest()

    @pytest.mark.parametrize("kind", ["PNG", "WEBP"])
    def test_other_photos_become_jpeg(self, kind: str) -> None:
        found = proofs.inspect(photo(kind=kind))
        assert (found.kind, Image.open(BytesIO(found.content)).format) == ("image/jpeg", "JPEG")

    def test_a_large_photo_is_made_smaller(self) -> None:
        found = proofs.inspect(photo(size=(4000, 1000)))
        assert Image.open(BytesIO(found.content)).size == (2400, 600)

    def test_a_turned_photo_is_kept_upright(self) -> None:
        exif = Image.Exif()
        exif[0x0112] = 6  # turned a quarter
        assert Image.open(BytesIO(proofs.inspect(photo(exif=exif)).content)).size == (40, 60)

    def test_a_pdf_is_kept_as_it_is(self) -> None:
        assert proofs.inspect(PDF) == proofs.Inspected("application/pdf", PDF)

    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            (b"", refusals.ProofEmpty),
            (b"GIF89a\x01\x00\x01\x00", refusals.ProofUnreadable),
            (b"<html><script>alert(1)</script>", refusals.ProofUnreadable),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", refusals.ProofUnreadable),
            (b"MZ\x90\x00 a program", refusals.ProofUnreadable),
            (b"\xff\xd8\xff\xe0 the beginning of a photo", refusals.ProofUnreadable),
            (photo()[:300], refusals.ProofUnreadable),
            (PDF.replace(b"%%EOF", b""), refusals.ProofUnreadable),
            (PDF + b" " * 9_000_000, refusals.ProofTooLarge),
            (PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(x)>>"), refusals.ProofActs),
            (PDF.replace(b"/Catalog", b"/Catalog/AA<</S/Java#53cript/JS(x)>>"), refusals.ProofActs),
            (PDF.replace(b"/Catalog", b"/Catalog/A<</S/Launch/F(x)>>"), refusals.ProofActs),
            (PDF.replace(b"/Catalog", b"/Catalog/Names<</EmbeddedFiles 2 0 R>>"), refusals.ProofActs),
            (PDF.replace(b"trailer<<", b"trailer<</Encrypt 3 0 R"), refusals.ProofLocked),
            (
                PDF.replace(
                    b"trailer", b"2 0 obj<</Type/ObjStm/Filter/FlateDecode>>stream\n"
                    + zlib.compress(b"<</S/JavaScript/JS(x)>>") + b"\nendstream endobj trailer",
                ),
                refusals.ProofActs,
            ),
            (PDF.replace(b"trailer", b"<</Type/ObjStm>>stream\nnot packed\nendstream trailer"), refusals.ProofUnreadable),
        ],
    )  # fmt: skip
    def test_what_is_not_accepted(self, content: bytes, kind: type[Refusal]) -> None:
        with pytest.raises(kind) as caught:
            proofs.inspect(content)
        assert type(caught.value) is kind

    def test_a_bad_file_takes_the_whole_report_with_it(self, person: Person) -> None:
        refused(refusals.ProofUnreadable, claimed, person, photo(), b"MZ a program")

    def test_so_many_and_each_once(self, person: Person) -> None:
        made = claimed(person, *(photo(40 * nth) for nth in range(6)))
        refused(
            refusals.TooManyProofs, actions.add_proof, by=LEAD, claim_id=made.pk, handed_in=HandedIn("x", PDF)
        )
        other = claimed(person, photo(), given_on=campaign.TODAY)
        refused(
            refusals.ProofKnown,
            actions.add_proof,
            by=LEAD,
            claim_id=other.pk,
            handed_in=HandedIn("x", photo()),
        )

    def test_names_are_made_harmless(self, person: Person) -> None:
        made = claimed(person)
        added = actions.add_proof(
            by=OFFICER, claim_id=made.pk, handed_in=HandedIn("C:\\x\\..\\卡片<b>\n.pdf", PDF)
        )
        assert added.file_name == "卡片b.pdf"

    def test_the_same_file_with_somebody_else_is_shown(self, site: Site, person: Person) -> None:
        neighbour = campaign.person(2, area=campaign.OTHER_VILLAGE, name="乙某")
        mine = claimed(person, photo())
        theirs = claimed(neighbour, photo(), by=LEAD)
        (proof,) = claim_queries.claim(LEAD, mine.pk).proofs
        assert [(same.name, same.claim_id) for same in proof.same_file] == [("乙某", theirs.pk)]
        (proof,) = claim_queries.claim(OFFICER, mine.pk).proofs
        assert [(same.name, same.claim_id) for same in proof.same_file] == [("", None)]
        assert [row.has_twin for row in claim_queries.shown(claim_queries.claim_rows(LEAD))] == [True, True]
        assert claim_queries.claim_rows(OFFICER, twins=True).count() == 1

    def test_the_sweep_keeps_proofs(self, person: Person) -> None:
        claimed(person, photo())
        (row,) = Proof.objects.unscoped(campaign.ALL)
        files.sweep(older_than_seconds=-60)
        assert files.has(row.sha256)


class TestAmending:
    def test_the_old_row_stays_and_the_new_one_counts(self, site: Site, person: Person) -> None:
        made = actions.accept(by=LEAD, claim_id=claimed(person, photo()).pk, verified_by="proof")
        new = actions.amend(
            by=LEAD, person_id=person.pk, dose_id=made.pk, reason="the card says the 5th", given_on=date(2021, 4, 5),
            product_code=campaign.SINOVAC,
        )  # fmt: skip
        made.refresh_from_db()
        assert (made.voided_at, made.void_reason, made.counts_as) == (
            campaign.NOON,
            "the card says the 5th",
            None,
        )
        assert (new.supersedes_id, new.given_on, new.product_id, new.number) == (
            made.pk, date(2021, 4, 5), campaign.SINOVAC, 1,
        )  # fmt: skip
        assert [row.verdict for row in queries.history(LEAD, person.pk)] == ["", "valid"]
        assert actions.rebuild_standings(by=campaign.maker) == 0

    def test_what_cannot_be_amended(self, site: Site, person: Person) -> None:
        made = actions.accept(by=LEAD, claim_id=claimed(person, photo()).pk, verified_by="proof")
        asked = {"person_id": person.pk, "dose_id": made.pk}
        refused(BadInput, actions.amend, by=LEAD, reason=" ", lot_number="x", **asked)
        refused(refusals.NothingAmended, actions.amend, by=LEAD, reason="r", given_on=BEFORE, **asked)
        refused(
            refusals.DoseBeforeBirth, actions.amend, by=LEAD, reason="r", given_on=date(1940, 1, 1), **asked
        )
        refused(refusals.DoseToCome, actions.amend, by=LEAD, reason="r", given_on=date(2031, 1, 1), **asked)
        refused(NotFound, actions.amend, by=LEAD, reason="r", product_code="UNKNOWN", **asked)
        refused(NotFound, actions.amend, by=STRANGER, reason="r", lot_number="x", **asked)
        actions.amend(by=LEAD, reason="r", lot_number="x", **asked)
        refused(refusals.AlreadyCorrected, actions.amend, by=LEAD, reason="r", lot_number="y", **asked)


def test_a_corrected_birth_date_moves_the_standing(site: Site, person: Person) -> None:
    """Everything about the dose stays; the person turns out to be a child, for whom such a dose does not count."""
    actions.accept(by=LEAD, claim_id=claimed(person, photo()).pk, verified_by="proof")
    people.correct_number(
        by=campaign.maker, person_id=person.pk, number=campaign.identity_number(date(2019, 6, 1), 1)
    )
    standing = Standing.objects.unscoped(campaign.ALL).get()
    assert standing.doses_counted == 0
    assert actions.rebuild_standings(by=campaign.maker) == 0
