"""What the doses and conditions of people amounted to on a past day, as it was known at a moment of the past.

Standings and `counts_as` say what is known now. A record that was taken back since counted then; a late one did not. Whoever
is concerned is judged again, from what was on record at that moment and by the rules of that day: a handful of people.

    known_otherwise(on, known_at, group)   SQL of the ids of those whose doses were known otherwise than today
    barred(on, known_at)                   SQL of the ids of those who had a condition that stands against a vaccine
    judged(ids, on, known_at, group)       id → Then
    judged_from(facts, on, group)          the same, of facts that the caller holds
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from vaxkit.immunization.policy import PolicySet
from vaxkit.vocabulary import Status
from yingjie.doses import judging, seen
from yingjie.doses.judging import Facts, KeptDose
from yingjie.doses.models import Dose
from yingjie.foundation import clock
from yingjie.people.models import Person
from yingjie.vaccines import rules

# A dose that came on record since may be of any day: one of another vaccine can make those before it count for nothing.
_WHY = "judged for whoever may see these people's counts"
_KNOWN = """
    SELECT x.person_id FROM doses_dose x
    WHERE x."group" = %(group)s AND x.given_on <= %(on)s AND x.recorded_at <= %(known_at)s AND (
        x.voided_at > %(known_at)s
        OR (x.voided_at IS NULL AND x.counts_as IS NULL AND EXISTS (
            SELECT 1 FROM doses_dose y
            WHERE y.person_id = x.person_id AND y."group" = x."group" AND y.recorded_at > %(known_at)s
        ))
    )
"""
_BARRED = f"""
    SELECT c.person_id FROM ({seen.ROWS}) c
    WHERE c.code = ANY(%(barring)s) AND c.recorded_at <= %(known_at)s
          AND (c.from_on IS NULL OR c.from_on <= %(on)s) AND (c.until_on IS NULL OR c.until_on > %(on)s)
"""


@dataclass(frozen=True)
class Then:
    """Doses that counted by the day, how many of them were given elsewhere, the day of the last; whether the course was complete
    with them; what stood against another dose on the day; what each dose counted as; and the dose with which the primary course
    was complete."""

    doses: int
    elsewhere: int
    last_on: date | None
    is_complete: bool
    is_contraindicated: bool
    is_deferred: bool
    counts_as: Mapping[UUID, int | None]
    completed_by: UUID | None = None


def known_otherwise(on: date, known_at: datetime, group: str) -> tuple[str, dict[str, Any]]:
    """(SQL, parameters) of people whose doses, taken as known then, may amount to something else than `counts_as` says."""
    return _KNOWN, {"on": on, "known_at": known_at, "group": group}


def barred(on: date, known_at: datetime, group: str) -> tuple[str, dict[str, Any]]:
    """(SQL, parameters) of people with a condition on the day that some rule of the day holds against a vaccine of the group."""
    return _BARRED, {
        "on": on,
        "known_at": known_at,
        "barring": barring(rules.rules(on), group),
        **seen.groups(),
    }


def known_otherwise_of(on: date, known_at: datetime, group: str) -> dict[UUID, Then]:
    """Everybody of the ledger whose doses were known otherwise, judged; nobody where the moment has not passed."""
    if known_at >= clock.now():
        return {}
    sql, parameters = known_otherwise(on, known_at, group)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT k.person_id FROM ({sql}) k", parameters)
        found = [row[0] for row in cursor.fetchall()]
    return judged(found, on, known_at, group) if found else {}


def barring(policies: PolicySet, group: str) -> list[str]:
    """The codes of conditions that stand against a vaccine of the group."""
    if not policies.stages:
        return []
    antigens = (policies.antigens[name] for name in policies.groups[group].antigens)
    rows = [row for each in antigens for row in (*each.contraindications, *each.vaccine_contraindications)]
    return sorted({row.observation for row in rows})


def judged(person_ids: Collection[UUID], on: date, known_at: datetime, group: str) -> dict[UUID, Then]:
    """What was known of each at the moment, judged for the day."""
    policies = rules.rules(on)
    return {
        person_id: _then(facts, sources, policies, on, group)
        for person_id, (facts, sources) in _facts(person_ids, on, known_at).items()
    }


def judged_from(facts: Mapping[UUID, Facts], on: date, group: str) -> dict[UUID, Then]:
    """The same of facts that the caller holds; where their doses were given is not among them, so none counts as elsewhere."""
    policies = rules.rules(on)
    return {person_id: _then(each, {}, policies, on, group) for person_id, each in facts.items()}


def _then(facts: Facts, sources: Mapping[UUID, str], policies: PolicySet, on: date, group: str) -> Then:
    told = judging.advice(facts, policies, on, group)
    counts = {UUID(row.dose_id): row.target_dose_number for row in told.doses}
    counted = [dose for dose in facts.doses if counts.get(dose.id) is not None]
    completed_on = judging.completed_on(told)
    return Then(
        doses=len(counted),
        elsewhere=sum(sources.get(dose.id) == "elsewhere" for dose in counted),
        last_on=max((dose.on for dose in counted), default=None),
        is_complete=bool(counted) and completed_on is not None,
        is_contraindicated=told.status is Status.CONTRAINDICATED,
        is_deferred=told.status is Status.DEFERRED,
        counts_as=counts,
        completed_by=UUID(told.course.completed_by) if told.course.completed_by else None,
    )


def _facts(
    person_ids: Collection[UUID], on: date, known_at: datetime
) -> dict[UUID, tuple[Facts, dict[UUID, str]]]:
    doses: defaultdict[UUID, list[KeptDose]] = defaultdict(list)
    sources: defaultdict[UUID, dict[UUID, str]] = defaultdict(dict)
    known = Q(recorded_at__lte=known_at) & (Q(voided_at__isnull=True) | Q(voided_at__gt=known_at))
    given = Dose.objects.unscoped(_WHY).filter(known, person_id__in=person_ids, given_on__lte=on).order_by()
    columns = ("person_id", "id", "group", "product_id", "given_on", "expires_on", "source")
    for person_id, key, group, product, given_on, expires_on, source in given.values_list(*columns):
        doses[person_id].append(KeptDose(key, group, product, given_on, expires_on))
        sources[person_id][key] = source
    conditions = seen.seen_of(person_ids, known_at)
    people = Person.objects.unscoped(_WHY).filter(pk__in=person_ids).order_by()
    return {
        key: (Facts(birth_on, sex, tuple(doses[key]), tuple(conditions.get(key, ()))), sources[key])
        for key, birth_on, sex in people.values_list("pk", "birth_on", "sex")
    }
