"""What of outreach follows a person when two records become one: visits, plans with their history, lines of pushed lists, officers,
vaccinations at home, doctor's words, complaints, watches."""

from uuid import UUID

from django.utils.translation import gettext as _

from yingjie.foundation import clock
from yingjie.outreach.models import (
    Attempt,
    CarePlan,
    CarePlanNote,
    Charge,
    CheckItem,
    Complaint,
    DoctorsWord,
    HomeRequest,
    Watch,
    WatchCheck,
    WrittenComplaint,
)
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


def settle(kept: UUID, gone: UUID) -> None:
    """What one person can have only once: the one who is kept goes on with theirs, the other's ends and stays as history."""
    one_open_plan(kept, gone)
    today = clock.today()
    charges = Charge.objects.unscoped(_LOCKED).filter(until_on__isnull=True)
    if charges.filter(person_id=kept).exists():
        charges.filter(person_id=gone).update(until_on=today, ended="gone")
    homes = HomeRequest.objects.unscoped(_LOCKED).filter(state__in=("asked", "arranged"))
    if homes.filter(person_id=kept).exists():
        homes.filter(person_id=gone).update(state="withdrawn", closed_on=today)
    words = DoctorsWord.objects.unscoped(_LOCKED).filter(state="waiting")
    if words.filter(person_id=kept).exists():
        words.filter(person_id=gone).update(state="overtaken", decided_at=clock.now(), doctor="–")
    watches = Watch.objects.unscoped(_LOCKED).exclude(state="closed")
    if watches.filter(person_id=kept).exists():
        watches.filter(person_id=gone).update(state="closed", ended_on=today, ended="gone")


MOVER = following.mover(
    Attempt,
    CarePlan,
    CarePlanNote,
    Charge,
    HomeRequest,
    DoctorsWord,
    Complaint,
    Watch,
    WatchCheck,
    mentioned=[(CheckItem, "person_id"), (WrittenComplaint, "person_id")],
    settle=settle,
)
