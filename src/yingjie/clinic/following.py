"""What of the clinic follows a person when two records become one: their visits."""

from uuid import UUID

from django.utils.translation import gettext as _

from yingjie.clinic.models import ENDED_WITHOUT, Consent, Override, Reaction, Screening, Visit
from yingjie.doses.queries import taken_back
from yingjie.foundation import clock
from yingjie.people import following

_LOCKED = "of two people who are locked to become one"


def one_visit_a_day(kept: UUID, gone: UUID) -> None:
    """Of two visits on one day, the one whose dose stays on record is the visit; who only waited does not wait twice."""
    visits = (
        Visit.objects.unscoped(_LOCKED).exclude(state__in=ENDED_WITHOUT).filter(taken_back_at__isnull=True)
    )
    for theirs in visits.filter(person_id=gone):
        mine = visits.filter(person_id=kept, on=theirs.on).first()
        if mine is None:
            continue
        waits = next((row for row in (theirs, mine) if row.dose_id is None), None)
        if waits is not None:
            waits.state, waits.turned_away_at, waits.turned_away_reason = "turned_away", clock.now(), "other"
            waits.turned_away_note = _("Registered twice on one day; the two records were merged.")
            waits.save(update_fields=["state", "turned_away_at", "turned_away_reason", "turned_away_note"])
        else:
            gone_back = taken_back([row.dose_id for row in (mine, theirs) if row.dose_id])
            twice = mine if mine.dose_id in gone_back else theirs
            twice.taken_back_at = clock.now()
            twice.save(update_fields=["taken_back_at"])


MOVER = following.mover(Visit, Consent, Screening, Override, Reaction, settle=one_visit_a_day)
