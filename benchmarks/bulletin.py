"""A day's bulletin: from the kept counts, from the rows, and by what others would count it with; figures for docs/benchmarks.md.

    make bench WHAT=bulletin [ARGS="--people 1000000 --rounds 5"]

A county of invented people: 617 villages in 13 townships, seven age bands, six groups, up to three doses each, one in a hundred
of them given today. They stand in the product's own tables of a temporary PostgreSQL with fsync, and once more, joined into one
flat table, for the others. In turn, median of the rounds:

    kept       what a bulletin is made of (people, first doses, courses by village, age, line, group; doses by village, number, day;
               the places of towns and villages), from the kept counts with 200 people not folded in yet
    past       the same of a past moment, after late doses, corrections and moves, with steps since
    rows       the same counted anew from the product's tables
    flat       PostgreSQL: GROUP BY town, village, band, group with two rankings over the flat table
    duckdb, polars, numpy, limit      the same over a native table, a frame, arrays; the limit is one compiled pass (numba)

    asked      three free queries (by village and age, by group, by site and product) from the kept counts, and of the rows

Audit, without which no figure counts: kept equals rows, past equals what was counted then, `check` finds no difference, and the
flat table has the same people and doses. Last: what the notes of the triggers cost whoever records doses, with and without them in
turn.
"""

import argparse
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "src")]
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

from yingjie.foundation.postgres.temporary import temporary_cluster

COUNTY, VILLAGES, TOWNS = "110117", 617, 13
GROUPS = ("teacher", "student", "courier", "medical", "cold_chain", "transport")
PRODUCT = "BIBP-COVID19"
FILL = (
    """
    INSERT INTO people_person (id, area_id, name, pinyin, sex, birth_on, household_role, address, registered_on, source,
                               entered_at, has_stays, left_as, mobility, whereabouts, without_document, origins)
    SELECT uuidv7(n * interval '1 ms'), %(county)s || lpad((1 + v / 48)::text, 3, '0') || lpad((1 + v %% 48)::text, 3, '0'),
           '某', 'mou', 'female', %(on)s::date - (random() * 36000)::int, '', '', %(on)s, 'benchmark', %(entered)s, false, '', '',
           'here', '', '{}'
    FROM (SELECT n, (random() * (%(villages)s - 1))::int AS v FROM generate_series(1, %(people)s) AS n) AS x
    """,
    """
    INSERT INTO people_personcategory (id, person_id, code, from_on, until_on, source, by, recorded_at)
    SELECT uuidv7(), id, (%(groups)s::text[])[1 + floor(random() * 6)::int], NULL, NULL, '', 'x', entered_at FROM people_person
    """,
    """
    INSERT INTO doses_dose (id, person_id, "group", number, counts_as, product_id, given_on, source, given_in, lot_number,
                            expires_on, vial_code, given_by, recorded_at, void_reason)
    SELECT uuidv7(), g.id, 'COVID-19', n, n, %(product)s, g.last - (g.doses - n) * 30, 'elsewhere', '', '', NULL, '', 'x',
           %(entered)s, ''
    FROM (
        SELECT id, CASE WHEN r < .15 THEN 0 WHEN r < .30 THEN 1 WHEN r < .80 THEN 2 ELSE 3 END AS doses,
               CASE WHEN random() < .01 THEN %(on)s::date ELSE %(on)s::date - 1 - (random() * 60)::int END AS last
        FROM (SELECT id, random() AS r FROM people_person) AS x
    ) AS g CROSS JOIN LATERAL generate_series(1, g.doses) AS n
    """,
    """
    INSERT INTO doses_standing (person_id, "group", doses_counted, primary_number, is_contraindicated, products, because)
    SELECT person_id, 'COVID-19', count(*), CASE WHEN count(*) > 1 THEN 2 END, false, '[]', '[]' FROM doses_dose GROUP BY 1
    """,
    """
    CREATE TABLE flat AS SELECT substr(p.area_id, 7, 3)::smallint AS town,
        ((substr(p.area_id, 7, 3)::int - 1) * 48 + substr(p.area_id, 10)::int - 1)::smallint AS vil,
        extract(year FROM age(%(on)s::date, p.birth_on))::smallint AS age,
        (array_position(%(groups)s::text[], c.code) - 1)::smallint AS cat,
        coalesce(d.doses, 0)::smallint AS dose, coalesce(d.today, false) AS today
    FROM people_person p JOIN people_personcategory c ON c.person_id = p.id
    LEFT JOIN (SELECT person_id, count(*) AS doses, bool_or(given_on = %(on)s) AS today FROM doses_dose GROUP BY 1) d
        ON d.person_id = p.id
    """,
)  # fmt: skip
FLAT = """
    WITH g AS (
        SELECT town, vil, CASE WHEN age < 3 THEN 0 WHEN age < 12 THEN 1 WHEN age < 18 THEN 2 WHEN age < 60 THEN 3
               WHEN age < 70 THEN 4 WHEN age < 80 THEN 5 ELSE 6 END AS band, cat, count(*) AS n,
               sum(CASE WHEN dose >= 1 THEN 1 ELSE 0 END) AS d1, sum(CASE WHEN dose >= 2 THEN 1 ELSE 0 END) AS d2,
               sum(CASE WHEN dose >= 3 THEN 1 ELSE 0 END) AS d3, sum(CASE WHEN today THEN 1 ELSE 0 END) AS td
        FROM flat GROUP BY 1, 2, 3, 4
    ), v AS (SELECT town, vil, sum(n) AS n, sum(d1) AS d1, sum(d2) AS d2 FROM g GROUP BY 1, 2)
    SELECT *, rank() OVER (PARTITION BY town ORDER BY d2 * 1.0 / n DESC), rank() OVER (ORDER BY d2 * 1.0 / n DESC) FROM v
"""


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--people", type=int, default=200_000)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument(
        "--doses", type=int, default=300, help="doses recorded per round with and without the triggers"
    )
    given = asked.parse_args()
    with temporary_cluster() as server:
        os.environ["YINGJIE_DATABASE"] = server.url
        import django

        django.setup()
        from django.db import connections

        from yingjie.config.settings import _database

        connections["default"].settings_dict.update(_database(server.url) | {"OPTIONS": {}})
        run(given.people, given.rounds, given.doses)


def run(people: int, rounds: int, doses: int) -> None:
    from django.core.management import call_command

    from yingjie.foundation import clock
    from yingjie.oversight import free_query, kept, kept_steps
    from yingjie.oversight.kept import Kept, Rows

    print(
        f"{platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {people:,} people",
        flush=True,
    )
    call_command("migrate", verbosity=0)
    on = clock.today()
    began = time.perf_counter()
    fill(people, on)
    print(f"filled in {time.perf_counter() - began:.0f} s", flush=True)
    print(
        f"counted anew into the kept counts: {timed(lambda: kept_steps.fold(anew=True))[0]:.2f} s", flush=True
    )
    then = clock.now()
    was = bulletin(Rows(COUNTY, on, then))
    change(400, on)
    kept_steps.fold()
    change(400, on)
    print(
        f"a step over {change(200, on)} more and those before: {timed(kept_steps.fold)[0] * 1000:.0f} ms",
        flush=True,
    )
    change(200, on)
    found: dict[str, list[float]] = {}
    runs = others() | {
        "kept": lambda: bulletin(kept.source(COUNTY, on, clock.now())),
        "past": lambda: bulletin(kept.source(COUNTY, on, then)),
        "rows": lambda: bulletin(Rows(COUNTY, on, clock.now())),
        "flat": lambda: query(FLAT),
        "asked": lambda: asked_freely(free_query.asked_of_sums, on),
        "asked of rows": lambda: asked_freely(free_query.asked_of_rows, on),
    }
    moment = clock.now()
    assert isinstance(kept.source(COUNTY, on, moment), Kept) and isinstance(
        kept.source(COUNTY, on, then), Kept
    )
    assert bulletin(kept.source(COUNTY, on, moment)) == bulletin(Rows(COUNTY, on, moment)), (
        "kept differs from the rows"
    )
    assert bulletin(kept.source(COUNTY, on, then)) == was, "the past differs from what was counted then"
    assert bulletin(Rows(COUNTY, on, then)) == was, "the rows do not give what was counted then"
    assert kept_steps.check() == (), "check finds differences"
    assert query("SELECT count(*), sum(dose) FROM flat") == query(
        "SELECT (SELECT count(*) FROM people_person), (SELECT count(*) FROM doses_dose WHERE given_by <> 'later')"
    )
    assert runs["asked"]() == runs["asked of rows"](), "a free query differs from the rows"
    for _ in range(rounds):
        for name, counted in runs.items():
            found.setdefault(name, []).append(timed(counted)[0])
    for name, seconds in found.items():
        print(
            f"{name:14} {statistics.median(seconds) * 1000:10.1f} ms   ({min(seconds) * 1000:.1f} to {max(seconds) * 1000:.1f})"
        )
    for label, one, other in (
        ("J7-a kept / flat GROUP BY", "kept", "flat"), ("J7-c past / kept", "past", "kept"),
        ("J7-b rows / duckdb", "rows", "duckdb"),
        ("rows / flat GROUP BY", "rows", "flat"), ("kept / rows", "kept", "rows"),
        ("asked / asked of rows", "asked", "asked of rows"), ("limit / duckdb", "limit", "duckdb"),
    ):  # fmt: skip
        ratios = [a / b for a, b in zip(found[one], found[other], strict=True)]
        print(f"{label}: {statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f})")
    recording(rounds, doses)


def fill(people: int, on: date) -> None:
    from django.db import connection

    from yingjie.areas.models import Area
    from yingjie.foundation import clock
    from yingjie.foundation.access.actor import system
    from yingjie.vaccines.actions import load_products, load_shipped

    load_products(by=system("benchmark"))
    load_shipped(by=system("benchmark"))
    asked = {
        "county": COUNTY, "villages": VILLAGES, "people": people, "on": on, "product": PRODUCT,
        "entered": clock.now() - timedelta(days=1), "groups": list(GROUPS),
    }  # fmt: skip
    towns = [(f"{COUNTY}{1 + nth:03d}", "town", COUNTY) for nth in range(TOWNS)]
    villages = [
        (f"{COUNTY}{1 + v // 48:03d}{1 + v % 48:03d}", "village", f"{COUNTY}{1 + v // 48:03d}")
        for v in range(VILLAGES)
    ]
    above = [("11", "province", None), ("1101", "city", "11"), (COUNTY, "county", "1101")]
    for code, level, parent in (*above, *towns, *villages):
        Area.objects.create(code=code, name=code, level=level, parent_id=parent, pinyin="")
    with connection.cursor() as cursor:
        for sql in FILL:
            cursor.execute(sql, asked)
        cursor.execute("VACUUM ANALYZE")


def bulletin(source: Any) -> tuple[object, ...]:
    """What a bulletin is made of, and the places of towns and villages."""
    from yingjie.foundation.snapshot import one_snapshot
    from yingjie.oversight.counting import People
    from yingjie.vaccines.queries import course

    with one_snapshot():
        offered = course(source.on)
        told = source.everybody(offered)
        people = {key: sums for key, sums in told.residents.items() if sums != People()}
        groups = [
            {code: (sums.people, sums.first, sums.full) for code, sums in found.items()}
            for found in (told.by_line, told.by_category)
        ]
        given = source.doses(datetime.now().astimezone() - timedelta(hours=20))
    return people, *groups, given.to_date, given.today, places(people, 9), places(people, 12)


def asked_freely(road: Callable[..., Any], on: date) -> list[tuple[str, ...]]:
    """Three questions: who has had nothing, by village and age; coverage by group; doses of a week by site and product."""
    from yingjie.foundation.access.actor import Actor, Held
    from yingjie.oversight.free_query import Asked

    lead = Actor(name="lead", held=(Held("county_lead", COUNTY),))
    questions = (
        Asked(COUNTY, "left", "village", on, columns="age"), Asked(COUNTY, "first_rate", "category", on),
        Asked(COUNTY, "doses", "site", on, on - timedelta(days=6), "product"),
    )  # fmt: skip
    found = [(nth, *row) for nth, asked in enumerate(questions) for row in road(lead, asked)]
    return sorted(tuple(str(cell) for at, cell in enumerate(row) if at != 7) for row in found)


def places(people: dict[tuple[str, str], Any], digits: int) -> list[tuple[str, int | None]]:
    from vaxkit.coverage import Coverage, rank

    sums: dict[str, list[int]] = {}
    for (village, _band), each in people.items():
        one = sums.setdefault(village[:digits], [0, 0])
        one[0], one[1] = one[0] + each.full, one[1] + each.people
    rows = rank([(code, Coverage(*pair)) for code, pair in sums.items()], small_below=30)
    return [(row.key, row.place) for row in rows]


def change(people: int, on: date) -> int:
    """Late doses, records taken back, moves dated back, for as many people in turn; returns how many."""
    from django.db import connection

    from yingjie.foundation import clock
    from yingjie.people.models import Person
    from yingjie.people.restating import restate, spans_of_many
    from yingjie.people.spans import Span

    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO doses_dose (id, person_id, "group", number, counts_as, product_id, given_on, source, given_in, lot_number,
                                    expires_on, vial_code, given_by, recorded_at, void_reason)
            SELECT uuidv7(), p.id, 'COVID-19', 1, 1, %(product)s, %(on)s::date - 2, 'elsewhere', '', '', NULL, '', 'later',
                   %(now)s, ''
            FROM people_person p WHERE NOT EXISTS (SELECT 1 FROM doses_dose d WHERE d.person_id = p.id) LIMIT %(half)s
            """,
            {"product": PRODUCT, "on": on, "now": now, "half": people // 2},
        )
    movers = list(
        Person.objects.unscoped("a benchmark").filter(has_stays=False).order_by("id")[: people // 2]
    )
    known = spans_of_many(movers)
    day = on - timedelta(days=1)
    wanted = []
    for person in movers:
        (span,) = known[person.pk]
        if span.birth_on < day:
            to = f"{COUNTY}001001" if span.area != f"{COUNTY}001001" else f"{COUNTY}001002"
            wanted.append(
                (
                    person,
                    (
                        Span(span.area, span.from_on, day, span.birth_on, "moved"),
                        Span(to, day, None, span.birth_on, ""),
                    ),
                )
            )
    restate(wanted, at=now)
    return people


def others() -> dict[str, Callable[[], object]]:
    """The same sums over one flat table, each the quickest way that its documentation knows."""
    import duckdb
    import numba
    import numpy as np
    import polars as pl
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT town, vil, age, cat, dose, today::int FROM flat")
        columns = np.array(cursor.fetchall(), dtype=np.int16).T
    town, vil, age, cat, dose, today = (np.ascontiguousarray(column) for column in columns)
    frame = pl.DataFrame(
        {"town": town, "vil": vil, "age": age, "cat": cat, "dose": dose, "today": today.astype(bool)}
    )
    store = duckdb.connect()
    store.register("source", frame.to_arrow())
    store.execute("CREATE TABLE flat AS SELECT * FROM source")
    band = np.zeros(256, np.int64)
    for nth, begins in enumerate((3, 12, 18, 60, 70, 80), 1):
        band[begins:] = nth

    def polars_way() -> object:
        cells = frame.lazy().with_columns(
            band=pl.col("age").cut([2, 11, 17, 59, 69, 79], labels=list("0123456"))
        )
        sums = cells.group_by("town", "vil", "band", "cat").agg(
            n=pl.len(),
            d1=(pl.col("dose") >= 1).sum(),
            d2=(pl.col("dose") >= 2).sum(),
            td=pl.col("today").sum(),
        )
        rates = (
            sums.group_by("town", "vil")
            .agg(pl.col("n", "d1", "d2").sum())
            .with_columns(c=pl.col("d2") / pl.col("n"))
        )
        ranked = pl.col("c").rank("min", descending=True)
        return rates.with_columns(r1=ranked.over("town"), r2=ranked).collect()

    def numpy_way() -> object:
        key = ((vil.astype(np.int64) * 7 + band[age]) * 6 + cat) * 8 + dose * 2 + today
        return np.bincount(key, minlength=VILLAGES * 7 * 6 * 8)

    @numba.njit(cache=False)
    def one_pass(vil, age, cat, dose, today, band, out):  # type: ignore[no-untyped-def]
        for i in range(len(vil)):
            out[((vil[i] * 7 + band[age[i]]) * 6 + cat[i]) * 8 + dose[i] * 2 + today[i]] += 1

    empty = np.zeros(VILLAGES * 7 * 6 * 8, np.int64)
    one_pass(vil[:1], age[:1], cat[:1], dose[:1], today[:1], band, empty.copy())
    return {
        "duckdb": lambda: store.sql(FLAT).fetchall(),
        "polars": polars_way,
        "numpy": numpy_way,
        "limit": lambda: one_pass(vil, age, cat, dose, today, band, empty.copy()),
    }


def recording(rounds: int, doses: int) -> None:
    """First doses at a site through the action, with the triggers and without them in turn."""
    from django.db import connection

    from yingjie.doses.actions import record
    from yingjie.foundation import clock
    from yingjie.foundation.access.actor import system
    from yingjie.people.models import Person
    from yingjie.sites.actions import open_site

    by = system("benchmark")
    site = open_site(
        by=by, code="S1", name="site", kind="clinic", area_code=f"{COUNTY}001", opened_on=clock.today()
    )
    grown = Person.objects.unscoped("a benchmark").filter(
        doses=None, birth_on__lt=clock.today() - timedelta(days=9000)
    )
    ids = iter(list(grown.values_list("pk", flat=True)[: 2 * rounds * doses + 50]))
    rates: dict[str, list[float]] = {"ENABLE": [], "DISABLE": []}

    def give(number: int) -> None:
        for _ in range(number):
            record(
                by=by, person_id=next(ids), product_code=PRODUCT, number=1, given_at=clock.now(), site_id=site.pk, lot_number="L1",
                expires_on=date(2030, 1, 1), vial_code="", given_by="x",
            )  # fmt: skip

    give(50)
    for _ in range(rounds):
        for how, seconds in rates.items():
            with connection.cursor() as cursor:
                for table in ("doses_dose", "doses_standing"):
                    cursor.execute(f"ALTER TABLE {table} {how} TRIGGER USER")
            seconds.append(timed(lambda: give(doses))[0])
    ratios = [off / on for on, off in zip(rates["ENABLE"], rates["DISABLE"], strict=True)]
    print(
        f"doses recorded: {doses / statistics.median(rates['ENABLE']):.0f} a second with the triggers, "
        f"{doses / statistics.median(rates['DISABLE']):.0f} without: {statistics.median(ratios):.3f}"
        f" ({min(ratios):.3f} to {max(ratios):.3f})"
    )


def query(sql: str) -> Sequence[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def timed(counted: Callable[[], object]) -> tuple[float, object]:
    began = time.perf_counter()
    found = counted()
    return time.perf_counter() - began, found


if __name__ == "__main__":
    main()
