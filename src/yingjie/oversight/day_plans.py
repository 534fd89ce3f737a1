"""The plan of a day (计划) for an area: its sites, and the areas one level below by their residents; and what came of it.

    laid_out(area_code, on)          the rows as they stand now: what `freeze` keeps
    page(actor, area_code, on)       the frozen plan with what came of every row, told apart by cause

What came of a row is counted from what is on record now: who was booked when the plan was frozen and what became of each, the doses
given, the vaccine at the end of the day, who of the vaccinators on duty signed in, what a person stated.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from vaxkit.supervision.dayplans import Cause, Happened, Planned, as_json, causes, together
from vaxkit.targets.sharing import share
from yingjie.areas import queries as areas
from yingjie.areas.queries import AreaRow
from yingjie.bookings import queries as bookings
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, system
from yingjie.foundation.refusals import NotFound
from yingjie.oversight import day_facts, drafting, outlook
from yingjie.oversight.content import hash_of
from yingjie.oversight.counting import under
from yingjie.oversight.models import DayPlan, PlanNote
from yingjie.oversight.refusals import PlanDiffers
from yingjie.sites import hours, roster_queries
from yingjie.sites import queries as sites
from yingjie.sites.queries import SiteRow
from yingjie.stock.queries import usable_doses

VIEW, FREEZE = "oversight.view", "oversight.issue"
SITE, AREA = "site", "area"
_SYSTEM = system("oversight")


@dataclass(frozen=True)
class PlanRow:
    """`key` is a site's or an area's code."""

    kind: str
    key: str
    name: str
    plan: Planned


@dataclass(frozen=True)
class ComparedRow:
    row: PlanRow
    given: int
    causes: Mapping[Cause, int]

    @property
    def difference(self) -> int:
        return self.given - self.row.plan.doses


@dataclass(frozen=True)
class NoteRow:
    key: str
    cause: Cause
    doses: int
    text: str
    by: str


@dataclass(frozen=True)
class PlanPage:
    """`frozen_at` None: nothing was frozen, the rows are the plan as it stands now. `rests_on` are those of the causes that were
    stated. `may_freeze`: the actor may freeze this day's plan now."""

    area: AreaRow
    on: date
    frozen_at: datetime | None
    frozen_by: str
    sites: tuple[ComparedRow, ...]
    areas: tuple[ComparedRow, ...]
    notes: tuple[NoteRow, ...]
    path: tuple[AreaRow, ...]
    may_freeze: bool
    may_state: bool

    @property
    def causes(self) -> tuple[Cause, ...]:
        """Those that any row has, in their order."""
        rows = [dict(row.causes) for row in (*self.sites, *self.areas)]
        return tuple(cause for cause in Cause if any(row.get(cause) for row in rows))


def total(rows: Sequence[ComparedRow]) -> tuple[int, int, dict[Cause, int]]:
    """(planned, given, causes) of rows together."""
    return (
        sum(row.row.plan.doses for row in rows),
        sum(row.given for row in rows),
        together([dict(row.causes) for row in rows]),
    )


def laid_out(area_code: str, on: date) -> list[PlanRow]:
    """What is to be given on a day (today, or one to come), as everything stands now. The task of the area is that of its
    milestones; sites share it by their seats."""
    below = _below(area_code)
    tasks = {code: _task(code, on) for code in below}
    booked_by_area = day_facts.booked_by_area(area_code, on, clock.now())
    rows = [
        PlanRow(AREA, code, name, Planned(under(booked_by_area, code), tasks[code]))
        for code, name in below.items()
    ]
    return [*_site_rows(area_code, on, _task(area_code, on)), *rows]


def page(actor: Actor, area_code: str, on: date) -> PlanPage:
    """Raises NotFound, PlanDiffers."""
    if not actor.may(VIEW, area_code):
        raise NotFound()
    area = areas.area(_SYSTEM, area_code)
    if area.level in ("grid", "micro_grid"):
        raise NotFound()
    found = DayPlan.objects.visible_to(actor).filter(area_id=area_code, on=on).first()
    today = clock.today()
    if found is None:
        rows = laid_out(area_code, on) if on >= today else []
        compared = [ComparedRow(row, 0, {}) for row in rows]
        notes: list[NoteRow] = []
    else:
        if hash_of(found.content) != found.content_sha256:
            raise PlanDiffers(on=on, area=area.name)
        notes = _notes(found)
        compared = _compared(area_code, on, found.frozen_at, from_json(found.content), notes)
    may = actor.may(FREEZE, area_code)
    return PlanPage(
        area, on, found.frozen_at if found else None, found.frozen_by if found else "",
        tuple(row for row in compared if row.row.kind == SITE), tuple(row for row in compared if row.row.kind == AREA),
        tuple(notes), tuple(row for row in areas.path(area_code)[:-1] if actor.may(VIEW, row.code)),
        may_freeze=may and found is None and on >= today, may_state=may and found is not None,
    )  # fmt: skip


def to_json(rows: Sequence[PlanRow]) -> dict[str, Any]:
    return {
        "form": 1,
        "rows": [{"kind": row.kind, "key": row.key, "name": row.name, **as_json(row.plan)} for row in rows],
    }


def from_json(stored: Mapping[str, Any]) -> list[PlanRow]:
    """The rows that `to_json` wrote. Raises ValueError for a form that this release does not know."""
    if stored.get("form") != 1:
        raise ValueError(f"unknown form of a plan: {stored.get('form')!r}")
    return [
        PlanRow(
            row["kind"], row["key"], row["name"],
            Planned(row["booked"], row["asked"], row["seats"], row["on_hand"], row["staff"]),
        )
        for row in stored["rows"]
    ]  # fmt: skip


def _compared(
    area_code: str, on: date, frozen_at: datetime, rows: Sequence[PlanRow], notes: Sequence[NoteRow]
) -> list[ComparedRow]:
    stated: defaultdict[str, dict[Cause, int]] = defaultdict(dict)
    for note in notes:
        stated[note.key][note.cause] = note.doses
    at = {site.code: site.id for site in sites.sites(_SYSTEM, with_closed=True)}
    ids = [at[row.key] for row in rows if row.kind == SITE]
    given_at, fates_at = day_facts.given_at(ids, on), day_facts.fates_at(ids, on, frozen_at)
    given_in, fates_in = day_facts.given_in(area_code, on), day_facts.fates_in(area_code, on, frozen_at)
    had, staff, closed = day_facts.had(ids, on), day_facts.staff_there(ids, on), day_facts.closed(ids, on)
    found = []
    for row in rows:
        if row.kind == SITE:
            key = at[row.key]
            given = given_at.get(key, 0)
            day = Happened(
                given, fates_at.get(key, {}), key in closed and not given, had[key] + given, staff.get(key),
                stated[row.key],
            )  # fmt: skip
        else:
            fates: dict[Cause, int] = defaultdict(int)
            for code, counts in fates_in.items():
                if code.startswith(row.key):
                    for cause, people in counts.items():
                        fates[cause] += people
            day = Happened(under(given_in, row.key), dict(fates), stated=stated[row.key])
        found.append(ComparedRow(row, day.given, causes(row.plan, day)))
    return found


def _site_rows(area_code: str, on: date, task: int) -> list[PlanRow]:
    near = [
        site
        for site in sites.sites(_SYSTEM)
        if site.area_code.startswith(area_code) and site.is_open(on) and site.kind != "store"
    ]
    ids = [site.id for site in near]
    seats = {site.id: _seats(site, on) for site in near}
    for session in bookings.sessions(ids, on, on):
        seats[session.site_id] = max(seats[session.site_id] or 0, session.seats)
    booked = day_facts.booked_at(ids, on, clock.now())
    weights = {site.code: seats[site.id] or 0 for site in near}
    asked = share(task, weights) if sum(weights.values()) else dict.fromkeys(weights, 0)
    on_hand = usable_doses(_SYSTEM, ids)
    return [
        PlanRow(
            SITE, site.code, site.name,
            Planned(
                booked.get(site.id, 0), asked[site.code], seats[site.id], on_hand.get(site.id, 0),
                _vaccinators(site.id, on),
            ),
        )
        for site in near
    ]  # fmt: skip


def _seats(site: SiteRow, on: date) -> int | None:
    """By its hours; None where it does not say how many an hour."""
    if not site.seats_per_hour:
        return None
    minutes = sum(stretch.ends - stretch.begins for stretch in hours.stretches(site.hours, on.weekday()))
    return site.seats_per_hour * minutes // 60


def _vaccinators(site_id: UUID, on: date) -> int:
    return sum(duty.role == "vaccinator" for duty in roster_queries.on_duty(_SYSTEM, site_id, on, on))


def _task(code: str, on: date) -> int:
    """Doses that the milestones ask of the day, counted from the evening before."""
    before = on - timedelta(days=1)
    if before >= clock.today():  # a day to come: as everything stands now
        return outlook.needed_next_day(outlook.targets(code, clock.today(), clock.now()), before)
    return outlook.needed_next_day(outlook.targets(code, before, drafting.cut_off(before, None)), before)


def _below(area_code: str) -> dict[str, str]:
    rows = areas.children(_SYSTEM, area_code) if len(area_code) < 12 else []
    return {row.code: row.name for row in rows if row.level not in ("grid", "micro_grid")}


def _notes(plan: DayPlan) -> list[NoteRow]:
    rows = (
        PlanNote.objects.unscoped("of a plan that was scoped before").filter(plan=plan).order_by("at", "id")
    )
    return [NoteRow(row.key, Cause(row.cause), row.doses, row.text, row.by) for row in rows]
