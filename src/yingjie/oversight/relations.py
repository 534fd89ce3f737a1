"""The relations of which counting is made, as SQL: residents, doses on record, lines, groups, where people lived last.

Each is part of a WITH; `counting` puts {residents} and {former} in, and narrows them to a few people where MARK stands. Named
parameters: on, known (the cut-off), code (a prefix of areas), group, otherwise and other_…, no_line, born, week, born_….
"""

import re

from vaxkit.coverage import AGE_BANDS
from yingjie.oversight import former


def band_of(birth: str) -> str:
    """The code of the age band, from the birth date."""
    cases = " ".join(
        f"WHEN {birth} <= %(born_{band.age_from})s THEN '{band.code}'" for band in reversed(AGE_BANDS)
    )
    return f"CASE {cases} END"


FORMER = f"former AS MATERIALIZED ({former.RELATION})"
FORMER_NOBODY = f"former AS ({former.NOBODY})"
MARK = re.compile(r"/\*of ([\w.]+)\*/")
_NOT_KEPT = "NOT EXISTS (SELECT 1 FROM former f WHERE f.person_id = {person}) /*of {person}*/"
"""Not of those of whom something was kept since; the mark is where a statement is narrowed to a few people."""
_HELD = """
    s.recorded_at <= %(known)s AND (s.retracted_at IS NULL OR s.retracted_at > %(known)s)
    AND (s.from_on IS NULL OR s.from_on <= %(on)s)
"""
#: The residents of the day; {residents} and {former} are put in by `rows_of`.
HERE = f"""
    {{former}}, here (id, area_id, birth_on, whereabouts, pinyin) AS (
        SELECT r.* FROM ({{residents}}) r (id, area_id, birth_on, whereabouts, pinyin) 
        WHERE NOT EXISTS (SELECT 1 FROM former f WHERE f.person_id = r.id) /*of r.id*/
        UNION ALL
        SELECT s.person_id, s.area_id, s.birth_on, '', '' FROM ({former.STAYS}) s
        WHERE {_HELD} AND (s.until_on IS NULL OR s.until_on > %(on)s) AND s.birth_on <= %(on)s AND s.area_id LIKE %(code)s
    )
"""
#: The doses of the campaign on record, those that were taken back among them.
DOSE = f"""
    dose AS (
        SELECT d.person_id, d.number, d.counts_as, coalesce(d.counts_as = t.primary_number, false) AS is_full, d.given_on,
               d.recorded_at, d.voided_at, d.product_id, d.site_id::text AS site_id
        FROM doses_dose d LEFT JOIN doses_standing t ON t.person_id = d.person_id AND t."group" = d."group"
        WHERE d."group" = %(group)s AND {_NOT_KEPT.format(person="d.person_id")}
        UNION ALL
        SELECT k.person_id, k.number, k.counts_as, k.is_full, k.given_on, k.recorded_at, k.voided_at, k.product_id, NULL
        FROM ({former.DOSES}) k WHERE k."group" = %(group)s
    )
"""
HAD = f"""
    {DOSE}, had AS (
        SELECT t.person_id, min(t.first_on) AS first_on, bool_or(t.is_full) AS is_full FROM (
            SELECT d.person_id, CASE WHEN d.counts_as = 1 THEN d.given_on END AS first_on, d.is_full
            FROM dose d
            WHERE d.voided_at IS NULL AND d.recorded_at <= %(known)s
                  AND d.given_on <= %(on)s AND d.counts_as IS NOT NULL AND d.person_id <> ALL(%(otherwise)s::uuid[])
            UNION ALL SELECT * FROM unnest(%(other_first)s::uuid[], %(other_days)s::date[]), (SELECT false) AS never
            UNION ALL SELECT unnest(%(other_full)s::uuid[]), NULL, true
        ) t GROUP BY 1
    )
"""
#: Whose earlier dose came on record after a later one: that one counts as another dose now than it did.
SHIFTED = """
    SELECT y.person_id FROM doses_dose y
    WHERE y."group" = %(group)s AND y.recorded_at > %(known_at)s AND y.given_on <= %(on)s AND EXISTS (
        SELECT 1 FROM doses_dose x WHERE x.person_id = y.person_id AND x."group" = y."group" AND x.recorded_at <= %(known_at)s
            AND x.given_on BETWEEN y.given_on AND %(on)s AND x.voided_at IS NULL
    )
"""
#: The line that answers for each person on the day, and the groups of each.
LINE = f"""
    line AS (
        SELECT DISTINCT ON (e.person_id) e.person_id, e.line_id FROM (
            SELECT x.person_id, u.line_id, x.from_on, x.until_on, x.id
            FROM people_employment x JOIN areas_unit u ON u.id = x.unit_id
            WHERE x.main AND {_NOT_KEPT.format(person="x.person_id")}
            UNION ALL SELECT k.person_id, k.line_id, k.from_on, k.until_on, k.id FROM ({former.LINES}) k
        ) e
        WHERE e.from_on <= %(on)s AND (e.until_on IS NULL OR e.until_on > %(on)s)
        ORDER BY e.person_id, e.from_on DESC, e.id DESC
    )
"""
CATEGORY = f"""
    category AS (
        SELECT DISTINCT g.person_id, g.code FROM (
            SELECT c.person_id, c.code, c.from_on, c.until_on, c.recorded_at FROM people_personcategory c
            WHERE {_NOT_KEPT.format(person="c.person_id")}
            UNION ALL {former.CATEGORIES}
        ) g
        WHERE g.recorded_at <= %(known)s AND (g.from_on IS NULL OR g.from_on <= %(on)s)
              AND (g.until_on IS NULL OR g.until_on > %(on)s)
    )
"""
SUMS = """
    count(*) FILTER (WHERE h.birth_on <= %(born)s), count(had.first_on), count(*) FILTER (WHERE had.is_full),
    count(*) FILTER (WHERE had.first_on > %(week)s)
"""
#: Nobody stands in two rows of a kind, but for groups, which are one row each, and doses. Sites of a past moment are not known.
CONTRIBUTIONS = f"""
    WITH {HERE}, {HAD}, {LINE}, {CATEGORY}, lived (id, area_id) AS ({{lived}}), stands AS (
        SELECT h.id, left(h.area_id, 12)::text AS area, {band_of("h.birth_on")} AS band,
            coalesce(line.line_id, %(no_line)s) AS line,
            (had.first_on IS NOT NULL)::int + 2 * coalesce(had.is_full, false)::int AS state, had.first_on
        FROM here h LEFT JOIN had ON had.person_id = h.id LEFT JOIN line ON line.person_id = h.id
    ), valid AS (
        SELECT * FROM dose d WHERE d.recorded_at <= %(known)s AND (d.voided_at IS NULL OR d.voided_at > %(known)s)
    ), given AS (
        SELECT d.person_id, left(l.area_id, 12) AS area, d.number, d.given_on FROM valid d JOIN lived l ON l.id = d.person_id
    )
    SELECT s.id AS person_id, 'person' AS kind, s.area, s.band, s.line, '' AS category, s.state, DATE '0001-01-01' AS day,
        '' AS site
    FROM stands s
    UNION ALL
    SELECT s.id, 'group', s.area, s.band, s.line, g.code, s.state, DATE '0001-01-01', ''
    FROM stands s JOIN category g ON g.person_id = s.id
    UNION ALL
    SELECT s.id, 'first', s.area, s.band, '', '', 0, s.first_on, '' FROM stands s WHERE s.first_on IS NOT NULL
    UNION ALL
    SELECT s.id, 'shot', s.area, '', '', d.product_id, d.number, d.given_on, coalesce(d.site_id, '')
    FROM stands s JOIN valid d ON d.person_id = s.id WHERE d.given_on <= %(on)s
    UNION ALL
    SELECT g.person_id, k.kind, g.area, '', '', '', g.number,
        CASE WHEN k.kind = 'dose' THEN DATE '0001-01-01' ELSE g.given_on END, ''
    FROM given g CROSS JOIN (VALUES ('dose'), ('given')) AS k (kind)
"""
BOOKED = f"""
    SELECT b.person_id, b."on", b.list_id, b.channel, b.state, b.booked_at, b.arrived_at, b.ended_at FROM bookings_booking b
    WHERE {_NOT_KEPT.format(person="b.person_id")}
    UNION ALL
    SELECT k.person_id, k."on", k.list_id, k.channel, k.state, k.booked_at, k.arrived_at, k.ended_at FROM ({former.BOOKINGS}) k
"""
#: Where everybody lived last by the day, as known at the cut-off: also those who have died or left.
LIVED = f"""
    SELECT p.id, p.area_id FROM people_person p
    WHERE NOT p.has_stays AND p.area_id LIKE %(code)s AND {_NOT_KEPT.format(person="p.id")}
    UNION ALL
    SELECT l.person_id, l.area_id FROM (
        SELECT DISTINCT ON (s.person_id) s.person_id, s.area_id FROM (
            SELECT x.person_id, x.area_id, x.from_on, x.recorded_at, x.retracted_at FROM people_stay x
            WHERE {_NOT_KEPT.format(person="x.person_id")}
            UNION ALL SELECT k.person_id, k.area_id, k.from_on, k.recorded_at, k.retracted_at FROM ({former.STAYS}) k
        ) s
        WHERE {_HELD}
        ORDER BY s.person_id, s.from_on DESC NULLS LAST, s.recorded_at DESC
    ) l WHERE l.area_id LIKE %(code)s
"""
CONTRIBUTIONS = CONTRIBUTIONS.replace("{lived}", LIVED)
