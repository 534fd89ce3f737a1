"""Where people stand, in SQL: the same as vaxkit says of each, on histories made at random, today and on past days."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from tests.modules import campaign as world
from vaxkit.coverage.closing import Facts, close, own_goal
from vaxkit.vocabulary import Status
from yingjie.doses import actions as doses
from yingjie.doses import judging, standings
from yingjie.doses import queries as dose_queries
from yingjie.doses.models import Dose, Standing
from yingjie.foundation import clock
from yingjie.outreach import closings
from yingjie.outreach.campaign import born_until
from yingjie.outreach.models import Attempt
from yingjie.people.models import HealthCondition, Person, Whereabouts
from yingjie.vaccines import rules

pytestmark = pytest.mark.django_db
DAY = date(2021, 6, 30)
#: The number of the last dose of the course that is offered first.
COURSE = 2
WORDS = ("agreed", "thinking", "refused", "away", "medical", "not_met")


@pytest.fixture(autouse=True)
def tree(db: None) -> None:
    world.tree()


def moment(on: date, hour: int = 12) -> datetime:
    return datetime(on.year, on.month, on.day, hour, tzinfo=clock.CAMPAIGN_ZONE)


class History:
    """Made-up people with doses, visits, whereabouts and conditions; and what vaxkit is told of each, recounted row by row."""

    def __init__(self, seed: int, count: int) -> None:
        self.rng = Random(seed)
        self.people = [self._person() for _ in range(count)]
        standings.update([person.pk for person in self.people])

    def _day(self) -> date:
        return DAY - timedelta(days=self.rng.randrange(60))

    def _person(self) -> Person:
        rng = self.rng
        person = Person.objects.create(
            area_id=rng.choice((world.VILLAGE, world.OTHER_VILLAGE)), name="某人", pinyin="", sex="male",
            birth_on=date(rng.choice((1940, 1980, 2012, 2020)), 1, 1), registered_on=date(2021, 1, 1), source="test",
            whereabouts=rng.choice(("here", "here", "nearby", "away")), entered_at=moment(date(2021, 1, 1)),
        )  # fmt: skip
        product = rng.choice((world.BIBP, world.BIBP, "CANSINO-AD5", "ZHIFEI-CHO"))
        for number in range(1, rng.choice((0, 0, 1, 2, 3)) + 1):
            self._dose(person, number, product)
        for _ in range(rng.randrange(4)):
            self._visit(person)
        if rng.random() < 0.3:
            Whereabouts.objects.create(
                person=person, word=rng.choice(("away", "here")), from_on=self._day(), by="t", recorded_at=moment(date(2021, 2, 1)),
            )  # fmt: skip
        if rng.random() < 0.3:
            begin = self._day()
            HealthCondition.objects.create(
                person=person, code=rng.choice(("uncontrolled-epilepsy", "pregnancy", "diabetes")), from_on=begin,
                until_on=rng.choice((None, begin + timedelta(days=10))), by="t", recorded_at=moment(date(2021, 2, 1)),
            )  # fmt: skip
        return person

    def _dose(self, person: Person, number: int, product: str) -> None:
        on, voided = self._day(), self.rng.random() < 0.1
        Dose.objects.create(
            person=person, number=number, product_id=product,
            given_on=on, source="elsewhere" if self.rng.random() < 0.4 else "site", site_id=UUID(int=1), given_at=moment(on),
            lot_number="L", given_by="t", recorded_at=moment(on), voided_at=moment(DAY) if voided else None,
        )  # fmt: skip

    def _visit(self, person: Person) -> None:
        outcome = self.rng.choice(WORDS)
        reason = (
            "afraid"
            if outcome == "refused"
            else self.rng.choice(("", "contraindication"))
            if outcome == "medical"
            else ""
        )
        Attempt.objects.create(
            person=person,
            at=moment(self._day(), self.rng.randrange(24)),
            by="t",
            outcome=outcome,
            reason=reason,
        )

    def facts(self, person: Person, on: date, goal: int) -> tuple[Facts, int]:
        """What vaxkit is told of a person, and which goal is hers."""
        doses = [
            d
            for d in person.doses.unscoped("test")
            if d.counts_as is not None and d.given_on <= on and d.voided_at is None
        ]
        last_on = max((dose.given_on for dose in doses), default=date.min)
        visits = [
            visit for visit in person.attempts.unscoped("test")
            if visit.outcome != "not_met" and visit.at.astimezone(clock.CAMPAIGN_ZONE).date() <= on
        ]  # fmt: skip
        newest = max(visits, key=lambda visit: (visit.at, visit.pk), default=None)
        heard = ""
        if newest and newest.at.astimezone(clock.CAMPAIGN_ZONE).date() > last_on:
            heard = (
                "contraindication"
                if (newest.outcome, newest.reason) == ("medical", "contraindication")
                else newest.outcome
            )
        told = [row.word for row in person.whereabouts_rows.unscoped("test") if row.from_on <= on]
        kept = Standing.objects.unscoped("test").filter(person=person, group="COVID-19").first()
        completed_on = kept.completed_on if kept else None
        known = standings.facts_of(person.pk)
        known = replace(known, doses=tuple(dose for dose in known.doses if dose.on <= on))
        status = judging.advice(known, rules.rules(on), on, "COVID-19").status
        is_over = bool(doses) and completed_on is not None and completed_on <= last_on
        has_course = (
            bool(doses) and kept is not None and kept.primary_on is not None and kept.primary_on <= on
        )
        return Facts(
            doses=len(doses), doses_elsewhere=sum(dose.source == "elsewhere" for dose in doses),
            is_complete=is_over or (goal <= COURSE and has_course),
            is_offered=person.birth_on <= born_until(on), is_contraindicated=status is Status.CONTRAINDICATED,
            lives_away=(told[0] if told else person.whereabouts) == "away", is_deferred=status is Status.DEFERRED,
            heard=heard,
        ), own_goal(goal, COURSE, len(doses), has_course)  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2])
def test_sql_says_what_vaxkit_says_of_each(seed: int) -> None:
    with clock.at(moment(DAY, 23)):
        history = History(seed, 120)
        for on in (DAY, DAY - timedelta(days=20)):
            people = closings.here(Person.objects.unscoped("test"))
            for goal in (1, 2, 3):
                found = closings.relation(people, closings.Asked(on, goal))
                rows = closings.run(
                    closings.Statement(f"SELECT person_id, term, dose FROM ({found.sql}) t", found.parameters)
                )
                told = {person.pk: close(*history.facts(person, on, goal)) for person in history.people}
                assert {key: (term, dose) for key, term, dose in rows} == {
                    key: (closing.term.value, closing.dose) for key, closing in told.items()
                }
                counted = Counter((p.area_id, told[p.pk].code) for p in history.people)
                assert closings.counts(people, closings.Asked(on, goal), 12) == counted


def test_a_refusal_at_the_door_counts_until_a_dose_or_a_newer_word() -> None:
    person = Person.objects.create(
        area_id=world.VILLAGE, name="某人", pinyin="", sex="male", birth_on=date(1950, 1, 1), registered_on=date(2021, 1, 1),
        source="test",
    )  # fmt: skip

    def term(goal: int = 1) -> str:
        people = closings.here(Person.objects.unscoped("test"))
        ((_place, code),) = closings.counts(people, closings.Asked(DAY, goal), 12)
        return code

    def visit(days_ago: int, outcome: str, reason: str = "") -> None:
        at = moment(DAY - timedelta(days=days_ago))
        Attempt.objects.create(person=person, at=at, by="t", outcome=outcome, reason=reason)

    assert term() == "to_do"
    visit(9, "refused", "afraid")
    assert term() == "declined"
    visit(8, "not_met")
    assert term() == "declined"
    visit(7, "thinking")
    assert term() == "to_do"
    visit(6, "refused", "afraid")
    on = DAY - timedelta(days=5)
    Dose.objects.create(
        person=person, number=1, counts_as=1, product_id=world.BIBP, given_on=on, source="site", site_id=UUID(int=1),
        given_at=moment(on), lot_number="L", given_by="t", recorded_at=moment(on),
    )  # fmt: skip
    assert (term(), term(2)) == ("done_1", "to_do")
    visit(1, "refused", "afraid")
    assert (term(), term(2)) == ("done_1", "declined")


def test_a_day_of_the_past_counts_a_dose_as_it_was_known_then() -> None:
    """A record taken back, one amended, and one that came late: yesterday, as known then, is what it was."""
    with clock.at(moment(DAY)):
        people = [world.person(nth) for nth in (1, 3, 5, 7)]
        for person, numbers in zip(people, ((1,), (1,), (), (1, 2)), strict=True):
            for number in numbers:
                _given(person, number, DAY - timedelta(days=60 - 28 * number))
    tomorrow = DAY + timedelta(days=1)
    before = told(DAY, None, DAY)
    assert before == {"done_1": 2, "done_2": 1, "to_do": 1}
    with clock.at(moment(tomorrow)):
        rows = Dose.objects.unscoped("test").order_by("number")
        wrong, amended, _nobody, both = (list(rows.filter(person=each)) for each in people)
        doses.correct(by=world.maker, person_id=people[0].pk, dose_id=wrong[0].pk, reason="登记错误")
        doses.amend(
            by=world.maker,
            person_id=people[1].pk,
            dose_id=amended[0].pk,
            reason="日期错误",
            given_on=DAY - timedelta(days=9),
        )
        doses.correct(by=world.maker, person_id=people[3].pk, dose_id=both[1].pk, reason="登记错误")
        _given(people[2], 1, DAY - timedelta(days=30))
    ends = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=clock.CAMPAIGN_ZONE)
    assert told(DAY, ends, tomorrow) == before
    assert told(DAY, None, tomorrow) == {"to_do": 1, "done_1": 3}
    with clock.at(moment(tomorrow, 20)):
        covered = [
            sum(dose_queries.covered_by_village(world.maker, "11", dose_number=number, up_to=up_to).values())
            for up_to in (ends, clock.now())
            for number in (1, 2)
        ]
        given = sum(dose_queries.given_by_village(world.maker, "11", up_to=ends).values())
    assert covered == [3, 1, 3, 0]
    assert given == 4


def told(on: date, known_at: datetime | None, today: date) -> dict[str, int]:
    with clock.at(moment(today, 20)):
        people = closings.here(Person.objects.unscoped("test"))
        return {
            code: n
            for (_place, code), n in closings.counts(people, closings.Asked(on, 1, known_at), 6).items()
        }


def _given(person: Person, number: int, on: date) -> None:
    Dose.objects.create(
        person=person, number=number, product_id=world.BIBP, given_on=on, source="site", site_id=UUID(int=1),
        given_at=moment(on), lot_number="L", given_by="t", recorded_at=clock.now(),
    )  # fmt: skip
    standings.update([person.pk])
