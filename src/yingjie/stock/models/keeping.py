"""How cold vaccine is kept: fridges and boxes, what lies in them, readings, and what follows from a reading out of range."""

from django.db import models
from django.db.models import F, Q

from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.sites.models import Site
from yingjie.stock.models.ledger import Lot

FRIDGE_KINDS = ("fridge", "cold_room", "box", "vehicle")
READING_SOURCES = ("hand", "logger")
EXCURSION_KINDS = ("warm", "cold", "frozen")
EXCURSION_LOT_STATES = ("held", "released", "destroyed")


class Fridge(models.Model):
    """A fridge, cold room, box or vehicle in which a site keeps vaccine, with the range it must hold, in degrees Celsius."""

    placement = Placement.PLACE
    scope = Scope(permission="stock.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    kind = models.CharField(max_length=12, default="fridge")
    lowest_celsius = models.DecimalField(max_digits=4, decimal_places=1, default=2)
    highest_celsius = models.DecimalField(max_digits=4, decimal_places=1, default=8)
    has_logger = models.BooleanField(default=False)
    used_from_on = models.DateField()
    used_until_on = models.DateField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="fridge_has_a_name_of_its_own", fields=["site", "name"]),
            models.CheckConstraint(name="fridge_kind_is_a_known_word", condition=Q(kind__in=FRIDGE_KINDS)),
            models.CheckConstraint(
                name="fridge_range_is_a_range", condition=Q(lowest_celsius__lt=F("highest_celsius"))
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Keeping(models.Model):
    """A lot lay in a fridge from a moment until another (null: it lies there now)."""

    placement = Placement.PLACE
    scope = Scope(permission="stock.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    fridge = models.ForeignKey(Fridge, on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_lot_lies_in_a_fridge_once_at_a_time",
                fields=["site", "fridge", "lot"],
                condition=Q(until_at__isnull=True),
            ),
            models.CheckConstraint(
                name="keeping_ends_after_it_begins",
                condition=Q(until_at__isnull=True) | Q(until_at__gte=F("from_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lot_id} in {self.fridge_id}"


class Reading(models.Model):
    """A temperature at a moment, read off by somebody or by a logger."""

    placement = Placement.PLACE
    scope = Scope(permission="stock.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    fridge = models.ForeignKey(Fridge, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    celsius = models.DecimalField(max_digits=5, decimal_places=2)
    source = models.CharField(max_length=8)
    by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_reading_a_moment", fields=["site", "fridge", "at"]),
            models.CheckConstraint(
                name="reading_source_is_a_known_word", condition=Q(source__in=READING_SOURCES)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.celsius} °C"


class Excursion(models.Model):
    """A stretch of readings out of range. It lasted from `first_at` to `last_at` for certain, and may have lasted from
    `possible_from` (the last good reading before) until `possible_until` (the first good one after; null: none yet)."""

    placement = Placement.PLACE
    scope = Scope(permission="stock.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    fridge = models.ForeignKey(Fridge, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    possible_from = models.DateTimeField()
    possible_until = models.DateTimeField(null=True)
    extreme_celsius = models.DecimalField(max_digits=5, decimal_places=2)
    found_at = models.DateTimeField()
    found_by = models.CharField(max_length=80)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="an_excursion_begins_once", fields=["site", "fridge", "first_at"]),
            models.CheckConstraint(
                name="excursion_kind_is_a_known_word", condition=Q(kind__in=EXCURSION_KINDS)
            ),
        ]
        indexes = [models.Index(name="excursions_of_a_site", fields=["site", "first_at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.extreme_celsius} °C"


class ExcursionLot(models.Model):
    """A lot at a place that an excursion touched: where it happened, or where the lot was sent since. On hold until decided."""

    placement = Placement.PLACE
    scope = Scope(permission="stock.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    excursion_id = models.UUIDField()  # no key: the excursion may have happened at another place
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+")
    touched_from = models.DateTimeField()
    doses_held = models.PositiveIntegerField()
    state = models.CharField(max_length=12, default="held")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True)
    decided_because = models.CharField(max_length=200, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="an_excursion_touches_a_lot_once_a_place", fields=["site", "excursion_id", "lot"]
            ),
            models.CheckConstraint(
                name="excursion_lot_state_is_a_known_word", condition=Q(state__in=EXCURSION_LOT_STATES)
            ),
            models.CheckConstraint(
                name="a_decided_lot_names_who_and_why",
                condition=Q(state="held") | (Q(decided_at__isnull=False) & ~Q(decided_because="")),
            ),
        ]
        indexes = [
            models.Index(name="lots_of_an_excursion", fields=["excursion_id"]),
            models.Index(name="lots_that_wait", fields=["site", "lot"], condition=Q(state="held")),
        ]

    def __str__(self) -> str:
        return f"{self.lot_id}: {self.state}"
