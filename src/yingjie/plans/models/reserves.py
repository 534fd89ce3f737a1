"""Whether later doses can be served, as it was last reckoned."""

from django.db import models

from yingjie.areas.models import Area
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.placement import Placement


class LaterDoses(models.Model):
    """Of an area, one row: `told` holds the days and shortages of its sites, reckoned from the ledger at `at`."""

    placement = Placement.LOCAL
    scope = Scope(permission="plans.view", area="area__code")

    area = models.OneToOneField(Area, on_delete=models.PROTECT, primary_key=True, related_name="+")
    told = models.JSONField()
    at = models.DateTimeField()

    objects = ScopedManager()

    def __str__(self) -> str:
        return f"{self.area_id} {self.at}"
