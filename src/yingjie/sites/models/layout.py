"""How a site is laid out: zones, stations, and the days on which its hours are others."""

from django.db import models
from django.db.models import Q

from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.sites.models.site import Site

#: What a zone is for, in the order in which people walk through.
ROOMS = (
    "check_in", "waiting", "registration", "screening", "vaccination", "observation", "emergency", "cold_room",
)  # fmt: skip


class Zone(models.Model):
    """A part of a site: 登记A, 登记B, 候种, 接种, 留观, 应急. `letter` tells zones of one kind apart ("" where there is one);
    `seats` are places at one metre's distance, 0 where nobody waits."""

    placement = Placement.PLACE
    scope = Scope(permission="sites.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="zones")
    room = models.CharField(max_length=16)
    letter = models.CharField(max_length=4, blank=True)
    seats = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="site_has_each_zone_once",
                fields=["site", "room", "letter"],
                condition=Q(closed_at__isnull=True),
            ),
            models.CheckConstraint(name="zone_room_is_a_known_word", condition=Q(room__in=ROOMS)),
        ]

    def __str__(self) -> str:
        return f"{self.room} {self.letter}".strip()


class Station(models.Model):
    """A desk or a bay in a zone, numbered within its room: 登记 1, 接种 4. It does what its zone is for."""

    placement = Placement.PLACE
    scope = Scope(permission="sites.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="stations")
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="stations")
    room = models.CharField(max_length=16)
    number = models.PositiveSmallIntegerField()
    closed_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="station_number_is_unique_in_its_room",
                fields=["site", "room", "number"],
                condition=Q(closed_at__isnull=True),
            ),
            models.CheckConstraint(name="station_room_is_a_known_word", condition=Q(room__in=ROOMS)),
            models.CheckConstraint(name="stations_are_numbered_from_one", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.room} {self.number}"


class SpecialDay(models.Model):
    """A day on which a site's hours are others than usual; `hours` "" : closed. The latest word on a day stands."""

    placement = Placement.PLACE
    scope = Scope(permission="sites.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="special_days")
    on = models.DateField()
    hours = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=120, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(name="site_has_a_special_day_once", fields=["site", "on"])]

    def __str__(self) -> str:
        return f"{self.on} {self.hours}"
