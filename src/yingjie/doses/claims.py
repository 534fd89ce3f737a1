"""Doses given elsewhere 外地接种核实: reported, proved, decided by a named role, opened again with a reason.

A report changes nothing of where somebody stands; the decision does, and is undone by opening the report again.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vaxkit.workflow import StepRefused
from yingjie.doses import keeping, proofs, refusals, standings
from yingjie.doses.models import VERIFIED_BY, Dose, DoseClaim, Proof
from yingjie.doses.workflow import CLAIM, Decision
from yingjie.foundation import clock, files
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.scoping import ScopedQuerySet
from yingjie.foundation.ids import uuid7
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import BadInput, NotAllowed, NotFound
from yingjie.people import queries as people
from yingjie.vaccines.queries import group_of

MOST_PROOFS = 6


@dataclass(frozen=True)
class HandedIn:
    """A file as somebody uploaded it."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Told:
    """A dose as somebody tells of it. `number` is which one they say it was, `given_in` the place and site."""

    product_code: str
    number: int
    given_on: date
    given_in: str
    lot_number: str = ""
    note: str = ""


def claim(*, by: Actor, person_id: UUID, told: Told, handed_in: Iterable[HandedIn] = ()) -> DoseClaim:
    """Report a dose that a resident of one's own area says they got elsewhere, with its proof.

    Raises DayTaken, DoseBeforeBirth, DoseToCome, BadInput, NotFound, NotAllowed and what proofs.inspect refuses.
    """
    person = people.person(by, person_id)
    by.require("doses.claim", person.area_code)
    return _claim(by, person.id, person.area_code, told, handed_in)


def claim_at_station(*, by: Actor, number: str, told: Told, handed_in: Iterable[HandedIn] = ()) -> DoseClaim:
    """The same at the registration desk, for whoever stands there: found by the number on their card, which is journalled.

    Raises what `claim` does, and NumberUnreadable.
    """
    by.require("doses.claim")
    person = people.find_by_number(by, number, permission="clinic.register")
    if person is None:
        raise NotFound()
    return _claim(by, person.id, person.area_code, told, handed_in)


@transaction.atomic
def add_proof(*, by: Actor, claim_id: UUID, handed_in: HandedIn) -> Proof:
    """Add a file to a report that is not decided yet. Raises ClaimDecided, ProofKnown, TooManyProofs, NotFound, NotAllowed."""
    found, area_code = _locked(by, claim_id, "doses.claim")
    if found.state != "claimed":
        raise _decided(found)
    made = _add(by, found, handed_in)
    record(by=by, verb="doses.add_proof", subject=found, area_code=area_code, facts={"proof": str(made.pk)})
    return made


@transaction.atomic
def accept(*, by: Actor, claim_id: UUID, verified_by: str) -> Dose:
    """Take the dose into the record. `verified_by` is a word of models.VERIFIED_BY. It goes on record under the number it was
    reported with, or the next one free; what it counts as follows from its day.

    Raises ClaimDecided, NotVerified, ProofMissing, DayTaken, DoseBeforeBirth, NotFound, NotAllowed.
    """
    found, area_code = _locked(by, claim_id, "doses.decide")
    known = Proof.objects.unscoped("of a locked claim").filter(person_id=found.person_id, claim=found)
    facts = Decision(verified_by=verified_by, known_ways=VERIFIED_BY, proofs=known.count())
    found.state = _advanced(found, "accept", facts)
    keeping.must_be_possible(found.person_id, found.given_on)
    if keeping.live(found.person_id).filter(group=found.group, given_on=found.given_on).exists():
        raise refusals.DayTaken(given_on=found.given_on)
    dose = _record(found)
    found.dose, found.verified_by = dose, verified_by
    _decide(by, found)
    standings.update([found.person_id])
    said = {"person": str(found.person_id), "dose": str(dose.pk), "verified_by": verified_by}
    record(by=by, verb="doses.accept", subject=found, area_code=area_code, facts=said)
    return dose


@transaction.atomic
def refuse(*, by: Actor, claim_id: UUID, reason: str) -> DoseClaim:
    """Do not take the dose into the record, and say why. Raises ClaimDecided, ReasonMissing, NotFound, NotAllowed."""
    found, area_code = _locked(by, claim_id, "doses.decide")
    found.state = _advanced(found, "refuse", Decision(reason=reason))
    found.refused_because, found.verified_by = reason.strip(), ""
    _decide(by, found)
    facts = {"person": str(found.person_id), "reason": found.refused_because}
    record(by=by, verb="doses.refuse", subject=found, area_code=area_code, facts=facts)
    return found


@transaction.atomic
def reopen(*, by: Actor, claim_id: UUID, reason: str) -> DoseClaim:
    """Undo a decision; a dose taken into the record is taken back. Raises ClaimOpen, ReasonMissing, NotFound, NotAllowed."""
    found, area_code = _locked(by, claim_id, "doses.decide")
    before = found.state
    found.state = _advanced(found, "reopen", Decision(reason=reason))
    if before == "refused":
        _must_be_new(found.person_id, found.group, found.given_on)
    if found.dose is not None:
        _take_back(found.dose, reason.strip())
    found.dose, found.verified_by, found.refused_because = None, "", ""
    found.decided_at, found.decided_by = None, ""
    found.opened_again_because = reason.strip()
    found.save()
    standings.update([found.person_id])
    facts = {"person": str(found.person_id), "reason": found.opened_again_because, "was": before}
    record(by=by, verb="doses.reopen", subject=found, area_code=area_code, facts=facts)
    return found


@transaction.atomic
def _claim(
    by: Actor, person_id: UUID, area_code: str, told: Told, handed_in: Iterable[HandedIn]
) -> DoseClaim:
    if not told.given_in.strip():
        raise BadInput(what=_("Say where the dose was given: city, county, site."))
    if told.number < 1:
        raise BadInput(what=_("Doses are counted from 1."))
    group = group_of(told.product_code)
    standings.hold(person_id)
    keeping.must_be_possible(person_id, told.given_on)
    _must_be_new(person_id, group, told.given_on)
    if keeping.live(person_id).filter(group=group, given_on=told.given_on).exists():
        raise refusals.DayTaken(given_on=told.given_on)
    made = _claims().create(
        id=uuid7(), person_id=person_id, group=group, product_id=told.product_code, number=told.number,
        given_on=told.given_on, given_in=told.given_in.strip(), lot_number=told.lot_number.strip(), note=told.note.strip(),
        state=CLAIM.initial, claimed_at=clock.now(), claimed_by=by.name,
    )  # fmt: skip
    for each in handed_in:
        _add(by, made, each)
    facts = {"person": str(person_id), "number": told.number, "product": told.product_code}
    record(by=by, verb="doses.claim", subject=made, area_code=area_code, facts=facts)
    return made


def _add(by: Actor, to: DoseClaim, handed_in: HandedIn) -> Proof:
    kept = proofs.inspect(handed_in.content)
    rows = Proof.objects.unscoped("of a claim that is held").filter(person_id=to.person_id, claim=to)
    if rows.count() >= MOST_PROOFS:
        raise refusals.TooManyProofs(most=MOST_PROOFS)
    came_as = hashlib.sha256(handed_in.content).hexdigest()
    if rows.filter(handed_in_sha256=came_as).exists():
        raise refusals.ProofKnown()
    return Proof.objects.unscoped("inserted by whoever may report").create(
        id=uuid7(), person_id=to.person_id, claim=to, kind=kept.kind, sha256=files.put(kept.content),
        handed_in_sha256=came_as, size_bytes=len(kept.content), file_name=_plain(handed_in.name), added_at=clock.now(),
        added_by=by.name,
    )  # fmt: skip


def _record(of: DoseClaim) -> Dose:
    rows = Dose.objects.unscoped("of a claim that whoever may decide accepted")
    return rows.create(
        id=uuid7(), person_id=of.person_id, group=of.group, product_id=of.product_id, given_on=of.given_on,
        number=keeping.free_number(of.person_id, of.group, of.number), source="elsewhere", given_in=of.given_in,
        lot_number=of.lot_number, recorded_at=clock.now(),
    )  # fmt: skip


def _take_back(dose: Dose, reason: str) -> None:
    """The claim's dose, or whatever record came to stand in its place."""
    rows = Dose.objects.unscoped("of a claim that is held").filter(person_id=dose.person_id)
    while (after := rows.filter(supersedes_id=dose.pk).first()) is not None:
        dose = after
    if dose.voided_at is None:
        keeping.take_back(dose, reason)


def _locked(by: Actor, claim_id: UUID, permission: str) -> tuple[DoseClaim, str]:
    """The claim with its person locked, and her area, where the actor holds `permission`. Raises NotFound, NotAllowed."""
    seen = DoseClaim.objects.visible_to(by).filter(pk=claim_id)
    found = seen.values_list("person_id", "person__area_id").first()
    if found is None:
        raise NotFound()
    person_id, area_code = found
    if not by.may(permission, area_code):
        raise NotAllowed(permission=permission)
    standings.hold(person_id)
    return lock(_claims(), person_id=person_id, pk=claim_id)[0], area_code


def _advanced(found: DoseClaim, step: str, facts: Decision) -> str:
    try:
        return CLAIM.advance(found.state, step, facts)
    except StepRefused as refused:
        kinds = {
            kind.code: kind for kind in (refusals.NotVerified, refusals.ProofMissing, refusals.ReasonMissing)
        }
        if refused.code in kinds:
            raise kinds[refused.code]() from refused
        raise (refusals.ClaimOpen() if step == "reopen" else _decided(found)) from refused


def _decided(found: DoseClaim) -> refusals.ClaimDecided:
    states = {"accepted": _("accepted"), "refused": _("refused")}
    return refusals.ClaimDecided(state=states[found.state], by=found.decided_by)


def _decide(by: Actor, found: DoseClaim) -> None:
    found.decided_at, found.decided_by = clock.now(), by.name
    found.save()


def _must_be_new(person_id: UUID, group: str, given_on: date) -> None:
    """Nobody reports the same day twice; one that was refused may be reported again."""
    rows = _claims().filter(person_id=person_id, group=group, given_on=given_on)
    if rows.exclude(state="refused").exists():
        raise refusals.DayTaken(given_on=given_on)


def _plain(name: str) -> str:
    """A file name for people to read: no path, no signs that act anywhere."""
    tail = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(sign for sign in tail if sign.isprintable() and sign not in '<>:"|?*')[-120:]


def _claims() -> ScopedQuerySet[DoseClaim]:
    return DoseClaim.objects.unscoped("of a person whom the caller was authorised for")
