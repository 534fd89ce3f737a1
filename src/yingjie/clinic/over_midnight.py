"""A visit that began before midnight goes on after it: a site that works through the night does not sign everybody anew at 0:00.

    day_of(visit)     the day by which its guards judge it: today, while it goes on; else its own
    going_on()        the visits of today, and those of yesterday that go on (a filter)

Whoever was registered a few hours ago goes on to the needle; whoever is under observation is looked after until they leave. A
number that never reached the desk is worth nothing on the next day. The dose, its stock and its rules are those of the day on
which it is given.
"""

from datetime import date, timedelta

from django.db.models import Q

from yingjie.clinic.models import Visit
from yingjie.foundation import clock

#: From the desk to the needle; and from the desk until somebody under observation, or in treatment, has left.
TO_THE_NEEDLE, UNTIL_THEY_LEAVE = timedelta(hours=4), timedelta(hours=12)
_TO_GO = ("registered", "consented", "with_doctor", "screened", "verified")
_LOOKED_AFTER = ("observed", "reacting")
_DAY = timedelta(days=1)


def day_of(visit: Visit) -> date:
    today = clock.today()
    began = visit.registered_at
    goes_on = visit.on == today - _DAY and began is not None and clock.now() - began < TO_THE_NEEDLE
    return today if goes_on else visit.on


def going_on() -> Q:
    today, now = clock.today(), clock.now()
    yesterdays = Q(state__in=_TO_GO, registered_at__gt=now - TO_THE_NEEDLE) | Q(
        state__in=_LOOKED_AFTER, registered_at__gt=now - UNTIL_THEY_LEAVE
    )
    return Q(on=today) | Q(on=today - _DAY) & yesterdays
