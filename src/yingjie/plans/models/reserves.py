"""Whether later doses can be served, as it was last reckoned."""

from django.db import models

from yingjie.areas.models import Area
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.placement import Placement

#: As long as a task force says nothing else: most of what is free, not all of it, so that first doses never stop unnoticed.
HELD_PERCENT = 80


class LaterDoses(models.Model):
    """Of an area, one row: `told` holds the days and shortages of its sites, reckoned from the ledger at `at`. At most
    `held_percent` of what is free at its sites is held back for people who have no place yet."""

    placement = Placement.LOCAL
    scope = Scope(permission="plans.view", area="area__code")

    area = models.OneToOneField(Area, on_delete=models.PROTECT, primary_key=True, related_name="+")
    told = models.JSONField()
    at = models.DateTimeField()
    held_percent = models.PositiveSmallIntegerField(default=HELD_PERCENT)

    objects = ScopedManager()

    def __str__(self) -> str:
        return f"{self.area_id} {self.at}"
