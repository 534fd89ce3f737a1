"""How long a search of the ledger takes on a million invented people, scope and count included; figures for docs/benchmarks.md.

    .venv/bin/python benchmarks/search.py [--people 1000000] [--repeat 9]

A county of 30 townships with 600 villages is written by COPY into a temporary PostgreSQL (fsync off: reading does not care), the
product's own tables and indexes. Each text is asked as the ledger's list asks it: the first fifty rows in the order of names with
their documents, phones and places, and the count (up to 1,000, as the list says it); for the county, for one township, for one
village. Nothing is kept between the repeats but what PostgreSQL and the operating system keep. Numbers and phones are not encrypted
here: no search opens one.
"""

import argparse
import os
import platform
import random
import statistics
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "src")]
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

from vaxkit.identity import check_digit
from yingjie.foundation.postgres.temporary import temporary_cluster

COUNTY, TOWNS, VILLAGES = "110117", 30, 20
TEXTS = {
    "whole name": "王建国",
    "surname of one in fourteen": "王",
    "two signs, given name": "建国",
    "two signs, rare": "翀",
    "one frequent sign": "国",
    "part of a long name": "买买提",
    "reading": "wangjianguo",
    "beginning of a reading": "zhang",
    "short beginning": "li",
    "initials, three letters": "wjg",
    "initials, two letters": "ly",
    "given name, reading": "jianguo",
    "given name, beginning": "jiangu",
    "given name, frequent": "xiaohong",
    "given name, initials": "jg",
    "last four": "0014",
    "nobody": "赑屃",
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=9)
    options = parser.parse_args()
    print(
        f"{date.today()} · {platform.platform()} · {os.cpu_count()} cores · Python {platform.python_version()}"
    )
    with temporary_cluster(fast=True) as server:
        os.environ["DATABASE_URL"] = server.url
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command

        from yingjie.config.settings import _database

        settings.DATABASES["default"].update(_database(server.url) | {"OPTIONS": {}})
        call_command("migrate", verbosity=0)
        began = time.monotonic()
        whole = fill(options.people)
        print(f"{options.people:,} people written and indexed in {time.monotonic() - began:.0f} s")
        sizes()
        ask(options.repeat, whole)


def fill(people: int) -> dict[str, str]:
    """The county; returns a number and a phone of somebody, to be asked for whole."""
    from django.db import connection

    from yingjie.areas.models import Area
    from yingjie.demo.names import NameMaker
    from yingjie.people.loading import number_index, phone_index
    from yingjie.people.readings import reading

    rng = random.Random(20210520)
    Area.objects.bulk_create(_areas(Area))
    villages = [
        f"{COUNTY}{town:03d}{village:03d}"
        for town in range(1, TOWNS + 1)
        for village in range(1, VILLAGES + 1)
    ]
    makers = {code: NameMaker(rng, "甲村", rural=True) for code in villages}
    readings: dict[str, str] = {}
    now, sample = "2021-03-01 00:00:00+00", {}
    with connection.cursor() as cursor:
        for table, rows in _tables(people, rng, villages, makers, readings, reading, now, sample):
            with cursor.copy(f"COPY {table} FROM STDIN") as stream:
                for row in rows:
                    stream.write_row(row)
        cursor.execute(
            "UPDATE people_phone SET number_index = %s WHERE person_id = %s",
            [phone_index("19900001234"), _id(8)],
        )
        cursor.execute("INSERT INTO people_documentkey VALUES (%s, %s)", [number_index(WHOLE), _id(8)])
        cursor.execute("VACUUM ANALYZE")
    return {"whole number": WHOLE, "whole phone": "19900001234"}


WHOLE = "99999919500101001" + check_digit("99999919500101001")


def _areas(area: Any) -> list[Any]:
    made = [area(code="11", name="北京市", level="province", pinyin="beijing"),
            area(code="1101", name="市辖区", level="city", parent_id="11", pinyin="s"),
            area(code=COUNTY, name="平谷区", level="county", parent_id="1101", pinyin="pinggu")]  # fmt: skip
    for town in range(1, TOWNS + 1):
        code = f"{COUNTY}{town:03d}"
        made.append(area(code=code, name=f"第{town}镇", level="town", parent_id=COUNTY, pinyin="z"))
        for village in range(1, VILLAGES + 1):
            made.append(
                area(
                    code=f"{code}{village:03d}",
                    name=f"第{village}村",
                    level="village",
                    parent_id=code,
                    pinyin="c",
                )
            )
    return made


def _id(number: int) -> UUID:
    return UUID(int=(number << 80) | 0x7000_8000_0000_0000_0000 | number)


def _tables(
    people: int,
    rng: random.Random,
    villages: list[str],
    makers: Any,
    readings: Any,
    reading: Any,
    now: str,
    _sample: Any,
) -> Any:
    long_names = ("阿依古丽·买买提", "古丽娜尔·艾合买提", "买买提·吐尔逊", "欧阳阿依努尔")

    def person_rows() -> Any:
        for number in range(people):
            village = villages[number * len(villages) // people]
            sex = "female" if number % 2 else "male"
            born = date(1930, 1, 1) + timedelta(days=rng.randrange(33000))
            name = rng.choice(long_names) if rng.random() < 0.004 else (
                makers[village].surname() + makers[village].given(born.year, sex)
            )  # fmt: skip
            if name not in readings:
                readings[name] = reading(name)
            left = "2021-02-01" if rng.random() < 0.02 else None
            yield (
                _id(number), village, name, readings[name], sex, born, "2021-01-01", left, "import", "一组 1 号", "other",
                None, now, "", "{}", "here", "",
            )  # fmt: skip

    columns = (
        "id, area_id, name, pinyin, sex, birth_on, registered_on, left_on, source, address, household_role, moved_in_on,"
        " entered_at, mobility, origins, whereabouts, without_document, has_stays, left_as"
    )
    yield f"people_person ({columns})", ((*row, False, "moved" if row[7] else "") for row in person_rows())
    yield (
        "people_identitydocument (id, person_id, kind, number, number_index, last_four, \"order\")",
        ((_id(n + 10**9), _id(n), "resident_card", "x", f"{n:032x}", f"{rng.randrange(10000):04d}", 1) for n in range(people)),
    )  # fmt: skip
    yield (
        'people_phone (id, person_id, number, number_index, masked, "order", owner, owner_name)',
        (
            (_id(n + 2 * 10**9), _id(n), "x", f"{n:032x}", "199****1234", 1, "", "")
            for n in range(0, people, 2)
        ),
    )
    yield "people_documentkey (number_index, person_id)", ((f"{n:032x}", _id(n)) for n in range(people))


def sizes() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelname, pg_relation_size(indexrelid) FROM pg_stat_user_indexes WHERE relname = 'people_person'"
            " ORDER BY 2 DESC"
        )
        print(
            "indexes of people_person:",
            ", ".join(f"{name} {size / 1e6:.0f} MB" for name, size in cursor.fetchall()),
        )


def ask(repeat: int, whole: dict[str, str]) -> None:
    from yingjie.foundation.access.actor import Actor, Held
    from yingjie.people import ledger_queries, queries
    from yingjie.people.ledger_queries import Narrowed

    places = {"county": COUNTY, "township": f"{COUNTY}007", "village": f"{COUNTY}007003"}
    print(f"{'text':<28}" + "".join(f"{place:>24}" for place in places))
    for title, text in {**TEXTS, **whole}.items():
        cells = []
        for place, code in places.items():
            actor = Actor(place, (Held("county_lead" if place == "county" else "town_lead", code),))
            times = []
            for _ in range(repeat):
                began = time.perf_counter()
                if title in whole:
                    found: Any = len(queries.search(actor, text))
                else:
                    narrowed = Narrowed(text=text)
                    found = ledger_queries.count_quickly(actor, narrowed)[0]
                    ledger_queries.page(actor, narrowed, "name", 50)
                times.append(1000 * (time.perf_counter() - began))
            cells.append(f"{statistics.median(times):8.1f} / {max(times):6.1f} ms {found:>6}")
        print(f"{title + ' ' + text:<28}" + "".join(f"{cell:>24}" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
