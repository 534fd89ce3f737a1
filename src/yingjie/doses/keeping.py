"""What every writer of dose records needs: whoever calls was authorised and holds the person (`standings.hold`)."""

from datetime import date
from uuid import UUID

from yingjie.doses.models import Dose
from yingjie.doses.refusals import DoseBeforeBirth, DoseToCome
from yingjie.foundation import clock
from yingjie.foundation.access.scoping import ScopedQuerySet
from yingjie.people import queries as people


def live(person_id: UUID) -> ScopedQuerySet[Dose]:
    """The records of a person that were not taken back."""
    rows = Dose.objects.unscoped("of a person whom the caller was authorised for")
    return rows.filter(person_id=person_id, voided_at__isnull=True)


def take_back(dose: Dose, reason: str) -> None:
    """Mark a locked person's record as wrong. The callers judge the person again."""
    dose.voided_at = clock.now()
    dose.void_reason = reason
    dose.save(update_fields=["voided_at", "void_reason"])


def must_be_possible(person_id: UUID, given_on: date) -> None:
    """Raises DoseBeforeBirth, DoseToCome."""
    if given_on > clock.today():
        raise DoseToCome(given_on=given_on)
    born_on = people.briefs({person_id})[person_id].birth_on
    if given_on < born_on:
        raise DoseBeforeBirth(born_on=born_on, given_on=given_on)


def free_number(person_id: UUID, group: str, wanted: int) -> int:
    """The first number from `wanted` on that no dose on record has."""
    taken = set(live(person_id).filter(group=group).values_list("number", flat=True))
    return next(number for number in range(wanted, wanted + len(taken) + 1) if number not in taken)
