"""Days of a stranger's events (`stranger.py`): every figure counted again from the raw rows in plain Python
(`stranger_book.py`) at the moment, and asked for once more long after it.

One seed of a few days is run always; STRANGER_SEEDS="1 2 3" STRANGER_DAYS=30 plays as many months as one has patience for.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from tests.modules.oversight.stranger import COUNTY, Stranger, at, rows
from tests.modules.oversight.stranger_book import Book, places
from tests.modules.oversight.tiny_county import actor
from vaxkit.coverage import Rule
from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import system
from yingjie.outreach import campaign, unvaccinated
from yingjie.oversight import (
    actions,
    balance,
    drafting,
    free_query,
    kept,
    kept_steps,
    pace,
    queries,
    rankings,
    reproducing,
    wall,
)
from yingjie.oversight.content import BulletinContent, Line
from yingjie.oversight.free_query import Asked
from yingjie.vaccines.queries import course

pytestmark = pytest.mark.django_db
SEEDS = [int(seed) for seed in os.environ.get("STRANGER_SEEDS", "9").split()]
DAYS = int(os.environ.get("STRANGER_DAYS", "4"))
BEGINS = date(2021, 7, 18)
LEAD, PRODUCT = actor("county_lead", COUNTY), system("oversight")
TOWN, VILLAGE = COUNTY + "001", COUNTY + "001001"
CELLS = ("people", "first_dose", "full_course", "recent", "late", "today", "to_date")
OPEN = ("to_do", "declined", "deferred", "away", "contraindicated")
ONLY = {
    "town": TOWN, "village": VILLAGE, "line": "education", "age": "18-59", "category": "teacher", "dose": "1",
    "product": "BIBP-COVID19", "site": "",
}  # fmt: skip
Told = dict[str, Any]


def said(content: BulletinContent) -> Told:
    """The figures of a bulletin in the shape in which the book tells them."""

    def of(lines: Sequence[Line]) -> Told:
        return {line.code: {cell: getattr(line, cell) for cell in CELLS} for line in lines if line.code}

    return {
        "lines": of(content.lines), "annex": of(content.annex), "total": of([replace(content.total, code="all")])["all"],
        "late_days": {(each.on, each.number): each.doses for each in content.late_days},
        "groups": {(each.kind, each.code): (each.people, each.first_dose, each.full_course) for each in content.groups},
    }  # fmt: skip


def youngest(on: date) -> int:
    return int(course(on).minimum_age.split()[0])


def plain(found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows of a free query without the sum over nobody, and without what no query asks for (first doses of the last week)."""
    figures = [
        (*row[:3], *(int(n or 0) for nth, n in enumerate(row[3:]) if nth != 3))
        for row in found
        if row[2] != 3 or row[3]
    ]
    return sorted(figures, key=str)


@pytest.mark.parametrize("seed", SEEDS)
def test_days_of_a_stranger_are_counted_again_from_the_rows(db: None, seed: int) -> None:
    rng = Random(seed)
    world = Stranger(rng, BEGINS - timedelta(days=2), 24 if DAYS < 10 else 40)
    reported: dict[str, datetime] = {}
    stored: list[tuple[str, date, datetime, Told]] = []
    for nth in range(DAYS):
        day = BEGINS + timedelta(days=nth)
        with clock.at(at(day, 0, 10)):
            world.do("night")
            if nth != 1:  # on one day the rows answer
                world.do("fold")
        hours = sorted((rng.randint(6, 23), rng.randint(0, 59)) for _ in range(14))
        cut = rng.choice((9, 17, 20, 23)), 59
        for hour in (each for each in hours if each <= cut):
            world.step(at(day, *hour))
        if nth == DAYS // 2:
            for verb in ("join", "merge_areas", "rename_area", "unit_changes"):
                with clock.at(at(day, *cut, 5)):
                    world.do(verb)
        with clock.at(at(day, *cut, 30)):
            stored += figures_are_those_of_the_book(world, day, reported)
            for code in (COUNTY, TOWN, VILLAGE):
                actions.issue(by=PRODUCT, area_code=code, on=day)
                reported[code] = clock.now()
        for hour in (each for each in hours if each > cut):
            world.step(at(day, *hour, 45))
    with clock.at(at(BEGINS + timedelta(days=DAYS + 3), 12)):
        assert [each for each in reproducing.check(PRODUCT) if each.differences] == []
        for code, day, moment, expected in stored:
            for ask in (kept.Rows, kept.source):
                again = drafting.reproduced(areas.area(PRODUCT, code), day, moment, ask=ask)
                assert said(again) == expected, (code, day, ask)


def figures_are_those_of_the_book(
    world: Stranger, day: date, reported: dict[str, datetime]
) -> list[tuple[str, date, datetime, Told]]:
    book, moment = Book(day, reported.get(COUNTY), youngest(day)), clock.now()
    village = world.rng.choice(book.villages(COUNTY))
    told = []
    for code in dict.fromkeys((COUNTY, village[:9], village, TOWN)):
        mine = book if code == COUNTY else Book(day, reported.get(code), youngest(day))
        content = queries.draft(LEAD, code, day, moment)
        expected = mine.bulletin(code, content.dose_numbers)
        assert said(content) == expected, (code, day)
        places_follow(content, expected)
        told.append((code, day, moment, expected))
    told_now, whole = queries.progress(LEAD), book.line_of(COUNTY, tuple(range(1, 9)))
    assert (told_now.people, told_now.first_dose, told_now.full_course, told_now.doses_today) == (
        whole["people"], whole["first_dose"], whole["full_course"], sum(whole["today"])
    )  # fmt: skip
    assert wall.wall(LEAD, COUNTY).doses_today == sum(whole["today"])
    cells = {cell.code: (cell.people, cell.first) for cell in wall.wall(LEAD, COUNTY, deep=True).cells}
    assert cells == {code: book.sums(book.here(code))[:2] for code in book.villages(COUNTY)}
    for _ in range(8):
        a_free_query_agrees(world.rng, book)
    the_ledger_balances(book, village)
    for stone in world.milestones[:2]:
        the_pace_agrees(book, stone)
    assert kept_steps.check() == ()
    return told


def places_follow(content: BulletinContent, expected: Told) -> None:
    for what, table in (("areas", "lines"), ("villages", "annex")):
        some = {code: line for code, line in expected[table].items() if line["people"]}
        big = {
            code: Fraction(line["first_dose"], line["people"])
            for code, line in some.items()
            if line["people"] >= 30
        }
        below = expected["annex"] or expected["lines"]
        left = {
            code: sum(
                max(0, each["people"] - each["first_dose"])
                for key, each in below.items()
                if key.startswith(code)
            )
            for code in some
        }
        for rule, values in ((Rule.RATE, big), (Rule.REMAINING, left)):
            found = {
                row.key: row.place for row in rankings.scores(content, rule, what) if row.place is not None
            }
            assert found == places(values), (content.on, what, rule)


def a_free_query_agrees(rng: Random, book: Book) -> None:
    measure = rng.choice(("people", "first", "full", "left", "doses", "doses"))
    known = free_query.OF_PEOPLE + (free_query.OF_DOSES if measure == "doses" else ())
    row, column = rng.sample(known, 2)
    column = rng.choice(("", column))
    only = {name: ONLY.get(name, str(book.on)) for name in rng.sample(known, rng.choice((0, 0, 1, 2)))}
    since = rng.choice((None, book.on - timedelta(days=5)))
    who = rng.choice((LEAD, actor("town_lead", TOWN)))
    code = rng.choice((COUNTY, TOWN, VILLAGE)) if who is LEAD else TOWN
    asked = Asked(code, measure, row, book.on, since, column, only)
    cells = {
        key: cell.numerator for key, cell in free_query.answer(who, asked).cells.items() if cell.numerator
    }
    told = book.query(book.here(code), row, column, since if measure == "doses" else None, only)[measure]
    assert cells == {key: figure for key, figure in told.items() if figure}, asked
    of_sums = free_query.asked_of_sums(who, asked)
    if of_sums is not None:
        assert plain(of_sums) == plain(free_query.asked_of_rows(who, asked)), asked


def the_ledger_balances(book: Book, village: str) -> None:
    ends, course_ends = at(book.on + timedelta(days=1), 0), campaign.last_of_course(book.on)
    for goal in (1, course_ends):
        for line in balance.page(LEAD, COUNTY, book.on, goal).lines:
            terms = {code: people for code, people in line.balance.terms.items() if people}
            assert terms == dict(book.terms(line.code, goal, course_ends, ends, clock.CAMPAIGN_ZONE)), (
                book.on,
                line.code,
                goal,
            )
            assert line.balance.difference == 0
    left = book.terms(village, course_ends, course_ends, ends, clock.CAMPAIGN_ZONE)
    listed = unvaccinated.count(LEAD, unvaccinated.Narrowed(area_code=village))
    assert listed == sum(left[term] for term in OPEN)


def the_pace_agrees(book: Book, milestone_id: Any) -> None:
    (phase,) = rows(
        "SELECT p.* FROM campaigns_milestone m JOIN campaigns_phase p ON p.id = m.phase_id WHERE m.id = %s",
        milestone_id,
    )
    _board, total, below = pace.rows(LEAD, milestone_id, COUNTY)
    evening = book.on - timedelta(days=1)
    for row in (total, *below):
        days = book.reached(row.key, phase)
        done = [day for day in days if day is not None]
        counted = Counter(today=sum(day == book.on for day in done))
        counted["recent"] = sum(evening - timedelta(days=7) < day <= evening for day in done)
        expected = len(days), len(done), counted["today"], counted["recent"]
        assert (row.people, row.done, row.today, row.recent) == expected, (book.on, row.key)
