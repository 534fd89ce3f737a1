"""The one updater of Standing and of Dose.counts_as (law 2). Nothing else writes them.

    hold(person_id)       the lock of one person's doses: their standing's row, made first where there is none
    update(person_ids)    judge those people again and write what changed
    everyone()            all who have a dose or a standing, in batches

One person at a station and 460,000 people after a change of rules take the same road: read and judge without locks, then lock only
those whose standing differs, judge them again, write.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from yingjie.doses.judging import Judgement, KeptDose, judge
from yingjie.doses.models import Dose, Standing
from yingjie.foundation.locks import lock
from yingjie.vaccines.queries import COURSE, course

BATCH = 5_000
WHY_ALL = "the updater judges whoever it is told to; its callers are authorised"
COLUMNS = (
    "schedule", "doses_counted", "next_number", "earliest_on", "recommended_on", "overdue_on", "completed_on", "because",
)  # fmt: skip

# Thousands of rows in one statement each; the names of columns are those of COLUMNS.
MAKE_ROWS = """
    INSERT INTO doses_standing (person_id, schedule, doses_counted, because)
    SELECT person_id, %s, 0, '[]'::jsonb FROM unnest(%s::uuid[]) AS person_id
    ON CONFLICT (person_id) DO NOTHING RETURNING person_id
"""
FILL_ROWS = """
    INSERT INTO doses_standing (
        person_id, schedule, doses_counted, next_number, earliest_on, recommended_on, overdue_on, completed_on, because
    )
    SELECT * FROM jsonb_to_recordset(%s::jsonb) AS found (
        person_id uuid, schedule text, doses_counted smallint, next_number smallint, earliest_on date,
        recommended_on date, overdue_on date, completed_on date, because jsonb
    )
    ON CONFLICT (person_id) DO UPDATE SET
        schedule = excluded.schedule, doses_counted = excluded.doses_counted, next_number = excluded.next_number,
        earliest_on = excluded.earliest_on, recommended_on = excluded.recommended_on, overdue_on = excluded.overdue_on,
        completed_on = excluded.completed_on, because = excluded.because
"""


@dataclass
class _Known:
    """What the database says about one person: every dose with what it counts as now, and the kept standing."""

    birth_on: date | None = None
    doses: list[KeptDose] = field(default_factory=list)
    counts_as: dict[UUID, int | None] = field(default_factory=dict)
    standing: dict[str, Any] | None = None

    def judged(self) -> Judgement | None:
        """None: there is no dose, so there must be no standing."""
        return judge(self.birth_on, self.doses, course()) if self.doses and self.birth_on else None


def hold(person_id: UUID) -> None:
    """Lock one person's doses until the transaction ends."""
    rows = Standing.objects.unscoped(WHY_ALL)
    if not lock(rows, person_id=person_id):
        rows.bulk_create([Standing(person_id=person_id, schedule=COURSE)], ignore_conflicts=True)
        lock(rows, person_id=person_id)


def update(person_ids: Sequence[UUID]) -> int:
    """Bring standings in line with the doses. Returns how many people's changed."""
    differing = [
        person_id for person_id, known in _read(person_ids).items() if _differs(known, known.judged())
    ]
    if differing:
        with transaction.atomic():
            _lock_all(differing)
            _write(_read(differing))
    return len(differing)


def everyone() -> Iterator[Sequence[UUID]]:
    """The ids of all who have a dose or a standing, in batches."""
    found = Dose.objects.unscoped(WHY_ALL).order_by().values_list("person_id")
    kept = Standing.objects.unscoped(WHY_ALL).order_by().values_list("person_id")
    yield from batches(sorted({row[0] for row in found.union(kept)}))


def batches(person_ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(person_ids), BATCH):
        yield person_ids[start : start + BATCH]


def _differs(known: _Known, judged: Judgement | None) -> bool:
    wanted = dict(judged.standing) if judged else None
    counts = judged.counts_as if judged else {}
    return wanted != known.standing or any(counts.get(key) != kept for key, kept in known.counts_as.items())


def _read(person_ids: Sequence[UUID]) -> dict[UUID, _Known]:
    found: defaultdict[UUID, _Known] = defaultdict(_Known)
    doses = Dose.objects.unscoped(WHY_ALL).filter(person_id__in=person_ids).order_by()
    columns = ("person_id", "person__birth_on", "id", "product_id", "given_on", "voided_at", "counts_as")
    for person_id, birth_on, key, product, given_on, voided_at, counts_as in doses.values_list(*columns):
        known = found[person_id]
        known.birth_on = birth_on
        known.counts_as[key] = counts_as
        if voided_at is None:
            known.doses.append(KeptDose(key, product, given_on))
    for row in (
        Standing.objects.unscoped(WHY_ALL).filter(person_id__in=person_ids).values("person_id", *COLUMNS)
    ):
        found[row.pop("person_id")].standing = row
    return found


def _lock_all(person_ids: Sequence[UUID]) -> None:
    """Lock many at once. `FOR UPDATE` of many people is not for a spread database; an update that changes nothing is."""
    ids = sorted(person_ids)
    with connection.cursor() as cursor:
        cursor.execute(MAKE_ROWS, [COURSE, ids])
        known = sorted(set(ids) - {made for (made,) in cursor.fetchall()})
        if known:
            cursor.execute("UPDATE doses_standing SET schedule = schedule WHERE person_id = ANY(%s)", [known])


def _write(people: dict[UUID, _Known]) -> None:
    standings, empty = [], []
    counts: defaultdict[int | None, list[UUID]] = defaultdict(list)
    for person_id, known in people.items():
        judged = known.judged()
        if judged is None:
            empty.append(person_id)
        else:
            standings.append({"person_id": person_id} | dict(judged.standing))
        wanted = judged.counts_as if judged else {}
        for key, kept in known.counts_as.items():
            if wanted.get(key) != kept:
                counts[wanted.get(key)].append(key)
    with connection.cursor() as cursor:
        cursor.execute(FILL_ROWS, [json.dumps(standings, cls=DjangoJSONEncoder)])
        for value, keys in counts.items():
            cursor.execute("UPDATE doses_dose SET counts_as = %s WHERE id = ANY(%s)", [value, keys])
    if empty:
        Standing.objects.unscoped(WHY_ALL).filter(person_id__in=empty).delete()
