"""The batch against the interpreter and against hand-written rules: one command, figures for docs/benchmarks.md.

    .venv/bin/python benchmarks/immunization_batch.py [--people 1000000] [--singles 20000] [--processes 2] [--database]

1. Every one of the people, random histories, is computed by the batch and by hand-written rules that know nothing of the
   engine; the first difference ends the run with exit code 1.
2. Random histories under China's policies on nine days: batch and interpreter, field by field, verdict by verdict, each
   distinct history by itself; the first difference ends the run.
3. Ratios: the batch to the hand-written kernel on the same arrays (bar: at most 3), the readable object engine to the batch
   (bar: at least 40), and, with --database, one person on line to a bare primary-key SELECT (bar: p99 at most 2).
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import psycopg
from immunization_histories import random_people
from immunization_peers import NONE, TODAY, by_kernel, by_objects, generate, objects
from psycopg.types.json import Jsonb

from vaxkit.immunization import GivenDose, advise
from vaxkit.immunization.advice import Advice
from vaxkit.immunization.batch import (
    COLUMNS,
    STATUSES,
    BatchAnswer,
    assess_batch,
    row_of,
    verdicts_of,
    written_out,
)
from vaxkit.immunization.batch_people import People, person_of
from vaxkit.immunization.batch_tables import tables_of
from vaxkit.immunization.batch_telling import Told, filled, told
from vaxkit.immunization.offers import Offers
from vaxkit.immunization.policy import PolicySet
from vaxkit.ruledata.policies import policies_in_force
from vaxkit.vocabulary import Status
from yingjie.doses.judging import completed_on, overdue_on, status_on
from yingjie.foundation.postgres.temporary import temporary_cluster

POLICIES = Path(__file__).parent / "policies"
DAYS = tuple(
    date.fromisoformat(day)
    for day in (
        "2021-01-10",
        "2021-04-20",
        "2021-11-10",
        "2022-03-01",
        "2022-10-10",
        "2022-12-05",
        "2022-12-20",
        "2023-04-15",
        "2023-08-15",
    )
)
"""Days on which the rules differ: one for each larger policy of 2021 to 2023."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument(
        "--singles", type=int, default=20_000, help="histories that the interpreter computes as well"
    )
    parser.add_argument(
        "--seed", type=int, default=1, help="of the histories; another one gives other people"
    )
    parser.add_argument(
        "--only", choices=("histories", "on-line"), help="nothing but the comparison, or one person on line"
    )
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument(
        "--database", action="store_true", help="also time one person on line against PostgreSQL"
    )
    options = parser.parse_args()
    print(
        f"{date.today()} · {platform.platform()} · {os.cpu_count()} cores · Python {platform.python_version()}"
    )
    if options.only == "histories":
        against_interpreter(options.singles, options.processes, options.seed)
        return
    if options.only == "on-line":
        on_line()
        return
    batch_ms, kernel_ms = against_peers(options.people)
    against_interpreter(options.singles, options.processes, options.seed)
    object_us = timed_objects()
    print(f"J2-a  batch / hand-written kernel      {batch_ms / kernel_ms:8.2f}   (bar: at most 3)")
    print(
        f"J2-a  object engine / batch            {object_us * options.people / 1000 / batch_ms:8.1f}   (bar: at least 40)"
    )
    if options.database:
        on_line()


@cache
def three_products() -> PolicySet:
    return policies_in_force(date(2021, 12, 1), POLICIES, shipped=False)


def against_peers(n: int) -> tuple[float, float]:
    """All people by the hand-written kernel and by the batch; their times in milliseconds."""
    rules, columns = three_products(), generate(n)
    people = as_people(columns)
    status, due = np.empty(n, np.int8), np.empty(n, np.int32)
    arrays = [
        columns[name] for name in ("birth", "count", "product", "days", "barred", "deferred", "infected")
    ]
    on = date(2021, 12, 1)
    start = time.perf_counter()
    program = written_out(rules, on)
    assess_batch(rules, people, on, program=program)  # the first run compiles
    print(f"rules written out and compiled in {time.perf_counter() - start:.1f} s")
    tables_ms = best(lambda: assess_batch(rules, people, on), 3)
    kernel_ms, batch_ms = best_in_turn(
        lambda: by_kernel(*arrays, TODAY, status, due),
        lambda: assess_batch(rules, people, on, program=program),
    )
    for answer in (assess_batch(rules, people, on), assess_batch(rules, people, on, program=program)):
        found = as_peers(answer, columns)
        wrong = np.flatnonzero((found[0] != status) | (found[1] != due))
        if wrong.size:
            row = int(wrong[0])
            sys.exit(f"row {row}: by hand {status[row]}, {due[row]}; batch {found[0][row]}, {found[1][row]}")
    print(f"{n:,} people, batch and hand-written kernel: 0 differences")
    print(f"hand-written kernel {kernel_ms:8.1f} ms   {n / kernel_ms / 1000:8.1f} M people/s")
    print(f"batch by tables     {tables_ms:8.1f} ms   {n / tables_ms / 1000:8.1f} M people/s")
    print(f"batch written out   {batch_ms:8.1f} ms   {n / batch_ms / 1000:8.1f} M people/s")
    return batch_ms, kernel_ms


def as_people(columns: dict[str, np.ndarray]) -> People:
    held = np.arange(3) < columns["count"][:, None]
    return People(
        birth=columns["birth"],
        dose_days=np.where(held, columns["days"], NONE).astype(np.int32),
        dose_products=np.where(held, columns["product"][:, None], -1).astype(np.int8),
        dose_counts=columns["count"],
        seen=np.where(columns["barred"], 2, 0).astype(np.int32),
        infected_on=np.where(columns["infected"] > 0, columns["infected"], NONE).astype(np.int32),
        review_on=np.where(columns["deferred"] > 0, columns["deferred"], NONE).astype(np.int32),
    )


def as_peers(answer: BatchAnswer, columns: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """The batch's answer in the words of the hand-written rules: bars go before all, a first dose is due today at the
    earliest and never overdue."""
    words = np.array(
        [
            {"due": 4, "overdue": 5, "complete": 0, "deferred": 3, "contraindicated": 1}.get(row, 6)
            for row in STATUSES
        ]
    )
    status, due = words[answer.status], answer.earliest.copy()
    none = columns["count"] == 0
    young = none & (TODAY - columns["birth"] < 1095)
    due = np.where(none & ~young, np.maximum(due, TODAY), due)
    due = np.where(young, columns["birth"] + 1095, due)
    status = np.where(none & (status == 5), 4, status)
    status = np.where(young, 2, status)
    status = np.where(columns["barred"], 1, status)
    return status.astype(np.int8), np.where((status == 0) | (status == 1), 0, due).astype(np.int32)


def best(work: Callable[[], object], times: int = 7) -> float:
    """The shortest of several runs, in milliseconds; the first, which compiles, is not counted."""
    (found,) = best_in_turn(work, times=times)
    return found


def best_in_turn(*works: Callable[[], object], times: int = 15) -> list[float]:
    """The same of several, one after the other in each round, so that what else runs on the machine meets all alike."""
    found: list[list[float]] = [[] for _ in works]
    for work in works:
        work()
    for _ in range(times):
        for nth, work in enumerate(works):
            start = time.perf_counter()
            work()
            found[nth].append((time.perf_counter() - start) * 1000)
    return [min(row) for row in found]


def timed_objects(n: int = 50_000) -> float:
    """Microseconds a person by the readable object engine."""
    people, today = objects(generate(n), n), date(2021, 12, 1)
    return best(lambda: [by_objects(person, today) for person in people], 3) * 1000 / n


def against_interpreter(n: int, processes: int, seed: int) -> None:
    """Random histories on every day of DAYS: the batch and the interpreter, everything that both say."""
    share = max(1, n // (len(DAYS) * processes))
    jobs = [(day, seed * 1000 + nth, share) for day in DAYS for nth in range(processes)]
    start, total = time.perf_counter(), 0
    with ProcessPoolExecutor(processes) as pool:
        for alone, difference in pool.map(compare, jobs):
            if difference:
                pool.shutdown(cancel_futures=True)
                sys.exit(difference)
            total += alone
    seconds = time.perf_counter() - start
    print(
        f"{share * len(jobs):,} random histories on {len(DAYS)} days (seed {seed}), batch and interpreter: 0 differences; "
        f"{total:,} were handed over ({seconds:.0f} s)"
    )


def compare(job: tuple[date, int, int]) -> tuple[int, str]:
    """How many the batch handed over, and the first difference in words, with how to see it again, or nothing."""
    on, seed, n = job
    rules = policies_in_force(on)
    tables = tables_of(rules, on)
    people = random_people(tables, n, on, np.random.default_rng(seed))
    answer = assess_batch(rules, people, on)
    said = told(rules, tables, people, answer, on)
    for row in range(n):
        patient, doses = person_of(tables, people, row)
        single = advise(rules, patient, doses, on)
        batch, alone = (
            by_batch(rules, answer, said, row, len(doses)),
            by_interpreter(rules, single, answer, row),
        )
        if batch != alone:
            again = f"random_people(tables, {n}, {on!r}, default_rng({seed})), row {row}"
            return (
                0,
                f"{again}\nadvise(rules, {patient!r}, {doses!r}, {on!r})\n batch  {batch}\n single {alone}",
            )
    return int(answer.handed_over.sum()), ""


def by_batch(rules: PolicySet, answer: BatchAnswer, said: Told, row: int, doses: int) -> tuple[object, ...]:
    """All that the batch says about one person."""
    found = [int(getattr(answer, name)[row]) for name in COLUMNS]
    verdicts = answer.verdicts[row, :doses].tolist()
    if answer.handed_over[row]:
        return found, verdicts
    offered = said.offers[said.offered[row]] if said.offered[row] >= 0 else Offers((), ())
    reasons = filled(rules, said.shapes[said.reasons[row]], said.days, row)
    numbers = answer.detail.numbers[row, :doses].tolist() if answer.detail else []
    by = int(answer.detail.completed_by[row]) if answer.detail else -1
    return found, verdicts, offered.products, offered.first, reasons, numbers, f"{by:02}" if by >= 0 else None


def by_interpreter(rules: PolicySet, single: Advice, answer: BatchAnswer, row: int) -> tuple[object, ...]:
    """The same of the interpreter's answer."""
    tables = tables_of(rules, single.on)
    found, verdicts = row_of(tables, single), verdicts_of(single)
    if answer.handed_over[row]:
        return found, verdicts
    judged = sorted(single.doses, key=lambda verdict: verdict.dose_id)
    numbers = [verdict.target_dose_number or 0 for verdict in judged]
    return (
        found,
        verdicts,
        single.products,
        single.preferred,
        single.because,
        numbers,
        single.course.completed_by,
    )


def on_line(n: int = 3_000) -> None:
    """One person on line, beside the bare SELECT by primary key over the same connection: judged anew from her doses, and told from
    the standing that is kept (what pages read on a day on which nothing turns)."""
    on = date(2023, 8, 15)
    rules = policies_in_force(on)
    tables = tables_of(rules, on)
    people = random_people(tables, n, on, np.random.default_rng(3))
    known = [person_of(tables, people, row) for row in range(n)]
    with temporary_cluster(fast=True) as server, psycopg.connect(server.url, autocommit=True) as database:
        fill(database, rules, known, on)
        told: dict[str, list[float]] = {"primary-key SELECT": [], "judged anew": [], "kept standing": []}
        thinking = []
        for row in np.random.default_rng(4).permutation(n).tolist():
            begun = time.perf_counter()
            birth_on, given = database.execute(READ_FACTS, (row,)).fetchone()
            read, busy = time.perf_counter(), time.thread_time()
            doses = [
                GivenDose(str(place), date.fromisoformat(day), code)
                for place, (code, day) in enumerate(given)
            ]
            advise(rules, replace(known[row][0], birth_on=birth_on), doses, on)
            told["primary-key SELECT"].append((read - begun) * 1000)
            told["judged anew"].append((time.perf_counter() - begun) * 1000)
            thinking.append((time.thread_time() - busy) * 1000)
            begun = time.perf_counter()
            status_on(dict(zip(KEPT, database.execute(READ_KEPT, (row,)).fetchone(), strict=True)), on)
            told["kept standing"].append((time.perf_counter() - begun) * 1000)
    last = {name: sorted(found)[int(n * 0.99)] for name, found in told.items()}
    for name, found in told.items():
        print(f"{name:20} p50 {statistics.median(found):7.3f} ms   p99 {last[name]:7.3f} ms")
    busiest = sorted(thinking)[int(n * 0.99)]
    print(f"of judging, processor p50 {statistics.median(thinking):7.3f} ms   p99 {busiest:7.3f} ms")
    for name in ("judged anew", "kept standing"):
        ratio = last[name] / last["primary-key SELECT"]
        print(f"J2-c  p99, {name:15} / the SELECT {ratio:8.2f}   (bar: at most 2)")


KEPT = ("is_contraindicated", "deferred_until", "completed_on", "earliest_on", "overdue_on")
READ_FACTS = "select birth_on, doses from person where id = %s"
READ_KEPT = f"select {', '.join(KEPT)} from standing where id = %s"


def fill(database: psycopg.Connection, rules: PolicySet, known: list, on: date) -> None:
    """Everybody's facts, and the standing that would be kept of them."""
    database.execute("create table person (id int primary key, birth_on date, doses jsonb)")
    database.execute(
        "create table standing (id int primary key, is_contraindicated bool, deferred_until date, completed_on date,"
        " earliest_on date, overdue_on date)"
    )
    facts, kept = [], []
    for row, (patient, doses) in enumerate(known):
        told_of = advise(rules, patient, doses, on)
        given = Jsonb([[dose.vaccine, dose.on.isoformat()] for dose in doses])
        facts.append((row, patient.birth_on, given))
        barred = told_of.status is Status.CONTRAINDICATED
        days = (told_of.review_on, completed_on(told_of), told_of.earliest_on, overdue_on(told_of))
        kept.append((row, barred, *days))
    with database.cursor() as cursor:
        cursor.executemany("insert into person values (%s, %s, %s)", facts)
        cursor.executemany("insert into standing values (%s, %s, %s, %s, %s, %s)", kept)


if __name__ == "__main__":
    main()
