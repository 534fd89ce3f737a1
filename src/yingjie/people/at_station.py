"""What a station at a site writes into the ledger about the health of whoever stands there, wherever they live."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.people import changes, checks, codelists
from yingjie.people.models import HealthCondition, Person

_WHY = "of who stands at the station; the caller asked who may screen there"


@transaction.atomic
def note_condition(
    *, by: Actor, person_id: UUID, code: str, from_on: date, until_on: date | None = None
) -> HealthCondition:
    """A condition that was told or found at screening ("clinic.screen"); what was known of the same condition and is still open
    gets the later day and the new end. Whoever derives something from it hears of it. Raises NotAllowed, NotFound, UnknownWord."""
    by.require("clinic.screen")
    checks.word(code, codelists.conditions(), "condition")
    if not lock(Person.objects.unscoped(_WHY), id=person_id):
        raise NotFound()
    rows = HealthCondition.objects.unscoped(_WHY).filter(
        person_id=person_id, code=code, until_on__isnull=True
    )
    made = rows.first() or HealthCondition(person_id=person_id, code=code, from_on=from_on)
    made.from_on = max(made.from_on or from_on, from_on)
    made.until_on, made.by, made.recorded_at = until_on, by.name, clock.now()
    made.save()
    changes.told({person_id})
    record(by=by, verb="people.add_condition", subject=("person", person_id), facts={"at": "station"})
    return made
