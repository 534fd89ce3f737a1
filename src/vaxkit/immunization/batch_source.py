"""The rules of one day written out as a program for numba (`source_of`): the same rows, with their figures in place.

A loop that looks every figure up in tables spends most of its time looking. For many people it pays to write the rules
out: each series becomes a function in which rows that are over or not yet begun do not occur any more, periods of days
are additions and conditions are plain comparisons. The text is data made from data; nothing in it is decided here.

Names in the text: B birthday, S observations, F the day since which they are known, I day of the infection (N: none),
day and g the dose judged, m bits of products that counted, con and last the days of the last dose that counted and of the
last dose, ref the day from which an interval from the dose before runs, s1, s2 … the days of target doses, E the tables of
days for periods of months.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from vaxkit.immunization.batch_layout import FIRST, NONE, Tables, day_number
from vaxkit.immunization.batch_limits import INFECTION
from vaxkit.immunization.model import (
    AgeRule,
    Contraindication,
    IntervalRule,
    Series,
    SeriesDose,
    SkipContext,
    VaccineRule,
)
from vaxkit.immunization.offers import by_preference, offered_rows
from vaxkit.immunization.periods import Period
from vaxkit.immunization.policy import PolicySet
from vaxkit.immunization.when import When

BIRTH, AGE, INTERVAL, LAST_DOSE, AGE_RULE, DONE, SUFFICIENT, CONTRAINDICATED, DEFERRED = range(9)
OPEN, COMPLETE, NOT_RECOMMENDED, BARRED = range(4)


@dataclass(slots=True)
class Written:
    """The program: its text, the periods of months that `E` must hold in order, the number of series."""

    text: str
    periods: list[Period]
    series: int


def source_of(rules: PolicySet, tables: Tables, on: date, group: str) -> Written:
    """The program of `rules` for assessments on the day `on`; only for rule sets that the batch covers."""
    antigen = rules.antigens[rules.groups[group].antigens[0]]
    in_order, writer = by_preference(antigen.series), _Writer(tables, on)
    lines = [line for place, series in enumerate(in_order) for line in writer.series(place, series)]
    lines += writer.barred([row for row in antigen.contraindications if not row.deferral])
    lines += writer.offered(in_order)
    lines += writer.servable(in_order)
    return Written("\n".join(lines) + "\n", writer.periods, len(in_order))


@dataclass(slots=True)
class _Writer:
    tables: Tables
    on: date
    periods: list[Period] = field(default_factory=list)

    # Words: periods, conditions, days in force

    def end(self, period: Period, day: str) -> str:
        if period.months == 0:
            return f"({day} + {period.days})"
        if period not in self.periods:
            self.periods.append(period)
        return f"E[{self.periods.index(period)}, {day} - ({FIRST})]"

    def observed(self, codes: Iterable[str]) -> int:
        return sum(
            1 << self.tables.observations.index(code)
            for code in set(codes)
            if code in self.tables.observations
        )

    def products(self, codes: Iterable[str]) -> int:
        return sum(
            1 << self.tables.products.index(code) for code in set(codes) if code in self.tables.products
        )

    def condition(self, when: When | None, day: str, *, judging: bool) -> str:
        """The condition on the day `day`; "" when it always holds."""
        if when is None:
            return ""
        known = f"(I != {NONE} and I <= {day})"
        parts = []
        if when.age_from is not None:
            parts.append(f"{self.end(when.age_from, 'B')} <= {day}")
        if when.age_before is not None:
            parts.append(f"{day} < {self.end(when.age_before, 'B')}")
        if when.observed:
            bits = self.observed(when.observed - {INFECTION})
            seen = [f"((S & {bits}) != 0 and F <= {day})"] if bits else []
            parts.append(
                f"({' or '.join([*seen, *([known] if INFECTION in when.observed else [])]) or 'False'})"
            )
        if when.given:
            parts.append(f"(g & {self.products(when.given)}) != 0" if judging else "False")
        if when.after:
            parts.append(f"(m != 0 and (m & ~{self.products(when.after)}) == 0)")
        if when.dose_since:
            parts.append(f"({known} and con > I)")
        if when.last_event:
            parts.append(f"({known} and I >= last)")
        if when.anyone:
            parts.append(
                f"({' or '.join(self.condition(part, day, judging=judging) or 'True' for part in when.anyone)})"
            )
        if when.but is not None:
            parts.append(f"(not ({self.condition(when.but, day, judging=judging) or 'True'}))")
        return " and ".join(parts)

    def in_force_now(self, row: AgeRule | IntervalRule | VaccineRule | Contraindication) -> bool:
        begun = row.effective_on is None or row.effective_on <= self.on
        return begun and (row.cessation_on is None or self.on <= row.cessation_on)

    @staticmethod
    def days(begin: date | None, end: date | None) -> list[str]:
        found = [f"{day_number(begin)} <= day"] if begin is not None else []
        return found + ([f"day <= {day_number(end)}"] if end is not None else [])

    @staticmethod
    def since(row: IntervalRule) -> str:
        if row.from_target_dose is not None:
            return f"s{row.from_target_dose}"
        return "I" if row.from_observation is not None else "ref"

    # One series

    def series(self, place: int, series: Series) -> Iterator[str]:
        doses = series.doses
        yield "@njit"
        yield f"def follow_{place}(row, days, given, count, B, S, F, I, barred, wanted, E):"
        yield f"    p = v = m = c = 0; con = last = ref = {NONE}; ok = False"
        yield "    " + " = ".join(f"s{dose.number}" for dose in doses) + f" = {NONE}"
        yield "    for d in range(count):"
        yield "        day = days[row, d]; g = 1 << given[row, d]"
        yield from self.skips(doses, SkipContext.EVALUATION, "p", "day", "        ", judging=True)
        yield f"        if p == {len(doses)}:"
        yield "            v |= 3 << (2 * d); last = day"
        yield "            continue"
        for at, dose in enumerate(doses):
            yield f"        {'if' if at == 0 else 'elif'} p == {at}:"
            yield from self.judged(dose, "            ")
            yield f"            if ok: s{dose.number} = day"
        yield "        last = ref = day"
        yield "        if ok:"
        yield "            v |= 1 << (2 * d); m |= g; c += 1; p += 1; con = day"
        yield "        else:"
        yield "            v |= 2 << (2 * d)"
        yield "    on = " + str(day_number(self.on))
        yield from self.skips(doses, SkipContext.FORECAST, "p", "on", "    ", judging=False)
        yield f"    e = r = f = 0; x = {NONE}; why = 0"
        yield f"    while p < {len(doses)}:"
        yield f"        if barred: return {BARRED}, c, p, v, {NONE}, {NONE}, {NONE}, {CONTRAINDICATED}, 0"
        for at, dose in enumerate(doses):
            yield f"        {'if' if at == 0 else 'elif'} p == {at}:"
            yield from self.dated(dose, "            ")
        yield "        q = p; on2 = max(e, on)"
        yield from self.skips(doses, SkipContext.FORECAST, "q", "on2", "        ", judging=False)
        yield "        if q == p:"
        yield "            if wanted:"
        yield "                f = e"
        for at, _ in enumerate(doses):
            yield f"                {'if' if at == 0 else 'elif'} p == {at}:"
            yield from self.finish(doses[at + 1 :], "                    ")
        yield f"            return {OPEN}, c, p, v, e, r, x, why, f"
        yield "        p = q"
        yield f"    if c: return {COMPLETE}, c, p, v, {NONE}, {NONE}, {NONE}, {DONE}, 0"
        yield f"    return {NOT_RECOMMENDED}, c, p, v, {NONE}, {NONE}, {NONE}, {SUFFICIENT}, 0"

    def skips(
        self,
        doses: Sequence[SeriesDose],
        context: SkipContext,
        position: str,
        day: str,
        indent: str,
        *,
        judging: bool,
    ) -> Iterator[str]:
        """skipping.can_skip and the passing from dose to dose."""
        for at, dose in enumerate(doses):
            ways = []
            for skip in dose.skips:
                if skip.context not in (context, SkipContext.BOTH):
                    continue
                for row in skip.sets:
                    if judging:
                        parts = self.days(row.effective_on, row.cessation_on)
                    elif (row.effective_on is None or row.effective_on <= self.on) and (
                        row.cessation_on is None or self.on <= row.cessation_on
                    ):
                        parts = []
                    else:
                        continue
                    ways.append(
                        " and ".join([*parts, self.condition(row.when, day, judging=judging) or "True"])
                    )
            if ways:
                yield f"{indent}if {position} == {at} and ({' or '.join(f'({way})' for way in ways)}): {position} = {at + 1}"

    def judged(self, dose: SeriesDose, indent: str) -> Iterator[str]:
        """judging.judge."""
        yield f"{indent}ok = {self.suits(dose)}"
        yield from self.aged(dose.ages, indent)
        for row in dose.intervals:
            if row.absolute_minimum is not None:
                since = self.since(row)
                parts = [
                    "ok",
                    *self.days(row.effective_on, row.cessation_on),
                    f"{since} != {NONE}",
                    f"day < {self.end(row.absolute_minimum, since)}",
                    self.condition(row.when, "day", judging=True),
                ]
                yield f"{indent}if {' and '.join(part for part in parts if part)}: ok = False"

    def suits(self, dose: SeriesDose) -> str:
        together: dict[str, list[str]] = {}
        for row in (*dose.preferable, *dose.allowable):
            parts = self.days(row.effective_on, row.cessation_on) + self.at_age(row)
            parts.append(self.condition(row.when, "day", judging=True))
            together.setdefault(" and ".join(part for part in parts if part), []).append(row.vaccine)
        always = set(together.get("", ()))  # what always suits need not be asked under conditions
        together = {
            parts: [code for code in codes if not parts or code not in always]
            for parts, codes in together.items()
        }
        ways = [
            f"((g & {self.products(codes)}) != 0{f' and {parts}' if parts else ''})"
            for parts, codes in together.items()
            if codes
        ]
        return " or ".join(ways) or "False"

    def at_age(self, row: VaccineRule) -> list[str]:
        found = [f"{self.end(row.begin_age, 'B')} <= day"] if row.begin_age is not None else []
        return found + ([f"day < {self.end(row.end_age, 'B')}"] if row.end_age is not None else [])

    def aged(self, ages: Sequence[AgeRule], indent: str) -> Iterator[str]:
        """Only the first row in force is asked (judging.age_rule)."""
        for at, row in enumerate(ages):
            held = " and ".join(self.days(row.effective_on, row.cessation_on)) or "True"
            yield f"{indent}{'if' if at == 0 else 'elif'} {held}:"
            least = row.absolute_minimum
            yield f"{indent}    {f'if day < {self.end(least, chr(66))}: ok = False' if least is not None else 'pass'}"

    def dated(self, dose: SeriesDose, indent: str) -> Iterator[str]:
        """dating.next_dates."""
        rows = [row for row in dose.intervals if self.in_force_now(row)]
        ages = list(
            dict.fromkeys(age for row in dose.intervals if row.when is not None for age in row.when.ages())
        )
        if not ages:
            yield from self.dates(dose, rows, "on", indent)
            return
        yield f"{indent}begin = on"
        yield f"{indent}while True:"
        inner = indent + "    "
        yield f"{inner}end = {NONE}"
        for age in ages:
            yield f"{inner}t = {self.end(age, 'B')}"
            yield f"{inner}if t > begin and (end == {NONE} or t < end): end = t"
        yield from self.dates(dose, rows, "begin", inner)
        yield f"{inner}first = e if begin == on else max(e, begin)"
        yield f"{inner}if end == {NONE} or first < end:"
        yield f"{inner}    if first != e:"
        yield f"{inner}        e = first; r = max(first, r); why = {AGE_RULE}"
        yield f"{inner}        if x != {NONE}: x = max(first, x)"
        yield f"{inner}    break"
        yield f"{inner}begin = end"

    def dates(self, dose: SeriesDose, rows: Sequence[IntervalRule], at: str, indent: str) -> Iterator[str]:
        """dating._dates by the rows that hold on the day `at`."""
        ages = next((row for row in dose.ages if self.in_force_now(row)), None)
        yield f"{indent}e = B; why = {BIRTH}; r = x = {NONE}"
        youngest = (ages.minimum or ages.absolute_minimum) if ages is not None else None
        if youngest is not None:
            yield f"{indent}t = {self.end(youngest, 'B')}"
            yield f"{indent}if t > e: e = t; why = {AGE}"
        for row in rows:
            since = self.since(row)
            held = self.condition(row.when, at, judging=False)
            yield f"{indent}if {since} != {NONE}{f' and {held}' if held else ''}:"
            yield f"{indent}    pass"
            least = row.minimum or row.absolute_minimum
            if least is not None:
                yield f"{indent}    t = {self.end(least, since)}"
                yield f"{indent}    if t > e: e = t; why = {INTERVAL}"
            if row.earliest_recommended is not None:
                yield f"{indent}    r = max(r, {self.end(row.earliest_recommended, since)})"
            if row.latest_recommended is not None:
                yield f"{indent}    x = max(x, {self.end(row.latest_recommended, since)} - 1)"
        yield f"{indent}if last > e: e = last; why = {LAST_DOSE}"
        if ages is not None and ages.earliest_recommended is not None:
            yield f"{indent}r = {self.end(ages.earliest_recommended, 'B')}"
        if ages is not None and ages.latest_recommended is not None:
            yield f"{indent}x = {self.end(ages.latest_recommended, 'B')} - 1"
        yield f"{indent}r = max(e, r)"
        yield f"{indent}if x != {NONE}: x = max(e, x)"

    def finish(self, doses: Sequence[SeriesDose], indent: str) -> Iterator[str]:
        """scoring.forecast_finish."""
        yield f"{indent}pass"
        for row in (row for dose in doses for row in dose.intervals if self.in_force_now(row)):
            if row.minimum is not None:
                held = self.condition(row.when, "on", judging=False) or "True"
                yield f"{indent}if {held}: f = max(f, {self.end(row.minimum, 'e')})"

    # The whole person

    def barred(self, rows: Sequence[Contraindication]) -> Iterator[str]:
        """barriers.antigen_barrier on the day asked for."""
        on = str(day_number(self.on))
        yield "@njit"
        yield "def is_barred(B, S, E):"
        for row in rows:
            if self.in_force_now(row):
                begin, end = row.begin_age, row.end_age
                parts = [f"(S & {self.observed([row.observation])}) != 0"]
                parts += [f"{self.end(begin, 'B')} <= {on}"] if begin is not None else []
                parts += [f"{on} < {self.end(end, 'B')}"] if end is not None else []
                yield f"    if {' and '.join(parts)}: return True"
        yield "    return False"

    def offered(self, series: Sequence[Series]) -> Iterator[str]:
        """offers.first_offered, and the number of a target dose, by series and place."""
        yield "@njit"
        yield "def first_offered(s, p, B, E):"
        for place, row in enumerate(series):
            for at, dose in enumerate(row.doses):
                days = [
                    f"max({self.end(age.minimum, 'B')}, {day_number(age.effective_on)})"
                    for age in dose.ages
                    if age.minimum is not None
                ]
                if days:
                    least = days[0]
                    for day in days[1:]:
                        least = f"min({least}, {day})"
                    yield f"    if s == {place} and p == {at}: return {least}"
        yield f"    return {NONE}"

    def servable(self, series: Sequence[Series]) -> Iterator[str]:
        """advice._offered: whether any product may be given for the next dose, by series and place."""
        ways = {
            (place, at): self.ways(dose)
            for place, row in enumerate(series)
            for at, dose in enumerate(row.doses)
        }
        yield "@njit"
        yield "def servable(s, p, row, days, given, count, v, day, B, S, F, I, E):"
        for (place, at), own in ways.items():
            if "" in own:
                yield f"    if s == {place} and p == {at}: return True"
        yield f"    m = 0; con = last = {NONE}"
        yield "    for d in range(count):"
        yield "        last = days[row, d]"
        yield "        if (v >> (2 * d)) & 3 == 1: con = last; m |= 1 << given[row, d]"
        for (place, at), own in ways.items():
            others = [
                way
                for (other, nth), found in ways.items()
                if at == nth == 0 and other != place
                for way in found
            ]
            way = " or ".join(f"({way})" for way in own) or "False"
            first = " or ".join(f"({way or 'True'})" for way in others) or "False"
            yield f"    if s == {place} and p == {at}: return {way} or (count == 0 and ({first}))"
        yield "    return False"

    def ways(self, dose: SeriesDose) -> list[str]:
        """The conditions of the products offered, those in force on the day asked for; "" for none."""
        rows = [row for row in offered_rows(dose) if self.in_force_now(row)]
        parts = [[*self.at_age(row), self.condition(row.when, "day", judging=False)] for row in rows]
        return list(dict.fromkeys(" and ".join(part for part in found if part) for found in parts))
