"""暂缓人员监测 (SAF-5): reads. Whoever is deferred and looked after, by when they are asked next, and who has come back: nothing
stands against a dose any more, and nobody has done anything about it yet. Says nothing of why somebody is deferred."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from yingjie.areas import queries as areas
from yingjie.bookings import queries as bookings
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.outreach import campaign, closings
from yingjie.outreach.models import Attempt, Charge, Watch, WatchCheck
from yingjie.people.models import Person
from yingjie.people.queries import age_on
from yingjie.people.residents import in_ledger

#: So long whoever came back stands on the list of those who did.
BACK_DAYS = 30
_SCOPED = "of people who were scoped before"
_ORDERS = {"next_on": ("next_on", "pk"), "place": ("person__area_id", "pk"), "monitor": ("monitor", "pk")}


@dataclass(frozen=True)
class Narrowed:
    """`state`: watching, due, stable, back, closed; "" all that are not closed."""

    state: str = ""
    area_code: str = ""
    monitor: str = ""


@dataclass(frozen=True)
class WatchRow:
    """`state` is watching, due (the day has come), stable or closed; `result` of the newest check."""

    id: UUID
    person_id: UUID
    name: str
    age: int
    area_code: str
    place: str
    address: str
    monitor: str
    account: str
    every_days: int
    began_on: date
    next_on: date
    state: str
    ended_on: date | None
    ended: str
    result: str
    checked_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state != "closed"


@dataclass(frozen=True)
class CheckRow:
    """`note` only for whoever records visits there."""

    at: datetime
    by: str
    result: str
    note: str


def count(actor: Actor, narrowed: Narrowed) -> int:
    return _found(actor, narrowed).count()


def rows(
    actor: Actor, narrowed: Narrowed, sort: str, offset: int = 0, limit: int | None = None
) -> list[WatchRow]:
    found = _found(actor, narrowed).order_by(*_ORDERS.get(sort.removeprefix("-"), _ORDERS["next_on"]))
    found = found.reverse() if sort.startswith("-") else found
    return _shown(found[offset : None if limit is None else offset + limit])


def watch(actor: Actor, watch_id: UUID) -> WatchRow:
    """Raises NotFound."""
    found = _shown(Watch.objects.visible_to(actor).filter(pk=watch_id))
    if not found:
        raise NotFound()
    return found[0]


def checks(actor: Actor, watch_id: UUID) -> list[CheckRow]:
    """The newest first."""
    found = WatchCheck.objects.visible_to(actor).filter(watch_id=watch_id).select_related("person")
    return [
        CheckRow(row.at, row.by, row.result, row.note if _told(actor, row.person.area_id) else "")
        for row in found.order_by("-at", "-pk")
    ]


def of_person(actor: Actor, person_id: UUID) -> WatchRow | None:
    """The live one, else the newest."""
    found = Watch.objects.visible_to(actor).filter(person_id=person_id)
    listed = _shown(found.order_by(F("ended_on").desc(nulls_first=True), "-began_on", "-pk")[:1])
    return listed[0] if listed else None


def monitors(actor: Actor) -> list[str]:
    rows = Watch.objects.visible_to(actor).exclude(state="closed").exclude(monitor="")
    return list(rows.order_by("monitor").values_list("monitor", flat=True).distinct()[:300])


def may_check(actor: Actor, row: WatchRow) -> bool:
    """Whoever records visits there, looks after health there, or is the monitor."""
    return _told(actor, row.area_code) or (bool(row.account) and row.account == actor.name)


def due(actor: Actor) -> int:
    """Whose day has come, where the actor records visits or looks after health."""
    found = _where(actor).filter(next_on__lte=clock.today()).exclude(state="closed")
    return found.count()


def back(actor: Actor) -> int:
    """How many came back to whom nothing has been offered since, where the actor records visits."""
    return len(came_back(_where(actor)))


def came_back(found: QuerySet[Watch]) -> list[UUID]:
    """Of these watches those of people who were deferred and have a dose to come now; nobody has called on them and no place is
    booked since. A doctor's word, the review date or the end of a condition brings them here by itself."""
    today = clock.today()
    since = today - timedelta(days=BACK_DAYS)
    live = Q(ended_on__isnull=True) | Q(ended__in=("cleared", "over"), ended_on__gte=since)
    called = Attempt.objects.unscoped(_SCOPED).filter(
        person_id=OuterRef("person_id"), at__date__gte=OuterRef("ended_on")
    )
    rows = found.filter(live).filter(~Exists(called.exclude(outcome="cleared")))
    of = dict(rows.values_list("person_id", "pk"))
    terms = terms_of(list(of))
    open_now = [person_id for person_id in of if terms.get(person_id) == "to_do"]
    booked = {row.person_id for row in bookings.bookings_of(open_now, live=True)} if open_now else set()
    return [of[person_id] for person_id in open_now if person_id not in booked]


def terms_of(person_ids: Collection[UUID]) -> dict[UUID, str]:
    """Where people stand today; whoever is no longer in the ledger is left out."""
    if not person_ids:
        return {}
    people = Person.objects.unscoped(_SCOPED).filter(in_ledger(clock.today()), pk__in=list(person_ids))
    found = closings.relation(closings.here(people), closings.Asked(clock.today(), campaign.last_of_course()))
    return dict(
        closings.run(closings.Statement(f"SELECT t.person_id, t.term FROM ({found.sql}) t", found.parameters))
    )


def deferred_in(area_code: str) -> set[UUID]:
    """Whoever is deferred at or below an area, whoever asks."""
    people = Person.objects.unscoped(_SCOPED).filter(
        in_ledger(clock.today()), area__code__startswith=area_code
    )
    found = closings.relation(closings.here(people), closings.Asked(clock.today(), campaign.last_of_course()))
    sql = f"SELECT t.person_id FROM ({found.sql}) t WHERE t.term = 'deferred'"
    return {row[0] for row in closings.run(closings.Statement(sql, found.parameters))}


def monitors_for(person_ids: Collection[UUID]) -> dict[UUID, tuple[str, str]]:
    """Person → (name, account) of their officer: who asks how they are unless somebody else is named."""
    rows = Charge.objects.unscoped(_SCOPED).filter(person_id__in=person_ids, until_on__isnull=True)
    found = rows.values_list("person_id", "officer__member__name", "officer__member__account")
    return {key: (name, account or "") for key, name, account in found}


def _where(actor: Actor) -> QuerySet[Watch]:
    """Of people where the actor records visits or looks after health, and those whose monitor they are."""
    rows = Watch.objects.visible_to(actor)
    here = Q(account=actor.name) & ~Q(account="")
    for permission in ("outreach.record", "people.health"):
        condition = Watch.scope.condition(actor, permission)
        here |= condition if condition is not None else Q(pk__in=[])
    return rows.filter(here)


def _told(actor: Actor, area_code: str) -> bool:
    return actor.may("outreach.record", area_code) or actor.may("people.health", area_code)


def _found(actor: Actor, narrowed: Narrowed) -> QuerySet[Watch]:
    found: QuerySet[Watch] = Watch.objects.visible_to(actor)
    if narrowed.area_code:
        found = found.filter(person__area__code__startswith=narrowed.area_code)
    if narrowed.monitor:
        found = found.filter(monitor=narrowed.monitor)
    if narrowed.state == "back":
        return found.filter(pk__in=came_back(found))
    if narrowed.state == "due":
        return found.exclude(state="closed").filter(next_on__lte=clock.today())
    return found.filter(state=narrowed.state) if narrowed.state else found.exclude(state="closed")


def _shown(found: QuerySet[Watch]) -> list[WatchRow]:
    listed: Sequence[Watch] = list(found.select_related("person"))
    places, today = areas.places({row.person.area_id for row in listed}), clock.today()
    newest = WatchCheck.objects.unscoped(_SCOPED).filter(watch_id__in=[row.pk for row in listed])
    last = {row.watch_id: row for row in newest.order_by("watch_id", "-at", "-pk").distinct("watch_id")}
    return [_row(row, places, today, last.get(row.pk)) for row in listed]


def _row(row: Watch, places: dict[str, str], today: date, last: WatchCheck | None) -> WatchRow:
    person = row.person
    state = "due" if row.state == "watching" and row.next_on <= today else row.state
    return WatchRow(
        row.pk, person.pk, person.name, age_on(person.birth_on, today), person.area_id, places.get(person.area_id, ""),
        person.address, row.monitor, row.account, row.every_days, row.began_on, row.next_on, state, row.ended_on, row.ended,
        last.result if last else "", last.at if last else None,
    )  # fmt: skip
