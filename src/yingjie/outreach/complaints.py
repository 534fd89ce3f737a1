"""投诉受理: reads of complaints. Which are open and late, one of them, on whom nobody may call, and the counts that say how the
campaign keeps to it that a dose is everybody's own decision."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.outreach.models import Attempt, Complaint

SEE, DECIDE = "outreach.complaints", "outreach.hear"
_SCOPED = "of people who were scoped before"
_ORDERS = {"due_on": ("due_on", "pk"), "made_at": ("made_at", "pk"), "place": ("person__area_id", "pk")}


@dataclass(frozen=True)
class Narrowed:
    state: str = ""
    area_code: str = ""
    about: str = ""


@dataclass(frozen=True)
class ComplaintRow:
    """`state` is open, overdue or decided; `against` the officer complained about, "" for nobody named."""

    id: UUID
    person_id: UUID
    name: str
    area_code: str
    place: str
    about: str
    how: str
    text: str
    against: str
    made_at: datetime
    taken_by: str
    owner: str
    due_on: date
    state: str
    finding: str
    reply: str
    rests: bool
    decided_at: datetime | None
    decided_by: str

    @property
    def is_open(self) -> bool:
        return self.state != "decided"


@dataclass(frozen=True)
class Freely:
    """Of an area between two days: complaints taken, decided and found right (wholly or partly), median days until decided; open
    and overdue ones now; people who asked for no more visits, and visits made to them since all the same."""

    taken: int
    decided: int
    upheld: int
    median_days: float | None
    open: int
    overdue: int
    asked_for_rest: int
    called_all_the_same: int


def count(actor: Actor, narrowed: Narrowed) -> int:
    return _found(actor, narrowed).count()


def rows(
    actor: Actor, narrowed: Narrowed, sort: str, offset: int = 0, limit: int | None = None
) -> list[ComplaintRow]:
    found = _found(actor, narrowed).order_by(*_ORDERS.get(sort.removeprefix("-"), _ORDERS["due_on"]))
    found = found.reverse() if sort.startswith("-") else found
    return _shown(found[offset : None if limit is None else offset + limit])


def complaint(actor: Actor, complaint_id: UUID) -> ComplaintRow:
    """Raises NotFound."""
    found = _shown(Complaint.objects.visible_to(actor).filter(pk=complaint_id))
    if not found:
        raise NotFound()
    return found[0]


def of_person(actor: Actor, person_id: UUID) -> list[ComplaintRow]:
    """Somebody's, the newest first; nothing where the actor does not see complaints."""
    return _shown(Complaint.objects.visible_to(actor).filter(person_id=person_id).order_by("-made_at", "-pk"))


def waiting(actor: Actor) -> tuple[int, int]:
    """(open, of them past their day) where the actor decides."""
    rows = Complaint.objects.visible_to(actor, DECIDE).filter(state="open")
    return rows.count(), rows.filter(due_on__lt=clock.today()).count()


def resting(person_ids: Collection[UUID]) -> set[UUID]:
    """On whom nobody may call: a complaint is open, or was decided so and they have not asked for a visit since."""
    asked = Attempt.objects.unscoped(_SCOPED).filter(
        person_id=OuterRef("person_id"), asked=True, at__gte=OuterRef("decided_at")
    )
    found = Complaint.objects.unscoped(_SCOPED).filter(person_id__in=person_ids)
    found = found.filter(Q(state="open") | (Q(rests=True) & ~Exists(asked)))
    return set(found.values_list("person_id", flat=True))


def freely(actor: Actor, area_code: str, from_on: date, until_on: date) -> Freely:
    """What the campaign can be asked about an area and a time. Raises NotFound where the actor does not see its complaints."""
    if not actor.may(SEE, area_code):
        raise NotFound()
    here = Complaint.objects.visible_to(actor).filter(person__area__code__startswith=area_code)
    taken = here.filter(made_at__gte=_begin(from_on), made_at__lt=_end(until_on))
    done = list(
        here.filter(decided_at__gte=_begin(from_on), decided_at__lt=_end(until_on)).values_list(
            "made_at", "decided_at", "finding"
        )
    )
    days = [(clock.day_of(decided) - clock.day_of(made)).days for made, decided, _finding in done if decided]
    stopped, broken = _rest_kept(area_code, from_on, until_on)
    return Freely(
        taken=taken.count(), decided=len(done), upheld=sum(row[2] in ("upheld", "partly") for row in done),
        median_days=float(median(days)) if days else None, open=here.filter(state="open").count(),
        overdue=here.filter(state="open", due_on__lt=clock.today()).count(), asked_for_rest=stopped, called_all_the_same=broken,
    )  # fmt: skip


def _rest_kept(area_code: str, from_on: date, until_on: date) -> tuple[int, int]:
    """People of an area who said so far that nobody shall come again; visits in a time that came all the same."""
    here = Attempt.objects.unscoped(_SCOPED).filter(person__area__code__startswith=area_code)
    stopped = here.filter(stop=True, at__lt=_end(until_on)).values("person_id").distinct().count()
    asked = Attempt.objects.unscoped(_SCOPED).filter(
        person_id=OuterRef("person_id"), asked=True, at__gt=OuterRef("at"), at__lte=OuterRef(OuterRef("at"))
    )
    said = Attempt.objects.unscoped(_SCOPED).filter(
        person_id=OuterRef("person_id"), stop=True, at__lt=OuterRef("at")
    )
    since = here.filter(asked=False, at__gte=_begin(from_on), at__lt=_end(until_on)).exclude(rung="doctor")
    return stopped, since.filter(Exists(said.filter(~Exists(asked)))).count()


def _begin(on: date) -> datetime:
    return datetime.combine(on, time.min, clock.CAMPAIGN_ZONE)


def _end(on: date) -> datetime:
    return _begin(on + timedelta(days=1))


def _found(actor: Actor, narrowed: Narrowed) -> QuerySet[Complaint]:
    found: QuerySet[Complaint] = Complaint.objects.visible_to(actor)
    if narrowed.area_code:
        found = found.filter(person__area__code__startswith=narrowed.area_code)
    if narrowed.about:
        found = found.filter(about=narrowed.about)
    if narrowed.state == "overdue":
        return found.filter(state="open", due_on__lt=clock.today())
    return found.filter(state=narrowed.state) if narrowed.state else found


def _shown(found: QuerySet[Complaint]) -> list[ComplaintRow]:
    listed: Sequence[Complaint] = list(found.select_related("person", "against__member"))
    places, today = areas.places({row.person.area_id for row in listed}), clock.today()
    return [
        ComplaintRow(
            row.pk, row.person_id, row.person.name, row.person.area_id, places.get(row.person.area_id, ""), row.about, row.how,
            row.text, row.against.member.name if row.against else "", row.made_at, row.taken_by, row.owner, row.due_on,
            "overdue" if row.state == "open" and row.due_on < today else row.state, row.finding, row.reply, row.rests,
            row.decided_at, row.decided_by,
        )
        for row in listed
    ]  # fmt: skip
