"""A day of a site that was counted, adds up, and is closed."""

from django.db import models
from django.db.models import F, Q

from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.sites.models import Site
from yingjie.stock.models.ledger import Lot


class ClosedDay(models.Model):
    """Nothing more moves on this day at this site, except what is marked as a correction."""

    placement = Placement.PLACE
    scope = Scope(permission="stock.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    closed_at = models.DateTimeField()
    closed_by = models.CharField(max_length=80)
    note = models.CharField(max_length=200, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(name="a_site_closes_a_day_once", fields=["site", "on"])]

    def __str__(self) -> str:
        return f"{self.on} closed"


class DayLine(models.Model):
    """A lot on a closed day, in doses: opening + received = given + wasted + sent + closing, where closing is what was counted and
    `difference` (counted less expected) is explained. Frozen: corrections stand in the ledger."""

    placement = Placement.PLACE
    scope = Scope(permission="stock.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    day = models.ForeignKey(ClosedDay, on_delete=models.PROTECT, related_name="lines")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+")
    opening = models.IntegerField()
    received = models.IntegerField()
    given = models.IntegerField()
    wasted = models.IntegerField()
    wasted_by_cause = models.JSONField(default=dict)
    sent = models.IntegerField()
    found = models.IntegerField()
    closing = models.IntegerField()
    difference_because = models.CharField(max_length=200, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_closed_day_names_a_lot_once", fields=["site", "day", "lot"]),
            models.CheckConstraint(
                name="a_closed_day_adds_up",
                condition=Q(
                    closing=F("opening") + F("received") + F("found") - F("given") - F("wasted") - F("sent")
                ),
            ),
            models.CheckConstraint(
                name="a_closed_day_explains_differences", condition=Q(found=0) | ~Q(difference_because="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lot_id}: {self.closing}"
