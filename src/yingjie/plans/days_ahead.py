"""Which days can be planned: from today on, in their order, and not for ever."""

from datetime import date, timedelta

from yingjie.foundation import clock
from yingjie.plans import refusals

MOST_AHEAD = 366


def must_lie_ahead(first: date, last: date) -> None:
    """Raises DayPast, DaysReversed, TooFarAhead."""
    today = clock.today()
    if first < today:
        raise refusals.DayPast(on=first)
    if last < first:
        raise refusals.DaysReversed(first=first, last=last)
    if last > today + timedelta(days=MOST_AHEAD):
        raise refusals.TooFarAhead(on=last, most=MOST_AHEAD)
