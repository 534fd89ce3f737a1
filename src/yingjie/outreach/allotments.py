"""包保: proposals of who answers for whom. Nothing is changed by one until somebody says so; then only what still fits."""

from uuid import UUID

from django.db import transaction

from vaxkit.workflow import StepRefused
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.locks import lock
from yingjie.outreach import charging, duties
from yingjie.outreach.duties import TOWN_DIGITS
from yingjie.outreach.duty_refusals import AllotmentDecided, NoOfficers, NotATownship
from yingjie.outreach.models import Allotment
from yingjie.outreach.sharing_out import Change, share_out
from yingjie.outreach.workflow import ALLOTMENT

_SCOPED = "of an area that the actor was authorised for"


@transaction.atomic
def propose(*, by: Actor, area_code: str) -> Allotment:
    """Share a township's open people out anew and write the result down for somebody to look at; nothing is changed by it. An
    earlier proposal that waits is dropped. Raises NotAllowed, NotATownship, NoOfficers."""
    by.require("outreach.assign", area_code)
    if len(area_code) != TOWN_DIGITS:
        raise NotATownship()
    officers = charging.live(area_code)
    if not officers:
        raise NoOfficers()
    present = duties.open_people(area_code)
    held = charging.held_by(area_code)
    found = share_out(present, held, officers, anew=True)
    now = clock.now()
    Allotment.objects.unscoped(_SCOPED).filter(area_id=area_code, state="proposed").update(
        state=ALLOTMENT.advance("proposed", "drop"), decided_at=now, decided_by=by.signature
    )
    before = {row.id: 0 for row in officers}
    for person in present:
        if person.id in held and held[person.id].officer in before:
            before[held[person.id].officer] += 1
    made = Allotment.objects.create(
        area_id=area_code, people=len(present), kept=found.kept,
        rows=[[str(c.person_id), str(c.before or ""), str(c.officer), c.why] for c in found.changes],
        loads={str(key): [before[key], found.loads[key]] for key in before},
        short=found.short, short_officers=found.short_officers, without=len(found.without),
        below_least=[str(key) for key in found.below_least], made_at=now, made_by=by.signature,
    )  # fmt: skip
    charging.noted(
        by, "outreach.propose_allotment", made, area_code, people=len(present), changes=len(found.changes)
    )
    return made


@transaction.atomic
def apply(*, by: Actor, allotment_id: UUID) -> Allotment:
    """Do what a proposal says. Whoever has had the dose since, has got another officer since, or whose officer is gone, is left
    out and counted. Raises NotFound, NotAllowed, AllotmentDecided, ChangedMeanwhile."""
    seen = duties.allotment(by, allotment_id)
    by.require("outreach.assign", seen.area_id)
    charging.lock_town(seen.area_id)
    found = lock(Allotment.objects.unscoped(_SCOPED), pk=allotment_id)[0]
    _step(found, "apply", by)
    live = {row.id for row in charging.live(found.area_id)}
    present = {person.id for person in duties.open_people(found.area_id)}
    held = charging.held_by(found.area_id)
    wanted = [
        Change(UUID(person), UUID(before) if before else None, UUID(officer), why)
        for person, before, officer, why in found.rows
    ]
    fit = [
        change
        for change in wanted
        if change.officer in live
        and change.person_id in present
        and change.before == (held[change.person_id].officer if change.person_id in held else None)
    ]
    charging.write(by, fit, "reallotted")
    found.applied, found.left_out = len(fit), len(wanted) - len(fit)
    found.save(update_fields=["state", "decided_at", "decided_by", "applied", "left_out"])
    charging.noted(
        by, "outreach.apply_allotment", found, found.area_id, people=len(fit), left_out=found.left_out
    )
    return found


@transaction.atomic
def drop(*, by: Actor, allotment_id: UUID) -> Allotment:
    """Raises NotFound, NotAllowed, AllotmentDecided."""
    seen = duties.allotment(by, allotment_id)
    by.require("outreach.assign", seen.area_id)
    found = lock(Allotment.objects.unscoped(_SCOPED), pk=allotment_id)[0]
    _step(found, "drop", by)
    found.save(update_fields=["state", "decided_at", "decided_by"])
    charging.noted(by, "outreach.drop_allotment", found, found.area_id)
    return found


def _step(found: Allotment, step: str, by: Actor) -> None:
    try:
        found.state = ALLOTMENT.advance(found.state, step)
    except StepRefused:
        raise AllotmentDecided() from None
    found.decided_at, found.decided_by = clock.now(), by.signature
