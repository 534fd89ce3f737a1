"""How a visit is held while a step is taken: found in the actor's scope, locked, advanced by the table, signed.

visit, at = held(by, visit_id, "clinic.vaccinate")      locked; raises NotFound
walk(by, visit, "leave", facts, refusal=…)              the new state; the step is timed and signed in the trail
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from vaxkit.workflow import StepRefused
from vaxkit.workflow.table import RefusalKind
from yingjie.clinic import refusals, wording
from yingjie.clinic.models import Visit
from yingjie.clinic.workflow import VISIT
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.scoping import ScopedQuerySet
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound, Refusal
from yingjie.people import queries as people
from yingjie.staff import queries as staff

Said = Callable[[str], Refusal]
"""The refusal behind a guard's code."""


@dataclass(frozen=True)
class At:
    """The site of a visit, as far as steps need it."""

    id: UUID
    area_code: str


def held(by: Actor, visit_id: UUID, permission: str, act: str = "") -> tuple[Visit, At]:
    """The visit, locked, and its site: where the actor holds `permission` there. `act`: what their certificate must allow today.

    Raises NotFound, and what staff says of whoever may not act."""
    known = Visit.objects.visible_to(by, permission).filter(pk=visit_id)
    found = known.values_list("person_id", "site_id", "site__area_id").first()
    if found is None:
        raise NotFound()
    may_act(by, act)
    visit = lock(visits(), person_id=found[0], pk=visit_id)[0]
    return visit, At(found[1], found[2])


def may_act(by: Actor, act: str) -> None:
    """Raise what is in the way of the act, as the staff's own record says today."""
    objection = staff.may_act(by, act) if act else None
    if objection is not None:
        raise objection


def walk(by: Actor, visit: Visit, step: str, facts: object, said: Said | None = None) -> None:
    """Take one step by the table: time it, sign it. The caller saves. Raises the guard's refusal, or what has already happened."""
    try:
        state = VISIT.advance(visit.state, step, facts)
    except StepRefused as refused:
        if refused.kind is not RefusalKind.GUARD or said is None:
            raise out_of_order(visit, step) from refused
        raise said(refused.code) from refused
    now = clock.now()
    visit.state, visit.state_since = state, now
    visit.trail = [
        *visit.trail,
        {"step": step, "at": now.isoformat(), "by": by.name, "title": by.title or by.name},
    ]
    visit.called_at, visit.called_to = None, ""


def out_of_order(visit: Visit, step: str) -> Refusal:
    """Why a step that does not leave the visit's state cannot be taken, by what has already happened."""
    if visit.state in ("turned_away", "deferred", "contraindicated"):
        return refusals.AlreadyTurnedAway(at=clock_time_of(visit))
    if step == "leave" and visit.state in ("left", "to_hospital"):
        return refusals.AlreadyLeft(at=clock_time_of(visit))
    if visit.vaccinated_at is not None and step not in ("leave", "react", "recover", "send_to_hospital"):
        return refusals.AlreadyVaccinated(
            name=name_of(visit), at=wording.clock_time(visit.vaccinated_at), by=visit.vaccinated_by
        )
    if step == "verify" and visit.state == "verified":
        return verified_by_other(visit)
    return refusals.WrongOrder(
        state=wording.STATE_TITLES[visit.state], next_station=wording.NEXT_STATIONS[visit.state]
    )


def verified_by_other(visit: Visit) -> refusals.VerifiedByOther:
    return refusals.VerifiedByOther(
        name=name_of(visit), by=_signature(visit, "verify"), at=wording.clock_time(visit.verified_at)
    )


def clock_time_of(visit: Visit) -> str:
    return wording.clock_time(visit.state_since)


def name_of(visit: Visit) -> str:
    return people.briefs({visit.person_id})[visit.person_id].name


def visits() -> ScopedQuerySet[Visit]:
    return Visit.objects.unscoped("of a site, or for a person, that was checked")


def _signature(visit: Visit, step: str) -> str:
    return next((each["title"] for each in reversed(visit.trail) if each["step"] == step), visit.verified_by)
