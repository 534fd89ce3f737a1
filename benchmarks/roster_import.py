"""What a roster of a million lines costs, from the file to the ledger, beside the least that a database must do and its peers.

    make bench WHAT=roster_import       or  .venv-bench/bin/python benchmarks/roster_import.py [--people 1000000] [--rounds 2]

A county of invented people (`roster_generator.plain`) is imported into an empty ledger, then a roster of as many lines: 88 % known
with the errors that people make, 11 % new, 1 % twice. Measured in turn, in each round:

    limit     COPY of the same lines into one table, then its key and four indexes, one transaction, fsync on
    roster    propose (verdict for every line) and commit of the roster into the ledger of the county (J1-a), then its undo
    again     propose and commit of the county's own register: nothing is new, nothing may be written (J1-d)

Once: django-import-export (`use_bulk`, look-up by number, check digit) on a slice, scaled. XLSX of 200,000 lines (J1-c): calamine
alone, openpyxl read-only where it is installed, and the product's reading into columns. Peak memory is that of this process. What
was linked is compared with the known truth; too many wrong or missed links end the run.
"""

import argparse
import importlib.util
import os
import platform
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "src")]
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import polars as pl
from roster_generator import plain

from yingjie.foundation.postgres.temporary import temporary_cluster

COUNTY = "131128"
SEED = 20210520
COLUMNS = ("姓名", "身份证号", "性别", "联系电话", "村", "住址")
DDL = """DROP TABLE IF EXISTS bare; CREATE TABLE bare (id bigserial, name text NOT NULL, number text, sex text, phone text,
 village text NOT NULL, address text)"""
INDEXES = (
    "ALTER TABLE bare ADD PRIMARY KEY (id)", "CREATE INDEX ON bare (number)", "CREATE INDEX ON bare (name, sex)",
    "CREATE INDEX ON bare (phone)", "CREATE INDEX ON bare (village)",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--slice", type=int, default=3_000, help="lines for django-import-export")
    parser.add_argument("--without", default="", help="parts to leave out: peers, xlsx")
    options = parser.parse_args()
    print(
        f"{date.today()} · {platform.platform()} · {os.cpu_count()} cores · Python {platform.python_version()}"
    )
    with tempfile.TemporaryDirectory() as folder, temporary_cluster() as server:
        _start_django(server.url)
        county, roster, truth = _files(Path(folder), options.people)
        _make_areas(county)
        by = _actor()
        took, made = timed(lambda: imported(by, Path(folder) / "county.csv"))
        say("first import into an empty ledger", took, options.people, made)
        rounds(by, Path(folder), roster.height, truth, options.rounds)
        if "peers" not in options.without:
            import_export(Path(folder) / "roster.csv", options.slice, options.people)
        if "xlsx" not in options.without:
            spreadsheets(Path(folder), roster.head(200_000))


def rounds(by: Any, folder: Path, lines: int, truth: pl.DataFrame, count: int) -> None:
    """limit · roster · again, in turn."""
    ratios: dict[str, list[float]] = {"roster": [], "again": []}
    for _round in range(count):
        limit, _nothing = timed(lambda: bare(folder / "roster.csv"))
        say("limit: COPY, then key and 4 indexes", limit, lines)
        took, made = timed(lambda: imported(by, folder / "roster.csv"))
        say("roster: verdicts and commit", took, lines, made)
        audit(made[0], truth)
        undone, _nothing = timed(partial(undo, by, made[0]))
        say("roster taken back", undone, lines)
        before = written()
        again, made = timed(lambda: imported(by, folder / "county.csv"))
        say("again: the county's own register", again, lines, made)
        assert written() == before, "an unchanged ledger was written to"
        ratios["roster"].append(took / limit)
        ratios["again"].append(again / took)
    print(f"J1-a  roster / limit      {told(ratios['roster'])}   (goal 1.3)")
    print(f"J1-d  again / roster      {told(ratios['again'])}   (goal 0.5)")


def imported(by: Any, path: Path) -> tuple[Any, dict[str, float]]:
    from yingjie.people.actions import commit_import, propose_import

    began = time.perf_counter()
    made = propose_import(by=by, area_code=COUNTY, path=path, file_name=path.name)
    proposed = time.perf_counter()
    made.counts = commit_import(by=by, import_id=made.pk)
    return made, {"propose": proposed - began, "commit": time.perf_counter() - proposed}


def undo(by: Any, roster: Any) -> None:
    from yingjie.people.actions import undo_import

    undo_import(by=by, import_id=roster.pk)


def bare(path: Path) -> None:
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute(DDL)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        sql = "COPY bare (name, number, sex, phone, village, address) FROM STDIN (FORMAT csv, HEADER)"
        with cursor.copy(sql) as copy, path.open("rb") as file:
            while block := file.read(1 << 20):
                copy.write(block)
        for index in INDEXES:
            cursor.execute(index)


def audit(roster: Any, truth: pl.DataFrame) -> None:
    """Links of the roster beside the truth: lines linked to somebody else, lines of known people that became new."""
    from yingjie.people.models import IdentityDocument, RosterPage
    from yingjie.people.roster.pages import opened

    pages = RosterPage.objects.unscoped("a benchmark").filter(roster_id=roster.pk).order_by("order")
    told_lines = pl.concat([opened(page.content, ["line", "fate", "person"]) for page in pages])
    rows = IdentityDocument.objects.unscoped("a benchmark").values_list("number_index", "person_id")
    of_key = {key: str(person) for key, person in rows}
    from yingjie.foundation.crypto.fields import blind_indexes

    keys = blind_indexes(truth["true_number"].fill_null("").to_list(), "resident_card")
    real = pl.DataFrame(
        {
            "line": truth["line"],
            "real": [of_key.get(key) for key in keys],
            "is_new": truth["person"].is_null(),
        }
    )
    both = told_lines.join(real, on="line")
    linked = both.filter(pl.col("fate").is_in(["same", "changed"]))
    wrong = linked.filter(pl.col("person") != pl.col("real")).height
    missed = both.filter((pl.col("fate") == "new") & ~pl.col("is_new")).height
    doubtful = both.filter(pl.col("fate") == "doubtful").height
    print(
        f"    linked {linked.height:,}, wrong {wrong:,}, known people entered as new {missed:,}, to be looked at {doubtful:,}"
    )
    assert wrong <= both.height * 0.001 and missed <= both.height * 0.01


def written() -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute(
            "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_user_tables WHERE relname IN"
            " ('people_person', 'people_phone', 'people_identitydocument', 'people_documentkey', 'people_stay') ORDER BY 1"
        )
        return cursor.fetchall()


def import_export(path: Path, lines: int, people: int) -> None:
    """The usual way of a Django team, on a slice, into a table of the same people."""
    import tablib
    from django.db import connection, models
    from import_export import resources

    from vaxkit.identity.documents import check_digit

    class Other(models.Model):
        name = models.TextField()
        number = models.TextField(unique=True)
        sex = models.TextField()
        phone = models.TextField()
        village = models.TextField()
        address = models.TextField()

        class Meta:
            app_label = "people"
            db_table = "other_person"
            managed = False

    class Resource(resources.ModelResource):
        class Meta:
            model = Other
            import_id_fields = ["number"]
            fields = ("name", "number", "sex", "phone", "village", "address")
            skip_diff = use_bulk = skip_unchanged = use_transactions = True
            batch_size = 1000

        def before_import_row(self, row: Any, **_more: Any) -> None:
            number = (row["number"] or "").strip().upper()
            if len(number) != 18 or not number[:17].isdigit() or check_digit(number[:17]) != number[17]:
                raise ValueError("number")

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS other_person")
        cursor.execute(
            "CREATE TABLE other_person (id bigserial PRIMARY KEY, name text, number text UNIQUE, sex text, phone text,"
            " village text, address text)"
        )
        cursor.execute(
            "INSERT INTO other_person (name, number, sex, phone, village, address)"
            " SELECT name, number, sex, phone, village, address FROM bare ON CONFLICT DO NOTHING"
        )
    frame = pl.read_csv(path, infer_schema=False).fill_null("").slice(lines, lines)
    headers = ["name", "number", "sex", "phone", "village", "address"]
    data = tablib.Dataset(*frame.rows(), headers=headers)
    took, _result = timed(lambda: Resource().import_data(data, dry_run=False, raise_errors=False))
    print(
        f"django-import-export use_bulk, {lines:,} lines: {took:.2f} s, scaled to {people:,}: {took / lines * people:.0f} s"
    )


def spreadsheets(folder: Path, rows: pl.DataFrame) -> None:
    import python_calamine
    import xlsxwriter

    from yingjie.foundation.tabular import reading

    path = folder / "roster.xlsx"
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    for at, row in enumerate([COLUMNS, *rows.iter_rows()]):
        sheet.write_row(at, 0, row)
    book.close()

    def calamine() -> int:
        return sum(1 for _row in python_calamine.load_workbook(str(path)).get_sheet_by_index(0).iter_rows())

    def product() -> int:
        return sum(len(page.numbers) for page in reading.read(path, known_labels=COLUMNS).sheet().pages()) + 1

    def old() -> int:
        import openpyxl

        return sum(
            1 for _row in openpyxl.load_workbook(path, read_only=True).active.iter_rows(values_only=True)
        )

    ratios = []
    for _round in range(3):
        bare_read, found = timed(calamine)
        ours, mine = timed(product)
        assert mine == found == rows.height + 1
        ratios.append(ours / bare_read)
        print(f"XLSX {rows.height:,} lines: calamine {bare_read:.2f} s, product {ours:.2f} s")
    if importlib.util.find_spec("openpyxl"):
        slow, _found = timed(old)
        print(f"openpyxl read-only {slow:.1f} s = {slow / ours:.0f} × the product (goal 20)")
    else:
        print("openpyxl is not installed here: not compared")
    print(f"J1-c  product / calamine  {told(ratios)}   (goal 1.15)")


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def told(ratios: list[float]) -> str:
    return f"{statistics.median(ratios):6.2f}  ({min(ratios):.2f}–{max(ratios):.2f}, n={len(ratios)})"


def say(what: str, seconds: float, lines: int, made: Any = None) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    more = ""
    if made is not None:
        counts = {fate: count for fate, count in made[0].counts.items() if count}
        more = f"  {' '.join(f'{name} {value:.1f} s' for name, value in made[1].items())}  {counts}"
    print(f"{what:40} {seconds:8.2f} s  {lines / seconds:10,.0f}/s  peak {peak:.0f} MB{more}", flush=True)


def _start_django(url: str) -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from yingjie.config.settings import _database

    settings.DATABASES["default"].update(_database(url) | {"OPTIONS": {}})
    call_command("migrate", verbosity=0)


def _actor() -> Any:
    from yingjie.foundation.access.actor import Actor, Held

    return Actor(name="benchmark", held=(Held("county_lead", COUNTY),))


def _files(folder: Path, people: int) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The county's register and a roster as files, and for each line of the roster whose it is."""
    registry, rows, truth = plain(SEED, people)

    def sheet(frame: pl.DataFrame) -> pl.DataFrame:
        village = pl.format("第{}村", pl.col("village").cast(pl.Int64) % 1_000_000)
        sex = pl.col("sex").replace_strict({"male": "男", "female": "女"}, default=None)
        return frame.select(
            姓名="name", 身份证号="number", 性别=sex, 联系电话="phones", 村=village,
            住址="address",
        )  # fmt: skip

    sheet(registry).write_csv(folder / "county.csv")
    made = sheet(rows)
    made.write_csv(folder / "roster.csv")
    of_person = registry.select(person=pl.col("id"), true_number="number")
    lines = truth.join(of_person, on="person", how="left", maintain_order="left")
    lines = lines.with_columns(line=pl.int_range(2, pl.len() + 2, dtype=pl.UInt32))
    return registry, made, lines


def _make_areas(registry: pl.DataFrame) -> None:
    from yingjie.areas.models import Area

    made = [
        Area(code="13", name="河北省", level="province", pinyin="h"),
        Area(code="1311", name="衡水市", level="city", parent_id="13", pinyin="h"),
        Area(code=COUNTY, name="阜城县", level="county", parent_id="1311", pinyin="f"),
    ]
    villages = sorted(registry["village"].unique().to_list())
    made += [
        Area(code=code, name=f"第{int(code[6:])}镇", level="town", parent_id=COUNTY, pinyin="z")
        for code in sorted({v[:9] for v in villages})
    ]
    made += [
        Area(code=code, name=f"第{int(code[6:])}村", level="village", parent_id=code[:9], pinyin="c")
        for code in villages
    ]
    Area.objects.bulk_create(made)


if __name__ == "__main__":
    main()
