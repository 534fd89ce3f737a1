"""包保: reads of who answers for whom. Officers with their loads, the chain above them, one officer's people, what an area lacks.

Whoever has "outreach.team" in an area sees every officer there; an officer sees themselves, by the account of their staff record.
A charge is live while its `until_on` is null. People who have had their dose since stand as closed until the nightly settling.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Left

from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, system
from yingjie.foundation.refusals import NotFound
from yingjie.outreach import campaign, closings
from yingjie.outreach.closings import OPEN_TERMS
from yingjie.outreach.mobilising import mobilising
from yingjie.outreach.models import Allotment, Charge, Officer
from yingjie.outreach.queries import NEXT_LENGTH
from yingjie.people.models import Employment, Person
from yingjie.people.queries import age_on
from yingjie.people.residents import in_ledger

TOWN_DIGITS, VILLAGE_DIGITS = 9, 12
#: In which people are shared out: nothing of it differs from one load of the same people to the next.
IN_ORDER = ("area_id", "address", "birth_on", "name", "pk")
_SCOPED = "of an area or an officer that the caller may see"


@dataclass(frozen=True)
class OfficerRow:
    """Somebody who answers. `load`: people of theirs now; `closed`: who were theirs until they had their dose; `to_win`: how
    many at least they shall win over."""

    id: UUID
    member_id: UUID
    name: str
    account: str
    phone: str
    kind: str
    post: str
    area_code: str
    place: str
    unit_id: UUID | None
    unit_name: str
    least: int
    most: int
    from_on: date
    until_on: date | None
    is_here: bool
    load: int = 0
    closed: int = 0
    to_win: int = 0

    @property
    def is_live(self) -> bool:
        return self.until_on is None and self.is_here


@dataclass(frozen=True)
class OpenPerson:
    """Somebody who has not had the dose that is asked for. `unit` is the one that counts for them, "" for none."""

    id: UUID
    area: str
    household: str
    unit: str


@dataclass(frozen=True)
class AreaDuties:
    """A line of an area: its leader's name, officers, people with an officer, and without (None where it was not counted)."""

    code: str
    name: str
    leaders: str
    officers: int
    people: int
    without: int | None


@dataclass(frozen=True)
class ChargeRow:
    person_id: UUID
    officer_id: UUID
    officer: str
    from_on: date
    until_on: date | None
    why: str
    ended: str
    by: str


@dataclass(frozen=True)
class MoveRow:
    """A line of a proposal: whose officer changes. `before` "" where they have none."""

    person_id: UUID
    name: str
    age: int
    place: str
    address: str
    before: str
    officer: str
    why: str


def may_see(actor: Actor, area_code: str) -> bool:
    """Whether the actor sees all officers of an area."""
    return actor.may("outreach.team", area_code)


def home(actor: Actor) -> str:
    """The highest area whose officers the actor sees. Raises NotFound."""
    held = [role.area_code for role in actor.scopes("outreach.team")]
    if not held:
        raise NotFound()
    return min(held, key=lambda code: (len(code), code))


def officer(actor: Actor, officer_id: UUID) -> OfficerRow:
    """One officer: the actor's own, or of an area whose officers they see. Raises NotFound."""
    found = Officer.objects.unscoped(_SCOPED).filter(pk=officer_id)
    rows = as_rows(found)
    if not rows or not (may_see(actor, rows[0].area_code) or is_own(actor, rows[0])):
        raise NotFound()
    return rows[0]


def is_own(actor: Actor, row: OfficerRow) -> bool:
    return bool(row.account) and row.account == actor.name and not actor.is_system


def own(actor: Actor) -> list[OfficerRow]:
    """As what the account behind the actor answers today."""
    if actor.is_system:
        return []
    rows = Officer.objects.unscoped("one's own").filter(member__account=actor.name, until_on__isnull=True)
    return [row for row in as_rows(rows) if row.is_live]


def officers(
    actor: Actor,
    area_code: str,
    *,
    kind: str = "",
    with_ended: bool = False,
    offset: int = 0,
    limit: int | None = None,
) -> list[OfficerRow]:
    """Officers at or below an area, by area and name. Raises NotFound where the actor may not see them."""
    found = _found(actor, area_code, kind, with_ended).order_by("area_id", "kind", "member__pinyin", "pk")
    return as_rows(found[offset : None if limit is None else offset + limit])


def count_officers(actor: Actor, area_code: str, *, kind: str = "", with_ended: bool = False) -> int:
    return _found(actor, area_code, kind, with_ended).count()


def people_with_officer(area_code: str) -> int:
    """How many at or below an area have an officer, for whoever may see the area's officers."""
    return _live_charges(area_code).count()


def with_a_leader_only(area_code: str) -> tuple[int, int]:
    """How many at or below an area no officer had room for, so that they are a leader's; and how many officers more would do."""
    people = _live_charges(area_code).filter(why="leader").count()
    return people, -(-people // mobilising().most)


def chain(area_code: str) -> list[tuple[str, list[OfficerRow]]]:
    """Who leads where: the areas from the county down to this one, each with its leaders and support teams."""
    codes = [row.code for row in areas.path(area_code) if 6 <= len(row.code) <= VILLAGE_DIGITS]
    rows = as_rows(
        live_officers().filter(area_id__in=codes, kind__in=("leader", "team")).order_by("kind", "pk")
    )
    return [(areas.places([code])[code], [row for row in rows if row.area_code == code]) for code in codes]


def by_area(actor: Actor, area_code: str) -> list[AreaDuties]:
    """The areas one level below, each with its leaders, officers and people. Whoever has no officer is counted for a township and
    below; in a county that would cost as much as its ledger. Raises NotFound."""
    _seen(actor, area_code)
    length = NEXT_LENGTH.get(len(area_code), 16)
    listed = areas.children(system("outreach"), area_code)
    live = _live_charges(area_code)
    people = dict(live.values_list(Left("person__area_id", length)).annotate(n=Count("pk")).order_by())
    rows = as_rows(live_officers().filter(area__code__startswith=area_code))
    without: dict[str, int] | None = None
    if len(area_code) >= TOWN_DIGITS:
        without = {}
        for person in without_officer(area_code):
            without[person.area[:length]] = without.get(person.area[:length], 0) + 1
    return [
        AreaDuties(
            code=area.code,
            name=area.name,
            leaders="、".join(
                row.name for row in rows if row.kind == "leader" and row.area_code == area.code
            ),
            officers=sum(row.kind == "officer" and row.area_code.startswith(area.code) for row in rows),
            people=people.get(area.code, 0),
            without=None if without is None else without.get(area.code, 0),
        )
        for area in listed
    ]


def without_officer(area_code: str) -> list[OpenPerson]:
    """Who is open at or below an area and is nobody's."""
    live = set(_live_charges(area_code).values_list("person_id", flat=True))
    return [person for person in open_people(area_code) if person.id not in live]


def open_people(area_code: str) -> list[OpenPerson]:
    """Everybody at or below an area who has not had the dose that the campaign asks for, in the order of areas: the people of the
    unvaccinated ledger, whoever asks."""
    people = Person.objects.unscoped(_SCOPED).filter(
        in_ledger(clock.today()), area__code__startswith=area_code
    )
    return _open(people)


def open_among(person_ids: Collection[UUID]) -> set[UUID]:
    """Who of these is still open."""
    if not person_ids:
        return set()
    people = Person.objects.unscoped(_SCOPED).filter(in_ledger(clock.today()), pk__in=person_ids)
    return {person.id for person in _open(people)}


def charges(officer_id: UUID) -> list[ChargeRow]:
    """An officer's people now, for whoever may see the officer."""
    rows = Charge.objects.unscoped(_SCOPED).filter(officer_id=officer_id, until_on__isnull=True)
    return [_charge(row) for row in rows.select_related("officer__member").order_by("person__area_id", "pk")]


def history(actor: Actor, person_id: UUID) -> list[ChargeRow]:
    """Somebody's officers, the present one first; nothing where the actor may not see the person."""
    rows = Charge.objects.visible_to(actor).filter(person_id=person_id).select_related("officer__member")
    return [_charge(row) for row in rows.order_by("-from_on", "-pk")]


def named(person_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Person → name of their officer, of people whom the caller may see."""
    rows = Charge.objects.unscoped(_SCOPED).filter(person_id__in=list(person_ids), until_on__isnull=True)
    return dict(rows.values_list("person_id", "officer__member__name"))


def allotment(actor: Actor, allotment_id: UUID) -> Allotment:
    """A proposal. Raises NotFound."""
    found = Allotment.objects.visible_to(actor).filter(pk=allotment_id).select_related("area").first()
    if found is None:
        raise NotFound()
    return found


def newest_allotment(actor: Actor, area_code: str) -> Allotment | None:
    """The proposal of an area that waits for a decision."""
    rows = Allotment.objects.visible_to(actor).filter(area_id=area_code, state="proposed")
    return rows.order_by("-made_at").first()


def loads(found: Allotment) -> list[tuple[OfficerRow, int, int]]:
    """Officer, people before, people after; those with the most change first."""
    rows = {
        str(row.id): row
        for row in as_rows(Officer.objects.unscoped(_SCOPED).filter(pk__in=list(found.loads)))
    }
    said = [(rows[key], before, after) for key, (before, after) in found.loads.items() if key in rows]
    return sorted(said, key=lambda each: (-abs(each[2] - each[1]), each[0].area_code, each[0].name))


def moves(found: Allotment, offset: int = 0, limit: int | None = None) -> list[MoveRow]:
    """The lines of a proposal in words."""
    lines = found.rows[offset : None if limit is None else offset + limit]
    people = Person.objects.unscoped(_SCOPED).in_bulk([UUID(line[0]) for line in lines])
    places = areas.places({person.area_id for person in people.values()})
    keys = {key for line in lines for key in line[1:3] if key}
    names = dict(Officer.objects.unscoped(_SCOPED).filter(pk__in=keys).values_list("pk", "member__name"))
    today = clock.today()
    return [
        MoveRow(
            person.pk, person.name, age_on(person.birth_on, today), places.get(person.area_id, ""), person.address,
            names.get(UUID(before), "") if before else "", names.get(UUID(after), ""), why,
        )
        for key, before, after, why in lines
        if (person := people.get(UUID(key)))
    ]  # fmt: skip


def live_officers() -> QuerySet[Officer]:
    """Whoever answers today: appointed, not ended, and still of the staff."""
    here = Q(member__left_on__isnull=True) | Q(member__left_on__gt=clock.today())
    rows: QuerySet[Officer] = Officer.objects.unscoped(_SCOPED)
    return rows.filter(here, until_on__isnull=True)


def kinds_of(officer_ids: Collection[UUID]) -> dict[UUID, str]:
    """Officer → leader, officer or team."""
    return dict(Officer.objects.unscoped(_SCOPED).filter(pk__in=officer_ids).values_list("pk", "kind"))


def towns_with_officers() -> list[str]:
    rows = Officer.objects.unscoped(_SCOPED).filter(until_on__isnull=True)
    codes = rows.annotate(town=Left("area_id", TOWN_DIGITS)).values_list("town", flat=True).distinct()
    return sorted(code for code in codes if len(code) == TOWN_DIGITS)


def _open(people: QuerySet[Person]) -> list[OpenPerson]:
    found = closings.relation(closings.here(people), closings.Asked(clock.today(), campaign.last_of_course()))
    sql = f"SELECT t.person_id FROM ({found.sql}) t WHERE t.term = ANY(%(open)s)"
    ids = [
        row[0]
        for row in closings.run(closings.Statement(sql, {**found.parameters, "open": list(OPEN_TERMS)}))
    ]
    main = Employment.objects.unscoped(_SCOPED).filter(person_id__in=ids, main=True, until_on__isnull=True)
    units = dict(main.values_list("person_id", "unit_id"))
    rows = Person.objects.unscoped(_SCOPED).filter(pk__in=ids).order_by(*IN_ORDER)
    return [
        OpenPerson(key, area, str(home or ""), str(units.get(key) or ""))
        for key, area, home in rows.values_list("pk", "area_id", "household_id")
    ]


def _live_charges(area_code: str) -> QuerySet[Charge]:
    rows: QuerySet[Charge] = Charge.objects.unscoped(_SCOPED)
    return rows.filter(person__area__code__startswith=area_code, until_on__isnull=True)


def _seen(actor: Actor, area_code: str) -> None:
    if not may_see(actor, area_code):
        raise NotFound()


def _found(actor: Actor, area_code: str, kind: str, with_ended: bool) -> QuerySet[Officer]:
    _seen(actor, area_code)
    rows = Officer.objects.unscoped(_SCOPED) if with_ended else live_officers()
    rows = rows.filter(area__code__startswith=area_code)
    return rows.filter(kind=kind) if kind else rows


def as_rows(found: Any) -> list[OfficerRow]:
    """Officers with their loads, in the order given; two queries for any number."""
    rows = list(found.select_related("member", "unit"))
    live = Q(until_on__isnull=True)
    counted = (
        Charge.objects.unscoped(_SCOPED)
        .filter(officer_id__in=[row.pk for row in rows])
        .values("officer_id")
        .annotate(load=Count("pk", filter=live), closed=Count("pk", filter=Q(ended="closed")))
    )
    loads = {row["officer_id"]: (row["load"], row["closed"]) for row in counted}
    places, today = areas.places({row.area_id for row in rows}), clock.today()
    return [
        OfficerRow(
            row.pk, row.member_id, row.member.name, row.member.account or "", row.member.phone, row.kind, row.post, row.area_id,
            places.get(row.area_id, row.area_id), row.unit_id, row.unit.name if row.unit else "", row.least, row.most,
            row.from_on, row.until_on, row.member.left_on is None or row.member.left_on > today,
            *loads.get(row.pk, (0, 0)), row.to_win,
        )
        for row in rows
    ]  # fmt: skip


def _charge(row: Charge) -> ChargeRow:
    return ChargeRow(
        row.person_id,
        row.officer_id,
        row.officer.member.name,
        row.from_on,
        row.until_on,
        row.why,
        row.ended,
        row.by,
    )
