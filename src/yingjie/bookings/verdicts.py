"""Whether somebody may have a place on a day: pure, the same for one person at a desk and for a list of thousands.

verdict(next_dose, on, products)   GOOD, or why not, with the day that the answer names
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from vaxkit.vocabulary import Status
from yingjie.doses.upcoming import Upcoming

GOOD = "good"


@dataclass(frozen=True)
class Verdict:
    """`word`: good, not_due, too_late, complete, deferred, contraindicated, not_offered. `day`: not due until, deferred until,
    may be given until. `number`: the dose that would be given."""

    word: str
    day: date | None = None
    number: int | None = None


def verdict(next_dose: Upcoming, on: date, products: Collection[str]) -> Verdict:
    """What the rules say to a place on the day `on`, for a session with these products; `next_dose` is told for that day."""
    number = next_dose.number
    if next_dose.status is Status.CONTRAINDICATED:
        return Verdict("contraindicated", None, number)
    if next_dose.status is Status.DEFERRED:
        return Verdict("deferred", next_dose.deferred_until, number)
    if next_dose.status is Status.COMPLETE or number is None:
        return Verdict("complete" if next_dose.status is Status.COMPLETE else "not_offered", None, number)
    if not next_dose.is_due:
        early = next_dose.earliest_on is not None and on < next_dose.earliest_on
        return Verdict(
            "not_due" if early else "not_offered", next_dose.earliest_on if early else None, number
        )
    if next_dose.latest_on is not None and on > next_dose.latest_on:
        return Verdict("too_late", next_dose.latest_on, number)
    if next_dose.products and not set(next_dose.products) & set(products):
        return Verdict("not_offered", None, number)
    return Verdict(GOOD, None, number)
