"""Sessions, their slots, and the doses that a site may promise."""

from django.db import models
from django.db.models import F, Q

from yingjie.areas.models import Area, Unit
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.sites.models import Site

KINDS = ("ordinary", "special")
STATES = ("open", "cancelled")


class Session(models.Model):
    """A stretch of time at a site for which people are given a time of arrival; `on` is the day on which it begins, and it may
    end on the next. A special one 专场 is for a village (`area`) or a unit alone.

    `taken` counts everybody who was given a place and did not give it back; `places` is how many may be given, as far as doses
    go: set anew from the doses at hand and on their way, never below `taken`. `counted_at` says when. The last `kept` of them are
    for later doses alone.
    """

    placement = Placement.PLACE
    scope = Scope(permission="bookings.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    kind = models.CharField(max_length=8, default="ordinary")
    title = models.CharField(max_length=80, blank=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    group = models.CharField(max_length=24, default="COVID-19")
    products = models.JSONField()
    state = models.CharField(max_length=10, default="open")
    offline_percent = models.PositiveSmallIntegerField(default=20)
    extra_percent = models.PositiveSmallIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    places = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField(null=True)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    cancelled_because = models.CharField(max_length=200, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="session_ends_after_it_begins", condition=Q(until_at__gt=F("from_at"))
            ),
            models.CheckConstraint(name="session_kind_is_a_known_word", condition=Q(kind__in=KINDS)),
            models.CheckConstraint(name="session_state_is_a_known_word", condition=Q(state__in=STATES)),
            models.CheckConstraint(
                name="session_promises_no_dose_that_is_not_there", condition=Q(taken__lte=F("places"))
            ),
            models.CheckConstraint(
                name="session_keeps_no_place_that_is_taken", condition=Q(kept__lte=F("places") - F("taken"))
            ),
            models.CheckConstraint(
                name="special_session_is_for_somebody",
                condition=~Q(kind="special") | Q(area__isnull=False) | Q(unit__isnull=False),
            ),
            models.CheckConstraint(
                name="session_offline_share_is_a_percentage", condition=Q(offline_percent__lte=100)
            ),
        ]
        indexes = [models.Index(name="sessions_of_a_site_by_time", fields=["site", "from_at"])]

    def __str__(self) -> str:
        return f"{self.on} {self.title}"


class Slot(models.Model):
    """A time of arrival with its seats. `extra` seats are given out beyond the real ones, as many as stay empty by experience,
    or were released by people who did not come; `online_seats` are those that may be taken on the residents' page."""

    placement = Placement.PLACE
    scope = Scope(permission="bookings.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="slots")
    at = models.DateTimeField()
    until_at = models.DateTimeField()
    seats = models.PositiveIntegerField()
    extra = models.PositiveIntegerField(default=0)
    online_seats = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0)
    online_taken = models.PositiveIntegerField(default=0)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="session_has_each_time_once", fields=["site", "session", "at"]),
            models.CheckConstraint(
                name="slot_is_never_oversold", condition=Q(taken__lte=F("seats") + F("extra"))
            ),
            models.CheckConstraint(
                name="slot_is_never_oversold_online", condition=Q(online_taken__lte=F("online_seats"))
            ),
        ]
        indexes = [models.Index(name="slots_of_a_site_by_time", fields=["site", "at"])]

    def __str__(self) -> str:
        return f"{self.at:%H:%M}"


class DosesCounted(models.Model):
    """When the doses of a site were last shared out among its sessions, and how many there were. Its row is the lock for doing
    so. `kept` of them are held back for later doses, as those were told at `later_at`: at most `later_percent` of what is free."""

    placement = Placement.PLACE
    scope = Scope(permission="bookings.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(null=True)
    on_hand = models.PositiveIntegerField(default=0)
    on_their_way = models.PositiveIntegerField(default=0)
    promised = models.PositiveIntegerField(default=0)
    short = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    later_at = models.DateTimeField(null=True)
    later_percent = models.PositiveSmallIntegerField(default=0)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="doses_of_a_site_are_counted_once", fields=["site"]),
            models.CheckConstraint(
                name="share_kept_for_later_doses_is_a_percentage", condition=Q(later_percent__lte=100)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on_hand} + {self.on_their_way} doses, {self.promised} promised"


class LaterKept(models.Model):
    """What a site holds back on a day for people whose later dose is due and who have no place yet: places for `people`, and of
    its own doses so many. Counted from outside (`supply.hold_back`); nobody is named."""

    placement = Placement.PLACE
    scope = Scope(permission="bookings.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    products = models.JSONField()
    people = models.PositiveIntegerField()
    doses = models.PositiveIntegerField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="dose_kept_is_for_somebody", condition=Q(doses__lte=F("people")))
        ]
        indexes = [models.Index(name="kept_at_a_site_by_day", fields=["site", "on"])]

    def __str__(self) -> str:
        return f"{self.on}: {self.people}"
