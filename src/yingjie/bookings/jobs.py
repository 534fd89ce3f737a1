"""What follows from the passing of time: places that were not kept, codes and tries that are old; and codes on their way."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from yingjie.bookings import actions, residents
from yingjie.bookings.queries import sites_with_late_places
from yingjie.foundation import clock
from yingjie.foundation.access.actor import system
from yingjie.foundation.jobs.registry import Progress, hourly, job

KEPT_HOURS = 24


@hourly
def sweep_places() -> int:
    """At every site with people who are late for their time: their seats go to others. Returns how many."""
    by = system("bookings")
    return sum(actions.sweep(by=by, site_id=site_id) for site_id in sites_with_late_places())


@hourly
def forget_codes() -> int:
    """One-time codes, their texts and the count of tries, a day after."""
    return residents.forget_old(clock.now() - timedelta(hours=KEPT_HOURS))


@job(residents.SEND_TEXT)
def send_text(progress: Progress, *, text_id: str) -> dict[str, Any]:
    """A code that somebody asked for: three tries at once, for it is of use only now."""
    states = (residents.send_text(UUID(text_id)) for _try in range(3))
    return {"state": next((state for state in states if state != "failed"), "failed")}
