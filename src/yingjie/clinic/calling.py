"""Calling numbers: the next person of a state is called to a station, and the boards show it."""

from uuid import UUID

from django.db import transaction

from yingjie.clinic import refusals
from yingjie.clinic.holding import held, out_of_order, visits
from yingjie.clinic.models import Visit
from yingjie.clinic.over_midnight import going_on
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.sites import queries as sites

#: The state that waits for a kind of station, and the permission of whoever calls.
CALLS = {
    "registration": ("checked_in", "clinic.register"),
    "consent": ("registered", "clinic.register"),
    "screening": ("consented", "clinic.screen"),
    "doctor": ("with_doctor", "clinic.screen"),
    "vaccination": ("screened", "clinic.vaccinate"),
}


@transaction.atomic
def call(*, by: Actor, site_id: UUID, station: str, place: str = "", zone: str = "") -> Visit:
    """Call whoever waits longest and was not called yet to a station. `place`: the words on the board ("3"). Two stations that call
    at once call two people. Raises NobodyToCall, NotFound."""
    state, permission = CALLS[station]
    at = sites.site(by, site_id, permission)
    rows = visits().filter(
        going_on(), site_id=at.id, state=state, called_at__isnull=True, taken_back_at__isnull=True
    )
    if zone:
        rows = rows.filter(zone=zone)
    found = rows.select_for_update(skip_locked=True).order_by("state_since", "number").first()
    if found is None:
        raise refusals.NobodyToCall()
    return _called(by, found, station, place, at.area_code)


@transaction.atomic
def call_again(*, by: Actor, visit_id: UUID, station: str, place: str = "") -> Visit:
    """Call one person (again). Raises WrongOrder, NotFound."""
    state, permission = CALLS[station]
    visit, at = held(by, visit_id, permission)
    if visit.state != state:
        raise out_of_order(visit, "leave")
    return _called(by, visit, station, place, at.area_code)


def _called(by: Actor, visit: Visit, station: str, place: str, area_code: str) -> Visit:
    visit.called_at, visit.called_to = clock.now(), f"{station}:{place.strip()[:20]}"
    visit.save(update_fields=["called_at", "called_to"])
    record(by=by, verb="clinic.call", subject=visit, area_code=area_code, facts={"number": visit.number})
    return visit
