"""The one updater of Standing and of Dose.counts_as (law 2). Nothing else writes them.

    hold(person_id)       the lock of one person: whoever writes a dose of hers holds it
    update(person_ids)    judge those people again by the rules of today and write what changed
    everyone()            all who have a dose, a condition or a standing
    turning(on)           those whose answer may be another one by that day, though nothing was recorded

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

from vaxkit.immunization.policy import PolicySet
from yingjie.doses.judging import NOBODY, Condition, Facts, Judgement, KeptDose, judge
from yingjie.doses.models import Dose, Standing, StandingsMade
from yingjie.foundation import clock
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.people.models import HealthCondition, Person
from yingjie.vaccines import rules

BATCH = 5_000
EVERY_GROUP = "*"
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
HOLD_ROWS = """
    UPDATE doses_standing SET doses_counted = doses_counted WHERE "group" = %s AND person_id = ANY(%s)
"""
DROP_ROWS = """
    DELETE FROM doses_standing USING unnest(%s::uuid[], %s::text[]) AS gone (person_id, "group")
    WHERE doses_standing.person_id = gone.person_id AND doses_standing."group" = gone."group"
"""


@dataclass
class _Known:
    """What the database says about one person: her facts, what each dose counts as now, and the kept standings by group."""

    birth_on: date | None = None
    sex: str = ""
    doses: list[KeptDose] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    counts_as: dict[UUID, int | None] = field(default_factory=dict)
    standings: dict[str, dict[str, Any]] = field(default_factory=dict)

    def judged(self, policies: PolicySet, on: date) -> Judgement:
        if self.birth_on is None:
            return NOBODY
        return judge(Facts(self.birth_on, self.sex, tuple(self.doses), tuple(self.conditions)), policies, on)


def hold(person_id: UUID) -> None:
    """Lock one person until the transaction ends: what is derived from her is read, judged and written by one at a time."""
    lock(Person.objects.unscoped(WHY_ALL), id=person_id)


def update(person_ids: Collection[UUID]) -> int:
    """Bring standings in line with doses, conditions and the rules of today. Returns how many people's changed."""
    today = clock.today()
    policies = rules.rules(today)
    known = _read(person_ids)
    differing = [key for key, each in known.items() if _differs(each, each.judged(policies, today))]
    if differing:
        with transaction.atomic():
            _lock_all(differing, tuple(policies.groups))
            _write(_read(differing), policies, today)
    return len(differing)


def everyone() -> list[UUID]:
    """The ids of all who have a dose, a condition or a standing."""
    found = Dose.objects.unscoped(WHY_ALL).order_by().values_list("person_id")
    kept = Standing.objects.unscoped(WHY_ALL).order_by().values_list("person_id")
    observed = HealthCondition.objects.unscoped(WHY_ALL).order_by().values_list("person_id")
    return sorted({row[0] for row in found.union(kept, observed)})


def turning(on: date) -> list[UUID]:
    """The ids of those at whom one looks again by that day."""
    rows = Standing.objects.unscoped(WHY_ALL).filter(look_again_on__lte=on).order_by("person_id")
    return list(rows.values_list("person_id", flat=True).distinct())


def are_of(fingerprint: str) -> bool:
    """Whether all standings were last made by these rules."""
    return StandingsMade.objects.filter(group=EVERY_GROUP, rules=fingerprint).exists()


def note_made(fingerprint: str) -> None:
    """All standings were made by these rules."""
    StandingsMade.objects.update_or_create(
        group=EVERY_GROUP, defaults={"rules": fingerprint, "made_at": clock.now()}
    )


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
    columns = ("person_id", "id", "group", "product_id", "given_on", "expires_on", "voided_at", "counts_as")
    for person_id, key, group, product, given_on, expires_on, voided_at, counts_as in doses.values_list(
        *columns
    ):
        found[person_id].counts_as[key] = counts_as
        if voided_at is None:
            found[person_id].doses.append(KeptDose(key, group, product, given_on, expires_on))
    observed = HealthCondition.objects.unscoped(WHY_ALL).filter(person_id__in=person_ids).order_by()
    for person_id, code, from_on, until_on in observed.values_list(
        "person_id", "code", "from_on", "until_on"
    ):
        found[person_id].conditions.append(Condition(code, from_on, until_on))
    kept = Standing.objects.unscoped(WHY_ALL).filter(person_id__in=person_ids).order_by()
    for row in kept.values("person_id", "group", *COLUMNS):
        found[row.pop("person_id")].standings[row.pop("group")] = row
    people = Person.objects.unscoped(WHY_ALL).filter(pk__in=list(found)).order_by()
    for person_id, birth_on, sex in people.values_list("id", "birth_on", "sex"):
        found[person_id].birth_on, found[person_id].sex = birth_on, sex
    return found


def facts_of(person_id: UUID) -> Facts:
    """One person's facts, for questions on line. Raises NotFound."""
    person = Person.objects.unscoped(WHY_ALL).filter(pk=person_id).values_list("birth_on", "sex").first()
    if person is None:
        raise NotFound()
    known = _read([person_id]).get(person_id, _Known())
    return Facts(*person, tuple(known.doses), tuple(known.conditions))


def _lock_all(person_ids: Sequence[UUID], groups: Sequence[str]) -> None:
    """Lock many at once. `FOR UPDATE` of many people is not for a spread database; an update that changes nothing is."""
    ids = sorted(person_ids)
    with connection.cursor() as cursor:
        for group in groups:
            cursor.execute(MAKE_ROWS, [group, ids])
            known = sorted(set(ids) - {made for (made,) in cursor.fetchall()})
            if known:
                cursor.execute(HOLD_ROWS, [group, known])


def _write(people: dict[UUID, _Known], policies: PolicySet, on: date) -> None:
    rows, gone = [], []
    counts: defaultdict[int | None, list[UUID]] = defaultdict(list)
    for person_id, known in people.items():
        judged = known.judged(policies, on)
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
