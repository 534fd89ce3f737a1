"""The kept counts follow the records: a step folds in whatever was touched since the last one, or counts everything anew.

    fold()       one step; anew where there is none yet, where too much was touched at once, and where somebody asks for it
    check()      the kept sums against a recount of this moment: the cells that differ, which is none

Triggers note whose records were written (migration 0008), in the transaction that wrote them; so at any instant the sums and those
who are touched together say exactly what a recount would (`kept`). No step is in a hurry: what is not folded in yet is counted from
the rows of the few people whom it concerns. The first step of a day takes in those for whom the day itself changes something: a
birthday, a move or an employment that was told of in advance.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper

from vaxkit.coverage import AGE_BANDS
from yingjie.foundation import clock
from yingjie.foundation.snapshot import one_snapshot
from yingjie.oversight import counting
from yingjie.oversight.models import KeptStep
from yingjie.people.queries import years_before

EVERYBODY = UUID(int=0)
DIMENSIONS = "kind, area, band, line, category, state, day, site"
#: What is summed further up: kind, of which kind, by which area, line and category.
FURTHER = (
    ("place", "person", "area", "''", "''"), ("line6", "person", "left(area, 6)", "line", "''"),
    ("line9", "person", "left(area, 9)", "line", "''"), ("group6", "group", "left(area, 6)", "''", "category"),
    ("group9", "group", "left(area, 9)", "''", "category"),
)  # fmt: skip
#: More than this share of the people: counting everything anew is quicker.
MOST_OF = 4
#: Steps that can be asked for; older ones are forgotten.
KEPT_DAYS = 60
_FURTHER_KINDS = [kind for kind, *_of in FURTHER]
_ONE_AT_A_TIME = 0x796A6B63


@dataclass(frozen=True)
class Step:
    """What a step did: people it counted, sums that changed."""

    number: int
    people: int
    cells: int
    is_whole: bool


@dataclass(frozen=True)
class Cell:
    """A sum that is not what a recount says."""

    kind: str
    area: str
    band: str
    line: str
    category: str
    state: int
    day: date
    site: str
    kept: int
    counted: int


def fold(*, anew: bool = False) -> Step:
    """Take in what was touched since the last step. One at a time; whoever comes second waits and takes in the rest."""
    with _alone(), one_snapshot(), connection.cursor() as cursor:
        last = newest()
        cursor.execute("CREATE TEMPORARY TABLE kept_touched (person_id uuid PRIMARY KEY) ON COMMIT DROP")
        cursor.execute(
            "WITH gone AS (DELETE FROM oversight_touched RETURNING person_id)"
            " INSERT INTO kept_touched SELECT DISTINCT person_id FROM gone"
        )
        # After the snapshot was taken: nothing in it was written down later than this.
        now = clock.now()
        on = clock.day_of(now)
        if last is not None and last.on != on:
            _turned(cursor, last.on, on)
        is_whole = anew or last is None or on < last.on or _is_too_much(cursor)
        step = (_whole if is_whole else _part)(cursor, now, on)
        _again(cursor, now, of_everybody=step.is_whole)
        _forget(cursor, now)
        for name in ("kept_touched", "kept_new"):
            cursor.execute(f"DROP TABLE {name}")
        return step


def newest(by: datetime | None = None) -> KeptStep | None:
    """The last step, or the last by a moment."""
    rows = KeptStep.objects.order_by("-number")
    return (rows.filter(at__lte=by) if by else rows).first()


def check() -> tuple[Cell, ...]:
    """Every sum that differs from a recount; none where there is no step yet."""
    with one_snapshot(), connection.cursor() as cursor:
        last = newest()
        if last is None:
            return ()
        now = clock.now()
        sql, parameters = counting.contributions(last.on, now)
        _make(cursor, "kept_recount", sql, parameters)
        few, asked = corrections(last, last.on, now)
        cursor.execute(
            f"""
            SELECT {DIMENSIONS}, sum(kept), sum(counted) FROM (
                SELECT {DIMENSIONS}, people AS kept, 0 AS counted FROM oversight_keptcell
                UNION ALL SELECT {DIMENSIONS}, by, 0 FROM ({few}) few
                UNION ALL SELECT {DIMENSIONS}, 0, by FROM ({further("SELECT *, 1 AS by FROM kept_recount")}) counted
            ) both_ways GROUP BY {DIMENSIONS} HAVING sum(kept) <> sum(counted) ORDER BY {DIMENSIONS}
            """,
            asked,
        )
        found = tuple(Cell(*row) for row in cursor.fetchall())
        cursor.execute("DROP TABLE kept_recount")
        return found


def corrections(step: KeptStep, on: date, known_at: datetime) -> tuple[str, dict[str, Any]]:
    """(SQL, parameters) of sums as (dimensions, by): what they were at a step, made what they are for a day as known at a moment.
    Of whoever was touched after the step, what they added then is taken away, and what they add is counted."""
    later = KeptStep.objects.filter(number__gt=step.number).order_by("number").first()
    with connection.cursor() as cursor:
        if later is None:
            cursor.execute("SELECT DISTINCT person_id FROM oversight_touched")
            before = "SELECT p.cells FROM oversight_keptperson p WHERE p.person_id = ANY(%(touched)s)"
        else:
            cursor.execute("SELECT person_id FROM oversight_keptbefore WHERE step = %s", [later.number])
            before = "SELECT p.cells FROM oversight_keptbefore p WHERE p.step = %(later)s"
        people = [row[0] for row in cursor.fetchall()]
    if not people:
        return f"SELECT {DIMENSIONS}, 0::bigint AS by FROM oversight_keptcell WHERE false", {}
    sql, parameters = counting.contributions(on, known_at, people)
    told = f"""
        SELECT {DIMENSIONS}, sum(by)::bigint AS by FROM (
            SELECT {DIMENSIONS}, -1 AS by FROM ({before}) b CROSS JOIN LATERAL unnest(b.cells) AS one (id)
            JOIN oversight_keptcell c ON c.id = one.id
            UNION ALL SELECT {DIMENSIONS}, 1 FROM ({sql}) now
        ) few GROUP BY {DIMENSIONS} HAVING sum(by) <> 0
    """
    return further(told), {**parameters, "touched": people, "later": later.number if later else 0}


def further(rows: str) -> str:
    """SQL of sums as (dimensions, by), from SQL of the same: those, and what is summed further up."""
    parts = [
        f"SELECT '{kind}', {area}, band, {line}, {category}, state, day, '', sum(by)::bigint FROM those"
        f" WHERE kind = '{of}' GROUP BY 2, 3, 4, 5, 6, 7"
        for kind, of, area, line, category in FURTHER
    ]
    return f"""
        WITH those AS MATERIALIZED (SELECT {DIMENSIONS}, sum(by)::bigint AS by FROM ({rows}) one GROUP BY {DIMENSIONS})
        SELECT * FROM those UNION ALL {" UNION ALL ".join(parts)}
    """


def is_touched_much() -> bool:
    """Whether so much waits for a step that a recount is quicker."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) > 5000 OR bool_or(person_id = %s) FROM (SELECT person_id FROM oversight_touched LIMIT 5001) x",
            [EVERYBODY],
        )
        return bool(cursor.fetchone()[0])


@contextmanager
def _alone() -> Iterator[None]:
    """A lock of the session, taken before the snapshot: whoever waited sees what the other did."""
    if connection.in_atomic_block:  # a test's transaction, or a caller's: nobody else sees it anyway
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_ONE_AT_A_TIME])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_ONE_AT_A_TIME])


def _is_too_much(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT count(*), bool_or(person_id = %s) FROM kept_touched", [EVERYBODY])
    touched, everybody = cursor.fetchone()
    if everybody:
        return True
    cursor.execute("SELECT greatest(reltuples, 0) FROM pg_class WHERE oid = 'oversight_keptperson'::regclass")
    return bool(touched > 20_000 and touched * MOST_OF > cursor.fetchone()[0])


def _turned(cursor: CursorWrapper, was: date, on: date) -> None:
    """Whoever counts otherwise because the day is another: over the days between, the last included."""
    birthdays = " OR ".join(
        f"(p.birth_on > %(was_{band.age_from})s AND p.birth_on <= %(on_{band.age_from})s)"
        for band in AGE_BANDS
    )
    asked = {"was": was, "on": on}
    for band in AGE_BANDS:
        asked |= {
            f"was_{band.age_from}": years_before(was, band.age_from),
            f"on_{band.age_from}": years_before(on, band.age_from),
        }
    cursor.execute(
        f"""
        INSERT INTO kept_touched
        SELECT p.id FROM people_person p WHERE {birthdays} OR {_turns("p", "moved_in_on", "left_on")}
        UNION SELECT s.person_id FROM people_stay s WHERE {_turns("s", "from_on", "until_on")}
        UNION SELECT e.person_id FROM people_employment e WHERE {_turns("e", "from_on", "until_on")}
        UNION SELECT g.person_id FROM people_personcategory g WHERE {_turns("g", "from_on", "until_on")}
        ON CONFLICT DO NOTHING
        """,
        asked,
    )


def _turns(row: str, begins: str, ends: str) -> str:
    return " OR ".join(
        f"({row}.{column} > %(was)s AND {row}.{column} <= %(on)s)" for column in (begins, ends)
    )


def _make(cursor: CursorWrapper, name: str, sql: str, parameters: dict[str, Any]) -> None:
    cursor.execute(f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS {sql}", parameters)
    cursor.execute(f"ANALYZE {name}")  # nobody else looks at a temporary table before it is joined


def _whole(cursor: CursorWrapper, now: datetime, on: date) -> Step:
    for table in ("keptchange", "keptbefore", "keptperson", "keptcell", "keptstep"):
        cursor.execute(f"DELETE FROM oversight_{table}")
    sql, parameters = counting.contributions(on, now, as_it_stands=True)
    _make(cursor, "kept_new", sql, parameters)
    cursor.execute(
        f"INSERT INTO oversight_keptcell ({DIMENSIONS}, people) SELECT {DIMENSIONS}, count(*) FROM kept_new"
        f" GROUP BY {DIMENSIONS} ORDER BY kind, day, area"  # what is read together lies together
    )
    cells = cursor.rowcount
    cursor.execute(
        f"INSERT INTO oversight_keptcell ({DIMENSIONS}, people)"
        f" SELECT * FROM ({further('SELECT *, people AS by FROM oversight_keptcell')}) x WHERE kind = ANY(%s) ORDER BY kind, area",
        [_FURTHER_KINDS],
    )
    cursor.execute(
        f"INSERT INTO oversight_keptperson (person_id, cells) SELECT n.person_id, array_agg(c.id) FROM kept_new n"
        f" JOIN oversight_keptcell c USING ({DIMENSIONS}) GROUP BY 1"
    )
    people = cursor.rowcount
    cursor.execute("ANALYZE oversight_keptcell, oversight_keptperson")
    made = KeptStep.objects.create(at=now, on=on, is_whole=True, people=people)
    return Step(made.number, people, cells, True)


def _part(cursor: CursorWrapper, now: datetime, on: date) -> Step:
    cursor.execute("ANALYZE kept_touched")
    cursor.execute("SELECT person_id FROM kept_touched")
    people = [row[0] for row in cursor.fetchall()]
    sql, parameters = counting.contributions(on, now, people, as_it_stands=True)
    _make(cursor, "kept_new", sql, parameters)
    made = KeptStep.objects.create(at=now, on=on, is_whole=False, people=len(people))
    cursor.execute(
        "INSERT INTO oversight_keptbefore (step, person_id, cells) SELECT %s, t.person_id, coalesce(p.cells, '{}')"
        " FROM kept_touched t LEFT JOIN oversight_keptperson p ON p.person_id = t.person_id",
        [made.number],
    )
    cursor.execute(
        f"INSERT INTO oversight_keptcell ({DIMENSIONS}, people) SELECT DISTINCT {DIMENSIONS}, 0 FROM kept_new"
        f" ON CONFLICT ({DIMENSIONS}) DO NOTHING"
    )
    cursor.execute(
        f"""
        WITH now AS (
            SELECT n.person_id, c.id FROM kept_new n JOIN oversight_keptcell c USING ({DIMENSIONS})
        ), gone AS (
            DELETE FROM oversight_keptperson p USING kept_touched t WHERE p.person_id = t.person_id
                AND NOT EXISTS (SELECT 1 FROM now n WHERE n.person_id = p.person_id)
        ), kept AS (
            INSERT INTO oversight_keptperson AS k (person_id, cells) SELECT n.person_id, array_agg(n.id) FROM now n GROUP BY 1
            ON CONFLICT (person_id) DO UPDATE SET cells = excluded.cells
        )
        INSERT INTO oversight_keptchange (step, cell, by)
        SELECT %(step)s, x.id, sum(x.by) FROM (
            SELECT one.id, -1 AS by FROM oversight_keptbefore b CROSS JOIN LATERAL unnest(b.cells) AS one (id)
            WHERE b.step = %(step)s
            UNION ALL SELECT n.id, 1 FROM now n
        ) x GROUP BY x.id HAVING sum(x.by) <> 0
        """,
        {"step": made.number},
    )
    cells = cursor.rowcount
    changed = further(
        f"SELECT {DIMENSIONS}, k.by FROM oversight_keptchange k JOIN oversight_keptcell c ON c.id = k.cell WHERE k.step = %(step)s"
    )
    asked: dict[str, Any] = {"step": made.number, "kinds": _FURTHER_KINDS}
    cursor.execute(
        f"INSERT INTO oversight_keptcell ({DIMENSIONS}, people) SELECT {DIMENSIONS}, 0 FROM ({changed}) x"
        f" WHERE kind = ANY(%(kinds)s) ON CONFLICT ({DIMENSIONS}) DO NOTHING",
        asked,
    )
    cursor.execute(
        f"INSERT INTO oversight_keptchange (step, cell, by) SELECT %(step)s, c.id, x.by FROM ({changed}) x"
        f" JOIN oversight_keptcell c USING ({DIMENSIONS}) WHERE x.kind = ANY(%(kinds)s) AND x.by <> 0",
        asked,
    )
    cursor.execute(
        "UPDATE oversight_keptcell c SET people = c.people + k.by FROM oversight_keptchange k WHERE k.step = %s AND k.cell = c.id",
        [made.number],
    )
    return Step(made.number, len(people), cells, False)


def _again(cursor: CursorWrapper, now: datetime, *, of_everybody: bool) -> None:
    """Whoever has a record from after this moment (a clock that runs ahead) stays touched: it was not counted yet."""
    of = "" if of_everybody else "AND {} IN (SELECT t.person_id FROM kept_touched t)"
    cursor.execute(
        f"""
        INSERT INTO oversight_touched (id, person_id)
        SELECT gen_random_uuid(), x.person_id FROM (
            SELECT d.person_id FROM doses_dose d WHERE (d.recorded_at > %(now)s OR d.voided_at > %(now)s) {of.format("d.person_id")}
            UNION SELECT s.person_id FROM people_stay s
            WHERE (s.recorded_at > %(now)s OR s.retracted_at > %(now)s) {of.format("s.person_id")}
            UNION SELECT g.person_id FROM people_personcategory g WHERE g.recorded_at > %(now)s {of.format("g.person_id")}
            UNION SELECT p.id FROM people_person p WHERE p.entered_at > %(now)s {of.format("p.id")}
        ) x
        """,
        {"now": now},
    )


def _forget(cursor: CursorWrapper, now: datetime) -> None:
    """Steps that are too old to be asked for: the oldest that is left can be, nothing before it."""
    cursor.execute(
        "SELECT max(number) FROM oversight_keptstep WHERE at < %s::timestamptz - make_interval(days => %s)",
        [now, KEPT_DAYS],
    )
    oldest = cursor.fetchone()[0]
    if oldest is not None:
        cursor.execute("DELETE FROM oversight_keptstep WHERE number < %s", [oldest])
        for table in ("keptchange", "keptbefore"):
            cursor.execute(f"DELETE FROM oversight_{table} WHERE step <= %s", [oldest])
