"""The one clock. Nothing else in the product asks the machine what time it is.

`at(moment)` lets a block of code live at another moment: the demo county's history and the tests walk through weeks of a
campaign with it. It is bound to the context, so two threads may live at different times.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

CAMPAIGN_ZONE = ZoneInfo("Asia/Shanghai")

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _moment.get() or datetime.now(UTC)


def today() -> date:
    """This day where the campaign is held (Asia/Shanghai)."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The campaign's calendar day in which an aware moment lies."""
    return moment.astimezone(CAMPAIGN_ZONE).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let `now()` be `moment` (aware) inside the block."""
    if moment.tzinfo is None:
        raise ValueError("the clock needs an aware moment")
    token = _moment.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _moment.reset(token)
