"""Standings of everybody, or of all for whom a day brings something, judged again and written where they differ (`review`).

A part of some ten thousand people at a time: their facts by COPY out (`bulk_reading`), vaxkit's batch (`bulk_judging`; whom it
cannot hold goes to the interpreter, one by one), the answers by COPY into a table of this session (`bulk_rows`), and from
there one statement that writes what differs. Each part is a transaction: whatever stops the run, what was written is right,
and the next run goes on with the rest. Nobody is locked while people are judged: a standing that somebody else has written
in between is left alone (`Standing.revision`), because its writer knew more.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from vaxkit.immunization.batch_layout import Tables
from vaxkit.immunization.policy import PolicySet
from yingjie.doses import bulk_rows, standings
from yingjie.doses.bulk_reading import UNSEEN, Read, Whom, read
from yingjie.doses.standings import COLUMNS
from yingjie.foundation import clock
from yingjie.vaccines import rules

Progress = Callable[[int, int], None]
PART = 100_000
#: With fewer people the interpreter is done before the batch has loaded its compiler; where an earlier run has loaded it, before
#: the batch has made its tables.
FEW, FEW_WHEN_LOADED = 3_000, 150
_HELD = ", ".join(COLUMNS)
_GIVEN = ", ".join(f"j.{column}" for column in COLUMNS)
_DISTINCT = f"({', '.join(f's.{column}' for column in COLUMNS)}) IS DISTINCT FROM ({_GIVEN})"
DOSES_JUDGED = "doses_judged (id, person_id, counts_as)"
MAKE_TABLES = (
    f"CREATE TEMP TABLE IF NOT EXISTS standings_judged ({', '.join(map(' '.join, bulk_rows.TABLE))})",
    "CREATE TEMP TABLE IF NOT EXISTS doses_judged (id uuid, person_id uuid, counts_as smallint)",
    "CREATE TEMP TABLE IF NOT EXISTS standings_written (person_id uuid)",
    "TRUNCATE standings_judged, doses_judged, standings_written",
)
WRITE_KNOWN = f"""
    WITH written AS (
        UPDATE doses_standing s SET {", ".join(f"{column} = j.{column}" for column in COLUMNS)}, revision = s.revision + 1
        FROM standings_judged j
        WHERE s.person_id = j.person_id AND s."group" = %s AND s.revision = j.revision
              AND ({_DISTINCT} OR j.person_id IN (SELECT person_id FROM doses_judged))
        RETURNING s.person_id
    )
    INSERT INTO standings_written SELECT person_id FROM written
"""
WRITE_NEW = f"""
    WITH written AS (
        INSERT INTO doses_standing (person_id, "group", {_HELD})
        SELECT j.person_id, %s, {_GIVEN} FROM standings_judged j WHERE j.revision = {UNSEEN} ORDER BY j.person_id
        ON CONFLICT (person_id, "group") DO NOTHING RETURNING person_id
    )
    INSERT INTO standings_written SELECT person_id FROM written
"""
WRITE_DOSES = """
    UPDATE doses_dose d SET counts_as = nullif(j.counts_as, 0)
    FROM doses_judged j JOIN standings_written w ON w.person_id = j.person_id
    WHERE d.id = j.id AND d.person_id = j.person_id
"""


@dataclass
class _Part:
    """What is to be written of one part: rows of standings and of doses in binary, and whom to review alone."""

    blocks: list[bytes] = field(default_factory=list)
    doses: list[bytes] = field(default_factory=list)
    leftover: list[UUID] = field(default_factory=list)


def everyone(progress: Progress) -> int:
    """All who have a dose, a condition or a standing. Returns how many people's standing changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_person")
        (total,) = cursor.fetchone()
    return _review(_ranges(), total, progress)


def few_turn(on: date) -> bool:
    """Whether those whose day has come are so few that they are judged in a moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT FROM doses_standing WHERE look_again_on <= %s LIMIT %s) AS concerned",
            [on, FEW],
        )
        return bool(cursor.fetchone()[0] < FEW)


def turning(on: date, progress: Progress) -> int:
    """All at whom one looks again by that day. Returns how many people's standing changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT person_id) FROM doses_standing WHERE look_again_on <= %s", [on])
        (total,) = cursor.fetchone()
    return _review(_turning(on), total, progress)


def named(person_ids: Sequence[UUID], progress: Progress) -> int:
    """Those people. Returns how many people's standing changed."""
    ids = sorted(set(person_ids))
    parts = ((ids[at : at + PART], len(ids[at : at + PART])) for at in range(0, len(ids), PART))
    return _review(((_these(part), size) for part, size in parts), len(ids), progress)


def _these(ids: Sequence[UUID]) -> Whom:
    return Whom("{id} = ANY(%(ids)s::uuid[])", {"ids": "{" + ",".join(map(str, ids)) + "}"})


def _ranges() -> Iterator[tuple[Whom, int]]:
    """The ledger in parts, by the order of ids, with how many people each has."""
    after: UUID | None = None
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*), (array_agg(id ORDER BY id DESC))[1] FROM"
                " (SELECT id FROM people_person WHERE %s::uuid IS NULL OR id > %s ORDER BY id LIMIT %s) AS part",
                [after, after, PART],
            )
            size, last = cursor.fetchone()
        if not size:
            return
        low = "{id} > %(after)s AND " if after else ""
        yield Whom(low + "{id} <= %(last)s", {"after": after, "last": last}), size
        after = last


def _turning(on: date) -> Iterator[tuple[Whom, int]]:
    """Those whose day has come, in parts by the order of ids; nobody twice, though somebody may stay as she is."""
    after: UUID | None = None
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT DISTINCT person_id FROM doses_standing WHERE look_again_on <= %s AND (%s::uuid IS NULL OR person_id > %s)"
                " ORDER BY person_id LIMIT %s",
                [on, after, after, PART],
            )
            ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return
        yield _these(ids), len(ids)
        after = ids[-1]


def _review(parts: Iterator[tuple[Whom, int]], total: int, progress: Progress) -> int:
    on = clock.today()
    policies, changed, done = rules.rules(on), 0, 0
    for whom, size in parts:
        with transaction.atomic():
            part = _judged(policies, on, whom, in_batch=total >= _few())
            changed += _written(part, policies.main_group)
        changed += standings.review(part.leftover)
        done += size
        progress(done, total)
    return changed


def _few() -> int:
    return min(FEW, FEW_WHEN_LOADED) if "vaxkit.immunization.batch_kernel" in sys.modules else FEW


def _judged(policies: PolicySet, on: date, whom: Whom, *, in_batch: bool) -> _Part:
    """The group of the campaign in batch. Of whoever has to do with several groups (a condition, doses of another) all are made
    one by one."""
    group, several = policies.main_group, len(policies.groups) > 1
    tables = _tables(policies, on, group) if in_batch and policies.stages else None
    found = read(whom, tables, group)
    if several:
        found.odd[found.conditions["row"]] = True
    part, alone = _Part(), found.has_facts
    if tables is not None and not tables.uncovered:
        from yingjie.doses.bulk_judging import differing_doses, judged

        judgement = judged(found, policies, tables, on, group)
        part.blocks.extend(bulk_rows.rows(found, judgement))
        places, now = differing_doses(found, judgement)
        people = found.ids[found.doses["row"][places]]
        part.doses.append(bulk_rows.dose_rows(found.doses["id"][places], people, now))
        alone = judgement.alone
    if several:
        found.leftover[alone] = True
    else:
        _one_by_one(policies, on, group, found, np.flatnonzero(alone), part)
    part.leftover += found.uuids(np.flatnonzero(found.leftover))
    return part


def _tables(policies: PolicySet, on: date, group: str) -> Tables:
    """The rules as the batch takes them; for few people it would take longer to make them than to judge."""
    from vaxkit.immunization.batch_tables import tables_of  # only where standings of many are made

    return tables_of(policies, on, group)


def _one_by_one(
    policies: PolicySet, on: date, group: str, found: Read, rows: NDArray[np.int64], part: _Part
) -> None:
    """The people of these rows by the interpreter."""
    revisions = dict(zip(found.uuids(rows), found.revisions[rows].tolist(), strict=True))
    for key, known in standings.read(list(revisions)).items():
        told = known.judged(policies, on)
        if group in told.standings:
            part.blocks.append(bulk_rows.single(key, revisions[key], told.standings[group]))
        elif group in known.standings:
            part.leftover.append(key)
        for dose, kept in known.counts_as.items():
            if told.counts_as.get(dose) != kept:
                part.doses.append(bulk_rows.dose_row(dose, key, told.counts_as.get(dose) or 0))


def _written(part: _Part, group: str) -> int:
    """Write what differs; how many people's standing that is."""
    with connection.cursor() as cursor:
        for statement in MAKE_TABLES:
            cursor.execute(statement)
        names = ", ".join(name for name, _ in bulk_rows.TABLE)
        for table, blocks in ((f"standings_judged ({names})", part.blocks), (DOSES_JUDGED, part.doses)):
            with cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as stream:
                for block in (bulk_rows.HEADER, *blocks, bulk_rows.TRAILER):
                    stream.write(block)
        cursor.execute("ANALYZE standings_judged (person_id, revision)")
        cursor.execute(WRITE_KNOWN, [group])
        cursor.execute(WRITE_NEW, [group])
        if part.doses:
            cursor.execute(WRITE_DOSES)
        cursor.execute("SELECT count(*) FROM standings_written")
        return int(cursor.fetchone()[0])
