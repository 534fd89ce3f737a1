"""What a bulletin counts, everything as known at its cut-off: a handful of statements over the residents of the day.

Residents are those of `people.counted_on(on, known_at)`. A dose belongs to the area in which its person counted last by the day, so
that doses to date do not shrink when somebody dies or moves away. Late corrections change nothing here: what was recorded, taken
back or moved after the cut-off is not seen, so a past bulletin counted again gives the same figures.

    residents(area, offered, on, cut_off_at)     people, first dose, full course by village and age band
    doses(area, on, cut_off_at, reported_until)  doses by village and number: to date, of the day, late by the day they were given
    lists(area, on, cut_off_at)                  accuracy of a day's lists by village
    by_line, by_category                         the same residents by the line that answers for them, and by group
    everybody                                    all three at once

What was written over since (groups, units, records that were joined or taken out) is laid over the rows as it was: `former`.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models.expressions import RawSQL

from vaxkit.coverage import AGE_BANDS
from vaxkit.coverage.accuracy import ListAccuracy
from yingjie.doses import then
from yingjie.doses.then import Then
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, system
from yingjie.oversight import former
from yingjie.oversight.relations import (
    BOOKED,
    CATEGORY,
    CONTRIBUTIONS,
    DOSE,
    FORMER,
    FORMER_NOBODY,
    HAD,
    HERE,
    LINE,
    LIVED,
    MARK,
    SHIFTED,
    SUMS,
    band_of,
)
from yingjie.people.group_counts import NO_LINE
from yingjie.people.queries import counted_on, years_before
from yingjie.vaccines.queries import CAMPAIGN_GROUP, Course

PACE_DAYS = 7
#: People, and whoever a record named among them is part of today: HERE leaves out what is not of the record asked for.
_THEIRS = """
    SELECT unnest(%s::uuid[]) UNION SELECT s.person_id FROM people_stay s WHERE s.record_id = ANY(%s::uuid[])
"""
VIEW = "oversight.view"
Statement = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class People:
    """Sums of people: to vaccinate, with a first dose (`recent` of them in the last seven days), with a full course."""

    people: int = 0
    first: int = 0
    full: int = 0
    recent: int = 0

    def plus(self, other: "People") -> "People":
        return People(
            self.people + other.people,
            self.first + other.first,
            self.full + other.full,
            self.recent + other.recent,
        )


@dataclass(frozen=True)
class Doses:
    """Doses by (village, number); `late` are those of earlier days recorded after the last bulletin, by (village, day, number)."""

    to_date: dict[tuple[str, int], int] = field(default_factory=dict)
    today: dict[tuple[str, int], int] = field(default_factory=dict)
    late: dict[tuple[str, date, int], int] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """The same people by (village, age band), by line, by group."""

    residents: dict[tuple[str, str], People] = field(default_factory=dict)
    by_line: dict[str, People] = field(default_factory=dict)
    by_category: dict[str, People] = field(default_factory=dict)


def residents(
    code: str, offered: Course, on: date, cut_off_at: datetime, digits: int = 12
) -> dict[tuple[str, str], People]:
    """(village's 12 digits, or as many as are asked for, code of the age band) → sums."""
    sql = f"""
        WITH {HERE}, {HAD}
        SELECT left(h.area_id, {digits:d}), {band_of("h.birth_on")}, {SUMS}
        FROM here h LEFT JOIN had ON had.person_id = h.id GROUP BY 1, 2
    """
    return {
        (village, band): People(*sums) for village, band, *sums in rows_of(sql, code, offered, on, cut_off_at)
    }


def by_line(code: str, offered: Course, on: date, cut_off_at: datetime) -> dict[str, People]:
    """Line, or NO_LINE → sums; everybody once, under the line of the unit that counts for them."""
    sql = f"""
        WITH {HERE}, {HAD}, {LINE}
        SELECT coalesce(line.line_id, %(no_line)s), {SUMS}
        FROM here h LEFT JOIN had ON had.person_id = h.id LEFT JOIN line ON line.person_id = h.id GROUP BY 1
    """
    found = rows_of(sql, code, offered, on, cut_off_at)
    return {line: People(*sums) for line, *sums in found}


def by_category(code: str, offered: Course, on: date, cut_off_at: datetime) -> dict[str, People]:
    """Population group → sums; who belongs to several stands in each."""
    sql = f"""
        WITH {HERE}, {HAD}, {CATEGORY}
        SELECT category.code, {SUMS}
        FROM here h JOIN category ON category.person_id = h.id LEFT JOIN had ON had.person_id = h.id GROUP BY 1
    """
    return {each: People(*sums) for each, *sums in rows_of(sql, code, offered, on, cut_off_at)}


def everybody(code: str, offered: Course, on: date, cut_off_at: datetime) -> Told:
    """`residents`, `by_line` and `by_category` in one statement: whoever stands in the same cell of all three is summed by the
    database, the rest here."""
    sql = f"""
        WITH {HERE}, {HAD}, {LINE}, {CATEGORY}, every AS (
            SELECT category.person_id, array_agg(category.code ORDER BY category.code) AS codes FROM category GROUP BY 1
        )
        SELECT left(h.area_id, 12), {band_of("h.birth_on")}, coalesce(line.line_id, %(no_line)s), every.codes, {SUMS}
        FROM here h LEFT JOIN had ON had.person_id = h.id LEFT JOIN line ON line.person_id = h.id
            LEFT JOIN every ON every.person_id = h.id
        GROUP BY 1, 2, 3, 4
    """
    told = Told()
    for village, band, line, codes, *sums in rows_of(sql, code, offered, on, cut_off_at):
        each = People(*sums)
        told.residents[village, band] = told.residents.get((village, band), People()).plus(each)
        told.by_line[line] = told.by_line.get(line, People()).plus(each)
        for category in codes or ():
            told.by_category[category] = told.by_category.get(category, People()).plus(each)
    return told


def doses(
    code: str,
    on: date,
    cut_off_at: datetime,
    reported_until: datetime | None,
    people: Collection[UUID] | None = None,
) -> Doses:
    """The doses on record at the cut-off (of those named, if any). Nothing is late where no bulletin was issued before."""
    sql = f"""
        WITH {_former(cut_off_at)}, {DOSE}
        SELECT left(r.area_id, 12), d.number, d.given_on = %(on)s,
               CASE WHEN d.given_on < %(on)s AND d.recorded_at > %(reported)s THEN d.given_on END, count(*)
        FROM dose d JOIN ({LIVED}) r ON r.id = d.person_id
        WHERE d.recorded_at <= %(known)s AND (d.voided_at IS NULL OR d.voided_at > %(known)s)
        GROUP BY 1, 2, 3, 4
    """
    to_date: Counter[tuple[str, int]] = Counter()
    today: Counter[tuple[str, int]] = Counter()
    late: Counter[tuple[str, date, int]] = Counter()
    asked = _asked(code, on, cut_off_at) | {"reported": reported_until or cut_off_at}
    with connection.cursor() as cursor:
        cursor.execute(_narrowed(sql, people), asked | {"people": list(people or ())})
        for village, number, is_today, late_on, count in cursor.fetchall():
            to_date[village, number] += count
            if is_today:
                today[village, number] += count
            if late_on is not None and reported_until is not None:
                late[village, late_on, number] += count
    return Doses(dict(to_date), dict(today), dict(late))


def lists(code: str, on: date, cut_off_at: datetime) -> dict[str, ListAccuracy]:
    """Village → how far the lists of a day could be trusted, as known at the cut-off."""
    sql = f"""
        WITH {_former(cut_off_at)}
        SELECT left(r.area_id, 12),
               count(*) FILTER (WHERE b.list_id IS NOT NULL),
               count(*) FILTER (WHERE b.list_id IS NOT NULL AND b.state = 'attended' AND b.arrived_at <= %(known)s),
               count(*) FILTER (WHERE b.list_id IS NULL)
        FROM ({BOOKED}) b JOIN ({LIVED}) r ON r.id = b.person_id
        WHERE b."on" = %(on)s AND b.booked_at <= %(known)s AND (
            (b.list_id IS NOT NULL AND NOT (b.state IN ('cancelled', 'moved') AND b.ended_at <= %(known)s))
            OR (b.list_id IS NULL AND b.channel = 'walk_in')
        )
        GROUP BY 1
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, _asked(code, on, cut_off_at))
        return {village: ListAccuracy(*counts) for village, *counts in cursor.fetchall()}


def rows_of(
    sql: str,
    code: str,
    offered: Course,
    on: date,
    cut_off_at: datetime,
    *,
    actor: Actor | None = None,
    permission: str = VIEW,
    more: Mapping[str, Any] = MappingProxyType({}),
) -> list[tuple[Any, ...]]:
    """The answer to a statement that begins with HERE, for the residents whom the actor sees (left out: all of them)."""
    here, parameters = _residents(actor or system("oversight"), permission, code, on, cut_off_at)
    if not here:
        return []
    asked = {
        **parameters, **_asked(code, on, cut_off_at), **_known_otherwise(on, cut_off_at), "no_line": NO_LINE,
        "born": offered.born_until or date.min, "week": on - timedelta(PACE_DAYS), **_bands(on), **more,
    }  # fmt: skip
    # What was known to others than the product itself is asked for as it stands now.
    kept = _former(cut_off_at) if actor is None else FORMER_NOBODY
    with connection.cursor() as cursor:
        cursor.execute(sql.replace("{residents}", here).replace("{former}", kept), asked)
        return cursor.fetchall()


def contributions(
    on: date, known_at: datetime, people: Collection[UUID] | None = None, *, as_it_stands: bool = False
) -> Statement:
    """What everybody (or those named) adds to the counts: rows of person_id, kind, area, band, line, category, state, day.
    `as_it_stands`: nothing was known otherwise at the moment than it is on record, but for what came later."""
    here, parameters = _residents(system("oversight"), VIEW, "", on, known_at, people)
    otherwise = _columns({}) if as_it_stands else _known_otherwise(on, known_at, people)
    former_rows = FORMER_NOBODY if as_it_stands else _former(known_at)
    sql = CONTRIBUTIONS.replace("{residents}", here).replace("{former}", former_rows)
    asked = {
        **parameters, **_asked("", on, known_at), **otherwise, "no_line": NO_LINE, **_bands(on),
        "people": list(people or ()),
    }  # fmt: skip
    return _narrowed(sql, people), asked


def late_people(on: date, cut_off_at: datetime, reported_until: datetime) -> set[UUID]:
    """Whose doses of earlier days may have come on record since the last bulletin; some of these were not late after all."""
    sql = """
        SELECT d.person_id FROM doses_dose d
        WHERE d."group" = %(group)s AND d.recorded_at > %(reported)s AND d.given_on < %(on)s
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, {"group": CAMPAIGN_GROUP, "reported": reported_until, "on": on})
        found = {row[0] for row in cursor.fetchall()}
    return found | former.people_since(cut_off_at)


def _narrowed(sql: str, people: Collection[UUID] | None) -> str:
    return MARK.sub("" if people is None else r"AND \1 = ANY(%(people)s::uuid[])", sql)


def _bands(on: date) -> dict[str, date]:
    return {f"born_{band.age_from}": years_before(on, band.age_from) for band in AGE_BANDS}


def _residents(
    actor: Actor,
    permission: str,
    code: str,
    on: date,
    cut_off_at: datetime,
    people: Collection[UUID] | None = None,
) -> Statement:
    """(SQL, named parameters) of the residents of the day (of those named, if any), nobody twice."""
    parts: list[str] = []
    named: dict[str, Any] = {}
    for rows in counted_on(on, cut_off_at).rows(actor, code, permission):
        if people is not None:
            rows = rows.filter(pk__in=RawSQL(_THEIRS, [list(people), list(people)]))
        try:
            sql, values = rows.query.sql_with_params()
        except EmptyResultSet:
            continue
        names = [f"r{len(named) + nth}" for nth in range(len(values))]
        parts.append(sql % tuple(f"%({name})s" for name in names))
        named |= dict(zip(names, values, strict=True))
    return " UNION ALL ".join(parts), named


def _asked(code: str, on: date, cut_off_at: datetime) -> dict[str, Any]:
    return {"code": f"{code}%", "on": on, "known": cut_off_at, "group": CAMPAIGN_GROUP}


def _known_otherwise(
    on: date, cut_off_at: datetime, people: Collection[UUID] | None = None
) -> dict[str, Any]:
    """Whoever's doses were known otherwise at the cut-off than now, as columns: a handful of people (of those named, if any)."""
    return _columns(_judged_otherwise(clock.day_of(cut_off_at), cut_off_at, people))


def _columns(judged: Mapping[UUID, Then]) -> dict[str, Any]:
    firsts = {
        key: next((dose for dose, number in each.counts_as.items() if number == 1), None)
        for key, each in judged.items()
    }
    days = _given_on([dose for dose in firsts.values() if dose is not None])
    with_first = [key for key, dose in firsts.items() if dose is not None]
    return {
        "otherwise": list(judged),
        "other_first": with_first,
        "other_days": [days[firsts[key]] for key in with_first],  # type: ignore[index]  # None was left out above
        "other_full": [key for key, each in judged.items() if each.completed_by],
    }


def _judged_otherwise(day: date, known_at: datetime, people: Collection[UUID] | None) -> dict[UUID, Then]:
    if known_at >= clock.now():
        return {}
    sql, parameters = then.known_otherwise(day, known_at, CAMPAIGN_GROUP)
    of = "" if people is None else "WHERE o.person_id = ANY(%(people)s::uuid[])"
    with connection.cursor() as cursor:
        asked = {**parameters, "on": day, "people": list(people or ())}
        cursor.execute(
            f"SELECT o.person_id FROM ({sql}) o {of} UNION SELECT o.person_id FROM ({SHIFTED}) o {of}", asked
        )
        rows = {row[0] for row in cursor.fetchall()} - former.people_since(known_at)
    found = then.judged(rows, day, known_at, CAMPAIGN_GROUP) if rows else {}
    return found | former.judged(day, known_at, CAMPAIGN_GROUP)


def _former(known_at: datetime) -> str:
    """The relation of what was written over since a moment: of nobody where the moment is now."""
    return FORMER if known_at < clock.now() else FORMER_NOBODY


def _given_on(dose_ids: list[UUID]) -> dict[UUID, date]:
    if not dose_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, given_on FROM doses_dose WHERE id = ANY(%s)", [dose_ids])
        return dict(cursor.fetchall())


def under(counts: Mapping[str, int], code: str) -> int:
    """The sum of counts by area over everything below one."""
    return sum(number for area, number in counts.items() if area.startswith(code))
