"""The denominator of any past day, as it was known at any past moment, comes out again exactly, however late."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.modules.people.conftest import (
    COUNTY,
    EVERY,
    OTHER,
    OTHER_TOWN,
    TOWN,
    VILLAGE,
    Register,
    actor,
    number,
)
from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, system
from yingjie.foundation.refusals import Refusal
from yingjie.people import actions, queries, refusals, spans
from yingjie.people.models import Person, PersonChange, Stay
from yingjie.people.residents import counted_on
from yingjie.people.spans import Span

MORNING = datetime(2021, 3, 1, 1, 0, tzinfo=UTC)
BEGIN = date(2021, 3, 1)
SYSTEM = system("test")


@contextmanager
def on_day(day: int, hour: int = 0) -> Iterator[datetime]:
    moment = MORNING + timedelta(days=day, hours=hour)
    with clock.at(moment):
        yield moment


def villages(day: date, known_at: datetime | None = None) -> dict[str, int]:
    return queries.ledger_counts(SYSTEM, COUNTY, day, known_at=known_at)


# --- one by one ------------------------------------------------------------------------------------


def test_a_late_move_changes_the_past_as_it_is_known_now_and_not_as_it_was_known_then(
    register: Register, lead: Actor
) -> None:
    with on_day(0):
        person = register(1)
    with on_day(10) as then:
        assert villages(BEGIN + timedelta(days=5)) == {VILLAGE: 1}
    with on_day(20):
        actions.move(by=lead, person_id=person.pk, area_code=OTHER, on=BEGIN + timedelta(days=4))
        assert villages(BEGIN + timedelta(days=3)) == {VILLAGE: 1}
        assert villages(BEGIN + timedelta(days=4)) == {OTHER: 1}
        assert villages(BEGIN + timedelta(days=5), then) == {VILLAGE: 1}
    stays = Stay.objects.unscoped(EVERY).filter(retracted_at__isnull=True).order_by("until_on")
    assert [(stay.area_id, stay.from_on, stay.until_on, stay.ended_by) for stay in stays] == [
        (VILLAGE, None, BEGIN + timedelta(days=4), "moved"), (OTHER, BEGIN + timedelta(days=4), None, ""),
    ]  # fmt: skip


def test_moves_ends_and_returns_in_the_order_of_time(register: Register, lead: Actor) -> None:
    with on_day(0):
        person = register(1, moved_in_on=BEGIN - timedelta(days=100))
    with on_day(30):
        actions.leave(by=lead, person_id=person.pk, on=BEGIN + timedelta(days=10), reason="去外地")
        assert Person.objects.unscoped(EVERY).get().left_as == "moved"
        actions.bring_back(by=lead, person_id=person.pk, on=BEGIN + timedelta(days=20), area_code=OTHER)
        actions.record_death(by=lead, person_id=person.pk, on=BEGIN + timedelta(days=25))
        row = Person.objects.unscoped(EVERY).get()
        assert (row.area_id, row.left_on, row.left_as) == (OTHER, BEGIN + timedelta(days=25), "died")
        told = {day: villages(BEGIN + timedelta(days=day)) for day in (-101, -100, 9, 10, 19, 20, 24, 25)}
    assert told == {
        -101: {}, -100: {VILLAGE: 1}, 9: {VILLAGE: 1}, 10: {}, 19: {}, 20: {OTHER: 1}, 24: {OTHER: 1}, 25: {},
    }  # fmt: skip


def test_taking_changes_back_one_after_the_other(register: Register, lead: Actor) -> None:
    with on_day(0):
        person = register(1, household_role="head", address="一区 3 号")
    with on_day(5):
        actions.move(by=lead, person_id=person.pk, area_code=OTHER, on=BEGIN + timedelta(days=2))
        assert Person.objects.unscoped(EVERY).get().address == ""
    with on_day(6) as believed:
        actions.leave(by=lead, person_id=person.pk, on=BEGIN + timedelta(days=6), reason="")
    with on_day(7):
        actions.undo_change(by=lead, person_id=person.pk, reason="弄错了")
        row = Person.objects.unscoped(EVERY).get()
        assert (row.area_id, row.left_on, row.left_as) == (OTHER, None, "")
        actions.undo_change(by=lead, person_id=person.pk)
        row = Person.objects.unscoped(EVERY).get()
        assert (row.area_id, row.address, row.household_role) == (VILLAGE, "一区 3 号", "head")
        assert villages(BEGIN + timedelta(days=6)) == {VILLAGE: 1}
        assert villages(BEGIN + timedelta(days=6), believed) == {}
        assert villages(BEGIN + timedelta(days=3), believed) == {OTHER: 1}
        with pytest.raises(refusals.NothingToUndo):
            actions.undo_change(by=lead, person_id=person.pk)
    changes = PersonChange.objects.unscoped(EVERY).order_by("at")
    assert [(change.kind, change.undone_at is not None) for change in changes] == [
        ("moved", True),
        ("left", True),
    ]


def test_days_are_corrected_with_a_reason(register: Register, lead: Actor) -> None:
    with on_day(0):
        person = register(1, moved_in_on=BEGIN - timedelta(days=10))
    with on_day(9):
        actions.record_death(by=lead, person_id=person.pk, on=BEGIN + timedelta(days=9))
        days = {"moved_in_on": BEGIN - timedelta(days=3), "left_on": BEGIN + timedelta(days=8)}
        with pytest.raises(refusals.ReasonMissing):
            actions.correct_days(by=lead, person_id=person.pk, reason="", **days)
        actions.correct_days(by=lead, person_id=person.pk, reason="死亡证明", **days)
        row = Person.objects.unscoped(EVERY).get()
        assert (row.moved_in_on, row.left_on, row.left_as) == (*days.values(), "died")
        actions.correct_days(by=lead, person_id=person.pk, reason="没有死亡", moved_in_on=None, left_on=None)
        assert villages(BEGIN - timedelta(days=50)) == {VILLAGE: 1}
        with pytest.raises(refusals.NothingNew):
            actions.correct_days(by=lead, person_id=person.pk, reason="再来", moved_in_on=None, left_on=None)


def test_entered_by_mistake_never_counted(register: Register, lead: Actor) -> None:
    with on_day(0) as then:
        person = register(1)
    with on_day(3):
        actions.strike(by=lead, person_id=person.pk, reason="重复录入")
        assert [villages(BEGIN + timedelta(days=day)) for day in (-400, 0, 3)] == [{}, {}, {}]
        assert villages(BEGIN, then) == {VILLAGE: 1}
        assert Person.objects.unscoped(EVERY).get().left_as == "mistake"
        actions.undo_change(by=lead, person_id=person.pk)
        assert villages(BEGIN) == {VILLAGE: 1}


def test_a_corrected_number_moves_the_birth_and_an_undo_does_not_bring_the_old_one_back(
    register: Register, lead: Actor
) -> None:
    with on_day(0):
        person = register(1)
    with on_day(1):
        actions.move(by=lead, person_id=person.pk, area_code=OTHER)
        actions.correct_number(by=lead, person_id=person.pk, number=number(2, "20210115"))
        assert villages(date(2021, 1, 14)) == {}
        actions.undo_change(
            by=lead, person_id=person.pk
        )  # the correction of the birth date that came with the number
        assert Person.objects.unscoped(EVERY).get().sex == "female"


def test_a_day_that_does_not_fit_is_refused(register: Register, lead: Actor) -> None:
    with on_day(0):
        person = register(1)
    with on_day(10):
        actions.move(by=lead, person_id=person.pk, area_code=OTHER, on=BEGIN + timedelta(days=8))
        for verb, more in (
            (actions.move, {"area_code": VILLAGE, "on": BEGIN + timedelta(days=7)}),
            (actions.move, {"area_code": VILLAGE, "on": BEGIN + timedelta(days=11)}),
            (actions.leave, {"on": BEGIN + timedelta(days=7)}),
            (actions.bring_back, {"on": BEGIN + timedelta(days=9)}),
        ):
            before = list(Stay.objects.unscoped(EVERY).order_by("pk").values())
            with pytest.raises(Refusal):
                verb(by=lead, person_id=person.pk, **more)
            assert list(Stay.objects.unscoped(EVERY).order_by("pk").values()) == before


def test_counts_are_of_the_area_in_which_somebody_counted_not_of_the_one_they_are_in_now(
    register: Register,
) -> None:
    there = areas.villages_under(SYSTEM, OTHER_TOWN)[0].code
    with on_day(0):
        person = register(1)
    with on_day(5):
        actions.move(by=SYSTEM, person_id=person.pk, area_code=there)
        former, present = actor("town_lead", TOWN), actor("town_lead", OTHER_TOWN)
        yesterday, today = BEGIN + timedelta(days=4), BEGIN + timedelta(days=5)
        assert queries.ledger_counts(former, COUNTY, yesterday) == {VILLAGE: 1}
        assert queries.ledger_counts(former, COUNTY, today) == {}
        assert queries.ledger_counts(present, COUNTY, yesterday) == {}
        assert queries.ledger_counts(present, COUNTY, today) == {there: 1}
        assert [row[:2] for rows in counted_on(yesterday).rows(former, COUNTY) for row in rows] == [
            (person.pk, VILLAGE)
        ]
        assert [row for rows in counted_on(today).rows(former, COUNTY) for row in rows] == []


def test_whoever_lives_away_is_registered_and_not_present(register: Register, lead: Actor) -> None:
    with on_day(0):
        person, _stays = register(1), register(3)
    with on_day(9) as before:
        pass
    with on_day(10):
        actions.set_whereabouts(
            by=lead, person_id=person.pk, word="away", on=BEGIN + timedelta(days=5), place="东莞"
        )
        actions.set_whereabouts(by=lead, person_id=person.pk, word="seasonal", on=BEGIN + timedelta(days=8))

        def present(day: int, known_at: datetime | None = None) -> dict[str, int]:
            day_ = BEGIN + timedelta(days=day)
            return counted_on(day_, known_at, present=True).counts(SYSTEM, code=COUNTY, digits=12)

        assert [present(day) for day in (4, 5, 7, 8)] == [
            {VILLAGE: 2}, {VILLAGE: 1}, {VILLAGE: 1}, {VILLAGE: 2},
        ]  # fmt: skip
        assert villages(BEGIN + timedelta(days=6)) == {VILLAGE: 2}
        assert present(6, before) == {VILLAGE: 2}
        words = queries.whereabouts_on([person.pk], BEGIN + timedelta(days=6))
        assert words == {person.pk: "away"}
        assert queries.whereabouts_on([person.pk], BEGIN + timedelta(days=6), before) == {person.pk: "here"}


# --- any walk --------------------------------------------------------------------------------------

DAYS = st.integers(0, 30)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from("mler"), DAYS, st.sampled_from("AB")), max_size=8))
def test_spans_never_overlap_and_only_the_last_is_open(steps: list[tuple[str, int, str]]) -> None:
    born = date(1950, 1, 1)
    known = (Span("A", None, None, born),)
    for verb, day, area in steps:
        on = BEGIN + timedelta(days=day)
        try:
            if verb == "m":
                known = spans.moved(known, area, on)
            elif verb == "l":
                known = spans.ended(known, on, "left")
            elif verb == "e":
                known = spans.came_on(known, on)
            else:
                known = spans.returned(known, area, on)
        except spans.OutOfOrder:
            continue
        assert all(span.until_on is not None for span in known[:-1])
        for first, second in pairwise(known):
            assert first.until_on is not None and second.from_on is not None
            assert first.until_on <= second.from_on
        assert spans.from_json(spans.to_json(known)) == known


@dataclass
class Told:
    """What a bystander wrote down: who entered the ledger and what was reported of them, in the order of reports."""

    lives: dict[UUID, list[tuple[date | None, date | None, str]]]

    def counts(self, on: date) -> dict[str, int]:
        found: Counter[str] = Counter()
        for parts in self.lives.values():
            for begin, end, area in parts:
                if (begin is None or begin <= on) and (end is None or on < end):
                    found[area[:12]] += 1
        return dict(found)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_past_day_as_known_at_every_past_moment(seed: int, register: Register, lead: Actor) -> None:
    """Forty random reports over twenty days through the real actions, many of them late; at each step the counts of some days are
    noted down. In the end each comes out again as it was known then, and today's knowledge agrees with a bystander's own book."""
    chance = random.Random(seed)
    told, noted, books = Told({}), [], []
    with on_day(0):
        for sequence in range(1, 13):
            person = register(sequence * 2 + 1, area_code=chance.choice([VILLAGE, OTHER]))
            told.lives[person.pk] = [(None, None, person.area_id)]
    for step in range(40):
        with on_day(1 + step // 2, hour=step % 2 * 6) as now:
            _report(chance, told, lead, clock.today())
            for back in (0, 3, 9):
                on = clock.today() - timedelta(days=back)
                noted.append((on, now, villages(on)))
                books.append((noted[-1][2], told.counts(on)))
    assert [seen for seen, _own in books] == [own for _seen, own in books]
    assert len({frozenset(seen.items()) for _on, _now, seen in noted}) > 5
    for on, known_at, seen in noted:
        assert villages(on, known_at) == seen


def _report(chance: random.Random, told: Told, by: Actor, today: date) -> None:
    person_id = chance.choice(sorted(told.lives))
    parts = told.lives[person_id]
    begin, end, area = parts[-1]
    on = today - timedelta(days=chance.randint(0, 6))
    other = OTHER if area == VILLAGE else VILLAGE
    verb = chance.choice(["move", "leave", "return", "undo", "days"])
    try:
        if verb == "move":
            actions.move(by=by, person_id=person_id, area_code=other, on=on)
            told.lives[person_id] = [*parts[:-1], (begin, on, area), (on, None, other)]
        elif verb == "leave":
            actions.leave(by=by, person_id=person_id, on=on)
            told.lives[person_id] = [*parts[:-1], (begin, on, area)]
        elif verb == "return":
            actions.bring_back(by=by, person_id=person_id, area_code=other, on=on)
            told.lives[person_id] = [*parts, (on, None, other)]
        elif verb == "days" and len(parts) == 1 and end is None:
            actions.correct_days(by=by, person_id=person_id, moved_in_on=on, left_on=None, reason="核对")
            told.lives[person_id] = [(on, None, area)]
        elif verb == "undo":
            actions.undo_change(by=by, person_id=person_id)
            told.lives[person_id] = _FORMER[person_id].pop()
            return
        else:
            return
    except Refusal:
        return
    _FORMER.setdefault(person_id, []).append(parts)


_FORMER: dict[UUID, list[list[tuple[date | None, date | None, str]]]] = {}
