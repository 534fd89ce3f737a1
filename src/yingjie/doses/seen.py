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

from django.db.models import Q, QuerySet

from yingjie.doses.judging import Condition
from yingjie.people.models import HealthCondition, PersonCategory
from yingjie.vaccines.queries import observation_of_category

_WHY = "judged for whoever the caller is authorised for"
#: person_id, code, from_on, until_on, recorded_at of everything seen, by the parameters of groups().
ROWS = """
    SELECT h.person_id, h.code::text, h.from_on, h.until_on, h.recorded_at FROM people_healthcondition h
    UNION ALL
    SELECT c.person_id, g.observation, c.from_on, c.until_on, c.recorded_at
    FROM people_personcategory c
    JOIN unnest(%(seen_categories)s::text[], %(seen_observations)s::text[]) AS g (category, observation) ON g.category = c.code
"""


def groups() -> dict[str, Any]:
    """The parameters of ROWS."""
    known = observation_of_category()
    return {"seen_categories": list(known), "seen_observations": list(known.values())}


def seen_of(person_ids: Collection[UUID], known_at: datetime | None = None) -> Mapping[UUID, list[Condition]]:
    """What was recorded about each by `known_at` (left out: ever); nobody of whom nothing is."""
    found: defaultdict[UUID, list[Condition]] = defaultdict(list)
    known = Q(person_id__in=person_ids) & (Q() if known_at is None else Q(recorded_at__lte=known_at))
    for person_id, code, from_on, until_on in _rows(HealthCondition.objects.unscoped(_WHY).filter(known)):
        found[person_id].append(Condition(code, from_on, until_on))
    observed = observation_of_category()
    categories = PersonCategory.objects.unscoped(_WHY).filter(known, code__in=list(observed))
    for person_id, code, from_on, until_on in _rows(categories):
        found[person_id].append(Condition(observed[code], from_on, until_on, of_health=False))
    return found


def _rows(rows: QuerySet[Any]) -> Any:
    return rows.order_by().values_list("person_id", "code", "from_on", "until_on")
