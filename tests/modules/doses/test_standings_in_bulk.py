"""Everybody at once: the batch writes what the interpreter would write of each, only where it differs, and never over somebody
who knew more."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from tests.modules import campaign

from vaxkit.vocabulary import Status
from yingjie.doses import actions as dose_actions
from yingjie.doses import bulk_reading, bulk_rows, effects, judging, queries, standings, standings_in_bulk
from yingjie.doses.jobs import what_days_bring
from yingjie.doses.models import Dose, Standing
from yingjie.foundation import clock
from yingjie.foundation.ids import uuid7
from yingjie.foundation.jobs.models import Job
from yingjie.foundation.jobs.registry import IN_PARTS, Cancelled
from yingjie.people import circumstances
from yingjie.people.models import HealthCondition, Person, PersonCategory
from yingjie.vaccines import actions, rules
from yingjie.vaccines.models import Product

DAYS = (date(2021, 5, 19), date(2022, 3, 1), date(2022, 12, 20), date(2023, 9, 1))
CODES = (
    "fever", "pregnancy", "uncontrolled-epilepsy", "weak-immunity", "infection", "hypertension", "allergy-to-component",
    "serious-chronic-disease", "chronic-disease-terminal",
)  # fmt: skip
#: Two of one observation, and one that no rule asks for.
GROUPS = ("medical", "port", "teacher")
MANY = 400


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


@pytest.fixture(params=DAYS, ids=str)
def today(request: pytest.FixtureRequest, db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[date]:
    """A county under the rules of one day, with people of every kind; nobody is too few for the batch."""
    monkeypatch.setattr(standings_in_bulk, "FEW", 0)
    with clock.at(noon(request.param)):
        campaign.tree()
        crowd(request.param)
        yield request.param


def crowd(on: date, count: int = MANY) -> None:
    """People with random doses and conditions, thick around ages and intervals that rules name."""
    dice = random.Random(on.toordinal())
    strange = list(Product.objects.order_by("pk").values_list("pk", flat=True))
    products = [code for code in strange if code in rules.rules(on).vaccines]
    people, doses, conditions, groups = [], [], [], []
    for _ in range(count):
        age = dice.choice((2, 3, 11, 12, 17, 18, 40, 59, 60, 80))
        born = date(on.year - age, on.month, min(on.day, 28)) + timedelta(days=dice.randint(-40, 40))
        person = Person(id=uuid7(), area_id=campaign.VILLAGE, name="某", pinyin="mou", sex="female", birth_on=born,
                        registered_on=max(born, date(2021, 1, 1)), source="test")  # fmt: skip
        people.append(person)
        day, product = on - timedelta(days=dice.randint(0, 700)), dice.choice(products)
        for number in range(1, dice.randint(0, 4) + 1):
            expires = day + timedelta(days=400 if dice.random() < 0.97 else -1)
            doses.append(
                Dose(person=person, number=number, product_id=product, given_on=day, source="elsewhere", given_by="x",
                     recorded_at=clock.now(), expires_on=expires,
                     voided_at=clock.now() if dice.random() < 0.05 else None)
            )  # fmt: skip
            day += timedelta(days=dice.choice((0, 14, 20, 21, 28, 56, 91, 183, 184)))
            product = dice.choice((product, product, product, *products) if dice.random() < 0.97 else strange)
        for code in dice.sample(CODES, dice.choice((0, 0, 0, 1, 2))):
            begin = dice.choice((None, on - timedelta(days=dice.randint(0, 400)), on + timedelta(days=9)))
            end = (begin or on) + timedelta(days=dice.randint(0, 300)) if dice.random() < 0.4 else None
            conditions.append(
                HealthCondition(
                    person=person, code=code, from_on=begin, until_on=end, by="x", recorded_at=clock.now()
                )
            )
        for code in dice.sample(GROUPS, dice.choice((0, 0, 0, 0, 0, 0, 1, 2))):
            begin = dice.choice((None, on - timedelta(days=30), on + timedelta(days=9)))
            end = dice.choice((None, None, on - timedelta(days=3), on + timedelta(days=20)))
            groups.append(
                PersonCategory(person=person, code=code, from_on=begin,
                               until_on=end and max(end, begin or end), by="x", recorded_at=clock.now())
            )  # fmt: skip
    Person.objects.unscoped(campaign.ALL).bulk_create(people)
    PersonCategory.objects.unscoped(campaign.ALL).bulk_create(groups)
    Dose.objects.unscoped(campaign.ALL).bulk_create(doses)
    HealthCondition.objects.unscoped(campaign.ALL).bulk_create(conditions)


def everyone() -> int:
    return standings_in_bulk.everyone(lambda done, total: None)


def turning(on: date) -> int:
    return standings_in_bulk.turning(on, lambda done, total: None)


def kept() -> dict[Any, dict[str, Any]]:
    rows = Standing.objects.unscoped(campaign.ALL).values("person_id", *standings.COLUMNS)
    return {row.pop("person_id"): row for row in rows}


def counted() -> dict[Any, int | None]:
    return dict(Dose.objects.unscoped(campaign.ALL).values_list("pk", "counts_as"))


def one_by_one(on: date) -> tuple[dict[Any, dict[str, Any]], dict[Any, int | None]]:
    """What the interpreter says of everybody."""
    ids = list(Person.objects.unscoped(campaign.ALL).values_list("pk", flat=True))
    rows, counts = {}, dict.fromkeys(counted())
    for key, known in standings.read(ids).items():
        told = known.judged(rules.rules(on), on)
        rows |= dict.fromkeys([key] if told.standings else [], told.standings.get("COVID-19", {}))
        counts |= told.counts_as
    return rows, counts


def written() -> list[tuple[Any, ...]]:
    """The database's own marks of who last wrote a row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, xmin::text, ctid::text FROM doses_standing ORDER BY 1")
        rows = cursor.fetchall()
        cursor.execute("SELECT id, xmin::text, ctid::text FROM doses_dose ORDER BY 1")
        return rows + cursor.fetchall()


def test_the_batch_writes_what_the_interpreter_says_of_each(today: date) -> None:
    rows, counts = one_by_one(today)
    assert everyone() == len(rows) > MANY // 2
    assert kept() == rows
    assert counted() == counts
    before = written()
    assert everyone() == 0
    assert turning(today) == 0
    assert written() == before


@pytest.mark.parametrize("today", DAYS[1:2], indirect=True, ids=str)
def test_beside_another_disease_the_batch_still_makes_those_whom_it_does_not_concern(
    today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (Path(__file__).parents[2] / "kit/policies/others/hpv.yaml").read_text(encoding="utf-8")
    made = actions.add_version(by=campaign.actor("county_lead", "110117"), file_name="hpv.yaml", content=text)
    dose_actions.measure_policy(by=campaign.actor("county_lead", "110117"), version_id=made.pk, from_on=today)
    actions.activate(by=campaign.actor("county_lead", "110117"), version_id=made.pk, from_on=today)
    girls = list(Person.objects.unscoped(campaign.ALL).filter(birth_on__gte=today - timedelta(days=6000)))[
        :20
    ]
    Dose.objects.unscoped(campaign.ALL).bulk_create(
        Dose(person=girl, number=1, group="HPV", product_id="HPV9", given_on=today - timedelta(days=at * 9),
             source="elsewhere", given_by="x", recorded_at=clock.now())
        for at, girl in enumerate(girls)
    )  # fmt: skip
    alone: list[Any] = []
    review = standings.review
    monkeypatch.setattr(standings, "review", lambda ids: alone.extend(ids) or review(ids))
    everyone()
    everybody = standings.read(list(Person.objects.unscoped(campaign.ALL).values_list("pk", flat=True)))
    told = {key: known.judged(rules.rules(today), today) for key, known in everybody.items()}
    assert {key: known.standings for key, known in everybody.items()} == {
        key: row.standings for key, row in told.items()
    }
    assert {girl.pk for girl in girls} <= set(alone)
    assert len(alone) < 0.8 * sum(bool(row.standings) for row in told.values())
    assert everyone() == 0


def test_most_people_are_in_the_batch_and_the_rest_is_judged_one_by_one(today: date) -> None:
    from vaxkit.immunization.batch_tables import tables_of
    from yingjie.doses.bulk_judging import judged

    tables = tables_of(rules.rules(today), today, "COVID-19")
    found = bulk_reading.read(bulk_reading.Whom("{id} IS NOT NULL", {}), tables, "COVID-19")
    told = judged(found, rules.rules(today), tables, today, "COVID-19")
    assert len(found) == MANY
    assert (told.here | told.alone).tolist() == found.has_facts.tolist()
    assert not (told.here & told.alone).any()
    assert told.here.sum() > 0.5 * found.has_facts.sum()
    assert told.alone.any()


def test_only_whom_the_day_concerns_is_written(today: date) -> None:
    everyone()
    later = today + timedelta(days=30)
    before = dict(row[:2] for row in written())
    due = {key for key, row in kept().items() if row["look_again_on"] and row["look_again_on"] <= later}
    with clock.at(noon(later)):
        assert turning(later) == len(due) > 0
        touched = {key for key, mark in written_marks().items() if mark != before[key]}
        assert touched == due
        rows, _ = one_by_one(later)
        assert {key: row for key, row in kept().items() if key in due} == {key: rows[key] for key in due}


def written_marks() -> dict[Any, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, xmin::text FROM doses_standing")
        return dict(cursor.fetchall())


@pytest.mark.parametrize("today", DAYS[:1], indirect=True, ids=str)
class TestSomebodyWritesInBetween:
    def test_a_standing_that_was_written_since_is_left_alone(
        self, today: date, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        everyone()
        Standing.objects.unscoped(campaign.ALL).update(doses_counted=7)
        someone = Standing.objects.unscoped(campaign.ALL).order_by("person_id").first()
        assert someone is not None

        def meanwhile(*given: Any) -> Any:
            found = read(*given)
            Standing.objects.unscoped(campaign.ALL).filter(person_id=someone.person_id).update(
                doses_counted=5, revision=someone.revision + 1
            )
            return found

        read = standings_in_bulk.read
        monkeypatch.setattr(standings_in_bulk, "read", meanwhile)
        assert everyone() == len(kept()) - 1
        assert kept()[someone.person_id]["doses_counted"] == 5

    def test_who_writes_facts_makes_the_revision_another_one(self, today: date) -> None:
        everyone()
        someone = Standing.objects.unscoped(campaign.ALL).order_by("person_id").first()
        assert someone is not None
        before = kept()
        standings.update([someone.person_id])
        again = Standing.objects.unscoped(campaign.ALL).get(person_id=someone.person_id)
        assert again.revision == someone.revision + 1
        assert kept() == before

    def test_few_are_judged_within_the_hour_and_many_by_a_job_of_which_there_is_one(
        self, today: date, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        everyone()
        standings.note_made(rules.fingerprint())
        later = today + timedelta(days=30)
        with clock.at(noon(later)):
            standings.note_made(rules.fingerprint())
            what_days_bring()  # with FEW at 0 everybody is many
            what_days_bring()
            assert [row.kind for row in Job.objects.all()] == ["doses.refresh_standings"]
            monkeypatch.setattr(standings_in_bulk, "FEW", 10_000)
            what_days_bring()
            assert Job.objects.count() == 1
            assert not [
                row for row in kept().values() if row["look_again_on"] and row["look_again_on"] <= later
            ]

    def test_the_job_commits_part_by_part(self, today: date) -> None:
        assert "doses.refresh_standings" in IN_PARTS

    def test_a_run_that_is_stopped_keeps_the_parts_that_were_done(
        self, today: date, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(standings_in_bulk, "PART", 100)

        def stopped(done: int, total: int) -> None:
            assert total == MANY
            if done == 200:
                raise Cancelled()

        with pytest.raises(Cancelled):
            standings_in_bulk.everyone(stopped)
        first = written()
        assert 0 < len(kept()) < MANY
        everyone()
        rows, _ = one_by_one(today)
        assert kept() == rows
        assert set(first) & set(written()) >= {row for row in first if row[0] in rows}

    def test_what_is_left_without_facts_goes(self, today: date) -> None:
        everyone()
        someone = Dose.objects.unscoped(campaign.ALL).order_by("person_id").first()
        assert someone is not None
        for model in (HealthCondition, PersonCategory):
            model.objects.unscoped(campaign.ALL).filter(person_id=someone.person_id).delete()
        Dose.objects.unscoped(campaign.ALL).filter(person_id=someone.person_id).update(voided_at=clock.now())
        assert everyone() == 1
        assert someone.person_id not in kept()
        assert not any(
            Dose.objects.unscoped(campaign.ALL)
            .filter(person_id=someone.person_id)
            .values_list("counts_as", flat=True)
        )


@pytest.mark.parametrize(
    ("product", "numbers", "complete"),
    [
        ("CANSINO-AD5", 1, True), ("BIBP-COVID19", 1, False), ("BIBP-COVID19", 2, True), ("ZHIFEI-CHO", 2, False),
        ("ZHIFEI-CHO", 3, True),
    ],
)  # fmt: skip
@pytest.mark.parametrize("few", [0, 10_000], ids=["batch", "interpreter"])
def test_the_primary_course_is_as_long_as_its_product_asks(
    db: None, monkeypatch: pytest.MonkeyPatch, product: str, numbers: int, complete: bool, few: int
) -> None:
    monkeypatch.setattr(standings_in_bulk, "FEW", few)
    on = date(2023, 9, 1)
    with clock.at(noon(on)):
        campaign.tree()
        person = campaign.person(1)
        days = [date(2021, 5, 1) + timedelta(days=40 * nth) for nth in range(numbers)]
        Dose.objects.unscoped(campaign.ALL).bulk_create(
            Dose(person=person, number=nth, product_id=product, given_on=day, source="elsewhere", given_by="x",
                 recorded_at=clock.now())
            for nth, day in enumerate(days, start=1)
        )  # fmt: skip
        assert everyone() == 1
        row = kept()[person.pk]
        assert (row["primary_number"], row["primary_on"]) == (
            (numbers, days[-1]) if complete else (None, None)
        )
        assert judging.judge(standings.facts_of(person.pk), rules.rules(on), on).standings["COVID-19"] == row


def test_a_key_group_is_seen_on_line_in_batch_and_by_a_count_of_effects(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second booster is for key groups among others: whoever joins one is due for it within that action, and not after it."""
    on = date(2022, 12, 20)
    with clock.at(noon(on)):
        campaign.tree()
        person = Person.objects.create(
            id=uuid7(), area_id=campaign.VILLAGE, name="某", pinyin="mou", sex="female", birth_on=date(1990, 1, 1),
            registered_on=date(2021, 1, 1), source="test",
        )  # fmt: skip
        first = date(2021, 3, 1)
        Dose.objects.unscoped(campaign.ALL).bulk_create(
            Dose(person=person, number=nth, product_id=campaign.BIBP, given_on=first + timedelta(days=day), source="elsewhere",
                 given_by="x", recorded_at=clock.now())
            for nth, day in enumerate((0, 28, 250), start=1)
        )  # fmt: skip
        standings.update([person.pk])
        assert (kept()[person.pk]["next_number"], kept()[person.pk]["completed_on"] is None) == (None, False)
        circumstances.add_category(by=campaign.maker, person_id=person.pk, code="medical")
        joined = kept()[person.pk]
        assert (joined["next_number"], joined["completed_on"]) == (4, None)
        assert queries.standing_of(person.pk, on).status is Status.DUE
        monkeypatch.setattr(standings_in_bulk, "FEW", 0)
        before = written()
        assert everyone() == 0
        assert written() == before
        resident = [effects._Resident(campaign.VILLAGE, 32, standings.facts_of(person.pk))]
        for in_batch in (True, False):
            assert effects._answers(resident, rules.rules(on), on, "COVID-19", in_batch) == [("due", 4)]
        circumstances.end_category(by=campaign.maker, person_id=person.pk, code="medical")
        assert kept()[person.pk]["next_number"] is None
        assert everyone() == 0


def test_whoever_is_only_in_a_group_that_rules_ask_for_has_a_standing(db: None) -> None:
    with clock.at(noon(date(2021, 1, 20))):  # the first weeks of the campaign are for key groups
        campaign.tree()
        person = campaign.person(1)
        assert kept() == {}
        circumstances.add_category(by=campaign.maker, person_id=person.pk, code="teacher")
        assert kept() == {}
        circumstances.add_category(
            by=campaign.maker, person_id=person.pk, code="port", until_on=date(2021, 2, 1)
        )
        assert kept()[person.pk]["look_again_on"] == date(2021, 2, 1)
        assert everyone() == 0


def test_few_are_judged_in_batch_where_its_compiler_is_loaded_already(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import vaxkit.immunization.batch_kernel  # noqa: F401 - that it is loaded is the point

    assert standings_in_bulk._few() == standings_in_bulk.FEW_WHEN_LOADED
    monkeypatch.setattr(standings_in_bulk, "FEW", 0)
    assert standings_in_bulk._few() == 0
    monkeypatch.delitem(sys.modules, "vaxkit.immunization.batch_kernel")
    monkeypatch.setattr(standings_in_bulk, "FEW", 3_000)
    assert standings_in_bulk._few() == 3_000


def test_a_dose_row_is_what_copy_takes() -> None:
    """Three columns, each after its length: id, person, what it counts as."""
    dose, person = UUID(int=1), UUID(int=2)
    row = bulk_rows.dose_row(dose, person, 3)
    assert row == b"\0\x03" + b"\0\0\0\x10" + dose.bytes + b"\0\0\0\x10" + person.bytes + b"\0\0\0\x02\0\x03"
