"""How counts by village become a bulletin's lines, totals and places. Pure: counts in, lines out.

Counts come keyed by the village's twelve digits, or by a shorter code for people of whom only the town or county is known. Every
key lands in exactly one line, so the lines always add up to all that was counted.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from vaxkit.coverage import Coverage, Ranked, rank
from vaxkit.coverage.accuracy import ListAccuracy
from yingjie.oversight.content import Line, empty_line

SMALL_BELOW = 30
"""Areas with fewer people are listed without a place: see vaxkit.coverage.ranking, which names the source."""


@dataclass(frozen=True)
class Place:
    """An area to be listed; `under` is the name of the town it lies in, where that is to be shown."""

    code: str
    name: str
    under: str = ""


@dataclass(frozen=True)
class Counts:
    """What was counted, by village (or shorter) code: people in scope, doses by number, people covered (`recent`: since a week).

    `late` are doses of earlier days recorded since the previous bulletin's cut-off; none where there was no bulletin. `lists` is
    how far the lists of the day before could be trusted.
    """

    people: Mapping[str, int]
    today: Mapping[tuple[str, int], int]
    to_date: Mapping[tuple[str, int], int]
    first_dose: Mapping[str, int]
    full_course: Mapping[str, int]
    late: Mapping[str, int] = field(default_factory=dict)
    recent: Mapping[str, int] = field(default_factory=dict)
    lists: Mapping[str, ListAccuracy] = field(default_factory=dict)

    def keys(self) -> set[str]:
        dosed = {code for counted in (self.today, self.to_date) for code, _ in counted}
        return {*self.people, *self.first_dose, *self.full_course, *self.late, *self.lists, *dosed}


def dose_numbers(course: Collection[int], counts: Counts) -> tuple[int, ...]:
    """The doses of the course, and any further number that was recorded: no dose falls out of the sums."""
    found = {number for counted in (counts.today, counts.to_date) for _, number in counted}
    return tuple(sorted(found | set(course)))


def lines_of(
    counts: Counts, places: Collection[Place], numbers: tuple[int, ...], before: Mapping[str, int | None]
) -> tuple[Line, ...]:
    """One line per place in the order of codes, ranked by first-dose coverage, then the line of those who stand in none."""
    sums = {place.code: _start(place, numbers) for place in sorted(places, key=lambda place: place.code)}
    unplaced = empty_line(numbers)
    for key in sorted(counts.keys()):
        counted = _of_key(counts, key, numbers)
        owner = _owner(key, sums)
        if owner:
            sums[owner] = sums[owner].plus(counted)
        else:
            unplaced = unplaced.plus(counted)
    lines = with_places(sums.values(), before)
    return (*lines, unplaced) if unplaced != empty_line(numbers) else lines


def with_places(lines: Iterable[Line], before: Mapping[str, int | None]) -> tuple[Line, ...]:
    given = tuple(lines)
    found = {row.key: row for row in rank_lines(given)}
    return tuple(
        replace(
            line,
            standing=found[line.code].standing.value,
            place=found[line.code].place,
            tied=found[line.code].tied,
            place_before=before.get(line.code),
        )
        for line in given
    )


def rank_lines(lines: Iterable[Line]) -> tuple[Ranked, ...]:
    return rank(
        [(line.code, line.first_dose_coverage) for line in lines if line.code], small_below=SMALL_BELOW
    )


def places_before(
    people: Mapping[str, int], first_dose: Mapping[str, int], places: Collection[Place]
) -> dict[str, int | None]:
    """The places as they were, from counts: for a day on which no bulletin was issued."""
    counts = Counts(people, {}, {}, first_dose, {})
    lines = lines_of(counts, places, (), {})
    return {line.code: line.place for line in lines if line.code}


def rates_need_two_decimals(lines: Iterable[Line]) -> bool:
    """Whether two lines of different places would print the same rate with one decimal."""
    ranked = [line for line in lines if line.place is not None]
    printed = {(line.place, line.first_dose_coverage.percent(1)) for line in ranked}
    return len({rate for _, rate in printed}) < len({place for place, _ in printed})


def _start(place: Place, numbers: tuple[int, ...]) -> Line:
    return empty_line(numbers, code=place.code, name=place.name, under=place.under)


def _owner(key: str, listed: Mapping[str, Line]) -> str:
    return next((key[:length] for length in range(len(key), 0, -1) if key[:length] in listed), "")


def _of_key(counts: Counts, key: str, numbers: tuple[int, ...]) -> Line:
    covered = Coverage(counts.first_dose.get(key, 0), counts.people.get(key, 0))
    listed = counts.lists.get(key, ListAccuracy())
    return Line(
        code="",
        name="",
        people=covered.denominator,
        today=tuple(counts.today.get((key, number), 0) for number in numbers),
        to_date=tuple(counts.to_date.get((key, number), 0) for number in numbers),
        late=counts.late.get(key, 0),
        first_dose=covered.numerator,
        full_course=counts.full_course.get(key, 0),
        remaining=covered.gap,
        recent=counts.recent.get(key, 0),
        listed=listed.listed,
        attended=listed.attended,
        unlisted=listed.unlisted,
    )
