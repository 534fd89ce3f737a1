"""People as columns for the batch (`People`), how they come out of objects or of rows of observations, and who of them
must be assessed one by one (`handed_over`)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from vaxkit.immunization.batch_layout import EPOCH, FIRST, LAST, NONE, Ints, Tables, day_number
from vaxkit.immunization.batch_limits import INFECTION
from vaxkit.immunization.periods import add_period
from vaxkit.immunization.person import GivenDose, Observation, Patient

#: The last day from which every period that rules may name still ends inside the tables.
REACH = LAST - 366 * 65


@dataclass(frozen=True, slots=True)
class People:
    """Columns of n people. Days are whole numbers since 1970-01-01, `NONE` (batch_layout) is no day.

    `birth` n; `dose_days` n x k, in order of day in each row, `NONE` behind the last; `dose_products` n x k, places in
    `tables.products` (-1: none, or a product that the rules do not know); `dose_counts` n; `seen` n, a bit for each place
    in `tables.observations` that applies on the day asked for; `infected_on` n; `review_on` n, the day on which a deferral
    ends; `seen_from` n, the day since which the observations of `seen` are known (None: since ever); `deferred_by` n, what
    defers, as a place in `tables.deferrals` (None: the first of them). `originals` n, where the columns came out of
    objects: they hold what columns cannot, and `beyond` n says of whom.
    """

    birth: Ints
    dose_days: Ints
    dose_products: NDArray[np.int8]
    dose_counts: NDArray[np.int8]
    seen: Ints
    infected_on: Ints
    review_on: Ints
    seen_from: Ints | None = None
    deferred_by: NDArray[np.int8] | None = None
    originals: Sequence[tuple[Patient, Sequence[GivenDose]]] | None = None
    beyond: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return int(self.birth.shape[0])

    def known_from(self) -> Ints:
        return self.seen_from if self.seen_from is not None else np.full(len(self), FIRST, np.int32)

    def reviews(self, tables: Tables) -> Ints:
        """Days of review, none where the rules know no deferral."""
        return self.review_on if tables.deferrals else np.full(len(self), NONE, np.int32)


def handed_over(tables: Tables, people: People, on: date) -> NDArray[np.bool_]:
    """Who must be assessed one by one, because of the rules or of the person's own data."""
    if tables.uncovered or not covers_day(on):
        return np.ones(len(people), np.bool_)
    held = np.arange(people.dose_days.shape[1]) < people.dose_counts[:, None]
    days_out = (people.dose_days < np.maximum(people.birth, FIRST)[:, None]) | (people.dose_days > REACH)
    infected = people.infected_on
    handed: NDArray[np.bool_] = (
        ((days_out | (people.dose_products < 0)) & held).any(axis=1)
        | (people.birth < FIRST)
        | (people.birth > day_number(on))
        | ((infected != NONE) & ((infected > day_number(on)) | (infected < FIRST)))
        | ((people.seen & tables.deferral_mask) != 0)
    )
    return handed if people.beyond is None else handed | people.beyond


def covers_day(on: date) -> bool:
    """The tables must reach far enough ahead for every age that a rule may name."""
    return FIRST <= day_number(on) <= REACH


def check_order(people: People) -> None:
    """Raises ValueError when a row's doses are not in order of day."""
    held = np.arange(1, people.dose_days.shape[1]) < people.dose_counts[:, None]
    wrong = (np.diff(people.dose_days.astype(np.int64), axis=1) < 0) & held
    if wrong.any():
        raise ValueError(f"row {int(np.flatnonzero(wrong.any(axis=1))[0])}: doses are not in order of day")


def observed(
    tables: Tables, people: People, rows: Ints, codes: Ints, begins: Ints, ends: Ints, on: date
) -> tuple[People, NDArray[np.bool_]]:
    """The people with what was observed about them, and who of them the columns cannot hold.

    One entry for each observation: `rows` whose it is, `codes` a place in `tables.observations`, `begins` its first day,
    `ends` the first day on which it is over (`NONE`: not known). Observations that the rules do not know stay out.
    """
    today, n = np.int32(day_number(on)), len(people)
    infection = np.array([code == INFECTION for code in tables.observations], bool)[codes]
    asked = np.array([code in tables.day_bound for code in tables.observations], bool)[codes]
    deferring = np.array([code in tables.deferrals for code in tables.observations], bool)[codes]
    many_sided = np.array(
        [bool(tables.deferral_mask >> place & 1) and code not in tables.deferrals
         for place, code in enumerate(tables.observations)], bool,
    )[codes]  # fmt: skip
    begun = (begins == NONE) | (begins <= today)
    active = begun & ((ends == NONE) | (ends > today))
    handed = np.zeros(n, np.bool_)
    dated = (begins != NONE) & begun & (ends == NONE)
    handed[rows[infection & ~dated]] = True
    handed[rows[many_sided & (active | asked)]] = True
    handed[rows[asked & ((ends != NONE) | ~begun)]] = True
    infected_on, bits, known_from = people.infected_on.copy(), people.seen.copy(), people.known_from().copy()
    plain = active & ~infection & ~deferring & ~many_sided
    np.bitwise_or.at(bits, rows[plain], np.int32(1) << codes[plain])
    infected_on[rows[infection & dated]] = begins[infection & dated]
    since = plain & asked & (begins != NONE)
    known_from[rows[since]] = begins[since]
    for some in (infection & dated, plain & asked, deferring & active):
        handed |= np.bincount(rows[some], minlength=n) > 1
    reviews, by, unknown = _reviews(tables, codes, begins, ends)
    held = deferring & active & ~unknown & (reviews > today)
    handed[rows[deferring & active & unknown]] = True
    review_on = people.review_on.copy()
    deferred_by = np.full(n, -1, np.int8)
    review_on[rows[held]], deferred_by[rows[held]] = reviews[held], by[held]
    return (
        replace(people, seen=bits, seen_from=known_from, infected_on=infected_on, review_on=review_on,
                deferred_by=deferred_by),
        handed,
    )  # fmt: skip


def _reviews(
    tables: Tables, codes: Ints, begins: Ints, ends: Ints
) -> tuple[Ints, NDArray[np.int8], NDArray[np.bool_]]:
    """deferrals._review of each entry; what defers; and where no day is known."""
    reviews, by = ends.copy(), np.full(codes.shape, -1, np.int8)
    for place, (code, rule) in enumerate(tables.deferrals.items()):
        here = codes == tables.observations.index(code)
        by[here] = place
        for row in np.flatnonzero(here & (ends == NONE) & (begins != NONE)):
            begin = day_of(begins[row])
            if rule.review_after is not None and begin is not None:
                reviews[row] = day_number(add_period(begin, rule.review_after))
    return reviews, by, reviews == NONE


def person_of(tables: Tables, people: People, row: int) -> tuple[Patient, list[GivenDose]]:
    """A row as the interpreter takes it: as it came, where the columns say too little for these rules or this person."""
    if people.originals is not None and (
        tables.uncovered or (people.beyond is not None and people.beyond[row])
    ):
        patient, given = people.originals[row]
        return patient, list(given)
    known = (
        None if people.seen_from is None or people.seen_from[row] <= FIRST else day_of(people.seen_from[row])
    )
    bits = int(people.seen[row])
    seen = [
        Observation(code, known if code in tables.day_bound else None)
        for place, code in enumerate(tables.observations)
        if bits >> place & 1
    ]
    if people.infected_on[row] != NONE:
        seen.append(Observation(INFECTION, day_of(people.infected_on[row])))
    review = day_of(people.review_on[row])
    if review is not None and tables.deferrals:
        by = 0 if people.deferred_by is None else max(0, int(people.deferred_by[row]))
        seen.append(Observation(tuple(tables.deferrals)[by], until=review - timedelta(days=1)))
    doses = [
        GivenDose(f"{place:02}", day, tables.products[product] if product >= 0 else "unknown")
        for place in range(people.dose_counts[row])
        for product in (int(people.dose_products[row, place]),)
        if (day := day_of(people.dose_days[row, place])) is not None
    ]
    birth = day_of(people.birth[row])
    assert birth is not None
    return Patient(birth, observations=tuple(seen)), doses


def columns_of(
    tables: Tables, people: Sequence[tuple[Patient, Sequence[GivenDose]]], width: int = 8
) -> People:
    """People as columns, for callers that hold objects. Whoever has what columns cannot say (an observation with days, the
    infection apart; a dose that had expired; a maker …) is assessed one by one. Raises ValueError for someone with more than
    `width` doses."""
    n = len(people)
    days = np.full((n, width), NONE, np.int32)
    products = np.full((n, width), -1, np.int8)
    seen, infected = np.zeros(n, np.int32), np.full(n, NONE, np.int32)
    beyond = np.zeros(n, np.bool_)
    codes = {} if tables.uncovered else {code: place for place, code in enumerate(tables.products)}
    bits = {} if tables.uncovered else {code: 1 << place for place, code in enumerate(tables.observations)}
    for row, (patient, doses) in enumerate(people):
        if len(doses) > width:
            raise ValueError(f"row {row} has {len(doses)} doses, more than {width}")
        beyond[row] = _is_beyond(patient, doses, bits.keys())
        for place, dose in enumerate(sorted(doses, key=lambda item: (item.on, item.id))):
            days[row, place] = day_number(dose.on)
            products[row, place] = codes.get(dose.vaccine, -1)
        for observation in patient.observations:
            if observation.code == INFECTION:
                infected[row] = max(infected[row], np.int32(day_number(observation.on)))
            else:
                seen[row] |= bits.get(observation.code, 0)
    birth = np.array([day_number(patient.birth_on) for patient, _ in people], np.int32)
    counts = np.array([len(doses) for _, doses in people], np.int8)
    review = np.full(n, NONE, np.int32)
    return People(birth, days, products, counts, seen, infected, review, originals=people, beyond=beyond)


def _is_beyond(patient: Patient, doses: Sequence[GivenDose], known: Collection[str]) -> bool:
    """Whether columns say too little about a person. The rules that the batch covers ask for no maker or volume."""
    infections = [row for row in patient.observations if row.code == INFECTION]
    return (
        len(infections) > 1
        or any(row.on is None or row.until is not None for row in infections)
        or any(
            row.code in known and (row.on is not None or row.until is not None)
            for row in patient.observations
            if row.code != INFECTION
        )
        or any(dose.substandard or dose.expires_on is not None for dose in doses)
    )


def day_of(number: int | np.int32) -> date | None:
    """The day that a number stands for."""
    return None if number == NONE else date.fromordinal(int(number) + EPOCH)
