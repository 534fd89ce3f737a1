"""A month replayed, every figure counted again from the raw rows in plain Python and compared exactly.

The events come from a seed: people register, move between villages, die, are employed and sorted into groups; doses are given,
entered late, taken back; bulletins are issued at odd hours. The recount knows nothing of the product's statements: it reads the
rows one by one.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from random import Random

import pytest

from tests.modules.oversight.tiny_county import COUNTY, FIRST, NORTH, SECOND, SOUTH, THIRD, actor
from vaxkit.coverage import AGE_BANDS, Rule, lower_bound
from yingjie.areas.models import Line as AreaLine
from yingjie.areas.unit_actions import open_unit
from yingjie.doses.models import Dose, Standing
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, Held
from yingjie.foundation.refusals import NotFound
from yingjie.oversight import actions, free_query, queries, rankings
from yingjie.oversight.content import BulletinContent, Line
from yingjie.oversight.free_query import Asked
from yingjie.people.models import Employment, Person, PersonCategory, Stay

pytestmark = pytest.mark.django_db

BEGINS, DAYS = date(2021, 5, 20), 24
VILLAGES = (FIRST, SECOND, THIRD, SOUTH)  # some stand in the township without a village
LEAD = actor("county_lead", COUNTY)
BORN = (
    date(2016, 5, 1),
    date(2007, 2, 1),
    date(1990, 7, 7),
    date(1955, 5, 29),
    date(1946, 1, 1),
    date(1935, 3, 3),
)
ALL = "the recount reads everything"


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), clock.CAMPAIGN_ZONE)


def replay(rng: Random) -> Iterator[tuple[date, datetime]]:
    """Each day's events in the rows themselves, then the hour at which its bulletin is counted."""
    people = [_register(rng, BEGINS - timedelta(days=30)) for _ in range(90)]
    unit = open_unit(by=LEAD, area_code=FIRST, name="中学", kind="school", opened_on=date(2021, 1, 1))
    for someone in people[::4]:
        Employment.objects.create(person=someone, unit=unit, from_on=date(2021, 2, 1), main=True)
    for someone in people[::3]:
        for code in rng.sample(("teacher", "student", "courier"), rng.randint(1, 2)):
            PersonCategory.objects.create(person=someone, code=code, recorded_at=at(BEGINS, 1))
    for back in range(DAYS):
        day = BEGINS + timedelta(days=back)
        for _ in range(rng.randint(0, 3)):
            people.append(_register(rng, day))
        for _ in range(rng.randint(2, 9)):
            _dose(rng, rng.choice(people), day)
        if rng.random() < 0.4:
            _take_back(rng, day)
        if rng.random() < 0.5:
            _move(rng, rng.choice(people), day)
        yield day, at(day, rng.choice((9, 17, 18, 23)), 30)


def _line() -> str:
    """The line of the one unit there is."""
    return AreaLine.objects.order_by("order").values_list("code", flat=True)[0]


def _register(rng: Random, day: date) -> Person:
    return Person.objects.create(
        area_id=rng.choice(VILLAGES), name="某人", pinyin="", sex="female", birth_on=rng.choice(BORN), registered_on=day,
        source="test", entered_at=at(day, 8, rng.randint(0, 59)), left_on=None,
    )  # fmt: skip


def _dose(rng: Random, someone: Person, day: date) -> None:
    """The next dose by number; one in four entered a day or more later."""
    had = Dose.objects.unscoped(ALL).filter(person=someone, voided_at__isnull=True).count()
    if had >= 2 or someone.birth_on > day.replace(year=day.year - 18):
        return
    given = at(day, rng.randint(8, 21), rng.randint(0, 59))
    late = timedelta(hours=rng.choice((1, 20, 30, 75))) if rng.random() < 0.25 else timedelta(minutes=1)
    Dose.objects.unscoped(ALL).create(
        person=someone, number=had + 1, counts_as=had + 1, product_id="BIBP-COVID19", given_on=day, given_at=given,
        source="elsewhere", given_by="test", recorded_at=given + late,
    )  # fmt: skip
    if had + 1 == 2:
        Standing.objects.unscoped(ALL).update_or_create(
            person=someone,
            group="COVID-19",
            defaults={"doses_counted": 2, "primary_number": 2, "primary_on": day},
        )


def _take_back(rng: Random, day: date) -> None:
    """Somebody's last dose, recorded before, was no dose at all."""
    rows = Dose.objects.unscoped(ALL).filter(voided_at__isnull=True, number=1, recorded_at__lt=at(day, 1))
    alone = [row for row in rows.order_by("given_at", "id") if row.person.doses.unscoped(ALL).count() == 1]
    if alone:
        row = rng.choice(alone)
        row.voided_at, row.counts_as = at(day, 14), None
        row.save(update_fields=["voided_at", "counts_as"])


def _move(rng: Random, someone: Person, day: date) -> None:
    """To another village, or out of the ledger: the former truth and the new one as stays."""
    Person.objects.unscoped(ALL).filter(pk=someone.pk)
    fresh = Person.objects.unscoped(ALL).get(pk=someone.pk)
    if fresh.has_stays or fresh.left_on:
        return
    recorded = at(day, 15, rng.randint(0, 59))
    if recorded <= fresh.entered_at:
        return
    common = {"person": fresh, "birth_on": fresh.birth_on}
    Stay.objects.unscoped(ALL).create(
        **common, area_id=fresh.area_id, recorded_at=fresh.entered_at, retracted_at=recorded
    )
    gone = rng.random() < 0.3
    Stay.objects.unscoped(ALL).create(
        **common,
        area_id=fresh.area_id,
        until_on=day,
        ended_by="died" if gone else "moved",
        recorded_at=recorded,
    )
    if gone:
        Person.objects.unscoped(ALL).filter(pk=fresh.pk).update(has_stays=True, left_on=day, left_as="died")
        return
    to = rng.choice([each for each in VILLAGES if each != fresh.area_id])
    Stay.objects.unscoped(ALL).create(**common, area_id=to, from_on=day, recorded_at=recorded)
    Person.objects.unscoped(ALL).filter(pk=fresh.pk).update(has_stays=True, area_id=to, moved_in_on=day)


class Recount:
    """The figures of a day from the rows, one by one."""

    def __init__(self, on: date, cut: datetime, reported: datetime | None) -> None:
        self.on, self.cut, self.reported = on, cut, reported
        self.people = list(Person.objects.unscoped(ALL))
        self.doses = list(Dose.objects.unscoped(ALL))
        self.stays = list(Stay.objects.unscoped(ALL))
        self.lives = {person.pk: self._lives(person) for person in self.people}

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

    def line(self, code: str) -> dict[str, object]:
        """What a line of a bulletin says of an area."""
        minimum = self.on.replace(year=self.on.year - 18)
        mine = [each for each in self.people if (self.lives[each.pk] or "").startswith(code)]
        had = {(dose.person_id, dose.number) for dose in self.doses if self.known(dose)}
        week = {
            dose.person_id
            for dose in self.doses
            if self.known(dose) and dose.number == 1 and dose.given_on > self.on - timedelta(days=7)
        }
        homes = {each.pk: self.last_area(each) or "" for each in self.people}
        given = [dose for dose in self.doses if self.known(dose) and homes[dose.person_id].startswith(code)]
        late = [
            dose
            for dose in given
            if self.reported is not None and dose.given_on < self.on and dose.recorded_at > self.reported
        ]
        return {
            "people": sum(each.birth_on <= minimum for each in mine),
            "first": sum((each.pk, 1) in had for each in mine),
            "full": sum((each.pk, 2) in had for each in mine),
            "recent": sum(each.pk in week for each in mine),
            "today": tuple(sum(d.number == n and d.given_on == self.on for d in given) for n in (1, 2)),
            "to_date": tuple(sum(d.number == n for d in given) for n in (1, 2)),
            "late": len(late),
            "late_days": Counter((dose.given_on, dose.number) for dose in late),
        }

    def bands(self) -> dict[str, tuple[int, int, int]]:
        minimum, found = self.on.replace(year=self.on.year - 18), {}
        had = {(dose.person_id, dose.number) for dose in self.doses if self.known(dose)}
        for band in AGE_BANDS:
            mine = [
                each
                for each in self.people
                if self.lives[each.pk]
                and band.age_from <= _age(each.birth_on, self.on) <= (band.age_until or 999)
            ]
            counts = (
                sum(each.birth_on <= minimum for each in mine),
                sum((each.pk, 1) in had for each in mine),
                sum((each.pk, 2) in had for each in mine),
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
            expected = again.line(line.code)
            expected.pop("late_days")
            assert said(line) == expected, (content.on, line.name)
    total = again.line(content.area_code)
    late_days = total.pop("late_days")
    assert said(content.total) == total
    assert {(each.on, each.number): each.doses for each in content.late_days} == late_days
    assert {
        group.code: (group.people, group.first_dose, group.full_course)
        for group in content.groups
        if group.kind == "age"
    } == again.bands()
    by_line = [group for group in content.groups if group.kind == "line"]
    for of, whole in (("people", content.total.people), ("first_dose", content.total.first_dose)):
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


def test_a_month_replayed_is_counted_again_from_the_rows(county: str) -> None:
    rng, issued, cuts = Random(20210520), [], []
    for day, cut in replay(rng):
        with clock.at(at(day, 23, 59)):  # counted at an earlier hour, when less was known
            reported = cuts[-1] if cuts else None
            bulletin = actions.issue(by=LEAD, area_code=COUNTY, on=day, cut_off_at=cut)
            content = queries.shown(LEAD, COUNTY, day)
            check(content, Recount(day, cut, reported))
            issued.append((day, bulletin.content_sha256, queries.file(LEAD, COUNTY, day, "xlsx", "zh-hans")))
            cuts.append(cut)
    end = at(BEGINS + timedelta(days=DAYS + 5), 12)
    with clock.at(end):
        _same_as_issued(issued)
        _adjustments_explain_the_sums([queries.shown(LEAD, COUNTY, day) for day, _sha, _file in issued])
        _others_agree_and_see_no_more(end)
        _places_rest_on_what_they_say(queries.shown(LEAD, COUNTY, issued[-1][0]))


def _same_as_issued(issued: list[tuple[date, str, bytes]]) -> None:
    """Everything since was recorded late, taken back or moved: nothing that was issued changes, and it can be counted again."""
    for day, sha, _file in issued:
        found = queries.issued(LEAD, COUNTY, day)
        assert found is not None and found.sha256 == sha
        frozen, again = queries.recount(LEAD, COUNTY, day)
        assert frozen == again, day
    day, _sha, file = issued[-1]
    assert queries.file(LEAD, COUNTY, day, "xlsx", "zh-hans") == file


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
    of_line = Actor(name="line", held=(Held("line_lead", COUNTY, line_code=_line()),))
    seen = free_query.answer(of_line, Asked(COUNTY, "people", "village", day))
    by_line = free_query.answer(LEAD, Asked(COUNTY, "people", "line", day))
    assert seen.total == by_line.row_sums[_line()]
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
