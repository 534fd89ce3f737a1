"""What of outreach follows a person when two records become one: visits, plans with their history, lines of pushed lists."""

from uuid import UUID

from django.utils.translation import gettext as _

from yingjie.foundation import clock
from yingjie.outreach.models import Attempt, CarePlan, CarePlanNote, CheckItem
from yingjie.people import following

_LOCKED = "of two people who are locked to become one"


def one_open_plan(kept: UUID, gone: UUID) -> None:
    """Where both have a plan that is not closed, the one who is kept goes on with theirs; the other is closed and says why."""
    plans = CarePlan.objects.unscoped(_LOCKED).exclude(state="closed")
    theirs = plans.filter(person_id=gone).first()
    if theirs is None or not plans.filter(person_id=kept).exists():
        return
    theirs.state, theirs.closed_on, theirs.outcome = "closed", clock.today(), "other"
    theirs.save(update_fields=["state", "closed_on", "outcome"])
    CarePlanNote.objects.create(
        person_id=gone, plan=theirs, at=clock.now(), by="", step="close",
        text=_("Two records of this person were merged; the other record's plan goes on."),
    )  # fmt: skip


MOVER = following.mover(
    Attempt, CarePlan, CarePlanNote, mentioned=[(CheckItem, "person_id")], settle=one_open_plan
)
