"""At the needle: person and vial are verified (三查七对一验证), then the dose is given. Whoever does it must be certified today."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from yingjie.clinic import desk, refusals, wording
from yingjie.clinic.holding import At, held, out_of_order, verified_by_other, walk
from yingjie.clinic.models import Visit
from yingjie.clinic.workflow import (
    CHECKS,
    OBSERVATION,
    VERIFIED_FOR,
    VISIT,
    VaccinationFacts,
    VerificationFacts,
)
from yingjie.doses import needle
from yingjie.doses.queries import StandingView
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.ids import uuid7
from yingjie.foundation.journal.actions import Line, record, record_all
from yingjie.foundation.refusals import Refusal
from yingjie.sites import queries as sites
from yingjie.stock import actions as stock
from yingjie.stock.queries import VialView, scanned_vial
from yingjie.stock.refusals import ContradictsStock
from yingjie.vaccines.queries import group_of


@transaction.atomic
def verify(
    *,
    by: Actor,
    visit_id: UUID,
    vial_code: str,
    checks: Mapping[str, bool],
    body_side: str = "left",
    here: UUID | None = None,
    lot_id: UUID | None = None,
) -> Visit:
    """The gate before the needle: the scanned vial against lot, expiry, hold, product and what is left in it; the person against
    the consent, the dose due and its interval; the recipient's own word. Nothing leaves the stock yet.

    `checks` holds True for each of workflow.CHECKS that was verified; `here` is the station's site; `lot_id` the lot on the
    label of a pack that came without its code, which is put on record now. Whoever verified may verify anew.

    Raises NoVial, AnotherDay, WrongStation, VaccinatedToday, NotDue …, WrongProduct, ConsentForOther, OtherProduct,
    ChecksMissing, NotConfirmed, SideMissing, VerifiedByOther, AlreadyVaccinated, WrongOrder, what the vial itself objects
    to, and what staff says of whoever may not.
    """
    visit, at = held(by, visit_id, "clinic.vaccinate", act="vaccinate")
    if visit.state == "verified" and visit.verified_by == by.name:
        # A second Enter, or anew after half an hour: one's own verification gives way to the new one, and both are on the trail.
        walk(by, visit, "set_aside", "verified anew")
        visit.verified_at, visit.checks = None, {}
    _must_be_at(visit, "verify")
    if not vial_code.strip():
        raise refusals.NoVial()
    vial = stock.on_record(by=by, site_id=at.id, vial_code=vial_code, lot_id=lot_id)
    facts, standing = desk.verification_facts(by, visit, vial, checks, body_side=body_side, here=here)
    walk(by, visit, "verify", facts, lambda code: _objection(by, code, visit, facts, standing, vial, here))
    visit.vial_code, visit.body_side = vial.code, body_side
    visit.verified_at, visit.verified_by = clock.now(), by.name
    visit.checks = dict.fromkeys(CHECKS, True) | {
        f"override:{code}": True for code in sorted(facts.overrides)
    }
    visit.save()
    said = {"person": str(visit.person_id), "lot": vial.lot_number, "overrides": sorted(facts.overrides)}
    record(by=by, verb="clinic.verify", subject=visit, area_code=at.area_code, facts=said)
    return visit


@transaction.atomic
def set_aside(*, by: Actor, visit_id: UUID, reason: str) -> Visit:
    """Put a verification aside: another vial, another vaccinator, a person who stepped out.

    Raises WhyMissing, WrongOrder, NotFound."""
    visit, at = held(by, visit_id, "clinic.vaccinate", act="vaccinate")
    walk(by, visit, "set_aside", reason, lambda code: refusals.WhyMissing())
    visit.vial_code, visit.verified_at, visit.verified_by, visit.checks = "", None, "", {}
    visit.save()
    said = {"person": str(visit.person_id), "reason": reason.strip()[:200]}
    record(by=by, verb="clinic.set_aside", subject=visit, area_code=at.area_code, facts=said)
    return visit


@transaction.atomic
def vaccinate(*, by: Actor, visit_id: UUID, vial_code: str = "", here: UUID | None = None) -> Visit:
    """The dose was given: out of the verified vial, on record, observation begins; all or nothing. Everything that was verified is
    asked again under lock. `vial_code`: scanned once more (or left out).

    Raises VerifiedByOther, OtherVial, VerifiedTooLongAgo, WrongOrder, AlreadyVaccinated, all that `verify` raises, and what
    stock.take and doses.record refuse.
    """
    visit, at = held(by, visit_id, "clinic.vaccinate", act="vaccinate")
    _must_be_at(visit, "vaccinate")
    person = needle.hold(visit.person_id)
    vial = scanned_vial(by, at.id, visit.vial_code)
    scanned = scanned_vial(by, at.id, vial_code).code if vial_code.strip() else vial.code
    checks = {check: visit.checks.get(check, False) for check in CHECKS}
    asked, standing = desk.verification_facts(
        by,
        visit,
        vial,
        checks,
        body_side=visit.body_side,
        here=here,
        at_the_needle=person.standing(group_of(vial.product_code)),
    )
    now = clock.now()
    facts = VaccinationFacts(
        asked, now, visit.verified_at or now, visit.verified_by == by.name, scanned == visit.vial_code
    )
    walk(by, visit, "vaccinate", facts, lambda code: _not_given(by, code, visit, asked, standing, vial, here))
    recorded = _give(by, visit, at, person, vial, standing.number_to_record or 1)
    said = {"person": str(visit.person_id), "dose": str(visit.dose_id), "number": visit.number}
    record_all(by=by, lines=[recorded, Line("clinic.vaccinate", visit, at.area_code, said)])
    return visit


def _give(by: Actor, visit: Visit, at: At, person: needle.Held, vial: VialView, number: int) -> Line:
    """Record, observation and stock in one transaction; returns what the journal says of the record. The lot's balance, for which
    every station of the site waits, is locked last."""
    now, dose_id = clock.now(), uuid7()
    given = needle.Given(
        dose_id, vial.product_code, number, now, at.id, at.area_code, vial.lot_number,
        vial.expires_on, vial.code, by.title or by.name,
    )  # fmt: skip
    _dose, line = needle.record(person, given)
    visit.dose_id, visit.vaccinated_at, visit.vaccinated_by = dose_id, now, by.title or by.name
    visit.observe_until = now + OBSERVATION
    visit.save()
    taken = stock.draw(by=by, site_id=at.id, vial_code=visit.vial_code, dose_id=dose_id, on=clock.today())
    if (taken.lot_number, taken.expires_on) != (vial.lot_number, vial.expires_on):
        raise ContradictsStock(
            scanned=vial.lot_number, known=taken.lot_number
        )  # changed while we were reading
    visit.doses_left_in_vial = taken.doses_left
    return line


def _must_be_at(visit: Visit, step: str) -> None:
    """Refuse before anything is looked up where the step does not leave the visit's state."""
    if visit.state not in VISIT.step(step).sources:
        raise out_of_order(visit, step)


def _objection(
    by: Actor,
    code: str,
    visit: Visit,
    facts: VerificationFacts,
    standing: StandingView,
    vial: VialView,
    here: UUID | None,
) -> Refusal:
    station = sites.names({here})[here] if here and code == "clinic.wrong_station" else ""
    return desk.not_verified(by, code, visit, facts, standing, vial, station)


def _not_given(
    by: Actor,
    code: str,
    visit: Visit,
    facts: VerificationFacts,
    standing: StandingView,
    vial: VialView,
    here: UUID | None,
) -> Refusal:
    if code == "clinic.verified_by_other":
        return verified_by_other(visit)
    if code == "clinic.other_vial":
        return refusals.OtherVial(verified=visit.vial_code)
    if code == "clinic.verified_too_long_ago":
        minutes = int(VERIFIED_FOR.total_seconds() // 60)
        return refusals.VerifiedTooLongAgo(at=wording.clock_time(visit.verified_at), minutes=minutes)
    return _objection(by, code, visit, facts, standing, vial, here)
