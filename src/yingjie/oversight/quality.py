"""Records that want a look: what the rules of `ruledata/china/data-quality.yaml` see in an area's last days, and the rows behind.

The database narrows to the groups that can meet a rule at all; what a rule sees in them is `vaxkit.supervision.signals`. Nothing is
kept: a record that was corrected no longer speaks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from vaxkit.ruledata.quality_rules import shipped_quality_rules
from vaxkit.supervision.signals import Count, Kept, Row, Sign, Signal, SignRule, in_counts, in_records
from yingjie.areas import queries as areas
from yingjie.areas.queries import AreaRow
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, system
from yingjie.foundation.refusals import NotFound
from yingjie.oversight.models import ReportedFigures
from yingjie.people import queries as people
from yingjie.people.queries import PersonBrief
from yingjie.sites import queries as sites

VIEW = "oversight.view"
ROWS_SHOWN = 500


@dataclass(frozen=True)
class Seen:
    """A signal with its rule and what its place is called."""

    rule: SignRule
    signal: Signal
    place: str


@dataclass(frozen=True)
class Evidence:
    """A row behind a signal. `person` None: the actor may not see who it is, or it is a count by hand (`figures`)."""

    at: datetime
    recorded_at: datetime
    by: str
    place: str
    what: str
    person: PersonBrief | None
    figures: tuple[tuple[str, int], ...] = ()


def seen(actor: Actor, area_code: str) -> tuple[AreaRow, list[Seen]]:
    """Everything that the rules see in an area, in the order of the rules. Raises NotFound."""
    area = _area(actor, area_code)
    found = [(rule, signal) for rule in shipped_quality_rules() for signal in _signals(rule, area_code)]
    names = _names(found)
    return area, [Seen(rule, signal, names.get(signal.place, signal.place)) for rule, signal in found]


def evidence(actor: Actor, area_code: str, code: str, key: str) -> tuple[AreaRow, Seen, list[Evidence]]:
    """One signal with the rows on which it rests, in the order of time. Raises NotFound where it no longer stands."""
    area = _area(actor, area_code)
    rule = next((rule for rule in shipped_quality_rules() if rule.code == code), None)
    signal = next((each for each in _signals(rule, area_code) if each.key == key), None) if rule else None
    if rule is None or signal is None:
        raise NotFound()
    place = _names([(rule, signal)]).get(signal.place, signal.place)
    return area, Seen(rule, signal, place), _rows_behind(actor, rule, signal)


def _area(actor: Actor, area_code: str) -> AreaRow:
    if not actor.may(VIEW, area_code):
        raise NotFound()
    return areas.area(system("oversight"), area_code)


def _signals(rule: SignRule, area_code: str) -> Sequence[Signal]:
    since = clock.today() - timedelta(days=rule.days)
    if rule.looks_at is Kept.COUNTS:
        return in_counts(rule, _counts(area_code, since), _doses_by_village(area_code, since))
    return in_records(rule, _records(rule, area_code, since))


def _records(rule: SignRule, area_code: str, since: date) -> list[Row]:
    sql = _SQL[rule.looks_at].format(narrowed=_NARROWED[rule.looks_at, rule.sign])
    asked: dict[str, Any] = {
        "code": f"{area_code}%", "since": since, "most": rule.most, "at_least": rule.at_least, "late": rule.late_days,
        "zone": clock.CAMPAIGN_ZONE.key, "digits": 9 if rule.sign is Sign.FAR else 12,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return [Row(str(key), by, place, at, kept) for key, by, place, at, kept in cursor.fetchall()]


def _counts(area_code: str, since: date) -> list[Count]:
    rows = ReportedFigures.objects.unscoped("counted for whoever may see the area's figures")
    found = rows.filter(area__code__startswith=area_code, on__gt=since).order_by("on", "area_id")
    return [Count(str(row.pk), row.area_id, row.on, row.figures) for row in found]


def _doses_by_village(area_code: str, since: date) -> dict[tuple[str, date], int]:
    sql = """
        SELECT left(p.area_id, 12), d.given_on, count(*)
        FROM doses_dose d JOIN people_person p ON p.id = d.person_id
        WHERE p.area_id LIKE %s AND d.given_on > %s AND d.voided_at IS NULL GROUP BY 1, 2
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [f"{area_code}%", since])
        return {(village, on): number for village, on, number in cursor.fetchall()}


def _names(found: Sequence[tuple[SignRule, Signal]]) -> dict[str, str]:
    """Place → what it is called: a site, or an area."""
    places = {signal.place for _rule, signal in found}
    at_sites = {UUID(place): place for place in places if "-" in place}
    named = {at_sites[key]: name for key, name in sites.names(at_sites).items()}
    return areas.names({place for place in places if "-" not in place}) | named


def _rows_behind(actor: Actor, rule: SignRule, signal: Signal) -> list[Evidence]:
    if rule.looks_at is Kept.COUNTS:
        rows = ReportedFigures.objects.unscoped("of a signal in the actor's area").filter(pk__in=signal.rows)
        names = areas.names({row.area_id for row in rows})
        return [
            Evidence(row.at, row.at, row.by, names.get(row.area_id, row.area_id), row.on.isoformat(), None, _figures(row))
            for row in rows.order_by("on", "area_id")
        ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND[rule.looks_at], [list(signal.rows[:ROWS_SHOWN])])
        found = cursor.fetchall()
    briefs = people.briefs({row[5] for row in found})
    places = areas.names({row[3] for row in found if "-" not in row[3]})
    places |= {
        str(key): name for key, name in sites.names([UUID(row[3]) for row in found if "-" in row[3]]).items()
    }
    return [
        Evidence(at, kept, by, places.get(place, place), what, _told(actor, briefs.get(person)))
        for at, kept, by, place, what, person in found
    ]  # fmt: skip


def _told(actor: Actor, person: PersonBrief | None) -> PersonBrief | None:
    return person if person is not None and actor.may("people.view", person.area_code) else None


def _figures(row: ReportedFigures) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((code, number) for code, number in row.figures.items() if number))


_SQL = {
    Kept.DOSES: """
        SELECT d.id, d.given_by, d.site_id::text, d.given_at, d.recorded_at
        FROM doses_dose d JOIN sites_site s ON s.id = d.site_id
        WHERE s.area_id LIKE %(code)s AND d.source = 'site' AND d.given_on > %(since)s AND d.voided_at IS NULL AND {narrowed}
    """,
    Kept.VISITS: """
        SELECT a.id, a.by, left(p.area_id, %(digits)s), a.at, a.at
        FROM outreach_attempt a JOIN people_person p ON p.id = a.person_id
        WHERE p.area_id LIKE %(code)s AND (a.at AT TIME ZONE %(zone)s)::date > %(since)s AND {narrowed}
    """,
}
#: The groups in which a rule can see anything.
_NARROWED = {
    (Kept.DOSES, Sign.FAST): """d.given_by <> '' AND (d.given_by, d.site_id, d.given_on) IN (
        SELECT x.given_by, x.site_id, x.given_on FROM doses_dose x
        WHERE x.given_on > %(since)s AND x.voided_at IS NULL GROUP BY 1, 2, 3 HAVING count(*) > %(most)s)""",
    (Kept.DOSES, Sign.FAR): """d.given_by <> '' AND (d.given_by, d.given_on) IN (
        SELECT x.given_by, x.given_on FROM doses_dose x
        WHERE x.given_on > %(since)s AND x.voided_at IS NULL GROUP BY 1, 2 HAVING count(DISTINCT x.site_id) > 1)""",
    (Kept.DOSES, Sign.LATE): """d.site_id IN (
        SELECT x.site_id FROM doses_dose x
        WHERE x.given_on > %(since)s AND x.voided_at IS NULL AND x.recorded_at > x.given_at + make_interval(days => %(late)s)
        GROUP BY 1 HAVING count(*) >= %(at_least)s)""",
    (Kept.VISITS, Sign.FAST): """(a.by, (a.at AT TIME ZONE %(zone)s)::date) IN (
        SELECT x.by, (x.at AT TIME ZONE %(zone)s)::date FROM outreach_attempt x
        WHERE (x.at AT TIME ZONE %(zone)s)::date > %(since)s GROUP BY 1, 2 HAVING count(*) > %(most)s)""",
    (Kept.VISITS, Sign.FAR): "a.by <> ''",
    (Kept.VISITS, Sign.LATE): "true",
}
_BEHIND = {
    Kept.DOSES: """
        SELECT d.given_at, d.recorded_at, d.given_by, d.site_id::text, d.number::text, d.person_id
        FROM doses_dose d WHERE d.id = ANY(%s::uuid[]) ORDER BY d.given_at, d.id
    """,
    Kept.VISITS: """
        SELECT a.at, a.at, a.by, left(p.area_id, 12), a.outcome, a.person_id
        FROM outreach_attempt a JOIN people_person p ON p.id = a.person_id
        WHERE a.id = ANY(%s::uuid[]) ORDER BY a.at, a.id
    """,
}
