"""Doses over sites: a forecast with what to deliver and what to move, as it was computed."""

from django.db import models
from django.db.models import Q

from yingjie.areas.models import Area
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement


class SupplyPlan(models.Model):
    """`told`: {days, rows (site × product), moves}. A move is {number, from, to, product, expires_on, doses, lots, kind, because};
    `sent` says by the move's number which transfer it became. Null `told`: not computed yet. `published_at`: from then on
    everybody of the county reads which site gets what; computed anew, it is published anew or not."""

    placement = Placement.LOCAL
    scope = Scope(permission="plans.supply", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    first_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    told = models.JSONField(null=True)
    sent = models.JSONField(default=dict)
    job_id = models.UUIDField(null=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=80, blank=True)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="supply_plan_looks_ahead", condition=Q(days__gte=1, days__lte=60)),
            models.CheckConstraint(
                name="published_supply_plan_was_computed",
                condition=Q(published_at__isnull=True) | Q(told__isnull=False),
            ),
        ]
        indexes = [models.Index(name="supply_plans_of_an_area", fields=["area", "-made_at"])]

    def __str__(self) -> str:
        return f"{self.area_id} {self.first_on}"
