"""Writes of readiness: equipment, the emergency plan and its kit, inspections, findings and what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vaxkit.workflow import StepRefused
from yingjie.foundation import clock, files, photos
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import BadInput, NotFound
from yingjie.sites import refusals, standards
from yingjie.sites.layout_actions import locked
from yingjie.sites.models import Emergency, Equipment, Finding, Inspection, KitItem
from yingjie.sites.models.readiness import AMBULANCES
from yingjie.sites.workflow import FINDING, Said

_WHY = "of a site that was checked"


@dataclass(frozen=True)
class Answer:
    """What somebody saw at a line of the checklist: "fine", "left_out", or "fault" with what, perhaps a photo, and until when."""

    verdict: str
    what: str = ""
    photo: bytes = b""
    correct_by_on: date | None = None


@dataclass(frozen=True)
class Stock:
    """So many pieces, of which some broken; `wanted` None: as the data says."""

    pieces: int
    broken: int = 0
    wanted: int | None = None
    note: str = ""


@transaction.atomic
def equip(*, by: Actor, site_id: UUID, given: Mapping[str, Stock]) -> None:
    """Write down what a site has. Kinds not named stay as they were. Raises NotFound, UnknownWord, BadInput."""
    site = locked(by, site_id)
    for code, stock in given.items():
        if code not in standards.equipment():
            raise refusals.UnknownWord(word=code)
        if not 0 <= stock.broken <= stock.pieces or (stock.wanted is not None and stock.wanted < 0):
            raise BadInput(what=_("Not more pieces can be broken than there are."))
        Equipment.objects.unscoped(_WHY).update_or_create(
            site=site, code=code,
            defaults={"pieces": stock.pieces, "broken": stock.broken, "wanted": stock.wanted, "note": stock.note[:120]},
        )  # fmt: skip
    facts = {code: stock.pieces - stock.broken for code, stock in given.items()}
    record(by=by, verb="sites.equip", subject=site, area_code=site.area_id, facts=facts)


@transaction.atomic
def plan_emergency(
    *,
    by: Actor,
    site_id: UUID,
    hospital: str,
    hospital_phone: str = "",
    drive_minutes: int | None = None,
    ambulance: str = "",
    ambulance_plate: str = "",
) -> Emergency:
    """Name the paired hospital and the ambulance. Raises NotFound, UnknownWord."""
    site = locked(by, site_id)
    if ambulance not in AMBULANCES:
        raise refusals.UnknownWord(word=ambulance)
    given = {
        "hospital": hospital.strip()[:80], "hospital_phone": hospital_phone.strip()[:24], "drive_minutes": drive_minutes,
        "ambulance": ambulance, "ambulance_plate": ambulance_plate.strip()[:16],
    }  # fmt: skip
    plan, _made = Emergency.objects.unscoped(_WHY).update_or_create(site=site, defaults=given)
    facts = {"hospital": given["hospital"], "ambulance": ambulance}
    record(by=by, verb="sites.plan_emergency", subject=site, area_code=site.area_id, facts=facts)
    return plan


@transaction.atomic
def check_kit(*, by: Actor, site_id: UUID, given: Mapping[str, tuple[int, date | None]]) -> None:
    """Look through the emergency kit: code → (pieces, last good day). Raises NotFound, UnknownWord."""
    site = locked(by, site_id)
    for code, (pieces, expires_on) in given.items():
        if code not in standards.kit():
            raise refusals.UnknownWord(word=code)
        KitItem.objects.unscoped(_WHY).update_or_create(
            site=site, code=code, defaults={"pieces": pieces, "expires_on": expires_on}
        )
    Emergency.objects.unscoped(_WHY).update_or_create(
        site=site, defaults={"kit_checked_on": clock.today(), "kit_checked_by": by.title or by.name}
    )
    facts = {code: pieces for code, (pieces, _expires) in given.items()}
    record(by=by, verb="sites.check_kit", subject=site, area_code=site.area_id, facts=facts)


@transaction.atomic
def inspect(*, by: Actor, site_id: UUID, answers: Mapping[str, Answer], note: str = "") -> Inspection:
    """Go through the checklist of a site. Every line that somebody must look at has an answer; lines that the entered facts answer
    may have one. Raises NotFound, LinesLeftOut, WordsMissing, UnknownWord, PhotoUnreadable, PhotoTooLarge."""
    site = locked(by, site_id, "sites.inspect")
    items = {item.code: item for item in standards.items_for(site.kind)}
    unknown = set(answers) - set(items)
    if unknown:
        raise refusals.UnknownWord(word=min(unknown))
    open_lines = [item for item in items.values() if not item.told and item.code not in answers]
    if open_lines:
        raise refusals.LinesLeftOut(missing=refusals.listed(tuple(open_lines)))
    if any(answer.verdict == "fault" and not answer.what.strip() for answer in answers.values()):
        raise refusals.WordsMissing()
    made = Inspection(
        site=site, on=clock.today(), at=clock.now(), by=by.title or by.name, note=note.strip()[:300]
    )
    made.fine = [code for code, answer in answers.items() if answer.verdict == "fine"]
    made.left_out = [code for code, answer in answers.items() if answer.verdict == "left_out"]
    made.save(force_insert=True)
    faults = {code: answer for code, answer in answers.items() if answer.verdict == "fault"}
    for code, answer in faults.items():
        _found(by, made, code, answer)
    facts = {"fine": len(made.fine), "findings": sorted(faults)}
    record(by=by, verb="sites.inspect", subject=site, area_code=site.area_id, facts=facts)
    return made


@transaction.atomic
def correct(*, by: Actor, finding_id: UUID, how: str, photo: bytes = b"") -> Finding:
    """The site says what it did about a finding. Raises NotFound, WrongStep, WordsMissing."""
    found = _step(by, finding_id, "correct", "sites.change", how)
    found.correction, found.correction_photo = how.strip()[:300], _kept(photo)
    found.corrected_at, found.corrected_by = clock.now(), by.title or by.name
    return _saved(by, found, "sites.correct")


@transaction.atomic
def settle(*, by: Actor, finding_id: UUID, note: str = "") -> Finding:
    """Whoever inspects has seen that it is right. Raises NotFound, WrongStep."""
    found = _step(by, finding_id, "settle", "sites.inspect", note)
    found.checked_at, found.checked_by, found.check_note = (
        clock.now(),
        by.title or by.name,
        note.strip()[:300],
    )
    return _saved(by, found, "sites.settle")


@transaction.atomic
def send_back(*, by: Actor, finding_id: UUID, why: str) -> Finding:
    """It is not right yet. Raises NotFound, WrongStep, WordsMissing."""
    found = _step(by, finding_id, "send_back", "sites.inspect", why)
    found.checked_at, found.checked_by, found.check_note = clock.now(), by.title or by.name, why.strip()[:300]
    return _saved(by, found, "sites.send_back")


def _step(by: Actor, finding_id: UUID, step: str, permission: str, words: str) -> Finding:
    row = Finding.objects.visible_to(by, permission).filter(pk=finding_id).values("site_id").first()
    if row is None:
        raise NotFound()
    rows = Finding.objects.unscoped("found under the permission above").select_related("site")
    found = lock(rows, site_id=row["site_id"], pk=finding_id)[0]
    if found.state not in FINDING.step(step).sources:
        raise refusals.WrongStep()
    try:
        found.state = FINDING.advance(found.state, step, Said(words))
    except StepRefused as refused:
        raise refusals.WordsMissing() from refused
    return found


def _saved(by: Actor, found: Finding, verb: str) -> Finding:
    found.save()
    facts = {"line": found.code, "finding": str(found.pk)}
    record(by=by, verb=verb, subject=found.site, area_code=found.site.area_id, facts=facts)
    return found


def _found(by: Actor, inspection: Inspection, code: str, answer: Answer) -> Finding:
    """A line has one finding at a time: a newer look at it takes the older one's place."""
    older = (
        Finding.objects.unscoped(_WHY).filter(site_id=inspection.site_id, code=code).exclude(state="settled")
    )
    older.update(state="settled", checked_at=clock.now(), checked_by=by.title or by.name, correction="—")
    return Finding.objects.unscoped(_WHY).create(
        site_id=inspection.site_id, inspection=inspection, code=code, what=answer.what.strip()[:300],
        photo=_kept(answer.photo), found_at=clock.now(), found_by=by.title or by.name,
        correct_by_on=answer.correct_by_on,
    )  # fmt: skip


def _kept(photo: bytes) -> str:
    return files.put(photos.cleaned(photo)) if photo else ""
