"""What a burst on appointments costs: many people for few places, beside the least that a database must do. None oversold.

    make bench WHAT=booking_burst       or  .venv-bench/bin/python benchmarks/booking_burst.py [--requests 50000] [--seats 20000]

Measured in turn, on one PostgreSQL with fsync on (the reference transactions are those of `perf/j4_booking.sh`, run by pgbench):

    update      one hot row: insert the booking, then UPDATE … remaining > 0, 32 clients
    count       one hot row: FOR UPDATE and count(*), then insert, 32 clients
    statement   seats.take for 200 people at once, 4 threads: the statement alone
    hot         residents.book_own, all for ONE session, 32 threads of one process: rules, no-show rule, doses, combining, journal
    spread      the same over 200 sessions
    http        POST /book/mine/take/ of residents who are signed in, one hot session, gunicorn as `yj up` starts it (--threads)

Each ends with an audit: places given = seats, no slot and no session over its number, no person twice, one answer for every
request.
"""

import argparse
import os
import platform
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "src")]
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

from benchmarks import serving

from yingjie.foundation.postgres.temporary import temporary_cluster

ALL = "a benchmark looks at everything"
NOW = datetime(2021, 5, 19, 0, 0, tzinfo=UTC)
REFERENCE = """
DROP TABLE IF EXISTS ref_slot, ref_booking;
CREATE TABLE ref_slot (id int PRIMARY KEY, cap int NOT NULL, remaining int NOT NULL CHECK (remaining >= 0)) WITH (fillfactor = 10);
CREATE TABLE ref_booking (id bigint GENERATED ALWAYS AS IDENTITY, slot int NOT NULL, person bigint NOT NULL PRIMARY KEY,
    at timestamptz DEFAULT now());
CREATE SEQUENCE IF NOT EXISTS ref_who;
INSERT INTO ref_slot SELECT g, 100000000, 100000000 FROM generate_series(0, 200) g;
CREATE OR REPLACE FUNCTION ref_book(p_slot int, p_person bigint) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ref_booking (slot, person) VALUES (p_slot, p_person) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN RETURN 2; END IF;
  UPDATE ref_slot SET remaining = remaining - 1 WHERE id = p_slot AND remaining > 0;
  IF NOT FOUND THEN RAISE EXCEPTION 'full'; END IF;
  RETURN 0;
END $$;
"""
UPDATE = "SELECT ref_book(7, nextval('ref_who'));"
COUNT = """BEGIN;
SELECT cap AS c FROM ref_slot WHERE id = 7 FOR UPDATE \\gset
SELECT count(*) AS n FROM ref_booking WHERE slot = 7 \\gset
INSERT INTO ref_booking (slot, person) VALUES (7, nextval('ref_who'));
COMMIT;"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=50_000)
    parser.add_argument("--seats", type=int, default=20_000)
    parser.add_argument(
        "--http",
        type=int,
        default=6_000,
        help="requests through HTTP, for 0.4 as many seats; 0 leaves it out",
    )
    parser.add_argument("--threads", type=int, default=4, help="threads of each of the two workers")
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--seconds", type=int, default=4, help="of each reference")
    options = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {date.today()}")
    with temporary_cluster() as server:
        world = World(server.url, options.requests)
        rates = {
            "update": reference(server.url, UPDATE, options.seconds),
            "count": reference(server.url, COUNT, options.seconds),
        }
        rates["statement"] = statements(world, options)
        rates["hot"] = burst(world, "hot", options, sessions=1)
        rates["spread"] = burst(world, "spread", options, sessions=200)
        if options.http:
            rates["http"] = over_http(world, server.url, options)
        for name, against in (
            ("hot", "update"),
            ("hot", "count"),
            ("hot", "spread"),
            ("http", "update"),
            ("http", "count"),
        ):
            if name in rates:
                print(f"{name} / {against}: {rates[name] / rates[against]:.2f}")


class World:
    """A county with one site, and as many people to whom a first dose is due as there are requests."""

    def __init__(self, url: str, people: int) -> None:
        import django
        from django.db import connections

        django.setup()
        from yingjie.config.settings import _database

        self.settings = _database(url) | {"OPTIONS": {"pool": {"min_size": 4, "max_size": 40, "timeout": 30}}}
        connections["default"].settings_dict.update(self.settings)
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        from tests.modules import campaign

        from yingjie.foundation import clock

        clock._moment.set(NOW)
        campaign.tree()
        self.site = campaign.make_ready(campaign.site())
        campaign.lot(self.site, doses=50)
        self.people = self._people(people)

    def _people(self, n: int) -> list[UUID]:
        from tests.modules import campaign

        from yingjie.people.models import Person

        rows = [
            Person(
                id=uuid4(), area_id=campaign.VILLAGE, name="甲", pinyin="jia", sex="male", birth_on=date(1950, 1, 1 + nth % 28),
                registered_on=date(2021, 1, 1), source="benchmark",
            )
            for nth in range(n)
        ]  # fmt: skip
        Person.objects.unscoped(ALL).bulk_create(rows, batch_size=5000)
        return [row.pk for row in rows]

    def sessions(self, n: int, seats: int) -> list[Any]:
        """Fresh sessions of tomorrow with so many seats together: forty times of arrival in one, one in each of many."""
        from django.db import connection

        from yingjie.bookings.models import DosesCounted, Session, Slot

        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE bookings_booking, bookings_slot, bookings_session CASCADE")
        DosesCounted.objects.unscoped(ALL).update_or_create(
            site=self.site, defaults={"at": NOW + timedelta(days=99)}
        )
        begin, slots = NOW + timedelta(days=1), 40 if n == 1 else 1
        made = [
            Session(
                site=self.site, on=begin.date(), from_at=begin, until_at=begin + timedelta(hours=8), products=["BIBP-COVID19"],
                places=seats // n, made_by="benchmark", made_at=NOW, offline_percent=0,
            )
            for _nth in range(n)
        ]  # fmt: skip
        Session.objects.unscoped(ALL).bulk_create(made)
        each = seats // n // slots
        rows = [
            Slot(
                site=self.site, session=session, at=begin + timedelta(minutes=nth * 10),
                until_at=begin + timedelta(minutes=nth * 10 + 10), seats=each, online_seats=each,
            )
            for session in made
            for nth in range(slots)
        ]  # fmt: skip
        Slot.objects.unscoped(ALL).bulk_create(rows)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE bookings_slot")
        return rows

    def audit(self, seats: int, answers: Counter[str], requests: int) -> None:
        """Ends the run where anything was oversold or anybody was left without an answer."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*), count(DISTINCT person_id), (SELECT sum(taken) FROM bookings_slot), (SELECT sum(taken) FROM"
                " bookings_session), (SELECT count(*) FROM bookings_slot WHERE taken > seats + extra) FROM bookings_booking"
                " WHERE state = 'booked'"
            )
            rows, people, in_slots, in_sessions, over = cursor.fetchone()
        wanted = min(seats, requests)
        right = rows == people == in_slots == in_sessions == answers["taken"] and over == 0 and rows <= seats
        if not right or sum(answers.values()) != requests:
            sys.exit(f"AUDIT FAILED: {rows=} {people=} {in_slots=} {in_sessions=} {over=} {answers=}")
        print(
            f"    sold {rows} of {seats} seats for {requests} requests (wanted {wanted}), oversold 0, answers {dict(answers)}"
        )


def reference(url: str, script: str, seconds: int) -> float:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(REFERENCE)
    rate = serving.pgbench(url, script, seconds=seconds).per_second
    name = "update" if script == UPDATE else "count"
    print(f"{name:10} {rate:10,.0f} /s   (pgbench, one hot row, 32 clients)")
    return rate


def statements(world: World, options: argparse.Namespace) -> float:
    """seats.take alone, 200 people a statement, four threads, one hot session."""
    from yingjie.bookings import seats
    from yingjie.bookings.seats import Wanted

    slots = world.sessions(1, options.seats)
    wishes = [
        Wanted(uuid4(), person, 1, slots[nth % 40].session_id, slots[nth % 40].pk, "online", "b")
        for nth, person in enumerate(world.people)
    ]
    batches = [wishes[start : start + 200] for start in range(0, len(wishes), 200)]
    began = time.perf_counter()
    answers: Counter[str] = Counter()
    for answer in threads(4, batches, lambda batch: seats.take(batch, NOW)):
        answers.update(answer.values())
    took = time.perf_counter() - began
    rate = len(wishes) / took
    print(f"{'statement':10} {rate:10,.0f} /s   (200 a statement, 4 threads, {took:.2f} s)")
    world.audit(options.seats, answers, len(wishes))
    return rate


def burst(world: World, name: str, options: argparse.Namespace, *, sessions: int) -> float:
    """residents.book_own from so many threads; every answer timed."""
    from yingjie.bookings import residents

    slots = world.sessions(sessions, options.seats)
    chance = random.Random(1)
    asked = [(person, chance.choice(slots).pk) for person in world.people]

    def ask(wish: tuple[UUID, UUID]) -> tuple[str, float]:
        return timed(lambda: residents.book_own(person_id=wish[0], slot_id=wish[1]))

    SAID.clear()
    began, cpu = time.perf_counter(), time.process_time()
    answers = list(threads(options.clients, asked, ask))
    took = time.perf_counter() - began
    rate, cpu = len(asked) / took, time.process_time() - cpu
    print(f"{name:10} {rate:10,.0f} /s   ({options.clients} threads, {took:.1f} s) {quantiles(answers)}")
    print(
        f"    {SAID['sql'] / len(asked):.1f} statements and {cpu * 1000 / len(asked):.1f} ms CPU of this process a request"
    )
    world.audit(options.seats, Counter(word for word, _took in answers), len(asked))
    return rate


def timed(act: Callable[[], Any]) -> tuple[str, float]:
    from yingjie.foundation.refusals import Refusal

    began = time.perf_counter()
    try:
        act()
        word = "taken"
    except Refusal as refusal:
        word = refusal.code
    return word, time.perf_counter() - began


def threads(n: int, items: Sequence[Any], run: Callable[[Any], Any]) -> Iterator[Any]:
    """Every item once, by n threads, each with a connection of its own."""
    from django.db import connection

    from yingjie.foundation import clock

    def work(mine: Sequence[Any]) -> list[Any]:
        clock._moment.set(NOW)
        try:
            with connection.execute_wrapper(counted):
                return [run(item) for item in mine]
        finally:
            connection.close()

    with ThreadPoolExecutor(n) as pool:
        for answers in pool.map(work, [items[nth::n] for nth in range(n)]):
            yield from answers


SAID: Counter[str] = Counter()


def counted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    SAID["sql"] += 1
    return execute(sql, params, many, context)


def quantiles(answers: Sequence[tuple[str, float]]) -> str:
    said = []
    for name, wanted in (("taken", True), ("refused", False)):
        times = sorted(took * 1000 for word, took in answers if (word == "taken") is wanted)
        if len(times) > 1:
            cuts = statistics.quantiles(times, n=100)
            said.append(f"{name} p50 {cuts[49]:.1f} p99 {cuts[98]:.1f} ms")
    return ", ".join(said)


def over_http(world: World, url: str, options: argparse.Namespace) -> float:
    """The residents' page as it is served: sessions, CSRF, language, the action, the answer as a redirect or a refusal."""
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session as Signed

    requests = min(options.http, options.requests)
    seats = requests * 2 // 5 // 40 * 40
    slots = world.sessions(1, seats)
    store, until = SessionStore(), time.time() + 10**9
    keys = [uuid4().hex for _nth in range(requests)]
    signed = [
        Signed(session_key=key, expire_date=datetime(2100, 1, 1, tzinfo=UTC),
               session_data=store.encode({"resident": str(person), "resident_until": until}))
        for key, person in zip(keys, world.people, strict=False)
    ]  # fmt: skip
    Signed.objects.bulk_create(signed, batch_size=5000)
    chance = random.Random(2)
    asked = [(key, str(chance.choice(slots).pk)) for key in keys]
    asks = [serving.Ask(key, "/book/mine/take/", f"slot={slot}") for key, slot in asked]
    settled = serving.product(url, NOW.isoformat(), settings.SECRET_KEY)
    with serving.served(settled, threads=options.threads) as (port, _server):
        began = time.perf_counter()
        told = serving.clients(port, [asks[nth :: options.clients] for nth in range(options.clients)])
        took = time.perf_counter() - began
    answers = [("taken" if each.status == 302 else str(each.status), each.seconds) for each in told]
    rate = len(asked) / took
    print(f"{'http':10} {rate:10,.0f} /s   (2 workers x {options.threads} threads, {options.clients} clients, {took:.1f} s)"
          f" {quantiles(answers)}")  # fmt: skip
    world.audit(seats, Counter(word for word, _took in answers), len(asked))
    return rate


if __name__ == "__main__":
    main()
