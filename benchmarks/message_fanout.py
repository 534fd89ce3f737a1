"""Reminders for a county: choosing the people and writing their messages, then sending, beside the least a database must do.

    make bench WHAT=message_fanout          or  .venv-bench/bin/python benchmarks/message_fanout.py [--people 1000000] [--rounds 3]

J8-a, one PostgreSQL with fsync on, in turn:

    bare        INSERT … SELECT of one row with its text for every person: key, unique (campaign, person), queue index
    write       choosing.write: the ledger of the day, standings, phones, wishes, refusals, appointments, how often they were
                reminded, one message for a shared phone; the whole of it one statement
    start       the action: the same, the counts of who is left out and why, the journal, the job
    one by one  bare rows, one statement and commit each (3,000)

J8-b, after it:

    bare drain  4 threads: claim 1,000 with SKIP LOCKED, return phone and text
    hand out    4 threads of sending.drain into the house's own outbox: claim and receipt of every message
    through     1 thread through a gateway in the same process: phone opened, words made, receipt written (batches of 200)

Each ends with an audit: everybody reached once, nobody who said no, one message a phone, every message with its receipt.
"""

import argparse
import os
import platform
import statistics
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "src")]
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

from yingjie.foundation.postgres.temporary import temporary_cluster

NOON = datetime(2021, 6, 30, 4, 0, tzinfo=UTC)
WORDS = "'【阜城县疾控】'||name||'您好,您的第二剂新冠疫苗已到接种时间,请于5个工作日内携带身份证到就近接种点接种。'"
BARE = """
DROP TABLE IF EXISTS bare;
CREATE TABLE bare (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, person uuid NOT NULL, campaign int NOT NULL,
    phone text NOT NULL, body text NOT NULL, state smallint NOT NULL DEFAULT 0, tries smallint NOT NULL DEFAULT 0,
    UNIQUE (campaign, person));
CREATE INDEX bare_queue ON bare (id) WHERE state = 0;
"""
BARE_INSERT = f"INSERT INTO bare (person, campaign, phone, body) SELECT id, 1, phone, {WORDS} FROM plain"
BARE_CLAIM = """
WITH q AS (SELECT id FROM bare WHERE state = 0 ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED)
UPDATE bare o SET state = 1, tries = tries + 1 FROM q WHERE o.id = q.id RETURNING o.id, o.phone, o.body
"""
#: Time-ordered keys as uuid7 makes them; three of ten share a phone; a fifth has a dose; some said no, some refused.
FILL = (
    """INSERT INTO people_person (id, area_id, name, pinyin, sex, birth_on, household_role, address, registered_on, source,
           entered_at, has_stays, left_as, mobility, whereabouts, without_document, origins)
       SELECT (lpad(to_hex(1700000000000 + n), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8'
                  || substr(md5(n::text), 4, 15))::uuid,
              %(village)s, '张' || chr(19968 + n %% 3000), 'zhang', CASE n %% 2 WHEN 0 THEN 'female' ELSE 'male' END,
              '1940-01-01'::date + (n %% 24000), '', '', '2021-01-01', 'bench', now(), false, '', '', 'here', '', '{}'
       FROM generate_series(1, %(people)s) n""",
    """INSERT INTO doses_standing (person_id, "group", doses_counted, next_number, earliest_on, recommended_on, overdue_on,
           is_contraindicated, products, because, revision)
       SELECT id, 'COVID-19', 1, 2, '2021-05-20', '2021-05-20', '2021-09-01', false, '[]', '[]', 0 FROM people_person
       WHERE abs(hashtext(id::text)) %% 5 = 0""",
    """INSERT INTO reminders_wish (id, person_id, says, via, at, by, is_live)
       SELECT gen_random_uuid(), id, 'no', 'desk', now(), 'bench', true FROM people_person
       WHERE abs(hashtext(id::text)) %% 97 = 1""",
    """INSERT INTO outreach_attempt (id, person_id, at, by, outcome, reason, note)
       SELECT gen_random_uuid(), id, '2021-06-01', 'bench',
              CASE abs(hashtext(id::text)) %% 3 WHEN 0 THEN 'refused' ELSE 'thinking' END, 'afraid', ''
       FROM people_person WHERE abs(hashtext(id::text)) %% 31 = 2""",
)


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
        from yingjie.foundation import clock

        with clock.at(NOON):
            began = time.monotonic()
            fill(options.people)
            print(f"{options.people:,} people written in {time.monotonic() - began:.0f} s")
            fan_out(options.rounds)
            drain(options.people)


def start_django(url: str) -> None:
    os.environ["DATABASE_URL"] = url
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from yingjie.config.settings import _database

    settings.DATABASES["default"].update(_database(url) | {"OPTIONS": {}})
    call_command("migrate", verbosity=0)


def run(sql: str, values: object = None) -> list[tuple[object, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def fill(people: int) -> None:
    from django.db import connection
    from tests.modules import campaign

    from yingjie.foundation.crypto.fields import blind_indexes
    from yingjie.foundation.crypto.keyring import keyring

    campaign.tree()
    for sql in FILL:
        run(sql, {"people": people, "village": campaign.VILLAGE})
    ids = [row[0] for row in run("SELECT id::text FROM people_person ORDER BY id")]
    numbers = [f"199{(n - n % 3 if n % 10 < 3 else n):08d}" for n in range(len(ids))]
    sealed = keyring().encrypt_all(numbers, "people_phone.number")
    keys = blind_indexes(numbers, "phone")
    columns = 'id, person_id, number, number_index, masked, "order", owner, owner_name'
    with connection.cursor() as cursor, cursor.copy(f"COPY people_phone ({columns}) FROM STDIN") as copy:
        for person_id, number, key in zip(ids, sealed, keys, strict=True):
            copy.write_row((person_id, person_id, number, key, "199****0000", 1, "self", ""))
    run("CREATE TABLE plain AS SELECT p.id, p.name, '19900000000' AS phone FROM people_person p")
    run("VACUUM ANALYZE")


def timed(act: Callable[[], object]) -> float:
    began = time.monotonic()
    act()
    return time.monotonic() - began


def fan_out(rounds: int) -> None:
    from django.db import transaction
    from tests.modules import campaign

    from yingjie.foundation import clock
    from yingjie.reminders import actions, choosing
    from yingjie.reminders.choosing import Asked

    asked = Asked("due", campaign.VILLAGE, clock.today())
    lead = campaign.actor("town_lead")

    def write() -> None:
        with transaction.atomic():
            choosing.write(UUID(int=7), asked)

    found: dict[str, list[float]] = {"bare": [], "write": [], "start": []}
    for _round in range(rounds):
        run(BARE)
        found["bare"].append(timed(lambda: run(BARE_INSERT)))
        run("TRUNCATE reminders_message")
        found["write"].append(timed(write))
        run("TRUNCATE reminders_message, reminders_reminder")
        found["start"].append(
            timed(
                lambda: actions.start(by=lead, occasion="due", area_code=campaign.VILLAGE, on=clock.today())
            )
        )
    people = run("SELECT count(*) FROM plain")[0][0]
    reached, messages = run(
        "SELECT count(*), count(*) FILTER (WHERE state = 'waiting') FROM reminders_message"
    )[0]
    run(BARE)
    some = [(row[0],) for row in run("SELECT id FROM plain LIMIT 3000")]
    one = timed(lambda: [run(f"{BARE_INSERT} WHERE id = %s", row) for row in some]) / len(some)
    for name, seconds in found.items():
        ratios = [a / b for a, b in zip(seconds, found["bare"], strict=True)]
        spread = f"{statistics.median(ratios):.2f} × bare ({min(ratios):.2f}–{max(ratios):.2f})"
        print(f"{name}: median {statistics.median(seconds):.2f} s; {spread}")
    rate = people / statistics.median(found["write"])
    print(f"{people:,} looked at, {reached:,} reached in {messages:,} messages")
    print(f"one by one: {one * 1e6:.0f} µs a row; write is {rate * one:.0f} × faster")
    audit(reached)


def audit(reached: object) -> None:
    phones = "SELECT count(DISTINCT h.number_index) FROM reminders_message m JOIN people_phone h ON h.person_id = m.person_id"
    unwilling = "SELECT count(*) FROM reminders_message m JOIN reminders_wish w ON w.person_id = m.person_id WHERE w.says = 'no'"
    waiting = "SELECT count(*), count(DISTINCT told_with) FROM reminders_message WHERE state = 'waiting' OR told_with <> person_id"
    own = run("SELECT count(*) FROM reminders_message WHERE state = 'waiting'")[0][0]
    assert run(waiting) == [(reached, own)] and own == run(phones)[0][0]
    assert run(unwilling) == [(0,)]
    print("audit: one message a phone, everybody named once, nobody who said no")


def drain(people: int) -> None:
    from yingjie.foundation.texting.gateways import Envelope, LocalOutbox, Receipt
    from yingjie.reminders import sending
    from yingjie.reminders.models import Reminder

    class Through:
        name, stays_here, batch = "bench", False, 200

        def deliver(self, envelopes: Sequence[Envelope]) -> list[Receipt]:
            return [Receipt(each.key, "sent", "r") for each in envelopes]

    run(BARE)
    run(BARE_INSERT)
    run("VACUUM ANALYZE bare")
    run("VACUUM ANALYZE reminders_message")
    share = max(10_000, people // 5)
    bare = threads(lambda: bare_claims(share // 4), share)
    made = Reminder.objects.unscoped("a benchmark").get()
    mine = threads(lambda: sending.drain(made, LocalOutbox(), most=share // 4), share)
    some = max(2_000, people // 50)
    through = some / timed(lambda: sending.drain(made, Through(), most=some))
    sent = run(
        "SELECT count(*) FROM reminders_message WHERE state = 'sent' AND sent_at IS NOT NULL AND tries = 1"
    )[0][0]
    waiting = run("SELECT count(*) FROM reminders_message WHERE state = 'waiting' AND tries = 0")[0][0]
    total = run("SELECT count(*) FROM reminders_message WHERE state <> 'named'")[0][0]
    assert sent + waiting == total, "a message without its receipt, or with two"
    print(f"drain, 4 threads: bare {bare:,.0f}/s, hand out {mine:,.0f}/s = {mine / bare:.2f} × bare")
    print(f"through a gateway, 1 thread: {through:,.0f}/s")
    print("audit: every message that left has one receipt and one try")


def bare_claims(most: int) -> None:
    from django.db import connection

    done = 0
    while done < most:
        with connection.cursor() as cursor:
            cursor.execute(BARE_CLAIM)
            done += len(cursor.fetchall())


def threads(act: Callable[[], object], share: int) -> float:
    from django.db import connection

    from yingjie.foundation import clock

    def one() -> None:
        with clock.at(NOON):
            act()
        connection.close()

    workers = [threading.Thread(target=one) for _ in range(4)]
    began = time.monotonic()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return share / (time.monotonic() - began)


if __name__ == "__main__":
    main()
