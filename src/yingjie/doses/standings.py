"""The one updater of Standing and of Dose.counts_as (law 2). Nothing else writes them.

    hold(person_id)       the lock of one person: whoever writes a dose of hers holds it
    update(person_ids)    the facts of those people have changed: judge them by the rules of today and write what they are now
    review(person_ids)    nothing was recorded: judge them again and write what differs (one by one, for few)
    standings_in_bulk     the same review for everybody at once

Whoever changes facts writes the standing in the same transaction, always, and so makes its `revision` another one. Whoever
judges many at once reads revisions before facts and writes only where the revision is still the same: what was written in
between is newer, and stays.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from vaxkit.immunization.policy import PolicySet
from yingjie.doses.judging import NOBODY, Condition, Facts, Judgement, KeptDose, judge
from yingjie.doses.models import Dose, Standing, StandingsMade
from yingjie.doses.seen import seen_of
from yingjie.foundation import clock
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.people.models import Person
from yingjie.vaccines import rules

EVERY_GROUP = "*"
WHY_ALL = "the updater judges whoever it is told to; its callers are authorised"
COLUMNS = (
    "doses_counted", "next_number", "earliest_on", "recommended_on", "overdue_on", "latest_on", "completed_on",
    "primary_number", "primary_on", "deferred_until", "is_contraindicated", "products", "because", "look_again_on",
)  # fmt: skip

# Thousands of rows in one statement each; the names of columns are those of COLUMNS.
FILL_ROWS = f"""
    INSERT INTO doses_standing (person_id, "group", {", ".join(COLUMNS)})
    SELECT * FROM jsonb_to_recordset(%s::jsonb) AS found (
        person_id uuid, "group" text, doses_counted smallint, next_number smallint, earliest_on date,
        recommended_on date, overdue_on date, latest_on date, completed_on date, primary_number smallint, primary_on date,
        deferred_until date, is_contraindicated boolean, products jsonb, because jsonb, look_again_on date
    )
    ON CONFLICT (person_id, "group") DO UPDATE SET
        {", ".join(f"{column} = excluded.{column}" for column in COLUMNS)}, revision = doses_standing.revision + 1
"""
DROP_ROWS = """
    DELETE FROM doses_standing USING unnest(%s::uuid[], %s::text[]) AS gone (person_id, "group")
    WHERE doses_standing.person_id = gone.person_id AND doses_standing."group" = gone."group"
"""


@dataclass
class Known:
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

    def differs(self, judged: Judgement) -> bool:
        return judged.standings != self.standings or any(
            judged.counts_as.get(key) != kept for key, kept in self.counts_as.items()
        )


def hold(person_id: UUID) -> None:
    """Lock one person until the transaction ends: what is derived from her is read, judged and written by one at a time. Her
    standing is locked before any dose of hers, as the review of everybody does, so that neither waits for the other."""
    lock(Person.objects.unscoped(WHY_ALL), id=person_id)
    lock(Standing.objects.unscoped(WHY_ALL), person_id=person_id)


def update(person_ids: Collection[UUID]) -> None:
    """Bring the standings of people whose facts the caller's transaction has changed in line with the rules of today. Each is
    written, even as it was: that makes its revision another one."""
    today = clock.today()
    policies = rules.rules(today)
    with transaction.atomic():
        write({key: (known, known.judged(policies, today)) for key, known in read(person_ids).items()})


def review(person_ids: Collection[UUID]) -> int:
    """Judge people again of whom nothing new was recorded. Returns how many people's standing changed."""
    today = clock.today()
    policies = rules.rules(today)
    changed = 0
    for key, known in read(person_ids).items():
        if known.differs(known.judged(policies, today)):
            with transaction.atomic():
                hold(key)
                again = read([key]).get(key, Known())
                write({key: (again, again.judged(policies, today))})
            changed += 1
    return changed


def are_of(fingerprint: str) -> bool:
    """Whether all standings were last made by these rules."""
    return StandingsMade.objects.filter(group=EVERY_GROUP, rules=fingerprint).exists()


def note_made(fingerprint: str) -> None:
    """All standings were made by these rules."""
    StandingsMade.objects.update_or_create(
        group=EVERY_GROUP, defaults={"rules": fingerprint, "made_at": clock.now()}
    )


def read(person_ids: Collection[UUID]) -> dict[UUID, Known]:
    """What is known of each of these people that has a dose, a condition, a group that rules ask for, or a standing."""
    found: defaultdict[UUID, Known] = defaultdict(Known)
    doses = Dose.objects.unscoped(WHY_ALL).filter(person_id__in=person_ids).order_by()
    columns = ("person_id", "id", "group", "product_id", "given_on", "expires_on", "voided_at", "counts_as")
    for person_id, key, group, product, given_on, expires_on, voided_at, counts_as in doses.values_list(
        *columns
    ):
        found[person_id].counts_as[key] = counts_as
        if voided_at is None:
            found[person_id].doses.append(KeptDose(key, group, product, given_on, expires_on))
    for person_id, conditions in seen_of(person_ids).items():
        found[person_id].conditions = conditions
    kept = Standing.objects.unscoped(WHY_ALL).filter(person_id__in=person_ids).order_by()
    for row in kept.values("person_id", "group", *COLUMNS):
        found[row.pop("person_id")].standings[row.pop("group")] = row
    people = Person.objects.unscoped(WHY_ALL).filter(pk__in=list(found)).order_by()
    for person_id, birth_on, sex in people.values_list("id", "birth_on", "sex"):
        found[person_id].birth_on, found[person_id].sex = birth_on, sex
    return found


def facts_of(person_id: UUID, live: Iterable[Dose] | None = None) -> Facts:
    """One person's facts, for questions on line. `live`: their records that were not taken back, where the caller has read them.
    Raises NotFound."""
    person = Person.objects.unscoped(WHY_ALL).filter(pk=person_id).values_list("birth_on", "sex").first()
    if person is None:
        raise NotFound()
    if live is None:
        live = Dose.objects.unscoped(WHY_ALL).filter(person_id=person_id, voided_at__isnull=True).order_by()
    doses = tuple(KeptDose(row.pk, row.group, row.product_id, row.given_on, row.expires_on) for row in live)
    return Facts(*person, doses, tuple(seen_of([person_id]).get(person_id, ())))


def write(people: dict[UUID, tuple[Known, Judgement]]) -> None:
    """Write what locked people were judged to be, where their doses count as something else too."""
    rows, gone = [], []
    counts: defaultdict[int | None, list[UUID]] = defaultdict(list)
    for person_id, (known, judged) in people.items():
        rows += [{"person_id": person_id, "group": group, **row} for group, row in judged.standings.items()]
        gone += [(person_id, group) for group in known.standings if group not in judged.standings]
        for key, kept in known.counts_as.items():
            if judged.counts_as.get(key) != kept:
                counts[judged.counts_as.get(key)].append(key)
    with connection.cursor() as cursor:
        if rows:
            cursor.execute(FILL_ROWS, [json.dumps(rows, cls=DjangoJSONEncoder)])
        for value, keys in counts.items():
            cursor.execute("UPDATE doses_dose SET counts_as = %s WHERE id = ANY(%s)", [value, keys])
        if gone:
            cursor.execute(
                DROP_ROWS, [[person for person, _group in gone], [group for _person, group in gone]]
            )
