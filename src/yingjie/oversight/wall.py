"""The wall map 挂图作战: the areas right below one (or all villages of a county), each with its figures and its class.

The people are those of a bulletin counted at this moment (`kept.source`), the pace is that of the pace's own pages, so that
the map never says another figure than they do. Whoever may see the counts of an area may see those of everything below it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from itertools import pairwise

from vaxkit.coverage import Coverage, rank
from vaxkit.tilemap import Classes, by_edges, by_size, by_thirds
from yingjie.areas import queries as areas
from yingjie.areas.levels import TITLES as LEVELS
from yingjie.areas.queries import AreaRow
from yingjie.doses import queries as doses
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, system
from yingjie.foundation.refusals import NotFound
from yingjie.foundation.snapshot import one_snapshot
from yingjie.oversight import compiling, kept, pace
from yingjie.oversight.counting import People
from yingjie.oversight.pace import PaceRow
from yingjie.sites import queries as sites
from yingjie.vaccines.queries import course

VIEW = "oversight.view"
MEASURES = ("coverage", "gap", "rank", "pace")
#: First-dose coverage in percent, the same classes every day.
COVERAGE_EDGES = (40, 60, 75, 85, 95)
#: Percent of the doses that the task of the last seven days asked for.
PACE_EDGES = (50, 80, 100)


@dataclass(frozen=True)
class Cell:
    """An area on the map; `short` is its name where there is little room, `under` the township of a village. `pace` is None
    where no milestone gives it a target; `sites` are those open today, None for whoever may not see sites. `has_below`: areas
    lie below it."""

    code: str
    name: str
    short: str
    level: str
    under: str
    people: int
    first: int
    place: int | None
    pace: PaceRow | None
    sites: int | None
    has_below: bool

    @property
    def coverage(self) -> Coverage:
        return Coverage(self.first, self.people)

    @property
    def left(self) -> int:
        return max(0, self.people - self.first)

    @property
    def speed(self) -> Coverage | None:
        """Doses of the last seven days over what the task asked of them; None where nothing is asked any more."""
        if self.pace is None or self.pace.is_reached or not self.pace.per_day:
            return None
        return Coverage(self.pace.recent, self.pace.per_day * pace.RECENT_DAYS)


@dataclass(frozen=True)
class Wall:
    """`deep`: the villages of a county instead of its townships. `elsewhere` are people who stand in none of the cells.
    `milestone_on` is the day of the milestone behind the pace."""

    area: AreaRow
    path: tuple[AreaRow, ...]
    as_of: datetime
    deep: bool
    cells: tuple[Cell, ...]
    total: Coverage
    elsewhere: int
    ranked: int
    milestone_on: date | None
    doses_today: int


def wall(actor: Actor, area_code: str, *, deep: bool = False) -> Wall:
    """Raises NotFound for an area whose counts the actor may not see."""
    if not actor.may(VIEW, area_code):
        raise NotFound()
    area = areas.area(system("oversight"), area_code)
    deep = deep and area.level == "county"
    now = clock.now()
    with one_snapshot():
        shown = _shown(area, deep)
        sums = _sums(area_code, shown, now)
        given = doses.given_by_village(system("oversight"), area_code, on=clock.today(), up_to=now)
        paces, milestone_on = ({}, None) if deep else _paces(actor, area_code)
    places = {row.key: row.place for row in rank(_ranked(shown, sums), small_below=compiling.SMALL_BELOW)}
    towns = areas.names({row.parent_code or "" for row in shown}) if deep else {}
    at_sites, parents = _sites(actor, shown), _parents(area, shown)
    cells = tuple(
        Cell(
            row.code, row.name, areas.said_name(row), row.level, towns.get(row.parent_code or "", ""), sums[row.code].people,
            sums[row.code].first, places[row.code], paces.get(row.code), None if at_sites is None else at_sites[row.code],
            row.code in parents,
        )
        for row in shown
    )  # fmt: skip
    people, first = (sum(getattr(each, key) for each in sums.values()) for key in ("people", "first"))
    return Wall(
        area=area,
        path=tuple(row for row in areas.path(area_code)[:-1] if actor.may(VIEW, row.code)),
        as_of=now,
        deep=deep,
        cells=cells,
        total=Coverage(first, people),
        elsewhere=sums[""].people,
        ranked=sum(place is not None for place in places.values()),
        milestone_on=milestone_on,
        doses_today=sum(given.values()),
    )


def classes(wall: Wall, measure: str) -> Classes:
    """The classes of a measure, 0 the one that needs attention most."""
    if measure == "gap":
        return by_size(cell.left for cell in wall.cells)
    if measure == "rank":
        return by_thirds(wall.ranked)
    return by_edges(PACE_EDGES if measure == "pace" else COVERAGE_EDGES)


def figure(cell: Cell, measure: str) -> Fraction | int | None:
    """What a cell is classed by; None where it has no such figure."""
    if measure == "gap":
        return cell.left if cell.people else None
    if measure == "rank":
        return cell.place
    rate = cell.coverage.rate if measure == "coverage" else cell.speed.rate if cell.speed else None
    return None if rate is None else rate * 100


def _shown(area: AreaRow, deep: bool) -> list[AreaRow]:
    by_system = system("oversight")
    if deep:
        return areas.villages_under(by_system, area.code)
    below = areas.children(by_system, area.code)
    return below or [area]


def _parents(area: AreaRow, shown: Sequence[AreaRow]) -> set[str]:
    """Those of the shown areas that have others below them."""
    levels = {row.level for row in shown}
    below = [under for level, under in pairwise(LEVELS) if level in levels and shown != [area]]
    if not below:
        return set()
    return {row.parent_code or "" for row in areas.open_under(system("oversight"), area.code, below)}


def _sums(area_code: str, shown: Sequence[AreaRow], now: datetime) -> Mapping[str, People]:
    """Each shown area → its people; "" those who stand in none of them."""
    digits = max((len(row.code) for row in shown), default=12)
    on = clock.day_of(now)
    found = {row.code: People() for row in shown} | {"": People()}
    for (key, _band), some in kept.source(area_code, on, now).residents(course(on), digits).items():
        owner = key if key in found else ""
        found[owner] = found[owner].plus(some)
    return found


def _ranked(shown: Sequence[AreaRow], sums: Mapping[str, People]) -> list[tuple[str, Coverage]]:
    return [(row.code, Coverage(sums[row.code].first, sums[row.code].people)) for row in shown]


def _paces(actor: Actor, area_code: str) -> tuple[dict[str, PaceRow], date | None]:
    """The rows of the next milestone for the areas below, and its day."""
    if not actor.may("campaigns.view", area_code):
        return {}, None
    step = pace.next_step(actor, area_code)
    if step is None:
        return {}, None
    _board, total, below = pace.rows(actor, step.milestone_id, area_code)
    return {row.key: row for row in (total, *below)}, step.on


def _sites(actor: Actor, shown: Sequence[AreaRow]) -> Counter[str] | None:
    if not actor.may("sites.view"):
        return None
    today, counted = clock.today(), Counter[str]()
    for site in sites.sites(actor):
        if site.is_open(today):
            counted.update(row.code for row in shown if site.area_code.startswith(row.code))
    return counted
