"""What came of a day's plan, counted in a handful of statements: at sites by their id, and by the area in which people live.

Everybody who had a place when the plan was frozen has one fate: a dose that day, or else the hardest thing that is known of them.
For whoever may see the counts of the area: these reads take no actor.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from vaxkit.supervision.dayplans import Cause
from yingjie.foundation import clock
from yingjie.foundation.access.actor import system
from yingjie.sites import roster_queries
from yingjie.vaccines.queries import CAMPAIGN_GROUP

# People with a place when the plan was frozen: one row each, at the site of their place.
_PLANNED = """
    SELECT DISTINCT ON (b.person_id) b.person_id, b.site_id, b.state FROM bookings_booking b
    WHERE b."on" = %(on)s AND b.booked_at <= %(frozen)s AND b.channel IN ('online', 'desk', 'list')
          AND NOT (b.state IN ('cancelled', 'moved') AND b.ended_at <= %(frozen)s)
    ORDER BY b.person_id, b.booked_at DESC
"""
_REFUSED = ("declined", "withdrawn", "went_home")
_MEDICAL = ("fever", "acute_illness", "contraindication", "health_status")
# At a site only what happened there counts; where somebody lives, what happened anywhere.
_FATES = """
    SELECT {place}, CASE
        WHEN v.state IN ('deferred', 'contraindicated') OR v.turned_away_reason = ANY(%(medical)s) THEN 'deferred'
        WHEN v.turned_away_reason = ANY(%(refused)s) THEN 'refused'
        WHEN v.state = 'turned_away' THEN 'turned_away'
        WHEN %(is_over)s AND (v.state IS NOT NULL OR p.state = 'attended') THEN 'turned_away'
        WHEN v.state IS NOT NULL OR p.state = 'attended' THEN 'expected'
        WHEN p.state IN ('cancelled', 'moved') THEN 'cancelled'
        WHEN %(is_over)s OR p.state = 'missed' THEN 'no_show'
        ELSE 'expected' END AS fate, count(*)
    FROM ({planned}) p JOIN people_person q ON q.id = p.person_id
    LEFT JOIN LATERAL (
        SELECT x.state, x.turned_away_reason FROM clinic_visit x
        WHERE x.person_id = p.person_id AND x."on" = %(on)s {here_v} ORDER BY x.number DESC LIMIT 1
    ) v ON true
    WHERE {where} AND NOT EXISTS (
        SELECT 1 FROM doses_dose d WHERE d.person_id = p.person_id AND d.given_on = %(on)s AND d.voided_at IS NULL
              AND d."group" = %(group)s {here_d}
    )
    GROUP BY 1, 2
"""


def booked_at(site_ids: Sequence[UUID], on: date, frozen_at: datetime) -> dict[UUID, int]:
    sql = f"SELECT p.site_id, count(*) FROM ({_PLANNED}) p WHERE p.site_id = ANY(%(sites)s) GROUP BY 1"
    return dict(_rows(sql, {"on": on, "frozen": frozen_at, "sites": list(site_ids)}))


def booked_by_area(code: str, on: date, frozen_at: datetime) -> dict[str, int]:
    sql = f"""
        SELECT q.area_id, count(*) FROM ({_PLANNED}) p JOIN people_person q ON q.id = p.person_id
        WHERE q.area_id LIKE %(code)s GROUP BY 1
    """
    return dict(_rows(sql, {"on": on, "frozen": frozen_at, "code": f"{code}%"}))


def given_at(site_ids: Sequence[UUID], on: date) -> dict[UUID, int]:
    sql = f"SELECT d.site_id, count(*) FROM doses_dose d WHERE {_GIVEN} AND d.site_id = ANY(%(sites)s) GROUP BY 1"
    return dict(_rows(sql, {"on": on, "group": CAMPAIGN_GROUP, "sites": list(site_ids)}))


def given_in(code: str, on: date) -> dict[str, int]:
    sql = f"""
        SELECT q.area_id, count(*) FROM doses_dose d JOIN people_person q ON q.id = d.person_id
        WHERE {_GIVEN} AND q.area_id LIKE %(code)s GROUP BY 1
    """
    return dict(_rows(sql, {"on": on, "group": CAMPAIGN_GROUP, "code": f"{code}%"}))


def fates_at(site_ids: Sequence[UUID], on: date, frozen_at: datetime) -> dict[UUID, dict[Cause, int]]:
    """Site → fate → people who had a place there and no dose there."""
    sql = _FATES.format(
        place="p.site_id", planned=_PLANNED, here_v="AND x.site_id = p.site_id", here_d="AND d.site_id = p.site_id",
        where="p.site_id = ANY(%(sites)s)",
    )  # fmt: skip
    return _fates(sql, on, frozen_at, {"sites": list(site_ids)})


def fates_in(code: str, on: date, frozen_at: datetime) -> dict[str, dict[Cause, int]]:
    """Area in which people live → fate → people who had a place anywhere and no dose."""
    sql = _FATES.format(
        place="q.area_id", planned=_PLANNED, here_v="", here_d="", where="q.area_id LIKE %(code)s"
    )
    return _fates(sql, on, frozen_at, {"code": f"{code}%"})


def had(site_ids: Sequence[UUID], on: date) -> dict[UUID, int]:
    """Usable doses left at the end of the day, by the ledger of movements."""
    ends = datetime.combine(on + timedelta(days=1), time.min, clock.CAMPAIGN_ZONE)
    sql = """
        SELECT m.site_id, sum(m.doses) FROM stock_movement m
        WHERE m.site_id = ANY(%(sites)s) AND m.state = 'usable' AND m.at < %(ends)s GROUP BY 1
    """
    left = dict(_rows(sql, {"sites": list(site_ids), "ends": ends}))
    return {site: max(0, left.get(site, 0)) for site in site_ids}


def staff_there(site_ids: Sequence[UUID], on: date) -> dict[UUID, int]:
    """How many of the vaccinators on duty signed in; sites at which nobody signed in that day are left out."""
    sql = 'SELECT s.site_id, s.member_id FROM sites_presence s WHERE s."on" = %(on)s AND s.site_id = ANY(%(sites)s)'
    there: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for site, member in _rows(sql, {"on": on, "sites": list(site_ids)}):
        there[site].add(member)
    found = {}
    for site, members in there.items():
        on_duty = roster_queries.on_duty(system("oversight"), site, on, on)
        found[site] = sum(duty.member_id in members for duty in on_duty if duty.role == "vaccinator")
    return found


def closed(site_ids: Sequence[UUID], on: date) -> set[UUID]:
    """Sites closed on the day, and those all of whose sessions were cancelled."""
    sql = """
        SELECT s.id FROM sites_site s WHERE s.id = ANY(%(sites)s) AND (
            s.closed_on <= %(on)s
            OR (EXISTS (SELECT 1 FROM bookings_session b WHERE b.site_id = s.id AND b."on" = %(on)s)
                AND NOT EXISTS (
                    SELECT 1 FROM bookings_session b
                    WHERE b.site_id = s.id AND b."on" = %(on)s AND b.state = 'open'
                ))
        )
    """
    return {site for (site,) in _rows(sql, {"sites": list(site_ids), "on": on})}


_GIVEN = 'd.given_on = %(on)s AND d.voided_at IS NULL AND d."group" = %(group)s'


def _fates(sql: str, on: date, frozen_at: datetime, more: dict[str, Any]) -> dict[Any, dict[Cause, int]]:
    asked = {
        "on": on, "frozen": frozen_at, "medical": list(_MEDICAL), "refused": list(_REFUSED), "group": CAMPAIGN_GROUP,
        "is_over": on < clock.today(), **more,
    }  # fmt: skip
    found: defaultdict[Any, dict[Cause, int]] = defaultdict(dict)
    for place, fate, people in _rows(sql, asked):
        found[place][Cause(fate)] = people
    return dict(found)


def _rows(sql: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()
