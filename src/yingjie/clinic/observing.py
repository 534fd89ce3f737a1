"""After the dose: 30 minutes by the clock, reactions, leaving."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from yingjie.clinic import refusals, wording
from yingjie.clinic.holding import held, walk
from yingjie.clinic.models import REACTIONS, Reaction, Visit
from yingjie.clinic.workflow import LeavingFacts
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.scoping import ScopedQuerySet
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound

#: How long somebody stays at least after they recovered from a reaction (local practice).
AFTER_REACTION = timedelta(minutes=30)


@transaction.atomic
def leave(*, by: Actor, visit_id: UUID, early_reason: str = "") -> Visit:
    """Let somebody go. Before their time only with a reason, which stays on record.

    Raises TooEarlyToLeave, WrongOrder, AlreadyLeft, AlreadyTurnedAway, NotFound.
    """
    visit, at = held(by, visit_id, "clinic.observe")
    now = clock.now()
    facts = LeavingFacts(now, visit.observe_until or now, early_reason)
    until = wording.clock_time(facts.observe_until)
    walk(by, visit, "leave", facts, lambda code: refusals.TooEarlyToLeave(until=until))
    _gone(by, visit, early_reason.strip() if now < facts.observe_until else "")
    said = {"person": str(visit.person_id), "early": bool(visit.left_early_reason)}
    record(by=by, verb="clinic.leave", subject=visit, area_code=at.area_code, facts=said)
    return visit


@transaction.atomic
def react(*, by: Actor, visit_id: UUID, kind: str, note: str = "") -> Visit:
    """Somebody under observation is not well: `kind` is a word of models.REACTIONS. It is health data, so it is not journalled.

    Raises WhyMissing, WrongOrder, NotFound."""
    visit, at = held(by, visit_id, "clinic.observe")
    walk(by, visit, "react", kind if kind in REACTIONS else "", lambda code: refusals.WhyMissing())
    Reaction.objects.unscoped("of a locked visit").create(
        person_id=visit.person_id, visit=visit, kind=kind, note=note.strip()[:500], at=clock.now(), by=by.name
    )
    visit.save()
    record(
        by=by,
        verb="clinic.react",
        subject=visit,
        area_code=at.area_code,
        facts={"person": str(visit.person_id)},
    )
    return visit


@transaction.atomic
def recover(*, by: Actor, visit_id: UUID, treatment: str) -> Visit:
    """They are well again, and stay at least half an hour longer. `treatment`: what was done.

    Raises WhyMissing, WrongOrder, NotFound."""
    visit, at = held(by, visit_id, "clinic.observe")
    walk(by, visit, "recover", treatment, lambda code: refusals.WhyMissing())
    _end(by, visit, treatment)
    visit.observe_until = max(visit.observe_until or clock.now(), clock.now() + AFTER_REACTION)
    visit.save()
    record(
        by=by,
        verb="clinic.recover",
        subject=visit,
        area_code=at.area_code,
        facts={"person": str(visit.person_id)},
    )
    return visit


@transaction.atomic
def send_to_hospital(*, by: Actor, visit_id: UUID, treatment: str) -> Visit:
    """They are taken to hospital; the visit ends. Raises WhyMissing, WrongOrder, NotFound."""
    visit, at = held(by, visit_id, "clinic.observe")
    walk(by, visit, "send_to_hospital", treatment, lambda code: refusals.WhyMissing())
    _end(by, visit, treatment)
    _gone(by, visit, "")
    record(
        by=by, verb="clinic.send_to_hospital", subject=visit, area_code=at.area_code,
        facts={"person": str(visit.person_id)},
    )  # fmt: skip
    return visit


def _gone(by: Actor, visit: Visit, early_reason: str) -> None:
    visit.left_at, visit.left_by, visit.left_early_reason = clock.now(), by.name, early_reason[:200]
    visit.save()


def _end(by: Actor, visit: Visit, treatment: str) -> None:
    found = lock(_reactions(), person_id=visit.person_id, visit_id=visit.pk, ended_at__isnull=True)
    if not found:
        raise NotFound()
    found[0].ended_at, found[0].ended_by, found[0].treatment = clock.now(), by.name, treatment.strip()[:500]
    found[0].save()


def _reactions() -> ScopedQuerySet[Reaction]:
    return Reaction.objects.unscoped("of a locked visit")
