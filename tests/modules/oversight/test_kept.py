"""The kept counts say what a recount says: after whatever happened, at any instant, and of past days as they were known then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.modules.oversight.replay import VERBS, Replay, at
from tests.modules.oversight.tiny_county import COUNTY, FIRST, NORTH, actor
from yingjie.foundation import clock
from yingjie.oversight import actions, kept, kept_steps, queries, reproducing
from yingjie.oversight.counting import People
from yingjie.oversight.kept import Kept, Rows, Source
from yingjie.oversight.models import KeptCell, KeptStep
from yingjie.vaccines.queries import course

pytestmark = pytest.mark.django_db

BEGINS = date(2021, 5, 20)
LEAD = actor("county_lead", COUNTY)
#: A step of the kept counts, and a night, between what happens.
BETWEEN = ("fold", "night")


def said(source: Source, on: date, reported: datetime) -> tuple[object, ...]:
    """Everything that a bulletin takes from its source, without what nobody is in."""
    offered = course(on)
    people = {key: sums for key, sums in source.residents(offered).items() if sums != People()}
    told = source.everybody(offered)
    assert {key: sums for key, sums in told.residents.items() if sums != People()} == people
    groups = [
        {code: (sums.people, sums.first, sums.full) for code, sums in found.items() if sums != People()}
        for found in (source.by_line(offered), source.by_category(offered))
    ]
    assert groups == [
        {code: (sums.people, sums.first, sums.full) for code, sums in found.items() if sums != People()}
        for found in (told.by_line, told.by_category)
    ]
    return people, *groups, source.doses(reported)


def same(code: str, on: date, moment: datetime) -> bool:
    """Whether both sources say the same, and the kept one did answer."""
    found = kept.source(code, on, moment)
    assert isinstance(found, Kept)
    reported = moment - timedelta(hours=20)
    return said(found, on, reported) == said(Rows(code, on, moment), on, reported)


def lived_through(script: list[str], world: Replay) -> Iterator[datetime]:
    """The moments after each thing that happened, five minutes apart."""
    moment = at(BEGINS, 8)
    for verb in script:
        moment += timedelta(minutes=5)
        if verb == "night":
            moment = at(clock.day_of(moment) + timedelta(days=1), 0, 10)
        if verb in BETWEEN:
            with clock.at(moment):
                kept_steps.fold()
        else:
            world.step(moment, verb)
        yield moment


@settings(max_examples=3, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    seed=st.integers(0, 2**16),
    script=st.lists(st.sampled_from([*VERBS, *VERBS, *BETWEEN, "fold"]), min_size=8, max_size=18),
)
def test_the_kept_counts_equal_a_recount_at_any_instant(
    county: str, tmp_path: Path, seed: int, script: list[str]
) -> None:
    with transaction.atomic():
        world, moments = Replay(Random(seed), tmp_path, BEGINS - timedelta(days=35)), []
        with clock.at(at(BEGINS, 8)):
            assert kept_steps.fold().is_whole
            actions.issue(by=LEAD, area_code=COUNTY, on=BEGINS)
        for moment in lived_through(script, world):
            with clock.at(moment):
                assert same(COUNTY, clock.day_of(moment), moment), moment
                moments.append(moment)
        with clock.at(moments[-1] + timedelta(minutes=1)):
            assert kept_steps.check() == ()
            kept_steps.fold()
            assert kept_steps.check() == ()
            for moment in moments:
                assert same(COUNTY, clock.day_of(moment), moment), moment
            assert same(NORTH, clock.day_of(moments[0]), moments[0])
            assert same(FIRST, clock.day_of(moments[-1]), moments[-1])
        transaction.set_rollback(True)


def test_a_bulletin_is_the_same_from_the_kept_counts_and_from_the_rows(county: str, tmp_path: Path) -> None:
    world = Replay(Random(7), tmp_path, BEGINS - timedelta(days=35))
    with clock.at(at(BEGINS, 0, 5)):
        kept_steps.fold()
    for minute in range(20):
        world.step(at(BEGINS, 9, minute))
    with clock.at(at(BEGINS, 17)):
        assert isinstance(kept.source(COUNTY, BEGINS, clock.now()), Kept)
        actions.issue(by=LEAD, area_code=COUNTY, on=BEGINS)
    for minute in range(20):
        world.step(at(BEGINS, 18, minute))
    with clock.at(at(BEGINS, 20)):
        kept_steps.fold()
        assert isinstance(kept.source(COUNTY, BEGINS, at(BEGINS, 17)), Kept)
        assert [each.differences for each in reproducing.check(LEAD)] == [()]
        frozen = queries.issued(LEAD, COUNTY, BEGINS)
        assert frozen is not None
        assert queries.draft(LEAD, COUNTY, BEGINS, at(BEGINS, 17)).lines == frozen.content.lines


def test_a_sum_that_was_tampered_with_is_named_and_made_right(county: str, tmp_path: Path) -> None:
    Replay(Random(3), tmp_path, BEGINS - timedelta(days=35))
    with clock.at(at(BEGINS, 9)):
        assert kept_steps.check() == ()  # nothing is kept yet
        kept_steps.fold()
        cell = KeptCell.objects.filter(kind="dose", area=FIRST).earliest("id")
        KeptCell.objects.filter(pk=cell.pk).update(people=cell.people + 2)
        (found,) = kept_steps.check()
        assert (found.kind, found.area, found.kept, found.counted) == (
            "dose",
            FIRST,
            cell.people + 2,
            cell.people,
        )
        assert kept_steps.fold(anew=True).is_whole
        assert kept_steps.check() == ()
        assert KeptStep.objects.count() == 1


def test_the_rows_are_asked_where_nothing_kept_can_answer(county: str, tmp_path: Path) -> None:
    Replay(Random(3), tmp_path, BEGINS - timedelta(days=35))
    noon = at(BEGINS, 12)
    with clock.at(noon):
        assert isinstance(kept.source(COUNTY, BEGINS, noon), Rows)  # nothing is kept yet
        kept_steps.fold()
        assert isinstance(kept.source(COUNTY, BEGINS, noon), Kept)
        assert isinstance(
            kept.source(COUNTY, BEGINS, noon - timedelta(hours=1)), Rows
        )  # before the first step
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO oversight_touched (id, person_id) VALUES (gen_random_uuid(), %s)",
                [kept_steps.EVERYBODY],
            )
        assert isinstance(
            kept.source(COUNTY, BEGINS, noon), Rows
        )  # so much was written that it is counted anew
        assert kept_steps.fold().is_whole
    tomorrow = at(BEGINS + timedelta(days=1), 0, 1)
    with clock.at(tomorrow):
        assert isinstance(kept.source(COUNTY, clock.day_of(tomorrow), tomorrow), Rows)  # no step of this day
