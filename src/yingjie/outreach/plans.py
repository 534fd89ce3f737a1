"""一人一策: reads of plans. A plan whose person has had the dose since is closed by that, whatever was written: `shown_state`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from yingjie.areas import queries as areas
from yingjie.doses.models import Dose
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.outreach import campaign
from yingjie.outreach.models import CarePlan, CarePlanNote
from yingjie.outreach.unvaccinated import HEALTH
from yingjie.outreach.words import HEALTH_REASONS
from yingjie.people import search as searching
from yingjie.people.models import Person
from yingjie.people.queries import age_on
from yingjie.people.residents import in_ledger

_SCOPED = "of people who were scoped before"


@dataclass(frozen=True)
class Narrowed:
    """What narrows the list. `state`: open, in_progress, closed, "overdue" (the next step is late) or "live" (not closed)."""

    text: str = ""
    area_code: str = ""
    state: str = ""
    owner: str = ""
    measure: str = ""


@dataclass(frozen=True)
class PlanRow:
    """A plan as lists and pages show it. `state` is the shown one; `outcome` "vaccinated" too where the dose itself closed it.
    `reason` is HEALTH and obstacles are empty where the actor does not record visits there."""

    id: UUID
    person_id: UUID
    name: str
    age: int
    area_code: str
    place: str
    address: str
    goal: int
    state: str
    reason: str
    obstacles: str
    measures: tuple[str, ...]
    owner: str
    next_step: str
    next_on: date | None
    opened_on: date
    opened_by: str
    closed_on: date | None
    outcome: str

    @property
    def is_overdue(self) -> bool:
        return self.state != "closed" and self.next_on is not None and self.next_on < clock.today()


@dataclass(frozen=True)
class NoteRow:
    at: datetime
    by: str
    step: str
    text: str


def plan(actor: Actor, plan_id: UUID) -> PlanRow:
    """One plan. Raises NotFound."""
    found = _shown(actor, list(_visible(actor).filter(pk=plan_id)))
    if not found:
        raise NotFound()
    return found[0]


def notes(actor: Actor, plan_id: UUID) -> list[NoteRow]:
    """A plan's history, newest first; the words of steps only for whoever records visits there."""
    rows = (
        CarePlanNote.objects.visible_to(actor)
        .filter(plan_id=plan_id)
        .select_related("person")
        .order_by("-at", "-id")
    )
    return [
        NoteRow(row.at, row.by, row.step, row.text if actor.may("outreach.record", row.person.area_id) else "") for row in rows
    ]  # fmt: skip


def of_person(actor: Actor, person_id: UUID) -> list[PlanRow]:
    """Somebody's plans, the newest first."""
    return _shown(actor, list(_visible(actor).filter(person_id=person_id).order_by("-opened_on", "-id")))


def count(actor: Actor, narrowed: Narrowed) -> int:
    return _rows(actor, narrowed).count()


def rows(
    actor: Actor, narrowed: Narrowed, sort: str, offset: int = 0, limit: int | None = None
) -> list[PlanRow]:
    """By day of the next step, day of opening or place ("-" in front turns it round)."""
    orders = {
        "next_on": ("next_on", "id"), "opened_on": ("opened_on", "id"), "place": ("person__area_id", "id"),
        "owner": ("owner", "id"),
    }  # fmt: skip
    found = _rows(actor, narrowed).order_by(*orders.get(sort.removeprefix("-"), orders["next_on"]))
    found = found.reverse() if sort.startswith("-") else found
    return _shown(actor, list(found[offset : None if limit is None else offset + limit]))


def owners(actor: Actor) -> list[str]:
    rows = _visible(actor).exclude(state="closed").order_by("owner").values_list("owner", flat=True)
    return list(rows.distinct()[:300])


def overdue(actor: Actor) -> int:
    """Plans whose next step should have been taken, where the actor records visits."""
    return _narrowed(_visible(actor, "outreach.record"), Narrowed(state="overdue")).count()


def vaccinated_on(person_id: UUID, goal: int, since: date) -> date | None:
    """When a person had the dose that closes a plan, of whom the caller may see the plan."""
    rows = _doses(person_id).filter(counts_as__gte=goal, given_on__gte=since)
    return rows.order_by("given_on").values_list("given_on", flat=True).first()


def doses_had(person_id: UUID) -> int:
    return _doses(person_id).filter(counts_as__isnull=False).count()


def _doses(person_id: UUID) -> QuerySet[Dose]:
    rows: QuerySet[Dose] = Dose.objects.unscoped(_SCOPED)
    return rows.filter(person_id=person_id, group=campaign.GROUP, voided_at__isnull=True)


def _visible(actor: Actor, permission: str = "outreach.view") -> QuerySet[Any]:
    rows: QuerySet[CarePlan] = CarePlan.objects.visible_to(actor, permission)
    return rows.select_related("person").annotate(is_done=_done())


def _done() -> Exists:
    """Whether the person has had the dose that the plan is about since it was opened."""
    doses = Dose.objects.unscoped(_SCOPED).filter(
        person_id=OuterRef("person_id"), group=campaign.GROUP, voided_at__isnull=True, counts_as__gte=OuterRef("goal"),
        given_on__gte=OuterRef("opened_on"),
    )  # fmt: skip
    return Exists(doses)


def _rows(actor: Actor, narrowed: Narrowed) -> QuerySet[Any]:
    return _narrowed(_visible(actor), narrowed)


def _narrowed(found: QuerySet[Any], narrowed: Narrowed) -> QuerySet[CarePlan]:
    if narrowed.area_code:
        found = found.filter(person__area__code__startswith=narrowed.area_code)
    if narrowed.owner:
        found = found.filter(owner=narrowed.owner)
    if narrowed.measure:
        found = found.filter(measures__contains=[narrowed.measure])
    if narrowed.text:
        people = searching.meant(Person.objects.unscoped(_SCOPED), narrowed.text, whole_numbers=False)
        found = found.filter(person_id__in=people.values("pk"))
    if narrowed.state == "closed":
        return found.filter(Q(state="closed") | Q(is_done=True))
    if narrowed.state:
        found = found.exclude(state="closed").filter(in_ledger(clock.today(), "person__"), is_done=False)
    if narrowed.state == "overdue":
        found = found.filter(next_on__lt=clock.today())
    elif narrowed.state in ("open", "in_progress"):
        found = found.filter(state=narrowed.state)
    return found


def _shown(actor: Actor, found: Sequence[Any]) -> list[PlanRow]:
    places, today = areas.places({row.person.area_id for row in found}), clock.today()
    return [_row(actor, row, places, today) for row in found]


def _row(actor: Actor, row: Any, places: dict[str, str], today: date) -> PlanRow:
    person, told = row.person, actor.may("outreach.record", row.person.area_id)
    is_done = row.is_done and row.state != "closed"
    return PlanRow(
        id=row.pk, person_id=person.pk, name=person.name, age=age_on(person.birth_on, today), area_code=person.area_id,
        place=places.get(person.area_id, ""), address=person.address, goal=row.goal, state="closed" if is_done else row.state,
        reason=row.reason if told or row.reason not in HEALTH_REASONS else HEALTH, obstacles=row.obstacles if told else "",
        measures=tuple(row.measures), owner=row.owner, next_step=row.next_step, next_on=row.next_on, opened_on=row.opened_on,
        opened_by=row.opened_by, closed_on=row.closed_on, outcome="vaccinated" if is_done else row.outcome,
    )  # fmt: skip
