"""The one updater of Standing and of Dose.counts_as (law 2). Nothing else writes them.

    hold(person_id)       the lock of one person: whoever writes a dose of hers holds it
    update(person_ids)    judge those people again and write what changed
    everyone()            all who have a dose or a standing, in batches

One person at a station and 460,000 people after a change of rules take the same road: read and judge without locks, then lock only
those whose standing differs, judge them again, write.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from yingjie.doses.judging import Judgement, KeptDose, judge
from yingjie.doses.models import Dose, Standing
from yingjie.foundation.locks import lock
from yingjie.people.models import Person
from yingjie.vaccines.queries import CAMPAIGN_GROUP, course

BATCH = 5_000
WHY_ALL = "the updater judges whoever it is told to; its callers are authorised"
COLUMNS = (
    "doses_counted", "next_number", "earliest_on", "recommended_on", "overdue_on", "latest_on", "completed_on",
    "deferred_until", "is_contraindicated", "products", "because", "look_again_on",
)  # fmt: skip

# Thousands of rows in one statement each; the names of columns are those of COLUMNS.
MAKE_ROWS = """
    INSERT INTO doses_standing (person_id, "group", doses_counted, is_contraindicated, products, because)
    SELECT person_id, %s, 0, false, '[]'::jsonb, '[]'::jsonb FROM unnest(%s::uuid[]) AS person_id
    ON CONFLICT (person_id, "group") DO NOTHING RETURNING person_id
"""
FILL_ROWS = f"""
    INSERT INTO doses_standing (person_id, "group", {", ".join(COLUMNS)})
    SELECT * FROM jsonb_to_recordset(%s::jsonb) AS found (
        person_id uuid, "group" text, doses_counted smallint, next_number smallint, earliest_on date,
        recommended_on date, overdue_on date, latest_on date, completed_on date, deferred_until date,
        is_contraindicated boolean, products jsonb, because jsonb, look_again_on date
    )
    ON CONFLICT (person_id, "group") DO UPDATE SET
        {", ".join(f"{column} = excluded.{column}" for column in COLUMNS)}
"""
DROP_ROWS = """
    DELETE FROM doses_standing USING unnest(%s::uuid[], %s::text[]) AS gone (person_id, "group")
    WHERE doses_standing.person_id = gone.person_id AND doses_standing."group" = gone."group"
"""


@dataclass
class _Known:
    """What the database says about one person: every dose with what it counts as now, and the kept standings by group."""

    birth_on: date | None = None
    doses: list[KeptDose] = field(default_factory=list)
    counts_as: dict[UUID, int | None] = field(default_factory=dict)
    standings: dict[str, dict[str, Any]] = field(default_factory=dict)

    def judged(self) -> Judgement:
        """Nothing is kept of whoever has no dose."""
        return judge(self.birth_on, self.doses, course()) if self.doses and self.birth_on else Judgement()


def hold(person_id: UUID) -> None:
    """Lock one person until the transaction ends: what is derived from her is read, judged and written by one at a time."""
    lock(Person.objects.unscoped(WHY_ALL), id=person_id)


def update(person_ids: Collection[UUID]) -> int:
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


def _differs(known: _Known, judged: Judgement) -> bool:
    return judged.standings != known.standings or any(
        judged.counts_as.get(key) != kept for key, kept in known.counts_as.items()
    )


def _read(person_ids: Collection[UUID]) -> dict[UUID, _Known]:
    found: defaultdict[UUID, _Known] = defaultdict(_Known)
    doses = Dose.objects.unscoped(WHY_ALL).filter(person_id__in=person_ids).order_by()
    columns = ("person_id", "person__birth_on", "id", "product_id", "given_on", "voided_at", "counts_as")
    for person_id, birth_on, key, product, given_on, voided_at, counts_as in doses.values_list(*columns):
        known = found[person_id]
        known.birth_on = birth_on
        known.counts_as[key] = counts_as
        if voided_at is None:
            known.doses.append(KeptDose(key, product, given_on))
    kept = Standing.objects.unscoped(WHY_ALL).filter(person_id__in=person_ids).order_by()
    for row in kept.values("person_id", "group", *COLUMNS):
        found[row.pop("person_id")].standings[row.pop("group")] = row
    return found


def _lock_all(person_ids: Sequence[UUID]) -> None:
    """Lock many at once. `FOR UPDATE` of many people is not for a spread database; an update that changes nothing is."""
    ids = sorted(person_ids)
    with connection.cursor() as cursor:
        cursor.execute(MAKE_ROWS, [CAMPAIGN_GROUP, ids])
        known = sorted(set(ids) - {made for (made,) in cursor.fetchall()})
        if known:
            cursor.execute(
                "UPDATE doses_standing SET doses_counted = doses_counted WHERE person_id = ANY(%s)", [known]
            )


def _write(people: dict[UUID, _Known]) -> None:
    rows, gone = [], []
    counts: defaultdict[int | None, list[UUID]] = defaultdict(list)
    for person_id, known in people.items():
        judged = known.judged()
        rows += [{"person_id": person_id, "group": group, **row} for group, row in judged.standings.items()]
        gone += [(person_id, group) for group in known.standings if group not in judged.standings]
        for key, kept in known.counts_as.items():
            if judged.counts_as.get(key) != kept:
                counts[judged.counts_as.get(key)].append(key)
    with connection.cursor() as cursor:
        cursor.execute(FILL_ROWS, [json.dumps(rows, cls=DjangoJSONEncoder)])
        for value, keys in counts.items():
            cursor.execute("UPDATE doses_dose SET counts_as = %s WHERE id = ANY(%s)", [value, keys])
        if gone:
            cursor.execute(
                DROP_ROWS, [[person for person, _group in gone], [group for _person, group in gone]]
            )
