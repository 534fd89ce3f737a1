"""A month replayed through the actions, every figure counted again from the raw rows in plain Python and compared exactly.

What happens comes from a seed (`replay.py`). Bulletins are issued at odd hours, and what comes after the hour changes what was
counted before it. The recount knows nothing of the product's statements: it reads the rows one by one.
"""

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from tests.modules.oversight.replay import ALL, VERBS, Replay, at
from tests.modules.oversight.tiny_county import COUNTY, FIRST, NORTH, SECOND, SOUTH, actor
from vaxkit.coverage import AGE_BANDS, Rule, lower_bound
from yingjie.areas.models import Unit
from yingjie.doses.models import Dose
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, Held
from yingjie.foundation.refusals import NotFound
from yingjie.oversight import actions, free_query, queries, rankings, reproducing
from yingjie.oversight.content import BulletinContent, Line
from yingjie.oversight.free_query import Asked
from yingjie.people.models import Employment, Person, PersonCategory, Stay

pytestmark = pytest.mark.django_db

BEGINS, DAYS = date(2021, 5, 20), 24
LEAD = actor("county_lead", COUNTY)
NO_LINE = "none"


class Recount:
    """The figures of a day from the rows, one by one."""

    def __init__(self, on: date, cut: datetime, reported: datetime | None) -> None:
        self.on, self.cut, self.reported = on, cut, reported
        self.people = list(Person.objects.unscoped(ALL))
        self.doses = list(Dose.objects.unscoped(ALL))
        self.stays = list(Stay.objects.unscoped(ALL))
        self.lives = {person.pk: self._lives(person) for person in self.people}
        by_day = sorted((dose for dose in self.doses if self.known(dose)), key=lambda dose: dose.given_on)
        self.had = Counter(dose.person_id for dose in by_day)
        self.first_on = {dose.person_id: dose.given_on for dose in reversed(by_day)}
        self.line_of = self._lines()
        self.groups = {
            (row.person_id, row.code)
            for row in PersonCategory.objects.unscoped(ALL)
            if (row.from_on or date.min) <= on < (row.until_on or date.max)
        }

    def _known_stays(self, person: Person) -> list[Stay]:
        return [
            stay
            for stay in self.stays
            if stay.person_id == person.pk
            and stay.recorded_at <= self.cut
            and (stay.retracted_at is None or stay.retracted_at > self.cut)
        ]

    def _lives(self, person: Person) -> str | None:
        """Where they count on the day, as known at the cut-off; None: nowhere."""
        if not person.has_stays:
            is_here = person.entered_at <= self.cut and (person.left_on is None or person.left_on > self.on)
            return person.area_id if is_here else None
        for stay in self._known_stays(person):
            if (stay.from_on is None or stay.from_on <= self.on) and (
                stay.until_on is None or stay.until_on > self.on
            ):
                return stay.area_id
        return None

    def last_area(self, person: Person) -> str | None:
        if not person.has_stays:
            return person.area_id
        stays = [
            stay for stay in self._known_stays(person) if stay.from_on is None or stay.from_on <= self.on
        ]
        return max(stays, key=lambda stay: stay.from_on or date.min).area_id if stays else None

    def known(self, dose: Dose) -> bool:
        return dose.recorded_at <= self.cut and (dose.voided_at is None or dose.voided_at > self.cut)

    def line(self, code: str, numbers: tuple[int, ...]) -> dict[str, object]:
        """What a line of a bulletin says of an area, its doses by these numbers."""
        minimum = self.on.replace(year=self.on.year - 18)
        mine = [each for each in self.people if (self.lives[each.pk] or "").startswith(code)]
        week = {key for key, day in self.first_on.items() if day > self.on - timedelta(days=7)}
        homes = {each.pk: self.last_area(each) or "" for each in self.people}
        given = [dose for dose in self.doses if self.known(dose) and homes[dose.person_id].startswith(code)]
        late = [
            dose
            for dose in given
            if self.reported is not None and dose.given_on < self.on and dose.recorded_at > self.reported
        ]
        return {
            "people": sum(each.birth_on <= minimum for each in mine),
            "first": sum(self.had[each.pk] >= 1 for each in mine),
            "full": sum(self.had[each.pk] >= 2 for each in mine),
            "recent": sum(each.pk in week for each in mine),
            "today": tuple(sum(d.number == n and d.given_on == self.on for d in given) for n in numbers),
            "to_date": tuple(sum(d.number == n for d in given) for n in numbers),
            "late": len(late),
            "late_days": Counter((dose.given_on, dose.number) for dose in late),
        }

    def _lines(self) -> dict[object, str]:
        of_unit = dict(Unit.objects.unscoped(ALL).values_list("pk", "line_id"))
        rows = [
            row
            for row in Employment.objects.unscoped(ALL).filter(main=True)
            if row.from_on <= self.on < (row.until_on or date.max)
        ]
        rows.sort(key=lambda row: (row.from_on, row.pk))
        return {row.person_id: of_unit[row.unit_id] or NO_LINE for row in rows}

    def grouped(self) -> dict[tuple[str, str], tuple[int, int, int]]:
        """People, first doses, full courses by line and by group; nothing of those with nobody."""
        here = [each for each in self.people if self.lives[each.pk]]
        of = {("line", code): [e for e in here if self.line_of.get(e.pk, NO_LINE) == code]
              for code in {NO_LINE, *self.line_of.values()}}  # fmt: skip
        for code in {code for _person, code in self.groups}:
            of["category", code] = [each for each in here if (each.pk, code) in self.groups]
        counted = {key: self._sums(mine) for key, mine in of.items()}
        return {key: sums for key, sums in counted.items() if any(sums)}

    def _sums(self, mine: list[Person]) -> tuple[int, int, int]:
        minimum = self.on.replace(year=self.on.year - 18)
        return (
            sum(each.birth_on <= minimum for each in mine),
            sum(self.had[each.pk] >= 1 for each in mine),
            sum(self.had[each.pk] >= 2 for each in mine),
        )

    def bands(self) -> dict[str, tuple[int, int, int]]:
        found = {}
        for band in AGE_BANDS:
            counts = self._sums(
                [
                    each
                    for each in self.people
                    if self.lives[each.pk]
                    and band.age_from <= _age(each.birth_on, self.on) <= (band.age_until or 999)
                ]
            )
            if any(counts):
                found[band.code] = counts
        return found


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def said(line: Line) -> dict[str, object]:
    return {
        "people": line.people, "first": line.first_dose, "full": line.full_course, "recent": line.recent, "today": line.today,
        "to_date": line.to_date, "late": line.late,
    }  # fmt: skip


def check(content: BulletinContent, again: Recount) -> None:
    for line in content.lines:
        if line.code:
            expected = again.line(line.code, content.dose_numbers)
            expected.pop("late_days")
            assert said(line) == expected, (content.on, line.name)
    total = again.line(content.area_code, content.dose_numbers)
    late_days = total.pop("late_days")
    assert said(content.total) == total
    assert {(each.on, each.number): each.doses for each in content.late_days} == late_days
    assert {
        group.code: (group.people, group.first_dose, group.full_course)
        for group in content.groups
        if group.kind == "age"
    } == again.bands()
    assert {
        (group.kind, group.code): (group.people, group.first_dose, group.full_course)
        for group in content.groups
        if group.kind != "age"
    } == again.grouped()
    by_line = [group for group in content.groups if group.kind == "line"]
    for of, whole in (
        ("people", content.total.people), ("first_dose", content.total.first_dose),
        ("full_course", content.total.full_course),
    ):  # fmt: skip
        assert sum(getattr(group, of) for group in by_line) == whole
    if content.annex:
        assert said(content.total) == {
            key: _sum(line, key) for key in said(content.total) for line in [content.annex]
        }


def _sum(lines: tuple[Line, ...], key: str) -> object:
    values = [said(line)[key] for line in lines]
    if isinstance(values[0], tuple):
        return tuple(sum(parts) for parts in zip(*values, strict=True))
    return sum(values)  # type: ignore[arg-type]


def test_a_month_replayed_is_counted_again_from_the_rows(county: str, tmp_path: Path) -> None:
    rng, issued = Random(20210520), []
    world, reported = Replay(rng, tmp_path, BEGINS - timedelta(days=35)), None
    for day in (BEGINS + timedelta(days=back) for back in range(DAYS)):
        hour = rng.choice((9, 17, 18, 22))
        hours = sorted(rng.randint(8, 23) for _ in range(9))
        for nth, each in enumerate(each for each in hours if each < hour):
            world.step(at(day, each, nth))
        cut = at(day, hour, 30)
        with clock.at(cut):
            bulletin = actions.issue(by=LEAD, area_code=COUNTY, on=day)
            check(queries.shown(LEAD, COUNTY, day), Recount(day, cut, reported))
        for nth, each in enumerate(each for each in hours if each > hour):
            world.step(at(day, each, nth))
        issued.append((day, bulletin.content_sha256))
        reported = cut
    assert set(world.happened) == set(VERBS)
    end = at(BEGINS + timedelta(days=DAYS + 5), 12)
    with clock.at(end):
        world.somebody_has_a_line()
        _same_as_issued(issued)
        _adjustments_explain_the_sums([queries.shown(LEAD, COUNTY, day) for day, _sha in issued])
        _others_agree_and_see_no_more(end)
        _places_rest_on_what_they_say(queries.shown(LEAD, COUNTY, issued[-1][0]))


def _same_as_issued(issued: list[tuple[date, str]]) -> None:
    """Whatever was recorded late, taken back, moved, joined, sorted otherwise or taken out since: nothing that was issued changes,
    and every figure of it is counted again."""
    for day, sha in issued:
        found = queries.issued(LEAD, COUNTY, day)
        assert found is not None and found.sha256 == sha
        frozen, again = queries.recount(LEAD, COUNTY, day)
        assert reproducing.differences(frozen, again) == (), day
        assert frozen == again, day


def _adjustments_explain_the_sums(bulletins: list[BulletinContent]) -> None:
    for one, other in pairwise(bulletins):
        grown = other.total.doses_to_date - one.total.doses_to_date
        assert grown == other.total.doses_today + other.total.late + (other.adjusted or 0)


def _others_agree_and_see_no_more(end: datetime) -> None:
    """Townships add up to the county; a village, a line and a stranger get their own figures or none."""
    day = clock.day_of(end)
    county = queries.draft(LEAD, COUNTY, day)
    for line in county.lines:
        below = queries.draft(actor("town_lead", line.code), line.code, day)
        assert said(below.total) | {"late": 0} == said(line) | {"late": 0}
    by_village = free_query.answer(LEAD, Asked(COUNTY, "first", "village", day))
    assert by_village.total.numerator == county.total.first_dose
    village = actor("village_officer", FIRST)
    own = free_query.answer(village, Asked(FIRST, "first", "village", day))
    assert own.total.numerator == by_village.row_sums[FIRST].numerator
    its_line = next(group.code for group in county.groups if group.kind == "line" and group.code != NO_LINE)
    of_line = Actor(name="line", held=(Held("line_lead", COUNTY, line_code=its_line),))
    seen = free_query.answer(of_line, Asked(COUNTY, "people", "village", day))
    by_line = free_query.answer(LEAD, Asked(COUNTY, "people", "line", day))
    assert seen.total == by_line.row_sums[its_line]
    assert sum(each.numerator for each in by_line.row_sums.values()) == county.total.people
    for who, code in (
        (village, COUNTY),
        (village, SECOND),
        (actor("town_lead", NORTH), SOUTH),
        (of_line, "11"),
    ):
        with pytest.raises(NotFound):
            free_query.answer(who, Asked(code, "people", "village", day))
        with pytest.raises(NotFound):
            queries.draft(who, code, day)


def _places_rest_on_what_they_say(content: BulletinContent) -> None:
    """Places worked out anew: as many stand before somebody as have a strictly better value."""
    for what in ("areas", "villages"):
        for rule in Rule:
            rows = rankings.scores(content, rule, what)
            values = {
                row.key: (row.rests_on.numerator if rule is Rule.REMAINING else lower_bound(row.rests_on))
                if rule is not Rule.RATE
                else row.rests_on.rate
                for row in rows
                if row.place is not None
            }
            for row in rows:
                if row.place is not None:
                    assert row.place == 1 + sum(value > values[row.key] for value in values.values())
