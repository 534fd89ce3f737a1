"""A course of doses as data. Periods are CDSi strings ("3 weeks"); every rule names its source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from vaxkit.immunization.periods import Period, add_period, latest_start
from vaxkit.vocabulary import Source, Text


@dataclass(frozen=True, slots=True)
class AgeBand:
    """Who is offered the course: from `minimum_age` to below `maximum_age` (None: no end), between the days
    `effective_on` and `effective_until` (None: always; the last day counts), with `products` ((): all of
    the course)."""

    minimum_age: str
    source: Source
    maximum_age: str | None = None
    effective_on: date | None = None
    effective_until: date | None = None
    products: tuple[str, ...] = ()

    def first_day(self, birth_on: date) -> date | None:
        """The first day on which someone born on `birth_on` is offered the course by this band, or None:
        never."""
        first = add_period(birth_on, self.minimum_age)
        if self.effective_on is not None:
            first = max(first, self.effective_on)
        too_old = self.maximum_age is not None and first >= add_period(birth_on, self.maximum_age)
        over = self.effective_until is not None and first > self.effective_until
        return None if too_old or over else first

    def born_until(self, on: date) -> date | None:
        """The birthday of the youngest who are offered the course by this band on the day `on`, None: nobody."""
        opened = self.effective_on is None or self.effective_on <= on
        over = self.effective_until is not None and on > self.effective_until
        return latest_start(on, self.minimum_age) if opened and not over else None

    def covers(self, birth_on: date, on: date) -> bool:
        """Whether someone born on `birth_on` is offered the course on the day `on`."""
        first = self.first_day(birth_on)
        return (
            first is not None
            and first <= on
            and (self.maximum_age is None or on < add_period(birth_on, self.maximum_age))
            and (self.effective_until is None or on <= self.effective_until)
        )


@dataclass(frozen=True, slots=True)
class DoseRule:
    """One dose of the course, intervals counted from the dose before it (None for the first dose).

    `absolute_minimum_interval`: below it the dose does not count. `minimum_interval`: when it may be given
    at the earliest. `recommended_interval`: when it should be. `latest_interval`: the last day that is
    still in time.
    """

    number: int
    source: Source
    absolute_minimum_interval: str | None = None
    minimum_interval: str | None = None
    recommended_interval: str | None = None
    latest_interval: str | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """A course. `products` are offered; `also_counts` count when they were given but are not offered.

    `absolute_minimum_age`: below it a dose does not count. `ages`: who is offered the course, and since
    when. `repeat`: the rule for the dose that replaces one given too early (its intervals run from that
    dose), or None: the rule of the dose itself. Raises ValueError when numbers, periods or products do not
    fit together.
    """

    code: str
    title: Text
    products: tuple[str, ...]
    doses: tuple[DoseRule, ...]
    ages: tuple[AgeBand, ...]
    absolute_minimum_age: str
    source: Source
    also_counts: tuple[str, ...] = ()
    repeat: DoseRule | None = None

    def __post_init__(self) -> None:
        if [rule.number for rule in self.doses] != list(range(1, len(self.doses) + 1)) or not self.doses:
            raise ValueError(f"{self.code}: doses must be numbered 1, 2, 3 … without gaps")
        if not self.ages:
            raise ValueError(f"{self.code}: no age band")
        for band in self.ages:
            unknown = set(band.products) - set(self.products)
            if unknown:
                raise ValueError(
                    f"{self.code}: an age band names products not of this course: {sorted(unknown)}"
                )
        Period.parse(self.absolute_minimum_age)
        for rule in self._rules():
            self._check_intervals(rule)

    def counts(self, product: str) -> bool:
        """Whether a dose of `product` can count in this course."""
        return product in self.products or product in self.also_counts

    def offered_to(self, birth_on: date, on: date) -> bool:
        """Whether someone born on `birth_on` is of an age group that is offered the course on the day `on`."""
        return any(band.covers(birth_on, on) for band in self.ages)

    def born_until(self, on: date) -> date | None:
        """The birthday of the youngest who are offered the course on the day `on`, None when nobody is.

        Everybody born then or before is offered it, unless an age group has an end and no other goes on from there.
        """
        birthdays = [band.born_until(on) for band in self.ages]
        return max((day for day in birthdays if day is not None), default=None)

    def _rules(self) -> tuple[DoseRule, ...]:
        return self.doses if self.repeat is None else (*self.doses, self.repeat)

    def _check_intervals(self, rule: DoseRule) -> None:
        day = date(2021, 1, 1)
        named = (
            rule.absolute_minimum_interval,
            rule.minimum_interval,
            rule.recommended_interval,
            rule.latest_interval,
        )
        ends = [add_period(day, text) for text in named if text is not None]
        if ends != sorted(ends):
            raise ValueError(f"{self.code}: the intervals of dose {rule.number} do not grow")
        if rule.number > 1 and rule.minimum_interval is None:
            raise ValueError(f"{self.code}: dose {rule.number} has no minimum interval")
