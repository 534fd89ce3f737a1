"""What was known of people before it was written over: kept in whole, read where a past moment is asked for.

    keep(person_ids)               just before groups, units or whole records of these people are written over
    keep_of_unit(unit_id)          likewise, of everybody for whom the unit counts
    keep_of_areas(codes)           likewise, of everybody who lives or has lived in areas that become part of another
    judged(day, known_at, group)   of those whose kept doses were known otherwise at a moment: what they amounted to

At a moment holds the earliest of what was kept after it; of whom nothing was kept after it, the rows themselves hold. `counting`
lays the two over each other with RELATION. Kept of a person: `stays` (their own row, where they have none), `doses`, `lines` (main
employments), `categories`, `bookings`; of a record that is about to be two again, that there was none. No name, number or note. Who
entered after the last bulletin was counted was never counted: nothing of them is kept.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from yingjie.doses import then
from yingjie.doses.judging import Facts, KeptDose
from yingjie.doses.then import Then
from yingjie.foundation import clock
from yingjie.people.models import Employment

#: person_id, facts of everybody of whom something was kept since the moment %(known)s.
RELATION = """
    SELECT DISTINCT ON (x.person_id) x.person_id, x.facts FROM oversight_formerfacts x
    WHERE x.until_at > %(known)s /*of x.person_id*/ ORDER BY x.person_id, x.until_at
"""
NOBODY = "SELECT NULL::uuid AS person_id, NULL::jsonb AS facts WHERE false"
#: The kept rows as relations beside `former`, with the codes that areas had then.
STAYS = """
    SELECT f.person_id, s.area_id, s.birth_on, s.from_on, s.until_on, s.recorded_at,
        s.retracted_at
    FROM former f CROSS JOIN LATERAL jsonb_to_recordset(f.facts->'stays') AS s (
        area_id text, birth_on date, from_on date, until_on date, recorded_at timestamptz, retracted_at timestamptz
    )
"""
DOSES = """
    SELECT f.person_id, d.* FROM former f CROSS JOIN LATERAL jsonb_to_recordset(f.facts->'doses') AS d (
        id uuid, "group" text, number smallint, counts_as smallint, is_full boolean, product_id text, given_on date,
        expires_on date, recorded_at timestamptz, voided_at timestamptz
    )
"""
LINES = """
    SELECT f.person_id, x.* FROM former f CROSS JOIN LATERAL jsonb_to_recordset(f.facts->'lines') AS x (
        id uuid, line_id text, from_on date, until_on date
    )
"""
CATEGORIES = """
    SELECT f.person_id, c.* FROM former f CROSS JOIN LATERAL jsonb_to_recordset(f.facts->'categories') AS c (
        code text, from_on date, until_on date, recorded_at timestamptz
    )
"""
BOOKINGS = """
    SELECT f.person_id, b.* FROM former f CROSS JOIN LATERAL jsonb_to_recordset(f.facts->'bookings') AS b (
        "on" date, list_id uuid, channel text, state text, booked_at timestamptz, arrived_at timestamptz, ended_at timestamptz
    )
"""
_OWN = """
    coalesce((
        SELECT jsonb_agg(jsonb_build_object(
            'area_id', s.area_id, 'birth_on', s.birth_on, 'from_on', s.from_on, 'until_on', s.until_on,
            'recorded_at', s.recorded_at, 'retracted_at', s.retracted_at
        )) FROM people_stay s WHERE s.person_id = p.id AND s.record_id IS NULL
    ), jsonb_build_array(jsonb_build_object(
        'area_id', p.area_id, 'birth_on', p.birth_on, 'from_on', p.moved_in_on, 'until_on', p.left_on,
        'recorded_at', p.entered_at, 'retracted_at', NULL
    )))
"""
_KEEP = f"""
    INSERT INTO oversight_formerfacts (id, person_id, until_at, facts)
    SELECT gen_random_uuid(), p.id, %(now)s, jsonb_build_object(
        'stays', {_OWN},
        'doses', coalesce((
            SELECT jsonb_agg(jsonb_build_object(
                'id', d.id, 'group', d."group", 'number', d.number, 'counts_as', d.counts_as,
                'is_full', coalesce(d.counts_as = t.primary_number, false), 'product_id', d.product_id, 'given_on', d.given_on,
                'expires_on', d.expires_on, 'recorded_at', d.recorded_at, 'voided_at', d.voided_at
            )) FROM doses_dose d LEFT JOIN doses_standing t ON t.person_id = d.person_id AND t."group" = d."group"
            WHERE d.person_id = p.id
        ), '[]'),
        'lines', coalesce((
            SELECT jsonb_agg(jsonb_build_object(
                'id', x.id, 'line_id', u.line_id, 'from_on', x.from_on, 'until_on', x.until_on
            )) FROM people_employment x JOIN areas_unit u ON u.id = x.unit_id WHERE x.person_id = p.id AND x.main
        ), '[]'),
        'categories', coalesce((
            SELECT jsonb_agg(jsonb_build_object(
                'code', c.code, 'from_on', c.from_on, 'until_on', c.until_on, 'recorded_at', c.recorded_at
            )) FROM people_personcategory c WHERE c.person_id = p.id
        ), '[]'),
        'bookings', coalesce((
            SELECT jsonb_agg(jsonb_build_object(
                'on', b."on", 'list_id', b.list_id, 'channel', b.channel, 'state', b.state, 'booked_at', b.booked_at,
                'arrived_at', b.arrived_at, 'ended_at', b.ended_at
            )) FROM bookings_booking b WHERE b.person_id = p.id
        ), '[]')
    )
    FROM people_person p
    WHERE p.id = ANY(%(people)s::uuid[]) AND p.entered_at <= (SELECT max(b.cut_off_at) FROM oversight_bulletin b)
    UNION ALL
    SELECT gen_random_uuid(), gone.id, %(now)s, '{{}}' FROM unnest(%(people)s::uuid[]) AS gone (id)
    WHERE NOT EXISTS (SELECT 1 FROM people_person p WHERE p.id = gone.id) AND EXISTS (SELECT 1 FROM oversight_bulletin)
    ON CONFLICT (person_id, until_at) DO NOTHING
"""
_OTHERWISE = f"""
    WITH former AS ({RELATION}), dose AS ({DOSES})
    SELECT d.person_id, d.id, d."group", d.product_id, d.given_on, d.expires_on, s.birth_on
    FROM dose d JOIN LATERAL (
        SELECT x.birth_on FROM ({STAYS}) x WHERE x.person_id = d.person_id ORDER BY x.recorded_at DESC LIMIT 1
    ) s ON true
    WHERE d.recorded_at <= %(known)s AND d.given_on <= %(on)s AND (d.voided_at IS NULL OR d.voided_at > %(known)s)
        AND d.person_id IN (
            SELECT x.person_id FROM dose x WHERE x."group" = %(group)s
                AND (x.recorded_at > %(known)s OR (x.recorded_at <= %(known)s AND x.voided_at > %(known)s))
        )
    ORDER BY d.given_on
"""


def keep(person_ids: Collection[UUID]) -> None:
    """Keep what is on record of these people: it is about to be written over. The first that is kept at a moment holds."""
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, {"now": clock.now(), "people": list(person_ids)})


def keep_of_unit(unit_id: UUID) -> None:
    rows = Employment.objects.unscoped("what was known of them is kept, and shown to nobody")
    keep(set(rows.filter(unit_id=unit_id, main=True).values_list("person_id", flat=True)))


def keep_of_areas(codes: Collection[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM people_person WHERE area_id = ANY(%(codes)s)"
            " UNION SELECT person_id FROM people_stay WHERE area_id = ANY(%(codes)s)",
            {"codes": list(codes)},
        )
        keep([row[0] for row in cursor.fetchall()])


def people_since(known_at: datetime) -> set[UUID]:
    """Of whom something was kept since the moment: their rows say something else than was known then."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT f.person_id FROM ({RELATION}) f", {"known": known_at})
        return {row[0] for row in cursor.fetchall()}


def judged(on: date, known_at: datetime, group: str) -> dict[UUID, Then]:
    """Of those whose kept doses were taken back, or joined by a late one, between the moment and when they were kept."""
    doses: defaultdict[UUID, list[KeptDose]] = defaultdict(list)
    births: dict[UUID, date] = {}
    asked: dict[str, Any] = {"on": on, "known": known_at, "group": group}
    with connection.cursor() as cursor:
        cursor.execute(_OTHERWISE, asked)
        for person_id, key, its_group, product, given_on, expires_on, birth_on in cursor.fetchall():
            doses[person_id].append(KeptDose(key, its_group, product, given_on, expires_on))
            births[person_id] = birth_on
    facts = {person_id: Facts(births[person_id], doses=tuple(kept)) for person_id, kept in doses.items()}
    return then.judged_from(facts, on, group)
