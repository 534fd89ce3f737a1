"""A condition on a rule that CDSi's columns cannot say: `When`, and `holds`, its one meaning.

CDC's data separate people by series; campaign policies separate them inside one: "60 years and over after 3 months,
others after 6", "only after two doses of these products", "one dose since the infection". A row of ages, intervals,
vaccines or skips may carry a `When`; without one it holds for everybody, so that CDC's data mean what they meant.

All parts that are given must hold. Days: of the dose while doses are judged; while forecasting the day asked for, or the
earliest day when that is later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from vaxkit.immunization.periods import Period, add_period


@dataclass(frozen=True, slots=True)
class When:
    """`age_from` reached, `age_before` not reached; `observed`: one of these observations is known by that day;
    `given`: the dose that is judged is one of these products (never true in a forecast); `after`: there are counted
    doses before and all are of these products; `dose_since`: a dose was counted after the day of that observation;
    `last_event`: that observation came on or after the day of the last dose; `anyone`: one of these holds;
    `but`: this does not hold."""

    age_from: Period | None = None
    age_before: Period | None = None
    observed: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
    dose_since: str = ""
    last_event: str = ""
    anyone: tuple[When, ...] = ()
    but: When | None = None

    def ages(self) -> Iterator[Period]:
        """Every age at which the answer may change."""
        yield from (age for age in (self.age_from, self.age_before) if age is not None)
        for part in (*self.anyone, *((self.but,) if self.but is not None else ())):
            yield from part.ages()


@dataclass(frozen=True, slots=True)
class Facts:
    """What a condition is asked about: the person's birthday, the day, the days of what was observed by then (None:
    known, day unknown), the product judged, counted doses before as (day, product), the day of the last dose."""

    birth_on: date
    on: date
    observed: Mapping[str, date | None]
    given: str | None = None
    counted: Sequence[tuple[date, str]] = ()
    last_dose_on: date | None = None


def holds(when: When | None, facts: Facts) -> bool:
    """Whether the condition holds; None always does."""
    if when is None:
        return True
    return (
        (when.age_from is None or add_period(facts.birth_on, when.age_from) <= facts.on)
        and (when.age_before is None or facts.on < add_period(facts.birth_on, when.age_before))
        and (not when.observed or not when.observed.isdisjoint(facts.observed.keys()))
        and (not when.given or facts.given in when.given)
        and (not when.after or _only_after(when.after, facts))
        and (not when.dose_since or _dose_since(when.dose_since, facts))
        and (not when.last_event or _is_last(when.last_event, facts))
        and (not when.anyone or any(holds(part, facts) for part in when.anyone))
        and (when.but is None or not holds(when.but, facts))
    )


def _only_after(products: frozenset[str], facts: Facts) -> bool:
    return bool(facts.counted) and all(product in products for _, product in facts.counted)


def _dose_since(code: str, facts: Facts) -> bool:
    day = facts.observed.get(code)
    return day is not None and any(on > day for on, _ in facts.counted)


def _is_last(code: str, facts: Facts) -> bool:
    day = facts.observed.get(code)
    return day is not None and (facts.last_dose_on is None or day >= facts.last_dose_on)
