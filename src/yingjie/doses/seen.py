"""What the rules see of people beside their doses: conditions of health, and the groups of the ledger that are an observation of
the policies (`vaccines/data/groups.yaml`), from and until the same days.

    seen_of(ids)      id → Conditions, for people who are judged one by one
    ROWS, groups()    the same rows as SQL with its parameters, for everybody at once
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from yingjie.doses.judging import Condition
from yingjie.vaccines.queries import observation_of_category

#: person_id, code, from_on, until_on, recorded_at, of_health of everything seen, by the parameters of groups().
ROWS = """
    SELECT h.person_id, h.code::text, h.from_on, h.until_on, h.recorded_at, true AS of_health FROM people_healthcondition h
    UNION ALL
    SELECT c.person_id, g.observation, c.from_on, c.until_on, c.recorded_at, false
    FROM people_personcategory c
    JOIN unnest(%(seen_categories)s::text[], %(seen_observations)s::text[]) AS g (category, observation) ON g.category = c.code
"""
_OF = f"""
    SELECT x.person_id, x.code, x.from_on, x.until_on, x.of_health FROM ({ROWS}) x
    WHERE x.person_id = ANY(%(people)s) AND (%(known_at)s::timestamptz IS NULL OR x.recorded_at <= %(known_at)s)
"""


def groups() -> dict[str, Any]:
    """The parameters of ROWS."""
    known = observation_of_category()
    return {"seen_categories": list(known), "seen_observations": list(known.values())}


def seen_of(person_ids: Collection[UUID], known_at: datetime | None = None) -> Mapping[UUID, list[Condition]]:
    """What was recorded about each by `known_at` (left out: ever); nobody of whom nothing is."""
    found: defaultdict[UUID, list[Condition]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_OF, {**groups(), "people": list(person_ids), "known_at": known_at})
        for person_id, *told in cursor.fetchall():
            found[person_id].append(Condition(*told))
    return found
