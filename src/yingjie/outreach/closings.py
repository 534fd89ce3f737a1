"""Where people stand for the campaign, for any number of them in one SQL statement: the facts of vaxkit.coverage.closing out of the
tables, and its rules in its own order of precedence. A test compares the two on histories made at random. Whether the primary
course is complete is what her standing says (`primary_on`: one dose of Ad5, three of CHO subunit); whoever is asked for the
last dose of the course and has not completed her own is asked for her next one (vaxkit's `own_goal`). What stands against a
dose follows from standings today; for a past day it is judged as it was known then, as are doses that were known otherwise.

    relation(people, asked)     SELECT … of one row per person: the columns of COLUMNS
    counts(people, asked)       people per area code of so many digits, term and dose
    here(people)                people as their own rows say, for `relation`

`people` are querysets that were scoped and narrowed by whoever asks: id, area, birth date, whereabouts and reading of whom to count
on the day, nobody twice.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import count
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import QuerySet

from vaxkit.coverage.closing import RULES, Closing, Heard, Term
from yingjie.doses import then
from yingjie.foundation import clock
from yingjie.outreach import campaign
from yingjie.people.models import Person

#: Where somebody stands who has not had the dose that is asked for.
OPEN_TERMS = ("to_do", "declined", "deferred", "away", "contraindicated")
COLUMNS = (
    "person_id", "area_id", "birth_on", "pinyin", "doses", "last_on", "is_contraindicated", "is_deferred", "heard", "heard_at",
    "reason", "term", "dose",
)  # fmt: skip

#: One of vaxkit's words: what the newest visit heard at which somebody was met, unless a dose came after it.
_HEARD = """
    CASE WHEN h.at IS NULL OR (d.last_on IS NOT NULL AND (h.at AT TIME ZONE %(zone)s)::date <= d.last_on) THEN ''
         WHEN h.outcome = 'medical' AND h.reason = 'contraindication' THEN 'contraindication'
         ELSE h.outcome END
"""
#: Each of vaxkit's RULES, in SQL over the columns of the facts. That there is one for every rule is checked at import.
_CONDITIONS: Mapping[Term, str] = {
    Term.ELSEWHERE_PROVED: "(f.doses >= f.goal OR f.is_complete) AND f.elsewhere = f.doses",
    Term.DONE: "f.doses >= f.goal OR f.is_complete",
    Term.NOT_OFFERED: "NOT f.is_offered",
    Term.CONTRAINDICATED: f"f.is_contraindicated OR f.heard = '{Heard.CONTRAINDICATION}'",
    Term.AWAY: f"f.lives_away OR f.heard = '{Heard.AWAY}'",
    Term.DEFERRED: f"f.is_deferred OR f.heard = '{Heard.MEDICAL}'",
    Term.DECLINED: f"f.heard = '{Heard.REFUSED}'",
}
_TERM = "CASE {} ELSE '{}' END".format(
    " ".join(f"WHEN {_CONDITIONS[term]} THEN '{term}'" for term, _rule in RULES), Term.TO_DO
)
_NOBODY = "SELECT NULL::uuid, NULL::varchar, NULL::date, NULL::varchar, NULL::varchar WHERE false"
_PLACE = re.compile(r"(?<!%)%s")
_REACHED = f"('{Term.DONE}', '{Term.ELSEWHERE_PROVED}')"

_RELATION = f"""
    WITH p (id, area_id, birth_on, whereabouts, pinyin) AS MATERIALIZED ({{people}}),
    k AS (
        SELECT * FROM jsonb_to_recordset(%(then)s::jsonb) AS k (
            person_id uuid, otherwise boolean, doses int, elsewhere int, last_on date, is_complete boolean,
            has_course boolean, is_contraindicated boolean, is_deferred boolean
        )
    ),
    d AS (
        SELECT x.person_id, count(*)::int AS doses, count(*) FILTER (WHERE x.source = 'elsewhere')::int AS elsewhere,
               max(x.given_on) AS last_on
        FROM p JOIN doses_dose x ON x.person_id = p.id
        WHERE x."group" = %(group)s AND x.counts_as IS NOT NULL AND x.given_on <= %(on)s AND x.recorded_at <= %(known_at)s
              AND x.voided_at IS NULL AND x.person_id NOT IN (SELECT k.person_id FROM k WHERE k.otherwise)
        GROUP BY x.person_id
        UNION ALL SELECT k.person_id, k.doses, k.elsewhere, k.last_on FROM k WHERE k.otherwise AND k.doses > 0
    ),
    h AS (
        SELECT DISTINCT ON (a.person_id) a.person_id, a.at, a.outcome, a.reason
        FROM p JOIN outreach_attempt a ON a.person_id = p.id
        WHERE a.outcome <> 'not_met' AND a.at < %(until)s
        ORDER BY a.person_id, a.at DESC, a.id DESC
    ),
    w AS (
        SELECT DISTINCT ON (x.person_id) x.person_id, x.word
        FROM people_whereabouts x JOIN p ON x.person_id = p.id
        WHERE x.recorded_at <= %(known_at)s AND (x.retracted_at IS NULL OR x.retracted_at > %(known_at)s)
              AND (x.from_on IS NULL OR x.from_on <= %(on)s) AND (x.until_on IS NULL OR x.until_on > %(on)s)
        ORDER BY x.person_id, x.from_on DESC NULLS LAST, x.recorded_at DESC
    ),
    c AS (
        SELECT p.id AS person_id, p.area_id, p.birth_on, p.pinyin, coalesce(d.doses, 0) AS doses,
               coalesce(d.elsewhere, 0) AS elsewhere, d.last_on,
               CASE WHEN k.otherwise THEN k.is_complete
                    ELSE coalesce(d.doses > 0 AND s.completed_on <= d.last_on, false) END AS is_over,
               CASE WHEN k.otherwise THEN k.has_course
                    ELSE coalesce(d.doses > 0 AND s.primary_on <= %(on)s, false) END AS has_course,
               p.birth_on <= %(born_until)s AS is_offered, {{barred}} AS is_contraindicated,
               coalesce(w.word, p.whereabouts) = 'away' AS lives_away, {{deferred}} AS is_deferred,
               {_HEARD} AS heard, h.at AS heard_at, coalesce(h.reason, '') AS reason
        FROM p LEFT JOIN d ON d.person_id = p.id LEFT JOIN h ON h.person_id = p.id LEFT JOIN w ON w.person_id = p.id
               LEFT JOIN k ON k.person_id = p.id
               LEFT JOIN doses_standing s ON s.person_id = p.id AND s."group" = %(group)s
    ),
    f AS (
        SELECT c.*, c.is_over OR (%(goal)s <= %(course)s AND c.has_course) AS is_complete,
               CASE WHEN %(goal)s = %(course)s AND NOT c.has_course THEN greatest(%(goal)s, c.doses + 1) ELSE %(goal)s END AS goal
        FROM c
    ),
    t AS (SELECT f.*, {_TERM} AS term FROM f)
    SELECT person_id, area_id, birth_on, pinyin, doses, last_on, is_contraindicated, is_deferred, heard, heard_at, reason, term,
           CASE WHEN term IN {_REACHED} THEN doses ELSE doses + 1 END AS dose
    FROM t
"""


#: (for good, for a time): out of the standing of today, or judged for the day.
_BARRED_NOW = ("coalesce(s.is_contraindicated, false)", "coalesce(s.deferred_until > %(on)s, false)")
_BARRED_THEN = ("coalesce(k.is_contraindicated, false)", "coalesce(k.is_deferred, false)")
_WIDE = _RELATION.replace("FROM p JOIN doses_dose x ON x.person_id = p.id", "FROM doses_dose x").replace(
    "FROM p JOIN outreach_attempt a ON a.person_id = p.id", "FROM outreach_attempt a"
)


@dataclass(frozen=True)
class Asked:
    """On which day, for which dose, as known at which moment (left out: now)."""

    on: date
    goal: int
    known_at: datetime | None = None


@dataclass(frozen=True)
class Statement:
    """A piece of SQL with its parameters by name."""

    sql: str
    parameters: Mapping[str, Any]


def relation(people: Sequence[QuerySet[Any]], asked: Asked, *, wide: bool = False) -> Statement:
    """One row per person of `people`, with COLUMNS. Use it as a subquery: `SELECT … FROM ({sql}) t`. `wide`: they are most of the
    ledger, so that reading every dose and visit costs less than looking for theirs; the answer is the same."""
    parts: list[str] = []
    given: list[Any] = []
    for rows in people:
        try:
            sql, more = rows.order_by().query.sql_with_params()
        except EmptyResultSet:
            sql, more = _NOBODY, ()
        numbers = count(len(given))
        parts.append(_PLACE.sub(partial(_placeholder, numbers), sql))
        given += more
    union = " UNION ALL ".join(parts)
    now, known_at = asked.on == clock.today() and asked.known_at is None, asked.known_at or clock.now()
    named = {f"people_{place}": value for place, value in enumerate(given)}
    parameters = named | {
        "on": asked.on,
        "goal": asked.goal,
        "course": campaign.last_of_course(asked.on),
        "group": campaign.GROUP,
        "known_at": known_at,
        "until": datetime.combine(asked.on + timedelta(days=1), time.min, clock.CAMPAIGN_ZONE),
        "zone": str(clock.CAMPAIGN_ZONE),
        "born_until": campaign.born_until(asked.on),
        "then": "[]" if now else _known_then(Statement(union, named), asked.on, known_at),
    }
    template = _WIDE if wide else _RELATION
    barred, deferred = _BARRED_NOW if now else _BARRED_THEN
    sql = template.replace("{people}", union).replace("{barred}", barred).replace("{deferred}", deferred)
    return Statement(sql, parameters)


def _known_then(people: Statement, on: date, known_at: datetime) -> str:
    """Whoever of the people a standing of today says nothing about on that day, judged for it: JSON rows for the statement."""
    found: list[set[Any]] = []
    for sql, parameters in (
        then.known_otherwise(on, known_at, campaign.GROUP),
        then.barred(on, known_at, campaign.GROUP),
    ):
        chosen = f"SELECT DISTINCT c.person_id FROM ({sql}) c JOIN ({people.sql}) AS p (id, a, b, w, r) ON p.id = c.person_id"
        found.append({row[0] for row in run(Statement(chosen, {**people.parameters, **parameters}))})
    otherwise, barred = found
    judged = then.judged(otherwise | barred, on, known_at, campaign.GROUP)
    rows = [
        {
            "person_id": key, "otherwise": key in otherwise, "doses": row.doses, "elsewhere": row.elsewhere,
            "last_on": row.last_on, "is_complete": row.is_complete, "has_course": row.completed_by is not None,
            "is_contraindicated": row.is_contraindicated, "is_deferred": row.is_deferred,
        }
        for key, row in judged.items()
    ]  # fmt: skip
    return json.dumps(rows, cls=DjangoJSONEncoder)


def _placeholder(numbers: Iterator[int], _sign: re.Match[str]) -> str:
    return f"%(people_{next(numbers)})s"


def here(people: QuerySet[Person]) -> list[QuerySet[Any]]:
    """People as they stand in their own rows, in the shape that `relation` takes."""
    return [people.values_list("id", "area_id", "birth_on", "whereabouts", "pinyin")]


def counts(
    people: Sequence[QuerySet[Any]], asked: Asked, digits: int, *, wide: bool = False
) -> dict[tuple[str, str], int]:
    """(area code of at most so many digits, code of the term as vaxkit writes it) → people."""
    found = relation(people, asked, wide=wide)
    grouped = f"SELECT left(area_id, %(digits)s), term, dose, count(*) FROM ({found.sql}) t GROUP BY 1, 2, 3"
    sums: dict[tuple[str, str], int] = {}
    for place, term, dose, number in run(Statement(grouped, {**found.parameters, "digits": digits})):
        key = (place, Closing(Term(term), dose).code)
        sums[key] = sums.get(key, 0) + number
    return sums


def run(statement: Statement) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.parameters)
        return cursor.fetchall()


def _check() -> None:
    missing = {term for term, _rule in RULES} ^ set(_CONDITIONS)
    if missing:
        raise RuntimeError(f"closing rules without SQL, or SQL without a rule: {sorted(missing)}")


_check()
